"""Thumbnails for painting: decoded and scaled in threads, what is looked at now comes first."""

import os
import threading
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QImageReader, QPixmap

from imgvar_desktop.bridge.image_cache import PixmapCache

THREADS: Final = min(max(os.cpu_count() or 2, 2), 4)
CACHE_BYTES: Final = 128 * 2**20
ASKED_AT_MOST: Final = 400
"""Older wishes than these are for what is out of sight long ago."""
KEPT_PX: Final = 512
"""The longest side of the thumbnails that the library keeps; what is to be larger is read from the image."""


@dataclass(frozen=True, slots=True)
class ThumbnailKey:
    """Named by content and size, never by row: the list may change while the picture is on its way."""

    sha256: str
    side_px: int
    """Longest side in physical pixels."""


@dataclass(frozen=True, slots=True)
class Wish:
    key: ThumbnailKey
    thumbnail: Path
    image: Path
    """Read instead where the thumbnail is missing, or too small."""


@dataclass(frozen=True, slots=True)
class _Loaded:
    key: ThumbnailKey
    image: QImage


class ThumbnailLoader(QObject):
    """Lives in the GUI thread. Decodes with QImageReader, which releases the GIL, where loadFromData would hold it.

    Kept thumbnails are JPEG, which is read at a half or a quarter for a fraction of the work (0.9 ms from 512 to 180
    pixels, 0.5 ms from a file of 256): one file for each image serves all sizes up to its own.
    """

    loaded = Signal(object)
    """The sha256 of a thumbnail that ``pixmap`` now has, in the GUI thread."""
    _decoded = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cache: PixmapCache[ThumbnailKey] = PixmapCache(CACHE_BYTES)
        self._sides: set[int] = set()
        self._asked: dict[ThumbnailKey, Wish] = {}
        self._looked_at: dict[ThumbnailKey, Wish] = {}
        self._under_way: set[ThumbnailKey] = set()
        self._readers = 0
        self._lock = threading.Lock()
        self._work: set[Future[None]] = set()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="thumbnails")
        self._decoded.connect(self._on_decoded, Qt.ConnectionType.QueuedConnection)

    @property
    def idle(self) -> bool:
        """Whether every thumbnail that was asked for is there, or cannot be read."""
        with self._lock:
            return not self._asked and not self._looked_at and not self._under_way

    def get(self, key: ThumbnailKey) -> QPixmap | None:
        """The thumbnail if it is there; asks for nothing."""
        return self._cache.get(key)

    def pixmap(self, key: ThumbnailKey, thumbnail: Path, image: Path) -> QPixmap | None:
        """The thumbnail if it is there; else it is asked for, before all others, and announced by ``loaded``."""
        found = self._cache.get(key)
        if found is not None:
            return found
        with self._lock:
            if key not in self._under_way:
                # Taken out and put back: a dictionary keeps the order of insertion, and the last one is loaded first.
                self._asked.pop(key, None)
                self._asked[key] = Wish(key, thumbnail, image)
                if len(self._asked) > ASKED_AT_MOST:
                    del self._asked[next(iter(self._asked))]
                self._wake()
        return None

    def look_at(self, wishes: Iterable[Wish]) -> None:
        """What is in sight and near it, nearest first; what was looked at before and is not read yet is forgotten."""
        wanted = {wish.key: wish for wish in wishes if wish.key not in self._cache}
        with self._lock:
            self._looked_at = {key: wish for key, wish in wanted.items() if key not in self._under_way}
            self._wake()

    def any_size(self, sha256: str) -> QPixmap | None:
        """What there is of that image already, at whatever size: better than nothing while it is read."""
        sizes = (self._cache.get(ThumbnailKey(sha256, side)) for side in sorted(self._sides, reverse=True))
        return next((pixmap for pixmap in sizes if pixmap is not None), None)

    def stop(self, bound_ms: int) -> bool:
        """Drops what waits, and waits ``bound_ms`` at most for the pictures that are being decoded.

        Call before the thread that owns this ends. False: their disk does not answer.
        """
        with self._lock:
            self._asked.clear()
            self._looked_at.clear()
        self._threads.shutdown(wait=False, cancel_futures=True)
        return not wait(tuple(self._work), bound_ms / 1000).not_done

    def _wake(self) -> None:
        """As many readers as there are things to read. With the lock held."""
        while self._readers < min(THREADS, len(self._asked) + len(self._looked_at)):
            self._readers += 1
            work = self._threads.submit(self._read_on)
            self._work.add(work)
            work.add_done_callback(self._work.discard)

    def _read_on(self) -> None:
        """Until nothing is wished for."""
        while (wish := self._next()) is not None:
            files = (wish.thumbnail, wish.image) if wish.key.side_px <= KEPT_PX else (wish.image, wish.thumbnail)
            image = _read(files[0], wish.key.side_px)
            self._decoded.emit(_Loaded(wish.key, _read(files[1], wish.key.side_px) if image.isNull() else image))

    def _next(self) -> Wish | None:
        with self._lock:
            if self._asked:
                key, wish = self._asked.popitem()
            elif self._looked_at:
                key = next(iter(self._looked_at))
                wish = self._looked_at.pop(key)
            else:
                self._readers -= 1
                return None
            self._under_way.add(key)
            return wish

    @Slot(object)
    def _on_decoded(self, loaded: _Loaded) -> None:
        with self._lock:
            self._under_way.discard(loaded.key)
        if loaded.image.isNull():
            return  # The file is gone: the tile stays empty, and the next look asks again.
        self._sides.add(loaded.key.side_px)
        self._cache.put(loaded.key, QPixmap.fromImage(loaded.image))
        self.loaded.emit(loaded.key.sha256)


def _read(file: Path, side_px: int) -> QImage:
    """Scaled down to fit a square of ``side_px``, never up; null when it cannot be read. Any thread."""
    reader = QImageReader(str(file))
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > side_px:
        reader.setScaledSize(size.scaled(QSize(side_px, side_px), Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()
