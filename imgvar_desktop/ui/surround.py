"""The grey behind pictures, as a pane shows it that has none yet."""

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from imgvar_desktop.ui import theme


class Surround(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._chosen: int | None = None

    def set_surround(self, chosen: int | None) -> None:
        """A grey from 0 to 255; None as the theme has it."""
        self._chosen = chosen
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(event.rect(), theme.surround(self.palette(), self._chosen))
