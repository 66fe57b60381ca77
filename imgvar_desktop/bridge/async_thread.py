"""A QThread whose run() owns an asyncio loop, loaded at its first use: where everything slow happens."""

import logging
import threading
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, QThread, Signal

from imgvar_desktop.bridge.post import post
from imgvar_desktop.core.errors import AppError

if TYPE_CHECKING:
    from concurrent.futures import Future

    from imgvar_desktop.bridge.work_loop import WorkLoop

log = logging.getLogger(__name__)

T = TypeVar("T")


class AsyncThread(QThread):
    """The worker. Made, started and stopped by the composition root, in the GUI thread.

    A cancelled task interrupts a blocked read at once, which closing a blocking client from another thread does not.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("worker")
        self._made: WorkLoop | None = None
        self._making = threading.Lock()

    def run(self) -> None:
        threading.current_thread().name = self.objectName()
        self._loop.run()

    def submit(self, work: Coroutine[Any, Any, T]) -> "Future[T]":
        """``work`` as a task of the loop. Cancelling the future cancels the task. Any thread."""
        return self._loop.submit(work)

    async def cancel_submitted(self) -> None:
        """Cancels what was submitted and awaits its end; tasks that adapters keep for themselves go on. Worker."""
        await self._loop.cancel_submitted()

    def stop(self, bound_ms: int) -> bool:
        """Cancels every task, ends the loop and waits for the thread, ``bound_ms`` at most.

        False: something in the thread ignores being cancelled, and only ``os._exit`` will leave without an abort.
        """
        if not self.isRunning():
            return True
        self._loop.stop(bound_ms / 1000)
        return self.wait(bound_ms)

    @property
    def _loop(self) -> "WorkLoop":
        with self._making:
            if self._made is None:
                from imgvar_desktop.bridge.work_loop import WorkLoop

                self._made = WorkLoop()
            return self._made


class Call(QObject):
    """One piece of work under way in the worker. Lives in the GUI thread, as long as its parent or until it is over.

    Exactly one of ``succeeded`` and ``failed`` comes, unless the work was cancelled: then neither.
    """

    succeeded = Signal(object)
    """The result, in the GUI thread."""
    failed = Signal(object)
    """An AppError, in the GUI thread. What is no AppError goes to the crash reporter as well."""

    def __init__(self, future: "Future[Any]", parent: QObject) -> None:
        super().__init__(parent)
        self._future = future
        self._post = post()
        future.add_done_callback(self._on_done)

    def cancel(self) -> None:
        self._future.cancel()

    def _on_done(self, _: "Future[Any]") -> None:
        # Later always: a future cancelled from the GUI thread runs its callback right there.
        self._post.give(self, self._relay)

    def _relay(self) -> None:
        self.deleteLater()
        if self._future.cancelled():
            return
        error = self._future.exception()
        if error is None:
            self.succeeded.emit(self._future.result())
        elif isinstance(error, AppError):
            self.failed.emit(error)
        else:
            self.failed.emit(AppError("Imgvar made a mistake; nothing was lost."))
            raise error
