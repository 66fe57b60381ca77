"""The gallery as Qt sees it: a flat list of tiles in sections, as a lens shows the catalogue."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import IntEnum

from PySide6.QtCore import QObject, Qt, Signal, Slot

from imgvar_desktop.bridge.catalogue import Catalogue
from imgvar_desktop.bridge.section_list import Index, SectionList, ranges
from imgvar_desktop.bridge.spoken import spoken
from imgvar_desktop.core.arrangement import Arrangement, Group, Lens, Rules, RunGroup, Section, arranged
from imgvar_desktop.core.library import Entry, RunRecord
from imgvar_desktop.core.shelf import Tile

# Looking an enum member up through its class costs more than the rest of data() together.
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
_TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)

GRANULAR = 32
"""Changes in more places than these are cheaper as one reset: each tells every view and selection of its own."""


class Role(IntEnum):
    TILE = int(Qt.ItemDataRole.UserRole) + 1
    """A Tile."""
    CHILDREN = int(Qt.ItemDataRole.UserRole) + 2
    """How many variations were made from this one."""


class GalleryModel(SectionList):
    """Lives in the GUI thread. What is told by the catalogue is shown at once, at its place."""

    rearranging = Signal()
    """Rows or sections are about to come, go or change places; ``rearranged`` follows."""
    rearranged = Signal()
    headed = Signal(object)
    """The place of a section, an int, whose header says something else."""
    appeared = Signal(object)
    """The row of a variation that has just arrived, an int."""
    lens_changed = Signal()

    def __init__(self, catalogue: Catalogue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.catalogue = catalogue
        self._folded: frozenset[Group] = frozenset()
        self._rules = Rules(catalogue.shelf, Lens())
        catalogue.begun.connect(self._on_begun)
        catalogue.arrived.connect(self._on_arrived)
        catalogue.closed.connect(self._on_closed)
        catalogue.progressed.connect(self._on_progressed)
        catalogue.changed.connect(self._on_changed)

    @property
    def lens(self) -> Lens:
        return self._rules.lens

    def run_of(self, row: int) -> RunRecord:
        return self.catalogue.shelf.runs[self._tiles[row].run_id]

    def run_at(self, place: int) -> RunRecord | None:
        """The run that the section is about, if it is about one."""
        group = self._sections[place].group
        return self.catalogue.shelf.runs[group.run_id] if isinstance(group, RunGroup) else None

    def data(self, index: Index, role: int = _DISPLAY) -> object:
        if not index.isValid():
            return None
        tile = self._tiles[index.row()]
        if role == Role.TILE:
            return tile
        if role == Role.CHILDREN:
            return self._children(tile)
        if role in {_DISPLAY, _ACCESSIBLE}:
            return spoken(tile, self.run_of(index.row()), self._children(tile))
        if role == _TOOLTIP and tile.entry is not None:
            return f"{tile.entry.file.rpartition('/')[2]}\n{tile.entry.width} × {tile.entry.height}"
        return None

    def _children(self, tile: Tile) -> int:
        return 0 if tile.entry is None else len(self.catalogue.shelf.lineage.children(tile.entry))

    # Another look

    def look(self, lens: Lens, prepared: Arrangement | None = None) -> None:
        """Shows what ``lens`` lets through. ``prepared``: worked out beforehand, where the library is large."""
        told = lens != self.lens
        if told and (lens.grouping is not self.lens.grouping):
            self._folded = frozenset()
        self._rules = Rules(self.catalogue.shelf, lens)
        self._show(prepared or arranged(self.catalogue.shelf, lens, self._folded))
        if told:
            self.lens_changed.emit()

    def fold(self, place: int) -> None:
        """Puts the section's tiles away, or brings them back."""
        section = self._sections[place]
        self._folded ^= {section.group}
        first = self.first_of(place)
        self.rearranging.emit()
        if section.folded:
            self._sections[place] = replace(section, folded=())
            self._insert_rows(place, first, section.folded)
        elif section.count:
            self._sections[place] = replace(section, folded=tuple(self._tiles[first : first + section.count]))
            self._remove_rows(range(first, first + section.count))
        self.rearranged.emit()

    def fold_all(self) -> None:
        """Puts the tiles of all sections away; brings all of them back if any is away."""
        anything = any(section.folded for section in self._sections)
        self._folded = frozenset() if anything else frozenset(section.group for section in self._sections)
        self._show(arranged(self.catalogue.shelf, self.lens, self._folded))

    def _show(self, arrangement: Arrangement) -> None:
        self.rearranging.emit()
        self._reset(arrangement)
        self.rearranged.emit()

    # What the catalogue tells

    @Slot(object)
    def _on_begun(self, tiles: tuple[Tile, ...]) -> None:
        shown = [tile for tile in tiles if self._rules.shows(tile)]
        if shown:
            self.rearranging.emit()
            self._insert(shown)
            self.rearranged.emit()

    @Slot(object)
    def _on_arrived(self, entry: Entry) -> None:
        tile, waiting = Tile(entry.run_id, entry.index, entry), Tile(entry.run_id, entry.index).key
        row = self.row_of(waiting)
        if row is None:
            self._take_from_folded([Tile(entry.run_id, entry.index)])
            self._change([tile])
        elif not self._rules.shows(tile):
            self.rearranging.emit()
            self._remove([row])
            self.rearranged.emit()
        else:
            self._put(row, tile)
            self._tell(row, row)
        row = self.row_of(entry.id)
        if row is not None:
            self.appeared.emit(row)

    @Slot(object)
    def _on_closed(self, empty: tuple[Tile, ...]) -> None:
        rows = sorted(row for tile in empty if (row := self.row_of(tile.key)) is not None)
        self._take_from_folded(empty)
        if rows:
            self.rearranging.emit()
            self._remove(rows)
            self.rearranged.emit()

    @Slot(object)
    def _on_progressed(self, run_id: str) -> None:
        place = self.place_of_group(RunGroup(run_id))
        if place is not None:
            self.headed.emit(place)

    @Slot(object)
    def _on_changed(self, entries: tuple[Entry, ...]) -> None:
        self._change([Tile(entry.run_id, entry.index, entry) for entry in entries])

    def _change(self, tiles: Iterable[Tile]) -> None:
        """Each where it belongs: shown as it is now, gone, or back. What is shown already keeps its place."""
        gone, come, same = [], [], []
        for tile in tiles:
            row = self.row_of(tile.key)
            if row is not None and self._rules.shows(tile):
                self._put(row, tile)
                same.append(row)
            elif row is not None:
                gone.append(row)
            else:
                come.append(tile)
        shown = [tile for tile in come if self._rules.shows(tile)]
        if same:
            self._tell(min(same), max(same))
        sections = len(self._sections)
        self._take_from_folded(come)
        if not (gone or shown or len(self._sections) != sections):
            return
        if len(ranges(sorted(gone))) + len(shown) > GRANULAR:
            self._show(arranged(self.catalogue.shelf, self.lens, self._folded))
            return
        self.rearranging.emit()
        self._remove(sorted(gone))
        self._insert(shown)
        self.rearranged.emit()

    def _tell(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first), self.index(last), [Role.TILE, Role.CHILDREN, _DISPLAY, _ACCESSIBLE])

    # Rows

    def _insert(self, tiles: Iterable[Tile]) -> None:
        """Each at its place; a section is made when its first tile comes."""
        by_group: dict[Group, list[Tile]] = {}
        for tile in tiles:
            by_group.setdefault(self._rules.group(tile), []).append(tile)
        for group, belonging in by_group.items():
            place = self.place_of_group(group)
            if place is None:
                place = self._insert_section(Section(group, min(map(self._rules.rank, belonging)), 0))
            belonging.sort(key=self._rules.order_key)
            if group in self._folded:
                section = self._sections[place]
                content = sorted((*section.folded, *belonging), key=self._rules.order_key)
                self._sections[place] = replace(section, folded=tuple(content))
                continue
            if self._sections[place].count == 0:
                self._insert_rows(place, self.first_of(place), belonging)
                continue
            for tile in belonging:
                of = self.rows_of(place)
                at = of.start + self._rules.place(self._tiles[of.start : of.stop], tile)
                self._insert_rows(place, at, [tile])

    def _remove(self, rows: Sequence[int]) -> None:
        """``rows`` ascending. Sections that nothing is left of go as well."""
        for span in reversed(ranges(rows)):
            self._remove_rows(span)
        self._drop_empty()

    def _drop_empty(self) -> None:
        kept = [section for section in self._sections if section.total or self._stays(section)]
        if len(kept) != len(self._sections):
            self._sections = kept
            self._forget(sections=True)

    def _stays(self, section: Section) -> bool:
        if not isinstance(section.group, RunGroup):
            return False
        return self._rules.stands_empty(self.catalogue.shelf.runs[section.group.run_id])

    def _take_from_folded(self, tiles: Iterable[Tile]) -> None:
        """Out of the sections that are folded; whether they go back in is another matter."""
        keys = {tile.key for tile in tiles} if self._folded else frozenset()
        for place, section in enumerate(self._sections if keys else ()):
            if any(tile.key in keys for tile in section.folded):
                left = tuple(tile for tile in section.folded if tile.key not in keys)
                self._sections[place] = replace(section, folded=left)
        if keys:
            self._drop_empty()
