"""The larger view: one variation, whole or at exact pixels, in the place of the gallery."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from imgvar_desktop.core.library import Entry
from imgvar_desktop.ui import theme

STEP: Final = 1.25
MIN_ZOOM: Final = 0.05
MAX_ZOOM: Final = 16.0
SHARP_FROM: Final = 2.0
"""From here on pixels are shown as squares: who looks this closely wants to see them."""
CAPTION_PX: Final = 32
FIT_MARGIN_PX: Final = 16


class Viewer(QWidget):
    """Zoom is image pixels to physical screen pixels: 1.0 shows each pixel of the image on one of the screen."""

    closed = Signal()
    stepped = Signal(object)
    """-1 or 1, an int: the variation before or after is wanted. Zoom and place stay."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("viewer")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Larger view"))
        self._pixmap = QPixmap()
        self._caption = ""
        self._surround: int | None = None
        self._size = QSizeF(1, 1)
        self._zoom: float | None = None
        self._centre = QPointF(0.5, 0.5)
        self._dragged_from: QPointF | None = None

    def show_entry(self, entry: Entry, standin: QPixmap | None, caption: str) -> None:
        """``standin`` is shown in its place until ``show_image`` brings the pixels."""
        self._pixmap = standin or QPixmap()
        self._caption = caption
        self.setAccessibleDescription(caption)
        self._size = QSizeF(entry.width, entry.height)
        self.update()

    def show_image(self, image: QImage) -> None:
        self._pixmap = QPixmap.fromImage(image)
        self.update()

    def show_refusal(self, message: str) -> None:
        self._pixmap = QPixmap()
        self._caption = message
        self.update()

    @property
    def complete(self) -> bool:
        """Whether the image's own pixels are shown, and not what stood in for them."""
        return self._pixmap.size() == self._size.toSize()

    def set_surround(self, grey: int | None) -> None:
        self._surround = grey
        self.update()

    @property
    def zoom(self) -> float:
        return self._fit() if self._zoom is None else self._zoom

    def fit(self) -> None:
        self._zoom, self._centre = None, QPointF(0.5, 0.5)
        self.update()

    def zoom_to(self, zoom: float, at: QPointF | None = None) -> None:
        """``at`` (widget pixels) stays over the same place of the image."""
        at = at or QPointF(self._room().center())
        before = self._image_rect()
        held = QPointF((at.x() - before.x()) / before.width(), (at.y() - before.y()) / before.height())
        self._zoom = min(max(zoom, MIN_ZOOM), MAX_ZOOM)
        shown = self._size * (self._zoom / self.devicePixelRatioF())
        middle = self._room().center()
        self._centre = QPointF(
            held.x() + (middle.x() - at.x()) / shown.width(), held.y() + (middle.y() - at.y()) / shown.height()
        )
        self._keep_inside()
        self.update()

    def toggle_zoom(self, at: QPointF | None = None) -> None:
        """Between the whole image and exact pixels."""
        if self._zoom is None:
            self.zoom_to(1.0, at)
        else:
            self.fit()

    def _room(self) -> QRectF:
        if self._zoom is not None:
            return QRectF(self.rect()).adjusted(0, 0, 0, -CAPTION_PX)
        return QRectF(self.rect()).adjusted(FIT_MARGIN_PX, FIT_MARGIN_PX, -FIT_MARGIN_PX, -CAPTION_PX)

    def _fit(self) -> float:
        room = self._room().size() * self.devicePixelRatioF()
        return min(room.width() / self._size.width(), room.height() / self._size.height(), 1.0)

    def _image_rect(self) -> QRectF:
        """Where the whole image is, in widget pixels, on whole physical ones so that 100 % is exact."""
        ratio = self.devicePixelRatioF()
        shown = self._size * (self.zoom / ratio)
        middle = self._room().center()
        left = round((middle.x() - self._centre.x() * shown.width()) * ratio) / ratio
        top = round((middle.y() - self._centre.y() * shown.height()) * ratio) / ratio
        return QRectF(QPointF(left, top), shown)

    def _keep_inside(self) -> None:
        """An image larger than the room covers it; a smaller one is in its middle."""
        shown = self._size * (self.zoom / self.devicePixelRatioF())
        room = self._room()
        half_x = min(room.width() / shown.width() / 2, 0.5)
        half_y = min(room.height() / shown.height() / 2, 0.5)
        self._centre = QPointF(
            min(max(self._centre.x(), half_x), 1 - half_x), min(max(self._centre.y(), half_y), 1 - half_y)
        )

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        background = theme.surround(self.palette(), self._surround)
        painter.fillRect(self.rect(), background)
        if not self._pixmap.isNull():
            painter.setClipRect(self._room())
            sharp = self.zoom >= SHARP_FROM or (self.zoom == 1.0 and self.complete)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not sharp)
            painter.drawPixmap(self._image_rect(), self._pixmap, QRectF(self._pixmap.rect()))
            painter.setClipping(False)
        painter.setPen(theme.quiet_ink_on(background))
        line = QRectF(self.rect()).adjusted(16, self.height() - CAPTION_PX, -16, 0)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self._caption)
        if not self._pixmap.isNull():
            zoom = f"{self.zoom * 100:.0f} %"
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, zoom)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._zoom is not None:
            self._keep_inside()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match Qt.Key(event.key()):
            case Qt.Key.Key_Left | Qt.Key.Key_Up | Qt.Key.Key_PageUp:
                self.stepped.emit(-1)
            case Qt.Key.Key_Right | Qt.Key.Key_Down | Qt.Key.Key_PageDown:
                self.stepped.emit(1)
            case Qt.Key.Key_Escape | Qt.Key.Key_Space | Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.closed.emit()
            case Qt.Key.Key_Z:
                self.toggle_zoom()
            case _:
                event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.angleDelta().y():
            self.zoom_to(self.zoom * STEP ** (event.angleDelta().y() / 120), event.position())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._zoom is not None:
            self._dragged_from = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged_from is None:
            return
        gap = event.position() - self._dragged_from
        self._dragged_from = event.position()
        shown = self._image_rect()
        self._centre -= QPointF(gap.x() / shown.width(), gap.y() / shown.height())
        self._keep_inside()
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002 - Qt's signature
        self._dragged_from = None
        self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.toggle_zoom(event.position())
