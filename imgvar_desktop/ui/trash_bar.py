"""What stands above the gallery while it shows the trash."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton


class TrashBar(QFrame):
    put_back_asked = Signal()
    empty_asked = Signal()
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("trashBar")
        self.setProperty("role", "bar")
        self._text = QLabel()
        self.put_back = QPushButton(self.tr("Put back"))
        self.empty = QPushButton(self.tr("Empty trash…"))
        close = QPushButton(self.tr("Back to the gallery"))
        self.put_back.clicked.connect(self.put_back_asked)
        self.empty.clicked.connect(self.empty_asked)
        close.clicked.connect(self.closed)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 16, 6)
        row.setSpacing(8)
        row.addWidget(self._text)
        row.addStretch()
        for button in (self.put_back, self.empty, close):
            button.setMinimumHeight(28)
            row.addWidget(button)
        self.hide()

    def show_counts(self, total: int, selected: int) -> None:
        text = self.tr("Trash · 1 image") if total == 1 else self.tr("Trash · {0} images").format(total)
        self._text.setText(text + " · " + self.tr("Kept for 30 days after it was deleted"))
        self.put_back.setEnabled(selected > 0)
        self.empty.setEnabled(total > 0)
