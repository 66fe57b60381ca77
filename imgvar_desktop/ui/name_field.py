"""The template of names: typed, or put together from a menu of tokens, with what becomes of it below."""

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QMenu, QToolButton, QVBoxLayout, QWidget

from imgvar_desktop.bridge import resources
from imgvar_desktop.core.delivery import SHOWN_NAMES
from imgvar_desktop.core.file_template import MAX_CHARS, TOKENS
from imgvar_desktop.ui import theme
from imgvar_desktop.ui.controls import CONTROL_HEIGHT

_INSERTED: Final = {"run": "{run:02}", "index": "{index:02}"}


class NameField(QWidget):
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.template = QLineEdit()
        self.template.setObjectName("exportTemplate")
        self.template.setAccessibleName(self.tr("Names"))
        self.template.setMinimumHeight(CONTROL_HEIGHT)
        self.template.setMaxLength(MAX_CHARS)
        self.tokens = QToolButton()
        self.tokens.setIcon(resources.icon("plus"))
        self.tokens.setIconSize(QSize(20, 20))
        self.tokens.setFixedSize(CONTROL_HEIGHT, CONTROL_HEIGHT)
        self.tokens.setToolTip(self.tr("Put in what differs from file to file"))
        self.tokens.setAccessibleName(self.tr("Tokens"))
        self.tokens.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.tokens.setMenu(self._menu())
        self._names = QLabel()
        self._names.setTextFormat(Qt.TextFormat.PlainText)
        self._names.setProperty("role", "quiet")
        self._names.setMinimumHeight(self._names.fontMetrics().lineSpacing() * SHOWN_NAMES)
        self._names.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._note = QLabel()
        self._note.setWordWrap(True)
        self._note.setMinimumHeight(self._note.fontMetrics().lineSpacing())
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.template)
        row.addWidget(self.tokens)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._names)
        column.addWidget(self._note)
        self.template.textChanged.connect(self.changed)

    @property
    def names(self) -> tuple[str, ...]:
        """Those that are shown."""
        return tuple(self._names.text().splitlines())

    @property
    def note(self) -> str:
        return self._note.text()

    def show_names(self, names: tuple[str, ...], *, more: bool) -> None:
        metrics = self._names.fontMetrics()
        width = max(self.template.width(), 240)
        lines = [metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, width) for name in names]
        if more and lines:
            lines[-1] += "  …"
        self._names.setText("\n".join(lines))
        self._names.setToolTip("\n".join(names))

    def show_note(self, text: str, *, urgent: bool) -> None:
        palette = QPalette(self.palette())
        if urgent:
            palette.setColor(QPalette.ColorRole.WindowText, theme.amber(self.palette()))
        self._note.setPalette(palette)
        self._note.setText(text)

    def _menu(self) -> QMenu:
        meanings = {
            "source": self.tr("Source"),
            "run": self.tr("Run"),
            "index": self.tr("Number in its run"),
            "date": self.tr("Date"),
            "time": self.tr("Time"),
            "model": self.tr("Model or service"),
            "size": self.tr("Size in pixels"),
            "stars": self.tr("Stars"),
            "label": self.tr("Colour label"),
            "seed": self.tr("Seed"),
            "id": self.tr("Its id, in short"),
            "note": self.tr("Note"),
        }
        menu = QMenu(self)
        for token in TOKENS:
            action = menu.addAction(f"{meanings[token]}\t{{{token}}}")
            action.setData(_INSERTED.get(token, f"{{{token}}}"))
            action.triggered.connect(self._on_token)
        return menu

    @Slot()
    def _on_token(self) -> None:
        self.template.insert(self.sender().data())  # type: ignore[attr-defined]  # an action of the menu above
        self.template.setFocus()
