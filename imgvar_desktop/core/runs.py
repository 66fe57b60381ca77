"""A run: what was asked for, and what happened. Every run ends in exactly one closing event."""

from dataclasses import dataclass

from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.library import Entry, RunRecord
from imgvar_desktop.core.ports import ReplyImage


@dataclass(frozen=True, slots=True)
class RunQueued:
    """The run stands in the library and waits its turn."""

    run: RunRecord


@dataclass(frozen=True, slots=True)
class RunStarted:
    run_id: str
    expected_s: float | None
    """How long such a run took lately (median, seconds), None when nothing is known."""


@dataclass(frozen=True, slots=True)
class RunProgress:
    run_id: str
    fraction: float | None
    """Of the whole run, 0 to 1, never falling; None while only ``activity`` is known."""
    activity: str
    """What is being done, in a few words for a person."""


@dataclass(frozen=True, slots=True)
class VariationArrived:
    """The image is on disk and in the library."""

    run_id: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class VariationHeld:
    """The image has come and may have been paid for, but the library could not keep it: its bytes are just here."""

    run: RunRecord
    image: ReplyImage
    error: AppError


@dataclass(frozen=True, slots=True)
class RunFinished:
    """Closing. ``run`` holds how many arrived; fewer than asked for comes with the reasons in ``problems``."""

    run: RunRecord
    problems: tuple[AppError, ...] = ()


@dataclass(frozen=True, slots=True)
class RunStopped:
    """Closing: the person stopped it; what had arrived is kept."""

    run: RunRecord


@dataclass(frozen=True, slots=True)
class RunFailed:
    """Closing: nothing more will come; what had arrived is kept."""

    run: RunRecord
    error: AppError


RunEvent = (
    RunQueued | RunStarted | RunProgress | VariationArrived | VariationHeld | RunFinished | RunStopped | RunFailed
)
ClosingEvent = RunFinished | RunStopped | RunFailed
