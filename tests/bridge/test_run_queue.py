"""Each run that was submitted ends in exactly one closing event, whatever happens on its way."""

from collections import Counter
from dataclasses import replace

import pytest

from imgvar_desktop.bridge.async_thread import AsyncThread
from imgvar_desktop.bridge.run_queue import RunQueue
from imgvar_desktop.core.errors import LibraryUnavailable, ServerFailed, Unreachable
from imgvar_desktop.core.framing import Framing
from imgvar_desktop.core.geometry import Square
from imgvar_desktop.core.library import RunState
from imgvar_desktop.core.request import Source, VariationRequest
from imgvar_desktop.core.runs import (
    ClosingEvent,
    RunEvent,
    RunFailed,
    RunFinished,
    RunQueued,
    RunStarted,
    RunStopped,
    VariationArrived,
)
from imgvar_desktop.core.services import ON_DEVICE, ON_DEVICE_ID
from tests.fakes import plain_png

PATIENCE_MS = 15_000


class Watched:
    """A queue, what it reported, and ways to use it."""

    def __init__(self, queue: RunQueue, request: VariationRequest, qtbot) -> None:
        self.queue = queue
        self.request = request
        self.events: list[RunEvent] = []
        self.refusals: list[Exception] = []
        self._qtbot = qtbot
        queue.reported.connect(self.events.append)
        queue.refused.connect(self.refusals.append)

    def submit(self, count: int = 2) -> None:
        self.queue.submit(replace(self.request, count=count), ON_DEVICE)

    def of(self, *kinds: type) -> list:
        return [event for event in self.events if isinstance(event, kinds)]

    @property
    def closed(self) -> list[ClosingEvent]:
        return self.of(RunFinished, RunStopped, RunFailed)

    def until(self, fact) -> None:
        self._qtbot.waitUntil(lambda: bool(fact()), timeout=PATIENCE_MS)

    def until_closed(self, runs: int = 1) -> None:
        self.until(lambda: len(self.closed) >= runs)


@pytest.fixture
def watched(qtbot, async_thread, get_workshop, workshop):
    key, _ = workshop.pixels.keep_source(plain_png(64))
    source = Source(key, "lake", 64, 64)
    request = VariationRequest(
        source=source, framing=Framing(Square(0, 0, 64)), count=2, size_px=256, service_id=ON_DEVICE_ID, seed=1
    )
    watched = Watched(RunQueue(async_thread, get_workshop), request, qtbot)
    yield watched
    # On every path: one closing event for each run, its last one, and nothing is open any more.
    opened = [event.run.id for event in watched.of(RunQueued)]
    assert Counter(event.run.id for event in watched.closed) == Counter(opened)
    for run_id in opened:
        own = [
            e for e in watched.events if run_id in {getattr(e, "run_id", ""), getattr(getattr(e, "run", 0), "id", 0)}
        ]
        assert isinstance(own[0], RunQueued)
        assert isinstance(own[-1], RunFinished | RunStopped | RunFailed)
    assert watched.queue.open_runs == ()
    left = [run.state for run in workshop.library.runs()]
    assert RunState.RUNNING not in left


def test_a_run_reports_each_image_and_finishes(watched):
    watched.submit(3)
    watched.until_closed()

    assert [event.entry.index for event in watched.of(VariationArrived)] == [0, 1, 2]
    (closing,) = watched.closed
    assert isinstance(closing, RunFinished)
    assert closing.run.arrived == 3


def test_a_refusal_fails_the_run(watched, client):
    client.refuse = Unreachable("Nobody there.")

    watched.submit()
    watched.until_closed()

    (closing,) = watched.closed
    assert isinstance(closing, RunFailed)
    assert str(closing.error) == "Nobody there."


def test_what_arrived_before_a_failure_is_kept(watched, client):
    client.send, client.break_with = 1, ServerFailed("It broke.")

    watched.submit(3)
    watched.until_closed()

    (closing,) = watched.closed
    assert isinstance(closing, RunFailed)
    assert closing.run.arrived == 1


def test_a_bug_fails_the_run_and_is_raised(watched, client, qtbot):
    client.send, client.break_with = 1, ZeroDivisionError("a mistake")

    with qtbot.captureExceptions() as raised:
        watched.submit()
        watched.until_closed()
        watched.until(lambda: raised)

    (closing,) = watched.closed
    assert isinstance(closing, RunFailed)
    assert [kind for kind, _, _ in raised] == [ZeroDivisionError]


def test_a_hanging_run_is_stopped_with_what_it_has(watched, client):
    client.hang_after = 1
    watched.submit(3)
    assert client.hanging.wait(10)
    watched.until(lambda: watched.of(VariationArrived))

    watched.queue.stop(watched.queue.open_runs[0])
    watched.until_closed()

    (closing,) = watched.closed
    assert isinstance(closing, RunStopped)
    assert closing.run.arrived == 1
    assert client.left.is_set()


def test_runs_wait_their_turn(watched, client):
    client.hang_after = 0
    watched.submit()
    watched.submit()
    assert client.hanging.wait(10)
    watched.until(lambda: len(watched.queue.open_runs) == 2)
    assert len(watched.of(RunStarted)) == 1

    client.hang_after = None
    client.go_on()
    watched.until_closed(2)

    assert [event.run.number for event in watched.closed] == [1, 2]


def test_a_waiting_run_is_stopped_before_it_began(watched, client):
    client.hang_after = 0
    watched.submit()
    watched.submit()
    watched.until(lambda: len(watched.queue.open_runs) == 2)
    assert client.hanging.wait(10)
    first, second = watched.queue.open_runs

    watched.queue.stop(second)
    watched.until_closed()
    assert watched.closed[0].run.id == second
    assert watched.queue.open_runs == (first,)
    client.go_on()
    watched.until_closed(2)

    assert [type(event) for event in watched.closed] == [RunStopped, RunFinished]
    assert len(client.calls) == 1


def test_all_are_stopped_at_once(watched, client):
    client.hang_after = 0
    for _ in range(3):
        watched.submit()
    watched.until(lambda: len(watched.queue.open_runs) == 3)

    watched.queue.stop_all()
    watched.until_closed(3)

    assert {type(event) for event in watched.closed} == {RunStopped}


def test_stopping_a_run_that_is_over_does_nothing(watched):
    watched.submit()
    watched.until_closed()

    watched.queue.stop(watched.closed[0].run.id)
    watched.submit()
    watched.until_closed(2)

    assert [type(event) for event in watched.closed] == [RunFinished, RunFinished]


def test_the_end_of_the_program_closes_runs_as_stopped(watched, client, async_thread: AsyncThread):
    client.hang_after = 0
    watched.submit()
    watched.submit()
    watched.until(lambda: len(watched.queue.open_runs) == 2)

    async_thread.submit(async_thread.cancel_submitted()).result(10)
    watched.until_closed(2)

    assert {type(event) for event in watched.closed} == {RunStopped}


def test_a_library_that_refuses_is_told_without_a_run(qtbot, async_thread):
    async def gone() -> None:
        raise LibraryUnavailable("The library is gone.")

    queue = RunQueue(async_thread, gone)
    request = VariationRequest(
        source=Source("0" * 64, "lake", 64, 64),
        framing=Framing(Square(0, 0, 64)),
        count=1,
        size_px=256,
        service_id=ON_DEVICE_ID,
    )

    with qtbot.waitSignal(queue.refused, timeout=PATIENCE_MS) as got:
        queue.submit(request, ON_DEVICE)

    assert str(got.args[0]) == "The library is gone."
    assert queue.open_runs == ()
