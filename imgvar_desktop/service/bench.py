"""The workbench: carries out one order at a time in a thread, and tells how far it is."""

import asyncio
import logging
import os
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from imgvar_desktop.service.refusals import SERVER_ERROR, Refused

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from imgvar_desktop.service.engine import Progress, Variation

log = logging.getLogger(__name__)

MAX_WAITING: Final = 64
"""Orders that may wait their turn: each holds a decoded picture of up to 4 MB."""
STEP: Final = 0.005
"""Progress smaller than this is not worth an event."""
ACTIVITIES: Final = {"analyse": "Studying the picture", "compose": "Composing", "detail": "Adding detail"}


@dataclass(frozen=True, slots=True)
class Order:
    pixels: "NDArray[np.uint8]"
    """(side, side, 3 or 4), sRGB."""
    count: int
    side_px: int
    seed: int
    strength: float


@dataclass(frozen=True, slots=True)
class Progressed:
    fraction: float
    """Of the whole order, 0 to 1."""
    activity: str
    """A few words for a person."""


@dataclass(frozen=True, slots=True)
class Made:
    index: int
    png: bytes


Part = Progressed | Made


class Make(Protocol):
    """The engine's one function; raises the engine's Cancelled soon after ``cancelled()`` became true."""

    def __call__(
        self,
        pixels: "NDArray[np.uint8]",
        *,
        count: int,
        side_px: int,
        seed: int,
        strength: float,
        report: Callable[["Progress"], None] | None,
        cancelled: Callable[[], bool] | None,
        threads: int,
    ) -> "Iterator[Variation]": ...


class Bench:
    """Lives in the server's loop. ``make``: the engine; None: the real one, imported when it is first needed."""

    def __init__(self, make: Make | None = None, max_waiting: int = MAX_WAITING) -> None:
        self._make = make
        self._max_waiting = max_waiting
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._closed = False
        self._arrivals: asyncio.Queue[Part | Refused | None] | None = None

    async def carry_out(self, order: Order) -> AsyncGenerator[Part, None]:
        """Each variation as soon as it is finished. Closing this generator ends the work on it, or its wait.

        Raises Refused when too many wait, when the engine fails, and when the service ends.
        """
        if self._turn.locked():
            if self._waiting >= self._max_waiting:
                raise Refused(
                    "Too many requests wait already.", status=429, kind="requests", code="rate_limit_exceeded"
                )
            yield Progressed(0.0, "Waiting for another request")
        self._waiting += 1
        try:
            await self._turn.acquire()
        finally:
            self._waiting -= 1
        try:
            async with aclosing(self._under_way(order)) as parts:
                async for part in parts:
                    yield part
        finally:
            self._turn.release()

    def close(self) -> None:
        """Ends the order under way, and those that wait as their turn comes."""
        self._closed = True
        if self._arrivals is not None:
            self._arrivals.put_nowait(_ending())

    async def _under_way(self, order: Order) -> AsyncGenerator[Part, None]:
        if self._closed:
            raise _ending()
        arrivals = self._arrivals = asyncio.Queue[Part | Refused | None]()
        loop = asyncio.get_running_loop()
        gone = threading.Event()

        def put(part: Part) -> None:
            loop.call_soon_threadsafe(arrivals.put_nowait, part)

        work = asyncio.ensure_future(asyncio.to_thread(self._work, order, gone.is_set, put))
        work.add_done_callback(lambda _: arrivals.put_nowait(None))
        try:
            while (part := await arrivals.get()) is not None:
                if isinstance(part, Refused):
                    raise part
                yield part
            _raise_failure(work)
        finally:
            self._arrivals = None
            gone.set()
            # The next order's turn comes when this thread has really let go.
            await asyncio.wait([work])

    def _work(self, order: Order, cancelled: Callable[[], bool], put: Callable[[Part], None]) -> None:
        """In a thread of its own."""
        from imgvar_desktop.service.engine import Cancelled, vary
        from imgvar_desktop.service.pixels import encode_png

        make = self._make or vary
        try:
            for variation in make(
                order.pixels,
                count=order.count,
                side_px=order.side_px,
                seed=order.seed,
                strength=order.strength,
                report=_Reporter(put),
                cancelled=cancelled,
                threads=max(1, min(os.cpu_count() or 1, 8)),
            ):
                put(Made(variation.index, encode_png(variation.pixels)))
        except Cancelled:
            log.info("the order was abandoned: its client is gone")


class _Reporter:
    """Passes on what a person would see move. Called in the engine's threads, one at a time."""

    def __init__(self, put: Callable[[Part], None]) -> None:
        self._put = put
        self._last = Progressed(-1.0, "")

    def __call__(self, progress: "Progress") -> None:
        now = Progressed(progress.fraction, ACTIVITIES.get(progress.stage, progress.stage))
        if now.activity != self._last.activity or now.fraction >= self._last.fraction + STEP:
            self._last = now
            self._put(now)


def _raise_failure(work: "asyncio.Future[None]") -> None:
    error = work.exception()
    if error is not None:
        # Here the engine's failure stops travelling; the client learns no more of it than that it happened.
        log.error("the engine failed", exc_info=error)
        raise Refused("The service made a mistake with this picture.", status=500, kind=SERVER_ERROR) from error


def _ending() -> Refused:
    return Refused("The service is shutting down.", status=503, kind=SERVER_ERROR, code="shutting_down")
