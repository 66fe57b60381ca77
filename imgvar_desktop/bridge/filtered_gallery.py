"""The gallery with only some of its runs: those of one framing, or all."""

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from imgvar_desktop.bridge.gallery_model import GalleryModel, Section
from imgvar_desktop.core.library import Entry, RunRecord
from imgvar_desktop.core.runs import ClosingEvent, RunEvent, RunQueued


class FilteredGallery(GalleryModel):
    """Lives in the GUI thread. Keeps every run in a model that nobody sees, and shows those that pass."""

    framings_changed = Signal()
    """``framings`` is another set, or another one is shown."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all = GalleryModel(self)
        self._framing: str | None = None

    @property
    def framings(self) -> tuple[str, ...]:
        """The names of all framings there are (values of Bracket), the person's own first."""
        return tuple(sorted({section.run.request.framing_name for section in self._all.sections}))

    @property
    def framing(self) -> str | None:
        """The one that is shown; None: all."""
        return self._framing

    def show_framing(self, name: str | None) -> None:
        if name != self._framing:
            self._framing = name
            self._refill()
            self.framings_changed.emit()

    def fill(self, runs: Iterable[RunRecord], entries: Iterable[Entry]) -> None:
        self._all.fill(runs, entries)
        self._refill()
        self.framings_changed.emit()

    @Slot(object)
    def on_reported(self, event: RunEvent) -> None:
        self._all.on_reported(event)
        if self._passes(self._section(event)):
            super().on_reported(event)
        if isinstance(event, RunQueued):
            self.framings_changed.emit()

    def _section(self, event: RunEvent) -> Section:
        run_id = event.run.id if isinstance(event, RunQueued | ClosingEvent) else event.run_id
        return next(section for section in self._all.sections if section.run.id == run_id)

    def _passes(self, section: Section) -> bool:
        return self._framing is None or section.run.request.framing_name == self._framing

    def _refill(self) -> None:
        self.beginResetModel()
        self._tiles, self._sections = [], []
        for section in filter(self._passes, self._all.sections):
            self._sections.append(replace(section, first=len(self._tiles)))
            self._tiles += [self._all.tile(section.first + i) for i in range(section.count)]
        self.endResetModel()
        self.sections_changed.emit()
