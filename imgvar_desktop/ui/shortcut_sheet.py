"""Every command with its keys, to search and to run: what the menus hold, in one list."""

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Slot
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QMenuBar,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from imgvar_desktop.ui.controls import CONTROL_HEIGHT

_ACTION = int(Qt.ItemDataRole.UserRole)
_RARE = Qt.Key.Key_F13
"""From here on keys that few keyboards have, such as one that says "Open"."""
ROW_PX = 24
_TO_THE_LIST = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)


@dataclass(frozen=True, slots=True)
class Command:
    menu: str
    """The menu it is in, ``View`` or ``View · Sort``."""
    name: str
    keys: str
    """As this system writes them; empty for none."""
    action: QAction


def commands(bar: QMenuBar) -> tuple[Command, ...]:
    """In the menus' order."""
    return tuple(_of(bar.actions(), ()))


def _of(actions: list[QAction], path: tuple[str, ...]) -> Iterator[Command]:
    for action in actions:
        menu = action.menu()
        if isinstance(menu, QMenu):
            yield from _of(menu.actions(), (*path, _plain(menu.title())))
        elif not action.isSeparator() and path:
            yield Command(" · ".join(path), _plain(action.text()), _keys(action), action)


def _plain(text: str) -> str:
    return text.partition("\t")[0].replace("&&", "\0").replace("&", "").replace("\0", "&").rstrip("…")


def _keys(action: QAction) -> str:
    """Its shortcuts, or the key that its text names after a tab: one that works in some places only."""
    native = QKeySequence.SequenceFormat.NativeText
    shown = [keys.toString(native) for keys in action.shortcuts() if keys[0].key() < _RARE]  # type: ignore[index]  # it can be, PySide6 does not say so
    return "   ".join(shown) or action.text().partition("\t")[2]


class ShortcutSheet(QDialog):
    """The search field has the keyboard; arrows go through what it found, and Enter runs it."""

    def __init__(self, bar: QMenuBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("shortcutSheet")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.resize(560, 640)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search commands and keys"))
        self.search.setAccessibleName(self.tr("Search commands and keys"))
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumHeight(CONTROL_HEIGHT)
        self.search.installEventFilter(self)
        self._groups: list[tuple[QTreeWidgetItem, list[QTreeWidgetItem]]] = []
        self.tree = self._make_tree(commands(bar))
        self.nothing = QLabel(self.tr("No command is called that, and none has that key."))
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(self.search)
        layout.addWidget(self.tree, stretch=1)
        layout.addWidget(self.nothing, stretch=1)
        self.search.textChanged.connect(self._on_searched)
        self.search.returnPressed.connect(self._on_entered)
        self.tree.itemActivated.connect(self._on_activated)
        self.search.setFocus()

    @property
    def shown(self) -> tuple[str, ...]:
        """The names of the commands that the search has left."""
        return tuple(item.text(0) for item in self._items() if not item.isHidden())

    def _make_tree(self, found: tuple[Command, ...]) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setAccessibleName(self.tr("Commands and their keys"))
        tree.setHeaderHidden(True)
        tree.setColumnCount(2)
        tree.setRootIsDecorated(False)
        tree.setIndentation(12)
        tree.setUniformRowHeights(True)
        tree.header().setStretchLastSection(False)
        tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        for title in dict.fromkeys(command.menu for command in found):
            group = QTreeWidgetItem(tree, [title])
            group.setFlags(Qt.ItemFlag.ItemIsEnabled)
            group.setSizeHint(0, QSize(0, ROW_PX))
            font = group.font(0)
            font.setBold(True)
            group.setFont(0, font)
            rows = [_added(group, command) for command in found if command.menu == title]
            self._groups.append((group, rows))
            group.setExpanded(True)
        return tree

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in _TO_THE_LIST:
            self.tree.setFocus()
            current = self.tree.currentItem()
            if self.shown and (current is None or current.isHidden()):
                self._choose_first()
            return True
        return super().eventFilter(watched, event)

    @Slot(str)
    def _on_searched(self, text: str) -> None:
        words = text.casefold().split()
        for group, items in self._groups:
            for item in items:
                said = f"{group.text(0)} {item.text(0)} {item.text(1)}".casefold()
                item.setHidden(not all(word in said for word in words))
            group.setHidden(all(item.isHidden() for item in items))
        found = bool(self.shown)
        self.tree.setVisible(found)
        self.nothing.setVisible(not found)
        if words and found:
            self._choose_first()

    @Slot()
    def _on_entered(self) -> None:
        item = self.tree.currentItem()
        if item is not None and not item.isHidden() and self.shown:
            self._run(item)

    @Slot(QTreeWidgetItem)
    def _on_activated(self, item: QTreeWidgetItem) -> None:
        self._run(item)

    def _run(self, item: QTreeWidgetItem) -> None:
        action = item.data(0, _ACTION)
        if isinstance(action, QAction) and action.isEnabled():
            self.accept()
            action.trigger()

    def _choose_first(self) -> None:
        self.tree.setCurrentItem(next(item for item in self._items() if not item.isHidden()))

    def _items(self) -> Iterator[QTreeWidgetItem]:
        for _, items in self._groups:
            yield from items


def _added(group: QTreeWidgetItem, command: Command) -> QTreeWidgetItem:
    item = QTreeWidgetItem(group, [command.name, command.keys])
    item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    item.setData(0, _ACTION, command.action)
    item.setSizeHint(0, QSize(0, ROW_PX))
    if not command.action.isEnabled():
        quiet = group.treeWidget().palette().placeholderText()
        item.setForeground(0, quiet)
    return item
