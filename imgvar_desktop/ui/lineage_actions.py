"""The commands of a family: to whom a variation was made from, and to what was made from it."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu


class LineageActions(QObject):
    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.parent_ = self._made(self.tr("Select the &one it was made from"), "Ctrl+Alt+Up")
        self.children_ = self._made(self.tr("Select what was &made from it"), "Ctrl+Alt+Down")
        self.siblings = self._made(self.tr("Select all from the same &picture"), "Ctrl+Alt+Right")

    def fill(self, menu: QMenu) -> None:
        inner = QMenu(self.tr("L&ineage"), menu)
        inner.addActions([self.parent_, self.children_, self.siblings])
        menu.addMenu(inner)
        menu.addSeparator()

    def _made(self, text: str, keys: str) -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(keys))
        self._window.addAction(action)
        return action
