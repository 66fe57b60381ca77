"""The commands that put images beside one another."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu

from imgvar_desktop.bridge import resources


class ComparingActions(QObject):
    """Their keys C, N and Y are heard by mark_keys.py, where pictures have the keyboard."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.compare = self._made(self.tr("&Compare two\tC"), "compare")
        self.survey = self._made(self.tr("Su&rvey the selection\tN"), "survey")
        self.with_source = self._made(self.tr("Compare with its so&urce\tY"), "")

    def fill(self, menu: QMenu) -> None:
        menu.addActions([self.compare, self.survey, self.with_source])
        menu.addSeparator()

    def _made(self, text: str, icon: str) -> QAction:
        action = QAction(text, self)
        if icon:
            action.setIcon(resources.icon(icon))
        action.setToolTip(text.replace("&", "").replace("\t", " (") + ")")
        self._window.addAction(action)
        return action
