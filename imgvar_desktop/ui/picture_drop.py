"""What a drop or a paste brings: a local file, a file's bytes, or pixels."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage

_ENCODED = ("image/png", "image/tiff", "image/webp", "image/jpeg", "image/bmp")
"""Preferred over ready-made pixels: the bytes still hold the profile and the alpha."""


@dataclass(frozen=True, slots=True)
class DroppedFile:
    path: Path


@dataclass(frozen=True, slots=True)
class DroppedBytes:
    data: bytes


@dataclass(frozen=True, slots=True)
class DroppedPixels:
    image: QImage


Dropped = DroppedFile | DroppedBytes | DroppedPixels


def offers_picture(mime: QMimeData) -> bool:
    """Whether it is worth taking; asked while something hovers, so nothing is fetched yet."""
    return any(url.isLocalFile() for url in mime.urls()) or mime.hasImage() or any(map(mime.hasFormat, _ENCODED))


def picture_from(mime: QMimeData) -> Dropped | None:
    """The first picture that ``mime`` holds; None when there is none.

    Whether a file is a picture is found out by reading it, not by its name.
    """
    for url in mime.urls():
        if url.isLocalFile():
            return DroppedFile(Path(url.toLocalFile()))
    for kind in _ENCODED:
        if mime.hasFormat(kind) and (data := bytes(mime.data(kind).data())):
            return DroppedBytes(data)
    image = mime.imageData()
    if isinstance(image, QImage) and not image.isNull():
        return DroppedPixels(image)
    return None
