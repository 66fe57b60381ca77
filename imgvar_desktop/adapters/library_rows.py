"""The library's rows: how a run and a variation stand in the tables, and how they come back from there."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from sys import intern
from typing import Any, Final

from imgvar_desktop.core.contract import ResponseFormat
from imgvar_desktop.core.framing import Fit, Framing
from imgvar_desktop.core.geometry import Square
from imgvar_desktop.core.library import UNMARKED, Entry, Flag, Label, Marks, RunRecord, RunState
from imgvar_desktop.core.request import Source, VariationRequest

RUNS: Final = (
    "SELECT number, id, source_key, source_name, source_width, source_height, crop_x, crop_y, crop_side, turns,"
    " flipped, angle, fit, framing_name, wanted, size_px, service_id, model, response_format, user, seed, strength,"
    " prompt, quality, service_name, created_at, state, seconds, message, request_id, cost_usd,"
    " (SELECT count(*) FROM entries WHERE run_number = runs.number) FROM runs"
)
INSERT_RUN: Final = (
    "INSERT INTO runs (id, source_key, source_name, source_width, source_height, crop_x, crop_y, crop_side, turns,"
    " flipped, angle, fit, framing_name, wanted, size_px, service_id, model, response_format, user, seed, strength,"
    " prompt, quality, service_name, created_at, state)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
INSERT_ENTRY: Final = (
    "INSERT INTO entries (id, run_number, place, file, sha256, width, height, media_type, created_at, seed,"
    " revised_prompt, flag, stars, label, note, delivered_at, trashed_at, purged)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
ENTRIES: Final = (
    "SELECT id, run_number, place, file, sha256, width, height, media_type, created_at, seed, revised_prompt, flag,"
    " stars, label, note, delivered_at, trashed_at, purged FROM entries ORDER BY run_number DESC, place"
)
RUN_NAMES: Final = "SELECT number, id, source_name FROM runs"


def run_row(run_id: str, request: VariationRequest, service_name: str, now: datetime) -> tuple[object, ...]:
    """For INSERT_RUN: a run that begins ``now``."""
    source, framing, crop = request.source, request.framing, request.crop
    return (
        *(run_id, source.key, storable(source.name), source.width, source.height, crop.x, crop.y, crop.side),
        *(framing.turns, framing.flipped, framing.angle, framing.fit.value, request.framing_name),
        *(request.count, request.size_px, request.service_id, request.model, request.response_format.value),
        *(storable(request.user), request.seed, request.strength, storable(request.prompt), request.quality),
        *(service_name, utc_text(now), RunState.RUNNING.value),
    )


def run_of(row: Sequence[Any]) -> RunRecord:
    number, run_id, key, name, width, height, x, y, side, turns, flipped, angle, fit, framing_name, *rest = row
    count, size_px, service_id, model, response_format, user, seed, strength, prompt, quality, *rest = rest
    service_name, created_at, state, seconds, message, request_id, cost_usd, arrived = rest
    request = VariationRequest(
        source=Source(key, name, width, height),
        framing=framing_of(x, y, side, turns, flipped, angle, fit),
        count=count,
        size_px=size_px,
        service_id=service_id,
        model=model,
        response_format=ResponseFormat(response_format),
        user=user,
        seed=seed,
        strength=strength,
        prompt=prompt,
        quality=quality,
        framing_name=framing_name,
    )
    return RunRecord(
        id=run_id,
        number=number,
        request=request,
        service_name=service_name,
        created_at=datetime.fromisoformat(created_at),
        state=RunState(state),
        arrived=arrived,
        seconds=seconds,
        message=message,
        request_id=request_id,
        cost_usd=cost_usd,
    )


def framing_of(x: int, y: int, side: int, turns: int, flipped: int, angle: float, fit: str) -> Framing:  # noqa: PLR0917  # a row's columns
    return Framing(Square(x, y, side), turns=turns, flipped=bool(flipped), angle=angle, fit=Fit(fit))


def entry_row(entry: Entry) -> tuple[object, ...]:
    """For INSERT_ENTRY."""
    return (
        *(entry.id, entry.run_number, entry.index, storable(entry.file), entry.sha256, entry.width, entry.height),
        *(entry.media_type, utc_text(entry.created_at), entry.seed, storable(entry.revised_prompt)),
        *marks_row(entry.marks),
        *(moment_text(entry.delivered_at), moment_text(entry.trashed_at), entry.purged),
    )


def entry_of(row: Sequence[Any], names: Mapping[int, tuple[str, str]]) -> Entry:
    """``names``: the id and the source's name of each run, which fifty thousand entries share."""
    entry_id, number, place, file, sha256, width, height, media_type, created_at, seed, prompt, *rest = row
    flag, stars, label, note, delivered_at, trashed_at, purged = rest
    run_id, source_name = names[number]
    return Entry(
        id=entry_id,
        run_id=run_id,
        run_number=number,
        index=place,
        source_name=source_name,
        file=file,
        sha256=sha256,
        width=width,
        height=height,
        media_type=intern(media_type),
        created_at=datetime.fromisoformat(created_at),
        seed=seed,
        revised_prompt=prompt,
        marks=Marks(Flag(flag), stars, Label(label), note) if flag or stars or label or note else UNMARKED,
        delivered_at=datetime.fromisoformat(delivered_at) if delivered_at else None,
        trashed_at=datetime.fromisoformat(trashed_at) if trashed_at else None,
        purged=bool(purged),
    )


def marks_row(marks: Marks) -> tuple[object, ...]:
    return (marks.flag.value, marks.stars, marks.label.value, storable(marks.note))


def moment_text(moment: datetime | None) -> str | None:
    return None if moment is None else utc_text(moment)


def utc_text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def storable(text: str | None) -> str | None:
    """``text`` without half characters, which a file's name or a server's JSON may hold and SQLite refuses."""
    return None if text is None else text.encode("utf-8", "replace").decode()
