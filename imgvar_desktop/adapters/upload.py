"""What is sent, as a body that says when it is on its way."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import httpx

CHUNK_BYTES: Final = 65_536


class Upload(httpx.AsyncByteStream):
    """A request's body in small pieces. ``sent`` is done once the last one is out of our hands."""

    def __init__(self, body: httpx.AsyncByteStream) -> None:
        self._body = body
        self.sent: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._body:
            for start in range(0, len(part), CHUNK_BYTES):
                yield part[start : start + CHUNK_BYTES]
        if not self.sent.done():
            self.sent.set_result(None)
