"""Comparing by keyboard: a keeper against challengers, a survey, and a variation beside its source."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSpinBox

from imgvar_desktop.core.filters import Filter
from imgvar_desktop.core.library import Flag
from imgvar_desktop.ui.compare_view import CompareView, Mode
from tests.acceptance.conftest import OFFSCREEN_CANNOT
from tests.acceptance.person import CTRL, LEFT, PLAIN, SHIFT, Person

pytestmark = pytest.mark.qt_log_ignore(OFFSCREEN_CANNOT)


def view(person: Person) -> CompareView:
    return person.window.compare


def names(person: Person) -> list[str]:
    return [pane.name for pane in view(person).panes]


def press(person: Person, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(view(person), key)


def until_read(person: Person) -> None:
    """Every pane has its own pixels."""
    person.until(lambda: all(pane.complete for pane in view(person).panes))


def flags(person: Person) -> list[Flag]:
    return [entry.marks.flag for entry in person.filled_tiles]


@pytest.fixture
def compared(with_four: Person) -> Person:
    """The first against the second of four."""
    with_four.click_tile(0)
    with_four.press(Qt.Key.Key_C, on=with_four.window.gallery)
    until_read(with_four)
    return with_four


@pytest.fixture
def files(compared: Person) -> list[str]:
    return [entry.file.rpartition("/")[2] for entry in compared.filled_tiles]


def test_c_puts_the_chosen_one_beside_the_next_and_arrows_bring_others(compared, files):
    assert names(compared) == [files[0], files[1]]

    press(compared, Qt.Key.Key_Right)
    assert names(compared) == [files[0], files[2]]
    press(compared, Qt.Key.Key_Right, Qt.Key.Key_Right)
    assert names(compared) == [files[0], files[1]]  # round, past the keeper
    press(compared, Qt.Key.Key_Left)

    assert names(compared) == [files[0], files[3]]


def test_up_promotes_the_challenger_and_down_rejects_it(compared, files):
    press(compared, Qt.Key.Key_Up)
    assert names(compared) == [files[1], files[2]]

    press(compared, Qt.Key.Key_Down)

    assert names(compared) == [files[1], files[3]]
    assert flags(compared) == [Flag.NONE, Flag.NONE, Flag.REJECT, Flag.NONE]
    compared.press(Qt.Key.Key_Z, CTRL)
    assert flags(compared) == [Flag.NONE] * 4


def test_marks_are_for_the_pane_with_the_focus_and_say_so(compared):
    press(compared, Qt.Key.Key_Tab, Qt.Key.Key_P)
    assert flags(compared)[0] is Flag.PICK
    assert "this image" in compared.window.toast.text

    room = view(compared).rooms()[1]
    QTest.mouseClick(view(compared), LEFT, PLAIN, room.center().toPoint())
    press(compared, Qt.Key.Key_X)

    assert flags(compared)[:2] == [Flag.PICK, Flag.REJECT]
    assert view(compared).panes[1].entry.marks.flag is Flag.REJECT  # seen at once


def test_escape_leads_back_to_the_same_selection(with_four):
    with_four.click_tile(1)
    with_four.click_tile(2, SHIFT)
    with_four.press(Qt.Key.Key_C, on=with_four.window.gallery)
    press(with_four, Qt.Key.Key_Escape)

    assert not with_four.window.compare_shown
    assert with_four.window.gallery.selected_rows() == [1, 2]


def test_zoom_and_place_are_the_same_in_both(compared):
    press(compared, Qt.Key.Key_Z)
    assert view(compared).zoom == 1.0
    first, second = (view(compared).image_rect(place) for place in (0, 1))
    rooms = view(compared).rooms()
    assert first.topLeft() - rooms[0].topLeft() == second.topLeft() - rooms[1].topLeft()

    view(compared).zoom_to(8.0, QPointF(rooms[0].center()) + QPointF(20, 10))
    first, second = (view(compared).image_rect(place) for place in (0, 1))
    gap = (first.topLeft() - rooms[0].topLeft()) - (second.topLeft() - rooms[1].topLeft())

    assert gap.manhattanLength() < 2
    assert first.size() == second.size()


def test_shift_moves_one_pane_alone_until_both_are_moved_again(compared):
    shown, rooms = view(compared), view(compared).rooms()
    shown.zoom_to(8.0)
    start = rooms[1].center().toPoint()

    def drag(keys: Qt.KeyboardModifier) -> None:
        QTest.mousePress(shown, LEFT, keys, start)
        move = start + QPoint(40, 0)
        # A move with a button down is nothing that QTest.mouseMove can make.
        from PySide6.QtCore import QCoreApplication, QEvent
        from PySide6.QtGui import QMouseEvent

        event = QMouseEvent(QEvent.Type.MouseMove, QPointF(move), shown.mapToGlobal(QPointF(move)), LEFT, LEFT, keys)
        QCoreApplication.sendEvent(shown, event)
        QTest.mouseRelease(shown, LEFT, keys, move)

    before = shown.image_rect(0)
    drag(SHIFT)
    assert shown.image_rect(0) == before
    assert shown.own
    drag(PLAIN)

    assert not shown.own
    assert shown.image_rect(0) != before


def test_the_modes_go_round_and_each_shows_what_it_says(compared):
    shown = view(compared)
    a, b = (pane.pixmap.toImage() for pane in shown.panes)

    press(compared, Qt.Key.Key_D)
    assert shown.mode is Mode.DIFFERENCE
    press(compared, Qt.Key.Key_Z)
    rect = shown.image_rect(0)
    seen = shown.grab().toImage()
    for x, y in ((20, 30), (128, 128), (200, 77)):
        first, second = QColor(a.pixel(x, y)), QColor(b.pixel(x, y))
        wanted = [abs(p - q) for p, q in zip(first.getRgb()[:3], second.getRgb()[:3], strict=True)]
        at = seen.pixelColor(round(rect.x()) + x, round(rect.y()) + y)
        assert list(at.getRgb()[:3]) == pytest.approx(wanted, abs=1)
    press(compared, Qt.Key.Key_Period, Qt.Key.Key_Period)
    assert shown.gain == 4

    press(compared, Qt.Key.Key_W)
    assert shown.mode is Mode.WIPE
    seen = shown.grab().toImage()
    left, right = (40, 60), (220, 60)
    for (x, y), image in ((left, a), (right, b)):
        at = seen.pixelColor(round(rect.x()) + x, round(rect.y()) + y)
        assert at.getRgb()[:3] == pytest.approx(QColor(image.pixel(x, y)).getRgb()[:3], abs=1)
    press(compared, Qt.Key.Key_Comma)
    assert shown.wipe < 0.5

    press(compared, Qt.Key.Key_M, Qt.Key.Key_M)
    assert shown.mode is Mode.BESIDE


def test_b_shows_the_challenger_in_the_place_of_the_keeper_while_it_is_held(compared):
    shown = view(compared)

    QTest.keyPress(shown, Qt.Key.Key_B)
    assert shown.blinking
    QTest.keyRelease(shown, Qt.Key.Key_B)

    assert not shown.blinking


def test_a_survey_shows_the_selection_and_x_drops_from_it_alone(with_four):
    with_four.press(Qt.Key.Key_A, CTRL, on=with_four.window.gallery)
    with_four.press(Qt.Key.Key_N, on=with_four.window.gallery)
    until_read(with_four)
    assert len(view(with_four).panes) == 4
    sizes = {(round(room.width()), round(room.height())) for room in view(with_four).rooms()}
    assert len(sizes) == 1

    press(with_four, Qt.Key.Key_Right, Qt.Key.Key_X)

    assert len(view(with_four).panes) == 3
    assert flags(with_four) == [Flag.NONE] * 4
    press(with_four, Qt.Key.Key_P)
    assert flags(with_four).count(Flag.PICK) == 1


def test_y_shows_the_crop_that_a_variation_was_made_from(with_four):
    with_four.click_tile(0)
    with_four.press(Qt.Key.Key_Y, on=with_four.window.gallery)
    until_read(with_four)

    assert names(with_four)[0] == "Source"
    source = view(with_four).panes[0]
    assert source.pixmap.width() == source.pixmap.height()


def test_deleting_one_of_two_leads_back_to_the_grid(compared):
    press(compared, Qt.Key.Key_Delete)

    assert not compared.window.compare_shown
    assert len(compared.filled_tiles) == 3


# What goes wrong elsewhere meanwhile


def test_a_mark_is_for_the_pane_with_the_focus_even_where_a_filter_hides_it(compared):
    person = compared
    first, second = (pane.entry.id for pane in view(person).panes)
    model = person.program.model
    model.look(replace(model.lens, filter=Filter(flags=(Flag.NONE,))))

    press(person, Qt.Key.Key_P)  # the challenger, which the filter takes away with that
    press(person, Qt.Key.Key_3)

    shelf = model.catalogue.shelf
    assert (shelf.entry(second).marks.flag, shelf.entry(second).marks.stars) == (Flag.PICK, 3)
    assert [entry.marks.stars for entry in person.filled_tiles] == [0, 0, 0]
    assert names(person)[0] == shelf.entry(first).file.rpartition("/")[2]


def test_pixels_that_come_late_go_where_their_image_is_by_now(with_four):
    with_four.press(Qt.Key.Key_A, CTRL, on=with_four.window.gallery)
    with_four.press(Qt.Key.Key_N, on=with_four.window.gallery)

    press(with_four, Qt.Key.Key_X)  # before anything was read; all others change places

    with_four.until(lambda: all(pane.complete for pane in view(with_four).panes))
    assert len(view(with_four).panes) == 3


def test_the_keeper_is_not_read_again_for_each_challenger(compared):
    keeper = view(compared).panes[0]

    press(compared, Qt.Key.Key_Right)

    assert view(compared).panes[0].pixmap.cacheKey() == keeper.pixmap.cacheKey()


@pytest.mark.parametrize("leave", [Qt.Key.Key_Escape, Qt.Key.Key_G])
def test_who_leaves_keeps_no_pixels(compared, leave):
    press(compared, leave) if leave is Qt.Key.Key_Escape else compared.window.actions_.grid.trigger()

    assert not compared.window.compare_shown
    assert view(compared).panes == ()


def test_blinking_ends_when_the_keyboard_goes_elsewhere(compared):
    QTest.keyPress(view(compared), Qt.Key.Key_B)

    compared.window.gallery.setFocus()
    compared.window.parameters.setFocus()
    compared.control(QSpinBox, "count").setFocus()

    assert not view(compared).blinking


def test_tab_goes_round_both_ways_and_f6_leads_out(compared):
    shown = view(compared)
    assert shown.focus_place == 1

    press(compared, Qt.Key.Key_Tab)
    assert shown.focus_place == 0
    QTest.keyClick(shown, Qt.Key.Key_Backtab, SHIFT)
    assert shown.focus_place == 1
    assert shown.hasFocus()
    press(compared, Qt.Key.Key_F6)

    assert not shown.hasFocus()
    assert compared.window.focusWidget() is not None


@pytest.mark.parametrize("size", [(0, 0), (1, 1), (16, 300), (24, 60), (300, 33)])
def test_there_is_no_room_too_small(compared, size):
    shown = view(compared)
    shown.setParent(None)  # a size of its own
    shown.resize(*size)
    shown.show()

    for key in (Qt.Key.Key_W, Qt.Key.Key_D, Qt.Key.Key_M, Qt.Key.Key_Z, Qt.Key.Key_Z):
        QTest.keyClick(shown, key)
        shown.grab()
        QTest.mouseClick(shown, LEFT)

    assert not compared.crashes
    shown.close()
    shown.deleteLater()


def test_what_arrives_under_the_cursor_can_be_compared_at_once(with_lake):
    person = with_lake
    person.choose(count=2, size_px=256)
    person.generate()
    person.until(lambda: person.program.model.rowCount() == 2)
    person.click_tile(0)
    person.press(Qt.Key.Key_C, on=person.window.gallery)
    person.until_closed()

    person.press(Qt.Key.Key_C, on=person.window.gallery)

    assert len(view(person).panes) == 2
