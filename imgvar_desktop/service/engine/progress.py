"""What a job tells while it runs: how far it is, and that it was cancelled."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import TypeAlias

Pause: TypeAlias = Callable[[], None]
"""Called often during long work; it may raise, which ends the work."""


def no_pause() -> None:
    """For work that nothing may end."""


class Cancelled(Exception):
    """The job stopped because ``cancelled()`` said so."""


@dataclass(frozen=True, slots=True)
class Progress:
    """``fraction`` of the whole job's estimated work, 0..1, never falling; ``stage`` is "analyse", "compose" or
    "detail".
    """

    fraction: float
    stage: str


class Tally:
    """Adds up finished work, reports it, and raises Cancelled at the points where a job may stop. Any thread."""

    def __init__(
        self, total: float, report: Callable[[Progress], None] | None, cancelled: Callable[[], bool] | None
    ) -> None:
        self._total = total
        self._report = report
        self._cancelled = cancelled
        self._done = 0.0
        self._lock = Lock()

    def check(self) -> None:
        """Raises Cancelled when the caller no longer wants the job."""
        if self._cancelled is not None and self._cancelled():
            raise Cancelled

    def add(self, work: float, stage: str) -> None:
        """Counts ``work`` (in the same unit as ``total``) as done and reports. Raises Cancelled."""
        self.check()
        with self._lock:
            self._done = min(self._total, self._done + work)
            if self._report is not None:
                # Inside the lock: two threads' reports must not overtake each other.
                self._report(Progress(self._done / self._total, stage))
