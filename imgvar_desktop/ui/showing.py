"""One image in one viewer: what there is of it at once, its own pixels when they have been read."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QImage

from imgvar_desktop.bridge.async_thread import Call
from imgvar_desktop.bridge.office import Office
from imgvar_desktop.bridge.thumbnail_loader import ThumbnailLoader
from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.library import Entry
from imgvar_desktop.ui.tile_delegate import EntryPaths
from imgvar_desktop.ui.viewer import Viewer


class Showing(QObject):
    """GUI thread. What comes too late, for an image that is not looked at any more, is dropped."""

    def __init__(self, viewer: Viewer, office: Office, thumbnails: ThumbnailLoader, paths: EntryPaths) -> None:
        super().__init__(viewer)
        self._viewer = viewer
        self._office = office
        self._thumbnails = thumbnails
        self._paths = paths
        self._reading: Call | None = None

    def show(self, entry: Entry, place: str) -> None:
        """``place``: where it stands among the others, in words."""
        name = entry.file.rpartition("/")[2]
        caption = f"{name} · {entry.width} × {entry.height} · {place}"
        self._viewer.show_entry(entry, self._thumbnails.any_size(entry.sha256), caption)
        if self._reading is not None:
            self._reading.cancel()
        self._reading = self._office.load_image(self._paths(entry)[1])
        self._reading.succeeded.connect(self._on_read)
        self._reading.failed.connect(self._on_refused)

    @Slot(object)
    def _on_read(self, image: QImage) -> None:
        if self.sender() is self._reading:
            self._reading = None
            self._viewer.show_image(image)

    @Slot(object)
    def _on_refused(self, error: AppError) -> None:
        if self.sender() is self._reading:
            self._reading = None
            self._viewer.show_refusal(str(error))
