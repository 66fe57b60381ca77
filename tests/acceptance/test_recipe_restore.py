"""An exported picture, dropped back, brings what it was made from; or is a picture like any other."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from imgvar_desktop.adapters.paths import find_paths
from imgvar_desktop.core.export_options import ExportOptions, Metadata
from imgvar_desktop.core.framing import Framing
from tests.acceptance.conftest import OFFSCREEN_CANNOT, quarters
from tests.acceptance.person import CTRL, LEFT, Person, file_mime

pytestmark = pytest.mark.qt_log_ignore(OFFSCREEN_CANNOT)


@pytest.fixture
def told(with_lake: Person, tmp_path: Path) -> tuple[Person, Path, Framing]:
    """One variation of a crop of its own, exported with provenance and sidecar; then everything is changed."""
    folder = tmp_path / "Pictures"
    folder.mkdir()
    person = with_lake
    options = ExportOptions(metadata=Metadata.PROVENANCE, sidecar=True)
    settings = replace(person.program.settings.now, save_folder=str(folder), export=options, strength=0.8)
    person.program.settings.set(settings)
    person.window.parameters.fill(settings)
    view = person.window.source.crop_view
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    framing = person.window.source.chosen.framing
    person.generate()
    person.until_closed()
    person.window.gallery.setFocus()
    person.click_tile(0)
    person.press(Qt.Key.Key_S, CTRL)
    person.until((folder / "lake_v01-01.png.json").exists)
    other = tmp_path / "other.png"
    quarters(300, 300).save(other)
    person.open(other)
    person.choose(count=5, size_px=512)
    return person, folder / "lake_v01-01.png", framing


@pytest.mark.parametrize("suffix", ["", ".json"], ids=["picture", "sidecar"])
def test_source_crop_and_parameters_come_back(told, suffix):
    person, picture, framing = told
    (entry, *_) = person.arrived

    person.drop(file_mime(picture.with_name(picture.name + suffix)))
    person.until_picture("lake")

    chosen = person.window.source.chosen
    now = person.program.settings.now
    assert chosen.framing == framing
    assert (now.count, now.size_px, now.strength, now.seed) == (2, 256, 0.8, entry.seed)
    assert person.window.source.message.text == "As it was for lake_v01-01: source, crop and parameters."
    assert [b.text() for b in person.window.source.message.buttons] == ([] if suffix else ["Use the picture itself"])


def test_generating_again_makes_the_same_picture_again(told):
    person, picture, _ = told
    (first, *_) = person.arrived

    person.drop(file_mime(picture))
    person.until_picture("lake")
    person.generate()
    person.until_closed(2)

    assert person.arrived[2].sha256 == first.sha256


def test_the_picture_itself_may_be_meant(told):
    person, picture, _ = told
    person.drop(file_mime(picture))
    person.until_picture("lake")

    (button,) = person.window.source.message.buttons
    QTest.mouseClick(button, LEFT)

    person.until_picture("lake_v01-01")


def test_without_its_source_it_is_said_and_the_picture_offered(told):
    person, picture, _ = told
    for file in (find_paths().library / "sources").glob("*.jpg"):
        file.unlink()

    person.drop(file_mime(picture))
    person.until(lambda: person.window.source.message.text)

    assert person.window.source.message.text.startswith("The picture that this was made from, “lake”, is not in")
    assert person.source_name == "other"  # it stays
    (button,) = person.window.source.message.buttons
    QTest.mouseClick(button, LEFT)
    person.until_picture("lake_v01-01")


def test_several_are_the_pictures_that_they_are(told):
    person, picture, _ = told
    other = picture.with_name("second.png")
    quarters(200, 200).save(other)

    person.drop(file_mime(picture, other))

    person.until_picture("lake_v01-01")


def test_a_variation_dragged_within_the_window_is_a_source(told):
    person, _, _ = told
    person.window.gallery.setFocus()
    person.click_tile(0)
    taking = person.program.studio.taking_along
    person.until(lambda: taking.ready is not None)

    person.drop(taking.mime_of(taking.ready))
    person.until_picture("lake_v01-01")

    assert person.window.source.chosen.source.key == person.arrived[0].sha256  # so it knows its parent
