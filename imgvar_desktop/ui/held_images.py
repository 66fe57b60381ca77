"""Images that came and could not be kept: held in memory, offered again and again, and never left behind unasked."""

from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QStandardPaths, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox

from imgvar_desktop.bridge.catalogue import Catalogue
from imgvar_desktop.bridge.library_desk import LibraryDesk
from imgvar_desktop.bridge.run_queue import RunQueue
from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.library import Entry
from imgvar_desktop.core.runs import RunEvent, VariationArrived, VariationHeld
from imgvar_desktop.ui.main_window import MainWindow
from imgvar_desktop.ui.message_bar import MessageAction


class _Wish(Enum):
    """A token of the standing bar."""

    KEEP = auto()
    SAVE = auto()


class HeldImages(QObject):
    """GUI thread."""

    def __init__(self, window: MainWindow, *, queue: RunQueue, desk: LibraryDesk, catalogue: Catalogue) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._catalogue = catalogue
        self._held: list[VariationHeld] = []
        self._keeping: dict[QObject, VariationHeld] = {}
        self._closing = False
        queue.reported.connect(self._on_reported)
        window.standing.answered.connect(self._on_answered)
        window.installEventFilter(self)

    @property
    def held(self) -> tuple[VariationHeld, ...]:
        return tuple(self._held)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Close and self._held and not self._closing:
            event.ignore()
            self._ask()
            return True
        return super().eventFilter(watched, event)

    @Slot(object)
    def _on_reported(self, event: RunEvent) -> None:
        if isinstance(event, VariationHeld):
            self._held.append(event)
            self._show(event.error)

    def _show(self, error: AppError) -> None:
        count = len(self._held)
        text = (
            self.tr("1 image could not be kept. It is held in memory until Imgvar is closed.")
            if count == 1
            else self.tr("{0} images could not be kept. They are held in memory until Imgvar is closed.").format(count)
        )
        keep = MessageAction(self.tr("Keep in the library"), _Wish.KEEP)
        save = MessageAction(self.tr("Save to folder…"), _Wish.SAVE)
        self._window.standing.show_error(f"{error} {text}", keep, save)

    @Slot(object)
    def _on_answered(self, token: object) -> None:
        match token:
            case _Wish.KEEP:
                self._keep()
            case _Wish.SAVE:
                self._choose_folder()

    def _keep(self) -> None:
        for held in self._held:
            call = self._desk.keep(held)
            self._keeping[call] = held
            call.succeeded.connect(self._on_kept)
            call.failed.connect(self._on_not_kept)

    @Slot(object)
    def _on_kept(self, entry: Entry) -> None:
        held = self._keeping.pop(self.sender())
        if held in self._held:
            self._held.remove(held)
            self._catalogue.on_reported(VariationArrived(held.run.id, entry))

    @Slot(object)
    def _on_not_kept(self, error: AppError) -> None:
        self._keeping.pop(self.sender())
        if self._held:
            self._show(error)

    def _choose_folder(self) -> None:
        pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        dialog = QFileDialog(self._window, self.tr("Save the held images to folder"), pictures)
        dialog.setObjectName("heldDialog")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setLabelText(QFileDialog.DialogLabel.Accept, self.tr("Save here"))
        dialog.fileSelected.connect(self._on_folder)
        dialog.rejected.connect(self._show_again)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot()
    def _show_again(self) -> None:
        if self._held:
            self._show(self._held[-1].error)

    @Slot(str)
    def _on_folder(self, folder: str) -> None:
        call = self._desk.put_aside(self._held, Path(folder))
        call.succeeded.connect(self._on_saved)
        call.failed.connect(self._on_not_saved)

    @Slot(object)
    def _on_saved(self, paths: tuple[Path, ...]) -> None:
        self._held.clear()
        text = self.tr("{0} saved to {1}").format(len(paths), paths[0].parent)
        self._window.message.show_done(text, MessageAction(self.tr("Show in folder"), paths[0]))

    @Slot(object)
    def _on_not_saved(self, error: AppError) -> None:
        self._show(error)

    def _ask(self) -> None:
        box = QMessageBox(self._window)
        box.setObjectName("heldQuestion")
        box.setIcon(QMessageBox.Icon.Warning)
        box.setText(self.tr("Images that could not be kept would be lost"))
        box.setInformativeText(self.tr("They are nowhere but in memory: {0} in all.").format(len(self._held)))
        self._save = box.addButton(self.tr("Save to folder…"), QMessageBox.ButtonRole.AcceptRole)
        self._leave = box.addButton(self.tr("Close without them"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.buttonClicked.connect(self._on_decided)
        box.finished.connect(box.deleteLater)
        box.open()

    @Slot(object)
    def _on_decided(self, button: object) -> None:
        if button is self._save:
            self._choose_folder()
        elif button is self._leave:
            self._closing = True
            self._window.close()
