"""Tiles in sections as rows of a Qt model: which row is whose, and how rows come and go."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex

from imgvar_desktop.core.arrangement import Arrangement, Group, Section
from imgvar_desktop.core.shelf import Tile

Index = QModelIndex | QPersistentModelIndex


class SectionList(QAbstractListModel):
    """Lives in the GUI thread. Where things are is counted when somebody asks, and forgotten when rows change."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.revision = 0
        """Another one whenever a tile is another, or in another place."""
        self._tiles: list[Tile] = []
        self._sections: list[Section] = []
        self._firsts: list[int] = []
        self._rows: dict[str, int] = {}
        self._places: dict[Group, int] = {}

    @property
    def sections(self) -> Sequence[Section]:
        """Together they cover every row in order."""
        return self._sections

    @property
    def tiles(self) -> Sequence[Tile]:
        return self._tiles

    def tile(self, row: int) -> Tile:
        return self._tiles[row]

    def row_of(self, key: str) -> int | None:
        """Of the tile with that key; None when it is not shown."""
        if len(self._rows) != len(self._tiles):
            self._rows = {tile.key: row for row, tile in enumerate(self._tiles)}
        return self._rows.get(key)

    def place_of(self, row: int) -> int:
        """Of the section that ``row`` is in."""
        # Sections without rows share their first row with the next one; the last of equals is the one that has rows.
        return bisect_right(self._first_rows(), row) - 1

    def place_of_group(self, group: Group) -> int | None:
        if not self._places:
            self._places = {section.group: place for place, section in enumerate(self._sections)}
        return self._places.get(group)

    def first_of(self, place: int) -> int:
        return self._first_rows()[place]

    def rows_of(self, place: int) -> range:
        first = self.first_of(place)
        return range(first, first + self._sections[place].count)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._tiles)

    def _put(self, row: int, tile: Tile) -> None:
        """Another tile in that row; telling of it is another matter."""
        self.revision += 1
        if self._rows:
            self._rows.pop(self._tiles[row].key, None)
            self._rows[tile.key] = row
        self._tiles[row] = tile

    def _reset(self, arrangement: Arrangement) -> None:
        self.beginResetModel()
        self._tiles, self._sections = list(arrangement.tiles), list(arrangement.sections)
        self._forget(sections=True)
        self.endResetModel()

    def _insert_rows(self, place: int, row: int, tiles: Sequence[Tile]) -> None:
        section = self._sections[place]
        self.beginInsertRows(QModelIndex(), row, row + len(tiles) - 1)
        self._tiles[row:row] = tiles
        self._sections[place] = replace(section, count=section.count + len(tiles))
        self._forget()
        self.endInsertRows()

    def _remove_rows(self, span: range) -> None:
        """Sections that nothing is left of stay, without a tile."""
        self.beginRemoveRows(QModelIndex(), span.start, span.stop - 1)
        for place in range(self.place_of(span.start), self.place_of(span.stop - 1) + 1):
            section, of = self._sections[place], self.rows_of(place)
            lost = len(range(max(of.start, span.start), min(of.stop, span.stop)))
            self._sections[place] = replace(section, count=section.count - lost)
        del self._tiles[span.start : span.stop]
        self._forget()
        self.endRemoveRows()

    def _insert_section(self, section: Section) -> int:
        place = bisect_left(self._sections, section.rank, key=lambda s: s.rank)
        self._sections.insert(place, section)
        self._forget(sections=True)
        return place

    def _forget(self, *, sections: bool = False) -> None:
        """``sections``: not just tiles came or went."""
        self.revision += 1
        self._rows, self._firsts = {}, []
        if sections:
            self._places = {}

    def _first_rows(self) -> list[int]:
        if len(self._firsts) != len(self._sections):
            counts = (section.count for section in self._sections)
            self._firsts = list(accumulate(counts, initial=0))[:-1]
        return self._firsts


def ranges(rows: Iterable[int]) -> list[range]:
    """``rows``, ascending, as runs of neighbours."""
    found: list[range] = []
    for row in rows:
        if found and found[-1].stop == row:
            found[-1] = range(found[-1].start, row + 1)
        else:
            found.append(range(row, row + 1))
    return found
