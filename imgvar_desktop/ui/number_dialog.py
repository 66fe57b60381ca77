"""Select by number: what a client wrote about a contact sheet becomes a selection."""

from PySide6.QtCore import QDateTime, QLocale, Signal, Slot
from PySide6.QtGui import QIcon, QPalette
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from imgvar_desktop.core.delivery import SheetRecord, numbers_in
from imgvar_desktop.ui import theme
from imgvar_desktop.ui.controls import CONTROL_HEIGHT, combo_box


class NumberDialog(QDialog):
    chosen = Signal(object)
    """A tuple of ids, in the order of the answer."""

    def __init__(self, sheets: tuple[SheetRecord, ...], parent: QWidget | None = None) -> None:
        """``sheets``: at least one, newest first."""
        super().__init__(parent)
        self.setObjectName("numberDialog")
        self.setWindowTitle(self.tr("Select by number"))
        self.setMinimumWidth(460)
        self._sheets = sheets
        self.sheet = combo_box("numberSheet", self.tr("Contact sheet"))
        for record in sheets:
            made = QDateTime.fromSecsSinceEpoch(round(record.made_at.timestamp()))
            when = self.locale().toString(made, QLocale.FormatType.ShortFormat)
            self.sheet.addItem(f"{record.title} · {when} · {len(record.entry_ids)}")
        self.answer = QPlainTextEdit()
        self.answer.setAccessibleName(self.tr("Answer"))
        self.answer.setPlaceholderText(self.tr("Paste the answer, such as: 3, 7 and 12-14"))
        self.answer.setTabChangesFocus(True)
        self.answer.setFixedHeight(self.answer.fontMetrics().lineSpacing() * 4 + 16)
        self._note = QLabel()
        self._note.setWordWrap(True)
        self._note.setMinimumHeight(self._note.fontMetrics().lineSpacing())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.select = buttons.addButton(self.tr("Select"), QDialogButtonBox.ButtonRole.AcceptRole)
        for button in buttons.buttons():
            button.setMinimumHeight(CONTROL_HEIGHT)
            button.setIcon(QIcon())
        self.select.setDefault(True)
        form = QFormLayout()
        form.setSpacing(8)
        form.addRow(self.tr("&Contact sheet"), self.sheet)
        form.addRow(self.tr("&Answer"), self.answer)
        form.addRow("", self._note)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addLayout(form)
        layout.addWidget(buttons)
        buttons.accepted.connect(self._on_select)
        buttons.rejected.connect(self.reject)
        self.answer.textChanged.connect(self._refresh)
        self.sheet.currentIndexChanged.connect(self._refresh)
        self.answer.setFocus()
        self._refresh()

    @property
    def note(self) -> str:
        return self._note.text()

    def _numbers(self) -> tuple[int, ...]:
        """Raises ValueError with a sentence."""
        record = self._sheets[self.sheet.currentIndex()]
        return numbers_in(self.answer.toPlainText(), len(record.entry_ids))

    @Slot()
    def _refresh(self) -> None:
        palette = QPalette(self.palette())
        try:
            numbers = self._numbers()
        except ValueError as refusal:
            written = bool(self.answer.toPlainText().strip())
            palette.setColor(QPalette.ColorRole.WindowText, theme.amber(self.palette()))
            self._note.setText(str(refusal) if written else "")
            self.select.setEnabled(False)
        else:
            self._note.setText(self.tr("{0} chosen: {1}").format(len(numbers), ", ".join(map(str, numbers))))
            self.select.setEnabled(True)
        self._note.setPalette(palette)

    @Slot()
    def _on_select(self) -> None:
        try:
            numbers = self._numbers()
        except ValueError:
            return  # It says so already.
        ids = self._sheets[self.sheet.currentIndex()].entry_ids
        self.accept()
        self.chosen.emit(tuple(ids[number - 1] for number in numbers))
