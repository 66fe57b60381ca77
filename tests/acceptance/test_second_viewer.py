"""The second viewer follows the gallery, takes the keys of culling, and goes when it is not wanted any more."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from imgvar_desktop.core.library import Flag
from tests.acceptance.conftest import OFFSCREEN_CANNOT
from tests.acceptance.person import Person

pytestmark = pytest.mark.qt_log_ignore(OFFSCREEN_CANNOT)


@pytest.fixture
def with_two_viewers(with_four: Person) -> Person:
    person = with_four
    person.click_tile(0)
    person.choose_from_menu("Window", person.window.actions_.second_viewer)
    person.until(lambda: person.program.studio.second_viewer.viewer)
    return person


def caption(person: Person) -> str:
    return person.program.studio.second_viewer.viewer.accessibleDescription()


def test_it_shows_what_is_current_in_the_gallery(with_two_viewers):
    person = with_two_viewers
    names = [entry.file.rpartition("/")[2] for entry in person.filled_tiles]
    person.until(lambda: names[0] in caption(person))
    person.until(lambda: person.program.studio.second_viewer.viewer.complete)

    person.click_tile(2)

    person.until(lambda: names[2] in caption(person))
    assert not person.window.viewer_shown


def test_its_arrows_and_marks_are_the_gallerys(with_two_viewers):
    person = with_two_viewers
    viewer = person.program.studio.second_viewer.viewer

    QTest.keyClick(viewer, Qt.Key.Key_Right)
    QTest.keyClick(viewer, Qt.Key.Key_P)

    assert person.window.gallery.currentIndex().row() == 1
    flags = [entry.marks.flag for entry in person.filled_tiles]
    assert flags == [Flag.NONE, Flag.PICK, Flag.NONE, Flag.NONE]


@pytest.mark.parametrize("way", ["escape", "menu"])
def test_it_goes_and_comes_back(with_two_viewers, way):
    person = with_two_viewers
    action = person.window.actions_.second_viewer
    viewer = person.program.studio.second_viewer.viewer

    if way == "escape":
        QTest.keyClick(viewer, Qt.Key.Key_Escape)
    else:
        person.choose_from_menu("Window", action)
    assert person.program.studio.second_viewer.viewer is None
    assert not action.isChecked()

    person.click_tile(3)
    action.trigger()
    person.until(lambda: person.filled_tiles[3].file.rpartition("/")[2] in caption(person))


def test_nothing_is_read_for_a_window_that_is_closed(with_two_viewers):
    person = with_two_viewers
    second = person.program.studio.second_viewer
    viewer = second.viewer
    person.until(lambda: viewer.complete)
    before = viewer.accessibleDescription()
    viewer.window().close()  # as the window manager does

    person.click_tile(2)

    assert viewer.accessibleDescription() == before
    assert not person.window.actions_.second_viewer.isChecked()
