"""The larger view: one variation, whole or at exact pixels, in the place of the gallery."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QWheelEvent
from PySide6.QtWidgets import QWidget

from imgvar_desktop.core.library import Entry
from imgvar_desktop.ui import theme
from imgvar_desktop.ui.camera import MAX_ZOOM, MIN_ZOOM, SHARP_FROM, Camera

STEP: Final = 1.25
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
        self._camera = Camera()
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
        return self._camera.zoom_in(self._room(), self._size, self.devicePixelRatioF())

    def fit(self) -> None:
        self._camera = Camera()
        self.update()

    def zoom_to(self, zoom: float, at: QPointF | None = None) -> None:
        """``at`` (widget pixels) stays over the same place of the image."""
        at = at or QPointF(self._room().center())
        before = self._image_rect()
        held = QPointF((at.x() - before.x()) / before.width(), (at.y() - before.y()) / before.height())
        self._camera = Camera(zoom)  # the room is a little larger when the image need not fit
        room, ratio = self._room(), self.devicePixelRatioF()
        shown = self._size * (min(max(zoom, MIN_ZOOM), MAX_ZOOM) / ratio)
        moved = room.center() - at
        across, down = held.x() + moved.x() / shown.width(), held.y() + moved.y() / shown.height()
        self._camera = Camera(min(max(zoom, MIN_ZOOM), MAX_ZOOM), across, down).settled(room, shown)
        self.update()

    def toggle_zoom(self, at: QPointF | None = None) -> None:
        """Between the whole image and exact pixels."""
        if self._camera.zoom is None:
            self.zoom_to(1.0, at)
        else:
            self.fit()

    def _room(self) -> QRectF:
        if self._camera.zoom is not None:
            return QRectF(self.rect()).adjusted(0, 0, 0, -CAPTION_PX)
        return QRectF(self.rect()).adjusted(FIT_MARGIN_PX, FIT_MARGIN_PX, -FIT_MARGIN_PX, -CAPTION_PX)

    def _image_rect(self) -> QRectF:
        return self._camera.rect(self._room(), self._size, self.devicePixelRatioF())

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
        if event.button() == Qt.MouseButton.LeftButton and self._camera.zoom is not None:
            self._dragged_from = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged_from is None:
            return
        gap = event.position() - self._dragged_from
        self._dragged_from = event.position()
        self._camera = self._camera.panned(gap, self._room(), self._size, self.devicePixelRatioF())
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002 - Qt's signature
        self._dragged_from = None
        self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.toggle_zoom(event.position())
