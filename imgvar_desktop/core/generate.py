"""From a request to kept variations: the one road that every service and every face of the program takes.

``ask`` makes the call; ``Generation`` also keeps what arrives in the library and says what happens. Both live in an
asyncio loop, are cancelled like any task, and leave decoding, encoding and disk to threads, all but the one row that
closes a run.
"""

import asyncio
import logging
import time
import uuid
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from imgvar_desktop.core.errors import AppError, BadReply, LibraryUnavailable
from imgvar_desktop.core.form import upload_png
from imgvar_desktop.core.library import Entry, RunRecord, RunState, variation_name
from imgvar_desktop.core.ports import (
    EndpointSource,
    LibraryStore,
    Pictures,
    PixelStore,
    ReplyAnswered,
    ReplyImage,
    ReplyPart,
    ReplyProblem,
    ReplyProgress,
    ReplyUsage,
    VariationClient,
)
from imgvar_desktop.core.request import VariationRequest
from imgvar_desktop.core.runs import (
    ClosingEvent,
    RunEvent,
    RunFailed,
    RunFinished,
    RunProgress,
    RunStarted,
    RunStopped,
    VariationArrived,
    VariationHeld,
)
from imgvar_desktop.core.services import ServiceProfile

log = logging.getLogger(__name__)

THUMBNAIL_PX = 512
"""Longest side of a kept thumbnail: a tile of 256 px on a screen of twice the density."""

ROOM_BYTES = 2
"""For each pixel of an image that is asked for: more than a photo as PNG takes."""

_MISTAKE = "Imgvar made a mistake; what arrived before it is kept."


async def ask(
    request: VariationRequest,
    source: Path,
    profile: ServiceProfile,
    *,
    pictures: Pictures,
    endpoints: EndpointSource,
    client: VariationClient,
) -> AsyncGenerator[ReplyPart, None]:
    """Prepares the picture, finds the service and makes the call. Raises AppError."""
    yield ReplyProgress(None, "Preparing the picture")
    png = await asyncio.to_thread(upload_png, request, source, profile, pictures)
    endpoint = await endpoints.endpoint(profile)
    async with aclosing(client.variations(request, png, profile, endpoint)) as parts:
        async for part in parts:
            yield part


@dataclass(slots=True)
class _Tally:
    """What a run under way has met so far."""

    started: float
    arrived: int = 0
    request_id: str | None = None
    problems: tuple[AppError, ...] = ()
    reckoned_usd: float | None = None
    """What the calls that counted their tokens cost."""
    unkept: AppError | None = None
    """Why images that had come could not be kept."""
    price_usd: float | None = None
    """For each image, where that is all there is to know."""

    @property
    def cost_usd(self) -> float | None:
        if self.reckoned_usd is not None or self.price_usd is None:
            return self.reckoned_usd
        return self.price_usd * self.arrived


class Generation:
    """Carries out runs and keeps their variations. Lives in the worker's loop."""

    def __init__(
        self,
        *,
        pictures: Pictures,
        endpoints: EndpointSource,
        client: VariationClient,
        library: LibraryStore,
        pixels: PixelStore,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pictures = pictures
        self._endpoints = endpoints
        self._client = client
        self._library = library
        self._pixels = pixels
        self._clock = clock

    async def begin(self, request: VariationRequest, profile: ServiceProfile) -> RunRecord:
        """The run, written down before anything is sent. Raises LibraryUnavailable."""
        return await asyncio.to_thread(self._library.begin_run, request, profile.name)

    async def carry_out(self, run: RunRecord, profile: ServiceProfile, report: Callable[[RunEvent], None]) -> None:
        """Reports the run's events in this loop's thread, the last of them its closing one.

        A cancelled task closes as stopped, unless an image that had arrived could not be kept: then as failed. An
        exception that is no AppError closes as failed and travels on.
        """
        tally = _Tally(self._clock(), price_usd=profile.price_usd)
        try:
            await self._gather(run, profile, tally, report)
        except asyncio.CancelledError:
            self._close(RunStopped(self._record(run, tally, RunState.STOPPED)), report)
            raise
        except AppError as error:
            self._close(self._failed(run, tally, error), report)
        except Exception:
            self._close(self._failed(run, tally, AppError(_MISTAKE)), report)
            raise
        else:
            self._close(self._ended(run, tally), report)

    async def keep(self, held: VariationHeld) -> Entry:
        """Tries again to keep an image. Raises LibraryUnavailable; it can be tried as often as one likes."""
        return await asyncio.to_thread(self._keep, held.run, held.image)

    def close_unstarted(self, run: RunRecord) -> ClosingEvent:
        """The closing event of a run that was stopped while it waited its turn."""
        told: list[RunEvent] = []
        self._close(RunStopped(replace(run, state=RunState.STOPPED, seconds=0.0)), told.append)
        (closing,) = told
        assert isinstance(closing, ClosingEvent)
        return closing

    async def _gather(
        self, run: RunRecord, profile: ServiceProfile, tally: _Tally, report: Callable[[RunEvent], None]
    ) -> None:
        request = run.request
        source = await asyncio.to_thread(self._pixels.source_path, request.source.key)
        # Before anything is sent and paid for.
        await asyncio.to_thread(self._pixels.ensure_room, request.count * request.size_px**2 * ROOM_BYTES)
        usual = await asyncio.to_thread(self._library.usual_seconds, request.service_id, request.model, request.size_px)
        report(RunStarted(run.id, usual * request.count if usual is not None else None))
        parts = ask(request, source, profile, pictures=self._pictures, endpoints=self._endpoints, client=self._client)
        async with aclosing(parts):
            async for part in parts:
                match part:
                    case ReplyProgress(fraction, activity):
                        report(RunProgress(run.id, fraction, activity))
                    case ReplyProblem(_, error):
                        tally.problems = (*tally.problems, error)
                    case ReplyImage():
                        await self._take_in(run, part, tally, report)
                    case ReplyAnswered() if tally.unkept is not None:
                        break  # what there is no room for is not asked, and paid, for
                    case ReplyUsage(tokens) if profile.token_prices is not None:
                        tally.reckoned_usd = (tally.reckoned_usd or 0.0) + tokens.usd(profile.token_prices)
        if tally.unkept is not None:
            raise tally.unkept

    async def _take_in(
        self, run: RunRecord, image: ReplyImage, tally: _Tally, report: Callable[[RunEvent], None]
    ) -> None:
        """Keeps and tells an image to the end even when cancelled meanwhile, however often; then it is cancelled.

        What the library refuses to keep is told as held, and those behind it are taken in all the same: they are on
        their way already. The refusal comes before the cancelling.
        """
        keeping = asyncio.get_running_loop().run_in_executor(None, self._keep, run, image)
        cancelled: asyncio.CancelledError | None = None
        while not keeping.done():
            try:
                await asyncio.wait({keeping})
            except asyncio.CancelledError as error:
                cancelled = error
        try:
            entry = keeping.result()
        except LibraryUnavailable as error:
            tally.unkept = tally.unkept or error
            report(VariationHeld(run, image, error))
            if cancelled is not None:
                raise
            return
        tally.arrived += 1
        tally.request_id = image.request_id or tally.request_id
        report(VariationArrived(run.id, entry))
        if cancelled is not None:
            raise cancelled

    def _keep(self, run: RunRecord, image: ReplyImage) -> Entry:
        """Bytes, fsync, row, thumbnail: in this order, so that no row ever names a file that is not whole."""
        now = datetime.now(UTC)
        file, sha256 = self._pixels.write_variation(
            image.data,
            stem=variation_name(run.request.source.name, run.number, image.index),
            media_type=image.media_type,
            month=f"{now:%Y-%m}",
        )
        entry = Entry(
            id=uuid.uuid4().hex,
            run_id=run.id,
            run_number=run.number,
            index=image.index,
            source_name=run.request.source.name,
            file=file,
            sha256=sha256,
            width=image.width,
            height=image.height,
            media_type=image.media_type,
            created_at=now,
            seed=image.seed,
            revised_prompt=image.revised_prompt,
        )
        self._library.add_entry(entry)
        try:
            self._pictures.thumbnail(self._pixels.path_of(entry), self._pixels.thumbnail_path(sha256), THUMBNAIL_PX)
        except (AppError, OSError) as error:
            # A thumbnail can be made again from the image; the variation itself is safe.
            log.warning("no thumbnail for %s: %s", file, error)
        return entry

    def _ended(self, run: RunRecord, tally: _Tally) -> RunFinished | RunFailed:
        problems = tally.problems
        if tally.arrived < run.request.count and not problems:
            problems = (BadReply(f"The service sent {tally.arrived} of {run.request.count} images.", retryable=True),)
        if tally.arrived == 0:
            return self._failed(run, tally, problems[0])
        closed = replace(self._record(run, tally, RunState.FINISHED), message=str(problems[0]) if problems else "")
        return RunFinished(closed, problems)

    def _failed(self, run: RunRecord, tally: _Tally, error: AppError) -> RunFailed:
        tally.request_id = getattr(error, "request_id", None) or tally.request_id
        return RunFailed(replace(self._record(run, tally, RunState.FAILED), message=str(error)), error)

    def _close(self, closing: ClosingEvent, report: Callable[[RunEvent], None]) -> None:
        """Writes the end of the run down and reports it: once, and whatever the library says.

        Here in the loop: it is one row, and nothing that could be cancelled may stand between an end and its report.
        """
        try:
            self._library.close_run(closing.run)
        except AppError as error:
            # At the next start the run shows as interrupted. If it fails anyway, its own sentence is the one to show.
            log.warning("run %s could not be closed in the library: %s", closing.run.number, error)
            if not isinstance(closing, RunFailed):
                closing = _failing(closing.run, error)
        except Exception:
            closing = _failing(closing.run, AppError(_MISTAKE))
            raise
        finally:
            report(closing)

    def _record(self, run: RunRecord, tally: _Tally, state: RunState) -> RunRecord:
        return replace(
            run,
            state=state,
            arrived=tally.arrived,
            seconds=self._clock() - tally.started,
            request_id=tally.request_id,
            cost_usd=tally.cost_usd,
        )


def _failing(run: RunRecord, error: AppError) -> RunFailed:
    return RunFailed(replace(run, state=RunState.FAILED, message=str(error)), error)
