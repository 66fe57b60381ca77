"""Where a gallery's headers and tiles are: arithmetic over sections, never over single images."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPoint, QRect

from imgvar_desktop.bridge.gallery_model import Section

MARGIN_PX: Final = 16
TILE_INSET_PX: Final = 6
"""Between a tile's edge and its picture: room for the frame of what is selected."""
GAP_PX: Final = 8
HEADER_PX: Final = 40


@dataclass(frozen=True, slots=True)
class SectionLayout:
    """A gallery of ``width`` device-independent pixels; content coordinates, y 0 at its very top.

    Costs one addition for each section to make and a binary search to ask: the number of images does not matter.
    """

    sections: Sequence[Section]
    tops: tuple[int, ...]
    columns: int
    tile_px: int
    height: int

    @classmethod
    def of(cls, sections: Sequence[Section], *, width: int, tile_px: int) -> "SectionLayout":
        columns = max(1, (width - 2 * MARGIN_PX + GAP_PX) // (tile_px + GAP_PX))
        tops, y = [], GAP_PX
        for section in sections:
            tops.append(y)
            rows = -(-section.count // columns)
            y += HEADER_PX + rows * (tile_px + GAP_PX) + GAP_PX
        return cls(tuple(sections), tuple(tops), columns, tile_px, y)

    def header_rect(self, place: int, width: int) -> QRect:
        # In line with the pictures, which stand inside their tiles.
        left = MARGIN_PX + TILE_INSET_PX
        return QRect(left, self.tops[place], width - left - MARGIN_PX, HEADER_PX)

    def tile_rect(self, row: int) -> QRect:
        place = bisect_right(self.sections, row, key=lambda s: s.first) - 1
        return self._tile_rect(place, row - self.sections[place].first)

    def row_at(self, at: QPoint) -> int | None:
        place = self.section_at(at.y())
        if place is None:
            return None
        down = at.y() - self.tops[place] - HEADER_PX
        step = self.tile_px + GAP_PX
        column, across = divmod(at.x() - MARGIN_PX, step)
        line, below = divmod(down, step)
        if min(down, column) < 0 or column >= self.columns or max(across, below) >= self.tile_px:
            return None
        offset = line * self.columns + column
        return self.sections[place].first + offset if offset < self.sections[place].count else None

    def section_at(self, y: int) -> int | None:
        """The section whose header or tiles are at ``y``."""
        place = bisect_right(self.tops, y) - 1
        return place if place >= 0 else None

    def visible(self, top: int, bottom: int) -> Iterator[tuple[int, range]]:
        """Each section that touches ``top <= y < bottom``, with those of its rows that do."""
        step = self.tile_px + GAP_PX
        for place in range(max(0, bisect_right(self.tops, top) - 1), len(self.tops)):
            if self.tops[place] >= bottom:
                return
            section, tiles_top = self.sections[place], self.tops[place] + HEADER_PX
            first = max(0, (top - tiles_top) // step) * self.columns
            last = min(section.count, (max(0, bottom - tiles_top) // step + 1) * self.columns)
            yield place, range(section.first + min(first, section.count), section.first + last)

    def rows_in(self, rect: QRect) -> Iterator[int]:
        """The tiles that ``rect`` touches."""
        for _, rows in self.visible(rect.top(), rect.bottom() + 1):
            for row in rows:
                if self.tile_rect(row).intersects(rect):
                    yield row

    def row_beside(self, row: int, lines: int) -> int:
        """The tile ``lines`` lines below (above, if negative), in the same column as far as there is one."""
        place = bisect_right(self.sections, row, key=lambda s: s.first) - 1
        column = (row - self.sections[place].first) % self.columns
        line = (row - self.sections[place].first) // self.columns
        way = 1 if lines > 0 else -1
        for _ in range(abs(lines)):
            line += way
            while not 0 <= line < self._lines(place):
                place += way
                if not 0 <= place < len(self.sections):
                    return row
                line = 0 if way > 0 else self._lines(place) - 1
            offset = min(line * self.columns + column, self.sections[place].count - 1)
            row = self.sections[place].first + offset
        return row

    def _lines(self, place: int) -> int:
        return -(-self.sections[place].count // self.columns)

    def _tile_rect(self, place: int, offset: int) -> QRect:
        line, column = divmod(offset, self.columns)
        step = self.tile_px + GAP_PX
        return QRect(MARGIN_PX + column * step, self.tops[place] + HEADER_PX + line * step, self.tile_px, self.tile_px)
