"""Which images are shown: switches for marks, a menu for the rest, a field for words, a chip for each that is set."""

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from imgvar_desktop.bridge import resources
from imgvar_desktop.bridge.catalogue import Catalogue
from imgvar_desktop.bridge.spoken import label_text
from imgvar_desktop.core.filters import OPEN, Filter
from imgvar_desktop.core.library import MAX_STARS, Flag, Label
from imgvar_desktop.core.marking import SetFlag, SetLabel, SetStars
from imgvar_desktop.ui.filter_menu import FilterMenu
from imgvar_desktop.ui.filter_text import FilterChip, chips, flag_text
from imgvar_desktop.ui.mark_button import MarkButton

_FLAGS = (Flag.PICK, Flag.NONE, Flag.REJECT)
_LABELS = (Label.RED, Label.YELLOW, Label.GREEN, Label.BLUE)


class FilterBar(QFrame):
    """Switches and field can be put away; chips stay, because what hides images must be seen."""

    chosen = Signal(object)
    """The Filter that the person wants from here on; without the answer to its words."""
    left = Signal()
    """Esc or Enter in the field: the keyboard belongs to the pictures again."""

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__()
        self.setObjectName("filterBar")
        self.setProperty("role", "bar")
        self._catalogue = catalogue
        self._filter = OPEN
        self.field = QLineEdit()
        self.field.setObjectName("search")
        self.field.setClearButtonEnabled(True)
        self.field.setPlaceholderText(self.tr("Search names, notes, models, dates"))
        self.field.setAccessibleName(self.tr("Search"))
        self.field.addAction(resources.icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.field.setMinimumSize(160, 28)
        self.field.setMaximumWidth(320)
        self.field.textEdited.connect(self._on_text)
        self.field.installEventFilter(self)
        self.flags = [MarkButton(SetFlag(flag), flag_text(flag)) for flag in _FLAGS]
        several = self.tr("{0} stars or more")
        tips = [self.tr("1 star or more"), *(several.format(n) for n in range(2, MAX_STARS + 1))]
        self.stars = [MarkButton(SetStars(number), tip) for number, tip in enumerate(tips, start=1)]
        self.labels = [MarkButton(SetLabel(label), self.tr("{0} label").format(label_text(label))) for label in _LABELS]
        self.menu = FilterMenu(catalogue, self)
        self.menu.chosen.connect(self.chosen)
        self._controls = self._make_controls()
        self._chips = QWidget()
        self._chip_row = QHBoxLayout(self._chips)
        self._chip_row.setContentsMargins(0, 0, 0, 0)
        self._chip_row.setSpacing(6)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 6, 16, 6)
        column.setSpacing(6)
        column.addWidget(self._controls)
        column.addWidget(self._chips)
        self._open = False
        self.show_filter(OPEN)

    def set_open(self, is_open: bool) -> None:  # a state, shown by a checkable action
        """Whether switches and field are there."""
        self._open = is_open
        self._refresh()

    @property
    def is_open(self) -> bool:
        return self._open

    def show_filter(self, filter_: Filter) -> None:
        self._filter = filter_
        for button, flag in zip(self.flags, _FLAGS, strict=True):
            button.setChecked(flag in filter_.flags)
        for number, button in enumerate(self.stars, start=1):
            button.setChecked(number <= filter_.stars)
        for button, label in zip(self.labels, _LABELS, strict=True):
            button.setChecked(label in filter_.labels)
        if self.field.text() != filter_.text and not self.field.hasFocus():
            self.field.setText(filter_.text)
        self.menu.show_filter(filter_)
        self._show_chips()
        self._refresh()

    def search(self) -> None:
        """The keyboard goes to the field."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def chip_buttons(self) -> list[QPushButton]:
        return self._chips.findChildren(QPushButton, "chip")

    def _refresh(self) -> None:
        self._controls.setVisible(self._open)
        self._chips.setVisible(not self._filter.open)
        self.setVisible(self._open or not self._filter.open)

    def _make_controls(self) -> QWidget:
        controls = QWidget()
        row = QHBoxLayout(controls)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.field, stretch=1)
        for group, slot in ((self.flags, self._on_flag), (self.stars, self._on_star), (self.labels, self._on_label)):
            row.addSpacing(16)
            for button in group:
                button.clicked.connect(slot)
                row.addWidget(button)
        row.addSpacing(16)
        more = QToolButton()
        more.setObjectName("moreFilters")
        more.setText(self.tr("More"))
        more.setIcon(resources.icon("filter"))
        more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        more.setMinimumHeight(28)
        more.setAutoRaise(True)
        more.setMenu(self.menu)
        row.addWidget(more)
        row.addStretch()
        return controls

    def _show_chips(self) -> None:
        for old in self._chips.findChildren(QPushButton):
            self._chip_row.removeWidget(old)
            old.hide()
            old.deleteLater()
            old.setObjectName("")
        while self._chip_row.count():
            self._chip_row.takeAt(0)
        for chip in chips(self._filter, self._catalogue.shelf, self.locale()):
            self._chip_row.addWidget(self._made_chip(chip))
        if not self._filter.open:
            clear = QPushButton(self.tr("Clear filters"))
            clear.setObjectName("clearFilters")
            clear.setProperty("role", "link")
            clear.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            clear.clicked.connect(self._on_clear)
            self._chip_row.addWidget(clear)
        self._chip_row.addStretch()

    def _made_chip(self, chip: FilterChip) -> QPushButton:
        text = self.fontMetrics().elidedText(chip.text, Qt.TextElideMode.ElideRight, 240)
        button = QPushButton(f"{text}  ✕")
        button.setObjectName("chip")
        button.setProperty("role", "chip")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # it goes when it is clicked, and would take the keyboard along
        button.setProperty("without", chip.without)
        button.setAccessibleName(self.tr("Take off the filter {0}").format(chip.text))
        button.setToolTip(button.accessibleName())
        button.clicked.connect(self._on_chip)
        return button

    @Slot()
    def _on_flag(self) -> None:
        flags = tuple(flag for button, flag in zip(self.flags, _FLAGS, strict=True) if button.isChecked())
        self.chosen.emit(replace(self._filter, flags=flags))

    @Slot()
    def _on_star(self) -> None:
        number = self._place(self.stars) + 1
        self.chosen.emit(replace(self._filter, stars=0 if number == self._filter.stars else number))

    @Slot()
    def _on_label(self) -> None:
        labels = tuple(label for button, label in zip(self.labels, _LABELS, strict=True) if button.isChecked())
        self.chosen.emit(replace(self._filter, labels=labels))

    def _place(self, buttons: Iterable[MarkButton]) -> int:
        return next(place for place, button in enumerate(buttons) if button is self.sender())

    @Slot(str)
    def _on_text(self, text: str) -> None:
        self.chosen.emit(replace(self._filter, text=text.strip()))

    @Slot()
    def _on_chip(self) -> None:
        self.chosen.emit(self.sender().property("without"))

    @Slot()
    def _on_clear(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.field.clear()
        self.chosen.emit(OPEN)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape and self.field.text():
                self.field.clear()
                self.chosen.emit(replace(self._filter, text="", found=None))
                return True
            if event.key() in {Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down}:
                self.left.emit()
                return True
        return super().eventFilter(watched, event)
