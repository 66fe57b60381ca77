"""The crop by hand: a square on the picture, moved, resized and turned by mouse and by keyboard."""

from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from imgvar_desktop.bridge.crop_model import CropModel
from imgvar_desktop.core.framing import Fit
from imgvar_desktop.core.geometry import Handle
from imgvar_desktop.ui import crop_painting as painting
from imgvar_desktop.ui import theme
from imgvar_desktop.ui.crop_gestures import CropGestures, Drag, handle_points
from imgvar_desktop.ui.crop_guides import Guides, paint_guides
from imgvar_desktop.ui.crop_keys import CropKeys
from imgvar_desktop.ui.crop_viewport import CropViewport, content_of

MARGIN_PX: Final = 12
"""Room around the picture, so that a handle at its edge is whole."""
ZOOM_STEP: Final = 1.25


class CropView(QWidget):
    """One view of the CropModel; there may be several. Its own positions are widget pixels."""

    edit_asked = Signal()
    """A double-click: the larger editor is wanted."""

    def __init__(self, model: CropModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("cropView")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(200)
        self.setAccessibleName(self.tr("Crop"))
        self._model = model
        self._keys = CropKeys(model)
        self._picture = painting.PaintedPicture()
        self._guides, self._guides_turned = Guides.NONE, False
        self._size_px = 0
        self._surround: int | None = None
        self._viewport: CropViewport | None = None
        self._gestures = CropGestures(model)
        self._frozen: CropViewport | None = None
        model.changed.connect(self._on_changed)
        model.picture_changed.connect(self._on_picture_changed)

    @property
    def guides(self) -> Guides:
        return self._guides

    def set_preview(self, preview: QImage) -> None:
        """The whole upright picture at any size; the model knows its own. The same one again changes nothing."""
        if self._picture.shows(preview):
            return
        self._picture.set_preview(preview)
        self._picture.take(self._model.framing)
        self._on_picture_changed()

    def set_size_px(self, size_px: int) -> None:
        """The side of the variations, for the readout."""
        self._size_px = size_px
        self.update()

    def set_surround(self, grey: int | None) -> None:
        self._surround = grey
        self.update()

    def set_guides(self, guides: Guides, *, turned: bool = False) -> None:
        self._guides, self._guides_turned = guides, turned
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(280, 200)

    # Where things are

    def viewport(self) -> CropViewport:
        """While something is dragged the view stands still: what is under the pointer stays there."""
        if self._frozen is not None:
            return self._frozen
        if self._viewport is None:
            room = QRectF(self.rect()).adjusted(MARGIN_PX, MARGIN_PX, -MARGIN_PX, -MARGIN_PX)
            self._viewport = CropViewport(room, content_of(*self._model.turned_size, self._model.framing.square))
        return self._viewport

    def crop_rect(self) -> QRectF:
        """The square on screen."""
        return self.viewport().square(self._model.framing.square)

    def handle_point(self, handle: Handle) -> QPointF:
        """The middle of a handle."""
        return handle_points(self.crop_rect())[handle]

    # By mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        pan = event.button() == Qt.MouseButton.MiddleButton
        if self._picture.is_null or not (pan or event.button() == Qt.MouseButton.LeftButton):
            super().mousePressEvent(event)
            return
        self._gestures.press(event.position(), self.crop_rect(), pan=pan)
        if self._gestures.changes_crop:
            self._frozen = self.viewport()
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._gestures.drag is None:
            self._show_cursor(event.position())
            return
        panned = self._gestures.move(event.position(), self.viewport(), event.modifiers())
        if panned is not None:
            self._viewport = panned
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & (Qt.MouseButton.LeftButton | Qt.MouseButton.MiddleButton):
            return  # another button, while the one that drags is still down
        self._gestures.release()
        self._frozen = None
        self._refit()
        self._show_cursor(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self._picture.is_null:
            self._frozen = None
            self._gestures.abandon()
            self.edit_asked.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.angleDelta().y() and not self._picture.is_null:
            self.zoom(ZOOM_STEP ** (event.angleDelta().y() / 120), event.position())

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        self._viewport = self.viewport().zoomed(factor, at or self.crop_rect().center())
        self.update()

    def _show_cursor(self, at: QPointF) -> None:
        if self._picture.is_null:
            return
        cursor = self._gestures.cursor_at(at, self.crop_rect())
        self.unsetCursor() if cursor is None else self.setCursor(cursor)

    # By keyboard

    def event(self, event: QEvent) -> bool:
        # Undo belongs to the crop while it has the focus; elsewhere it is the window's.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._keys.wants(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._picture.is_null:
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Space:
            self._gestures.pans = True
        elif event.key() == Qt.Key.Key_R:
            self.edit_asked.emit()
        elif event.key() == Qt.Key.Key_O:
            self._cycle_guides(turn=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif event.key() in {Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus}:
            self.zoom(1 / ZOOM_STEP if event.key() == Qt.Key.Key_Minus else ZOOM_STEP)
        elif not self._keys.press(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._gestures.pans = False
        super().keyReleaseEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._gestures.pans = False
        self.update()

    def _cycle_guides(self, *, turn: bool) -> None:
        if turn:
            self.set_guides(self._guides, turned=not self._guides_turned)
        else:
            every = list(Guides)
            self.set_guides(every[(every.index(self._guides) + 1) % len(every)], turned=self._guides_turned)

    # Following the model

    @Slot()
    def _on_changed(self) -> None:
        self._picture.take(self._model.framing)
        if self._frozen is None:
            self._refit()
        square = self._model.framing.square
        self.setAccessibleDescription(
            self.tr("Left {0}, top {1}, side {2} pixels, turned by {3} degrees. {4}").format(
                square.x,
                square.y,
                square.side,
                self.locale().toString(self._model.framing.angle, "f", 1),
                self.tr("Arrow keys move, Alt and arrow keys resize."),
            )
        )
        self.update()

    @Slot()
    def _on_picture_changed(self) -> None:
        self._gestures.drag = self._frozen = None
        self._viewport = None
        self.update()

    def _refit(self) -> None:
        """After a change what has to be in sight may be more; a zoomed view stays where the person left it."""
        if self._viewport is None or self._viewport.zoom == 1.0:
            self._viewport = None
        self.update()

    # Painting

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._viewport = self._frozen = None

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.surround(self.palette(), self._surround))
        if self._picture.is_null:
            return
        framing, crop = self._model.framing, self.crop_rect()
        where = self.viewport().rect(*self._model.turned_size)
        if framing.fit is not Fit.CROP:
            painting.paint_padding(painter, self._picture, where, crop, framing)
        pixmap = self._picture.pixmap((where.size() * self.devicePixelRatioF()).toSize())
        painting.paint_picture(painter, pixmap, where, framing, crop)
        painting.paint_outside(painter, where, framing, crop)
        guides = self._guides if self._guides is not Guides.NONE or self._gestures.drag is None else Guides.THIRDS
        if self._gestures.drag is Drag.TURN:
            guides = Guides.GRID
        painting.paint_frame(painter, crop, list(handle_points(crop).values()))
        paint_guides(painter, crop, guides, turned=self._guides_turned)
        if self._gestures.drag is not None:
            painting.paint_readout(painter, crop.center(), self._readout(), warned=framing.square.side < self._size_px)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def _readout(self) -> str:
        framing = self._model.framing
        if self._gestures.drag is Drag.TURN:
            return self.locale().toString(framing.angle, "f", 1) + "°"
        side = framing.square.side
        return f"{side} × {side}" + (f" → {self._size_px}" if self._size_px else "")


def cropped_pixmap(model: CropModel, picture: painting.PaintedPicture, side_px: int) -> QPixmap:
    """What the framing shows of ``picture``, ``side_px`` physical pixels a side."""
    picture.take(model.framing)
    framing = model.framing
    square = framing.square
    scale = side_px / square.side
    across, down = model.turned_size
    where = QRectF(-square.x * scale, -square.y * scale, across * scale, down * scale)
    whole = QRectF(0, 0, side_px, side_px)
    made = QPixmap(side_px, side_px)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    if framing.fit is not Fit.CROP:
        painting.paint_padding(painter, picture, where, whole, framing)
    painting.paint_picture(painter, picture.near(where.size().toSize()), where, framing, whole)
    painter.end()
    return made
