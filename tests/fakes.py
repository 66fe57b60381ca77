"""Stand-ins for the outside world, with a switch per behaviour; tests/contracts holds them to what the real ones do."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from imgvar_desktop.core.errors import AppError, SecretStoreUnavailable
from imgvar_desktop.core.ports import (
    Kept,
    ReplyAnswered,
    ReplyImage,
    ReplyPart,
    ReplyProblem,
    ReplyProgress,
    ReplyUsage,
)
from imgvar_desktop.core.prices import TokenCount
from imgvar_desktop.core.request import VariationRequest
from imgvar_desktop.core.service_check import CheckPart
from imgvar_desktop.core.services import Endpoint, ServiceProfile


@dataclass(frozen=True, slots=True)
class Call:
    """One call that a FakeVariationClient took."""

    request: VariationRequest
    png: bytes
    profile: ServiceProfile
    endpoint: Endpoint


class FakeVariationClient:
    """Answers with one plain picture per index, each of its own colour, unless a switch says otherwise.

    ``hang_after=n`` sends n images, sets ``hanging`` and waits for ``go_on``; ``refuse`` raises at once, ``break_with``
    after the images; ``send`` sends no more than so many, ``used`` is told after them; ``problems`` are told in the
    place of images, by index; ``one_at_a_time`` asks its server anew for each image.
    The switches may be changed between calls. The events may be waited for, and ``go_on`` called, in any thread.
    """

    def __init__(
        self,
        *,
        refuse: AppError | None = None,
        hang_after: int | None = None,
        send: int | None = None,
        problems: Mapping[int, AppError] | None = None,
        break_with: Exception | None = None,
        request_id: str | None = None,
        used: TokenCount | None = None,
        one_at_a_time: bool = False,
    ) -> None:
        self.one_at_a_time = one_at_a_time
        self.refuse = refuse
        self.hang_after = hang_after
        self.send = send
        self.problems = dict(problems or {})
        self.break_with = break_with
        self.request_id = request_id
        self.used = used
        self.calls: list[Call] = []
        self.entered = threading.Event()
        """A call has come."""
        self.hanging = threading.Event()
        """A call has sent what it sends before it hangs."""
        self.left = threading.Event()
        """A call is over, however it ended."""
        self.when_hanging: Callable[[], object] | None = None
        """Called in the call's own loop when it hangs: ``task.cancel``, say."""
        self.closed = False
        self._waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    def go_on(self) -> None:
        """Lets every hanging call go on."""
        for loop, told in self._waiting:
            loop.call_soon_threadsafe(told.set)

    async def variations(
        self, request: VariationRequest, png: bytes, profile: ServiceProfile, endpoint: Endpoint
    ) -> AsyncGenerator[ReplyPart, None]:
        self.calls.append(Call(request, png, profile, endpoint))
        self.entered.set()
        try:
            if self.refuse is not None:
                raise self.refuse
            async for part in self._parts(request):
                yield part
            if self.break_with is not None:
                raise self.break_with
        finally:
            self.left.set()

    async def aclose(self) -> None:
        self.closed = True

    async def _parts(self, request: VariationRequest) -> AsyncGenerator[ReplyPart, None]:
        yield ReplyProgress(None, "Uploading")
        count = request.count if self.send is None else min(self.send, request.count)
        for index in range(count):
            if index == self.hang_after:
                await self._until_told()
            if index in self.problems:
                yield ReplyProblem(index, self.problems[index])
            else:
                yield self._image(index, request)
            if self.one_at_a_time and index + 1 < count:
                yield ReplyAnswered()
            yield ReplyProgress((index + 1) / request.count, f"Receiving {index + 1}")
        if self.used is not None:
            yield ReplyUsage(self.used)
        if self.hang_after is not None and self.hang_after >= count:
            await self._until_told()

    async def _until_told(self) -> None:
        told = asyncio.Event()
        self._waiting.append((asyncio.get_running_loop(), told))
        self.hanging.set()
        if self.when_hanging is not None:
            self.when_hanging()
        await told.wait()

    def _image(self, index: int, request: VariationRequest) -> ReplyImage:
        side = request.size_px
        return ReplyImage(
            index=index,
            data=plain_png(side, colour=(20 * len(self.calls) % 256, 20 * index % 256, 128)),
            media_type="image/png",
            width=side,
            height=side,
            seed=None if request.seed is None else request.seed + index,
            request_id=self.request_id,
        )


class FakeSecretStore:
    """Keys in memory. ``unavailable`` is raised by every method while it is set, ``kept`` is what ``set`` answers."""

    def __init__(self, *, unavailable: SecretStoreUnavailable | None = None, kept: Kept = Kept.KEYRING) -> None:
        self.unavailable = unavailable
        self.kept = kept
        self.secrets: dict[str, str] = {}

    def get(self, service_id: str) -> str | None:
        self._answer()
        return self.secrets.get(service_id)

    def set(self, service_id: str, secret: str) -> Kept:
        self._answer()
        self.secrets[service_id] = secret
        return self.kept

    def forget(self, service_id: str) -> None:
        self._answer()
        self.secrets.pop(service_id, None)

    def _answer(self) -> None:
        if self.unavailable is not None:
            raise self.unavailable


class FakeModelLister:
    """A ModelLister that knows some names, or refuses."""

    def __init__(self, *names: str, refuse: AppError | None = None) -> None:
        self.names = names
        self.refuse = refuse
        self.asked: list[tuple[ServiceProfile, Endpoint]] = []

    async def models(self, profile: ServiceProfile, endpoint: Endpoint) -> tuple[str, ...]:
        self.asked.append((profile, endpoint))
        if self.refuse is not None:
            raise self.refuse
        return self.names

    async def aclose(self) -> None:
        pass


class FakeServiceChecker:
    """A ServiceChecker that tells ``parts``; with ``hang`` it tells no more after them and waits to be cancelled."""

    def __init__(self, *parts: CheckPart, hang: bool = False) -> None:
        self.parts = parts
        self.hang = hang
        self.asked: list[tuple[ServiceProfile, Endpoint, bool]] = []
        self.left = threading.Event()

    async def check(
        self, profile: ServiceProfile, endpoint: Endpoint, *, make_images: bool
    ) -> AsyncGenerator[CheckPart, None]:
        self.asked.append((profile, endpoint, make_images))
        try:
            for part in self.parts:
                yield part
            if self.hang:
                await asyncio.Event().wait()
        finally:
            self.left.set()

    async def aclose(self) -> None:
        pass


class FakeSharing:
    """A Sharing that listens nowhere, or refuses. ``at``: the port it would listen at."""

    def __init__(self, *, refuse: AppError | None = None) -> None:
        self.refuse = refuse
        self.at: int | None = None
        self.starting: int | None = None
        """The port where a start that is under way will listen."""
        self.keys_made = 1

    async def start(self, port: int) -> Endpoint:
        if self.refuse is not None:
            raise self.refuse
        self.at = port
        assert self.endpoint is not None
        return self.endpoint

    async def stop(self) -> None:
        self.at = None

    @property
    def endpoint(self) -> Endpoint | None:
        key = f"sk-imgvar-{self.keys_made}"
        return None if self.at is None else Endpoint(f"http://127.0.0.1:{self.at}/v1", key)

    async def settled(self) -> None:
        if self.starting is not None:
            self.at = self.starting

    async def renew_key(self) -> None:
        self.keys_made += 1

    async def aclose(self) -> None:
        await self.stop()


class FakeEndpoints:
    """An EndpointSource that knows one place, or refuses."""

    def __init__(self, *, refuse: AppError | None = None, base_url: str = "http://127.0.0.1:9/v1") -> None:
        self.refuse = refuse
        self.found = Endpoint(base_url)
        self.asked: list[ServiceProfile] = []
        self.closed = False

    async def endpoint(self, profile: ServiceProfile) -> Endpoint:
        self.asked.append(profile)
        if self.refuse is not None:
            raise self.refuse
        return self.found

    async def aclose(self) -> None:
        self.closed = True


def plain_png(side_px: int, colour: tuple[int, int, int] = (40, 80, 120)) -> bytes:
    encoded = BytesIO()
    Image.new("RGB", (side_px, side_px), colour).save(encoded, "PNG")
    return encoded.getvalue()
