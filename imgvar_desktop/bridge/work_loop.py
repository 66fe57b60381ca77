"""The worker's asyncio loop: apart from async_thread.py, which the first paint needs and asyncio would delay."""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


class WorkLoop:
    """Made in any thread, run in one."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._running = threading.Event()
        self._submitted: set[asyncio.Task[Any]] = set()

    def run(self) -> None:
        """Until ``stop``; then cancels every task and awaits its end."""
        asyncio.set_event_loop(self._loop)
        self._loop.call_soon(self._running.set)
        try:
            self._loop.run_forever()
            self._loop.run_until_complete(self._leave())
        finally:
            self._loop.close()

    def submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """``work`` as a task of the loop. Cancelling the future cancels the task. Any thread.

        After the loop has ended it is cancelled already: what the window asks for then, nobody waits for.
        """
        remembered = self._remembered(work)
        try:
            return asyncio.run_coroutine_threadsafe(remembered, self._loop)
        except RuntimeError:
            if not self._loop.is_closed():
                raise
        remembered.close()
        work.close()
        late: Future[T] = Future()
        late.cancel()
        late.set_running_or_notify_cancel()
        return late

    async def cancel_submitted(self) -> None:
        """Cancels what was submitted and awaits its end; tasks that adapters keep for themselves go on."""
        tasks = self._submitted - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def stop(self, bound_s: float) -> None:
        """Asks ``run`` to return, once it has begun; waits for that ``bound_s`` at most. Any thread but its own."""
        self._running.wait(bound_s)
        self._loop.call_soon_threadsafe(self._loop.stop)

    async def _remembered(self, work: Coroutine[Any, Any, T]) -> T:
        task = asyncio.current_task()
        assert task is not None
        self._submitted.add(task)
        task.add_done_callback(self._submitted.discard)
        return await work

    @staticmethod
    async def _leave() -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
