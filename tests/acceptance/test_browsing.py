"""Finding images again: filters, words, order, groups, the trash; and nothing that comes moves what one looks at."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QPushButton

from imgvar_desktop.core.arrangement import RunGroup, SourceGroup
from imgvar_desktop.core.filters import Filter, Grouping, Order
from imgvar_desktop.core.library import Flag, Label
from imgvar_desktop.core.runs import RunFinished, RunQueued, VariationArrived
from imgvar_desktop.ui.marking_actions import MarkingActions
from tests.acceptance.conftest import OFFSCREEN_CANNOT, Boot
from tests.acceptance.person import CTRL, LEFT, SHIFT, Person
from tests.benchmarks.made_library import make_library
from tests.bridge.test_gallery_model import closed, entry, run

pytestmark = pytest.mark.qt_log_ignore(OFFSCREEN_CANNOT)
Key = Qt.Key
COUNT = 120


@pytest.fixture(scope="session")
def marked_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("marked") / "home"
    make_library(home, COUNT)
    return home


@pytest.fixture
def marked(boot: Boot, marked_home: Path, tmp_path: Path) -> Person:
    """120 variations of ten sources, with marks; the keyboard is on the first one."""
    shutil.copytree(marked_home / "library", tmp_path / "library")
    person = boot()
    person.until(lambda: len(person.filled_tiles) == COUNT)
    person.window.gallery.setFocus()
    person.press(Key.Key_Home)
    return person


def marking(person: Person) -> MarkingActions:
    return person.window.actions_.marking


def search(person: Person, text: str) -> None:
    person.press(Key.Key_F, CTRL)
    person.until(person.window.filters.field.hasFocus)
    QTest.keyClicks(person.window.filters.field, text)
    lens = person.program.model
    person.until(lambda: lens.lens.filter.text == text and lens.lens.filter.found is not None)
    person.until(lambda: person.program.studio.browsing._search is None)


def test_switches_of_the_bar_narrow_and_chips_widen_again(marked: Person):
    bar = marked.window.filters
    assert not bar.isVisible()
    marked.press(Key.Key_Backslash)
    everything = marked.filled_tiles

    QTest.mouseClick(bar.flags[0], LEFT)
    assert marked.filled_tiles == [e for e in everything if e.marks.flag is Flag.PICK]
    QTest.mouseClick(bar.stars[2], LEFT)
    assert marked.filled_tiles == [e for e in everything if e.marks.flag is Flag.PICK and e.marks.stars >= 3]

    marked.until(lambda: all(chip.isVisible() for chip in bar.chip_buttons()))
    chips = bar.chip_buttons()
    assert [chip.text().split("  ")[0] for chip in chips] == ["Picked", "★ ≥ 3"]
    QTest.mouseClick(chips[0], LEFT)
    assert marked.filled_tiles == [e for e in everything if e.marks.stars >= 3]
    QTest.mouseClick(bar.stars[2], LEFT)
    assert marked.filled_tiles == everything


def test_a_bar_that_is_put_away_still_says_what_it_hides(marked: Person):
    bar = marked.window.filters
    marked.press(Key.Key_Backslash)
    QTest.mouseClick(bar.labels[0], LEFT)
    marked.window.gallery.setFocus()

    marked.press(Key.Key_Backslash)

    assert not bar.field.isVisible()
    assert [chip.isVisible() for chip in bar.chip_buttons()] == [True]
    assert all(e.marks.label is Label.RED for e in marked.filled_tiles)
    clear = bar.findChild(QPushButton, "clearFilters")
    QTest.mouseClick(clear, LEFT)
    assert not bar.isVisible()
    assert len(marked.filled_tiles) == COUNT


def test_words_are_found_in_names_and_notes_as_one_types(marked: Person):
    search(marked, "harb")
    assert {e.source_name for e in marked.filled_tiles} == {"harbour"}

    marked.press(Key.Key_Escape, on=marked.window.filters.field)
    assert len(marked.filled_tiles) == COUNT

    marked.window.gallery.setFocus()
    marked.press(Key.Key_Home)
    marked.press(Key.Key_F2)
    QTest.keyClicks(marked.window.note.line, "zebra crossing")
    QTest.keyClick(marked.window.note.line, Key.Key_Return)
    search(marked, "zeb cro")

    assert [e.marks.note for e in marked.filled_tiles] == ["zebra crossing"]
    marked.press(Key.Key_Return, on=marked.window.filters.field)
    assert marked.window.gallery.hasFocus()


def test_where_nothing_matches_there_is_a_way_out(marked: Person):
    search(marked, "nowhere")
    assert marked.filled_tiles == []
    way_out = marked.program.studio.browsing._no_match
    assert way_out.isVisible()

    QTest.mouseClick(way_out.button, LEFT)

    assert len(marked.filled_tiles) == COUNT
    assert not way_out.isVisible()
    assert marked.window.filters.field.text() == ""


def test_a_mark_that_a_filter_does_not_let_through_goes_on_to_the_next(marked: Person):
    marked.program.studio.browsing.filter(Filter(flags=(Flag.NONE,)))
    marked.press(Key.Key_Home)
    order = [e.id for e in marked.filled_tiles]

    marked.press(Key.Key_P)
    marked.press(Key.Key_X)
    assert [e.id for e in marked.filled_tiles] == order[2:]
    assert marked.window.gallery.selected_rows() == [0]

    marked.press(Key.Key_Space)
    marked.press(Key.Key_P)
    assert marked.window.viewer_shown
    assert marked.window.viewer.accessibleDescription().startswith(marked.filled_tiles[0].file.rpartition("/")[2])


def test_order_groups_and_filters_are_there_again_at_the_next_start(marked: Person, boot: Boot):
    for group, value in ((marking(marked).orders, Order.RATING), (marking(marked).groupings, Grouping.SOURCE)):
        next(action for action in group.actions() if action.data() == value.value).trigger()
    search(marked, "lake")
    seen = [e.id for e in marked.filled_tiles]
    assert marked.leave()

    again = boot()
    again.until(lambda: again.filled_tiles)

    assert [e.id for e in again.filled_tiles] == seen
    assert [type(section.group) for section in again.program.model.sections] == [SourceGroup]
    assert again.window.filters.field.text() == "lake"
    assert next(a for a in marking(again).orders.actions() if a.isChecked()).data() == Order.RATING.value


def test_the_trash_shows_what_was_deleted_and_gives_it_back(marked: Person):
    first = marked.filled_tiles[:2]
    marked.press(Key.Key_U)
    marked.press(Key.Key_Right, SHIFT)
    marked.press(Key.Key_U)
    marked.press(Key.Key_Delete)
    marking(marked).show_trash.trigger()
    assert {e.id for e in marked.filled_tiles} == {e.id for e in first}
    assert marked.window.trash.isVisible()

    marked.window.gallery.setFocus()
    marked.press(Key.Key_Home)
    for key in (Key.Key_P, Key.Key_5, Key.Key_Delete):
        marked.press(key)
    assert {(e.id, e.marks) for e in marked.filled_tiles} == {(e.id, replace(e.marks, flag=Flag.NONE)) for e in first}
    QTest.mouseClick(marked.window.trash.put_back, LEFT)
    assert len(marked.filled_tiles) == 1
    marked.press(Key.Key_Delete, CTRL | SHIFT)
    assert marked.filled_tiles == []
    marking(marked).show_trash.trigger()

    assert len(marked.filled_tiles) == COUNT
    assert not marked.window.trash.isVisible()


def test_emptying_the_trash_asks_once(marked: Person):
    marking(marked).empty_trash.trigger()
    assert marked.window.findChild(QMessageBox, "emptyTrashBox") is None

    marked.press(Key.Key_U)
    marked.press(Key.Key_Delete)
    marking(marked).empty_trash.trigger()
    box = marked.window.findChild(QMessageBox, "emptyTrashBox")
    assert box is not None
    QTest.keyClick(box, Key.Key_Escape)
    assert len([t for t in marked.program.catalogue.shelf.tiles if t.entry.trashed_at and not t.entry.purged]) == 1


def test_sections_fold_and_unfold_by_their_header(marked: Person):
    gallery = marked.window.gallery

    QTest.mouseClick(gallery.viewport(), LEFT, pos=_fold(gallery))
    assert len(marked.filled_tiles) == COUNT - 4
    QTest.mouseClick(gallery.viewport(), LEFT, pos=_fold(gallery))

    assert len(marked.filled_tiles) == COUNT


def test_sections_fold_and_are_selected_by_menu_as_well(marked: Person):
    marked.press(Key.Key_Right)
    marking(marked).select_section.trigger()
    assert marked.window.gallery.selected_rows() == [0, 1, 2, 3]

    marking(marked).fold.trigger()
    assert len(marked.filled_tiles) == COUNT - 4
    assert marked.window.gallery.selected_rows() == [0], "the next one has the keyboard"
    marking(marked).fold_all.trigger()
    assert len(marked.filled_tiles) == COUNT
    marking(marked).fold_all.trigger()
    assert marked.filled_tiles == []
    assert [section.total for section in marked.program.model.sections] == [4] * (COUNT // 4)


def test_the_place_that_one_looked_at_is_there_again_at_the_next_start(marked: Person, boot: Boot):
    marked.press(Key.Key_End)
    seen = marked.window.gallery.top_key()
    assert seen
    assert marked.leave()

    again = boot()
    again.until(lambda: again.filled_tiles)

    assert again.window.gallery.top_key() == seen


def test_results_that_come_move_neither_what_one_looks_at_nor_what_is_selected(marked: Person):
    gallery, catalogue = marked.window.gallery, marked.program.catalogue
    marked.press(Key.Key_End)
    marked.press(Key.Key_Left, SHIFT)
    selected = [marked.program.model.tile(row).key for row in gallery.selected_rows()]
    before = gallery.visualRect(gallery.currentIndex())
    record = run(99, 4)

    catalogue.on_reported(RunQueued(record))
    for index in range(4):
        catalogue.on_reported(VariationArrived(record.id, entry(record, index)))
    catalogue.on_reported(RunFinished(closed(record, 4, record.state)))

    assert gallery.visualRect(gallery.currentIndex()) == before
    assert [marked.program.model.tile(row).key for row in gallery.selected_rows()] == selected
    assert gallery.hasFocus()
    pill = gallery._pill
    assert (pill.isVisible(), pill.text()) == (True, "4 new ↑")

    QTest.mouseClick(pill, LEFT)
    assert gallery.viewport().rect().contains(gallery.visualRect(marked.program.model.index(0)))
    assert not pill.isVisible()
    assert [marked.program.model.tile(row).key for row in gallery.selected_rows()] == selected
    assert marked.program.model.sections[0].group == RunGroup(record.id)


def _fold(gallery):
    return next(rect for part, rect in gallery._header(0).parts()).center()
