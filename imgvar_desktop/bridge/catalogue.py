"""What the window knows of the library: one truth for the gallery, the larger view and all that is done to images."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal, Slot

from imgvar_desktop.core.library import Entry
from imgvar_desktop.core.runs import (
    ClosingEvent,
    RunEvent,
    RunProgress,
    RunQueued,
    RunStarted,
    VariationArrived,
)
from imgvar_desktop.core.shelf import Progress, Shelf


class Catalogue(QObject):
    """Lives in the GUI thread; told what happens, never asks. Its signals come after ``shelf`` has changed."""

    filled = Signal()
    """The library's contents are there."""
    begun = Signal(object)
    """A tuple of Tiles: the places of a run that was queued."""
    arrived = Signal(object)
    """An Entry that is new."""
    progressed = Signal(object)
    """The id of a run whose header says something else."""
    closed = Signal(object)
    """A tuple of Tiles: the places that stayed empty when their run closed; perhaps none."""
    changed = Signal(object)
    """A tuple of Entries with other marks, in or out of the trash, delivered, or with other children."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shelf = Shelf()

    def fill(self, shelf: Shelf) -> bool:
        """The library's contents at the start. False: something was reported meanwhile, which is now in it as well."""
        untouched = not shelf.take_over(self.shelf)
        self.shelf = shelf
        self.filled.emit()
        return untouched

    def entries(self, entry_ids: Iterable[str]) -> tuple[Entry, ...]:
        """As they are now; those that are not known are left out."""
        found = (self.shelf.entry(entry_id) for entry_id in entry_ids)
        return tuple(entry for entry in found if entry is not None)

    def change(self, entries: Iterable[Entry]) -> None:
        """Shows these as they now are; writing them down is another matter."""
        changed = {entry.id: entry for entry in entries}
        parents: dict[str, Entry] = {}
        for entry in changed.values():
            self.shelf.put(entry)
            parent = self.shelf.lineage.parent(entry)
            if parent is not None and parent.id not in changed:
                parents[parent.id] = parent
        if changed:
            self.changed.emit((*changed.values(), *parents.values()))

    @Slot(object)
    def on_reported(self, event: RunEvent) -> None:
        match event:
            case RunQueued(run):
                self.begun.emit(self.shelf.add_run(run))
            case RunStarted(run_id, _):
                self._progress(run_id, Progress(0.0, self.tr("Starting")))
            case RunProgress(run_id, fraction, activity):
                self._progress(run_id, Progress(fraction, activity))
            case VariationArrived(_, entry):
                self._arrive(entry)
            case _ if isinstance(event, ClosingEvent):
                self.closed.emit(self.shelf.close(event.run))
                self.progressed.emit(event.run.id)

    def _progress(self, run_id: str, progress: Progress) -> None:
        self.shelf.advance(run_id, progress)
        self.progressed.emit(run_id)

    def _arrive(self, entry: Entry) -> None:
        self.shelf.arrive(entry)
        self.arrived.emit(entry)
        self.progressed.emit(entry.run_id)
        parent = self.shelf.lineage.parent(entry)
        if parent is not None:
            self.changed.emit((parent,))
