"""How variations leave the program: what is on its way out, and what became of each file."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol

from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.library import Entry, RunRecord

SHOWN_NAMES: Final = 3
"""How many names a preview shows."""


class Taken(StrEnum):
    """What is done with a name that is taken, once it is settled. Replacing is never settled without being asked."""

    NUMBER = "number"
    SKIP = "skip"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class Item:
    """A variation on its way out."""

    entry: Entry
    run: RunRecord
    file: Path
    """Where the library keeps it."""
    parent: Entry | None = None
    """The variation that it was made from."""


@dataclass(frozen=True, slots=True)
class ExportPlan:
    """What an export would do, as the disk is now."""

    names: tuple[str, ...]
    """The first few, with their suffixes, unnumbered."""
    clashes: int
    """How many names are taken, by files that are there or by one another."""
    writable: bool
    """Whether the folder is there and may be written to."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """It is where it was wanted, whole, and was read again to see that it is."""

    entry: Entry
    path: Path
    stripped: tuple[str, ...] = ()
    """What the service had written into the file besides pixels, and is no longer in it: "EXIF", "XMP"…"""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file of that name is there, and stays."""

    entry: Entry
    path: Path


@dataclass(frozen=True, slots=True)
class Refused:
    entry: Entry
    name: str
    """The file's name in the library."""
    error: AppError


Outcome = Delivered | Skipped | Refused


class Watcher(Protocol):
    """Follows an export while it goes on. Called in the thread that exports."""

    def tell(self, outcome: Outcome) -> None:
        """One more is done with."""

    def stopped(self) -> bool:
        """Whether what is not yet begun is no longer wanted."""


@dataclass(frozen=True, slots=True)
class ExportReport:
    """Of one export."""

    outcomes: tuple[Outcome, ...]
    """In the order of what was wanted; fewer when it was stopped."""
    target: Path | None = None
    """The one file that holds all: a ZIP archive or a contact sheet."""
    stopped: bool = False
    delivered_at: datetime | None = None
    """When; None when nothing was, or when the library could not take it down."""

    @property
    def delivered(self) -> tuple[Delivered, ...]:
        return tuple(one for one in self.outcomes if isinstance(one, Delivered))

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        return tuple(one for one in self.outcomes if isinstance(one, Skipped))

    @property
    def refused(self) -> tuple[Refused, ...]:
        return tuple(one for one in self.outcomes if isinstance(one, Refused))


@dataclass(frozen=True, slots=True)
class SheetRecord:
    """A contact sheet that was made: what its numbers stand for."""

    title: str
    file: str
    """Its name when it was made."""
    made_at: datetime
    """With a time zone: UTC."""
    entry_ids: tuple[str, ...]
    """The first is number 1."""


def numbers_in(text: str, most: int) -> tuple[int, ...]:
    """The numbers that a client's answer names, each once, in its order: ``3, 7-9 and 12``.

    Raises ValueError with a sentence when there is none, or one that is not from 1 to ``most``.
    """
    found: dict[int, None] = {}
    for match in re.finditer(r"(\d+)(?:\s*(?:-|–|—|\.\.+|…)\s*(\d+))?", text):
        first, last = int(match[1]), int(match[2] or match[1])
        for number in (first, last):
            if not 1 <= number <= most:
                raise ValueError(f"There is no number {number} on that sheet: it goes from 1 to {most}.")
        found |= dict.fromkeys(range(min(first, last), max(first, last) + 1))
    if not found:
        raise ValueError("There is no number in that text.")
    return tuple(found)
