"""The part of the export panel that says what a contact sheet is like."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QGridLayout, QHBoxLayout, QLineEdit, QSpinBox, QWidget

from imgvar_desktop.core.export_options import SHEET_COLUMNS, Page, SheetField, SheetKind, SheetOptions
from imgvar_desktop.ui.controls import CONTROL_HEIGHT, combo_box

ACROSS: Final = 4


class SheetForm(QWidget):
    """Kind, page and what stands below each picture; rows of ``form``, so that all labels are aligned."""

    changed = Signal()

    def __init__(self, form: QFormLayout, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hide()  # It lays out nothing itself.
        self._form = form
        self.title = QLineEdit()
        self.title.setMinimumHeight(CONTROL_HEIGHT)
        self.title.setAccessibleName(self.tr("Title"))
        self.kind = combo_box("sheetKind", self.tr("Kind of file"))
        self.page = combo_box("sheetPage", self.tr("Page"))
        self.columns = QSpinBox()
        self.columns.setRange(SHEET_COLUMNS[0], SHEET_COLUMNS[-1])
        self.columns.setSuffix(self.tr(" columns"))
        self.columns.setAccessibleName(self.tr("Columns"))
        self.columns.setMinimumHeight(CONTROL_HEIGHT)
        self.fields = {field: QCheckBox(text) for field, text in self._names().items()}
        for text, kind in (("PDF", SheetKind.PDF), ("PNG", SheetKind.PNG)):
            self.kind.addItem(text, kind.value)
        for text, page in (("A4", Page.A4), ("US Letter", Page.LETTER), (self.tr("Screen 16:9"), Page.SCREEN)):
            self.page.addItem(text, page.value)
        self._lay_out()
        self.title.textChanged.connect(self.changed)
        self.columns.valueChanged.connect(self.changed)
        for combo in (self.kind, self.page):
            combo.currentIndexChanged.connect(self.changed)
        for check in self.fields.values():
            check.toggled.connect(self.changed)

    @property
    def options(self) -> SheetOptions:
        return SheetOptions(
            kind=SheetKind(self.kind.currentData()),
            page=Page(self.page.currentData()),
            columns=self.columns.value(),
            title=self.title.text().strip(),
            fields=tuple(field for field, check in self.fields.items() if check.isChecked()),
        )

    def show_options(self, options: SheetOptions, usual_title: str) -> None:
        """``usual_title``: what stands there when the person writes nothing."""
        self.blockSignals(True)
        self.kind.setCurrentIndex(self.kind.findData(options.kind.value))
        self.page.setCurrentIndex(self.page.findData(options.page.value))
        self.columns.setValue(options.columns)
        self.title.setPlaceholderText(usual_title)
        for field, check in self.fields.items():
            check.setChecked(field in options.fields)
        self.blockSignals(False)

    def set_shown(self, *, shown: bool) -> None:
        for row in self._rows:
            self._form.setRowVisible(row, shown)

    def _lay_out(self) -> None:
        shape = QWidget()
        across = QHBoxLayout(shape)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(8)
        across.addWidget(self.page, stretch=2)
        across.addWidget(self.columns, stretch=1)
        across.addWidget(self.kind, stretch=1)
        below = QWidget()
        grid = QGridLayout(below)
        grid.setContentsMargins(0, 4, 0, 4)
        grid.setSpacing(8)
        for at, check in enumerate(self.fields.values()):
            grid.addWidget(check, at // ACROSS, at % ACROSS)
        self._rows: tuple[QWidget, ...] = (self.title, shape, below)
        self._form.addRow(self.tr("&Title"), self.title)
        self._form.addRow(self.tr("Page"), shape)
        self._form.addRow(self.tr("Below each"), below)

    def _names(self) -> dict[SheetField, str]:
        return {
            SheetField.NAME: self.tr("Name"),
            SheetField.STARS: self.tr("Stars"),
            SheetField.LABEL: self.tr("Label"),
            SheetField.NOTE: self.tr("Note"),
            SheetField.MODEL: self.tr("Model"),
            SheetField.DATE: self.tr("Date"),
            SheetField.SIZE: self.tr("Size"),
        }
