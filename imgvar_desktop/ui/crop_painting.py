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
_REFLECTION_PX: Final = 512
_SMOOTH: Final = Qt.TransformationMode.SmoothTransformation
_STRETCH: Final = Qt.AspectRatioMode.IgnoreAspectRatio


class PaintedPicture:
    """The turned preview and what is painted of it. Each part is made once, and anew when the preview or its turns are.

    A drag paints sixty times a second: nothing in here may look at the whole preview each time.
    """

    def __init__(self) -> None:
        self._preview = QImage()
        self._how = (0, False)
        self._turned = QImage()
        self._pixmap = QPixmap()
        self._levels: list[QPixmap] = []
        self._edge: QColor | None = None
        self._soft = QPixmap()

    @property
    def is_null(self) -> bool:
        return self._preview.isNull()

    def shows(self, preview: QImage) -> bool:
        return not self.is_null and preview.cacheKey() == self._preview.cacheKey()

    def set_preview(self, preview: QImage) -> None:
        """The whole upright picture, at any size."""
        self._preview = preview
        self._how = (0, False)
        self._forget(preview)

    def take(self, framing: Framing) -> None:
        how = (framing.turns, framing.flipped)
        if how != self._how:
            turned = self._preview.transformed(QTransform().rotate(90 * framing.turns))
            self._how = how
            self._forget(turned.flipped(Qt.Orientation.Horizontal) if framing.flipped else turned)

    def pixmap(self, size: QSize) -> QPixmap:
        """``size`` physical pixels; a picture zoomed in beyond the preview is left to the painter to enlarge."""
        wanted = size.boundedTo(self._turned.size())
        if self._pixmap.size() != wanted:
            self._pixmap = QPixmap.fromImage(self._turned.scaled(wanted, _STRETCH, _SMOOTH))
        return self._pixmap

    def near(self, size: QSize) -> QPixmap:
        """At least ``size`` physical pixels and less than twice as many, if the preview has them: for any size fast."""
        level = 0
        while self._turned.width() >> (level + 1) >= max(size.width(), 1):
            level += 1
        while len(self._levels) <= level:
            last = self._levels[-1] if self._levels else None
            if last is None:
                self._levels.append(QPixmap.fromImage(self._turned))
            else:
                half = QSize(max(last.width() // 2, 1), max(last.height() // 2, 1))
                self._levels.append(last.scaled(half, _STRETCH, _SMOOTH))
        return self._levels[level]

    @property
    def edge_colour(self) -> QColor:
        if self._edge is None:
            self._edge = _edge_colour(self._turned)
        return self._edge

    @property
    def soft(self) -> QPixmap:
        """Its middle square, out of focus."""
        if self._soft.isNull():
            side = min(self._turned.width(), self._turned.height())
            middle = QRect((self._turned.width() - side) // 2, (self._turned.height() - side) // 2, side, side)
            small = self._turned.copy(middle).scaled(24, 24, _STRETCH, _SMOOTH)
            self._soft = QPixmap.fromImage(small.scaled(256, 256, _STRETCH, _SMOOTH))
        return self._soft

    def _forget(self, turned: QImage) -> None:
        self._turned = turned
        self._pixmap = QPixmap()
        self._levels = []
        self._edge = None
        self._soft = QPixmap()


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


def paint_padding(painter: QPainter, picture: PaintedPicture, where: QRectF, crop: QRectF, framing: Framing) -> None:
    """What will stand beside the picture in the square; the picture is painted over it."""
    painter.save()
    painter.setClipRect(crop)
    match framing.fit:
        case Fit.TRANSPARENT:
            paint_checks(painter, crop.toAlignedRect())
        case Fit.EDGE:
            painter.fillRect(crop, picture.edge_colour)
        case Fit.BLUR:
            painter.drawPixmap(crop, picture.soft, QRectF(picture.soft.rect()))
        case Fit.MIRROR:
            _paint_reflections(painter, picture.near(QSize(_REFLECTION_PX, 1)), where, framing, crop)
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
    tile = QPixmap(2 * CHECK_PX, 2 * CHECK_PX)
    tile.fill(QColor(0xC8, 0xC8, 0xC8))
    with QPainter(tile) as checks:
        for at in (0, CHECK_PX):
            checks.fillRect(at, at, CHECK_PX, CHECK_PX, QColor(0xA0, 0xA0, 0xA0))
    painter.drawTiledPixmap(rect, tile)


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


def _paint_reflections(painter: QPainter, tile: QPixmap, where: QRectF, framing: Framing, crop: QRectF) -> None:
    """The eight neighbours; farther ones are rarely in sight and the result itself has them all."""
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
