"""The commands of culling: flags, stars, labels, notes, the trash, and undoing all of it."""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from imgvar_desktop.bridge import resources
from imgvar_desktop.core.filters import Grouping, Order
from imgvar_desktop.core.library import MAX_STARS, Flag, Label
from imgvar_desktop.core.marking import Marking, SetFlag, SetLabel, SetStars
from imgvar_desktop.ui.marking_text import marking_text

FLAG_KEYS: Final = {Flag.PICK: "P", Flag.REJECT: "X", Flag.NONE: "U"}
LABEL_KEYS: Final = {Label.RED: "6", Label.YELLOW: "7", Label.GREEN: "8", Label.BLUE: "9", Label.NONE: ""}
_ORDERS: Final = {
    Order.NEWEST: "&Newest first",
    Order.OLDEST: "&Oldest first",
    Order.RATING: "By &rating",
    Order.NAME: "By n&ame",
}
_GROUPINGS: Final = {
    Grouping.RUN: "By &run",
    Grouping.SOURCE: "By &source",
    Grouping.DAY: "By &day",
    Grouping.NONE: "&Not at all",
}


class MarkingActions(QObject):
    """Their single keys are no shortcuts, which would work in text fields: mark_keys.py hears them where they count.

    So the menus show them as hints, and only while they are switched on.
    """

    asked = Signal(object)
    """A Marking."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._hints: list[tuple[QAction, str, str]] = []
        t = self.tr
        self.markings: dict[Marking, QAction] = {}
        for flag, key in FLAG_KEYS.items():
            self._marking(SetFlag(flag), key)
        for stars in range(MAX_STARS + 1):
            self._marking(SetStars(stars), str(stars))
        for label, key in LABEL_KEYS.items():
            self._marking(SetLabel(label), key)
        self.pick_next = self._hinted(t("Pick and go to &next"), "Shift+P")
        self.note = self._hinted(t("&Note…"), "F2")
        self.trash = self._hinted(t("&Delete"), "Del", "trash")
        self.vary = self._hinted(t("Make &variations of this one"), "V", "generate")
        self.vary_crop = self._hinted(t("Open in the &crop"), "Shift+V", "crop")
        self.put_back = self._keyed(t("Put &back"), "Ctrl+Shift+Del")
        self.undo = self._keyed(t("&Undo"), "Ctrl+Z", "undo")
        self.redo = self._keyed(t("&Redo"), "Ctrl+Y", "redo")
        self.redo.setShortcuts([QKeySequence("Ctrl+Y"), QKeySequence("Ctrl+Shift+Z")])
        self.auto_advance = self._keyed(t("&Advance after a mark"), "", checkable=True)
        self.single_keys = self._keyed(t("Single &keys are commands"), "", checkable=True)
        self.filter_bar = self._hinted(t("&Filter bar"), "\\", "filter")
        self.filter_bar.setCheckable(True)
        self.clear_filters = self._keyed(t("&Clear filters"), "")
        self.search = self._keyed(t("&Search"), "Ctrl+F", "search")
        self.fold = self._keyed(t("F&old or unfold the section"), "")
        self.fold_all = self._keyed(t("Fold or unfold a&ll sections"), "")
        self.select_section = self._keyed(t("Select the &section"), "Ctrl+Alt+A")
        self.retry = self._keyed(t("&Retry what is missing"), "")
        self.show_trash = self._keyed(t("&Trash"), "", "trash", checkable=True)
        self.empty_trash = self._keyed(t("&Empty trash…"), "")
        self.orders = self._choices({order: t(name) for order, name in _ORDERS.items()})
        self.groupings = self._choices({grouping: t(name) for grouping, name in _GROUPINGS.items()})

    def show_hints(self, *, on: bool) -> None:
        """Whether the menus say which single keys there are."""
        for action, text, key in self._hints:
            action.setText(f"{text}\t{key}" if key and (on or len(key) > 1) else text)

    def fill_edit(self, menu: QMenu) -> None:
        menu.addActions([self.undo, self.redo])
        menu.addSeparator()

    def fill_edit_end(self, menu: QMenu) -> None:
        menu.addAction(self.select_section)
        menu.addSeparator()
        menu.addActions([self.search, self.single_keys])

    def fill_image(self, menu: QMenu) -> None:
        self._fill_marks(menu)
        menu.addActions([self.pick_next, self.auto_advance])
        menu.addSeparator()
        menu.addActions([self.vary, self.vary_crop])
        menu.addSeparator()
        menu.addActions([self.trash, self.put_back])
        menu.addSeparator()

    def fill_view(self, menu: QMenu) -> None:
        menu.addActions([self.filter_bar, self.clear_filters])
        for name, group in ((self.tr("S&ort"), self.orders), (self.tr("Gro&up"), self.groupings)):
            inner = QMenu(name, menu)
            inner.addActions(group.actions())
            menu.addMenu(inner)
        menu.addActions([self.fold, self.fold_all])
        menu.addSeparator()
        menu.addActions([self.show_trash, self.empty_trash])
        menu.addSeparator()

    def fill_context_menu(self, menu: QMenu) -> None:
        self._fill_marks(menu)
        menu.addActions([self.vary, self.vary_crop, self.trash, self.put_back])
        menu.addSeparator()

    def _fill_marks(self, menu: QMenu) -> None:
        kinds = ((self.tr("&Flag"), SetFlag), (self.tr("&Stars"), SetStars), (self.tr("&Label"), SetLabel))
        for name, kind in kinds:
            inner = QMenu(name, menu)
            inner.addActions([action for marking, action in self.markings.items() if isinstance(marking, kind)])
            menu.addMenu(inner)
        menu.addAction(self.note)

    def _marking(self, marking: Marking, key: str) -> None:
        action = self._hinted(marking_text(marking), key)
        action.setData(marking)
        action.triggered.connect(self._on_marking)
        self.markings[marking] = action

    @Slot()
    def _on_marking(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        self.asked.emit(action.data())

    def _hinted(self, text: str, key: str, icon: str = "") -> QAction:
        action = self._keyed(text, "", icon)
        self._hints.append((action, text, key))
        return action

    def _keyed(self, text: str, keys: str, icon: str = "", *, checkable: bool = False) -> QAction:
        action = QAction(text, self)
        if icon:
            action.setIcon(resources.icon(icon))
        if keys:
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setCheckable(checkable)
        self._window.addAction(action)
        return action

    def _choices(self, names: dict[Order, str] | dict[Grouping, str]) -> QActionGroup:
        group = QActionGroup(self)
        for value, name in names.items():
            action = group.addAction(name)
            action.setCheckable(True)
            action.setData(value.value)
        return group


def check(group: QActionGroup, value: str) -> None:
    """Marks the choice that holds."""
    actions: Iterable[QAction] = group.actions()
    for action in actions:
        action.setChecked(action.data() == value)
