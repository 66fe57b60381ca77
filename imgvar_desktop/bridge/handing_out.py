"""What a drag or a copy hands to other programs, prepared in the worker."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage, QImageReader

from imgvar_desktop.bridge.exporting import Wish, items_of
from imgvar_desktop.core.library import Entry

if TYPE_CHECKING:  # At run time the first paint would wait for it.
    from imgvar_desktop.bridge.workshop import Workshop


@dataclass(frozen=True, slots=True)
class HandOut:
    entries: tuple[Entry, ...]
    paths: tuple[Path, ...]
    """A clean copy of each under a readable name; not the library's own file."""
    image: QImage
    """The first one's pixels."""


def handed_out(shop: "Workshop", wishes: Sequence[Wish], template: str) -> HandOut:
    """Blocking. Raises ExportRefused."""
    paths = shop.handouts.copies(items_of(shop, wishes), template)
    reader = QImageReader(str(paths[0]))
    reader.setAutoTransform(True)
    return HandOut(tuple(wish.entry for wish in wishes), paths, reader.read())
