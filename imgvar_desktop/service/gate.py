"""What every request passes first: where it comes from, whose it is, and how its connection ends."""

import asyncio
import hmac
import logging
import uuid
from contextlib import suppress
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from imgvar_desktop.service.refusals import Refused

log = logging.getLogger(__name__)

LOOPBACK_NAMES: Final = frozenset({"127.0.0.1", "localhost", "::1"})
DRAIN_BYTES: Final = 64_000_000
DRAIN_S: Final = 5.0


class Gate:
    """ASGI middleware. ``hosts``: the only names this server may be called by; None: any, as the key guards it.

    A page in a browser can reach a loopback port, directly or by a name that it makes resolve to 127.0.0.1 (DNS
    rebinding). The first sends a foreign Origin, the second a foreign Host; both are refused before anything else.
    """

    def __init__(self, app: ASGIApp, *, token: str | None, hosts: frozenset[str] | None, open_path: str) -> None:
        self._app = app
        self._token = token.encode() if token is not None else None
        self._hosts = hosts
        self._open_path = open_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = _Connection(scope, receive, send)
        headers = Headers(scope=scope)
        try:
            self._check_host(headers, scope["server"][1])
            _check_origin(headers)
            if not scope["path"].startswith(self._open_path):
                self._check_token(headers)
        except Refused as refused:
            log.info("%s %s refused: %s", scope["method"], scope["path"], refused)
            await refused.response()(scope, connection.receive, connection.send)
        else:
            await self._app(scope, connection.receive, connection.send)

    def _check_host(self, headers: Headers, port: int) -> None:
        name, its_port = _name_and_port(headers.get("host", ""))
        if self._hosts is not None and (name not in self._hosts or its_port != port):
            raise Refused("This service answers to programs on this computer only.", status=403, code="foreign_host")

    def _check_token(self, headers: Headers) -> None:
        if self._token is None:
            return
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not given.strip():
            raise Refused(
                "The request has no API key: send it as 'Authorization: Bearer KEY'.",
                status=401,
                code="invalid_api_key",
            )
        if not hmac.compare_digest(given.strip().encode(), self._token):
            raise Refused("The API key is not this service's.", status=401, code="invalid_api_key")


def _check_origin(headers: Headers) -> None:
    origin = headers.get("origin")
    if origin is not None and _name_and_port(origin.partition("://")[2])[0] not in LOOPBACK_NAMES:
        raise Refused("Web pages may not use this service.", status=403, code="foreign_origin")


def _name_and_port(authority: str) -> tuple[str, int]:
    """``[::1]:80`` → ``("::1", 80)``. Port 80 when there is none, -1 when it is no number."""
    name, colon, port = authority.lower().rpartition(":")
    if not colon or port.endswith("]"):
        name, port = authority.lower(), "80"
    return name.removeprefix("[").removesuffix("]"), int(port) if port.isascii() and port.isdigit() else -1


class _Connection:
    """Names the reply, and lets a client that is still sending read it.

    A reply may be sent before the request's body was read: it is too long, or not welcome. Closing the connection
    right then resets it, and a client that writes first and reads later would see the reset and never the reply. So
    the rest of the body is taken off the wire and thrown away, up to ``DRAIN_BYTES`` and ``DRAIN_S``.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        self._unread = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
        self._receive = receive
        self._send = send

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            self._unread = False
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["X-Request-Id"] = f"req_{uuid.uuid4().hex}"
            if self._unread:
                headers["Connection"] = "close"
        elif self._unread and not message.get("more_body", False):
            await self._send({**message, "more_body": True})
            await self._drain()
            message = {"type": "http.response.body", "body": b""}
        await self._send(message)

    async def _drain(self) -> None:
        left = DRAIN_BYTES
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_S):
                while self._unread and left > 0:
                    left -= len((await self.receive()).get("body", b""))
