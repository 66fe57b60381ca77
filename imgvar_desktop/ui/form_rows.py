"""Labels and controls in two columns, whose rows can be hidden."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from imgvar_desktop.ui.controls import CONTROL_HEIGHT

LABEL_WIDTH: Final = 92


class FormRows(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        self._grid.setColumnStretch(1, 1)
        self._parts: dict[QWidget, tuple[QWidget, ...]] = {}

    def add(self, text: str, control: QWidget, beside: QWidget | None = None) -> None:
        """``text`` with an & is the label's key; ``beside`` stands at the end of the row."""
        row = self._grid.rowCount()
        label = QLabel(text)
        label.setBuddy(control)
        label.setMinimumHeight(CONTROL_HEIGHT)  # both centre their text on the same line, however high the control is
        if control.layout() is None:  # one that is made of several knows its own height
            control.setMinimumHeight(CONTROL_HEIGHT)
        self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        parts = (label, control) if beside is None else (label, control, beside)
        cell = QHBoxLayout()
        cell.setSpacing(4)
        cell.addWidget(control, stretch=1)
        if beside is not None:
            cell.addWidget(beside)
        self._grid.addLayout(cell, row, 1)
        self._parts[control] = parts

    def set_shown(self, control: QWidget, *, shown: bool) -> None:
        """The whole row of ``control``."""
        for part in self._parts[control]:
            part.setVisible(shown)
