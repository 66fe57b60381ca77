"""Names and values in two columns; each pair is one thing to a screen reader."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

NAME_PX: Final = 116
VALUE_PX: Final = 196
GAP_PX: Final = 8


class FactList(QWidget):
    def __init__(self, parent: QWidget | None = None, *, name_px: int = NAME_PX, value_px: int = VALUE_PX) -> None:
        super().__init__(parent)
        self._name_px, self._value_px = name_px, value_px
        self._shown: tuple[tuple[str, str], ...] = ()
        self._rows: list[tuple[QLabel, QLabel]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GAP_PX)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnMinimumWidth(0, name_px)
        self._grid.setColumnStretch(1, 1)

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        return self._shown

    def show_facts(self, facts: tuple[tuple[str, str], ...]) -> None:
        self._shown = facts
        while len(self._rows) < len(facts):
            self._add_row()
        for at, (name, value) in enumerate(self._rows):
            for label in (name, value):
                label.setVisible(at < len(facts))
            if at < len(facts):
                show_short(name, facts[at][0], self._name_px)
                show_short(value, facts[at][1], self._value_px)
                value.setAccessibleName(": ".join(facts[at]))

    def _add_row(self) -> None:
        name, value = QLabel(), QLabel()
        name.setProperty("role", "quiet")
        for column, label in enumerate((name, value)):
            label.setTextFormat(Qt.TextFormat.PlainText)  # what goes to a server is no mark-up
            self._grid.addWidget(label, len(self._rows), column)
        self._rows.append((name, value))


def show_short(label: QLabel, text: str, width_px: int) -> None:
    """``text``, shortened in its middle where it is too long; then the tip has the whole."""
    label.ensurePolished()  # the style sheet's font, not the one before it
    short = label.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, width_px)
    label.setText(short)
    label.setToolTip(text if short != text else "")
    label.setAccessibleName(text)
