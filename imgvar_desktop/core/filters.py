"""Which variations the gallery shows, and in which order: pure rules, the same for a tile as for fifty thousand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from imgvar_desktop.core.library import Entry, Flag, Label, RunRecord


class Order(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"
    RATING = "rating"
    """Picked before unmarked before rejected, then by stars; equals newest first."""
    NAME = "name"


class Grouping(StrEnum):
    RUN = "run"
    SOURCE = "source"
    DAY = "day"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Filter:
    """What a variation must be to be shown: every field that is set must hold. Empty tuples and None: anything."""

    flags: tuple[Flag, ...] = ()
    """One of these."""
    stars: int = 0
    """At least so many."""
    labels: tuple[Label, ...] = ()
    source_keys: tuple[str, ...] = ()
    run_numbers: tuple[int, ...] = ()
    service_ids: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    sizes_px: tuple[int, ...] = ()
    framing_names: tuple[str, ...] = ()
    first_day: date | None = None
    last_day: date | None = None
    """Both included; days as the person's clock has them."""
    childless: bool = False
    """Nothing was made from it yet."""
    undelivered: bool = False
    """Not saved or exported yet."""
    found: frozenset[str] | None = None
    """Entry ids that a text search found; the text itself is ``text``."""
    text: str = ""

    @property
    def open(self) -> bool:
        """Whether everything passes."""
        return self == OPEN

    def passes(self, entry: Entry, run: RunRecord, has_children: Callable[[Entry], bool]) -> bool:
        """What is in the trash is another matter: it is never asked about."""
        marks, request = entry.marks, run.request
        day = entry.created_at.astimezone().date() if self.first_day or self.last_day else None
        return (
            (not self.flags or marks.flag in self.flags)
            and marks.stars >= self.stars
            and (not self.labels or marks.label in self.labels)
            and (not self.source_keys or request.source.key in self.source_keys)
            and (not self.run_numbers or run.number in self.run_numbers)
            and (not self.service_ids or request.service_id in self.service_ids)
            and (not self.models or request.model in self.models)
            and (not self.sizes_px or max(entry.width, entry.height) in self.sizes_px)
            and (not self.framing_names or request.framing_name in self.framing_names)
            and (self.first_day is None or day is None or day >= self.first_day)
            and (self.last_day is None or day is None or day <= self.last_day)
            and (not self.undelivered or entry.delivered_at is None)
            and (self.found is None or entry.id in self.found)
            and (not self.childless or not has_children(entry))
        )


OPEN: Final = Filter()
"""Everything passes."""

_FLAG_RANK = {Flag.PICK: 0, Flag.NONE: 1, Flag.REJECT: 2}


def sort_key(order: Order) -> Callable[[Entry], tuple[object, ...]]:
    """For ``sorted``: within a run always by place, so that equal ones never change places."""
    match order:
        case Order.NEWEST:
            return lambda e: (-e.run_number, e.index)
        case Order.OLDEST:
            return lambda e: (e.run_number, e.index)
        case Order.RATING:
            return lambda e: (_FLAG_RANK[e.marks.flag], -e.marks.stars, -e.run_number, e.index)
        case Order.NAME:
            return lambda e: (e.source_name.casefold(), e.run_number, e.index)
