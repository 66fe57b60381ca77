"""What mouse and keyboard mean in the gallery: selecting as in a file manager, and the buttons of tiles and headers."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication

from imgvar_desktop.ui.tile_delegate import TileButton, button_rects

if TYPE_CHECKING:
    from imgvar_desktop.ui.gallery_view import GalleryView

_Action = QAbstractItemView.CursorAction
_LEFT: Final = Qt.MouseButton.LeftButton
_MOVES: Final = {
    Qt.Key.Key_Left: _Action.MoveLeft,
    Qt.Key.Key_Right: _Action.MoveRight,
    Qt.Key.Key_Up: _Action.MoveUp,
    Qt.Key.Key_Down: _Action.MoveDown,
    Qt.Key.Key_Home: _Action.MoveHome,
    Qt.Key.Key_End: _Action.MoveEnd,
    Qt.Key.Key_PageUp: _Action.MovePageUp,
    Qt.Key.Key_PageDown: _Action.MovePageDown,
}


class GalleryGestures:
    """Of one view, to which it speaks in rows and places."""

    def __init__(self, view: "GalleryView") -> None:
        self._view = view
        self.hovered_row = -1
        self.hovered_place = -1
        self._pressed_at: QPoint | None = None

    def press(self, event: QMouseEvent) -> None:
        at, left = event.position().toPoint(), event.button() == _LEFT
        part = self._view.header_part_at(at)
        if part is not None:
            if left:
                self._view.press_header(*part)
            return
        index = self._view.indexAt(at)
        button = self.button_at(at)
        if button is not None and left:
            self._view.tile_asked.emit(button, index.row())
        elif index.isValid():
            self._view.tiles.click(index, event.button(), event.modifiers())
            self._pressed_at = at if left else None
        elif left:
            self._view.tiles.start_band(self._view.content(at), event.modifiers())

    def move(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        if self._pressed_at is not None:
            if (at - self._pressed_at).manhattanLength() >= QApplication.startDragDistance():
                self._pressed_at = None
                self._view.tiles.dragged()
                self._view.dragged_out.emit()
        elif self._view.tiles.banding:
            self._view.take_band(self._view.tiles.drag_band(self._view.content(at)))
        else:
            self.hover(at)

    def release(self) -> None:
        self._pressed_at = None
        self._view.tiles.release()
        self._view.tiles.end_band()

    def hover(self, at: QPoint | None) -> None:
        """``at``: None when the mouse has left."""
        row = -1 if at is None else self._view.indexAt(at).row()
        place = -1 if at is None else self._view.header_at(at)
        button = None if at is None else self.button_at(at)
        self._view.show_hovered(row, place, button)
        link = at is not None and (button is not None or self._view.header_part_at(at) is not None)
        self._view.viewport().setCursor(Qt.CursorShape.PointingHandCursor if link else Qt.CursorShape.ArrowCursor)

    def button_at(self, at: QPoint) -> TileButton | None:
        index = self._view.indexAt(at)
        if not index.isValid() or self._view.model().tile(index.row()).entry is None:
            return None
        rects = button_rects(self._view.visualRect(index))
        return next((button for button, rect in rects.items() if rect.contains(at)), None)

    def key(self, event: QKeyEvent) -> bool:
        """Whether it meant something here."""
        move = _MOVES.get(Qt.Key(event.key()))
        current = self._view.currentIndex()
        keys = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier  # its arrows and its Enter are keys like others
        if move is not None:
            target = self._view.moveCursor(move, keys)
            self._view.tiles.move_to(target, keys)
            self._view.scrollTo(target)
            self._view.viewport().update()
        elif event.key() == Qt.Key.Key_Space and keys & Qt.KeyboardModifier.ControlModifier:
            self._view.selectionModel().select(current, QItemSelectionModel.SelectionFlag.Toggle)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space} and not keys:
            if current.isValid():
                self._view.opened.emit(current.row())
        else:
            return False
        return True
