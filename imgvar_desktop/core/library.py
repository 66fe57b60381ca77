"""What the library holds: runs, their variations, and plain facts about both."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from imgvar_desktop.core.request import VariationRequest


class Flag(StrEnum):
    NONE = ""
    PICK = "pick"
    REJECT = "reject"


class Label(StrEnum):
    """A colour label, as the keys 6 to 9 have given them since Lightroom."""

    NONE = ""
    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"
    BLUE = "blue"


MAX_STARS: Final = 5


@dataclass(frozen=True, slots=True)
class Marks:
    """What a person thinks of a variation: a fact of the library, which never moves or copies a file.

    Raises ValueError for stars that are none.
    """

    flag: Flag = Flag.NONE
    stars: int = 0
    label: Label = Label.NONE
    note: str = ""

    def __post_init__(self) -> None:
        if self.stars not in range(MAX_STARS + 1):
            raise ValueError(f"a variation has 0 to {MAX_STARS} stars, not {self.stars}")


UNMARKED: Final = Marks()


class RunState(StrEnum):
    RUNNING = "running"
    """Queued or on its way; found at a start of the program it means that the run was interrupted."""
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    """The program ended while it ran."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run as the library keeps it."""

    id: str
    """A UUID in hexadecimal."""
    number: int
    """Counts from 1; what a person calls it by."""
    request: VariationRequest
    service_name: str
    created_at: datetime
    """With a time zone: UTC."""
    state: RunState = RunState.RUNNING
    arrived: int = 0
    """How many variations are in the library."""
    seconds: float | None = None
    """From its start to its close; None while it runs or when it was interrupted."""
    message: str = ""
    """Why fewer than asked for arrived, in a sentence; else empty."""
    request_id: str | None = None
    """The server's own name for the call, where it gave one."""
    cost_usd: float | None = None
    """What it cost, as far as the service said; None: unknown."""

    @property
    def missing(self) -> int:
        return max(self.request.count - self.arrived, 0)


@dataclass(frozen=True, slots=True)
class Entry:
    """A variation in the library."""

    id: str
    """A UUID in hexadecimal."""
    run_id: str
    run_number: int
    index: int
    """0-based place in its run."""
    source_name: str
    file: str
    """Below the library folder, with forward slashes: ``images/2026-11/lake_v03-02.png``."""
    sha256: str
    """Of the file's bytes; names the thumbnail."""
    width: int
    height: int
    media_type: str
    """``image/png``, ``image/jpeg`` or ``image/webp``."""
    created_at: datetime
    seed: int | None = None
    revised_prompt: str | None = None
    marks: Marks = UNMARKED
    delivered_at: datetime | None = None
    """When it was last saved or exported for use outside the library."""
    trashed_at: datetime | None = None
    """When it was deleted; it can be restored until it is purged."""
    purged: bool = False
    """Its file is no longer in the library. What was made from it still knows it."""

    @property
    def kept(self) -> bool:
        """Whether it is in the gallery, and not in the trash or gone."""
        return self.trashed_at is None and not self.purged


def variation_name(source_name: str, run_number: int, index: int) -> str:
    """The readable stem of a variation's file: ``lake_v03-02`` for the second variation of run 3."""
    return f"{source_name}_v{run_number:02}-{index + 1:02}"
