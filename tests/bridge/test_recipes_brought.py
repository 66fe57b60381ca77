"""A file that holds a recipe brings the recipe's source and crop, if the library has it; else it says so."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from imgvar_desktop.bridge.bringing import LoadedPicture, SourceMissing, brought
from imgvar_desktop.bridge.dropped import DroppedFile
from imgvar_desktop.bridge.exporting import Wish, items_of
from imgvar_desktop.bridge.workshop import Workshop
from imgvar_desktop.core.delivery import Taken
from imgvar_desktop.core.errors import PictureRefused
from imgvar_desktop.core.export_options import ExportOptions, Metadata
from imgvar_desktop.core.framing import Framing
from imgvar_desktop.core.geometry import Square
from imgvar_desktop.core.library import RunRecord
from imgvar_desktop.core.request import Source
from tests.adapters.export_items import Follower
from tests.adapters.library_rows import REQUEST, an_entry
from tests.adapters.made_pictures import encoded, quadrants, written
from tests.fakes import plain_png

# First, so that Qt does not take the worker's thread, which decodes, for the main one.
pytestmark = pytest.mark.usefixtures("qapp")

FRAMING = Framing(Square(7, 3, 20), turns=1, flipped=True)


@pytest.fixture
def run(workshop: Workshop) -> RunRecord:
    """Of a source that the library keeps, 60 × 40."""
    key, _ = workshop.pixels.keep_source(encoded(quadrants(), "PNG"))
    source = Source(key, "lake", 60, 40)
    return workshop.library.begin_run(replace(REQUEST, source=source, framing=FRAMING), "On this device")


@pytest.fixture
def exported(workshop: Workshop, run: RunRecord, tmp_path: Path) -> Path:
    """A picture with provenance, its sidecar beside it."""
    folder = tmp_path / "Pictures"
    folder.mkdir()
    data = plain_png(32)
    file, sha256 = workshop.pixels.write_variation(data, stem="lake", media_type="image/png", month="2026-11")
    entry = an_entry(run, file=file, sha256=sha256, width=32, height=32)
    workshop.library.add_entry(entry)
    options = ExportOptions(metadata=Metadata.PROVENANCE, sidecar=True)
    items = items_of(workshop, [Wish(entry, run)])
    report = workshop.exporter.export(items, options, folder, taken=Taken.NUMBER, watcher=Follower())
    return report.delivered[0].path


def bring(workshop: Workshop, dropped: DroppedFile) -> LoadedPicture:
    return asyncio.run(brought(workshop, dropped))


def sidecar_of(picture: Path) -> Path:
    return picture.with_name(f"{picture.name}.json")


def forget_source(workshop: Workshop, run: RunRecord) -> None:
    workshop.pixels.source_path(run.request.source.key).unlink()


def test_a_picture_brings_its_source_and_crop_back(workshop, run, exported):
    picture = bring(workshop, DroppedFile(exported))

    assert picture.source == run.request.source
    assert picture.framing == FRAMING
    assert picture.recipe is not None
    assert picture.recipe.request.strength == REQUEST.strength
    assert picture.picture == exported


def test_so_does_its_sidecar_which_is_no_picture_itself(workshop, run, exported):
    picture = bring(workshop, DroppedFile(sidecar_of(exported)))

    assert picture.source == run.request.source
    assert picture.framing == FRAMING
    assert picture.picture is None


def test_the_picture_itself_is_a_source_when_it_is_meant(workshop, exported):
    picture = bring(workshop, DroppedFile(exported, as_is=True))

    assert (picture.source.name, picture.source.width) == (exported.stem, 32)
    assert picture.recipe is None


@pytest.mark.parametrize("of_sidecar", [False, True])
def test_a_source_that_is_gone_is_said_and_named(workshop, run, exported, of_sidecar):
    forget_source(workshop, run)
    file = sidecar_of(exported) if of_sidecar else exported

    with pytest.raises(SourceMissing, match="“lake”, is not in this library") as caught:
        bring(workshop, DroppedFile(file))

    assert "60 × 40 px" in caught.value.hint
    assert caught.value.picture == (None if of_sidecar else exported)


def test_a_recipe_that_somebody_wrote_into_does_not_leave_the_picture(workshop, run, exported):
    sidecar = sidecar_of(exported)
    text = sidecar.read_text()
    wider = text.replace('"width": 60', '"width": 6000').replace('"height": 40', '"height": 4000')
    sidecar.write_text(wider.replace('"x": 7', '"x": 2000'))

    picture = bring(workshop, DroppedFile(sidecar))

    assert picture.source == run.request.source
    assert picture.framing == FRAMING  # the last one on this picture


@pytest.mark.parametrize("content", [b'{"a": 1}', b"{}", b"not even json"])
def test_other_files_are_no_recipes(workshop, tmp_path, content):
    with pytest.raises(PictureRefused) as caught:
        bring(workshop, DroppedFile(written(tmp_path / "notes.json", content)))

    assert not isinstance(caught.value, SourceMissing)
