"""What looking after a library as a whole finds and does: values, and the rules that need no disk."""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Final

from imgvar_desktop.core.framing import Framing
from imgvar_desktop.core.geometry import Square
from imgvar_desktop.core.library import RunRecord
from imgvar_desktop.core.request import Source, VariationRequest

RECOVERED_ID: Final = "recovered"
"""The service of runs that hold images which were found without a row."""
RECOVERED_NAME: Final = "Recovered"

_NAME: Final = re.compile(r"_v(?P<run>\d{2,9})-(?P<place>\d{2,4})(?: \(\d+\))?$")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long piece of work is. ``done`` never falls."""

    done: int
    total: int
    """Both in a unit of the work's own: files, or bytes."""
    activity: str = ""
    """A few words for a person."""


@dataclass(frozen=True, slots=True)
class LibraryReport:
    """What a check found and did. Files stand below the library folder, with forward slashes; nothing was deleted."""

    images: int = 0
    """Rows whose file was looked at."""
    moved: tuple[str, ...] = ()
    """Were elsewhere in the library folder, found by their content: the library knows them there."""
    restored: tuple[str, ...] = ()
    """Were gone or damaged, and have been copied from where the same picture was kept as a source."""
    adopted: tuple[str, ...] = ()
    """Pictures that no row knew: they are in the gallery again."""
    missing: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    """Another program wrote over them; they are pictures all the same, and were left."""
    damaged: tuple[str, ...] = ()
    """No longer pictures, and left as they are."""
    strangers: tuple[str, ...] = ()
    """Files beside the images that are no pictures of the kinds that services send; left as they are."""
    missing_sources: tuple[str, ...] = ()
    """Names of pictures that runs were made from, and that are gone."""
    thumbnails: int = 0
    """How many were made again."""
    database: str = ""
    """What is wrong with the library's own file; empty: it is whole."""
    stopped: bool = False
    """A person stopped the check; what it had done until then is done."""

    @property
    def repaired(self) -> int:
        return len(self.moved) + len(self.restored) + len(self.adopted) + self.thumbnails

    @property
    def left(self) -> int:
        """What a person has to look after."""
        found = (self.missing, self.changed, self.damaged, self.strangers, self.missing_sources)
        return sum(map(len, found)) + bool(self.database)

    @property
    def whole(self) -> bool:
        return not self.repaired and not self.left and not self.stopped


@dataclass(frozen=True, slots=True)
class MonthSize:
    """Bytes on the disk."""

    month: str
    """``2026-11``; empty for what stands in no month's folder."""
    images: int
    image_bytes: int


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy of the database."""

    name: str
    """Its file's name."""
    day: str
    """``2026-11-23``, or what it was made before."""
    size: int
    """In bytes."""


@dataclass(frozen=True, slots=True)
class Storage:
    """What takes how many bytes in the library folder."""

    folder: str
    months: tuple[MonthSize, ...] = ()
    """Newest first."""
    thumbnail_bytes: int = 0
    source_bytes: int = 0
    database_bytes: int = 0
    backup_bytes: int = 0
    free_bytes: int | None = None
    """On that disk; None where it does not say."""
    backups: tuple[Backup, ...] = field(default=())
    """Newest first."""

    @property
    def image_bytes(self) -> int:
        return sum(month.image_bytes for month in self.months)

    @property
    def total_bytes(self) -> int:
        others = self.thumbnail_bytes + self.source_bytes + self.database_bytes + self.backup_bytes
        return self.image_bytes + others


def place_in_run(stem: str, runs: Mapping[int, RunRecord], taken: Container[tuple[int, int]]) -> tuple[int, int] | None:
    """The run's number and the 0-based place that a file's name speaks of, when nothing else is there; else None.

    A kill between an image and its row leaves just such a file.
    """
    match = _NAME.search(stem)
    if match is None:
        return None
    number, place = int(match["run"]), int(match["place"]) - 1
    run = runs.get(number)
    if run is None or not 0 <= place < run.request.count or (number, place) in taken:
        return None
    return number, place


def recovered_request(count: int, size_px: int) -> VariationRequest:
    """A run that nobody pressed Generate for: ``count`` images of which nobody knows where they come from."""
    return VariationRequest(
        source=Source("", "found", 1, 1),
        framing=Framing(Square(0, 0, 1)),
        count=count,
        size_px=size_px,
        service_id=RECOVERED_ID,
    )
