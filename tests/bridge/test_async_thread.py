"""The worker: work is cancelled at once, stopped within a bound, and its mistakes come out."""

import asyncio
import threading
import time

import pytest
from PySide6.QtCore import QObject, QThread
from shiboken6 import isValid

from imgvar_desktop.bridge.async_thread import AsyncThread, Call
from imgvar_desktop.core.errors import AppError

PATIENCE_MS = 10_000


@pytest.fixture
def owner(qtbot) -> QObject:
    """In the GUI thread, as whoever asks is."""
    return QObject()


async def answer(value: object) -> object:
    return value


async def refuse() -> None:
    raise AppError("No.")


async def blunder() -> None:
    raise ZeroDivisionError("a mistake")


class Hanging:
    """Waits for ever, and tells when it began and when it was cancelled. Any thread."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.cancelled = threading.Event()

    async def __call__(self) -> None:
        self.entered.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.cancelled.set()
            raise


def test_work_runs_in_the_worker_and_its_result_arrives_in_the_gui_thread(qtbot, async_thread, owner):
    seen: list[QThread] = []

    async def where() -> QThread:
        return QThread.currentThread()

    call = Call(async_thread.submit(where()), owner)
    call.succeeded.connect(lambda _: seen.append(QThread.currentThread()))
    with qtbot.waitSignal(call.succeeded, timeout=PATIENCE_MS) as got:
        pass

    assert got.args == [async_thread]
    assert seen == [owner.thread()]


def test_the_very_object_arrives(qtbot, async_thread, owner):
    value = {1: "not a string for a key", 2**40: "beyond an int of Qt's"}

    call = Call(async_thread.submit(answer(value)), owner)
    with qtbot.waitSignal(call.succeeded, timeout=PATIENCE_MS) as got:
        pass

    assert got.args[0] is value


def test_an_expected_error_is_told_and_nothing_else(qtbot, async_thread, owner):
    call = Call(async_thread.submit(refuse()), owner)
    succeeded: list[object] = []
    call.succeeded.connect(succeeded.append)

    with qtbot.waitSignal(call.failed, timeout=PATIENCE_MS) as got:
        pass

    assert str(got.args[0]) == "No."
    assert succeeded == []


def test_a_mistake_is_told_and_raised_where_the_crash_reporter_sees_it(qtbot, async_thread, owner):
    call = Call(async_thread.submit(blunder()), owner)

    with qtbot.captureExceptions() as raised, qtbot.waitSignal(call.failed, timeout=PATIENCE_MS) as got:
        pass

    assert type(got.args[0]) is AppError
    assert [kind for kind, _, _ in raised] == [ZeroDivisionError]


def test_cancelled_work_is_interrupted_and_says_nothing(qtbot, async_thread, owner):
    hanging = Hanging()
    call = Call(async_thread.submit(hanging()), owner)
    said: list[object] = []
    call.succeeded.connect(said.append)
    call.failed.connect(said.append)
    assert hanging.entered.wait(10)

    call.cancel()
    qtbot.waitUntil(lambda: not isValid(call), timeout=PATIENCE_MS)

    assert hanging.cancelled.wait(10)
    assert said == []


def test_an_answer_for_somebody_who_is_gone_is_dropped(qtbot, async_thread):
    owner = QObject()
    told = threading.Event()
    hanging = Hanging()

    async def late() -> None:
        try:
            await hanging()
        finally:
            told.set()

    future = async_thread.submit(late())
    Call(future, owner)
    assert hanging.entered.wait(10)
    owner.deleteLater()
    qtbot.waitUntil(lambda: not isValid(owner), timeout=PATIENCE_MS)

    future.cancel()

    assert told.wait(10)


def test_all_submitted_work_is_cancelled_and_awaited(qtbot, async_thread):
    several = [Hanging() for _ in range(3)]
    for hanging in several:
        async_thread.submit(hanging())
        assert hanging.entered.wait(10)

    async_thread.submit(async_thread.cancel_submitted()).result(10)

    assert all(hanging.cancelled.is_set() for hanging in several)


def test_stopping_cancels_what_hangs(qtbot):
    thread, hanging = AsyncThread(), Hanging()
    thread.start()
    future = thread.submit(hanging())
    assert hanging.entered.wait(10)

    began = time.monotonic()
    assert thread.stop(PATIENCE_MS)

    assert time.monotonic() - began < 2
    assert hanging.cancelled.is_set()
    assert future.cancelled()
    assert not thread.isRunning()


def test_stopping_says_when_something_will_not_stop(qtbot):
    thread, entered, go_on = AsyncThread(), threading.Event(), threading.Event()

    async def deaf() -> None:
        entered.set()
        go_on.wait()  # blocks the loop, as a careless library would

    thread.start()
    thread.submit(deaf())
    assert entered.wait(10)

    began = time.monotonic()
    assert not thread.stop(100)
    assert time.monotonic() - began < 2

    go_on.set()
    assert thread.stop(PATIENCE_MS)


def test_a_thread_that_never_ran_is_stopped(qtbot):
    assert AsyncThread().stop(PATIENCE_MS)


def test_stopping_right_after_the_start_waits_for_the_loop(qtbot):
    thread = AsyncThread()
    thread.start()

    assert thread.stop(PATIENCE_MS)
    assert not thread.isRunning()


def test_the_thread_s_name_is_in_the_log(async_thread):
    async def name() -> str:
        return threading.current_thread().name

    assert async_thread.submit(name()).result(10) == "worker"


def test_what_is_asked_for_after_the_end_is_cancelled(qtbot):
    thread = AsyncThread()
    thread.start()
    assert thread.stop(PATIENCE_MS)

    async def too_late() -> None:
        raise AssertionError("nobody is there to do it")

    answer = thread.submit(too_late())

    assert answer.cancelled()
