"""Pixmaps kept for painting, the least recently painted dropped first, bounded by bytes."""

from collections import OrderedDict
from collections.abc import Iterator
from typing import Generic, TypeVar

from PySide6.QtGui import QPixmap

K = TypeVar("K")


class PixmapCache(Generic[K]):
    """GUI thread only: pixmaps live and die there."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._held: OrderedDict[K, QPixmap] = OrderedDict()

    def get(self, key: K) -> QPixmap | None:
        pixmap = self._held.get(key)
        if pixmap is not None:
            self._held.move_to_end(key)
        return pixmap

    def put(self, key: K, pixmap: QPixmap) -> None:
        """The newest one stays, even if it is larger than all the room there is."""
        old = self._held.pop(key, None)
        self._bytes += _bytes(pixmap) - (_bytes(old) if old is not None else 0)
        self._held[key] = pixmap
        while self._bytes > self._max_bytes and len(self._held) > 1:
            _, dropped = self._held.popitem(last=False)
            self._bytes -= _bytes(dropped)

    def __contains__(self, key: K) -> bool:
        return key in self._held

    def __iter__(self) -> Iterator[K]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)


def _bytes(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4
