"""Deleted variations leave for the system's trash, held images are kept or put aside, long work tells and stops."""

import asyncio
import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtGui import QImageReader
from pytestqt.qtbot import QtBot

from imgvar_desktop.bridge import purging
from imgvar_desktop.bridge.async_thread import AsyncThread
from imgvar_desktop.bridge.long_call import LongCall, Stopped, Tell
from imgvar_desktop.bridge.workshop import Workshop
from imgvar_desktop.core.errors import LibraryUnavailable
from imgvar_desktop.core.generate import THUMBNAIL_PX
from imgvar_desktop.core.library import Entry
from imgvar_desktop.core.library_check import Progress
from tests.adapters.library_rows import REQUEST, an_entry
from tests.disks import a_disk
from tests.fakes import plain_png

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PATIENCE_MS = 15_000


@pytest.fixture
def system_trash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qapp: object) -> Path:
    """Where Qt puts files of this disk: never this machine's own trash."""
    (tmp_path / "share").mkdir()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    return tmp_path / "share" / "Trash" / "files"


@pytest.fixture
def entries(workshop: Workshop) -> tuple[Entry, ...]:
    """Four, the first three in the trash: since 40, 31 and 29 days."""
    run = workshop.library.begin_run(REQUEST, "A")
    for index in range(4):
        data = plain_png(600, (index * 40, 0, 0))
        name = f"lake_v01-{index + 1:02}"
        file, sha256 = workshop.pixels.write_variation(data, stem=name, media_type="image/png", month="2026-11")
        entry = an_entry(run, index, file=file, sha256=sha256)
        workshop.library.add_entry(entry)
        target = workshop.pixels.thumbnail_path(sha256)
        workshop.pictures.thumbnail(workshop.pixels.path_of(entry), target, THUMBNAIL_PX)
    for entry, days in zip(workshop.library.entries(), (40, 31, 29), strict=False):
        workshop.library.trash([entry.id], NOW - timedelta(days=days))
    return workshop.library.entries()


def _there(workshop: Workshop) -> list[bool]:
    return [workshop.pixels.path_of(entry).exists() for entry in workshop.library.entries()]


def test_what_was_deleted_over_thirty_days_ago_leaves(
    workshop: Workshop, entries: tuple[Entry, ...], system_trash: Path
) -> None:
    result = purging.purged(workshop, purging.expired(workshop, NOW))

    assert [entry.id for entry in result.gone] == [entries[0].id, entries[1].id]
    assert all(entry.purged for entry in result.gone)
    assert result.refused == ()
    assert _there(workshop) == [False, False, True, True]
    assert [entry.purged for entry in workshop.library.entries()] == [True, True, False, False]
    assert sorted(path.name for path in system_trash.iterdir()) == ["lake_v01-01.png", "lake_v01-02.png"]


def test_an_emptied_trash_leaves_what_is_in_the_gallery(
    workshop: Workshop, entries: tuple[Entry, ...], system_trash: Path
) -> None:
    purging.purged(workshop, purging.in_trash(workshop))

    assert _there(workshop) == [False, False, False, True]
    assert purging.in_trash(workshop) == ()


def test_a_kill_between_the_file_and_its_row_is_ended_the_next_time(
    workshop: Workshop, entries: tuple[Entry, ...], system_trash: Path
) -> None:
    workshop.pixels.path_of(entries[0]).unlink()

    result = purging.purged(workshop, purging.expired(workshop, NOW))

    assert len(result.gone) == 2
    assert workshop.library.entries()[0].purged


def test_the_thumbnail_stays_and_gets_smaller(
    workshop: Workshop, entries: tuple[Entry, ...], system_trash: Path
) -> None:
    thumbnail = workshop.pixels.thumbnail_path(entries[0].sha256)
    assert QImageReader(str(thumbnail)).size().width() == THUMBNAIL_PX

    purging.purged(workshop, entries[:1])

    assert QImageReader(str(thumbnail)).size().width() == purging.SMALL_PX


def test_the_thumbnail_of_an_equal_image_that_stays_is_not_touched(
    workshop: Workshop, entries: tuple[Entry, ...], system_trash: Path
) -> None:
    run = workshop.library.begin_run(REQUEST, "A")
    data = workshop.pixels.path_of(entries[0]).read_bytes()
    file, sha256 = workshop.pixels.write_variation(data, stem="twin", media_type="image/png", month="2026-11")
    workshop.library.add_entry(an_entry(run, file=file, sha256=sha256))

    purging.purged(workshop, [entries[0]])

    assert QImageReader(str(workshop.pixels.thumbnail_path(sha256))).size().width() == THUMBNAIL_PX


@pytest.fixture
def no_trash(workshop: Workshop, entries: tuple[Entry, ...], tmp_path: Path) -> Iterator[None]:
    """The images are on a disk that has no trash, and where none can be made."""
    images = tmp_path / "library" / "images"
    aside = tmp_path / "aside"
    images.rename(aside)
    with a_disk(images, "20m") as disk:
        shutil.copytree(aside, images, dirs_exist_ok=True)
        for name in (".Trash", ".Trash-0"):
            (disk.folder / name).write_text("in the way")
        yield


def test_a_disk_without_a_trash_is_told_and_nothing_is_deleted_unasked(
    workshop: Workshop, entries: tuple[Entry, ...], system_trash: Path, no_trash: None
) -> None:
    result = purging.purged(workshop, purging.expired(workshop, NOW))

    assert [entry.id for entry in result.refused] == [entries[0].id, entries[1].id]
    assert result.gone == ()
    assert _there(workshop) == [True] * 4
    assert not any(entry.purged for entry in workshop.library.entries())

    agreed = purging.purged(workshop, result.refused, for_good=True)
    assert len(agreed.gone) == 2
    assert _there(workshop) == [False, False, True, True]


# Long work


def test_long_work_tells_in_the_window_and_ends_with_what_it_has_when_it_is_stopped(
    async_thread: AsyncThread, qtbot: QtBot, qapp: object
) -> None:
    told: list[object] = []

    async def counts(tell: Tell, stopped: Stopped) -> int:
        done = 0
        while not stopped():
            tell(Progress(done, 10))
            done += 1
            await asyncio.sleep(0)
        return done

    call = LongCall(async_thread, counts, qapp)
    call.progressed.connect(told.append)
    qtbot.waitUntil(lambda: len(told) > 3, timeout=PATIENCE_MS)
    with qtbot.waitSignal(call.succeeded, timeout=PATIENCE_MS) as over:
        call.stop()

    assert over.args[0] > 3
    assert told[0] == Progress(0, 10)


def test_long_work_that_is_refused_says_so(async_thread: AsyncThread, qtbot: QtBot, qapp: object) -> None:
    async def refuses(_: Tell, __: Stopped) -> None:
        raise LibraryUnavailable("The disk is full.")

    call = LongCall(async_thread, refuses, qapp)
    with qtbot.waitSignal(call.failed, timeout=PATIENCE_MS) as over:
        pass

    assert str(over.args[0]) == "The disk is full."


def test_the_end_of_the_program_stops_long_work_and_waits_for_it(async_thread: AsyncThread, qapp: object) -> None:
    begun, ended = threading.Event(), threading.Event()

    async def until_stopped(_: Tell, stopped: Stopped) -> None:
        begun.set()
        await asyncio.to_thread(_waits, stopped)
        ended.set()

    LongCall(async_thread, until_stopped, qapp)
    assert begun.wait(20)

    async_thread.submit(async_thread.cancel_submitted()).result(20)

    assert ended.is_set()


def _waits(stopped: Stopped) -> None:
    while not stopped():
        threading.Event().wait(0.001)
