"""A server on loopback that does with a connection what a test tells it: real sockets, no HTTP library's manners."""

import asyncio
import base64
import io
import json
import ssl
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import aclosing, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from typing import Any

import httpx
from PIL import Image

from imgvar_desktop.adapters.http_client import HttpVariationClient
from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.framing import Framing
from imgvar_desktop.core.geometry import Square
from imgvar_desktop.core.ports import ReplyImage, ReplyPart, ReplyProblem, ReplyProgress
from imgvar_desktop.core.request import Source, VariationRequest
from imgvar_desktop.core.services import Endpoint, ServiceProfile

KEY = "sk-test-1234567890abcdef"
PNG_SENT = b"\x89PNG\r\n\x1a\nwhat is sent need not be an image for a server that does not look"


def picture(colour: str = "teal", *, side: int = 16, kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(file, kind)
    return file.getvalue()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def images_json(*pictures: bytes) -> dict[str, Any]:
    return {"created": 1, "data": [{"b64_json": b64(data)} for data in pictures]}


@dataclass
class Received:
    method: str
    target: str
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes = b""

    @property
    def parts(self) -> list[Message]:
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        return list(message_from_bytes(head + self.body).get_payload())

    @property
    def fields(self) -> dict[str, str]:
        return {
            part.get_param("name", header="content-disposition"): part.get_payload()
            for part in self.parts
            if not part.get_filename()
        }


Answer = Callable[[Received, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Wire:
    """``posts`` answer the calls in turn, the last one all further ones; ``gets`` by target, 404 for any other."""

    posts: Sequence[Answer]
    gets: dict[str, Answer] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)
    entered: asyncio.Event = field(default_factory=asyncio.Event)
    """A whole request has arrived."""
    left: asyncio.Event = field(default_factory=asyncio.Event)
    """A client closed its connection while it was being answered."""
    port: int = 0
    open: int = 0
    """Connections that are being read or answered."""

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        return f"{self.origin}/v1"

    @property
    def calls(self) -> list[Received]:
        return [request for request in self.received if request.method == "POST"]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        try:
            await self._serve(reader, writer)
        finally:
            self.open -= 1

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await _read(reader)
        self.received.append(request)
        answering = asyncio.ensure_future(self._answer(request)(request, writer))
        watching = asyncio.ensure_future(reader.read(1))
        self.entered.set()
        await asyncio.wait({answering, watching}, return_when=asyncio.FIRST_COMPLETED)
        if not answering.done():
            self.left.set()
            answering.cancel()
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        try:
            await answering
        except ConnectionError:
            self.left.set()
        except asyncio.CancelledError:
            pass

    def _answer(self, request: Received) -> Answer:
        if request.method == "POST":
            return self.posts[min(len(self.calls), len(self.posts)) - 1]
        return self.gets.get(request.target, says(404, ""))


async def _read(reader: asyncio.StreamReader) -> Received:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:]) if name}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Received(method, target, headers, body)


def says(status: int, body: Any, headers: dict[str, str] | None = None) -> Answer:
    """An ordinary answer: JSON unless the body is text or bytes."""
    data = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
    lines = {"content-type": "application/json", **(headers or {}), "content-length": str(len(data))}
    return raw(b"".join([f"HTTP/1.1 {status} x\r\n".encode(), _lines(lines), b"\r\n", data]))


def _lines(headers: dict[str, str]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode()


def raw(data: bytes, *, step: int | None = None) -> Answer:
    """Just these bytes, ``step`` at a time, then the connection's end."""

    async def answer(_: Received, writer: asyncio.StreamWriter) -> None:
        for start in range(0, len(data), step or len(data) or 1):
            writer.write(data[start : start + (step or len(data))])
            await writer.drain()

    return answer


def resets(after: bytes = b"") -> Answer:
    """Sends ``after`` and tears the connection down without a good-bye."""

    async def answer(_: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(after)
        await writer.drain()
        writer.transport.abort()

    return answer


def events(*documents: dict[str, Any], then: Answer | None = None) -> Answer:
    """An event stream of these, then its end (or whatever ``then`` does)."""

    async def answer(request: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\nx-request-id: req-s\r\n\r\n"
        )
        for document in documents:
            writer.write(f"event: {document['type']}\ndata: {json.dumps(document)}\n\n".encode())
            await writer.drain()
        if then is not None:
            await then(request, writer)

    return answer


async def hangs(_: Received, __: asyncio.StreamWriter) -> None:
    await asyncio.get_running_loop().create_future()


Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(serve: Serve, host: str = "127.0.0.1", **options: Any) -> AsyncIterator[int]:
    """The port where ``serve`` takes each connection; ends when all of them have ended."""
    at_work: set[asyncio.Task[None]] = set()

    async def taken(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        at_work.add(asyncio.current_task())
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await serve(reader, writer)
        writer.close()
        with suppress(ConnectionError, ssl.SSLError):
            await writer.wait_closed()

    server = await asyncio.start_server(taken, host, 0, limit=2**24, **options)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        async with asyncio.timeout(20):
            await asyncio.gather(*at_work)


@asynccontextmanager
async def wire(*posts: Answer, gets: dict[str, Answer] | None = None) -> AsyncIterator[Wire]:
    served = Wire(posts, gets or {})
    async with listening(served.serve) as served.port:
        yield served


@contextmanager
def wire_in_a_thread(*posts: Answer, gets: dict[str, Answer] | None = None) -> Iterator[Wire]:
    """The same for whoever has no loop, or runs one of their own."""
    started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event, Wire]] = Future()

    async def serve() -> None:
        async with wire(*posts, gets=gets) as served:
            over = asyncio.Event()
            started.set_result((asyncio.get_running_loop(), over, served))
            await over.wait()

    thread = threading.Thread(target=asyncio.run, args=(serve(),), name="wire")
    thread.start()
    loop, over, served = started.result(20)
    try:
        yield served
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(20)


def request(count: int = 1, **changes: Any) -> VariationRequest:
    source = Source(key="0" * 64, name="lake", width=64, height=64)
    return VariationRequest(
        **{
            "source": source,
            "framing": Framing(Square(0, 0, 64)),
            "count": count,
            "size_px": 256,
            "service_id": "x",
            **changes,
        }
    )


def profile(base_url: str = "http://127.0.0.1:9/v1", **changes: Any) -> ServiceProfile:
    return ServiceProfile(**{"id": "x", "name": "Example", "base_url": base_url, "model": "dall-e-2", **changes})


class Waits:
    """Stands in for asyncio.sleep: notes how long, and does not wait."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@dataclass
class Outcome:
    parts: list[ReplyPart]
    error: AppError | None

    @property
    def images(self) -> list[ReplyImage]:
        return [part for part in self.parts if isinstance(part, ReplyImage)]

    @property
    def problems(self) -> list[ReplyProblem]:
        return [part for part in self.parts if isinstance(part, ReplyProblem)]

    @property
    def progress(self) -> list[ReplyProgress]:
        return [part for part in self.parts if isinstance(part, ReplyProgress)]

    @property
    def kinds(self) -> list[str]:
        """Of everything that went wrong."""
        return [problem.error.kind for problem in self.problems] + ([self.error.kind] if self.error else [])


async def call(
    base_url: str,
    asked: VariationRequest | None = None,
    served_by: ServiceProfile | None = None,
    *,
    key: str = KEY,
    png: bytes = PNG_SENT,
    **client_options: Any,
) -> Outcome:
    """One call to its end; without retries and real waits unless ``client_options`` say otherwise."""
    options = {"retries": 0, "pause": Waits(), "timeout": httpx.Timeout(20.0), **client_options}
    client = HttpVariationClient(**options)
    parts: list[ReplyPart] = []
    error: AppError | None = None
    try:
        stream = client.variations(asked or request(), png, served_by or profile(), Endpoint(base_url, key))
        async with aclosing(stream):
            async for part in stream:
                parts.append(part)  # noqa: PERF401  # what came before an error counts
    except AppError as exc:
        error = exc
    finally:
        await client.aclose()
    return Outcome(parts, error)
