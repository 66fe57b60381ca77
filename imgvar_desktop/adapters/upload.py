"""What is sent: the form's fields as the service knows them, and a body that says when it is on its way."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import httpx

from imgvar_desktop.core import contract
from imgvar_desktop.core.request import VariationRequest
from imgvar_desktop.core.services import ServiceProfile

CHUNK_BYTES: Final = 65_536
FILE_NAME: Final = "image.png"
"""The same for every picture: what a person calls theirs is nobody else's business."""


def form_fields(request: VariationRequest, profile: ServiceProfile, *, count: int, made: int) -> dict[str, str]:
    """All fields but the image. ``count`` variations are asked for, after ``made`` that an earlier call brought."""
    known = request.response_format in profile.response_formats
    fields = {
        contract.FIELD_COUNT: str(count),
        contract.FIELD_SIZE: contract.size_text(request.size_px),
        contract.FIELD_RESPONSE_FORMAT: request.response_format if known else profile.response_formats[0],
    }
    if model := request.model or profile.model:
        fields[contract.FIELD_MODEL] = model
    if request.user:
        fields[contract.FIELD_USER] = request.user
    if profile.takes_seed and request.seed is not None:
        # A second call with the same seed would bring the same images again.
        fields[contract.FIELD_SEED] = str((request.seed + made) % (contract.MAX_SEED + 1))
    if profile.takes_strength and request.strength is not None:
        fields[contract.FIELD_STRENGTH] = str(request.strength)
    if profile.streams:
        fields[contract.FIELD_STREAM] = "true"
    return fields


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
