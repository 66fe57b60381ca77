"""What stands in the gallery's place when the filters let nothing through."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget


class NoMatch(QFrame):
    cleared = Signal()
    """The filters are to go."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self.setObjectName("noMatch")
        self.setProperty("role", "popup")  # a ground of its own: the surround may be any grey
        text = QLabel(self.tr("No images match"))
        text.setProperty("role", "heading")
        self.button = QPushButton(self.tr("Clear filters"))
        self.button.setMinimumHeight(32)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.clicked.connect(self.cleared)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(12)
        column.addWidget(text, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.button, alignment=Qt.AlignmentFlag.AlignHCenter)
        over.installEventFilter(self)
        self.hide()

    def show_if(self, *, needed: bool) -> None:
        self.setVisible(needed)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        self.adjustSize()
        self.move((self._over.width() - self.width()) // 2, (self._over.height() - self.height()) // 2)
