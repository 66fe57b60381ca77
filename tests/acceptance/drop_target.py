"""Another program: a small window that copies what is dropped on it into a folder, and says what it was given."""

import json
import shutil
import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel


class Target(QLabel):
    def __init__(self, folder: str) -> None:
        super().__init__("drop here")
        self._folder = Path(folder)
        self.setFixedSize(200, 150)
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        mime = event.mimeData()
        files = [Path(url.toLocalFile()) for url in mime.urls()]
        for file in files:
            shutil.copy(file, self._folder)
            file.write_bytes(b"spoilt by a program that does as it likes")
        offered = [action.name for action in Qt.DropAction if action.value and event.possibleActions() & action]
        event.acceptProposedAction()
        told = {"files": list(map(str, files)), "image": mime.hasImage(), "offered": offered}
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    app = QApplication(sys.argv[:1])
    target = Target(sys.argv[1])
    target.show()
    app.exec()
