"""What is missing, astray or damaged in a library is found, mended from what is there, and told; nothing is deleted."""

import hashlib
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from imgvar_desktop.adapters.handouts import HandOuts
from imgvar_desktop.adapters.library_check import LibraryCheck
from imgvar_desktop.adapters.pictures import PillowPictures
from imgvar_desktop.adapters.pixel_files import PixelFiles
from imgvar_desktop.adapters.sqlite_library import SqliteLibrary
from imgvar_desktop.core.delivery import Item
from imgvar_desktop.core.library import Entry, RunRecord, RunState
from imgvar_desktop.core.library_check import RECOVERED_ID, LibraryReport, Progress
from tests.adapters.library_rows import REQUEST, an_entry
from tests.fakes import plain_png


@dataclass
class Home:
    """A library of two runs with two variations each, all of them whole and with thumbnails."""

    folder: Path
    library: SqliteLibrary
    pixels: PixelFiles
    run: RunRecord
    entries: list[Entry]

    @property
    def checking(self) -> LibraryCheck:
        return LibraryCheck(self.folder, library=self.library, pixels=self.pixels, pictures=PillowPictures())

    def check(self) -> LibraryReport:
        return self.checking.run(lambda _: None, lambda: False)

    def file(self, at: int) -> Path:
        return self.pixels.path_of(self.entries[at])

    def names(self) -> set[str]:
        images = self.folder.rglob("images/**/*")
        return {path.relative_to(self.folder).as_posix() for path in images if path.is_file()}


def png(seed: int, side_px: int = 32) -> bytes:
    noise = random.Random(seed).randbytes(side_px * side_px * 3)
    encoded = BytesIO()
    Image.frombytes("RGB", (side_px, side_px), noise).save(encoded, "PNG")
    return encoded.getvalue()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    folder = tmp_path / "library"
    library, pixels = SqliteLibrary(folder), PixelFiles(folder)
    entries = []
    for _ in range(2):
        key, _ = pixels.keep_source(plain_png(64))
        request = replace(REQUEST, source=replace(REQUEST.source, key=key))
        run = library.begin_run(request, "On this device")
        for index in range(2):
            stem = f"lake_v{run.number:02}-{index + 1:02}"
            data = png(10 * run.number + index)
            file, sha256 = pixels.write_variation(data, stem=stem, media_type="image/png", month="2026-11")
            entry = an_entry(run, index, file=file, sha256=sha256, width=32, height=32)
            library.add_entry(entry)
            entries.append(entry)
    home = Home(folder, library, pixels, run, entries)
    assert home.check().thumbnails == 4
    yield home
    library.close()


def test_a_whole_library_is_left_alone(home: Home) -> None:
    before = (home.library.entries(), home.names())

    report = home.check()

    assert report == LibraryReport(images=4)
    assert report.whole
    assert (home.library.entries(), home.names()) == before


def test_copies_for_other_programs_are_no_images_of_the_library(home: Home) -> None:
    item = Item(home.entries[0], home.run, home.file(0))
    (copy,) = HandOuts(home.folder).copies([item], "{source}")
    (copy.parent / "another program's.png").write_bytes(png(99))

    assert home.check() == LibraryReport(images=4)
    home.file(0).unlink()
    # It goes after a week: nothing may come to depend on it.
    assert home.check().missing == (home.entries[0].file,)


def test_a_file_that_was_moved_or_renamed_is_known_where_it_is(home: Home) -> None:
    there = home.folder / "my own folder"
    there.mkdir()
    home.file(0).rename(there / "the best one.png")

    report = home.check()

    assert report.moved == ("my own folder/the best one.png",)
    assert (report.missing, report.adopted) == ((), ())
    (entry,) = (e for e in home.library.entries() if e.id == home.entries[0].id)
    assert entry == replace(home.entries[0], file="my own folder/the best one.png")
    assert home.check().whole


def test_a_missing_file_is_told_and_its_row_kept(home: Home) -> None:
    before = home.library.entries()
    home.file(1).unlink()

    assert home.check().missing == (home.entries[1].file,)
    assert home.library.entries() == before


def test_a_missing_file_comes_back_from_where_it_was_a_source(home: Home) -> None:
    home.pixels.keep_source(home.file(1))
    home.file(1).unlink()

    report = home.check()

    assert report.restored == (home.entries[1].file,)
    assert hashlib.sha256(home.file(1).read_bytes()).hexdigest() == home.entries[1].sha256


def test_a_damaged_file_is_told_and_left(home: Home) -> None:
    whole = home.file(2).read_bytes()
    home.file(2).write_bytes(whole[: len(whole) // 2])

    report = home.check()

    assert report.damaged == (home.entries[2].file,)
    assert home.file(2).read_bytes() == whole[: len(whole) // 2]


def test_a_damaged_file_is_replaced_by_a_whole_one_beside_it(home: Home) -> None:
    home.pixels.keep_source(home.file(2))
    home.file(2).write_bytes(b"")

    report = home.check()

    assert report.restored == (home.entries[2].file,)
    (entry,) = (e for e in home.library.entries() if e.id == home.entries[2].id)
    assert entry.file == "images/2026-11/lake_v02-01 (2).png"
    assert hashlib.sha256((home.folder / entry.file).read_bytes()).hexdigest() == entry.sha256
    assert home.file(2).read_bytes() == b""


def test_a_file_that_another_program_wrote_over_is_told_apart(home: Home) -> None:
    home.file(0).write_bytes(png(99))

    report = home.check()

    assert report.changed == (home.entries[0].file,)
    assert report.damaged == ()


def test_an_image_without_a_row_goes_to_the_run_and_place_that_its_name_says(home: Home) -> None:
    # As a kill between the image and its row leaves it.
    data = png(77)
    file, sha256 = home.pixels.write_variation(data, stem="lake_v02-04", media_type="image/png", month="2026-11")

    report = home.check()

    assert report.adopted == (file,)
    (entry,) = (e for e in home.library.entries() if e.file == file)
    assert (entry.run_number, entry.index, entry.sha256) == (2, 3, sha256)
    assert (entry.width, entry.height, entry.media_type) == (32, 32, "image/png")
    assert home.pixels.thumbnail_path(sha256).is_file()
    assert report.thumbnails == 1
    assert home.library.runs()[0].arrived == 3


def test_such_images_of_interrupted_runs_are_taken_in_at_the_start(home: Home) -> None:
    mine, _ = home.pixels.write_variation(png(77), stem="lake_v02-04", media_type="image/png", month="2026-11")
    home.pixels.write_variation(png(78), stem="lake_v01-04", media_type="image/png", month="2026-11")
    (home.folder / "images/2026-11/lake_v02-03.png").write_bytes(b"half of one")

    taken_in = home.checking.take_in([home.run])

    assert taken_in == 1
    assert mine in {entry.file for entry in home.library.entries()}
    assert len(home.library.entries()) == 5


OTHERS = {
    "another source": "pond_v01-03.png",
    "a run that is not there": "lake_v09-01.png",
    "a place that the run has not": "lake_v01-05.png",
    "a place that is taken": "lake_v01-02 (2).png",
    "any name": "IMG_2031.png",
}


@pytest.mark.parametrize("name", OTHERS.values(), ids=OTHERS.keys())
def test_other_images_without_a_row_come_in_a_run_of_their_own(home: Home, name: str) -> None:
    (home.folder / "images/2026-11" / name).write_bytes(png(5))

    report = home.check()

    assert report.adopted == (f"images/2026-11/{name}",)
    run = home.library.runs()[0]
    assert (run.request.service_id, run.state, run.arrived, run.missing) == (RECOVERED_ID, RunState.FINISHED, 1, 0)
    assert home.library.entries()[0].file == f"images/2026-11/{name}"
    assert home.check() == LibraryReport(images=5)


def test_many_of_them_come_in_several_runs(home: Home) -> None:
    for at in range(23):
        (home.folder / f"images/IMG_{at}.png").write_bytes(png(100 + at))

    assert len(home.check().adopted) == 23
    assert [run.arrived for run in home.library.runs()] == [3, 10, 10, 2, 2]
    assert home.check().whole


def test_jpeg_and_webp_are_told_by_their_content(home: Home) -> None:
    picture = Image.open(BytesIO(png(5)))
    picture.save(home.folder / "images/one.png", "JPEG")
    picture.save(home.folder / "images/two.png", "WEBP", lossless=True)

    assert len(home.check().adopted) == 2
    assert {e.media_type for e in home.library.entries()} == {"image/png", "image/jpeg", "image/webp"}


def test_a_copy_of_a_known_image_is_no_second_variation(home: Home) -> None:
    shutil.copy(home.file(0), home.folder / "images/copy.png")

    assert home.check() == LibraryReport(images=4)


STRANGERS: dict[str, Callable[[Path], object]] = {
    "text": lambda folder: (folder / "notes.txt").write_text("for the client"),
    "half an image": lambda folder: (folder / "half.png").write_bytes(png(5)[:500]),
    "another kind of picture": lambda folder: Image.new("RGB", (8, 8)).save(folder / "scan.tif"),
}


@pytest.mark.parametrize("put", STRANGERS.values(), ids=STRANGERS.keys())
def test_what_is_no_variation_is_told_and_left(home: Home, put: Callable[[Path], object]) -> None:
    put(home.folder / "images/2026-11")
    before = home.names()

    report = home.check()

    assert len(report.strangers) == 1
    assert home.names() == before
    assert len(home.library.entries()) == 4


def test_what_is_hidden_or_half_written_is_nobodys_business(home: Home) -> None:
    (home.folder / "images/.DS_Store").write_bytes(b"x")
    (home.folder / "images/2026-11/.abc.part").write_bytes(b"x")

    assert home.check().whole


def test_thumbnails_that_are_gone_or_empty_are_made_again(home: Home) -> None:
    home.pixels.thumbnail_path(home.entries[0].sha256).unlink()
    home.pixels.thumbnail_path(home.entries[3].sha256).write_bytes(b"")

    assert home.check().thumbnails == 2
    assert all(home.pixels.thumbnail_path(entry.sha256).stat().st_size for entry in home.entries)


def test_pictures_that_runs_were_made_from_are_missed(home: Home) -> None:
    home.pixels.source_path(home.run.request.source.key).unlink()

    assert home.check().missing_sources == ("lake",)


def test_what_was_purged_is_not_missed(home: Home) -> None:
    home.library.purge([home.entries[0].id])
    home.file(0).unlink()

    assert home.check() == LibraryReport(images=3)


def test_progress_never_falls_and_ends_at_the_whole(home: Home) -> None:
    (home.folder / "images/IMG_1.png").write_bytes(png(1))
    told: list[Progress] = []

    home.checking.run(told.append, lambda: False)

    assert [step.done for step in told] == sorted(step.done for step in told)
    assert told[-1].done == told[-1].total


def test_a_check_that_is_stopped_says_what_it_has_done(home: Home) -> None:
    for at in (0, 3):
        home.file(at).rename(home.folder / f"images/moved {at}.png")
    told: list[Progress] = []

    report = home.checking.run(told.append, lambda: len(told) > 4)

    assert report.stopped
    assert not report.whole
    assert len(report.moved) == 1
    assert home.check().moved == ("images/moved 0.png",)
