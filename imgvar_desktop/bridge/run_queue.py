"""Runs: submitted in the GUI thread, carried out one after the other in the worker, reported back.

The first paint needs this module and would wait for asyncio, so that loads in the worker.
"""

import logging
from collections.abc import Awaitable, Callable
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from imgvar_desktop.bridge.async_thread import AsyncThread, Call
from imgvar_desktop.core.library import RunRecord
from imgvar_desktop.core.request import VariationRequest
from imgvar_desktop.core.runs import ClosingEvent, RunEvent, RunQueued
from imgvar_desktop.core.services import ServiceProfile

if TYPE_CHECKING:
    import asyncio

    from imgvar_desktop.bridge.workshop import Workshop
    from imgvar_desktop.core.generate import Generation

log = logging.getLogger(__name__)


class RunQueue(QObject):
    """Lives in the GUI thread; the methods whose names start with ``_work`` run in the worker."""

    reported = Signal(object)
    """A RunEvent, in the GUI thread. Every run ends in exactly one closing event."""
    refused = Signal(object)
    """An AppError, in the GUI thread: a run that could not even be written down."""
    _told = Signal(object)

    def __init__(
        self, thread: AsyncThread, workshop: "Callable[[], Awaitable[Workshop]]", parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._thread = thread
        self._workshop = workshop
        self._open: list[str] = []
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._told.connect(self._relay, Qt.ConnectionType.QueuedConnection)

    @property
    def open_runs(self) -> tuple[str, ...]:
        """The ids of the runs that have not closed, oldest first: the first one runs, the others wait."""
        return tuple(self._open)

    def submit(self, request: VariationRequest, profile: ServiceProfile) -> None:
        call = Call(self._thread.submit(self._work(request, profile)), self)
        call.failed.connect(self.refused)

    def stop(self, run_id: str) -> None:
        """Stops a run that waits or runs; what arrived is kept."""
        self._thread.submit(self._work_stop(run_id))

    def stop_all(self) -> None:
        for run_id in self._open:
            self.stop(run_id)

    @cached_property
    def _turn(self) -> "asyncio.Lock":
        """One run at a time: a second one would only make both slower on this computer. Worker."""
        import asyncio

        return asyncio.Lock()

    @cached_property
    def _pen(self) -> "asyncio.Lock":
        """Runs are numbered in the order in which they were submitted. Worker."""
        import asyncio

        return asyncio.Lock()

    async def _work(self, request: VariationRequest, profile: ServiceProfile) -> None:
        import asyncio

        workshop = await self._workshop()
        async with self._pen:
            run = await self._begun(workshop.generation, request, profile)
        task = asyncio.current_task()
        assert task is not None
        self._tasks[run.id] = task
        self._told.emit(RunQueued(run))
        try:
            await self._work_in_turn(workshop, run, profile)
        except asyncio.CancelledError:
            log.info("run %s was stopped", run.number)  # It has closed as stopped; nothing more to say.
        finally:
            del self._tasks[run.id]

    @staticmethod
    async def _begun(generation: "Generation", request: VariationRequest, profile: ServiceProfile) -> RunRecord:
        import asyncio

        beginning = asyncio.ensure_future(generation.begin(request, profile))
        try:
            return await asyncio.shield(beginning)
        except asyncio.CancelledError:
            # Written down all the same: a row that nobody closes would look interrupted at the next start.
            generation.close_unstarted(await beginning)
            raise

    async def _work_in_turn(self, workshop: "Workshop", run: RunRecord, profile: ServiceProfile) -> None:
        import asyncio

        try:
            await self._turn.acquire()
        except asyncio.CancelledError:
            self._told.emit(workshop.generation.close_unstarted(run))
            raise
        try:
            await workshop.generation.carry_out(run, profile, self._told.emit)
        finally:
            self._turn.release()

    async def _work_stop(self, run_id: str) -> None:
        task = self._tasks.get(run_id)
        if task is not None:
            task.cancel()

    @Slot(object)
    def _relay(self, event: RunEvent) -> None:
        if isinstance(event, RunQueued):
            self._open.append(event.run.id)
        elif isinstance(event, ClosingEvent):
            self._open.remove(event.run.id)
        self.reported.emit(event)
