"""Check library: looks at every file, mends what it can, and says what it found."""

from typing import Final

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from imgvar_desktop.bridge import resources
from imgvar_desktop.bridge.library_desk import LibraryDesk
from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.library_check import LibraryReport, Progress
from imgvar_desktop.ui.controls import CONTROL_HEIGHT
from imgvar_desktop.ui.library_text import findings, headline

ICON_PX: Final = 20


class LibraryCheckDialog(QDialog):
    """Begins when it opens. Closing it stops the check."""

    def __init__(self, desk: LibraryDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("libraryCheckDialog")
        self.setWindowTitle(self.tr("Check library"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumSize(560, 200)
        self.report: LibraryReport | None = None
        self._icon = QLabel()
        self._icon.hide()
        self._headline = QLabel(self.tr("Looking at every file. What is in its place is not touched."))
        self._headline.setWordWrap(True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 0)
        self._count = QLabel()
        self._count.setProperty("role", "quiet")
        self.list = _tree()
        self.list.setAccessibleName(self.tr("What was found"))
        self.list.hide()
        self.button = QPushButton(self.tr("Stop"))
        self.button.setMinimumHeight(CONTROL_HEIGHT)
        self.button.clicked.connect(self._on_button)
        self._lay_out()
        self._call = desk.check()
        self._call.progressed.connect(self._on_progressed)
        self._call.succeeded.connect(self._on_report)
        self._call.failed.connect(self._on_refused)
        self.finished.connect(self._on_finished)

    @property
    def text(self) -> str:
        return self._headline.text()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._icon, alignment=Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._headline, stretch=1)
        foot = QHBoxLayout()
        foot.addWidget(self._count, stretch=1)
        foot.addWidget(self.button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addLayout(head)
        layout.addWidget(self._bar)
        layout.addWidget(self.list, stretch=1)
        layout.addStretch()
        layout.addLayout(foot)

    def _over(self, icon: str, text: str) -> None:
        self._bar.hide()
        self._icon.setPixmap(resources.icon(icon).pixmap(QSize(ICON_PX, ICON_PX), self.devicePixelRatioF()))
        self._icon.show()
        self._headline.setText(text)
        self.button.setText(self.tr("Close"))
        self.button.setEnabled(True)
        self.button.setDefault(True)

    @Slot(object)
    def _on_progressed(self, progress: Progress) -> None:
        self._bar.setRange(0, max(progress.total, 1))
        self._bar.setValue(progress.done)

    @Slot(object)
    def _on_report(self, report: LibraryReport) -> None:
        self.report = report
        found = findings(report)
        self._over("warning" if report.left else "info" if report.stopped else "check", headline(report))
        self._count.setText(self.tr("{0} images looked at").format(self.locale().toString(report.images)))
        for icon, text, files in found:
            count = f"  ({self.locale().toString(len(files))})" if len(files) > 1 else ""
            kind = QTreeWidgetItem(self.list, [f"{text}{count}"])
            kind.setIcon(0, resources.icon(icon))
            for file in files:
                QTreeWidgetItem(kind, [file])
            kind.setExpanded(len(files) <= 8)
        if found:
            self.list.show()
            self.resize(self.width(), 420)

    @Slot(object)
    def _on_refused(self, error: AppError) -> None:
        self._over("error", f"{error} {error.hint}".strip())

    @Slot()
    def _on_button(self) -> None:
        if self.report is None and not self._bar.isHidden():
            self._call.stop()
            self.button.setEnabled(False)
            self._count.setText(self.tr("Stopping…"))
        else:
            self.accept()

    @Slot()
    def _on_finished(self) -> None:
        if self.report is None and not self._bar.isHidden():
            self._call.stop()


def _tree() -> QTreeWidget:
    tree = QTreeWidget()
    tree.setObjectName("libraryFindings")
    tree.setHeaderHidden(True)
    tree.setRootIsDecorated(True)
    tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)
    tree.setSelectionMode(QTreeWidget.SelectionMode.ExtendedSelection)
    return tree
