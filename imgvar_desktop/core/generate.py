"""From a request to kept variations: the one road that every service and every face of the program takes.

``ask`` makes the call; ``Generation`` also keeps what arrives in the library and says what happens. Both live in an
asyncio loop, are cancelled like any task, and leave decoding, encoding and disk to threads.
"""

import asyncio
import logging
import time
import uuid
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from imgvar_desktop.core.errors import AppError, BadReply
from imgvar_desktop.core.library import Entry, RunRecord, RunState, variation_name
from imgvar_desktop.core.ports import (
    EndpointSource,
    LibraryStore,
    Pictures,
    PixelStore,
    ReplyImage,
    ReplyPart,
    ReplyProblem,
    ReplyProgress,
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
)
from imgvar_desktop.core.services import ServiceProfile

log = logging.getLogger(__name__)

THUMBNAIL_PX = 512
"""Longest side of a kept thumbnail: a tile of 256 px on a screen of twice the density."""

T = TypeVar("T")


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
    png = await asyncio.to_thread(pictures.upload_png, source, request.crop, request.size_px, profile.max_upload_bytes)
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

        A cancelled task closes as stopped. An exception that is no AppError closes as failed and travels on.
        """
        tally = _Tally(self._clock())
        try:
            await self._gather(run, profile, tally, report)
        except asyncio.CancelledError:
            report(self._closed(run, tally, RunState.STOPPED, RunStopped))
            raise
        except AppError as error:
            report(self._failed(run, tally, error))
        except Exception:
            report(self._failed(run, tally, AppError("Imgvar made a mistake; what arrived before it is kept.")))
            raise
        else:
            report(self._ended(run, tally))

    def close_unstarted(self, run: RunRecord) -> RunStopped:
        """The closing event of a run that was stopped while it waited its turn."""
        closed = self._closed(run, _Tally(self._clock()), RunState.STOPPED, RunStopped)
        assert isinstance(closed, RunStopped)
        return closed

    async def _gather(
        self, run: RunRecord, profile: ServiceProfile, tally: _Tally, report: Callable[[RunEvent], None]
    ) -> None:
        request = run.request
        source = await asyncio.to_thread(self._pixels.source_path, request.source.key)
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
                        entry = await _to_the_end(asyncio.to_thread(self._keep, run, part))
                        tally.arrived += 1
                        tally.request_id = part.request_id or tally.request_id
                        report(VariationArrived(run.id, entry))

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

    def _ended(self, run: RunRecord, tally: _Tally) -> ClosingEvent:
        problems = tally.problems
        if tally.arrived < run.request.count and not problems:
            problems = (BadReply(f"The service sent {tally.arrived} of {run.request.count} images.", retryable=True),)
        if tally.arrived == 0:
            return self._failed(run, tally, problems[0])
        closed = replace(self._record(run, tally, RunState.FINISHED), message=str(problems[0]) if problems else "")
        self._library.close_run(closed)
        return RunFinished(closed, problems)

    def _failed(self, run: RunRecord, tally: _Tally, error: AppError) -> RunFailed:
        tally.request_id = getattr(error, "request_id", None) or tally.request_id
        closed = replace(self._record(run, tally, RunState.FAILED), message=str(error))
        try:
            self._library.close_run(closed)
        except AppError as second:
            # The run already fails with a sentence; at the next start it shows as interrupted.
            log.warning("run %s could not be closed in the library: %s", run.number, second)
        return RunFailed(closed, error)

    def _closed(
        self, run: RunRecord, tally: _Tally, state: RunState, event: Callable[[RunRecord], ClosingEvent]
    ) -> ClosingEvent:
        closed = self._record(run, tally, state)
        try:
            self._library.close_run(closed)
        except AppError as error:
            return RunFailed(closed, error)
        return event(closed)

    def _record(self, run: RunRecord, tally: _Tally, state: RunState) -> RunRecord:
        return replace(
            run,
            state=state,
            arrived=tally.arrived,
            seconds=self._clock() - tally.started,
            request_id=tally.request_id,
        )


async def _to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """Awaits ``work`` to its end even when cancelled meanwhile: an image that arrived is kept, then the run stops."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise
