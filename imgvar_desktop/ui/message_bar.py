"""An inline message: in the layout beside what it is about, never over it, until it is closed or answered."""

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from imgvar_desktop.bridge import resources


@dataclass(frozen=True, slots=True)
class MessageAction:
    """A button of a message. ``token`` comes back with ``answered``."""

    text: str
    token: object


class MessageBar(QFrame):
    answered = Signal(object)
    """The token of the action that was chosen; the message is gone by then."""
    closed = Signal()

    def __init__(self, parent: QWidget | None = None, *, wide: bool = False) -> None:
        """``wide``: it spans a pane, its buttons beside the text; else they stand below it."""
        super().__init__(parent)
        self.setProperty("role", "banner" if wide else "message")
        self._icon = QLabel()
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        close = QToolButton()
        close.setIcon(resources.icon("close"))
        close.setAutoRaise(True)
        close.setToolTip(self.tr("Dismiss"))
        close.setAccessibleName(self.tr("Dismiss the message"))
        close.clicked.connect(self._on_closed)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        if not wide:
            self._buttons.addStretch()
        self._made: list[QPushButton] = []
        row = QHBoxLayout()
        row.setSpacing(8)
        # Beside the middle of a wide line, beside the first of several narrow ones.
        side = Qt.AlignmentFlag.AlignVCenter if wide else Qt.AlignmentFlag.AlignTop
        row.addWidget(self._icon, alignment=side)
        row.addWidget(self._text, stretch=1)
        if wide:
            row.addLayout(self._buttons)
        row.addWidget(close, alignment=side)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16 if wide else 12, 8, 8, 8)
        layout.setSpacing(8)
        layout.addLayout(row)
        if not wide:
            layout.addLayout(self._buttons)
        self.hide()

    @property
    def text(self) -> str:
        return self._text.text() if not self.isHidden() else ""

    @property
    def buttons(self) -> tuple[QPushButton, ...]:
        return tuple(self._made)

    def show_info(self, text: str, *actions: MessageAction) -> None:
        self._show("info", text, actions)

    def show_done(self, text: str, *actions: MessageAction) -> None:
        self._show("check", text, actions)

    def show_warning(self, text: str, *actions: MessageAction) -> None:
        self._show("warning", text, actions)

    def show_error(self, text: str, *actions: MessageAction, hint: str = "") -> None:
        self._show("error", f"{text} {hint}".strip(), actions)

    def clear(self) -> None:
        self.hide()

    def _show(self, icon: str, text: str, actions: tuple[MessageAction, ...]) -> None:
        self._icon.setPixmap(resources.icon(icon).pixmap(QSize(20, 20), self.devicePixelRatioF()))
        self._text.setText(text)
        for old in self._made:
            self._buttons.removeWidget(old)
            old.deleteLater()
        self._made = []
        for action in actions:
            button = QPushButton(action.text)
            button.setMinimumHeight(28)
            button.setProperty("token", action.token)
            button.clicked.connect(self._on_answered)
            self._buttons.addWidget(button)
            self._made.append(button)
        self.setAccessibleName(text)
        self.show()

    @Slot()
    def _on_answered(self) -> None:
        token = self.sender().property("token")
        self.hide()
        self.answered.emit(token)

    @Slot()
    def _on_closed(self) -> None:
        self.hide()
        self.closed.emit()
