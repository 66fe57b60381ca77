"""Where images that are compared stand: all as large as they can be, and equally large."""

import math
from typing import Final

from PySide6.QtCore import QRectF

GAP_PX: Final = 8
CAPTION_PX: Final = 28
NOTE_PX: Final = 24


def rooms(area: QRectF, count: int) -> tuple[QRectF, ...]:
    """A room for each picture, in reading order; below each there is CAPTION_PX for its name, below all NOTE_PX."""
    whole = area.adjusted(GAP_PX, GAP_PX, -GAP_PX, -NOTE_PX)
    columns = max(range(1, max(count, 1) + 1), key=lambda c: _side(whole, count, c))
    rows = math.ceil(count / columns) if count else 1
    # Whole ones, so that the same place is at the same place in each.
    width = math.floor((whole.width() - GAP_PX * (columns - 1)) / columns)
    height = math.floor((whole.height() - GAP_PX * (rows - 1)) / rows)
    found = []
    for place in range(count):
        row, column = divmod(place, columns)
        left = whole.left() + column * (width + GAP_PX)
        top = whole.top() + row * (height + GAP_PX)
        found.append(QRectF(left, top, width, max(height - CAPTION_PX, 1.0)))
    return tuple(found)


def _side(area: QRectF, count: int, columns: int) -> float:
    """How large a square picture is with so many columns."""
    rows = math.ceil(count / columns)
    return min(
        (area.width() - GAP_PX * (columns - 1)) / columns,
        (area.height() - GAP_PX * (rows - 1)) / rows - CAPTION_PX,
    )
