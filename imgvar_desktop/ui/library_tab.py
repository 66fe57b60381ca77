"""Settings: where the library is, what takes room in it, and what can be done to it as a whole."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from imgvar_desktop.bridge.desktop import show_in_folder
from imgvar_desktop.bridge.library_desk import LibraryDesk
from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.library_check import Storage
from imgvar_desktop.ui.controls import CONTROL_HEIGHT, tool_button
from imgvar_desktop.ui.library_text import day_text, size_text, storage_rows, total_text


class LibraryTab(QWidget):
    move_asked = Signal()
    check_asked = Signal()
    delete_rejected_asked = Signal()
    restore_asked = Signal(object)
    """A core.library_check.Backup."""

    def __init__(self, desk: LibraryDesk, rejected: int) -> None:
        """``rejected``: how many images in the gallery are flagged so."""
        super().__init__()
        self._desk = desk
        self._storage: Storage | None = None
        self.folder = QLabel(self.tr("Looking…"))
        self.folder.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.folder.setWordWrap(True)
        self._show = tool_button("show-in-folder", self.tr("Show in folder"))
        self.change = QPushButton(self.tr("&Move…"))
        self.change.setToolTip(self.tr("Move the library to another folder or disk"))
        self.table = _table((self.tr("What"), self.tr("Images"), self.tr("Size")))
        self.table.setAccessibleName(self.tr("Room the library takes"))
        self.total = QLabel()
        self.total.setProperty("role", "quiet")
        self.check = QPushButton(self.tr("&Check library…"))
        self.rejected = QPushButton(
            self.tr("Delete {0} &rejected…").format(rejected) if rejected else self.tr("Delete &rejected…")
        )
        self.rejected.setEnabled(rejected > 0)
        self.backups = QPushButton(self.tr("Restore a &backup"))
        self.backups.setMenu(QMenu(self.backups))
        self._lay_out()
        self._show.clicked.connect(self._on_show)
        self.change.clicked.connect(self.move_asked)
        self.check.clicked.connect(self.check_asked)
        self.rejected.clicked.connect(self.delete_rejected_asked)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        call = self._desk.storage()
        call.succeeded.connect(self._on_storage)
        call.failed.connect(self._on_refused)

    def _lay_out(self) -> None:
        heading, where = QLabel(self.tr("Library folder")), QHBoxLayout()
        heading.setProperty("role", "heading")
        where.setSpacing(4)
        where.addWidget(self.folder, stretch=1)
        where.addWidget(self._show)
        where.addWidget(self.change)
        used = QLabel(self.tr("Room it takes"))
        used.setProperty("role", "heading")
        foot = QHBoxLayout()
        foot.setSpacing(8)
        for button in (self.check, self.rejected, self.backups):
            foot.addWidget(button)
        foot.addStretch()
        for button in (self.change, self.check, self.rejected, self.backups):
            button.setMinimumHeight(CONTROL_HEIGHT)
            button.setAutoDefault(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        layout.addWidget(heading)
        layout.addLayout(where)
        layout.addSpacing(8)
        layout.addWidget(used)
        layout.addWidget(self.table, stretch=1)
        layout.addWidget(self.total)
        layout.addSpacing(8)
        layout.addLayout(foot)

    @Slot(object)
    def _on_storage(self, storage: Storage) -> None:
        self._storage = storage
        self.folder.setText(storage.folder)
        self.table.clear()
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for texts in storage_rows(storage, self.locale()):
            row = QTreeWidgetItem(self.table, list(texts))
            row.setTextAlignment(1, right)
            row.setTextAlignment(2, right)
        self.total.setText(total_text(storage, self.locale()))
        self._fill_backups(storage)

    def _fill_backups(self, storage: Storage) -> None:
        menu = self.backups.menu()
        menu.clear()
        for backup in storage.backups:
            if backup.day:
                size = size_text(backup.size, self.locale())
                action = menu.addAction(f"{day_text(backup.day, self.locale())}  ·  {size}")
                action.setData(backup.name)
                action.triggered.connect(self._on_backup)
        self.backups.setEnabled(not menu.isEmpty())

    @Slot(object)
    def _on_refused(self, error: AppError) -> None:
        self.folder.setText(f"{error} {error.hint}".strip())
        for button in (self.check, self.rejected, self.backups, self._show, self.change):
            button.setEnabled(False)

    @Slot()
    def _on_show(self) -> None:
        if self._storage is not None:
            show_in_folder(Path(self._storage.folder) / "images")

    @Slot()
    def _on_backup(self) -> None:
        assert self._storage is not None
        name = self.sender().data()  # type: ignore[attr-defined]  # an action of the menu
        self.restore_asked.emit(next(backup for backup in self._storage.backups if backup.name == name))


def _table(headers: tuple[str, str, str]) -> QTreeWidget:
    table = QTreeWidget()
    table.setObjectName("storage")
    table.setHeaderLabels(list(headers))
    table.setRootIsDecorated(False)
    table.setUniformRowHeights(True)
    table.setSelectionMode(QTreeWidget.SelectionMode.NoSelection)
    table.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    table.setIconSize(QSize(16, 16))
    header = table.header()
    header.setStretchLastSection(False)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    header.setSectionsMovable(False)
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    for column in (1, 2):
        table.headerItem().setTextAlignment(column, right)
    return table
