"""A note, written beside its image: Enter keeps it, Esc leaves what was."""

from PySide6.QtCore import QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

WIDTH_PX = 280
MAX_CHARS = 1000


class NoteEditor(QFrame):
    """Lies over ``over``, and gives the keyboard back to who had it."""

    written = Signal(object)
    """The text, a str."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("noteEditor")
        self.setProperty("role", "popup")
        self._over = over
        self._before: QWidget | None = None
        self.line = _Line()
        self.line.setMaxLength(MAX_CHARS)
        self.line.setAccessibleName(self.tr("Note"))
        self.line.returnPressed.connect(self._on_kept)
        self.line.left.connect(self._on_left)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.line)
        self.setFixedWidth(WIDTH_PX)
        self.hide()

    def edit(self, text: str, hint: str, beside: QRect) -> None:
        """``beside``: the image's place, in the coordinates of what this lies over."""
        self._before = self.window().focusWidget()
        self.line.setText(text)
        self.line.setPlaceholderText(hint)
        self.line.selectAll()
        self.adjustSize()
        room = self._over.rect().adjusted(8, 8, -8 - self.width(), -8 - self.height())
        wanted = QPoint(beside.center().x() - self.width() // 2, beside.bottom() - self.height() - 8)
        self.move(
            min(max(wanted.x(), room.left()), max(room.right(), room.left())),
            min(max(wanted.y(), room.top()), max(room.bottom(), room.top())),
        )
        self.show()
        self.raise_()
        self.line.setFocus()

    @Slot()
    def _on_kept(self) -> None:
        text = self.line.text().strip()
        self._close()
        self.written.emit(text)

    @Slot()
    def _on_left(self) -> None:
        self._close()

    def _close(self) -> None:
        if not self.isHidden():
            had_focus = self.line.hasFocus()
            self.hide()
            if had_focus and self._before is not None:
                self._before.setFocus()


class _Line(QLineEdit):
    left = Signal()
    """Esc, or the keyboard went elsewhere."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers():
            # Kept here: handed on, it would open the image as well.
            self.returnPressed.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in {Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason}:
            self.left.emit()
