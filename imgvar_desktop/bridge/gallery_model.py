"""The gallery as Qt sees it: a flat list of tiles in sections, one section for each run, newest first."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal, Slot

from imgvar_desktop.core.library import Entry, RunRecord, RunState
from imgvar_desktop.core.runs import (
    ClosingEvent,
    RunEvent,
    RunProgress,
    RunQueued,
    RunStarted,
    VariationArrived,
)

# Looking an enum member up through its class costs more than the rest of data() together.
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
_TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)


class Role(IntEnum):
    TILE = int(Qt.ItemDataRole.UserRole) + 1
    """A Tile."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A place in the gallery; ``entry`` is None while its variation is on its way."""

    run_id: str
    index: int
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A run's tiles: ``count`` rows from ``first``."""

    run: RunRecord
    first: int
    count: int
    fraction: float | None = None
    """How far a run under way is, 0 to 1; None when it waits or does not say."""
    activity: str = ""


Index = QModelIndex | QPersistentModelIndex


class GalleryModel(QAbstractListModel):
    """Lives in the GUI thread; told what happens, never asks. Sections know where their rows are."""

    sections_changed = Signal()
    """A header says something else, or sections came or went; rows have their own signals."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tiles: list[Tile] = []
        self._sections: list[Section] = []

    @property
    def sections(self) -> Sequence[Section]:
        """Newest first; together they cover every row in order."""
        return self._sections

    def tile(self, row: int) -> Tile:
        return self._tiles[row]

    def section_of(self, row: int) -> Section:
        # Empty sections share their first row with the next one; the last of equals is the one that has rows.
        return self._sections[bisect_right(self._sections, row, key=lambda s: s.first) - 1]

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._tiles)

    def data(self, index: Index, role: int = _DISPLAY) -> object:
        if not index.isValid():
            return None
        tile = self._tiles[index.row()]
        if role == Role.TILE:
            return tile
        if role in {_DISPLAY, _ACCESSIBLE}:
            return self._spoken(tile, index.row())
        if role == _TOOLTIP and tile.entry is not None:
            return f"{tile.entry.file.rpartition('/')[2]}\n{tile.entry.width} × {tile.entry.height}"
        return None

    def fill(self, runs: Iterable[RunRecord], entries: Iterable[Entry]) -> None:
        """The library's contents at the start; whatever was reported meanwhile stays on top."""
        by_run: dict[str, list[Entry]] = {}
        for entry in entries:
            by_run.setdefault(entry.run_id, []).append(entry)
        known = {section.run.id for section in self._sections}
        self.beginResetModel()
        for run in runs:
            if run.id not in known:
                tiles = [Tile(run.id, e.index, e) for e in by_run.get(run.id, [])]
                self._sections.append(Section(run, len(self._tiles), len(tiles)))
                self._tiles.extend(tiles)
        self.endResetModel()
        self.sections_changed.emit()

    @Slot(object)
    def on_reported(self, event: RunEvent) -> None:
        match event:
            case RunQueued(run):
                self._add(run)
            case RunStarted(run_id, _):
                self._change(run_id, fraction=0.0, activity=self.tr("Starting"))
            case RunProgress(run_id, fraction, activity):
                self._change(run_id, fraction=fraction, activity=activity)
            case VariationArrived(run_id, entry):
                self._arrive(run_id, entry)
            case _ if isinstance(event, ClosingEvent):
                self._close(event.run)

    def _add(self, run: RunRecord) -> None:
        count = run.request.count
        self.beginInsertRows(QModelIndex(), 0, count - 1)
        self._tiles[:0] = [Tile(run.id, i) for i in range(count)]
        self._sections = [Section(run, 0, count), *(replace(s, first=s.first + count) for s in self._sections)]
        self.endInsertRows()
        self.sections_changed.emit()

    def _place(self, run_id: str) -> int:
        return next(i for i, section in enumerate(self._sections) if section.run.id == run_id)

    def _change(self, run_id: str, *, fraction: float | None, activity: str) -> None:
        place = self._place(run_id)
        old = self._sections[place]
        kept = old.fraction if fraction is None else fraction
        self._sections[place] = replace(old, fraction=kept, activity=activity)
        self.sections_changed.emit()

    def _arrive(self, run_id: str, entry: Entry) -> None:
        place = self._place(run_id)
        section = self._sections[place]
        offset = next((i for i in range(section.count) if self._tiles[section.first + i].index == entry.index), None)
        if offset is None:
            self._insert(place, entry)
            return
        row = section.first + offset
        self._tiles[row] = Tile(run_id, entry.index, entry)
        self._sections[place] = replace(section, run=replace(section.run, arrived=section.run.arrived + 1))
        index = self.index(row)
        self.dataChanged.emit(index, index, [Role.TILE, _DISPLAY, _ACCESSIBLE])
        self.sections_changed.emit()

    def _insert(self, place: int, entry: Entry) -> None:
        """A service sent more than was asked for: one more tile at the end of its run."""
        section = self._sections[place]
        row = section.first + section.count
        self.beginInsertRows(QModelIndex(), row, row)
        self._tiles.insert(row, Tile(entry.run_id, entry.index, entry))
        run = replace(section.run, arrived=section.run.arrived + 1)
        self._sections[place] = replace(section, run=run, count=section.count + 1)
        self._shift(place + 1, 1)
        self.endInsertRows()
        self.sections_changed.emit()

    def _close(self, run: RunRecord) -> None:
        """Places that stayed empty go; what arrived stays where it is."""
        place = self._place(run.id)
        section = self._sections[place]
        for row in reversed(range(section.first, section.first + section.count)):
            if self._tiles[row].entry is None:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self._tiles[row]
                self._sections[place] = replace(self._sections[place], count=self._sections[place].count - 1)
                self._shift(place + 1, -1)
                self.endRemoveRows()
        self._sections[place] = replace(self._sections[place], run=run, fraction=None, activity="")
        self.sections_changed.emit()

    def _shift(self, from_place: int, rows: int) -> None:
        for i in range(from_place, len(self._sections)):
            self._sections[i] = replace(self._sections[i], first=self._sections[i].first + rows)

    def _spoken(self, tile: Tile, row: int) -> str:
        run = self.section_of(row).run
        text = self.tr("Variation {0} of {1}, run {2}").format(tile.index + 1, run.request.count, run.number)
        if tile.entry is not None:
            return text
        return text + ", " + (self.tr("on its way") if run.state is RunState.RUNNING else self.tr("missing"))
