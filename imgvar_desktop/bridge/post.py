"""The way from any thread into the GUI's, for objects that do not live as long as the program."""

from collections.abc import Callable
from functools import cache

from PySide6.QtCore import QObject, Qt, Signal, Slot
from shiboken6 import isValid


class Post(QObject):
    """Lives in the GUI thread and is never deleted.

    An object that the GUI thread may delete must not emit its own signals in another thread: while Qt is still in the
    middle of the emission, the slot may have run and the object be gone. It crashed under many quick calls.
    """

    _given = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self._given.connect(self._on_given, Qt.ConnectionType.QueuedConnection)

    def give(self, receiver: QObject, work: Callable[[], None]) -> None:
        """``work`` in the GUI thread, unless ``receiver`` is gone by then. Any thread; in the order of the calls."""
        self._given.emit(receiver, work)

    @Slot(object, object)
    def _on_given(self, receiver: QObject, work: Callable[[], None]) -> None:
        if isValid(receiver):
            work()


@cache
def post() -> Post:
    """The one there is. For the first time in the GUI thread."""
    return Post()
