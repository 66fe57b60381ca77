"""The worker's composition root: one library at a time, found, moved, gone back to, or only to be read."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from imgvar_desktop.adapters.library_copies import FOLDER
from imgvar_desktop.adapters.paths import Paths
from imgvar_desktop.adapters.settings_file import SettingsFile
from imgvar_desktop.adapters.sqlite_library import FILE_NAME, SqliteLibrary
from imgvar_desktop.core.errors import AppError, LibraryMissing, LibraryUnavailable
from imgvar_desktop.core.settings import Settings
from imgvar_desktop.house import WorkshopHouse
from tests.adapters.library_rows import REQUEST, a_finished_run, an_entry
from tests.disks import a_disk

Scenario = Callable[[WorkshopHouse], Awaitable[object]]


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.below(tmp_path)


@pytest.fixture
def file(paths: Paths) -> SettingsFile:
    return SettingsFile(paths.settings_file)


def live(paths: Paths, scenario: Scenario, settings: Settings | None = None) -> None:
    async def run() -> None:
        house = WorkshopHouse(paths, settings or Settings())
        try:
            await scenario(house)
        finally:
            await house.aclose()

    asyncio.run(run())


def a_library(folder: Path, runs: int = 1) -> None:
    library = SqliteLibrary(folder)
    for _ in range(runs):
        a_finished_run(library, seconds=1.0)
    library.close()


async def numbers(house: WorkshopHouse) -> list[int]:
    return [run.number for run in (await house.get()).library.runs()]


def test_the_usual_library_is_begun_and_one_that_a_person_chose_is_not(paths: Paths, tmp_path: Path) -> None:
    chosen = tmp_path / "disk" / "library"

    async def scenario(house: WorkshopHouse) -> None:
        with pytest.raises(LibraryMissing, match="not in") as caught:
            await house.get()
        assert caught.value.retryable
        assert not chosen.parent.exists()  # nothing was made where the disk should be

        a_library(chosen)  # the disk is connected
        assert await numbers(house) == [1]

    live(paths, numbers)
    assert paths.library.is_dir()
    live(paths, scenario, Settings(library_folder=str(chosen)))


def test_a_move_is_one_write_of_the_settings(paths: Paths, file: SettingsFile, tmp_path: Path) -> None:
    a_library(paths.library)
    target = tmp_path / "new"

    async def scenario(house: WorkshopHouse) -> None:
        before = await house.get()
        copied = await house.copied_to(target, lambda _: None, lambda: False)
        assert copied is not None
        assert copied.folder == target
        assert file.load().library_folder == ""  # killed here, the next start has the library of before
        SqliteLibrary(paths.library).close()

        waiting = asyncio.create_task(house.get())
        await asyncio.sleep(0)
        await house.settle(replace(Settings(), library_folder=str(target)), file.save, begin=False)
        after = await waiting

        assert file.load().library_folder == str(target)
        after.library.begin_run(REQUEST, "A")
        assert await numbers(house) == [2, 1]
        assert after.client is before.client  # and the on-device service was not started anew
        house.leave(copied, keep=False)

    live(paths, scenario)
    assert not paths.library.exists()
    live(paths, numbers, file.load())


def test_nobody_works_with_a_library_that_is_on_its_way(paths: Paths, file: SettingsFile, tmp_path: Path) -> None:
    a_library(paths.library)

    async def scenario(house: WorkshopHouse) -> None:
        old = await house.get()
        await house.copied_to(tmp_path / "new", lambda _: None, lambda: False)
        waiting = asyncio.create_task(house.get())
        done, _ = await asyncio.wait({waiting}, timeout=0.05)

        assert not done
        with pytest.raises(LibraryUnavailable, match="closed"):
            await asyncio.to_thread(old.library.begin_run, REQUEST, "A")
        await house.settle(Settings(), file.save, begin=False)
        assert (await waiting).library.runs()

    live(paths, scenario)


def test_settings_that_cannot_be_written_leave_the_library_where_it_was(paths: Paths, tmp_path: Path) -> None:
    a_library(paths.library)

    def refuses(_: Settings) -> None:
        raise AppError("The settings could not be saved.")

    async def scenario(house: WorkshopHouse) -> None:
        await house.copied_to(tmp_path / "new", lambda _: None, lambda: False)
        with pytest.raises(AppError, match="settings"):
            await house.settle(Settings(library_folder=str(tmp_path / "new")), refuses, begin=False)

        (await house.get()).library.begin_run(REQUEST, "A")

    live(paths, scenario)
    live(paths, _has([2, 1]))


def _has(expected: list[int]) -> Scenario:
    async def scenario(house: WorkshopHouse) -> None:
        assert await numbers(house) == expected

    return scenario


@pytest.mark.parametrize("stop", [True, False])
def test_a_move_that_is_stopped_or_refused_changes_nothing(paths: Paths, tmp_path: Path, stop: bool) -> None:
    a_library(paths.library)
    a_library(tmp_path / "other")
    chosen = tmp_path / ("new" if stop else "other")

    async def scenario(house: WorkshopHouse) -> None:
        if stop:
            assert await house.copied_to(chosen, lambda _: None, lambda: True) is None
        else:
            with pytest.raises(LibraryUnavailable, match="another library"):
                await house.copied_to(chosen, lambda _: None, lambda: False)
        assert await numbers(house) == [1]

    live(paths, scenario)


def test_another_library_is_opened_only_when_it_is_one(paths: Paths, file: SettingsFile, tmp_path: Path) -> None:
    a_library(paths.library)
    a_library(tmp_path / "other", runs=3)
    empty = tmp_path / "empty"
    empty.mkdir()

    async def scenario(house: WorkshopHouse) -> None:
        with pytest.raises(LibraryMissing):
            await house.settle(Settings(library_folder=str(empty)), file.save, begin=False)
        assert await numbers(house) == [1]
        assert file.load().library_folder == ""
        assert not list(empty.iterdir())

        await house.settle(Settings(library_folder=str(tmp_path / "other")), file.save, begin=False)
        assert await numbers(house) == [3, 2, 1]

        await house.settle(Settings(library_folder=str(empty)), file.save, begin=True)
        assert await numbers(house) == []

    live(paths, scenario)
    assert file.load().library_folder == str(empty)


def test_a_backup_is_gone_back_to(paths: Paths) -> None:
    a_library(paths.library)
    (today,) = (paths.library / FOLDER).iterdir()
    today.unlink()

    async def scenario(house: WorkshopHouse) -> None:
        (await house.get()).library.begin_run(REQUEST, "A")
        assert await numbers(house) == [2, 1]

        await house.restore(today.name)

        assert await numbers(house) == [1]

    live(paths, scenario)


def test_a_library_that_may_only_be_read_is_looked_at(paths: Paths, tmp_path: Path) -> None:
    with a_disk(tmp_path / "dvd", "20m") as disk:
        folder = disk.folder / "library"
        library = SqliteLibrary(folder)
        run = library.begin_run(REQUEST, "A")
        library.add_entry(an_entry(run))
        library.close()
        disk.shut()

        async def scenario(house: WorkshopHouse) -> None:
            shop = await house.get()
            assert shop.library.read_only
            assert shop.library.interrupted() == ()
            assert len(shop.library.entries()) == 1
            assert shop.library.search("lake") == {an_entry(run).id}
            with pytest.raises(LibraryUnavailable, match="only be read here, not changed"):
                shop.library.begin_run(REQUEST, "A")
            with pytest.raises(LibraryUnavailable, match="could not be read or written"):
                shop.pixels.keep_source(b"\x89PNG")

        live(paths, scenario, Settings(library_folder=str(folder)))


def test_a_damaged_library_that_may_only_be_read_is_refused(paths: Paths, tmp_path: Path) -> None:
    with a_disk(tmp_path / "dvd", "20m") as disk:
        a_library(disk.folder)
        (disk.folder / FILE_NAME).write_bytes(b"A shopping list. " * 300)
        disk.shut()

        async def scenario(house: WorkshopHouse) -> None:
            with pytest.raises(LibraryUnavailable, match="not a library"):
                await house.get()

        live(paths, scenario, Settings(library_folder=str(disk.folder)))


def test_the_library_is_there_before_the_workshop_and_is_the_one_that_it_gets(paths: Paths) -> None:
    a_library(paths.library_for(""))

    async def scenario(house: WorkshopHouse) -> None:
        first = await house.library()
        assert [run.number for run in first.runs()] == [1]
        assert (await house.get()).library is first
        assert await house.library() is first

    live(paths, scenario)


def test_a_library_that_nobody_built_a_workshop_around_is_closed_all_the_same(paths: Paths) -> None:
    async def scenario(house: WorkshopHouse) -> None:
        await house.library()

    live(paths, scenario)

    SqliteLibrary(paths.library_for("")).close()


def test_whoever_is_cancelled_while_it_is_made_leaves_it_to_the_next(paths):
    """A second picture that comes at once cancels the first one's call, in the middle of the making."""

    async def scenario(house: WorkshopHouse) -> None:
        first = asyncio.create_task(house.get())
        for _ in range(10):  # turns of the loop: into the making, which is a matter of milliseconds
            await asyncio.sleep(0)
        assert house._making.locked()
        first.cancel()
        shop = await house.get()
        assert shop.library.runs() == ()
        assert await house.get() is shop
        await asyncio.wait({first})

    live(paths, scenario)
