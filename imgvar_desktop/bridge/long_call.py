"""Work of minutes: it tells how far it is, and when it is asked to stop it ends by itself, with what it has."""

import threading
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from imgvar_desktop.bridge.async_thread import AsyncThread, Call
from imgvar_desktop.bridge.post import post

Tell = Callable[[object], None]
Stopped = Callable[[], bool]
LongWork = Callable[[Tell, Stopped], Awaitable[Any]]
"""Runs in the worker's loop; what it is given may be called in any thread."""


class LongCall(QObject):
    """Lives in the GUI thread, as long as its parent or until it is over. One of ``succeeded`` and ``failed`` comes."""

    progressed = Signal(object)
    """A core.library_check.Progress, in the GUI thread."""
    succeeded = Signal(object)
    """The result, in the GUI thread; of work that was stopped as well."""
    failed = Signal(object)
    """An AppError, in the GUI thread."""

    def __init__(self, thread: AsyncThread, work: LongWork, parent: QObject) -> None:
        super().__init__(parent)
        self._stop = threading.Event()
        self._post = post()
        self._call = Call(thread.submit(self._work(work)), self)
        self._call.succeeded.connect(self._on_succeeded)
        self._call.failed.connect(self._on_failed)

    def stop(self) -> None:
        self._stop.set()

    async def _work(self, work: LongWork) -> object:
        import asyncio

        working = asyncio.ensure_future(work(self._tell, self._stop.is_set))
        try:
            return await asyncio.shield(working)
        except asyncio.CancelledError:
            # The program ends, and closes the library next: not while a thread is still at work in it.
            self._stop.set()
            await asyncio.wait({working})
            raise

    def _tell(self, progress: object) -> None:
        self._post.give(self, partial(self.progressed.emit, progress))

    @Slot(object)
    def _on_succeeded(self, result: object) -> None:
        self.succeeded.emit(result)
        self.deleteLater()

    @Slot(object)
    def _on_failed(self, error: object) -> None:
        self.failed.emit(error)
        self.deleteLater()
