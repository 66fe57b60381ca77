"""Small pictures of sources, for the headers of what was made from them: made in the worker when first looked at."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QPixmap

from imgvar_desktop.bridge.async_thread import Call
from imgvar_desktop.bridge.office import Office
from imgvar_desktop.bridge.thumbnail_loader import ThumbnailKey, ThumbnailLoader

SIDE_PX: Final = 64
"""Twice what a header shows, for dense screens."""


class SourceThumbnails(QObject):
    """GUI thread. Asks the worker once for each source; where it cannot be read the header stays without."""

    made = Signal(object)
    """The key of a source, a str, whose picture can be had now."""

    def __init__(self, office: Office, thumbnails: ThumbnailLoader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._office = office
        self._thumbnails = thumbnails
        self._calls: dict[Call, str] = {}
        self._files: dict[str, Path | None] = {}

    def pixmap(self, key: str) -> QPixmap | None:
        """None until it is there; ``made`` or the loader's ``loaded`` tells when to ask again."""
        if key not in self._files:
            self._files[key] = None
            call = self._office.source_thumbnail(key)
            self._calls[call] = key
            call.succeeded.connect(self._on_made)
            call.failed.connect(self._on_refused)
        file = self._files[key]
        return None if file is None else self._thumbnails.pixmap(ThumbnailKey(key, SIDE_PX), file, file)

    @Slot(object)
    def _on_made(self, file: Path) -> None:
        key = self._calls.pop(self._sender())
        self._files[key] = file
        self.made.emit(key)

    @Slot(object)
    def _on_refused(self, _: object) -> None:
        del self._calls[self._sender()]

    def _sender(self) -> Call:
        call = self.sender()
        assert isinstance(call, Call)
        return call
