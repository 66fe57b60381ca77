"""What a job tells while it runs: how far it is, and that it was cancelled."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock, local
from typing import Final, TypeAlias

_STEP: Final = 0.05
_MOST: Final = 0.9
"""Of a portion, before it is over."""

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


@dataclass(slots=True)
class _Portion:
    """Part of the work, done bit by bit in one thread: how much of it there is, and how much has been counted."""

    work: float
    stage: str
    step: float
    counted: float = 0.0


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
        self._here = local()

    def check(self) -> None:
        """Raises Cancelled when the caller no longer wants the job. Within a portion, counts a little of it."""
        if self._cancelled is not None and self._cancelled():
            raise Cancelled
        portion: _Portion | None = getattr(self._here, "portion", None)
        if portion is not None:
            step = portion.step * (_MOST * portion.work - portion.counted)
            portion.counted += step
            self._count(step, portion.stage)

    @contextmanager
    def portion(self, work: float, stage: str, step: float = _STEP) -> Iterator[None]:
        """Counts ``work`` (in the unit of ``total``) as done by the end of the block, and some of it at every check of
        this thread within. Nobody knows how many checks there will be: each counts ``step`` (0 to 1) of what is left.
        Raises Cancelled.
        """
        self.check()
        portion = self._here.portion = _Portion(work, stage, step)
        try:
            yield
            self.check()
            self._count(work - portion.counted, stage)
        finally:
            self._here.portion = None

    def forgo(self, work: float) -> None:
        """Takes ``work`` that turned out not to be needed off the total."""
        with self._lock:
            self._total -= work

    def _count(self, work: float, stage: str) -> None:
        with self._lock:
            self._done = min(self._total, self._done + work)
            if self._report is not None:
                # Inside the lock: two threads' reports must not overtake each other.
                self._report(Progress(self._done / self._total, stage))
