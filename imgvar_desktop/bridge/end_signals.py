"""Ctrl+C and a polite kill, as a signal of Qt's."""

import contextlib
import signal
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSocketNotifier, Signal, Slot

if TYPE_CHECKING:  # Loaded when the first paint is over or never: Windows has no such signals.
    from socket import socket


class EndSignals(QObject):
    """Lives in the GUI thread. Python's handlers run between two lines of Python, so a socket that the signal writes to
    wakes the event loop for them.
    """

    asked = Signal()
    """The program is to end. Comes between events: between two lines of Python may be in the middle of a paintEvent."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ends: tuple[socket, socket] | None = None

    def install(self) -> None:
        if sys.platform == "win32":
            return
        from socket import socketpair

        here, there = self._ends = socketpair()
        for end in self._ends:
            end.setblocking(False)
        signal.set_wakeup_fd(there.fileno())
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: None)
        notifier = QSocketNotifier(here.fileno(), QSocketNotifier.Type.Read, self)
        notifier.activated.connect(self._on_woken)

    @Slot()
    def _on_woken(self) -> None:
        assert self._ends is not None
        with contextlib.suppress(BlockingIOError):
            self._ends[0].recv(64)
        self.asked.emit()
