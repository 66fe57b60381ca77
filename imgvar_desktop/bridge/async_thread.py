"""A QThread whose run() owns an asyncio loop: where everything slow happens."""

import asyncio
import logging
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from imgvar_desktop.core.errors import AppError

log = logging.getLogger(__name__)

T = TypeVar("T")


class AsyncThread(QThread):
    """The worker. Made, started and stopped by the composition root, in the GUI thread.

    A cancelled task interrupts a blocked read at once, which closing a blocking client from another thread does not.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("worker")
        self._loop = asyncio.new_event_loop()
        self._running = threading.Event()
        self._submitted: set[asyncio.Task[Any]] = set()

    def run(self) -> None:
        threading.current_thread().name = self.objectName()
        asyncio.set_event_loop(self._loop)
        self._loop.call_soon(self._running.set)
        try:
            self._loop.run_forever()
            self._loop.run_until_complete(self._leave())
        finally:
            self._loop.close()

    def submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """``work`` as a task of the loop. Cancelling the future cancels the task. Any thread."""
        return asyncio.run_coroutine_threadsafe(self._remembered(work), self._loop)

    async def cancel_submitted(self) -> None:
        """Cancels what was submitted and awaits its end; tasks that adapters keep for themselves go on. Worker."""
        tasks = self._submitted - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _remembered(self, work: Coroutine[Any, Any, T]) -> T:
        task = asyncio.current_task()
        assert task is not None
        self._submitted.add(task)
        task.add_done_callback(self._submitted.discard)
        return await work

    def stop(self, bound_ms: int) -> bool:
        """Cancels every task, ends the loop and waits for the thread, ``bound_ms`` at most.

        False: something in the thread ignores being cancelled, and only ``os._exit`` will leave without an abort.
        """
        if not self.isRunning():
            return True
        self._running.wait(bound_ms / 1000)
        self._loop.call_soon_threadsafe(self._loop.stop)
        return self.wait(bound_ms)

    @staticmethod
    async def _leave() -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Call(QObject):
    """One piece of work under way in the worker. Lives in the GUI thread, as long as its parent or until it is over.

    Exactly one of ``succeeded`` and ``failed`` comes, unless the work was cancelled: then neither.
    """

    succeeded = Signal(object)
    """The result, in the GUI thread."""
    failed = Signal(object)
    """An AppError, in the GUI thread. What is no AppError goes to the crash reporter as well."""
    _over = Signal()

    def __init__(self, future: "Future[Any]", parent: QObject) -> None:
        super().__init__(parent)
        self._future = future
        # Queued always: a future cancelled from the GUI thread runs its callback right there.
        self._over.connect(self._relay, Qt.ConnectionType.QueuedConnection)
        future.add_done_callback(self._on_done)

    def cancel(self) -> None:
        self._future.cancel()

    def _on_done(self, _: "Future[Any]") -> None:
        try:
            self._over.emit()
        except RuntimeError:
            # The window and its calls are gone already; nobody waits for the answer.
            log.debug("an answer came after the window was gone")

    @Slot()
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
