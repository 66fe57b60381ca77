"""A bug, wherever it happens, arrives once in the GUI thread, with what a person can copy."""

import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QThread, QTimer, Slot

from imgvar_desktop.bridge.crash_reporter import Crash, CrashReporter

pytestmark = pytest.mark.qt_no_exception_capture


@pytest.fixture
def reporter(qtbot) -> Iterator[CrashReporter]:
    before = sys.excepthook, threading.excepthook
    reporter = CrashReporter()
    reporter.install()
    yield reporter
    sys.excepthook, threading.excepthook = before


class Broken(QObject):
    @Slot()
    def slot(self) -> None:
        raise ZeroDivisionError("in a slot")


class BrokenThread(QThread):
    def run(self) -> None:
        raise ZeroDivisionError("in a thread of Qt's")


def in_a_slot() -> QObject:
    broken = Broken()
    QTimer.singleShot(0, broken.slot)
    return broken


def in_a_qthread() -> QObject:
    thread = BrokenThread()
    thread.start()
    return thread


def in_a_thread() -> threading.Thread:
    def run() -> None:
        raise ZeroDivisionError("in a thread of Python's")

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.parametrize("breaks", [in_a_slot, in_a_qthread, in_a_thread])
def test_a_bug_arrives_in_the_gui_thread_once(reporter, qtbot, expected_log, breaks):
    crashes: list[Crash] = []
    threads: list[QThread] = []
    reporter.crashed.connect(crashes.append)
    reporter.crashed.connect(lambda _: threads.append(QThread.currentThread()))

    broken = breaks()
    qtbot.waitUntil(lambda: bool(crashes), timeout=5000)

    if isinstance(broken, QThread):
        assert broken.wait(5000)
    (crash,) = crashes
    assert crash.summary.startswith("ZeroDivisionError: in a ")
    assert "Traceback" in crash.details
    assert threads == [reporter.thread()]
    (record,) = expected_log
    assert record.exc_info[0] is ZeroDivisionError


def test_ctrl_c_is_no_bug(reporter, qtbot, capsys):
    crashes: list[Crash] = []
    reporter.crashed.connect(crashes.append)

    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    qtbot.wait(1)

    assert crashes == []
    assert "KeyboardInterrupt" in capsys.readouterr().err


def test_uninstalled_it_hears_nothing_more(qtbot, capsys):
    before = sys.excepthook, threading.excepthook
    reporter = CrashReporter()
    reporter.install()

    reporter.uninstall()

    assert sys.excepthook is sys.__excepthook__
    assert threading.excepthook is threading.__excepthook__
    sys.excepthook, threading.excepthook = before
