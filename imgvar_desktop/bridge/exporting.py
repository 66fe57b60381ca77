"""An export under way in the worker, told file by file."""

import logging
import threading
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from imgvar_desktop.bridge.async_thread import AsyncThread, Call
from imgvar_desktop.bridge.bringing import in_thread
from imgvar_desktop.bridge.post import post
from imgvar_desktop.core.delivery import ExportPlan, ExportReport, Item, Outcome, Taken
from imgvar_desktop.core.errors import AppError, LibraryUnavailable
from imgvar_desktop.core.export_options import ExportOptions, Target
from imgvar_desktop.core.library import Entry, RunRecord
from imgvar_desktop.core.shelf import Shelf

if TYPE_CHECKING:  # At run time the first paint would wait for it.
    from imgvar_desktop.bridge.workshop import Workshop

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wish:
    """A variation that is to go out, with what a name and a recipe need to know of it.

    The window knows all of it already; asking the library would take a third of a second where it holds ten thousand.
    """

    entry: Entry
    run: RunRecord
    parent: Entry | None = None


@dataclass(frozen=True, slots=True)
class ExportOrder:
    wishes: tuple[Wish, ...]
    options: ExportOptions
    place: Path
    """The folder that files go to; else the one file that is wanted."""
    taken: Taken = Taken.NUMBER

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(wish.entry for wish in self.wishes)

    def just(self, entries: Sequence[Entry]) -> "ExportOrder":
        """The same for some of them."""
        ids = {entry.id for entry in entries}
        return replace(self, wishes=tuple(wish for wish in self.wishes if wish.entry.id in ids))


class Export(QObject):
    """Lives in the GUI thread, as long as its parent or until it is over. Just one of ``over`` and ``failed`` comes."""

    progressed = Signal(int)
    """How many files are done with."""
    over = Signal(object)
    """The ExportReport."""
    failed = Signal(object)
    """The AppError that refused all of it."""

    def __init__(
        self, thread: AsyncThread, workshop: "Callable[[], Awaitable[Workshop]]", order: ExportOrder, parent: QObject
    ) -> None:
        super().__init__(parent)
        self.order = order
        self._done = 0
        self._stop = threading.Event()
        self._post = post()
        self._call = Call(thread.submit(self._work(workshop)), self)
        self._call.succeeded.connect(self._on_over)
        self._call.failed.connect(self._on_failed)

    def stop(self) -> None:
        """The file under way is finished and the others are not begun; ``over`` comes all the same."""
        self._stop.set()

    async def _work(self, workshop: "Callable[[], Awaitable[Workshop]]") -> ExportReport:
        from asyncio import CancelledError

        try:
            return await in_thread(carried_out, await workshop(), self.order, self)
        except CancelledError:
            self._stop.set()  # the thread cannot be cancelled, but it asks
            raise

    # As a Watcher, in the thread that exports

    def tell(self, outcome: Outcome) -> None:  # noqa: ARG002 - the report has it
        self._post.give(self, self._relay)

    def stopped(self) -> bool:
        return self._stop.is_set()

    # In the GUI thread

    def _relay(self) -> None:
        self._done += 1
        self.progressed.emit(self._done)

    @Slot(object)
    def _on_over(self, report: ExportReport) -> None:
        self.over.emit(report)
        self.deleteLater()

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        self.failed.emit(error)
        self.deleteLater()


def wishes_of(shelf: Shelf, entries: Iterable[Entry]) -> tuple[Wish, ...]:
    return tuple(Wish(entry, shelf.runs[entry.run_id], shelf.lineage.parent(entry)) for entry in entries)


def items_of(shop: "Workshop", wishes: Iterable[Wish]) -> tuple[Item, ...]:
    return tuple(Item(one.entry, one.run, shop.pixels.path_of(one.entry), one.parent) for one in wishes)


def planned(shop: "Workshop", order: ExportOrder) -> ExportPlan:
    """Blocking."""
    return shop.exporter.plan(items_of(shop, order.wishes), order.options, order.place)


def carried_out(shop: "Workshop", order: ExportOrder, watcher: Export) -> ExportReport:
    """Blocking. What was delivered is known to the library, too. Raises AppError."""
    items = items_of(shop, order.wishes)
    if order.options.target is Target.SHEET:
        from imgvar_desktop.bridge import contact_sheet

        # Small pictures to choose from: nothing is delivered yet.
        return contact_sheet.drawn(shop, items, order.options.sheet, order.place, watcher)
    report = shop.exporter.export(items, order.options, order.place, taken=order.taken, watcher=watcher)
    handed_over = report.target is not None or order.options.target is Target.FILES
    if not handed_over or not report.delivered:
        return report
    at = _noted(shop, [one.entry for one in report.delivered])
    return replace(report, delivered_at=at)


def saved_as(shop: "Workshop", entry: Entry, target: Path) -> Path:
    """Blocking. Raises ExportRefused."""
    path = shop.exporter.save_as(shop.pixels.path_of(entry), target)
    _noted(shop, [entry])
    return path


def _noted(shop: "Workshop", entries: Sequence[Entry]) -> datetime | None:
    now = datetime.now(UTC)
    try:
        shop.library.deliver([entry.id for entry in entries], now)
    except LibraryUnavailable as error:
        # The files are there; that the library does not know it is no reason to say that they are not.
        log.warning("saved, but not noted in the library: %s", error)
        return None
    return now
