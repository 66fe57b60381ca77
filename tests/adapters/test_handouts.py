"""Other programs get clean copies under readable names, and nothing that they do to them reaches the library."""

import os
import time
from pathlib import Path

import pytest

from imgvar_desktop.adapters.handouts import FOLDER, KEPT_S, HandOuts
from imgvar_desktop.adapters.picture_metadata import extras
from imgvar_desktop.core.errors import ExportRefused
from tests.adapters.export_items import an_item
from tests.adapters.made_pictures import encoded, quadrants, written
from tests.adapters.test_picture_metadata import chatty

TEMPLATE = "{source}_v{run:02}-{index:02}"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    folder = tmp_path / "library"
    folder.mkdir()
    return folder


def test_copies_have_names_and_the_library_s_own_bytes(library):
    items = [an_item(written(library / f"{at}.png", encoded(quadrants(9 + at, 9), "PNG")), at) for at in range(2)]

    copies = HandOuts(library).copies(items, TEMPLATE)

    assert [copy.name for copy in copies] == ["lake_v03-01.png", "lake_v03-02.png"]
    assert [copy.read_bytes() for copy in copies] == [item.file.read_bytes() for item in items]
    assert all(copy.is_relative_to(library / FOLDER) for copy in copies)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_what_the_service_wrote_stays_here(library, kind):
    (copy,) = HandOuts(library).copies([an_item(written(library / "a.png", chatty(kind)))], TEMPLATE)

    assert extras(copy.read_bytes()) == ()


def test_writing_into_a_copy_does_not_reach_the_library_and_is_mended(library):
    item = an_item(written(library / "a.png", encoded(quadrants(), "PNG")))
    before = item.file.read_bytes()
    handouts = HandOuts(library)

    (copy,) = handouts.copies([item], TEMPLATE)
    with copy.open("r+b") as file:
        file.write(b"spoilt")
    after = item.file.read_bytes()
    (again,) = handouts.copies([item], TEMPLATE)

    assert after == before
    assert again == copy
    assert again.read_bytes() == before


def test_a_copy_that_is_there_is_not_written_again(library):
    item = an_item(written(library / "a.png", encoded(quadrants(), "PNG")))
    handouts = HandOuts(library)

    (copy,) = handouts.copies([item], TEMPLATE)
    os.utime(copy, ns=(5, 5))
    handouts.copies([item], TEMPLATE)

    assert copy.stat().st_mtime_ns == 5


def test_two_with_one_name_do_not_meet(library):
    items = [an_item(written(library / f"{at}.png", encoded(quadrants(9 + at, 9), "PNG"))) for at in range(2)]

    copies = HandOuts(library).copies(items, "{source}")

    assert [copy.name for copy in copies] == ["lake.png", "lake.png"]
    assert copies[0] != copies[1]


def test_copies_are_cleaned_after_a_week_and_not_before(library):
    handouts = HandOuts(library)
    (copy,) = handouts.copies([an_item(written(library / "a.png", encoded(quadrants(), "PNG")))], TEMPLATE)

    soon = handouts.clean(time.time() + KEPT_S / 2)
    there = copy.exists()
    late = handouts.clean(time.time() + KEPT_S + 5)

    assert (soon, there) == (0, True)
    assert (late, copy.exists()) == (1, False)
    assert handouts.clean() == 0


def test_a_copy_that_was_taken_again_stays_a_week_from_then(library):
    handouts, item = HandOuts(library), an_item(written(library / "a.png", encoded(quadrants(), "PNG")))
    (copy,) = handouts.copies([item], TEMPLATE)
    os.utime(copy.parent, (5, 5))

    handouts.copies([item], TEMPLATE)

    assert handouts.clean() == 0
    assert copy.exists()


def test_a_library_that_cannot_be_written_to_hands_out_from_elsewhere(library, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    item = an_item(written(library / "a.png", encoded(quadrants(), "PNG")))
    written(library / FOLDER, b"a file where the folder should be")

    (copy,) = HandOuts(library).copies([item], TEMPLATE)

    assert copy.is_relative_to(tmp_path)
    assert not copy.is_relative_to(library)
    assert copy.read_bytes() == item.file.read_bytes()


def test_a_variation_that_left_the_library_is_named(library):
    item = an_item(written(library / "a.png", encoded(quadrants(), "PNG")))
    item.file.unlink()

    with pytest.raises(ExportRefused, match="cannot be read from the library"):
        HandOuts(library).copies([item], TEMPLATE)
