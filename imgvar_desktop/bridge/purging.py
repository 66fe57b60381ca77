"""How deleted variations leave the library for good: their files to the system's trash, their rows stay."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QFile

from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.library import Entry

if TYPE_CHECKING:  # At run time the first paint would wait for it.
    from imgvar_desktop.bridge.workshop import Workshop

log = logging.getLogger(__name__)

KEPT_FOR: Final = timedelta(days=30)
SMALL_PX: Final = 256
"""Of the thumbnail that stays, for those that were made from it."""


@dataclass(frozen=True, slots=True)
class Purged:
    """What became of variations that were to leave the library."""

    gone: tuple[Entry, ...] = ()
    """As they are now: purged."""
    refused: tuple[Entry, ...] = ()
    """Still in the trash of the library: their disk has none of its own, or does not let go of them."""


def expired(shop: "Workshop", now: datetime) -> tuple[Entry, ...]:
    """In the trash for longer than anybody would look there. Blocking."""
    return tuple(e for e in in_trash(shop) if e.trashed_at is not None and e.trashed_at <= now - KEPT_FOR)


def in_trash(shop: "Workshop") -> tuple[Entry, ...]:
    """Blocking."""
    return tuple(entry for entry in shop.library.entries() if entry.trashed_at is not None and not entry.purged)


def purged(shop: "Workshop", entries: Iterable[Entry], *, for_good: bool = False) -> Purged:
    """Each file into the system's trash, or, ``for_good``, deleted; then its row is marked. Blocking.

    In this order: a kill between the two leaves a row in the trash whose file is gone, and the next time ends it.
    Raises LibraryUnavailable.
    """
    gone: list[Entry] = []
    refused: list[Entry] = []
    for entry in entries:
        (gone if _away(shop.pixels.path_of(entry), for_good=for_good) else refused).append(entry)
    if gone:
        shop.library.purge([entry.id for entry in gone])
        _shrink_thumbnails(shop, gone)
    return Purged(tuple(replace(entry, purged=True) for entry in gone), tuple(refused))


def purge_expired(shop: "Workshop") -> Purged:
    """Blocking."""
    return purged(shop, expired(shop, datetime.now(UTC)))


def _away(file: Path, *, for_good: bool) -> bool:
    """Whether the file is no longer where it was."""
    if not file.exists():
        return True
    if not for_good:
        return QFile(str(file)).moveToTrash()
    try:
        file.unlink()
    except OSError as error:
        log.info("%s cannot be deleted: %s", file, error)
        return False
    return True


def _shrink_thumbnails(shop: "Workshop", gone: Sequence[Entry]) -> None:
    """An eighth of the bytes; lineage shows them small."""
    kept = {entry.sha256 for entry in shop.library.entries() if not entry.purged}
    for entry in gone:
        thumbnail = shop.pixels.thumbnail_path(entry.sha256)
        if entry.sha256 in kept or not thumbnail.exists():
            continue
        try:
            shop.pictures.thumbnail(thumbnail, thumbnail, SMALL_PX)
        except AppError as error:
            log.info("the thumbnail of %s stays as it is: %s", entry.file, error)
