"""Sorting out variations by keyboard alone, and taking all of it back."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QMessageBox, QSpinBox

from imgvar_desktop.adapters.paths import find_paths
from imgvar_desktop.adapters.sqlite_library import SqliteLibrary
from imgvar_desktop.core.library import Entry, Flag, Label, Marks
from tests.acceptance.conftest import OFFSCREEN_CANNOT, Boot
from tests.acceptance.person import CTRL, LEFT, PLAIN, SHIFT, Person
from tests.benchmarks.made_library import make_library

pytestmark = pytest.mark.qt_log_ignore(OFFSCREEN_CANNOT)
Key = Qt.Key
COUNT = 100


@pytest.fixture(scope="session")
def hundred_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("hundred") / "home"
    make_library(home, COUNT, marked=False)
    return home


@pytest.fixture
def hundred(boot: Boot, hundred_home: Path, tmp_path: Path) -> Person:
    """A hundred variations of 25 runs that nobody has looked at; the keyboard is in the gallery, on the first one."""
    shutil.copytree(hundred_home / "library", tmp_path / "library")
    person = boot()
    person.until(lambda: len(person.filled_tiles) == COUNT)
    person.window.gallery.setFocus()
    person.press(Key.Key_Home)
    return person


def marks_on_disk(person: Person) -> dict[str, Marks]:
    """After the program has ended."""
    assert person.leave()
    library = SqliteLibrary(find_paths().library)
    marks = {entry.id: entry.marks for entry in library.entries()}
    library.close()
    return marks


def seen(person: Person, row: int = 0) -> Entry:
    entry = person.program.model.tile(row).entry
    assert entry is not None
    return entry


def undo(person: Person, times: int = 1) -> None:
    for _ in range(times):
        person.press(Key.Key_Z, CTRL)


def test_a_hundred_are_sorted_out_by_keys_alone(hundred: Person):
    order = [entry.id for entry in hundred.filled_tiles]
    gallery = hundred.window.gallery
    for row in range(COUNT):
        assert gallery.currentIndex().row() == row
        match row % 4:
            case 0:
                QTest.keyClick(gallery, Key.Key_P, SHIFT)  # picks and goes on
                continue
            case 1:
                QTest.keyClick(gallery, Key.Key_X)
            case 2:
                QTest.keyClick(gallery, Key.Key_3)
                QTest.keyClick(gallery, Key.Key_8)
        QTest.keyClick(gallery, Key.Key_Right)

    expected = [Marks(Flag.PICK), Marks(Flag.REJECT), Marks(stars=3, label=Label.GREEN), Marks()]
    assert [entry.marks for entry in hundred.filled_tiles] == expected * (COUNT // 4)
    assert marks_on_disk(hundred) == {id_: expected[row % 4] for row, id_ in enumerate(order)}


def test_with_auto_advance_each_mark_goes_on(hundred: Person):
    hundred.window.actions_.marking.auto_advance.trigger()

    for key in (Key.Key_P, Key.Key_X, Key.Key_5, Key.Key_6, Key.Key_U):
        QTest.keyClick(hundred.window.gallery, key)

    assert hundred.window.gallery.selected_rows() == [5]
    assert [seen(hundred, row).marks for row in range(5)] == [
        Marks(Flag.PICK),
        Marks(Flag.REJECT),
        Marks(stars=5),
        Marks(label=Label.RED),
        Marks(),
    ]


def test_marks_are_for_all_that_is_selected_and_undone_as_one(hundred: Person):
    hundred.press(Key.Key_Right, SHIFT)
    hundred.press(Key.Key_Right, SHIFT)
    hundred.press(Key.Key_P)
    hundred.press(Key.Key_4)

    assert [seen(hundred, row).marks for row in range(4)] == [Marks(Flag.PICK, 4)] * 3 + [Marks()]
    assert hundred.window.actions_.marking.undo.text() == "&Undo 4 stars of 3"

    undo(hundred)
    assert [seen(hundred, row).marks for row in range(3)] == [Marks(Flag.PICK)] * 3
    undo(hundred)
    assert [seen(hundred, row).marks for row in range(3)] == [Marks()] * 3
    hundred.press(Key.Key_Y, CTRL)
    hundred.press(Key.Key_Z, CTRL | SHIFT)
    assert [seen(hundred, row).marks for row in range(3)] == [Marks(Flag.PICK, 4)] * 3


def test_a_label_given_twice_is_taken_away(hundred: Person):
    hundred.press(Key.Key_7)
    assert seen(hundred).marks.label is Label.YELLOW

    hundred.press(Key.Key_7)

    assert seen(hundred).marks.label is Label.NONE


def test_in_the_larger_view_a_mark_is_for_the_image_that_is_seen(hundred: Person):
    hundred.press(Key.Key_A, CTRL)
    hundred.press(Key.Key_Space)
    assert hundred.window.viewer_shown

    hundred.press(Key.Key_3)

    assert hundred.window.toast.text == "★ 3 → this image"
    assert [entry.marks.stars for entry in hundred.filled_tiles] == [3] + [0] * (COUNT - 1)
    hundred.press(Key.Key_P, SHIFT)
    assert seen(hundred).marks == Marks(Flag.PICK, 3)
    assert hundred.window.gallery.currentIndex().row() == 1
    assert hundred.window.viewer_shown


def test_a_note_is_written_beside_its_image(hundred: Person):
    hundred.press(Key.Key_F2)
    line = hundred.window.note.line
    hundred.until(line.hasFocus)
    QTest.keyClicks(line, "x marks 5")
    QTest.keyClick(line, Key.Key_Delete)
    QTest.keyClick(line, Key.Key_Return)

    assert seen(hundred).marks == Marks(note="x marks 5")
    assert hundred.window.gallery.hasFocus()
    assert not hundred.window.viewer_shown

    hundred.press(Key.Key_F2)
    QTest.keyClicks(line, "something else")
    QTest.keyClick(line, Key.Key_Escape)
    assert seen(hundred).marks == Marks(note="x marks 5")


@pytest.mark.parametrize("key", [Key.Key_X, Key.Key_P, Key.Key_Delete, Key.Key_5, Key.Key_6, Key.Key_F2])
def test_what_is_typed_in_a_field_changes_no_image(hundred: Person, key: Qt.Key):
    fields = [hundred.control(QSpinBox, "count"), hundred.control(QSpinBox, "seed"), hundred.control(QComboBox, "size")]
    for field in fields:
        field.setFocus()
        QTest.keyClick(field, key)

    assert all(entry.marks == Marks() for entry in hundred.filled_tiles)
    assert len(hundred.filled_tiles) == COUNT


def test_switched_off_letters_and_digits_are_no_commands_but_delete_is(hundred: Person):
    marking = hundred.window.actions_.marking
    pick = next(iter(marking.markings.values()))
    assert pick.text().endswith("\tP")
    marking.single_keys.trigger()

    for key in (Key.Key_P, Key.Key_5, Key.Key_6):
        hundred.press(key)

    assert seen(hundred).marks == Marks()
    assert not pick.text().endswith("\tP")
    hundred.press(Key.Key_Delete)
    assert len(hundred.filled_tiles) == COUNT - 1


def test_fifty_deleted_come_back_with_their_ratings(hundred: Person):
    for _ in range(49):
        hundred.press(Key.Key_Right, SHIFT)
    for key in (Key.Key_4, Key.Key_9):
        hundred.press(key)
    before = hundred.filled_tiles

    hundred.press(Key.Key_Delete)

    assert hundred.filled_tiles == before[50:]
    assert hundred.window.gallery.selected_rows() == [0], "the next one has the keyboard"
    assert hundred.window.toast.text == "50 images are in the trash"
    undo(hundred)
    assert hundred.filled_tiles == before
    assert hundred.window.gallery.selected_rows() == list(range(50))
    kept = marks_on_disk(hundred)
    assert [kept[entry.id] for entry in before] == [Marks(stars=4, label=Label.BLUE)] * 50 + [Marks()] * 50


def test_the_toast_takes_a_deletion_back(hundred: Person):
    hundred.press(Key.Key_Delete)
    assert len(hundred.filled_tiles) == COUNT - 1

    QTest.mouseClick(hundred.window.toast.button, LEFT)

    assert len(hundred.filled_tiles) == COUNT
    assert hundred.window.toast.text.startswith("Undone")


def test_a_picked_image_is_deleted_only_after_a_question(hundred: Person):
    hundred.press(Key.Key_P)
    hundred.press(Key.Key_Delete)
    box = hundred.window.findChild(QMessageBox, "deleteBox")
    assert box is not None
    assert len(hundred.filled_tiles) == COUNT
    QTest.keyClick(box, Key.Key_Escape)
    assert len(hundred.filled_tiles) == COUNT

    hundred.press(Key.Key_Delete)
    box = next(b for b in hundred.window.findChildren(QMessageBox, "deleteBox") if b.isVisible())
    QTest.mouseClick(box.defaultButton(), LEFT, PLAIN)

    assert len(hundred.filled_tiles) == COUNT - 1


def test_what_was_marked_in_the_last_moment_is_on_the_disk(hundred: Person):
    first = seen(hundred).id
    for stars in (Key.Key_1, Key.Key_2, Key.Key_3, Key.Key_4, Key.Key_5):
        QTest.keyClick(hundred.window.gallery, stars)

    assert marks_on_disk(hundred)[first] == Marks(stars=5)
