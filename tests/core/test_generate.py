"""The road from a request to kept variations, over a real library; only the service is a fake."""

import asyncio
import hashlib
import shutil
import tempfile
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from imgvar_desktop.adapters.pictures import PillowPictures
from imgvar_desktop.adapters.pixel_files import PixelFiles
from imgvar_desktop.adapters.sqlite_library import SqliteLibrary
from imgvar_desktop.core.errors import (
    AppError,
    AuthRefused,
    BadReply,
    BillingRefused,
    ContentRefused,
    LibraryUnavailable,
    PictureRefused,
    RateLimited,
)
from imgvar_desktop.core.framing import Framing
from imgvar_desktop.core.generate import Generation, ask
from imgvar_desktop.core.geometry import Square
from imgvar_desktop.core.library import RunRecord, RunState
from imgvar_desktop.core.ports import ReplyImage, ReplyPart
from imgvar_desktop.core.prices import TokenCount, TokenPrices
from imgvar_desktop.core.request import Source, VariationRequest
from imgvar_desktop.core.runs import (
    ClosingEvent,
    RunEvent,
    RunFailed,
    RunFinished,
    RunProgress,
    RunStarted,
    RunStopped,
    VariationArrived,
    VariationHeld,
)
from imgvar_desktop.core.services import Endpoint, ServiceProfile
from tests.fakes import FakeEndpoints, FakeVariationClient, plain_png

PROFILE = ServiceProfile("test", "Test", "http://127.0.0.1:9/v1")
SIDE_PX = 32


class Pictures(PillowPictures):
    """Real, with a gate before the upload is made and a switch that spoils thumbnails."""

    def __init__(self) -> None:
        self.gate = Gate()
        self.spoil: Exception | None = None

    def upload_png(self, path: Path, framing: Framing, size_px: int, max_bytes: int) -> bytes:
        self.gate.pass_through()
        return super().upload_png(path, framing, size_px, max_bytes)

    def thumbnail(self, image: Path, target: Path, side_px: int) -> None:
        if self.spoil is not None:
            raise self.spoil
        super().thumbnail(image, target, side_px)


class Pixels(PixelFiles):
    """Real, with a gate before a variation is written and a disk that may be full after some."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.gate = Gate()
        self.room_for = 1000

    def write_variation(self, data: bytes, *, stem: str, media_type: str, month: str) -> tuple[str, str]:
        self.gate.pass_through()
        self.room_for -= 1
        if self.room_for < 0:
            raise LibraryUnavailable("The disk with the library is full.")
        return super().write_variation(data, stem=stem, media_type=media_type, month=month)


class Library(SqliteLibrary):
    """Real, until it is told to refuse."""

    refuse_closing: Exception | None = None

    def close_run(self, run: RunRecord) -> None:
        if self.refuse_closing is not None:
            raise self.refuse_closing
        super().close_run(run)


class Gate:
    """Open, or shut until it is opened; a thread that comes to it is waited for with ``reached``."""

    def __init__(self) -> None:
        self._open = threading.Event()
        self._open.set()
        self._reached = threading.Event()

    def shut(self) -> None:
        self._open.clear()

    def open(self) -> None:
        self._open.set()

    def pass_through(self) -> None:
        self._reached.set()
        assert self._open.wait(20), "nobody opened the gate"

    async def reached(self) -> None:
        assert await asyncio.to_thread(self._reached.wait, 20)


@dataclass
class World:
    folder: Path
    client: FakeVariationClient = field(default_factory=FakeVariationClient)
    endpoints: FakeEndpoints = field(default_factory=FakeEndpoints)
    pictures: Pictures = field(default_factory=Pictures)
    events: list[RunEvent] = field(default_factory=list)
    now: float = 0.0
    profile: ServiceProfile = PROFILE

    def __post_init__(self) -> None:
        self.library = Library(self.folder)
        self.pixels = Pixels(self.folder)
        key, _ = self.pixels.keep_source(plain_png(64))
        self.request = VariationRequest(
            Source(key, "lake", 64, 64), Framing(Square(8, 8, 48)), count=4, size_px=SIDE_PX, service_id="test"
        )

    def run(self, during: Callable[["asyncio.Task[None]"], Awaitable[object]] | None = None) -> ClosingEvent:
        """Carries out one run while ``during`` goes on, and its closing event. Raises what the run raises."""

        async def go() -> None:
            run = await generation.begin(self.request, self.profile)
            task = asyncio.create_task(generation.carry_out(run, self.profile, self.events.append))
            if during is not None:
                await during(task)
            await task

        self.events.clear()
        generation = self.generation()
        asyncio.run(go())
        return self.closing()

    def generation(self) -> Generation:
        return Generation(
            pictures=self.pictures,
            endpoints=self.endpoints,
            client=self.client,
            library=self.library,
            pixels=self.pixels,
            clock=lambda: self.now,
        )

    def closing(self) -> ClosingEvent:
        """The closing event, of which there is one, and it is the last."""
        closings = [event for event in self.events if isinstance(event, ClosingEvent)]
        assert closings == self.events[-1:]
        return closings[0]

    def arrived(self) -> list[int]:
        """The places of the variations that were told."""
        return [event.entry.index for event in self.events if isinstance(event, VariationArrived)]

    def check(self) -> None:
        """What was told, what the rows say and what lies on the disk is one and the same."""
        closing = self.closing()
        told = [event.entry for event in self.events if isinstance(event, VariationArrived)]
        rows = [entry for entry in self.library.entries() if entry.run_id == closing.run.id]
        assert sorted(told, key=lambda entry: entry.index) == rows
        assert closing.run == self.library.runs()[0]
        assert closing.run.arrived == len(rows)
        files = {path for path in (self.folder / "images").rglob("*") if path.is_file()}
        assert files == {self.pixels.path_of(entry) for entry in self.library.entries()}
        for entry in rows:
            assert hashlib.sha256(self.pixels.path_of(entry).read_bytes()).hexdigest() == entry.sha256
            assert self.pixels.thumbnail_path(entry.sha256).is_file()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "library")
    yield world
    world.library.close()


def test_every_variation_that_was_asked_for_is_kept_and_told(world: World) -> None:
    world.client.request_id = "req_1"

    closing = world.run()

    assert isinstance(closing, RunFinished)
    assert (closing.run.state, closing.run.arrived, closing.run.message) == (RunState.FINISHED, 4, "")
    assert closing.run.request_id == "req_1"
    assert closing.problems == ()
    assert world.arrived() == [0, 1, 2, 3]
    assert isinstance(world.events[0], RunStarted)
    entry = world.library.entries()[2]
    assert entry.file.endswith("/lake_v01-03.png")
    assert (entry.run_number, entry.width, entry.height, entry.source_name) == (1, SIDE_PX, SIDE_PX, "lake")
    world.check()


def test_the_service_gets_the_square_that_was_chosen_and_nothing_else(world: World) -> None:
    world.endpoints.found = Endpoint("http://somewhere/v1", key="sk-something")

    world.run()

    (call,) = world.client.calls
    assert (call.request, call.profile, call.endpoint) == (world.request, PROFILE, world.endpoints.found)
    with Image.open(BytesIO(call.png)) as sent:
        assert (sent.format, sent.size) == ("PNG", (SIDE_PX, SIDE_PX))
    assert world.endpoints.asked == [PROFILE]


def test_what_the_service_says_of_its_progress_is_told(world: World) -> None:
    world.run()

    progress = [(e.fraction, e.activity) for e in world.events if isinstance(e, RunProgress)]
    assert progress[:3] == [(None, "Preparing the picture"), (None, "Uploading"), (0.25, "Receiving 1")]


def test_seeds_are_kept_with_their_variations(world: World) -> None:
    world.request = replace(world.request, seed=40, count=2)

    world.run()

    assert [entry.seed for entry in world.library.entries()] == [40, 41]


def test_a_second_run_does_not_touch_the_first_ones_files(world: World) -> None:
    world.run()
    first = {path: path.read_bytes() for path in (world.folder / "images").rglob("*.png")}

    closing = world.run()

    assert closing.run.number == 2
    assert {path: path.read_bytes() for path in first} == first
    world.check()


def test_a_run_says_how_long_such_a_run_took_lately(world: World) -> None:
    class Listening(list[RunEvent]):
        def append(self, event: RunEvent) -> None:
            if isinstance(event, VariationArrived):
                world.now += 1.0
            super().append(event)

    world.events = Listening()
    first = world.run()
    assert (world.events[0], first.run.seconds) == (RunStarted(first.run.id, None), 4.0)

    world.request = replace(world.request, count=2)
    second = world.run()
    assert world.events[0] == RunStarted(second.run.id, 2.0)


REFUSED = BillingRefused("The account has no money left.", request_id="req_9")
LIMITED = RateLimited("The service is asked too often.", retryable=True)
UNSAFE = ContentRefused("The service's safety system refused.")


@pytest.mark.parametrize(
    ("switches", "kind", "arrived", "problems"),
    [
        ({"send": 2}, RunFinished, [0, 1], BadReply),
        ({"problems": {1: UNSAFE}}, RunFinished, [0, 2, 3], ContentRefused),
        ({"problems": {0: UNSAFE, 3: LIMITED}}, RunFinished, [1, 2], ContentRefused),
        ({"send": 0}, RunFailed, [], BadReply),
        ({"problems": dict.fromkeys(range(4), LIMITED)}, RunFailed, [], RateLimited),
        ({"refuse": REFUSED}, RunFailed, [], BillingRefused),
        ({"send": 3, "break_with": REFUSED}, RunFailed, [0, 1, 2], BillingRefused),
    ],
)
def test_fewer_than_asked_for_comes_with_the_reason(
    world: World, switches: dict[str, object], kind: type, arrived: list[int], problems: type[AppError]
) -> None:
    for name, value in switches.items():
        setattr(world.client, name, value)

    closing = world.run()

    assert type(closing) is kind
    reason = closing.problems[0] if isinstance(closing, RunFinished) else getattr(closing, "error", None)
    assert isinstance(reason, problems)
    assert closing.run.message == str(reason)
    assert world.arrived() == arrived
    world.check()


def test_each_problem_of_a_run_is_told(world: World) -> None:
    world.client.problems = {0: UNSAFE, 3: LIMITED}

    closing = world.run()

    assert isinstance(closing, RunFinished)
    assert closing.problems == (UNSAFE, LIMITED)


def test_a_service_that_sends_too_few_may_be_asked_again(world: World) -> None:
    world.client.send = 3

    closing = world.run()

    assert isinstance(closing, RunFinished)
    assert [problem.retryable for problem in closing.problems] == [True]
    assert "3 of 4" in closing.run.message


def test_a_refusal_keeps_the_servers_name_for_the_call(world: World) -> None:
    world.client.refuse = REFUSED

    assert world.run().run.request_id == "req_9"


def _no_source(world: World) -> None:
    world.pixels.drop_sources_except(frozenset())


def _no_picture(world: World) -> None:
    key, _ = world.pixels.keep_source(b"not a picture")
    world.request = replace(world.request, source=replace(world.request.source, key=key))


def _no_key(world: World) -> None:
    world.endpoints.refuse = AuthRefused("This service needs a key.")


@pytest.mark.parametrize(
    ("spoil", "error"), [(_no_source, LibraryUnavailable), (_no_picture, PictureRefused), (_no_key, AuthRefused)]
)
def test_what_goes_wrong_before_the_call_fails_the_run_and_sends_nothing(
    world: World, spoil: Callable[[World], None], error: type[AppError]
) -> None:
    spoil(world)

    closing = world.run()

    assert isinstance(closing, RunFailed)
    assert isinstance(closing.error, error)
    assert world.client.calls == []
    world.check()


def test_a_bug_closes_the_run_and_travels_on(world: World) -> None:
    world.client.send, world.client.break_with = 1, ZeroDivisionError("ours")

    with pytest.raises(ZeroDivisionError):
        world.run()

    closing = world.closing()
    assert isinstance(closing, RunFailed)
    assert "mistake" in str(closing.error)
    assert world.arrived() == [0]
    world.check()


def test_a_disk_that_fills_up_fails_the_run_and_loses_nothing_that_came(world: World) -> None:
    world.pixels.room_for = 2

    closing = world.run()

    assert isinstance(closing, RunFailed)
    assert isinstance(closing.error, LibraryUnavailable)
    assert world.arrived() == [0, 1]
    held = [event for event in world.events if isinstance(event, VariationHeld)]
    assert [event.image.index for event in held] == [2, 3]
    assert all(event.image.data.startswith(b"\x89PNG") for event in held)
    assert world.client.left.is_set()
    world.check()


def test_a_server_that_is_asked_for_each_image_is_not_asked_for_what_there_is_no_room_for(world: World) -> None:
    world.client.one_at_a_time = True
    world.pixels.room_for = 2

    closing = world.run()

    assert isinstance(closing, RunFailed)
    held = [event.image.index for event in world.events if isinstance(event, VariationHeld)]
    assert held == [2]  # the one that showed that the disk is full; the next was never asked for
    assert world.client.left.is_set()


def test_held_images_are_kept_when_there_is_room_again(world: World) -> None:
    world.pixels.room_for = 2
    world.run()
    held = [event for event in world.events if isinstance(event, VariationHeld)]

    with pytest.raises(LibraryUnavailable, match="full"):
        asyncio.run(world.generation().keep(held[0]))
    world.pixels.room_for = 2
    entries = [asyncio.run(world.generation().keep(event)) for event in held]

    assert [entry.index for entry in entries] == [2, 3]
    assert world.library.runs()[0].missing == 0
    assert [world.pixels.path_of(entry).read_bytes() for entry in entries] == [event.image.data for event in held]


def test_nothing_is_asked_for_that_the_disk_has_no_room_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    # The disk's own figure, not ours: what the system tells is what there is.
    usage = shutil.disk_usage(world.folder)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=100))

    closing = world.run()

    assert isinstance(closing, RunFailed)
    assert "0 MB left" in str(closing.error)
    assert world.client.calls == []


@pytest.mark.parametrize("error", [PictureRefused("No picture."), OSError(28, "full")])
@pytest.mark.expected_log("no thumbnail")
def test_a_variation_without_a_thumbnail_is_kept(world: World, error: Exception) -> None:
    world.pictures.spoil = error

    closing = world.run()

    assert isinstance(closing, RunFinished)
    assert len(world.library.entries()) == 4


@pytest.mark.parametrize("arrived", [0, 1, 3, 4])
def test_a_stopped_run_keeps_what_had_arrived(world: World, arrived: int) -> None:
    world.client.hang_after = arrived

    async def stop(task: "asyncio.Task[None]") -> None:
        await asyncio.to_thread(world.client.hanging.wait, 20)
        task.cancel()

    with pytest.raises(asyncio.CancelledError):
        world.run(stop)

    assert isinstance(world.closing(), RunStopped)
    assert world.arrived() == list(range(arrived))
    assert world.client.left.is_set()
    world.check()


def test_a_run_that_is_stopped_before_its_first_step_closes_too(world: World) -> None:
    world.pictures.gate.shut()

    async def stop(task: "asyncio.Task[None]") -> None:
        await world.pictures.gate.reached()
        task.cancel()
        await asyncio.wait({task}, timeout=20)
        world.pictures.gate.open()

    with pytest.raises(asyncio.CancelledError):
        world.run(stop)

    assert isinstance(world.closing(), RunStopped)
    assert world.client.calls == []
    world.check()


@pytest.mark.parametrize("times", [1, 3])
def test_an_image_that_is_being_written_when_the_run_is_stopped_is_kept_and_told(world: World, times: int) -> None:
    world.pixels.gate.shut()

    async def stop(task: "asyncio.Task[None]") -> None:
        await world.pixels.gate.reached()
        for _ in range(times):
            task.cancel()
            await asyncio.sleep(0)  # lets the task meet it
        assert not task.done()
        world.pixels.gate.open()

    with pytest.raises(asyncio.CancelledError):
        world.run(stop)

    assert isinstance(world.closing(), RunStopped)
    assert world.arrived() == [0]
    world.check()


def test_an_image_that_is_being_written_survives_the_end_of_the_loop(world: World) -> None:
    world.pixels.gate.shut()

    async def leave(task: "asyncio.Task[None]") -> None:
        await world.pixels.gate.reached()
        for every in asyncio.all_tasks() - {asyncio.current_task()}:
            every.cancel()
        await asyncio.sleep(0)  # lets them meet it
        world.pixels.gate.open()

    with pytest.raises(asyncio.CancelledError):
        world.run(leave)

    assert world.arrived() == [0]
    world.check()


def test_a_stop_does_not_hide_that_an_image_could_not_be_kept(world: World) -> None:
    world.pixels.room_for = 0
    world.pixels.gate.shut()

    async def stop(task: "asyncio.Task[None]") -> None:
        await world.pixels.gate.reached()
        task.cancel()
        await asyncio.sleep(0)  # lets the task meet it
        world.pixels.gate.open()

    closing = world.run(stop)

    assert isinstance(closing, RunFailed)
    assert isinstance(closing.error, LibraryUnavailable)
    world.check()


def _answers(_: World) -> None:
    pass


def _refuses(world: World) -> None:
    world.client.refuse = REFUSED


def _hangs(world: World) -> None:
    world.client.hang_after = 1


LOST = LibraryUnavailable("The library's disk could not be read or written.")


@pytest.mark.expected_log("could not be closed in the library")
@pytest.mark.parametrize(
    ("way", "error"), [(_answers, LibraryUnavailable), (_refuses, BillingRefused), (_hangs, LibraryUnavailable)]
)
def test_a_library_that_cannot_write_the_end_still_gets_one(
    world: World, way: Callable[[World], None], error: type[AppError]
) -> None:
    way(world)
    world.library.refuse_closing = LOST

    async def stop_if_it_hangs(task: "asyncio.Task[None]") -> None:
        if world.client.hang_after is not None:
            await asyncio.to_thread(world.client.hanging.wait, 20)
            task.cancel()

    with suppress(asyncio.CancelledError):
        world.run(stop_if_it_hangs)

    closing = world.closing()
    assert isinstance(closing, RunFailed)
    assert isinstance(closing.error, error)
    assert (closing.run.state, closing.run.message) == (RunState.FAILED, str(closing.error))
    assert world.library.runs()[0].state is RunState.RUNNING  # and is interrupted at the next start


@pytest.mark.parametrize("way", [_answers, _refuses])
def test_a_bug_in_writing_the_end_travels_after_it_was_told(world: World, way: Callable[[World], None]) -> None:
    way(world)
    world.library.refuse_closing = ZeroDivisionError("ours")

    with pytest.raises(ZeroDivisionError):
        world.run()

    assert isinstance(world.closing(), RunFailed)


def test_a_run_that_never_got_its_turn_is_stopped(world: World) -> None:
    run = asyncio.run(world.generation().begin(world.request, PROFILE))
    assert world.library.runs() == (run,)

    closing = world.generation().close_unstarted(run)

    assert isinstance(closing, RunStopped)
    assert world.library.runs() == (closing.run,)
    assert closing.run.state is RunState.STOPPED


@pytest.mark.expected_log("could not be closed in the library")
def test_a_run_that_never_got_its_turn_closes_in_spite_of_the_library(world: World) -> None:
    run = asyncio.run(world.generation().begin(world.request, PROFILE))
    world.library.refuse_closing = LOST

    assert world.generation().close_unstarted(run) == RunFailed(
        replace(run, state=RunState.FAILED, seconds=0.0, message=str(LOST)), LOST
    )


def test_asking_alone_needs_no_library(world: World) -> None:
    source = world.pixels.source_path(world.request.source.key)

    async def images() -> list[ReplyPart]:
        parts: AsyncGenerator[ReplyPart, None] = ask(
            world.request, source, PROFILE, pictures=world.pictures, endpoints=world.endpoints, client=world.client
        )
        return [part async for part in parts if isinstance(part, ReplyImage)]

    assert len(asyncio.run(images())) == 4
    assert world.library.entries() == ()


@settings(max_examples=60)
@given(
    count=st.integers(1, 5),
    send=st.none() | st.integers(0, 5),
    problems=st.sets(st.integers(0, 4), max_size=5),
    hang_after=st.none() | st.integers(0, 5),
    breaks=st.sampled_from([None, REFUSED, ZeroDivisionError("ours")]),
    room_for=st.integers(0, 6),
)
def test_however_a_run_goes_it_closes_once_and_all_agree(
    count: int, send: int | None, problems: set[int], hang_after: int | None, breaks: Exception | None, room_for: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        client = FakeVariationClient(
            send=send, problems=dict.fromkeys(problems, UNSAFE), hang_after=hang_after, break_with=breaks
        )
        world = World(Path(folder) / "library", client=client)
        world.request = replace(world.request, count=count)
        world.pixels.room_for = room_for

        async def stop_where_it_hangs(task: "asyncio.Task[None]") -> None:
            client.when_hanging = task.cancel

        try:
            with suppress(asyncio.CancelledError, ZeroDivisionError):
                world.run(stop_where_it_hangs)
            world.check()
        finally:
            world.library.close()


# Cost


COUNTED = TokenCount(text_in=100, image_in=400, out=1056)
PRICES = TokenPrices(text_in_usd=5.0, image_in_usd=8.0, image_out_usd=30.0)


@pytest.mark.parametrize(
    ("profile", "used", "usd"),
    [
        (replace(PROFILE, token_prices=PRICES), COUNTED, 0.03538),
        (replace(PROFILE, token_prices=PRICES), None, None),  # nobody counted
        (PROFILE, COUNTED, None),  # nobody knows the prices
        (replace(PROFILE, price_usd=0.02), None, 0.08),
        (replace(PROFILE, price_usd=0.0), None, 0.0),
        (replace(PROFILE, price_usd=0.02, token_prices=PRICES), COUNTED, 0.03538),
    ],
)
def test_what_a_run_cost_is_kept(
    world: World, profile: ServiceProfile, used: TokenCount | None, usd: float | None
) -> None:
    world.profile, world.client.used = profile, used

    closing = world.run()

    assert closing.run.cost_usd == (usd if usd is None else pytest.approx(usd))
    world.check()


def test_a_run_that_breaks_off_costs_what_arrived(world: World) -> None:
    world.profile = replace(PROFILE, price_usd=0.02)
    world.client.send, world.client.break_with = 3, RateLimited("slow")

    assert world.run().run.cost_usd == pytest.approx(0.06)


def test_what_was_asked_in_words_is_kept(world: World) -> None:
    world.request = replace(world.request, prompt="in blue", quality="high")

    world.run()

    assert world.library.runs()[0].request == world.request
