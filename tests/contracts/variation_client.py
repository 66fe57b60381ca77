"""What every VariationClient does, the one over HTTP and the fake."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from io import BytesIO

import pytest
from PIL import Image

from imgvar_desktop.core.errors import AppError, ServiceError
from imgvar_desktop.core.framing import Framing
from imgvar_desktop.core.geometry import Square
from imgvar_desktop.core.ports import ReplyImage, ReplyPart, ReplyProgress, VariationClient
from imgvar_desktop.core.request import Source, VariationRequest
from imgvar_desktop.core.services import Endpoint, ServiceProfile

REQUEST = VariationRequest(
    source=Source("0" * 64, "lake", 256, 256),
    framing=Framing(Square(0, 0, 256)),
    count=3,
    size_px=256,
    service_id="test",
)


@dataclass(frozen=True, slots=True)
class Set:
    """A client and the service it is to call."""

    client: VariationClient
    profile: ServiceProfile
    endpoint: Endpoint


class VariationClientContract:
    """Each fixture gives a Set whose service does what the fixture's name says."""

    @pytest.fixture
    def answering(self) -> Set:
        raise NotImplementedError

    @pytest.fixture
    def refusing(self) -> Set:
        raise NotImplementedError

    @pytest.fixture
    def silent(self) -> Set:
        """Takes the call and says nothing."""
        raise NotImplementedError

    def test_each_image_comes_once_and_is_what_it_says(self, answering: Set) -> None:
        parts = asyncio.run(_all(answering, REQUEST))

        images = [part for part in parts if isinstance(part, ReplyImage)]
        assert sorted(image.index for image in images) == [0, 1, 2]
        for image in images:
            with Image.open(BytesIO(image.data)) as decoded:
                assert (decoded.size, Image.MIME[decoded.format or ""]) == (
                    (image.width, image.height),
                    image.media_type,
                )

    def test_progress_never_falls(self, answering: Set) -> None:
        parts = asyncio.run(_all(answering, REQUEST))

        fractions = [p.fraction for p in parts if isinstance(p, ReplyProgress) and p.fraction is not None]
        assert fractions == sorted(fractions)
        assert all(0 <= fraction <= 1 for fraction in fractions)

    def test_a_refusal_is_an_error_with_a_sentence(self, refusing: Set) -> None:
        with pytest.raises(ServiceError) as caught:
            asyncio.run(_all(refusing, REQUEST))

        assert str(caught.value).endswith(".")
        assert isinstance(caught.value, AppError)

    def test_a_call_that_waits_is_cancelled_at_once(self, silent: Set) -> None:
        async def cancel_one() -> None:
            begun = asyncio.Event()

            async def call() -> None:
                client, profile, endpoint = silent.client, silent.profile, silent.endpoint
                async with aclosing(client.variations(REQUEST, b"png", profile, endpoint)) as parts:
                    begun.set()
                    async for _ in parts:
                        pass

            try:
                task = asyncio.create_task(call())
                await begun.wait()
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await asyncio.wait_for(task, 10)
            finally:
                await silent.client.aclose()

        asyncio.run(cancel_one())


async def _all(given: Set, request: VariationRequest) -> list[ReplyPart]:
    try:
        async with aclosing(given.client.variations(request, b"png", given.profile, given.endpoint)) as parts:
            return [part async for part in parts]
    finally:
        await given.client.aclose()
