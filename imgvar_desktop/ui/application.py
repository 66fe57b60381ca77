"""The application object: it hears what the desktop tells a program and no window."""

from pathlib import Path

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from imgvar_desktop.core.opening import OpenRequest


class Application(QApplication):
    asked = Signal(object)
    """An OpenRequest: macOS starts no second process for "Open with", it tells the first."""

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QFileOpenEvent) and event.file():
            self.asked.emit(OpenRequest((Path(event.file()).absolute(),)))
            return True
        return super().event(event)
