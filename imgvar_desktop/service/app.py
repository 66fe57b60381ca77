"""The service's routes: the whole contract of ``POST /v1/images/variations``, so that its usual clients just work."""

import asyncio
import base64
import secrets
from typing import TYPE_CHECKING, Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from imgvar_desktop.core import contract
from imgvar_desktop.core.contract import ResponseFormat
from imgvar_desktop.service import refusals
from imgvar_desktop.service.bench import Bench, Made, Order
from imgvar_desktop.service.forms import MODELS, Form, read_form
from imgvar_desktop.service.gate import Gate
from imgvar_desktop.service.refusals import ClientGone, Refused
from imgvar_desktop.service.replies import Describe, EventStream, while_connected, whole_reply
from imgvar_desktop.service.results import Results

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

API_ROOT: Final = "/v1"
RESULTS_PATH: Final = f"{API_ROOT}/results/"
MODELS_SINCE: Final = 1_767_225_600
"""The contract wants to know when a model was made: 1 January 2026."""


def create_app(
    token: str | None,
    *,
    hosts: frozenset[str] | None = None,
    bench: Bench | None = None,
    results: Results | None = None,
) -> Starlette:
    """The ASGI application, for one event loop.

    ``token``: the key that every request but the fetching of a result must bring; None: none is asked for.
    ``hosts``: the names by which it may be called; None: any.
    """
    rooms = _Rooms(bench or Bench(), results or Results())
    app = Starlette(
        routes=[
            Route(API_ROOT + contract.VARIATIONS_PATH, rooms.variations, methods=["POST"]),
            Route(API_ROOT + contract.MODELS_PATH, _models),
            Route(RESULTS_PATH + "{name}", rooms.result),
        ],
        middleware=[Middleware(Gate, token=token, hosts=hosts, open_path=RESULTS_PATH)],
        exception_handlers={
            Refused: refusals.answer_refused,
            ClientGone: refusals.answer_nobody,
            ClientDisconnect: refusals.answer_nobody,
            404: refusals.answer_not_found,
            405: refusals.answer_wrong_method,
        },
    )
    # A redirected POST would be sent twice, and most clients make it a GET.
    app.router.redirect_slashes = False
    return app


class _Rooms:
    """The routes that share something: the workbench, and the results waiting to be fetched."""

    def __init__(self, bench: Bench, results: Results) -> None:
        self._bench = bench
        self._results = results
        self._decoding = asyncio.Lock()

    async def variations(self, request: Request) -> Response:
        form = await read_form(request)
        seed = form.seed if form.seed is not None else secrets.randbelow(contract.MAX_SEED + 1)
        order = Order(await self._pixels(form), form.count, form.side_px, seed, form.strength)
        describe = self._describer(form.response_format, f"{request.base_url}{RESULTS_PATH.removeprefix('/')}", seed)
        parts = self._bench.carry_out(order)
        if form.stream:
            return EventStream(parts, describe)
        return JSONResponse(await while_connected(request.receive, whole_reply(parts, describe)))

    async def result(self, request: Request) -> Response:
        png = self._results.find(request.path_params["name"])
        if png is None:
            raise Refused("There is no such result, or its 60 minutes are over.", status=404, code="result_expired")
        return Response(png, media_type="image/png", headers={"Cache-Control": "no-store"})

    async def _pixels(self, form: Form) -> "NDArray[np.uint8]":
        """One picture at a time: decoded at full size they are up to 0.3 GB."""
        async with self._decoding:
            return await asyncio.to_thread(_decoded, form.png, form.side_px)

    def _describer(self, response_format: ResponseFormat, results_url: str, seed: int) -> Describe:
        def describe(image: Made) -> dict[str, object]:
            match response_format:
                case ResponseFormat.B64_JSON:
                    place = base64.b64encode(image.png).decode("ascii")
                case ResponseFormat.URL:
                    place = results_url + self._results.keep(image.png)
            return {response_format.value: place, "revised_prompt": None, "seed": seed}

        return describe


def _decoded(png: bytes, max_side_px: int) -> "NDArray[np.uint8]":
    """In a thread: numpy and Pillow must not be loaded in the server's loop."""
    from imgvar_desktop.service.pixels import decode_png

    return decode_png(png, max_side_px)


async def _models(_request: Request) -> Response:
    models = [{"id": name, "object": "model", "created": MODELS_SINCE, "owned_by": "imgvar"} for name in MODELS]
    return JSONResponse({"object": "list", "data": models})
