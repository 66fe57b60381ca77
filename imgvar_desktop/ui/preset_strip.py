"""Nine folders, a key each: chosen by a click, given by a click on an empty one."""

from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from imgvar_desktop.core.presets import PRESET_FOLDERS
from imgvar_desktop.ui.controls import CONTROL_HEIGHT


class PresetStrip(QWidget):
    chosen = Signal(str)
    """A folder: that of the key."""
    changed = Signal(object)
    """The nine folders as they are now, a tuple."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folders: tuple[str, ...] = ("",) * PRESET_FOLDERS
        self._folder = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self.buttons = [QToolButton() for _ in range(PRESET_FOLDERS)]
        for number, button in enumerate(self.buttons):
            button.setText(str(number + 1))
            button.setFixedSize(CONTROL_HEIGHT, CONTROL_HEIGHT)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            button.customContextMenuRequested.connect(self._on_menu)
            button.clicked.connect(self._on_clicked)
            row.addWidget(button)
        row.addStretch()

    @property
    def folders(self) -> tuple[str, ...]:
        return self._folders

    def show_folders(self, folders: tuple[str, ...], folder: str) -> None:
        """``folder``: the one that files go to now."""
        self._folders = (*folders, *[""] * (PRESET_FOLDERS - len(folders)))
        self._folder = folder
        for number, (button, there) in enumerate(zip(self.buttons, self._folders, strict=True), 1):
            button.setChecked(bool(there) and there == folder)
            button.setProperty("empty", not there)
            keys = self.tr("Ctrl+Alt+{0} saves there at once").format(number)
            text = there or self.tr("Click to give this key the folder above")
            button.setToolTip(f"{text}\n{keys}")
            button.setAccessibleName(self.tr("Folder {0}: {1}").format(number, Path(there).name or self.tr("none")))
            font = button.font()
            font.setBold(bool(there))
            button.setFont(font)

    @Slot()
    def _on_clicked(self) -> None:
        at = self._at(self.sender())
        if self._folders[at]:
            self.chosen.emit(self._folders[at])
        elif self._folder:
            self._give(at, self._folder)
        self.show_folders(self._folders, self._folder)

    @Slot(QPoint)
    def _on_menu(self, where: QPoint) -> None:
        button = self.sender()
        assert isinstance(button, QToolButton)
        at = self._at(button)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        give = menu.addAction(self.tr("Give it the folder above"))
        give.setEnabled(bool(self._folder) and self._folder != self._folders[at])
        take = menu.addAction(self.tr("Take its folder away"))
        take.setEnabled(bool(self._folders[at]))
        for action, folder in ((give, self._folder), (take, "")):
            action.setData((at, folder))
            action.triggered.connect(self._on_given)
        menu.popup(button.mapToGlobal(where))

    @Slot()
    def _on_given(self) -> None:
        at, folder = self.sender().data()  # type: ignore[attr-defined]  # an action of the menu above
        self._give(at, folder)

    def _give(self, at: int, folder: str) -> None:
        folders = list(self._folders)
        folders[at] = folder
        self.show_folders(tuple(folders), self._folder)
        self.changed.emit(self._folders)

    def _at(self, button: object) -> int:
        return next(at for at, one in enumerate(self.buttons) if one is button)
