"""Bringing a picture in: dropped, pasted, browsed for, opened from the command line, or one of the samples."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QFileDialog

from imgvar_desktop.bridge import resources
from imgvar_desktop.bridge.async_thread import Call
from imgvar_desktop.bridge.bringing import LoadedPicture, SourceMissing
from imgvar_desktop.bridge.dropped import PASTED_NAME, Dropped, DroppedBytes, DroppedFile, DroppedPixels, DroppedUrl
from imgvar_desktop.bridge.office import Office
from imgvar_desktop.bridge.settings_keeper import SettingsKeeper
from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.picture_formats import SUFFIXES
from imgvar_desktop.core.request import Source
from imgvar_desktop.core.services import ON_DEVICE
from imgvar_desktop.ui.main_window import MainWindow
from imgvar_desktop.ui.picture_drop import pictures_from


class Sourcing(QObject):
    """GUI thread. One picture is under way at a time; a newer wish replaces an older one."""

    several_brought = Signal(object)
    """One gesture brought several pictures: a tuple of Dropped, folders opened. The first one goes to the well."""

    one_brought = Signal()
    """One gesture brought a single picture."""

    recipe_brought = Signal(object, object)
    """A file held a Recipe, whose source and framing are there now; and the file's Path, or None when it is none."""

    source_missing = Signal(object)
    """A SourceMissing: a recipe came whose source is not there. What was there stays."""

    def __init__(self, window: MainWindow, office: Office, settings: SettingsKeeper) -> None:
        super().__init__(window)
        self._window = window
        self._office = office
        self._settings = settings
        self._under_way: Call | None = None
        actions, source = window.actions_, window.source
        window.pictures_dropped.connect(self.open_many)
        actions.open.triggered.connect(self._on_browse)
        actions.paste.triggered.connect(self._on_paste)
        source.browse_asked.connect(self._on_browse)
        source.sample_chosen.connect(self.open_file)
        source.loading_cancelled.connect(self._on_cancelled)
        for sample in resources.samples():
            action = QAction(sample.stem.replace("-", " ").capitalize(), actions.samples)
            action.setData(str(sample))
            action.triggered.connect(self._on_sample)
            actions.samples.addAction(action)

    @Slot(object)
    def open_file(self, path: Path) -> None:
        self.open_many((DroppedFile(path),))

    @Slot(object)
    def open_many(self, dropped: tuple[Dropped, ...]) -> None:
        """Files may be folders; whether they are is found out in the worker."""
        self._show_loading(dropped[0])
        if any(isinstance(one, DroppedFile) for one in dropped):
            self._follow(self._office.expand(dropped), self._on_expanded)
        else:
            self._open_first(dropped)

    def open_last(self) -> None:
        """The picture that was in the well when the program last ended."""
        settings = self._settings.now
        if settings.source_key:
            name = settings.source_name or PASTED_NAME
            self._follow(self._office.open_kept(settings.source_key, name), self._on_loaded)

    def open_kept(self, source: Source) -> None:
        """A picture that the library keeps."""
        self._window.source.show_loading(self.tr("Opening {0}…").format(source.name))
        self._follow(self._office.open_kept(source.key, source.name), self._on_loaded)

    @Slot()
    def _on_paste(self) -> None:
        dropped = pictures_from(QGuiApplication.clipboard().mimeData())
        if dropped:
            self.open_many(dropped)
        else:
            self._window.source.message.show_info(self.tr("There is no picture on the clipboard."))

    @Slot()
    def _on_browse(self) -> None:
        dialog = QFileDialog(self._window, self.tr("Open a picture"), self._settings.now.open_folder)
        dialog.setObjectName("openDialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        pictures, recipes = self.tr("Pictures ({0})").format(_file_filter()), self.tr("Recipes (*.json)")
        dialog.setNameFilters([pictures, recipes, self.tr("All files (*)")])
        dialog.filesSelected.connect(self._on_browsed)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(list)
    def _on_browsed(self, files: list[str]) -> None:
        paths = [Path(file) for file in files]
        self._settings.set(replace(self._settings.now, open_folder=str(paths[0].parent)))
        self.open_many(tuple(map(DroppedFile, paths)))

    @Slot()
    def _on_sample(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        self.open_file(Path(action.data()))

    @Slot()
    def _on_cancelled(self) -> None:
        if self._under_way is not None:
            self._under_way.cancel()
            self._under_way = None
        self._window.source.end_loading()

    def _show_loading(self, dropped: Dropped) -> None:
        match dropped:
            case DroppedFile(path):
                text = self.tr("Opening {0}…").format(path.name)
            case DroppedUrl(url):
                text = self.tr("Fetching from {0}…").format(QUrl(url).host())
            case DroppedBytes(name=name):
                text = self.tr("Opening {0}…").format(name)
            case DroppedPixels():
                text = self.tr("Opening {0}…").format(PASTED_NAME)
        self._window.source.show_loading(text)

    def _follow(self, call: Call, then: Callable[[Any], None]) -> None:
        if self._under_way is not None:
            self._under_way.cancel()
        self._under_way = call
        call.succeeded.connect(then)
        call.failed.connect(self._on_refused)

    @Slot(object)
    def _on_expanded(self, dropped: tuple[Dropped, ...]) -> None:
        if self.sender() is self._under_way:  # else something newer was asked for meanwhile
            self._open_first(dropped)

    def _open_first(self, dropped: tuple[Dropped, ...]) -> None:
        if len(dropped) > 1:
            # Several recipes could not all be the one that is set: of several, the pictures are meant.
            dropped = tuple(replace(one, as_is=True) if isinstance(one, DroppedFile) else one for one in dropped)
            self.several_brought.emit(dropped)
        else:
            self.one_brought.emit()
        self._follow(self._office.open(dropped[0]), self._on_loaded)

    @Slot(object)
    def _on_loaded(self, picture: LoadedPicture | None) -> None:
        if self.sender() is not self._under_way:
            return  # A newer picture was asked for meanwhile.
        self._under_way = None
        if picture is None:
            self._window.source.end_loading()
            return
        self._window.source.show_picture(picture)
        self._window.source.crop_view.setFocus()
        self._settings.set(replace(self._settings.now, source_key=picture.source.key, source_name=picture.source.name))
        if picture.recipe is not None:
            self.recipe_brought.emit(picture.recipe, picture.picture)
        if self._settings.now.service.on_device:
            self._office.warm_up(ON_DEVICE)  # If it cannot start, the run says so.

    @Slot(object)
    def _on_refused(self, error: AppError) -> None:
        if self.sender() is self._under_way:
            self._under_way = None
            if isinstance(error, SourceMissing):
                self.source_missing.emit(error)
            else:
                self._window.source.show_refusal(error)


def _file_filter() -> str:
    """Both cases: on most systems the dialog tells them apart."""
    return " ".join(f"*{suffix} *{suffix.upper()}" for suffix in SUFFIXES)
