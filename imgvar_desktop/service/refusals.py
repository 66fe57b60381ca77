"""What the service answers when it does not make variations: always the contract's error envelope."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from imgvar_desktop.core import contract

INVALID_REQUEST = "invalid_request_error"
SERVER_ERROR = "server_error"


class Refused(Exception):
    """A request that gets an error envelope. ``str()`` is its message, for a person."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = INVALID_REQUEST,
        param: str | None = None,
        code: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.envelope = contract.error_envelope(message, kind=kind, param=param, code=code)

    def response(self) -> Response:
        headers = {"WWW-Authenticate": "Bearer"} if self.status == 401 else None
        return JSONResponse(self.envelope, self.status, headers)


class ClientGone(Exception):
    """The client closed the connection before it had its answer."""


async def answer_refused(_request: Request, refused: Exception) -> Response:
    assert isinstance(refused, Refused)
    return refused.response()


async def answer_not_found(request: Request, _error: Exception) -> Response:
    message = f"There is no {request.method} {request.url.path} here."
    return Refused(message, status=404, code="unknown_url").response()


async def answer_wrong_method(request: Request, error: Exception) -> Response:
    refused = Refused(f"{request.url.path} does not take {request.method}.", status=405, code="method_not_allowed")
    response = refused.response()
    response.headers.update(getattr(error, "headers", None) or {})
    return response


async def answer_nobody(_request: Request, _error: Exception) -> Response:
    """Something has to be returned when the client is gone; the server drops it."""
    return Response(status_code=400)
