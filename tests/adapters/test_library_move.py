"""A library on its way to another folder: nothing is lost at any point, and what arrives is what was."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from imgvar_desktop.adapters.library_move import (
    NOTE,
    OWN_FOLDER,
    copy_library,
    leave_note,
    library_in,
    remove_library,
    target_in,
)
from imgvar_desktop.adapters.pixel_files import PixelFiles
from imgvar_desktop.adapters.sqlite_library import FILE_NAME, SqliteLibrary
from imgvar_desktop.core.errors import LibraryMissing, LibraryUnavailable
from imgvar_desktop.core.library_check import Progress
from tests.adapters.library_rows import REQUEST, an_entry
from tests.disks import a_disk
from tests.fakes import plain_png


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Closed; three variations, a source, and a folder of the person's own."""
    folder = tmp_path / "library"
    db, pixels = SqliteLibrary(folder), PixelFiles(folder)
    pixels.keep_source(plain_png(64))
    run = db.begin_run(REQUEST, "On this device")
    for index in range(3):
        data = plain_png(40, (index, 0, 0))
        file, sha256 = pixels.write_variation(data, stem=f"lake_v01-{index}", media_type="image/png", month="2026-11")
        db.add_entry(an_entry(run, index, file=file, sha256=sha256))
    db.close()
    own = folder / "for the client"
    own.mkdir()
    (own / "best.png").write_bytes(plain_png(20))
    return folder


def _copy(library: Path, target: Path) -> list[Progress]:
    told: list[Progress] = []
    assert copy_library(library, target, told.append, lambda: False)
    return told


def _files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_everything_arrives_as_it_was_and_opens(library: Path, tmp_path: Path) -> None:
    before = _files(library)

    _copy(library, tmp_path / "new")

    assert _files(tmp_path / "new") == before
    assert _files(library) == before
    db = SqliteLibrary(tmp_path / "new", found=True)
    assert len(db.entries()) == 3
    db.close()


def test_a_library_from_a_disc_may_be_written_where_it_arrives(library: Path, tmp_path: Path) -> None:
    made = {path: path.stat().st_mtime_ns for path in library.rglob("*.png")}
    for path in library.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)

    _copy(library, tmp_path / "new")

    for path, moment in made.items():
        arrived = tmp_path / "new" / path.relative_to(library)
        assert (arrived.stat().st_mode & 0o200, arrived.stat().st_mtime_ns) == (0o200, moment)


def test_progress_counts_bytes_and_never_falls(library: Path, tmp_path: Path) -> None:
    told = _copy(library, tmp_path / "new")

    assert told[-1].done == told[-1].total == sum(map(len, _files(library).values()))
    assert [step.done for step in told] == sorted(step.done for step in told)


def test_what_is_cut_short_at_any_point_is_no_library_and_is_gone_on_with(library: Path, tmp_path: Path) -> None:
    files = len(_files(library))
    before = _files(library)

    for point in range(files):
        target = tmp_path / f"new {point}"
        target.mkdir()
        with pytest.raises(KeyboardInterrupt):
            copy_library(library, target, _killing(after=point), lambda: False)

        assert not (target / FILE_NAME).exists()
        assert _files(library) == before
        assert target_in(target, library) == target
        _copy(library, target)
        assert _files(target) == before


def _killing(after: int) -> Callable[[Progress], None]:
    left = [after]

    def told(_: Progress) -> None:
        if left[0] == 0:
            raise KeyboardInterrupt
        left[0] -= 1

    return told


def test_what_has_arrived_is_not_copied_again_but_is_looked_at(library: Path, tmp_path: Path) -> None:
    target = tmp_path / "new"
    with pytest.raises(KeyboardInterrupt):
        copy_library(library, target, _killing(after=4), lambda: False)
    arrived = sorted(path for path in target.rglob("*.png"))
    inodes = {path: path.stat().st_ino for path in arrived}
    arrived[0].write_bytes(bytes(arrived[0].stat().st_size))  # a failing disk

    _copy(library, target)

    assert _files(target) == _files(library)
    assert {path for path in arrived if path.stat().st_ino == inodes[path]} == set(arrived[1:])


def test_a_person_may_stop_it(library: Path, tmp_path: Path) -> None:
    told: list[Progress] = []

    assert not copy_library(library, tmp_path / "new", told.append, lambda: len(told) > 2)

    with pytest.raises(LibraryMissing):
        SqliteLibrary(tmp_path / "new", found=True)


def test_a_folder_with_other_things_gets_one_for_the_library(library: Path, tmp_path: Path) -> None:
    busy, empty, missing = tmp_path / "busy", tmp_path / "empty", tmp_path / "missing"
    busy.mkdir()
    empty.mkdir()
    (busy / "letters.txt").touch()
    (empty / ".DS_Store").touch()

    assert target_in(busy, library) == busy / OWN_FOLDER
    assert target_in(empty, library) == empty
    assert target_in(missing, library) == missing


def test_where_it_cannot_go_is_told(library: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    SqliteLibrary(other / OWN_FOLDER).close()
    (other / "x").touch()

    with pytest.raises(LibraryUnavailable, match="in that folder already"):
        target_in(library, library)
    with pytest.raises(LibraryUnavailable, match="into itself"):
        target_in(library / "images", library)
    with pytest.raises(LibraryUnavailable, match="another library"):
        target_in(other, library)


def test_a_disk_that_is_too_small_is_told_before_anything_is_copied(library: Path, tmp_path: Path) -> None:
    with a_disk(tmp_path / "stick", "2m") as disk:
        with pytest.raises(LibraryUnavailable, match="not enough room"):
            copy_library(library, disk.folder / "new", lambda _: None, lambda: False)

        assert not list(disk.folder.rglob("*.png"))


def test_a_disk_that_may_only_be_read_is_told(library: Path, tmp_path: Path) -> None:
    with a_disk(tmp_path / "stick", "80m") as disk:
        disk.shut()

        with pytest.raises(LibraryUnavailable, match="could not be read or written"):
            copy_library(library, disk.folder / "new", lambda _: None, lambda: False)


def test_what_a_kill_left_in_the_journal_comes_along(library: Path, tmp_path: Path) -> None:
    # As a kill leaves it: the last rows stand in the journal alone.
    shutil.copytree(library, tmp_path / "killed")
    with closing(sqlite3.connect(library / FILE_NAME, isolation_level=None)) as db:
        db.execute("UPDATE entries SET stars = 5")
        for path in library.glob(f"{FILE_NAME}*"):
            shutil.copy(path, tmp_path / "killed")

    _copy(tmp_path / "killed", tmp_path / "new")

    moved = SqliteLibrary(tmp_path / "new", found=True)
    assert {entry.marks.stars for entry in moved.entries()} == {5}
    moved.close()


def test_the_old_one_goes_with_just_what_has_arrived(library: Path, tmp_path: Path) -> None:
    _copy(library, tmp_path / "new")
    (library / "images/late.png").write_bytes(b"came after the copy")

    remove_library(library, tmp_path / "new")

    assert _files(library) == {"images/late.png": b"came after the copy"}
    (library / "images/late.png").unlink()
    _copy(tmp_path / "new", tmp_path / "third")
    remove_library(tmp_path / "new", tmp_path / "third")
    assert not (tmp_path / "new").exists()


def test_the_old_one_may_stay_with_a_note(library: Path, tmp_path: Path) -> None:
    _copy(library, tmp_path / "new")

    leave_note(library, tmp_path / "new")

    assert str(tmp_path / "new") in (library / NOTE).read_text()
    SqliteLibrary(library, found=True).close()


@pytest.mark.parametrize("below", ["", OWN_FOLDER, "library"])
def test_a_library_is_found_where_a_person_points(library: Path, tmp_path: Path, below: str) -> None:
    place = tmp_path / "there" / below
    shutil.copytree(library, place)

    assert library_in(tmp_path / "there") == place
    assert library_in(tmp_path / "nowhere") is None
