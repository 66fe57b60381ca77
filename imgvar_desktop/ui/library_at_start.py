"""The library when the program starts: not there, not to be written, or with leavings of a month ago."""

from dataclasses import dataclass, replace
from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Signal, Slot
from PySide6.QtWidgets import QFileDialog

from imgvar_desktop.bridge.catalogue import Catalogue
from imgvar_desktop.bridge.library_desk import LibraryDesk, Tidied
from imgvar_desktop.bridge.purging import Purged
from imgvar_desktop.bridge.settings_keeper import SettingsKeeper
from imgvar_desktop.core.errors import AppError, LibraryMissing
from imgvar_desktop.core.library import Entry
from imgvar_desktop.core.settings import Settings
from imgvar_desktop.ui.main_window import MainWindow
from imgvar_desktop.ui.message_bar import MessageAction


class _Wish(Enum):
    """A token of the standing bar."""

    TRY_AGAIN = auto()
    CHOOSE = auto()


@dataclass(frozen=True, slots=True)
class _BeginIn:
    """A token: a new library in that folder."""

    folder: Path


@dataclass(frozen=True, slots=True)
class _DeleteForGood:
    entries: tuple[Entry, ...]


class LibraryAtStart(QObject):
    """GUI thread."""

    load_asked = Signal()
    """There may be a library now."""
    changed = Signal()
    """There is another one now."""

    def __init__(
        self, window: MainWindow, *, desk: LibraryDesk, catalogue: Catalogue, settings: SettingsKeeper
    ) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._catalogue = catalogue
        self._settings = settings
        self._wanted: Settings | None = None
        self._tidied: str | None = None
        window.standing.answered.connect(self._on_answered)
        desk.no_trash.connect(self._on_no_trash)

    def say_refused(self, error: AppError) -> None:
        """The library cannot be opened; the bar stays until that has changed, or was put away."""
        actions = [MessageAction(self.tr("Try again"), _Wish.TRY_AGAIN)]
        if isinstance(error, LibraryMissing):
            actions.insert(0, MessageAction(self.tr("Choose folder…"), _Wish.CHOOSE))
        self._window.standing.show_error(str(error), *actions, hint=error.hint)

    def tidy(self) -> None:
        """The library is there; once for each."""
        folder = self._settings.now.library_folder
        if folder == self._tidied:
            return
        self._tidied = folder
        call = self._desk.tidy()
        call.succeeded.connect(self._on_tidied)
        call.failed.connect(self._on_refused)

    @Slot(object)
    def _on_no_trash(self, entries: tuple[Entry, ...]) -> None:
        """The system has no trash where these are, so nobody but the person deletes them."""
        text = self.tr(
            "The disk of the library has no trash: {0} deleted images are still in the library's own."
        ).format(len(entries))
        self._window.standing.show_warning(text, MessageAction(self.tr("Delete for good"), _DeleteForGood(entries)))

    @Slot(object)
    def _on_tidied(self, tidied: Tidied) -> None:
        if tidied.read_only:
            self._window.standing.show_info(
                self.tr(
                    "This library may only be read here. You can look, compare and save; marks and new variations "
                    "are not kept."
                )
            )
        self._catalogue.change(tidied.purged.gone)

    @Slot(object)
    def _on_answered(self, token: object) -> None:
        match token:
            case _Wish.TRY_AGAIN:
                self.load_asked.emit()
            case _Wish.CHOOSE:
                self._choose()
            case _BeginIn(folder):
                self._settle(folder, begin=True)
            case _DeleteForGood(entries):
                call = self._desk.purge(entries, for_good=True)
                call.succeeded.connect(self._on_purged)
                call.failed.connect(self._on_refused)

    def _choose(self) -> None:
        home = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.HomeLocation)
        dialog = QFileDialog(self._window, self.tr("Where is the library now?"), home)
        dialog.setObjectName("libraryDialog")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setLabelText(QFileDialog.DialogLabel.Accept, self.tr("Use this library"))
        dialog.fileSelected.connect(self._on_chosen)
        dialog.rejected.connect(self.load_asked)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def _on_chosen(self, folder: str) -> None:
        self._chosen = Path(folder)
        call = self._desk.find(self._chosen)
        call.succeeded.connect(self._on_found)
        call.failed.connect(self._on_refused)

    @Slot(object)
    def _on_found(self, library: Path | None) -> None:
        if library is not None:
            self._settle(library, begin=False)
            return
        self._window.standing.show_warning(
            self.tr("There is no library in {0}.").format(self._chosen),
            MessageAction(self.tr("Choose folder…"), _Wish.CHOOSE),
            MessageAction(self.tr("Begin a new one there"), _BeginIn(self._chosen)),
        )

    def _settle(self, folder: Path, *, begin: bool) -> None:
        self._wanted = replace(self._settings.now, library_folder=str(folder))
        call = self._desk.settle(self._wanted, begin=begin)
        call.succeeded.connect(self._on_settled)
        call.failed.connect(self._on_refused)

    @Slot(object)
    def _on_settled(self, _: object) -> None:
        assert self._wanted is not None
        self._settings.set(replace(self._settings.now, library_folder=self._wanted.library_folder))
        self.changed.emit()

    @Slot(object)
    def _on_purged(self, purged: Purged) -> None:
        self._catalogue.change(purged.gone)
        if purged.refused:
            self._window.standing.show_warning(
                self.tr("{0} images cannot be deleted. See whether the library may be written.").format(
                    len(purged.refused)
                )
            )

    @Slot(object)
    def _on_refused(self, error: AppError) -> None:
        self.say_refused(error)
