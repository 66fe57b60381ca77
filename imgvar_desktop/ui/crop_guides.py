"""Lines inside the crop that help to compose."""

from enum import Enum
from typing import Final

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

_GOLDEN: Final = (5**0.5 - 1) / 2
"""The larger part of a line cut by the golden section."""


class Guides(Enum):
    NONE = "None"
    THIRDS = "Thirds"
    GRID = "Grid"
    DIAGONALS = "Diagonals"
    GOLDEN = "Golden section"


GRID_PARTS: Final = 8


def paint_guides(painter: QPainter, crop: QRectF, guides: Guides, *, turned: bool) -> None:
    """``turned`` mirrors what has a direction: of the two diagonals with their reciprocals, the other one."""
    painter.setPen(QPen(QColor(255, 255, 255, 120), 1))
    painter.drawLines([_line(crop, *ends) for ends in _lines(guides, turned=turned)])


def _lines(guides: Guides, *, turned: bool) -> list[tuple[float, float, float, float]]:
    """Each from (x, y) to (x, y), as shares of the square's side."""
    match guides:
        case Guides.THIRDS:
            return _upright_lines((1 / 3, 2 / 3))
        case Guides.GRID:
            return _upright_lines(tuple(i / GRID_PARTS for i in range(1, GRID_PARTS)))
        case Guides.GOLDEN:
            return _upright_lines((1 - _GOLDEN, _GOLDEN))
        case Guides.DIAGONALS:
            # A diagonal, and from the other corners the lines that meet it at a right angle at its thirds.
            lines = [(0.0, 1.0, 1.0, 0.0), (0.0, 0.0, 0.5, 1.0), (0.5, 0.0, 1.0, 1.0)]
            return [(1 - x0, y0, 1 - x1, y1) for x0, y0, x1, y1 in lines] if turned else lines
        case Guides.NONE:
            return []


def _upright_lines(places: tuple[float, ...]) -> list[tuple[float, float, float, float]]:
    return [line for at in places for line in ((at, 0.0, at, 1.0), (0.0, at, 1.0, at))]


def _line(crop: QRectF, x0: float, y0: float, x1: float, y1: float) -> QLineF:
    side = crop.width()
    return QLineF(crop.topLeft() + QPointF(x0 * side, y0 * side), crop.topLeft() + QPointF(x1 * side, y1 * side))
