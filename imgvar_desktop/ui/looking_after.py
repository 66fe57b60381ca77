"""The library as a whole: its page of the settings, check, move, backups, rejected images."""

from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from imgvar_desktop.bridge.catalogue import Catalogue
from imgvar_desktop.bridge.history import History
from imgvar_desktop.bridge.library_desk import LibraryDesk
from imgvar_desktop.bridge.run_queue import RunQueue
from imgvar_desktop.bridge.settings_keeper import SettingsKeeper
from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.library import Entry, Flag
from imgvar_desktop.core.library_check import Backup
from imgvar_desktop.ui.library_text import day_text
from imgvar_desktop.ui.main_window import MainWindow
from imgvar_desktop.ui.setting_up import SettingUp


class LookingAfter(QObject):
    """GUI thread."""

    changed = Signal()
    """The library holds other things now, or is another one."""

    def __init__(
        self,
        window: MainWindow,
        *,
        desk: LibraryDesk,
        queue: RunQueue,
        catalogue: Catalogue,
        history: History,
        settings: SettingsKeeper,
        setting_up: SettingUp,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._queue = queue
        self._catalogue = catalogue
        self._history = history
        self._settings = settings
        self._page: QWidget | None = None
        self._rejected: tuple[Entry, ...] = ()
        self._backup: Backup | None = None
        setting_up.opened.connect(self._on_settings_opened)
        window.actions_.check_library.triggered.connect(self._on_check)

    # The page of the settings

    @Slot(object)
    def _on_settings_opened(self, dialog: QWidget) -> None:
        from imgvar_desktop.ui.library_tab import LibraryTab
        from imgvar_desktop.ui.settings_dialog import SettingsDialog

        assert isinstance(dialog, SettingsDialog)
        self._page = page = LibraryTab(self._desk, len(self._all_rejected()))
        page.move_asked.connect(self._on_move)
        page.check_asked.connect(self._on_check)
        page.delete_rejected_asked.connect(self._on_delete_rejected)
        page.restore_asked.connect(self._on_restore)
        dialog.add_page(page, self.tr("&Library"))

    def _refresh_page(self) -> None:
        from shiboken6 import isValid

        from imgvar_desktop.ui.library_tab import LibraryTab

        if isinstance(self._page, LibraryTab) and isValid(self._page):
            self._page.refresh()

    def _over(self) -> QWidget:
        """What a dialog of the page stands over: the settings, while they are open."""
        from shiboken6 import isValid

        page = self._page
        return page.window() if page is not None and isValid(page) and page.isVisible() else self._window

    def _busy(self) -> bool:
        """A run brings images, and none may come while the library is looked through or on its way."""
        if not self._queue.open_runs:
            return False
        box = self._box(self.tr("Variations are being made"), self.tr("Wait until the runs have ended, or stop them."))
        box.open()
        return True

    def _box(self, text: str, more: str) -> QMessageBox:
        box = QMessageBox(self._over())
        box.setObjectName("libraryQuestion")
        box.setText(text)
        box.setInformativeText(more)
        box.finished.connect(box.deleteLater)
        return box

    def _ask(self, text: str, more: str, yes: str) -> QMessageBox:
        box = self._box(text, more)
        box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        return box

    # Check

    @Slot()
    def _on_check(self) -> None:
        if self._busy():
            return
        from imgvar_desktop.ui.library_check_dialog import LibraryCheckDialog

        dialog = LibraryCheckDialog(self._desk, self._over())
        dialog.finished.connect(self._on_checked)
        dialog.open()

    @Slot()
    def _on_checked(self) -> None:
        self.changed.emit()
        self._refresh_page()

    # Move

    @Slot()
    def _on_move(self) -> None:
        if self._busy():
            return
        home = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.HomeLocation)
        dialog = QFileDialog(self._over(), self.tr("Move the library to folder"), home)
        dialog.setObjectName("moveDialog")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setLabelText(QFileDialog.DialogLabel.Accept, self.tr("Move here"))
        dialog.fileSelected.connect(self._on_move_to)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def _on_move_to(self, folder: str) -> None:
        from imgvar_desktop.ui.library_move_dialog import LibraryMoveDialog

        dialog = LibraryMoveDialog(Path(folder), desk=self._desk, settings=self._settings, parent=self._over())
        dialog.moved.connect(self._on_moved)
        dialog.open()

    @Slot()
    def _on_moved(self) -> None:
        self.changed.emit()
        self._refresh_page()

    # Backups

    @Slot(object)
    def _on_restore(self, backup: Backup) -> None:
        if self._busy():
            return
        self._backup = backup
        day = day_text(backup.day, self._window.locale())
        box = self._ask(
            self.tr("Go back to the library as it was at the start of {0}?").format(day),
            self.tr(
                "Marks and notes since then are put aside with the present database, in the folder “backups”. No image "
                "is deleted: Check library brings those that came since then back into the gallery."
            ),
            self.tr("Go back"),
        )
        box.accepted.connect(self._on_restore_agreed)
        box.open()

    @Slot()
    def _on_restore_agreed(self) -> None:
        assert self._backup is not None
        call = self._desk.restore(self._backup.name)
        call.succeeded.connect(self._on_restored)
        call.failed.connect(self._on_refused)

    @Slot(object)
    def _on_restored(self, _: object) -> None:
        self._history.stack.clear()  # it would undo what never was
        self._on_moved()

    # Rejected ones

    def _all_rejected(self) -> tuple[Entry, ...]:
        entries = (tile.entry for tile in self._catalogue.shelf.tiles)
        return tuple(e for e in entries if e is not None and e.kept and e.marks.flag is Flag.REJECT)

    @Slot()
    def _on_delete_rejected(self) -> None:
        self._rejected = self._all_rejected()
        if not self._rejected:
            return
        box = self._ask(
            self.tr("Delete {0} rejected images?").format(len(self._rejected)),
            self.tr("They stay in the trash of the library for 30 days, and Undo brings them back."),
            self.tr("Delete"),
        )
        box.accepted.connect(self._on_delete_agreed)
        box.open()

    @Slot()
    def _on_delete_agreed(self) -> None:
        self._history.trash(self._rejected, self.tr("Delete rejected"))
        self._refresh_page()

    @Slot(object)
    def _on_refused(self, error: AppError) -> None:
        self._window.message.show_error(str(error), hint=error.hint)
