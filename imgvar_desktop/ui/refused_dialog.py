"""Which files could not be saved, and why each."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHeaderView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from imgvar_desktop.bridge.exporting import ExportOrder
from imgvar_desktop.core.delivery import Refused
from imgvar_desktop.ui.controls import CONTROL_HEIGHT


class RefusedDialog(QDialog):
    retried = Signal(object)
    """The ExportOrder for just these."""

    def __init__(self, order: ExportOrder, refused: Sequence[Refused], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("refusedDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Could not be saved"))
        self.resize(720, 320)
        self._order = order
        self.files = QTreeWidget()
        self.files.setAccessibleName(self.tr("Files that could not be saved"))
        self.files.setHeaderLabels([self.tr("File"), self.tr("Reason")])
        self.files.setRootIsDecorated(False)
        self.files.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.files.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        for one in refused:
            item = QTreeWidgetItem([one.name, f"{one.error}\n{one.error.hint}".strip()])
            item.setToolTip(1, item.text(1))
            self.files.addTopLevelItem(item)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        self.retry = buttons.addButton(
            self.tr("Retry {0}").format(len(refused)), QDialogButtonBox.ButtonRole.AcceptRole
        )
        for button in (close, self.retry):
            button.setIcon(QIcon())
            button.setMinimumHeight(CONTROL_HEIGHT)
        self.retry.setDefault(True)
        buttons.rejected.connect(self.reject)
        buttons.accepted.connect(self._on_retry)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addWidget(self.files)
        layout.addWidget(buttons)

    @Slot()
    def _on_retry(self) -> None:
        self.accept()
        self.retried.emit(self._order)
