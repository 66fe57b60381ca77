"""Variations of variations: made by a key, found again by the bytes, and looked at in the inspector."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from imgvar_desktop.adapters.paths import find_paths
from imgvar_desktop.adapters.settings_file import SettingsFile
from imgvar_desktop.core.library import Entry, Flag
from imgvar_desktop.core.services import ServiceProfile
from imgvar_desktop.core.settings import Settings
from tests.acceptance.conftest import OFFSCREEN_CANNOT, Boot
from tests.acceptance.person import CTRL, LEFT, SHIFT, Person
from tests.adapters.wire import Answer, images_json, picture, says, wire_in_a_thread

pytestmark = pytest.mark.qt_log_ignore(OFFSCREEN_CANNOT)

ALT = Qt.KeyboardModifier.AltModifier


def family(person: Person):
    return person.program.model.catalogue.shelf.lineage


def selected(person: Person) -> list[Entry]:
    return list(person.program.studio.keeping.chosen)


@pytest.fixture
def generations(with_lake: Person) -> tuple[Person, Entry]:
    """Two variations of the lake, and two that were made from the first of them; that one is selected."""
    with_lake.choose(count=2, size_px=256)
    with_lake.generate()
    with_lake.until_closed()
    first = with_lake.filled_tiles[0]
    with_lake.click_tile(0)
    with_lake.press(Qt.Key.Key_V, on=with_lake.window.gallery)
    with_lake.until_closed(2)
    return with_lake, first


def test_v_makes_variations_of_the_chosen_one_and_both_know_it(generations):
    person, first = generations

    children = family(person).children(first)

    assert len(children) == 2
    assert {child.run_number for child in children} == {2}
    assert [family(person).parent(child).id for child in children] == [first.id] * 2
    assert person.source_name == "lake"  # what is in the well stays there


def test_the_way_from_one_to_its_parent_its_children_and_its_siblings(generations):
    person, first = generations

    person.press(Qt.Key.Key_Down, CTRL | ALT)
    assert {entry.run_number for entry in selected(person)} == {2}
    person.window.gallery.show_current(person.window.gallery.currentIndex().row())
    person.press(Qt.Key.Key_Right, CTRL | ALT)
    assert len(selected(person)) == 2
    person.window.gallery.show_current(person.window.gallery.currentIndex().row())
    person.press(Qt.Key.Key_Up, CTRL | ALT)

    assert [entry.id for entry in selected(person)] == [first.id]


def test_the_chain_survives_deleting_and_the_next_start(generations, boot: Boot):
    person, first = generations
    child = family(person).children(first)[0]
    person.press(Qt.Key.Key_Delete, on=person.window.gallery)
    box = person.window.findChild(object, "deleteBox")
    box.buttons()[0].click()
    person.until(lambda: first.id not in [entry.id for entry in person.filled_tiles])
    assert person.leave()

    again = boot()
    again.until(lambda: len(again.filled_tiles) == 3)

    assert family(again).parent(child).id == first.id
    assert family(again).parent(child).trashed_at is not None


def test_shift_v_opens_it_in_the_crop(generations):
    person, first = generations

    person.press(Qt.Key.Key_V, SHIFT, on=person.window.gallery)

    person.until(lambda: person.source_name == Path(first.file).stem)
    assert person.window.source.chosen.source.key == first.sha256


def test_a_paid_run_by_one_key_waits_for_a_second_thought(boot: Boot, lake):
    with wire_in_a_thread(says(200, images_json(picture()))) as server:
        service = ServiceProfile("mine", "Mine", server.base_url, needs_key=False, price_usd=0.5)
        SettingsFile(find_paths().settings_file).save(Settings(services=(service,), service_id="mine", count=1))
        person = boot(lake)
        person.until_picture("lake")
        person.generate()
        person.until_closed()
        person.click_tile(0)

        person.press(Qt.Key.Key_V, on=person.window.gallery)
        person.until(lambda: person.window.toast.text == "Generate 1 · about $0.50")
        QTest.mouseClick(person.window.toast.button, LEFT)
        assert person.window.toast.text == "Nothing was sent"
        person.press(Qt.Key.Key_R, CTRL)
        person.until_closed(2)

    assert len(server.calls) == 2  # what was taken back was never sent, what was left alone was


@pytest.fixture
def paid(boot: Boot, lake: Path) -> Iterator[tuple[Person, list[Answer]]]:
    """One variation of a service that costs money, chosen; the first of two runs that V asks for."""
    with wire_in_a_thread(says(200, images_json(picture()))) as server:
        service = ServiceProfile("mine", "Mine", server.base_url, needs_key=False, price_usd=0.5)
        SettingsFile(find_paths().settings_file).save(Settings(services=(service,), service_id="mine", count=1))
        person = boot(lake)
        person.until_picture("lake")
        person.generate()
        person.until_closed()
        person.click_tile(0)
        person.press(Qt.Key.Key_V, on=person.window.gallery)
        person.until(lambda: person.window.toast.text == "Generate 1 · about $0.50")
        yield person, server


def test_a_run_that_is_sent_off_takes_no_other_way_back_along(paid):
    person, server = paid

    person.press(Qt.Key.Key_Delete, on=person.window.gallery)
    said = person.window.toast.text
    person.until_closed(2)

    assert len(server.calls) == 2
    assert said == "1 image is in the trash"
    assert person.window.toast.text == said
    QTest.mouseClick(person.window.toast.button, LEFT)
    assert len(person.filled_tiles) == 2


def test_a_run_that_still_waits_is_never_sent_once_the_window_closes(paid):
    person, server = paid

    person.window.close()

    assert not person.program.studio.running.second_thought.waits
    assert person.leave()
    assert len(server.calls) == 1


# The inspector


@pytest.fixture
def inspected(generations) -> tuple[Person, Entry]:
    person, first = generations
    person.press(Qt.Key.Key_F8)
    person.until(person.window.inspector.isVisible)
    person.until(lambda: person.window.inspector.facts.facts)
    return person, first


def test_the_inspector_tells_how_an_image_was_made_and_of_its_family(inspected):
    person, _ = inspected
    inspector = person.window.inspector
    facts = dict(inspector.facts.facts)

    assert facts["Service"] == "On this device"
    assert facts["Size"] == "256 × 256 px"
    assert inspector.children_.text() == "Made from it: 2"
    assert inspector.siblings.text() == "From the same picture: 2"

    QTest.mouseClick(inspector.children_, LEFT)
    person.until(lambda: inspector._name.text() == "2 selected")
    person.window.gallery.show_current(person.window.gallery.currentIndex().row())
    person.until(lambda: len(inspector.chain.findChildren(QToolButton)) == 2)  # the lake, and the first variation
    ancestor = inspector.chain.findChildren(QToolButton)[-1]
    QTest.mouseClick(ancestor, LEFT)

    person.until(lambda: [entry.index for entry in selected(person)] == [0] and selected(person)[0].run_number == 1)


def test_marks_are_given_in_the_inspector_and_undone(inspected):
    person, first = inspected

    def marks():
        return person.program.model.catalogue.shelf.entry(first.id).marks

    for name in ("Pick", "4 stars", "Red label"):
        button = next(b for b in person.window.inspector.marks.findChildren(QToolButton) if b.accessibleName() == name)
        QTest.mouseClick(button, LEFT)
    assert (marks().flag, marks().stars, marks().label.value) == (Flag.PICK, 4, "red")
    person.until(button.isChecked)
    QTest.mouseClick(button, LEFT)
    assert marks().label.value == ""

    for _ in range(4):
        person.press(Qt.Key.Key_Z, CTRL)

    assert (marks().flag, marks().stars) == (Flag.NONE, 0)


def test_what_is_typed_in_the_note_marks_nothing_and_is_kept(inspected):
    person, first = inspected
    note = person.window.inspector.note

    person.write("xp5 ", note)
    person.press(Qt.Key.Key_Delete, on=note)
    person.window.gallery.setFocus()

    now = person.program.model.catalogue.shelf.entry(first.id)
    assert now.marks.note == "xp5"
    assert (now.marks.flag, now.marks.stars, now.trashed_at) == (Flag.NONE, 0, None)


def test_f8_and_f9_hide_panes_and_the_next_start_remembers(inspected, boot: Boot):
    person, _ = inspected
    person.press(Qt.Key.Key_F9)
    assert not person.window.inspector.isVisible()
    assert person.window.splitter.sizes()[0] == 0
    person.press(Qt.Key.Key_F9)
    assert person.window.inspector.isVisible()
    assert person.window.splitter.sizes()[0] > 0
    assert person.leave()

    again = boot()

    assert again.window.inspector.isVisible()


def test_a_note_stays_with_the_one_it_was_written_for(inspected):
    person, first = inspected
    shelf = person.program.model.catalogue.shelf
    note = person.window.inspector.note

    person.write("of the first", note)
    person.press(Qt.Key.Key_Down, CTRL | ALT, on=note)  # to its children, whose notes are empty
    person.until(lambda: person.window.inspector._name.text() == "2 selected")

    assert shelf.entry(first.id).marks.note == "of the first"
    assert [entry.marks.note for entry in selected(person)] == ["", ""]
    assert note.toPlainText() == ""


def test_the_note_follows_the_choice_while_it_has_the_keyboard(inspected):
    person, first = inspected
    shelf = person.program.model.catalogue.shelf
    note = person.window.inspector.note
    other = next(entry for entry in person.filled_tiles if entry.id != first.id)
    person.write("of the first", note)

    person.window.gallery.select_keys([other.id])
    person.until(lambda: note.toPlainText() == "")
    person.write("of the other", note)
    person.window.gallery.setFocus()

    assert shelf.entry(first.id).marks.note == "of the first"
    assert shelf.entry(other.id).marks.note == "of the other"


def test_a_note_that_is_being_written_outlives_the_window(inspected, boot: Boot):
    person, first = inspected

    person.write("the last word", person.window.inspector.note)
    assert person.leave()
    again = boot()
    again.until(lambda: len(again.filled_tiles) == 4)

    assert again.program.model.catalogue.shelf.entry(first.id).marks.note == "the last word"


def test_v_on_a_file_that_is_gone_is_one_sentence(generations):
    person, first = generations
    (find_paths().library / first.file).unlink()

    person.press(Qt.Key.Key_V, on=person.window.gallery)

    person.until(lambda: person.window.message.text)
    assert "is not there any more" in person.window.message.text
    assert len(person.closed) == 2
