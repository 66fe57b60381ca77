"""How the crop looks: the picture under it, what is dimmed, the frame with its handles, and the padding."""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPixmap, QPolygonF, QTransform

from imgvar_desktop.core.framing import Fit, Framing
from imgvar_desktop.ui import theme

HANDLE_PX: Final = 10
DIM: Final = QColor(0, 0, 0, 140)
"""What is outside the crop, darkened by 55 %."""
CHECK_PX: Final = 8
_SMOOTH: Final = Qt.TransformationMode.SmoothTransformation
_STRETCH: Final = Qt.AspectRatioMode.IgnoreAspectRatio


class PaintedPicture:
    """The turned preview at the size it is painted at. Made anew only when it, its turns or its size change."""

    def __init__(self) -> None:
        self._preview = QImage()
        self._turned = QImage()
        self._how = (0, False)
        self._pixmap = QPixmap()

    @property
    def is_null(self) -> bool:
        return self._preview.isNull()

    @property
    def turned(self) -> QImage:
        return self._turned

    def set_preview(self, preview: QImage) -> None:
        """The whole upright picture, at any size."""
        self._preview = self._turned = preview
        self._how = (0, False)
        self._pixmap = QPixmap()

    def take(self, framing: Framing) -> None:
        how = (framing.turns, framing.flipped)
        if how != self._how:
            turned = self._preview.transformed(QTransform().rotate(90 * framing.turns))
            self._turned = turned.flipped(Qt.Orientation.Horizontal) if framing.flipped else turned
            self._how = how
            self._pixmap = QPixmap()

    def pixmap(self, size: QSize) -> QPixmap:
        """``size`` physical pixels; a picture zoomed in beyond the preview is left to the painter to enlarge."""
        wanted = size.boundedTo(self._turned.size())
        if self._pixmap.size() != wanted:
            self._pixmap = QPixmap.fromImage(self._turned.scaled(wanted, _STRETCH, _SMOOTH))
        return self._pixmap


def paint_picture(painter: QPainter, pixmap: QPixmap, where: QRectF, framing: Framing, crop: QRectF) -> None:
    """The picture where it is, turned under the crop by the framing's angle."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    if framing.angle:
        painter.translate(crop.center())
        painter.rotate(framing.angle)
        painter.translate(-crop.center())
    painter.drawPixmap(where, pixmap, QRectF(pixmap.rect()))
    painter.restore()


def paint_padding(painter: QPainter, turned: QImage, where: QRectF, crop: QRectF, framing: Framing) -> None:
    """What will stand beside the picture in the square; the picture is painted over it."""
    painter.save()
    painter.setClipRect(crop)
    match framing.fit:
        case Fit.TRANSPARENT:
            paint_checks(painter, crop.toAlignedRect())
        case Fit.EDGE:
            painter.fillRect(crop, _edge_colour(turned))
        case Fit.BLUR:
            side = min(turned.width(), turned.height())
            middle = QRect((turned.width() - side) // 2, (turned.height() - side) // 2, side, side)
            soft = turned.copy(middle).scaled(24, 24, _STRETCH, _SMOOTH).scaled(256, 256, _STRETCH, _SMOOTH)
            painter.drawImage(crop, soft)
        case Fit.MIRROR:
            _paint_reflections(painter, turned, where, framing, crop)
        case Fit.CROP:
            pass
    painter.restore()


def paint_outside(painter: QPainter, where: QRectF, framing: Framing, crop: QRectF) -> None:
    """The part of the picture that will not be sent is dimmed; the surround stays as the person chose it."""
    turn = QTransform().translate(crop.center().x(), crop.center().y()).rotate(framing.angle)
    turn.translate(-crop.center().x(), -crop.center().y())
    picture, square = QPainterPath(), QPainterPath()
    picture.addPolygon(turn.map(QPolygonF(where)))
    square.addRect(crop)
    painter.fillPath(picture.subtracted(square), DIM)


def paint_frame(painter: QPainter, crop: QRectF, handles: Iterable[QPointF]) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    # White in black: seen on any picture.
    painter.setPen(QPen(QColor(0, 0, 0, 120), 3))
    painter.drawRect(crop)
    painter.setPen(QPen(Qt.GlobalColor.white, 1.5))
    painter.drawRect(crop)
    painter.setBrush(Qt.GlobalColor.white)
    painter.setPen(QPen(QColor(0, 0, 0, 150), 1))
    half = HANDLE_PX / 2
    for at in handles:
        painter.drawRoundedRect(QRectF(at.x() - half, at.y() - half, HANDLE_PX, HANDLE_PX), 2, 2)


def paint_readout(painter: QPainter, at: QPointF, text: str, *, warned: bool) -> None:
    box = QRectF(painter.fontMetrics().boundingRect(text)).adjusted(-8, -4, 8, 4)
    box.moveCenter(at)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 170))
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(theme.AMBER_ON_DARK if warned else Qt.GlobalColor.white)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def paint_checks(painter: QPainter, rect: QRect) -> None:
    painter.fillRect(rect, QColor(0xC8, 0xC8, 0xC8))
    for row, top in enumerate(range(rect.top(), rect.bottom() + 1, CHECK_PX)):
        for left in range(rect.left() + CHECK_PX * (row % 2), rect.right() + 1, 2 * CHECK_PX):
            painter.fillRect(left, top, CHECK_PX, CHECK_PX, QColor(0xA0, 0xA0, 0xA0))


def _edge_colour(turned: QImage) -> QColor:
    """The mean of the preview's outermost pixels."""
    width, height = turned.width(), turned.height()
    rows = [QRect(0, y, width, 1) for y in (0, height - 1)]
    columns = [QRect(x, 0, 1, height) for x in (0, width - 1)]
    colours = [
        (turned.copy(edge).scaled(1, 1, _STRETCH, _SMOOTH).pixelColor(0, 0), edge.width() * edge.height())
        for edge in (*rows, *columns)
    ]
    count = sum(weight for _, weight in colours)
    red = sum(colour.red() * weight for colour, weight in colours) // count
    green = sum(colour.green() * weight for colour, weight in colours) // count
    blue = sum(colour.blue() * weight for colour, weight in colours) // count
    return QColor(red, green, blue)


def _paint_reflections(painter: QPainter, turned: QImage, where: QRectF, framing: Framing, crop: QRectF) -> None:
    """The eight neighbours; farther ones are rarely in sight and the result itself has them all."""
    tile = QPixmap.fromImage(turned.scaled(turned.size().scaled(512, 512, Qt.AspectRatioMode.KeepAspectRatio)))
    if framing.angle:
        painter.translate(crop.center())
        painter.rotate(framing.angle)
        painter.translate(-crop.center())
    for column in (-1, 0, 1):
        for row in (-1, 0, 1):
            painter.save()
            there = where.translated(column * where.width(), row * where.height())
            painter.translate(there.center())
            painter.scale(-1 if column else 1, -1 if row else 1)
            target = QRectF(QPointF(-there.width() / 2, -there.height() / 2), there.size())
            painter.drawPixmap(target, tile, QRectF(tile.rect()))
            painter.restore()
