"""Several pictures and several framings: one press makes variations of all that were ticked, in their order."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from imgvar_desktop.core.arrangement import Lens
from imgvar_desktop.core.bracket import Bracket
from imgvar_desktop.core.filters import Filter
from tests.acceptance.conftest import OFFSCREEN_CANNOT, quarters
from tests.acceptance.person import LEFT, PLAIN, Person, file_mime

pytestmark = pytest.mark.qt_log_ignore(OFFSCREEN_CANNOT)


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    """Of sizes that tell them apart; the third one is none."""
    folder = tmp_path / "trip"
    folder.mkdir()
    files = [folder / f"{name}.png" for name in ("one", "two", "three", "four")]
    for file, width in zip(files, (640, 500, 0, 400), strict=True):
        if width:
            quarters(width, 300).save(file)
        else:
            file.write_bytes(b"no picture at all")
    return files


@pytest.fixture
def with_strip(person: Person, pictures: list[Path]) -> Person:
    person.drop(file_mime(*pictures))
    person.until_picture("one")
    person.until(lambda: all(frame.source or frame.refusal for frame in frames(person)))
    person.choose(count=1, size_px=256)
    return person


def frames(person: Person):
    return person.program.studio.film.frames


def click_frame(person: Person, place: int, *, tick: bool = False) -> None:
    strip = person.window.source.filmstrip.list
    strip.scrollTo(strip.model().index(place, 0))
    rect = strip.visualRect(strip.model().index(place, 0))
    at = QPoint(rect.left() + 50, rect.top() + 50) if tick else QPoint(rect.left() + 20, rect.top() + 20)
    QTest.mouseClick(strip.viewport(), LEFT, PLAIN, at)


def runs(person: Person, count: int):
    """What was asked for, by run number."""
    person.until_closed(count)
    return [e.run.request for e in sorted(person.closed, key=lambda event: event.run.number)]


def test_one_press_runs_all_that_are_ticked_in_their_order(with_strip):
    assert [frame.ticked for frame in frames(with_strip)] == [True, True, False, True]
    assert "three.png" in frames(with_strip)[2].refusal
    click_frame(with_strip, 1, tick=True)

    with_strip.generate()

    assert [request.source.name for request in runs(with_strip, 2)] == ["one", "four"]


def test_space_ticks_and_enter_chooses(with_strip):
    strip = with_strip.window.source.filmstrip.list
    strip.setFocus()
    strip.setCurrentIndex(strip.model().index(0, 0))
    QTest.keyClick(strip, Qt.Key.Key_Right)
    QTest.keyClick(strip, Qt.Key.Key_Space)
    assert [frame.ticked for frame in frames(with_strip)] == [True, False, False, True]

    QTest.keyClick(strip, Qt.Key.Key_Return)
    with_strip.until_picture("two")


@pytest.mark.parametrize("same", [False, True])
def test_each_has_its_own_crop_or_all_have_one(with_strip, same):
    model = with_strip.program.studio.crop
    model.move(-170, 0)  # to the left edge
    own = model.framing
    with_strip.window.source.filmstrip.same_crop.setChecked(same)

    lefts = [chosen.crop.x for chosen in with_strip.window.source.all_chosen]
    assert lefts == ([0, 0, 0] if same else [0, 100, 50])

    click_frame(with_strip, 3)
    with_strip.until_picture("four")
    click_frame(with_strip, 0)
    with_strip.until_picture("one")
    assert model.framing == own


def test_a_single_picture_ends_the_strip(with_strip, lake):
    with_strip.open(lake)

    assert not frames(with_strip)
    assert not with_strip.window.source.filmstrip.isVisible()


def test_a_bracket_makes_its_framings_in_one_press_and_they_are_told_apart(boot, lake):
    person = boot(lake)
    person.until_picture("lake")
    person.choose(count=3, size_px=256)
    ways = (Bracket.AS_FRAMED, Bracket.TIGHT, Bracket.FLIPPED)
    settings = person.program.settings
    settings.set(replace(settings.now, framings=ways))
    assert "3" in person.window.run.generate.text()

    person.generate()

    requests = runs(person, 3)
    assert [(request.framing_name, request.count) for request in requests] == [(way.value, 1) for way in ways]
    assert requests[1].crop.side == 280
    assert requests[2].framing.flipped
    assert person.leave()

    again = boot()
    again.until(lambda: len(again.filled_tiles) == 3)
    again.program.model.look(Lens(filter=Filter(framing_names=("tight",))))
    assert len(again.filled_tiles) == 1
    assert again.shown_runs[0].request.framing_name == "tight"
