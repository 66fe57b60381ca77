"""Reads the body of a reply while it arrives: JSON or an event stream, item by item, never the whole in memory."""

import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import ijson  # type: ignore[import-untyped]  # the package carries no types
from httpx_sse import EventSource, ServerSentEvent, SSEError

from imgvar_desktop.adapters import results
from imgvar_desktop.adapters.error_reading import Caller, read_error
from imgvar_desktop.adapters.usage import usage_in
from imgvar_desktop.core import contract
from imgvar_desktop.core.errors import BadReply, EndpointGone, ServiceError
from imgvar_desktop.core.ports import ReplyProgress, ReplyUsage

MAX_ITEM_BYTES: Final = results.MAX_BASE64_CHARS + 65_536
"""The longest stretch of a reply without a finished item: one image and what stands around it."""
MAX_REPLY_BYTES: Final = 1024 * 1024 * 1024
HEAD_BYTES: Final = 65_536
"""How much of a reply is kept to tell what it is when it holds no images."""
TAIL_BYTES: Final = 4096
"""What stands after the images: how many tokens they took."""
REPORT_EVERY_S: Final = 0.1
REPORT_FROM_BYTES: Final = 100_000
"""Less is there before anyone has read that it is coming."""
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of ``data``, or one completed image of a stream, as the server wrote it."""

    index: int
    fields: dict[str, Any]


class Meter:
    """Counts what arrives and refuses what is too much. Lives as long as one reply."""

    def __init__(self, expected: int | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._expected = expected
        self._clock = clock
        self._total = 0
        self._since_item = 0
        self._next_report = 0.0

    def add(self, count: int) -> None:
        """Raises BadReply when no honest reply is that long."""
        self._total += count
        self._since_item += count
        if self._since_item > MAX_ITEM_BYTES or self._total > MAX_REPLY_BYTES:
            raise BadReply("The service sent far more data than the images that were asked for.")

    def item_done(self) -> None:
        self._since_item = 0

    def report(self) -> ReplyProgress | None:
        """What to say now, at most every REPORT_EVERY_S.

        Without a fraction: how much has arrived says nothing about the call as a whole.
        """
        now = self._clock()
        if now < self._next_report or self._total < REPORT_FROM_BYTES:
            return None
        self._next_report = now + REPORT_EVERY_S
        whole = f" of {self._expected / 1e6:.1f}" if self._expected else ""
        return ReplyProgress(None, f"Receiving {self._total / 1e6:.1f}{whole} MB")


class _MeteredStream(httpx.AsyncByteStream):
    """``stream`` with every chunk counted, also those of a line that never ends."""

    def __init__(self, stream: httpx.AsyncByteStream, meter: Meter) -> None:
        self._stream = stream
        self._meter = meter

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            self._meter.add(len(chunk))
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


async def read_json(
    response: httpx.Response, caller: Caller, *, clock: Callable[[], float] = time.monotonic
) -> AsyncGenerator[Item | ReplyProgress | ReplyUsage, None]:
    """The items of ``data``, each as soon as it is complete, then what they used.

    Raises ServiceError and httpx's errors.
    """
    meter = Meter(_content_length(response), clock)
    complete = ijson.sendable_list()
    parser = ijson.items_coro(complete, "data.item")
    head, held, tail = bytearray(), bytearray(), b""
    index = 0
    broken: Exception | None = None
    async for chunk in response.aiter_bytes():
        meter.add(len(chunk))
        head += chunk[: HEAD_BYTES - len(head)]
        held += chunk
        tail = (tail + chunk)[-TAIL_BYTES:]
        # The parser reads a string that is not complete again from its start with each piece (measured: 1.2 s for ten
        # images in pieces of 64 KB, 0.2 s like this). Neither a string nor an item ends in a piece without these.
        if b'"' in chunk or b"}" in chunk:
            broken = _feed(parser.send, held)
            held = bytearray()
        while complete:
            meter.item_done()
            yield _item(index, complete.pop(0))
            index += 1
        if broken is not None:
            break
        if (report := meter.report()) is not None:
            yield report
    if held:  # an empty piece would be the end
        broken = broken or _feed(parser.send, held)
    broken = broken or _feed(parser.close)
    if broken is not None:
        raise _unreadable(bytes(head), response, caller) from broken
    if (usage := usage_in(tail) or usage_in(bytes(head))) is not None:
        yield usage
    if index == 0 and (refusal := _refusal_inside(bytes(head), response, caller)) is not None:
        raise refusal


async def read_events(
    response: httpx.Response, caller: Caller, *, clock: Callable[[], float] = time.monotonic
) -> AsyncGenerator[Item | ReplyProgress, None]:
    """The stream of core.contract's events. Raises ServiceError and httpx's errors."""
    meter = Meter(None, clock)
    assert isinstance(response.stream, httpx.AsyncByteStream)
    response.stream = _MeteredStream(response.stream, meter)
    arrived = 0
    events = EventSource(response).aiter_sse()
    async with aclosing(events):
        try:
            async for event in events:
                meter.item_done()
                match _event(event):
                    case {"type": contract.EVENT_PROGRESS} as fields:
                        yield _progress(fields)
                    case {"type": contract.EVENT_COMPLETED} as fields:
                        index = fields.get("index")
                        yield Item(index if isinstance(index, int) and index >= 0 else arrived, fields)
                        arrived += 1
                    case {"error": dict(error)}:
                        raise _streamed_error(error, response, caller)
                    case {"type": contract.EVENT_DONE}:
                        return
        except SSEError as exc:
            raise BadReply(f"{caller.service} sent a stream that cannot be read.", retryable=True) from exc
    raise _broken_off(caller, response)


async def read_refusal(response: httpx.Response, caller: Caller, now: datetime) -> ServiceError:
    """The error that a reply without success stands for. Raises httpx's errors."""
    if response.status_code in REDIRECTS:
        target = urlsplit(response.headers.get("location", ""))
        where = f"{target.netloc.rpartition('@')[2]}{target.path}" or "another address"
        return EndpointGone(
            f"{caller.service} has moved: it points to {where}.",
            hint="If you trust that address, enter it in Settings.",
            status=response.status_code,
        )
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) >= HEAD_BYTES:
            break
    return read_error(response.status_code, response.headers, bytes(body), caller, now=now)


def refusal_of(fields: dict[str, Any], caller: Caller) -> ServiceError | None:
    """The error that a server put in an image's place, if it did."""
    error = fields.get("error")
    if not error:
        return None
    return read_error(500, {}, json.dumps({"error": error}).encode(), caller)


def _feed(take: Callable[..., Any], *chunk: bytearray) -> Exception | None:
    """Hands ``chunk`` to the parser, or ends it; the parser's complaint, so that what it had found is used first."""
    try:
        take(*chunk)
    except (ijson.JSONError, ValueError, OverflowError) as exc:  # the last two: odd numbers and broken UTF-8
        broken: Exception = exc
        return broken
    return None


def _item(index: int, value: Any) -> Item:
    return Item(index, value if isinstance(value, dict) else {})


def _content_length(response: httpx.Response) -> int | None:
    text = response.headers.get("content-length", "")
    return int(text) if text.isascii() and text.isdigit() else None


def _unreadable(head: bytes, response: httpx.Response, caller: Caller) -> ServiceError:
    start = head.lstrip()[:1]
    if start == b"<":
        return BadReply(
            f"{caller.service} answered with a web page instead of images.",
            hint="Look whether the service's address is right; it often ends in /v1.",
            request_id=response.headers.get("x-request-id"),
        )
    if start in {b"{", b"["}:
        return _broken_off(caller, response)
    return BadReply(
        f"{caller.service} answered with something that is not images.",
        request_id=response.headers.get("x-request-id"),
    )


def _broken_off(caller: Caller, response: httpx.Response) -> BadReply:
    return BadReply(
        f"{caller.service} broke off before the images were complete.{caller.perhaps_paid}",
        retryable=True,
        request_id=response.headers.get("x-request-id"),
    )


def _refusal_inside(head: bytes, response: httpx.Response, caller: Caller) -> ServiceError | None:
    """The error in a reply that calls itself a success, None when it is none."""
    try:
        document = json.loads(head)
    except ValueError:
        return None
    if not isinstance(document, dict):
        return None
    told = ("error", "errors", "detail") if "data" in document else ("error", "errors", "detail", "message", "msg")
    if not any(document.get(name) for name in told):
        return None
    return read_error(500, response.headers, head, caller)


def _event(event: ServerSentEvent) -> dict[str, Any]:
    """Its data, with the event's name as type where the data has none; empty for what is no event of ours."""
    try:
        fields = json.loads(event.data)
    except ValueError:
        return {}
    return {"type": event.event, **fields} if isinstance(fields, dict) else {}


def _progress(fields: dict[str, Any]) -> ReplyProgress:
    match fields.get("fraction"):
        case int(given) | float(given) if 0 <= given <= 1:
            fraction: float | None = float(given)
        case _:
            fraction = None
    stage = str(fields.get("stage") or "Working")[:80]
    return ReplyProgress(fraction, stage[:1].upper() + stage[1:])


def _streamed_error(error: dict[str, Any], response: httpx.Response, caller: Caller) -> ServiceError:
    blamed = error.get("type") == "invalid_request_error"
    return read_error(400 if blamed else 500, response.headers, json.dumps({"error": error}).encode(), caller)
