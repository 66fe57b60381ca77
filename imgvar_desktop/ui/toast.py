"""A few words over the pictures that go by themselves: what was just done, and a way back."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

MARGIN_PX = 24
CHIP_MS = 1500
UNDO_MS = 10_000


class Toast(QFrame):
    """Lies over ``over``, which keeps its layout: what appears for a moment must not move the pictures."""

    answered = Signal(object)
    """The token of what the button was for."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("toast")
        self.setProperty("role", "toast")
        self._over = over
        self._token: object = None
        self._text = QLabel()
        self._button = QPushButton()
        self._button.setProperty("role", "toast")
        self._button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keyboard stays with the pictures; the menu undoes too
        self._button.clicked.connect(self._on_clicked)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(12)
        row.addWidget(self._text)
        row.addWidget(self._button)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        over.installEventFilter(self)
        self.hide()

    @property
    def text(self) -> str:
        return self._text.text() if not self.isHidden() else ""

    @property
    def button(self) -> QPushButton:
        return self._button

    def say(self, text: str) -> None:
        """A chip, for a moment."""
        self._token = None
        self._show(text, CHIP_MS)

    def offer(self, text: str, button: str, token: object) -> None:
        """With a button, for ten seconds; longer while the mouse is on it."""
        self._token = token
        self._button.setText(button)
        self._show(text, UNDO_MS, offers=True)

    def withdraw(self, token: object) -> None:
        """What was offered is no longer to be had; what is said by now stays."""
        if self._token is token:
            self._token = None
            self.hide()

    def _show(self, text: str, for_ms: int, *, offers: bool = False) -> None:
        self._button.setVisible(offers)
        self._row.setContentsMargins(16, 8, 8 if offers else 16, 8)
        self._text.setText(text)
        self.setAccessibleName(text)
        self.show()
        self._place()
        self.raise_()
        # It takes no focus, so a screen reader would not come by.
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))
        self._timer.start(for_ms)

    def _place(self) -> None:
        self.adjustSize()
        self.move((self._over.width() - self.width()) // 2, self._over.height() - self.height() - MARGIN_PX)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self._place()
        return super().eventFilter(watched, event)

    def enterEvent(self, event: QEvent) -> None:
        super().enterEvent(event)  # type: ignore[arg-type]  # Qt hands over a QEnterEvent
        self._timer.stop()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._timer.start(CHIP_MS)

    @Slot()
    def _on_clicked(self) -> None:
        self.hide()
        self.answered.emit(self._token)
