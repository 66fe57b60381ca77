"""Requests and variations for the library's tests."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from imgvar_desktop.core.framing import Framing
from imgvar_desktop.core.geometry import Square
from imgvar_desktop.core.library import Entry, RunRecord, RunState
from imgvar_desktop.core.ports import LibraryStore
from imgvar_desktop.core.request import Source, VariationRequest

LAKE = Source(key="a" * 64, name="lake", width=4000, height=3000)
REQUEST = VariationRequest(
    source=LAKE,
    framing=Framing(Square(10, 20, 2000)),
    count=4,
    size_px=1024,
    service_id="on-device",
    seed=7,
    strength=0.25,
)


def an_entry(run: RunRecord, index: int = 0, **changes: Any) -> Entry:
    entry = Entry(
        id=f"{run.number:08}{index:08}",
        run_id=run.id,
        run_number=run.number,
        index=index,
        source_name=run.request.source.name,
        file=f"images/2026-11/lake_v{run.number:02}-{index + 1:02}.png",
        sha256=f"{run.number:032}{index:032}",
        width=1024,
        height=1024,
        media_type="image/png",
        created_at=datetime(2026, 11, 23, 12, 0, index, tzinfo=UTC),
        seed=7 + index,
    )
    return replace(entry, **changes)


def a_finished_run(library: LibraryStore, *, seconds: float, arrived: int = 1, **changes: Any) -> RunRecord:
    run = library.begin_run(replace(REQUEST, **changes), "On this device")
    for index in range(arrived):
        library.add_entry(an_entry(run, index))
    run = replace(run, state=RunState.FINISHED, arrived=arrived, seconds=seconds)
    library.close_run(run)
    return run
