"""The crop: a square on the picture, moved and resized by mouse and by keyboard, in whole source pixels."""

from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from imgvar_desktop.core.geometry import Handle, Square, largest_square, moved, resized
from imgvar_desktop.ui import theme

MARGIN_PX: Final = 8
"""Room around the picture, so that half a handle fits at its edge."""
HANDLE_PX: Final = 10
HANDLE_HIT_PX: Final = 24
DIM: Final = QColor(0, 0, 0, 140)
"""What is outside the crop, darkened by 55 %."""

_CURSORS: Final = {
    Handle.TOP_LEFT: Qt.CursorShape.SizeFDiagCursor,
    Handle.BOTTOM_RIGHT: Qt.CursorShape.SizeFDiagCursor,
    Handle.TOP_RIGHT: Qt.CursorShape.SizeBDiagCursor,
    Handle.BOTTOM_LEFT: Qt.CursorShape.SizeBDiagCursor,
    Handle.TOP: Qt.CursorShape.SizeVerCursor,
    Handle.BOTTOM: Qt.CursorShape.SizeVerCursor,
    Handle.LEFT: Qt.CursorShape.SizeHorCursor,
    Handle.RIGHT: Qt.CursorShape.SizeHorCursor,
}
_ARROWS: Final = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class CropView(QWidget):
    """Shows a picture and the square on it. All positions it tells are source pixels; its own are widget pixels."""

    cropped = Signal(object)
    """The Square, each time it changes by the person's hand."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("cropView")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(200)
        self.setAccessibleName(self.tr("Crop"))
        self._preview = QImage()
        self._scaled = QPixmap()
        self._width = self._height = 0
        self._crop = Square(0, 0, 1)
        self._size_px = 0
        self._surround: int | None = None
        self._grabbed: Handle | None = None
        self._dragging = False
        self._pressed_at = QPointF()
        self._crop_at_press = self._crop

    @property
    def crop(self) -> Square:
        return self._crop

    def show_picture(self, preview: QImage, *, width: int, height: int, crop: Square) -> None:
        """``preview`` is the whole picture at any size; ``width`` and ``height`` are the source's own."""
        self._preview, self._width, self._height = preview, width, height
        self._scaled = QPixmap()
        self._dragging = False
        self._take(crop, by_person=False)

    def set_size_px(self, size_px: int) -> None:
        """The side of the variations, for the readout."""
        self._size_px = size_px
        self.update()

    def set_surround(self, grey: int | None) -> None:
        self._surround = grey
        self.update()

    def reset(self) -> None:
        """The largest centred square."""
        self._take(largest_square(width=self._width, height=self._height))

    def sizeHint(self) -> QSize:
        return QSize(280, 200)

    # Where things are

    def _picture_rect(self) -> QRectF:
        room = QRectF(self.rect()).adjusted(MARGIN_PX, MARGIN_PX, -MARGIN_PX, -MARGIN_PX)
        scale = min(room.width() / self._width, room.height() / self._height)
        size = QPointF(self._width * scale, self._height * scale)
        return QRectF(room.center() - size / 2, room.center() + size / 2)

    def _scale(self) -> float:
        """Widget pixels for one source pixel."""
        return self._picture_rect().width() / self._width

    def crop_rect(self) -> QRectF:
        """The square on screen, in widget pixels."""
        origin, scale = self._picture_rect().topLeft(), self._scale()
        side = self._crop.side * scale
        return QRectF(origin.x() + self._crop.x * scale, origin.y() + self._crop.y * scale, side, side)

    def handle_point(self, handle: Handle) -> QPointF:
        """The middle of a handle, in widget pixels."""
        across, down = handle.value
        centre = self.crop_rect().center()
        half = self.crop_rect().width() / 2
        return QPointF(centre.x() + across * half, centre.y() + down * half)

    def _handle_at(self, at: QPointF) -> Handle | None:
        """The nearest handle that ``at`` hits; a corner before an edge."""
        best: tuple[int, float, Handle] | None = None
        for handle in Handle:
            gap = self.handle_point(handle) - at
            if max(abs(gap.x()), abs(gap.y())) <= HANDLE_HIT_PX / 2:
                rank = (0 if all(handle.value) else 1, gap.manhattanLength(), handle)
                best = rank if best is None or rank[:2] < best[:2] else best
        return best[2] if best else None

    # By mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._preview.isNull():
            super().mousePressEvent(event)
            return
        self._grabbed = self._handle_at(event.position())
        self._dragging = self._grabbed is not None or self.crop_rect().contains(event.position())
        self._pressed_at, self._crop_at_press = event.position(), self._crop
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._dragging:
            self._show_cursor(event.position())
            return
        gap = (event.position() - self._pressed_at) / self._scale()
        dx, dy = round(gap.x()), round(gap.y())
        keys = event.modifiers()
        if self._grabbed is not None:
            from_centre = bool(keys & Qt.KeyboardModifier.AltModifier)
            self._take(self._resized(self._grabbed, dx, dy, from_centre=from_centre))
            return
        if keys & Qt.KeyboardModifier.ShiftModifier:  # along one axis
            dx, dy = (dx, 0) if abs(dx) >= abs(dy) else (0, dy)
        self._take(moved(self._crop_at_press, dx, dy, width=self._width, height=self._height))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragging = False
        self._show_cursor(event.position())
        self.update()

    def _resized(self, handle: Handle, dx: int, dy: int, *, from_centre: bool) -> Square:
        return resized(
            self._crop_at_press,
            handle,
            dx,
            dy,
            width=self._width,
            height=self._height,
            min_side=max(1, round(HANDLE_HIT_PX / self._scale())),
            from_centre=from_centre,
        )

    def _show_cursor(self, at: QPointF) -> None:
        if self._preview.isNull():
            return
        handle = self._handle_at(at)
        if handle is not None:
            self.setCursor(_CURSORS[handle])
        elif self.crop_rect().contains(at):
            self.setCursor(Qt.CursorShape.SizeAllCursor)
        else:
            self.unsetCursor()

    # By keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        arrow = _ARROWS.get(Qt.Key(event.key()))
        if self._preview.isNull() or (arrow is None and event.key() != Qt.Key.Key_0):
            super().keyPressEvent(event)
            return
        if arrow is None:
            self.reset()
            return
        step = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        dx, dy = arrow[0] * step, arrow[1] * step
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            # Right and down grow, left and up shrink, from the top left corner.
            self._take(
                resized(self._crop, Handle.BOTTOM_RIGHT, dx or dy, dx or dy, width=self._width, height=self._height)
            )
        else:
            self._take(moved(self._crop, dx, dy, width=self._width, height=self._height))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def _take(self, crop: Square, *, by_person: bool = True) -> None:
        if by_person and crop == self._crop:
            return
        self._crop = crop
        self.setAccessibleDescription(
            self.tr("Left {0}, top {1}, side {2} pixels. Arrow keys move, Alt and arrow keys resize.").format(
                crop.x, crop.y, crop.side
            )
        )
        self.update()
        if by_person:
            self.cropped.emit(crop)

    # Painting

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._scaled = QPixmap()

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.surround(self.palette(), self._surround))
        if self._preview.isNull():
            return
        picture, crop = self._picture_rect(), self.crop_rect()
        painter.drawPixmap(picture, self._pixmap(picture), QRectF(self._pixmap(picture).rect()))
        painter.save()
        painter.setClipRegion(QRegion(picture.toAlignedRect()) - QRegion(crop.toRect()))
        painter.fillRect(picture, DIM)
        painter.restore()
        self._paint_frame(painter, crop)
        if self._dragging:
            self._paint_guides(painter, crop)
            self._paint_readout(painter, crop)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def _pixmap(self, picture: QRectF) -> QPixmap:
        """The preview at the size it is painted at, made once for each size of the widget and scale of the screen."""
        ratio = self.devicePixelRatioF()
        wanted = (picture.size() * ratio).toSize()
        if self._scaled.size() != wanted:
            smooth = Qt.TransformationMode.SmoothTransformation
            scaled = self._preview.scaled(wanted, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
            self._scaled = QPixmap.fromImage(scaled)
        return self._scaled

    def _paint_frame(self, painter: QPainter, crop: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        # White in black: seen on any picture.
        painter.setPen(QPen(QColor(0, 0, 0, 120), 3))
        painter.drawRect(crop)
        painter.setPen(QPen(Qt.GlobalColor.white, 1.5))
        painter.drawRect(crop)
        painter.setBrush(Qt.GlobalColor.white)
        painter.setPen(QPen(QColor(0, 0, 0, 150), 1))
        for handle in Handle:
            middle = self.handle_point(handle)
            half = HANDLE_PX / 2
            painter.drawRoundedRect(QRectF(middle.x() - half, middle.y() - half, HANDLE_PX, HANDLE_PX), 2, 2)

    @staticmethod
    def _paint_guides(painter: QPainter, crop: QRectF) -> None:
        painter.setPen(QPen(QColor(255, 255, 255, 110), 1))
        third = crop.width() / 3
        for i in (1, 2):
            painter.drawLine(
                QPointF(crop.left() + i * third, crop.top()), QPointF(crop.left() + i * third, crop.bottom())
            )
            painter.drawLine(
                QPointF(crop.left(), crop.top() + i * third), QPointF(crop.right(), crop.top() + i * third)
            )

    def _paint_readout(self, painter: QPainter, crop: QRectF) -> None:
        text = f"{self._crop.side} × {self._crop.side}" + (f" → {self._size_px}" if self._size_px else "")
        box = QRectF(painter.fontMetrics().boundingRect(text)).adjusted(-8, -4, 8, 4)
        box.moveCenter(crop.center())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 170))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(theme.AMBER_ON_DARK if self._crop.side < self._size_px else Qt.GlobalColor.white)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def cropped_pixmap(preview: QImage, crop: Square, *, source_width: int, side_px: int) -> QPixmap:
    """What the square holds, ``side_px`` physical pixels a side, cut from the preview."""
    scale = preview.width() / source_width
    part = QRect(round(crop.x * scale), round(crop.y * scale), *[max(1, round(crop.side * scale))] * 2)
    smooth = Qt.TransformationMode.SmoothTransformation
    cut = preview.copy(part.intersected(preview.rect()))
    return QPixmap.fromImage(cut.scaled(side_px, side_px, Qt.AspectRatioMode.IgnoreAspectRatio, smooth))
