"""What a drop, a paste or an opening brings before anything is read: values that cross to the worker."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtGui import QImage

PASTED_NAME: Final = "pasted"


@dataclass(frozen=True, slots=True)
class DroppedFile:
    """A file, or a folder with pictures: which one, only the disk knows."""

    path: Path
    as_is: bool = False
    """It is the picture that is meant, whatever recipe it holds."""


@dataclass(frozen=True, slots=True)
class DroppedBytes:
    """A picture file's content that came without a file."""

    data: bytes
    name: str = PASTED_NAME


@dataclass(frozen=True, slots=True)
class DroppedPixels:
    image: QImage


@dataclass(frozen=True, slots=True)
class DroppedUrl:
    """An http or https address that a picture should be behind."""

    url: str
    fallback: DroppedBytes | DroppedPixels | None = None
    """The same picture as the other program decoded it, for when the address does not give it."""
    name: str = PASTED_NAME


Dropped = DroppedFile | DroppedBytes | DroppedPixels | DroppedUrl
