"""Where a gallery's headers and tiles are: arithmetic over sections, never over single images."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from PySide6.QtCore import QPoint, QRect

MARGIN_PX: Final = 16
TILE_INSET_PX: Final = 6
"""Between a tile's edge and its picture: room for the frame of what is selected."""
FOOT_PX: Final = 20
"""Below a tile's picture: room for its marks, so that they never cover it."""
GAP_PX: Final = 8
HEADER_PX: Final = 44


@dataclass(frozen=True, slots=True)
class SectionLayout:
    """A gallery of ``width`` device-independent pixels; content coordinates, y 0 at its very top.

    Costs one addition for each section to make and a binary search to ask: the number of images does not matter.
    """

    counts: tuple[int, ...]
    """Tiles in each section."""
    firsts: tuple[int, ...]
    """The first row of each section."""
    tops: tuple[int, ...]
    columns: int
    tile_px: int
    """A tile's width; its height is FOOT_PX more."""
    height: int

    @classmethod
    def of(cls, counts: Iterable[int], *, width: int, tile_px: int) -> "SectionLayout":
        counts = tuple(counts)
        columns = max(1, (width - 2 * MARGIN_PX + GAP_PX) // (tile_px + GAP_PX))
        step = tile_px + FOOT_PX + GAP_PX
        heights = [HEADER_PX + -(-count // columns) * step + GAP_PX for count in counts]
        *tops, height = accumulate(heights, initial=GAP_PX)
        firsts = tuple(accumulate(counts, initial=0))[:-1]
        return cls(counts, firsts, tuple(tops), columns, tile_px, height)

    @property
    def rows(self) -> int:
        """How many tiles there are."""
        return self.firsts[-1] + self.counts[-1] if self.counts else 0

    def header_rect(self, place: int, width: int) -> QRect:
        # In line with the pictures, which stand inside their tiles.
        left = MARGIN_PX + TILE_INSET_PX
        return QRect(left, self.tops[place], width - left - MARGIN_PX, HEADER_PX)

    def tile_rect(self, row: int) -> QRect:
        place = bisect_right(self.firsts, row) - 1
        line, column = divmod(row - self.firsts[place], self.columns)
        left = MARGIN_PX + column * (self.tile_px + GAP_PX)
        top = self.tops[place] + HEADER_PX + line * self._step
        return QRect(left, top, self.tile_px, self.tile_px + FOOT_PX)

    def row_at(self, at: QPoint) -> int | None:
        place = self.section_at(at.y())
        if place is None:
            return None
        down = at.y() - self.tops[place] - HEADER_PX
        column, across = divmod(at.x() - MARGIN_PX, self.tile_px + GAP_PX)
        line, below = divmod(down, self._step)
        if min(down, column) < 0 or column >= self.columns:
            return None
        if across >= self.tile_px or below >= self.tile_px + FOOT_PX:
            return None
        offset = line * self.columns + column
        return self.firsts[place] + offset if offset < self.counts[place] else None

    def section_at(self, y: int) -> int | None:
        """The section whose header or tiles are at ``y``."""
        place = bisect_right(self.tops, y) - 1
        return place if place >= 0 else None

    def visible(self, top: int, bottom: int) -> Iterator[tuple[int, range]]:
        """Each section that touches ``top <= y < bottom``, with those of its rows that do."""
        for place in range(max(0, bisect_right(self.tops, top) - 1), len(self.tops)):
            if self.tops[place] >= bottom:
                return
            count, tiles_top = self.counts[place], self.tops[place] + HEADER_PX
            first = max(0, (top - tiles_top) // self._step) * self.columns
            last = min(count, (max(0, bottom - tiles_top) // self._step + 1) * self.columns)
            yield place, range(self.firsts[place] + min(first, count), self.firsts[place] + last)

    def rows_in(self, rect: QRect) -> Iterator[int]:
        """The tiles that ``rect`` touches."""
        for _, rows in self.visible(rect.top(), rect.bottom() + 1):
            for row in rows:
                if self.tile_rect(row).intersects(rect):
                    yield row

    def row_beside(self, row: int, lines: int) -> int:
        """The tile ``lines`` lines below (above, if negative), in the same column as far as there is one."""
        place = bisect_right(self.firsts, row) - 1
        line, column = divmod(row - self.firsts[place], self.columns)
        way = 1 if lines > 0 else -1
        for _ in range(abs(lines)):
            line += way
            while not 0 <= line < self._lines(place):
                place += way
                if not 0 <= place < len(self.counts):
                    return row
                line = 0 if way > 0 else self._lines(place) - 1
            offset = min(line * self.columns + column, self.counts[place] - 1)
            row = self.firsts[place] + offset
        return row

    @property
    def _step(self) -> int:
        return self.tile_px + FOOT_PX + GAP_PX

    def _lines(self, place: int) -> int:
        return -(-self.counts[place] // self.columns)
