"""Thumbnails for painting: decoded and scaled in threads, what was asked for last comes first."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QImageReader, QPixmap

from imgvar_desktop.bridge.image_cache import PixmapCache

THREADS = 2
CACHE_BYTES = 128 * 2**20
ASKED_AT_MOST = 400
"""Older wishes than these are for tiles scrolled past long ago."""


@dataclass(frozen=True, slots=True)
class ThumbnailKey:
    """Named by content and size, never by row: the list may change while the picture is on its way."""

    sha256: str
    side_px: int
    """Longest side in physical pixels."""


@dataclass(frozen=True, slots=True)
class _Loaded:
    key: ThumbnailKey
    image: QImage


class ThumbnailLoader(QObject):
    """Lives in the GUI thread. Decodes with QImageReader, which releases the GIL, where loadFromData would hold it."""

    loaded = Signal(object)
    """The sha256 of a thumbnail that ``pixmap`` now has, in the GUI thread."""
    _decoded = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cache: PixmapCache[ThumbnailKey] = PixmapCache(CACHE_BYTES)
        self._asked: dict[ThumbnailKey, tuple[Path, Path]] = {}
        self._under_way: set[ThumbnailKey] = set()
        self._lock = threading.Lock()
        self._work: set[Future[None]] = set()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="thumbnails")
        self._decoded.connect(self._on_decoded, Qt.ConnectionType.QueuedConnection)

    @property
    def idle(self) -> bool:
        """Whether every thumbnail that was asked for is there, or cannot be read."""
        with self._lock:
            return not self._asked and not self._under_way

    def pixmap(self, key: ThumbnailKey, thumbnail: Path, image: Path) -> QPixmap | None:
        """The thumbnail if it is there; else it is asked for and announced by ``loaded``.

        ``image`` is read instead where ``thumbnail`` is missing.
        """
        found = self._cache.get(key)
        if found is not None:
            return found
        with self._lock:
            if key not in self._under_way:
                # Taken out and put back: a dictionary keeps the order of insertion, and the last one is loaded first.
                known = self._asked.pop(key, None) is not None
                self._asked[key] = (thumbnail, image)
                if len(self._asked) > ASKED_AT_MOST:
                    del self._asked[next(iter(self._asked))]
                elif not known:
                    work = self._threads.submit(self._load_newest)
                    self._work.add(work)
                    work.add_done_callback(self._work.discard)
        return None

    def any_size(self, sha256: str) -> QPixmap | None:
        """What there is of that image already, at whatever size: better than nothing while it is read."""
        return next((self._cache.get(key) for key in tuple(self._cache) if key.sha256 == sha256), None)

    def stop(self, bound_ms: int) -> bool:
        """Drops what waits, and waits ``bound_ms`` at most for the pictures that are being decoded, two at the most.

        Call before the thread that owns this ends. False: their disk does not answer.
        """
        with self._lock:
            self._asked.clear()
        self._threads.shutdown(wait=False, cancel_futures=True)
        return not wait(tuple(self._work), bound_ms / 1000).not_done

    def _load_newest(self) -> None:
        with self._lock:
            if not self._asked:
                return
            key, (thumbnail, image) = self._asked.popitem()
            self._under_way.add(key)
        read = _read(thumbnail, key.side_px)
        self._decoded.emit(_Loaded(key, _read(image, key.side_px) if read.isNull() else read))

    @Slot(object)
    def _on_decoded(self, loaded: _Loaded) -> None:
        with self._lock:
            self._under_way.discard(loaded.key)
        if loaded.image.isNull():
            return  # The file is gone: the tile stays empty, and the next look asks again.
        self._cache.put(loaded.key, QPixmap.fromImage(loaded.image))
        self.loaded.emit(loaded.key.sha256)


def _read(file: Path, side_px: int) -> QImage:
    """Scaled down to fit a square of ``side_px``, never up; null when it cannot be read. Any thread."""
    reader = QImageReader(str(file))
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > side_px:
        reader.setScaledSize(size.scaled(QSize(side_px, side_px), Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()
