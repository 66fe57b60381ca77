"""Another program, such as a browser: a small window from which formats can be dragged, each ``TYPE=FILE`` a word."""

import sys
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel


class Page(QLabel):
    def __init__(self, formats: list[str]) -> None:
        super().__init__("a page")
        self._formats = [word.partition("=") for word in formats]
        self.setFixedSize(200, 150)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002 - Qt's signature
        mime = QMimeData()
        for kind, _, file in self._formats:
            mime.setData(kind, Path(file).read_bytes())
        drag = QDrag(self)
        drag.setMimeData(mime)
        action = drag.exec(Qt.DropAction.CopyAction | Qt.DropAction.LinkAction)
        print("dropped", action.name, flush=True)


if __name__ == "__main__":
    app = QApplication(sys.argv[:1])
    page = Page(sys.argv[1:])
    page.show()
    app.exec()
