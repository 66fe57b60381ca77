"""How flags, stars, labels and small facts look: each with a shape or a letter of its own, never by colour alone."""

from functools import lru_cache
from math import cos, pi, sin
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPixmap, QPolygonF

from imgvar_desktop.core.library import Entry, Flag, Label, Marks

HEIGHT: Final = 16
_STAR: Final = 11
_GAP: Final = 6
_FLAG: Final = 13
_CHIP: Final = 16

LABEL_COLOURS: Final = {
    Label.RED: QColor(0xD6, 0x45, 0x45),
    Label.YELLOW: QColor(0xE0, 0xB0, 0x3A),
    Label.GREEN: QColor(0x3E, 0x9B, 0x57),
    Label.BLUE: QColor(0x3F, 0x7C, 0xDA),
}
_LETTERS: Final = {Label.RED: "R", Label.YELLOW: "Y", Label.GREEN: "G", Label.BLUE: "B"}
PICK_COLOUR: Final = QColor(0xFF, 0xFF, 0xFF)
REJECT_COLOUR: Final = QColor(0xE0, 0x5A, 0x4E)


def paint_foot(painter: QPainter, rect: QRectF, entry: Entry, children: int, ink: QColor) -> None:
    """What is known of a variation, in the line below its picture: marks to the left, facts to the right."""
    marks, ratio = entry.marks, painter.device().devicePixelRatioF()
    if not (marks.flag or marks.stars or marks.label or marks.note or children or entry.delivered_at):
        return
    left = _marks(marks.flag, marks.stars, rect.width() < _wide(marks), ink.name(), ratio)
    painter.drawPixmap(QPointF(rect.left(), rect.top()), left)
    right = _facts(marks.label, bool(marks.note), children, entry.delivered_at is not None, ink.name(), ratio)
    painter.drawPixmap(QPointF(rect.right() - right.width() / ratio, rect.top()), right)


def paint_star(painter: QPainter, middle: QPointF, radius: float) -> None:
    """With the painter's brush."""
    points = []
    for point in range(10):
        reach = radius if point % 2 == 0 else radius * 0.44
        angle = -pi / 2 + point * pi / 5
        points.append(middle + QPointF(cos(angle), sin(angle)) * reach)
    painter.drawPolygon(QPolygonF(points))


def paint_flag(painter: QPainter, rect: QRectF, flag: Flag, ink: QColor) -> None:
    """A full flag for a pick; one with a cross in it, in outline, for a reject."""
    left, top, side = rect.left() + 1.5, rect.top() + 1.5, rect.height() - 3
    cloth = QRectF(left, top, side, side * 0.66)
    painter.setPen(QPen(ink, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(QPointF(left, top), QPointF(left, top + side))
    painter.setBrush(ink if flag is Flag.PICK else Qt.BrushStyle.NoBrush)
    painter.drawRect(cloth)
    if flag is Flag.REJECT:
        painter.drawLine(cloth.center() + QPointF(-2, -2), cloth.center() + QPointF(2, 2))
        painter.drawLine(cloth.center() + QPointF(-2, 2), cloth.center() + QPointF(2, -2))


def paint_label(painter: QPainter, rect: QRectF, label: Label) -> None:
    """A chip in its colour, with its letter."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(LABEL_COLOURS[label])
    painter.drawRoundedRect(rect, 3, 3)
    font = QFont(painter.font())
    font.setPixelSize(round(rect.height() * 0.72))
    font.setWeight(QFont.Weight.Bold)
    painter.setFont(font)
    painter.setPen(QColor(0x1C, 0x1C, 0x1C) if label is Label.YELLOW else QColor(0xFF, 0xFF, 0xFF))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, _LETTERS[label])


def _wide(marks: Marks) -> float:
    """How wide a tile's foot must be to show one star for each."""
    return _FLAG + _GAP + marks.stars * _STAR + 3 * (_CHIP + _GAP)


def _canvas(width: float, ratio: float) -> QPixmap:
    pixmap = QPixmap(max(1, round(width * ratio)), round(HEIGHT * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    return pixmap


@lru_cache(maxsize=256)
def _marks(flag: Flag, stars: int, short: bool, ink: str, ratio: float) -> QPixmap:  # a key of the cache
    pixmap = _canvas(_FLAG + _GAP + max(5 * _STAR, 36), ratio)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour, left = QColor(ink), 0.0
    if flag is not Flag.NONE:
        paint_flag(painter, QRectF(0, 1, _FLAG, 14), flag, REJECT_COLOUR if flag is Flag.REJECT else colour)
        left = _FLAG + _GAP
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    for star in range(min(stars, 1) if short else stars):
        paint_star(painter, QPointF(left + _STAR * (star + 0.5), HEIGHT / 2 + 0.5), _STAR / 2)
    if short and stars:
        painter.setPen(colour)
        painter.drawText(QRectF(left + _STAR + 2, 0, 20, HEIGHT), Qt.AlignmentFlag.AlignVCenter, str(stars))
    painter.end()
    return pixmap


@lru_cache(maxsize=256)
def _facts(label: Label, note: bool, children: int, delivered: bool, ink: str, ratio: float) -> QPixmap:  # noqa: PLR0917  # a key of the cache
    pixmap = _canvas(4 * (_CHIP + _GAP) + 8, ratio)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    right = pixmap.width() / ratio
    pen = QPen(QColor(ink), 1.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    if label is not Label.NONE:
        right -= _CHIP
        paint_label(painter, QRectF(right, 1, _CHIP, HEIGHT - 2), label)
        right -= _GAP
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if delivered:
        right -= 11
        painter.drawPolyline(QPolygonF([QPointF(right, 8), QPointF(right + 3.5, 11.5), QPointF(right + 10, 4)]))
        right -= _GAP
    if note:
        right -= 11
        for line, width in ((4.5, 10), (8, 10), (11.5, 6)):
            painter.drawLine(QPointF(right, line), QPointF(right + width, line))
        right -= _GAP
    if children:
        font = QFont(painter.font())
        font.setPixelSize(11)
        painter.setFont(font)
        width = painter.fontMetrics().horizontalAdvance(str(children))
        painter.drawText(QRectF(right - width, 0, width, HEIGHT), Qt.AlignmentFlag.AlignVCenter, str(children))
        _paint_branch(painter, right - width - 11)
    painter.end()
    return pixmap


def _paint_branch(painter: QPainter, left: float) -> None:
    """One that became two."""
    painter.drawLine(QPointF(left, 8), QPointF(left + 3, 8))
    for top in (4.5, 11.5):
        painter.drawPolyline(QPolygonF([QPointF(left + 3, 8), QPointF(left + 5, top), QPointF(left + 8, top)]))
