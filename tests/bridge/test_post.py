"""What threads give to the GUI's comes there, in order, and not to what is gone."""

import threading
from functools import partial

from PySide6.QtCore import QCoreApplication, QEvent, QObject

from imgvar_desktop.bridge.async_thread import Call
from imgvar_desktop.bridge.post import post
from tests.bridge.conftest import PATIENCE_MS


def in_a_thread(work) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def test_what_is_given_in_a_thread_is_done_in_the_guis_in_order(qtbot):
    receiver, done, way = QObject(), [], post()

    def note(number: int) -> None:
        done.append((number, threading.current_thread() is threading.main_thread()))

    in_a_thread(lambda: [way.give(receiver, partial(note, number)) for number in range(50)])
    assert done == []  # later, when the loop turns

    qtbot.waitUntil(lambda: len(done) == 50, timeout=PATIENCE_MS)
    assert done == [(number, True) for number in range(50)]


def test_what_is_for_an_object_that_is_gone_is_left(qtbot):
    gone, there, done, way = QObject(), QObject(), [], post()

    in_a_thread(lambda: (way.give(gone, partial(done.append, "gone")), way.give(there, partial(done.append, "there"))))
    gone.deleteLater()
    QCoreApplication.sendPostedEvents(gone, int(QEvent.Type.DeferredDelete))

    qtbot.waitUntil(lambda: bool(done), timeout=PATIENCE_MS)
    assert done == ["there"]


def test_hundreds_of_answers_at_once_take_nobody_down(qtbot, async_thread):
    """Each call is deleted as soon as it was answered: that was once in the middle of the worker's own signal."""
    answers: list[object] = []

    async def answer(number: int) -> int:
        return number

    for number in range(400):
        Call(async_thread.submit(answer(number)), async_thread).succeeded.connect(answers.append)

    qtbot.waitUntil(lambda: len(answers) == 400, timeout=PATIENCE_MS)
    assert answers == list(range(400))
