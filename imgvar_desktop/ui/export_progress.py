"""How far an export is, in the status line: there only when it takes a while."""

from typing import Final

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QWidget

from imgvar_desktop.bridge.exporting import Export
from imgvar_desktop.ui.controls import tool_button

SHOW_AFTER_MS: Final = 300
"""A shorter wait looks calmer without a sign of it."""
BAR_PX: Final = 120


class ExportProgress(QWidget):
    """Follows the export that was begun last."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._export: Export | None = None
        self._text = QLabel()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(BAR_PX)
        self.stop = tool_button("close", self.tr("Stop saving"))
        self.stop.clicked.connect(self._on_stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.setSpacing(8)
        row.addWidget(self._text)
        row.addWidget(self._bar, alignment=Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.stop)
        self._due = QTimer(self)
        self._due.setSingleShot(True)
        self._due.setInterval(SHOW_AFTER_MS)
        self._due.timeout.connect(self.show)
        self.hide()

    def follow(self, export: Export) -> None:
        self._export = export
        self._bar.setRange(0, len(export.order.entries))
        self.stop.setEnabled(True)
        self._show_done(0)
        export.progressed.connect(self._on_progressed)
        export.over.connect(self._on_over)
        export.failed.connect(self._on_over)
        self._due.start()

    def _show_done(self, done: int) -> None:
        self._bar.setValue(done)
        self._text.setText(self.tr("Saving {0} of {1}").format(min(done + 1, self._bar.maximum()), self._bar.maximum()))

    @Slot(int)
    def _on_progressed(self, done: int) -> None:
        if self.sender() is self._export:
            self._show_done(done)

    @Slot(object)
    def _on_over(self, _: object) -> None:
        if self.sender() is self._export:
            self._export = None
            self._due.stop()
            self.hide()

    @Slot()
    def _on_stop(self) -> None:
        if self._export is not None:
            self._export.stop()
            self.stop.setEnabled(False)
            self._text.setText(self.tr("Stopping…"))
