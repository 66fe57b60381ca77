"""Where the turned picture is on screen: fitted, or zoomed and panned by the person."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, QSizeF

from imgvar_desktop.core.geometry import Square

MAX_ZOOM = 16.0
MAX_SCALE = 8.0
"""800 %, whatever that is in zoom: a large picture needs much more of it."""


@dataclass(frozen=True, slots=True)
class CropViewport:
    """``room`` is widget pixels; ``scale`` is widget pixels for one pixel of the turned picture."""

    room: QRectF
    content: QRectF
    """What has to be in sight when nothing is zoomed: pixels of the turned picture."""
    zoom: float = 1.0
    """1 shows all of ``content``."""
    centre: QPointF | None = None
    """The place of the turned picture in the middle of ``room``; None: the middle of ``content``."""

    @property
    def scale(self) -> float:
        return self.zoom * min(self.room.width() / self.content.width(), self.room.height() / self.content.height())

    def to_widget(self, at: QPointF) -> QPointF:
        return self.room.center() + (at - self._middle) * self.scale

    def to_picture(self, at: QPointF) -> QPointF:
        return self._middle + (at - self.room.center()) / self.scale

    def rect(self, width: float, height: float) -> QRectF:
        """The whole turned picture."""
        return QRectF(self.to_widget(QPointF(0, 0)), QSizeF(width, height) * self.scale)

    def square(self, square: Square) -> QRectF:
        side = square.side * self.scale
        return QRectF(self.to_widget(QPointF(square.x, square.y)), QSizeF(side, side))

    def zoomed(self, factor: float, at: QPointF) -> "CropViewport":
        """The place under ``at`` (widget pixels) stays there."""
        held = self.to_picture(at)
        most = max(MAX_ZOOM, MAX_SCALE * self.zoom / self.scale)
        zoom = min(max(self.zoom * factor, 1.0), most)
        if zoom == 1.0:
            return replace(self, zoom=1.0, centre=None)
        there = replace(self, zoom=zoom)
        return replace(there, centre=held - (at - self.room.center()) / there.scale)

    def panned(self, by: QPointF) -> "CropViewport":
        if self.zoom == 1.0:
            return self
        return replace(self, centre=self._middle - by / self.scale)

    @property
    def _middle(self) -> QPointF:
        return self.content.center() if self.centre is None else self.centre


def content_of(width: int, height: int, square: Square) -> QRectF:
    """The picture and, where it reaches beyond, the square."""
    picture = QRectF(0, 0, width, height)
    return picture.united(QRectF(square.x, square.y, square.side, square.side))
