"""An export in the worker is told file by file, ends once, and what was delivered is known to the library."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from imgvar_desktop.bridge.async_thread import AsyncThread
from imgvar_desktop.bridge.exporting import Export, ExportOrder, Wish, items_of, wishes_of
from imgvar_desktop.bridge.workshop import Workshop
from imgvar_desktop.core.delivery import ExportReport
from imgvar_desktop.core.errors import ExportRefused
from imgvar_desktop.core.export_options import ExportOptions, Target
from imgvar_desktop.core.request import Source
from imgvar_desktop.core.shelf import Shelf
from tests.adapters.library_rows import REQUEST, an_entry
from tests.adapters.made_pictures import encoded, noise

PATIENCE_MS = 15_000


@pytest.fixture
def wishes(workshop: Workshop) -> tuple[Wish, ...]:
    """Three variations of a run, in the library and on its disk."""
    run = workshop.library.begin_run(REQUEST, "On this device")
    for index in range(3):
        data = encoded(noise(40 + index, 40), "PNG")
        file, sha256 = workshop.pixels.write_variation(
            data, stem=f"lake-{index}", media_type="image/png", month="2026-11"
        )
        workshop.library.add_entry(an_entry(run, index, file=file, sha256=sha256, width=40 + index, height=40))
    return wishes_of(shelf_of(workshop), workshop.library.entries())


def shelf_of(workshop: Workshop) -> Shelf:
    return Shelf(workshop.library.runs(), workshop.library.entries())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "Pictures"
    place.mkdir()
    return place


class Told:
    """All that an Export says."""

    def __init__(self, export: Export) -> None:
        self.done: list[int] = []
        self.reports: list[ExportReport] = []
        self.errors: list[object] = []
        export.progressed.connect(self.done.append)
        export.over.connect(self.reports.append)
        export.failed.connect(self.errors.append)


def test_it_is_told_file_by_file_and_noted(qtbot, async_thread: AsyncThread, get_workshop, workshop, wishes, folder):
    before = datetime.now(UTC)
    export = Export(async_thread, get_workshop, ExportOrder(wishes, ExportOptions(), folder), async_thread)
    told = Told(export)

    qtbot.waitUntil(lambda: bool(told.reports), timeout=PATIENCE_MS)

    (report,) = told.reports
    assert told.done == [1, 2, 3]
    assert told.errors == []
    assert [one.entry for one in report.delivered] == [wish.entry for wish in wishes]
    assert report.delivered_at is not None
    assert report.delivered_at >= before
    assert {entry.delivered_at for entry in workshop.library.entries()} == {report.delivered_at}


def test_a_stopped_one_leaves_whole_files_and_notes_just_those(
    qtbot, async_thread: AsyncThread, get_workshop, workshop, wishes, folder
):
    export = Export(async_thread, get_workshop, ExportOrder(wishes, ExportOptions(), folder), async_thread)
    told = Told(export)
    export.stop()

    qtbot.waitUntil(lambda: bool(told.reports), timeout=PATIENCE_MS)

    (report,) = told.reports
    assert report.stopped
    assert [path.suffix for path in folder.iterdir()] == [".png"] * len(report.delivered)
    assert sum(entry.delivered_at is not None for entry in workshop.library.entries()) == len(report.delivered) < 3


def test_what_refuses_all_of_it_is_told_once(qtbot, async_thread: AsyncThread, get_workshop, workshop, wishes, folder):
    order = ExportOrder(wishes, ExportOptions(target=Target.ZIP), folder / "gone" / "lake.zip")
    told = Told(Export(async_thread, get_workshop, order, async_thread))

    qtbot.waitUntil(lambda: bool(told.errors), timeout=PATIENCE_MS)

    (error,) = told.errors
    assert isinstance(error, ExportRefused)
    assert told.reports == []
    assert all(entry.delivered_at is None for entry in workshop.library.entries())


def test_a_library_that_cannot_take_it_down_does_not_hide_the_files(
    qtbot, async_thread: AsyncThread, get_workshop, workshop, wishes, folder, expected_log
):
    workshop.library._db.execute("PRAGMA query_only = ON")

    told = Told(Export(async_thread, get_workshop, ExportOrder(wishes, ExportOptions(), folder), async_thread))

    qtbot.waitUntil(lambda: bool(told.reports), timeout=PATIENCE_MS)

    assert len(told.reports[0].delivered) == 3
    assert told.reports[0].delivered_at is None
    assert ["may only be read" in record.getMessage() for record in expected_log] == [True]


def test_items_know_what_they_were_made_from(workshop, wishes):
    first = wishes[0].entry
    source = Source(first.sha256, "lake", first.width, first.height)
    framing = replace(REQUEST.framing, square=replace(REQUEST.framing.square, x=0, y=0, side=40))
    run = workshop.library.begin_run(replace(REQUEST, source=source, framing=framing), "On this device")
    child = an_entry(run)
    workshop.library.add_entry(child)

    (item,) = items_of(workshop, wishes_of(shelf_of(workshop), [child]))

    assert item.parent == first
    assert item.run.request.source == source
