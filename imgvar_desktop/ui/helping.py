"""The Help menu at work: the sheet of keys, the logs, and what this program is."""

from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QKeySequence

from imgvar_desktop.ui.main_window import MainWindow


class Helping(QObject):
    """GUI thread. Its dialogs are loaded when they are asked for."""

    def __init__(self, window: MainWindow, logs: Path) -> None:
        """``logs``: the folder."""
        super().__init__(window)
        self._window = window
        self._logs = logs
        actions = window.actions_
        actions.shortcuts.triggered.connect(self._on_shortcuts)
        actions.show_logs.triggered.connect(self.show_logs)
        actions.about.triggered.connect(self._on_about)
        actions.marking.single_keys.toggled.connect(self._on_single_keys)
        self._on_single_keys(on=actions.marking.single_keys.isChecked())

    @Slot()
    def show_logs(self) -> None:
        self._logs.mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._logs)))

    @Slot(bool)
    def _on_single_keys(self, on: bool) -> None:
        """A question mark alone is a single key as well; in a text field it is typed."""
        keys = ["F1", "?"] if on else ["F1"]
        self._window.actions_.shortcuts.setShortcuts([QKeySequence(key) for key in keys])

    @Slot()
    def _on_shortcuts(self) -> None:
        from imgvar_desktop.ui.shortcut_sheet import ShortcutSheet

        ShortcutSheet(self._window.menuBar(), self._window).open()

    @Slot()
    def _on_about(self) -> None:
        from imgvar_desktop.bridge import licences
        from imgvar_desktop.ui.about_dialog import AboutDialog

        dialog = AboutDialog(licences.parts(), self._window)
        dialog.logs_asked.connect(self.show_logs)
        dialog.open()
