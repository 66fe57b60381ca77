"""Bringing a picture in: dropped, pasted, browsed for, opened from the command line, or one of the samples."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QFileDialog

from imgvar_desktop.bridge import resources
from imgvar_desktop.bridge.async_thread import Call
from imgvar_desktop.bridge.office import PASTED_NAME, LoadedPicture, Office
from imgvar_desktop.bridge.settings_keeper import SettingsKeeper
from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.services import ON_DEVICE
from imgvar_desktop.ui.main_window import MainWindow
from imgvar_desktop.ui.picture_drop import Dropped, DroppedBytes, DroppedFile, DroppedPixels, picture_from

FILE_FILTER = "*.png *.jpg *.jpeg *.webp *.tif *.tiff *.gif *.bmp *.avif *.jp2 *.ico *.tga *.ppm *.psd"


class Sourcing(QObject):
    """GUI thread. One picture is under way at a time; a newer wish replaces an older one."""

    def __init__(self, window: MainWindow, office: Office, settings: SettingsKeeper) -> None:
        super().__init__(window)
        self._window = window
        self._office = office
        self._settings = settings
        self._under_way: Call | None = None
        actions, source = window.actions_, window.source
        window.picture_dropped.connect(self._on_dropped)
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
        self._window.source.show_loading(path.name)
        self._follow(self._office.open_file(path))

    def open_last(self) -> None:
        """The picture that was in the well when the program last ended."""
        settings = self._settings.now
        if settings.source_key:
            self._follow(self._office.open_kept(settings.source_key, settings.source_name or PASTED_NAME))

    @Slot(object)
    def _on_dropped(self, dropped: Dropped) -> None:
        match dropped:
            case DroppedFile(path):
                self.open_file(path)
            case DroppedBytes(data):
                self._window.source.show_loading(PASTED_NAME)
                self._follow(self._office.open_encoded(data, PASTED_NAME))
            case DroppedPixels(image):
                self._window.source.show_loading(PASTED_NAME)
                self._follow(self._office.open_pixels(image))

    @Slot()
    def _on_paste(self) -> None:
        dropped = picture_from(QGuiApplication.clipboard().mimeData())
        if dropped is None:
            self._window.source.message.show_info(self.tr("There is no picture on the clipboard."))
        else:
            self._on_dropped(dropped)

    @Slot()
    def _on_browse(self) -> None:
        dialog = QFileDialog(self._window, self.tr("Open a picture"), self._settings.now.open_folder)
        dialog.setObjectName("openDialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.tr("Pictures ({0})").format(FILE_FILTER), self.tr("All files (*)")])
        dialog.fileSelected.connect(self._on_browsed)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def _on_browsed(self, file: str) -> None:
        path = Path(file)
        self._settings.set(replace(self._settings.now, open_folder=str(path.parent)))
        self.open_file(path)

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

    def _follow(self, call: Call) -> None:
        if self._under_way is not None:
            self._under_way.cancel()
        self._under_way = call
        call.succeeded.connect(self._on_loaded)
        call.failed.connect(self._on_refused)

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
        if self._settings.now.service.on_device:
            self._office.warm_up(ON_DEVICE)  # If it cannot start, the run says so.

    @Slot(object)
    def _on_refused(self, error: AppError) -> None:
        if self.sender() is self._under_way:
            self._under_way = None
            self._window.source.show_refusal(error)
