"""The two shapes of an answer, one JSON object or a stream of events, and leaving when nobody listens any more."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing
from typing import Any, TypeVar

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from imgvar_desktop.core import contract
from imgvar_desktop.service.bench import Made, Part, Progressed
from imgvar_desktop.service.refusals import ClientGone, Refused

log = logging.getLogger(__name__)

T = TypeVar("T")
Describe = Callable[[Made], dict[str, object]]
"""How one image stands in an answer: its base64 or its address, and what is known of it."""


async def while_connected(receive: Receive, work: Coroutine[Any, Any, T]) -> T:
    """The result of ``work``. When the client goes first, cancels it, waits for its end, and raises ClientGone."""
    task = asyncio.ensure_future(work)
    watch = asyncio.ensure_future(_disconnected(receive))
    try:
        await asyncio.wait({task, watch}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise ClientGone
        return task.result()
    finally:
        task.cancel()
        watch.cancel()
        await asyncio.wait({task, watch})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def whole_reply(parts: AsyncGenerator[Part, None], describe: Describe) -> dict[str, object]:
    """The contract's answer to a request without ``stream``. Raises what ``parts`` raises."""
    async with aclosing(parts):
        made = [part async for part in parts if isinstance(part, Made)]
    made.sort(key=lambda image: image.index)
    return {"created": int(time.time()), "data": [describe(image) for image in made]}


class EventStream(Response):
    """Server-sent events, each sent as it happens; ends with ``done``, or with ``error`` and nothing after it."""

    def __init__(self, parts: AsyncGenerator[Part, None], describe: Describe) -> None:
        super().__init__(
            media_type="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        )
        del self.headers["content-length"]
        self._parts = parts
        self._describe = describe

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        try:
            await while_connected(receive, self._pump(send))
        except ClientGone:
            log.info("the client left in the middle of its stream")

    async def _pump(self, send: Send) -> None:
        try:
            async with aclosing(self._parts) as parts:
                async for part in parts:
                    await _send_event(send, self._event(part))
        except Refused as refused:
            await _send_event(send, {"type": contract.EVENT_ERROR, **refused.envelope})
        else:
            await _send_event(send, {"type": contract.EVENT_DONE, "created": int(time.time())})
        await send({"type": "http.response.body", "body": b""})

    def _event(self, part: Part) -> dict[str, object]:
        match part:
            case Progressed(fraction, activity):
                return {"type": contract.EVENT_PROGRESS, "fraction": round(fraction, 4), "stage": activity}
            case Made(index):
                return {"type": contract.EVENT_COMPLETED, "index": index, **self._describe(part)}


async def _send_event(send: Send, event: dict[str, object]) -> None:
    text = f"event: {event['type']}\ndata: {json.dumps(event, separators=(',', ':'))}\n\n"
    await send({"type": "http.response.body", "body": text.encode("ascii"), "more_body": True})
