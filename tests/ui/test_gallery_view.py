"""The gallery is selected in as a file manager is, by mouse and by keyboard, while runs come and go."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from imgvar_desktop.bridge.catalogue import Catalogue
from imgvar_desktop.bridge.gallery_model import GalleryModel
from imgvar_desktop.bridge.thumbnail_loader import ThumbnailLoader
from imgvar_desktop.core.library import RunState
from imgvar_desktop.core.runs import RunQueued, RunStopped, VariationArrived
from imgvar_desktop.ui.gallery_view import GalleryView
from imgvar_desktop.ui.section_header import HeaderPart
from imgvar_desktop.ui.tile_delegate import TileDelegate
from tests.bridge.test_gallery_model import closed, entry, run

LEFT = Qt.MouseButton.LeftButton
PLAIN, CTRL, SHIFT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
Key = Qt.Key


@pytest.fixture
def model(qtbot) -> GalleryModel:
    return GalleryModel(Catalogue())


@pytest.fixture
def view(qtbot, model, tmp_path):
    """Four tiles a line: run 2 with six above run 1 with three."""
    loader = ThumbnailLoader()
    missing = tmp_path / "missing.png"

    def paths(_: object) -> tuple[Path, Path]:
        return missing, missing

    view = GalleryView(model, TileDelegate(loader, paths))
    qtbot.addWidget(view)
    view.set_tile_px(128)
    view.resize(620, 500)
    for number, count in ((1, 3), (2, 6)):
        record = run(number, count)
        model.catalogue.on_reported(RunQueued(record))
        for index in range(count):
            model.catalogue.on_reported(VariationArrived(record.id, entry(record, index)))
    view.show()
    qtbot.waitExposed(view)
    view.setFocus()
    yield view
    assert loader.stop(5000)


def click(view: GalleryView, row: int, keys: Qt.KeyboardModifier = PLAIN, button: Qt.MouseButton = LEFT) -> None:
    QTest.mouseClick(view.viewport(), button, keys, view.visualRect(view.model().index(row, 0)).center())


def press(view: GalleryView, *keys: Key, held: Qt.KeyboardModifier = PLAIN) -> None:
    for key in keys:
        QTest.keyClick(view, key, held)


def test_a_click_chooses_one_and_ctrl_adds_and_takes_away(view):
    click(view, 1)
    click(view, 4, CTRL)
    assert view.selected_rows() == [1, 4]

    click(view, 1, CTRL)
    assert view.selected_rows() == [4]

    click(view, 7)
    assert view.selected_rows() == [7]


def test_shift_reaches_from_the_last_plain_click_both_ways(view):
    click(view, 4)
    click(view, 6, SHIFT)
    assert view.selected_rows() == [4, 5, 6]

    click(view, 2, SHIFT)
    assert view.selected_rows() == [2, 3, 4]


def test_a_click_on_nothing_chooses_none(view):
    click(view, 1)

    QTest.mouseClick(view.viewport(), LEFT, PLAIN, QPoint(3, 480))

    assert view.selected_rows() == []


def test_the_right_button_keeps_a_selection_that_it_is_on(view):
    click(view, 0)
    click(view, 2, SHIFT)

    click(view, 1, button=Qt.MouseButton.RightButton)
    assert view.selected_rows() == [0, 1, 2]

    click(view, 5, button=Qt.MouseButton.RightButton)
    assert view.selected_rows() == [5]


@pytest.mark.parametrize(
    ("keys", "row"),
    [
        ([Key.Key_Right], 1),
        ([Key.Key_Right, Key.Key_Left], 0),
        ([Key.Key_Left], 0),
        ([Key.Key_Down], 4),
        ([Key.Key_Right, Key.Key_Right, Key.Key_Down], 5),  # the line below is shorter
        ([Key.Key_Down, Key.Key_Down], 6),  # across a header
        ([Key.Key_End], 8),
        ([Key.Key_End, Key.Key_Home], 0),
        ([Key.Key_End, Key.Key_Up], 5),
    ],
)
def test_the_arrows_move_through_lines_and_runs(view, keys, row):
    click(view, 0)

    press(view, *keys)

    assert view.selected_rows() == [row]
    assert view.currentIndex().row() == row


def test_keys_of_the_number_pad_are_keys_like_others(view, qtbot):
    pad = Qt.KeyboardModifier.KeypadModifier
    click(view, 0)
    press(view, Key.Key_Right, held=pad)
    assert view.selected_rows() == [1]

    press(view, Key.Key_Right, held=pad | SHIFT)
    assert view.selected_rows() == [1, 2]

    with qtbot.waitSignal(view.opened) as got:
        press(view, Key.Key_Enter, held=pad)
    assert got.args == [2]


def test_shift_and_arrows_reach_and_ctrl_and_arrows_only_move(view):
    click(view, 1)
    press(view, Key.Key_Down, held=SHIFT)
    assert view.selected_rows() == [1, 2, 3, 4, 5]

    press(view, Key.Key_Left, held=CTRL)
    assert view.selected_rows() == [1, 2, 3, 4, 5]
    press(view, Key.Key_Space, held=CTRL)
    assert view.selected_rows() == [1, 2, 3, 5]


def test_the_keyboard_starts_at_the_first_tile(view):
    assert view.selected_rows() == []
    press(view, Key.Key_Space, held=CTRL)

    assert view.selected_rows() == [0]


def test_a_new_run_above_moves_neither_selection_nor_anchor(view, model):
    click(view, 4)

    model.catalogue.on_reported(RunQueued(run(3, 5)))
    assert view.selected_rows() == [9]
    click(view, 11, SHIFT)

    assert view.selected_rows() == [9, 10, 11]


def test_places_that_go_above_move_neither_selection_nor_anchor(view, model):
    third = run(3, 5)
    model.catalogue.on_reported(RunQueued(third))
    click(view, 9)

    model.catalogue.on_reported(RunStopped(closed(third, 0, RunState.STOPPED)))
    assert view.selected_rows() == [4]
    click(view, 6, SHIFT)

    assert view.selected_rows() == [4, 5, 6]


def test_what_one_looks_at_stays_when_a_run_comes_above(view, model):
    view.resize(620, 260)
    press(view, Key.Key_End)
    before = view.visualRect(view.currentIndex())
    assert view.verticalScrollBar().value() > 0

    model.catalogue.on_reported(RunQueued(run(3, 8)))

    assert view.visualRect(view.currentIndex()) == before


def test_a_tile_that_the_keyboard_reaches_is_in_sight(view):
    view.resize(620, 260)
    for key in (Key.Key_End, Key.Key_Home, Key.Key_Down, Key.Key_PageDown, Key.Key_PageUp):
        press(view, key)
        assert view.viewport().rect().contains(view.visualRect(view.currentIndex()))


def test_what_the_keyboard_is_on_is_read_out(view):
    press(view, Key.Key_Home, Key.Key_Right)

    assert view.accessibleName() == "Variations"
    assert view.accessibleDescription() == "Variation 2 of 6, run 2"


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Space])
def test_the_current_one_is_opened_by_key(view, qtbot, key):
    click(view, 3)

    with qtbot.waitSignal(view.opened) as got:
        press(view, key)

    assert got.args == [3]


def test_the_retry_link_of_a_header_names_its_run(view, model, qtbot):
    third = run(3, 2)
    model.catalogue.on_reported(RunQueued(third))
    model.catalogue.on_reported(VariationArrived(third.id, entry(third, 0)))
    model.catalogue.on_reported(RunStopped(closed(third, 1, RunState.STOPPED)))
    chosen = view.selected_rows()

    with qtbot.waitSignal(view.retry_asked) as got:
        QTest.mouseClick(view.viewport(), LEFT, PLAIN, view._header(0).rect_of(HeaderPart.RETRY).center())

    assert got.args[0].number == 3
    assert got.args[0].missing == 1
    assert view.selected_rows() == chosen


def test_a_drag_of_what_is_selected_is_told_and_leaves_it_selected(view, qtbot):
    click(view, 0)
    click(view, 2, SHIFT)
    start = view.visualRect(view.model().index(1)).center()

    with qtbot.waitSignal(view.dragged_out):
        QTest.mousePress(view.viewport(), LEFT, PLAIN, start)
        for step in range(1, 5):
            QTest.mouseMove(view.viewport(), start + QPoint(8 * step, 0))
    QTest.mouseRelease(view.viewport(), LEFT, PLAIN, start)

    assert view.selected_rows() == [0, 1, 2]


def test_a_click_on_one_of_several_selected_leaves_it_alone_selected(view):
    click(view, 0)
    click(view, 3, SHIFT)

    click(view, 1)

    assert view.selected_rows() == [1]
