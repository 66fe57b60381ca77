"""The library as a whole, at the real window: a full disk, one that is not there, a move, a check, a backup."""

import base64
import json
import logging
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QMessageBox, QPushButton

from imgvar_desktop.adapters.paths import find_paths
from imgvar_desktop.adapters.settings_file import SettingsFile
from imgvar_desktop.adapters.sqlite_library import FILE_NAME, SqliteLibrary
from imgvar_desktop.core.library import Flag, Marks
from imgvar_desktop.core.runs import RunFailed, RunFinished
from imgvar_desktop.core.services import ServiceProfile
from imgvar_desktop.core.settings import Settings
from tests.acceptance.conftest import OFFSCREEN_CANNOT, Boot
from tests.acceptance.person import LEFT, Person
from tests.adapters.wire import Answer, Received, Wire, says, wire_in_a_thread
from tests.disks import Disk, a_disk

pytestmark = pytest.mark.qt_log_ignore(OFFSCREEN_CANNOT)

NOISE = np.random.default_rng(7)


def noise(side_px: int = 256) -> bytes:
    encoded = BytesIO()
    Image.fromarray(NOISE.integers(0, 256, (side_px, side_px, 3), np.uint8)).save(encoded, "PNG")
    return encoded.getvalue()


def choose_settings(**changes: object) -> None:
    file = SettingsFile(find_paths().settings_file)
    file.save(replace(file.load(), **changes))


def press_in(bar: object, text: str) -> None:
    """A button of a message bar."""
    button = next(button for button in bar.buttons if button.text() == text)
    QTest.mouseClick(button, LEFT)


def dialog_of(person: Person, name: str) -> QDialog:
    person.until(lambda: person.window.findChild(QDialog, name) is not None)
    return person.window.findChild(QDialog, name)


def agree(person: Person, name: str, button: str) -> None:
    box = dialog_of(person, name)
    assert isinstance(box, QMessageBox)
    QTest.mouseClick(next(b for b in box.buttons() if b.text().replace("&", "") == button), LEFT)
    person.until(lambda: person.window.findChild(QDialog, name) is None)


# A disk that fills up


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with a_disk(tmp_path / "stick", "12m") as disk:
        SqliteLibrary(disk.folder / "library").close()
        yield disk


@pytest.fixture
def filling(boot: Boot, disk: Disk, lake: Path) -> Iterator[tuple[Person, list[bytes]]]:
    """A run of four whose disk has room for two of them, and what the server sent."""
    sent = [noise() for _ in range(4)]

    async def answer(_: Received, writer) -> None:
        disk.fill(leave_bytes=2 * len(sent[0]) + 150_000)
        body = json.dumps({"created": 1, "data": [{"b64_json": base64.b64encode(d).decode()} for d in sent]})
        await says(200, body)(_, writer)

    with wire_in_a_thread(answer) as server:
        library_on(server, disk.folder / "library")
        person = boot(lake)
        person.until_picture("lake")
        person.choose(count=4, size_px=256)
        person.generate()
        assert isinstance(person.until_closed(), RunFailed)
        yield person, sent


def library_on(server: Wire, folder: Path) -> None:
    service = ServiceProfile(id="mine", name="Mine", base_url=server.base_url, needs_key=False)
    settings = Settings(services=(service,), service_id="mine", size_px=256, library_folder=str(folder))
    SettingsFile(find_paths().settings_file).save(settings)


def test_images_that_a_full_disk_cannot_take_are_kept_when_there_is_room(
    expected_log: list[logging.LogRecord], filling: tuple[Person, list[bytes]], disk: Disk
) -> None:
    person, sent = filling
    held = [event.image.data for event in person.program.studio.held.held]
    assert held
    assert len(held) + len(person.arrived) == 4
    assert "held in memory" in person.window.standing.text

    disk.empty()
    press_in(person.window.standing, "Keep in the library")
    person.until(lambda: not person.program.studio.held.held)

    person.until(lambda: len(person.filled_tiles) == 4)
    kept = [(disk.folder / "library" / entry.file).read_bytes() for entry in person.filled_tiles]
    assert sorted(kept) == sorted(sent)


def test_images_that_a_full_disk_cannot_take_are_saved_elsewhere_before_the_window_goes(
    expected_log: list[logging.LogRecord], filling: tuple[Person, list[bytes]], tmp_path: Path
) -> None:
    person, sent = filling
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    held = {event.image.data for event in person.program.studio.held.held}

    person.window.close()
    assert person.window.isVisible()
    agree(person, "heldQuestion", "Save to folder…")
    person.answer_file_dialog("heldDialog", elsewhere)
    person.until(lambda: not person.program.studio.held.held)

    assert {path.read_bytes() for path in elsewhere.iterdir()} == held
    assert held <= set(sent)
    person.window.close()
    assert not person.window.isVisible()


def test_a_run_is_not_sent_when_the_disk_has_no_room_for_it(boot: Boot, disk: Disk, lake: Path) -> None:
    with wire_in_a_thread(_says_one()) as server:
        library_on(server, disk.folder / "library")
        person = boot(lake)
        person.until_picture("lake")
        person.choose(count=1, size_px=256)
        disk.fill(leave_bytes=80_000)

        person.generate()

        closing = person.until_closed()
        assert isinstance(closing, RunFailed)
        assert "0 MB left" in str(closing.error)
        assert server.calls == []
        disk.empty()
        person.generate()
        assert isinstance(person.until_closed(2), RunFinished)


def _says_one() -> Answer:
    return says(200, {"created": 1, "data": [{"b64_json": base64.b64encode(noise()).decode()}]})


# Where the library is


def test_a_library_that_is_not_there_is_missed_and_found_again(with_four: Person, boot: Boot, tmp_path: Path) -> None:
    assert with_four.leave()
    moved = tmp_path / "somewhere"
    shutil.move(find_paths().library, moved)
    choose_settings(library_folder=str(tmp_path / "unplugged" / "library"))
    person = boot()
    person.until(lambda: person.window.standing.text)
    assert "The library is not in" in person.window.standing.text
    assert not (tmp_path / "unplugged").exists()

    press_in(person.window.standing, "Choose folder…")
    person.answer_file_dialog("libraryDialog", moved)
    person.until(lambda: len(person.filled_tiles) == 4)

    assert person.window.standing.text == ""
    assert all((moved / entry.file).is_file() for entry in person.filled_tiles)
    assert person.leave()
    again = boot()
    again.until(lambda: len(again.filled_tiles) == 4)


def test_a_disk_that_is_connected_after_the_start_is_tried_again(with_four: Person, boot: Boot, tmp_path: Path) -> None:
    assert with_four.leave()
    place = tmp_path / "stick" / "library"
    choose_settings(library_folder=str(place))
    person = boot()
    person.until(lambda: person.window.standing.text)

    place.parent.mkdir()
    shutil.copytree(find_paths().library, place)
    press_in(person.window.standing, "Try again")

    person.until(lambda: len(person.filled_tiles) == 4)


def test_a_folder_without_a_library_is_begun_in_only_when_it_is_asked_for(boot: Boot, tmp_path: Path) -> None:
    choose_settings(library_folder=str(tmp_path / "gone"))
    empty = tmp_path / "empty"
    empty.mkdir()
    person = boot()
    person.until(lambda: person.window.standing.text)
    press_in(person.window.standing, "Choose folder…")
    person.answer_file_dialog("libraryDialog", empty)
    person.until(lambda: "no library in" in person.window.standing.text)
    assert not list(empty.iterdir())

    press_in(person.window.standing, "Begin a new one there")

    person.until((empty / FILE_NAME).is_file)
    person.until(lambda: SettingsFile(find_paths().settings_file).load().library_folder == str(empty))


def test_a_library_that_may_only_be_read_is_looked_at_and_says_so(
    with_four: Person, boot: Boot, tmp_path: Path, lake: Path
) -> None:
    assert with_four.leave()
    with a_disk(tmp_path / "dvd", "40m") as disk:
        shutil.copytree(find_paths().library, disk.folder / "library")
        disk.shut()
        choose_settings(library_folder=str(disk.folder / "library"))

        person = boot()
        person.until(lambda: len(person.filled_tiles) == 4)

        person.until(lambda: "may only be read" in person.window.standing.text)
        person.until_picture("lake")
        person.generate()
        person.until(lambda: "only be read here, not changed" in person.window.message.text)
        assert person.leave()


def test_a_library_that_another_program_has_open_is_tried_again(with_four: Person, boot: Boot) -> None:
    assert with_four.leave()
    other = SqliteLibrary(find_paths().library)
    try:
        person = boot()
        person.until(lambda: person.window.standing.text)
        assert "open in another Imgvar window" in person.window.standing.text
    finally:
        other.close()

    press_in(person.window.standing, "Try again")

    person.until(lambda: len(person.filled_tiles) == 4)
    assert person.window.standing.text == ""


def test_a_library_of_a_newer_program_is_refused_in_a_sentence(with_four: Person, boot: Boot) -> None:
    assert with_four.leave()
    file = find_paths().library / FILE_NAME
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA user_version = 99")
    content = file.read_bytes()

    person = boot()
    person.until(lambda: person.window.standing.text)

    assert "made by a newer Imgvar" in person.window.standing.text
    assert person.leave()
    assert file.read_bytes() == content


# The trash


def deleted_long_ago(person: Person) -> list[Path]:
    """Two of four were deleted 31 days ago; the program has left."""
    assert person.leave()
    library = SqliteLibrary(find_paths().library)
    entries = library.entries()[:2]
    library.trash([entry.id for entry in entries], datetime.now(UTC) - timedelta(days=31))
    library.close()
    return [find_paths().library / entry.file for entry in entries]


def test_what_was_deleted_long_ago_leaves_at_the_start(
    with_four: Person, boot: Boot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "share").mkdir()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))  # never this machine's own trash
    gone = deleted_long_ago(with_four)

    person = boot()
    person.until(lambda: not any(path.exists() for path in gone))

    trash = tmp_path / "share" / "Trash" / "files"
    assert sorted(path.name for path in trash.iterdir()) == sorted(path.name for path in gone)
    person.until(lambda: len(person.filled_tiles) == 2)
    person.until(lambda: sum(tile.entry.purged for tile in person.program.catalogue.shelf.tiles) == 2)
    assert person.window.standing.text == ""


def test_nothing_is_deleted_past_every_trash_unless_it_is_asked_for(
    with_four: Person, boot: Boot, tmp_path: Path
) -> None:
    gone = deleted_long_ago(with_four)
    with a_disk(tmp_path / "stick", "40m") as disk:
        shutil.copytree(find_paths().library, disk.folder / "library")
        for name in (".Trash", ".Trash-0"):
            (disk.folder / name).write_text("in the way of one")
        choose_settings(library_folder=str(disk.folder / "library"))
        files = [disk.folder / "library" / path.relative_to(find_paths().library) for path in gone]
        person = boot()
        person.until(lambda: "no trash" in person.window.standing.text)
        assert all(path.exists() for path in files)

        press_in(person.window.standing, "Delete for good")

        person.until(lambda: not any(path.exists() for path in files))
        person.until(lambda: sum(tile.entry.purged for tile in person.program.catalogue.shelf.tiles) == 2)
        assert person.leave()


# The page of the settings


def library_page(person: Person) -> QDialog:
    person.window.actions_.settings.trigger()
    dialog = dialog_of(person, "settingsDialog")
    dialog.tabs.setCurrentIndex(dialog.tabs.count() - 1)
    person.until(lambda: dialog.tabs.currentWidget().table.topLevelItemCount() > 0)
    return dialog


@pytest.mark.parametrize("keep", [True, False])
def test_the_library_is_moved_from_the_window(with_four: Person, boot: Boot, tmp_path: Path, keep: bool) -> None:
    target = tmp_path / "big disk"
    target.mkdir()
    before = {entry.id for entry in with_four.filled_tiles}
    dialog = library_page(with_four)
    page = dialog.tabs.currentWidget()

    QTest.mouseClick(page.change, LEFT)
    with_four.answer_file_dialog("moveDialog", target)
    moving = dialog_of(with_four, "libraryMoveDialog")
    with_four.until(moving.keep.isVisible)
    QTest.mouseClick(moving.keep if keep else moving.remove, LEFT)
    with_four.until(lambda: page.folder.text() == str(target))

    with_four.until(lambda: find_paths().library.exists() == keep)
    with_four.until(lambda: {entry.id for entry in with_four.filled_tiles} == before)
    dialog.reject()
    with_four.generate()  # into the library of now
    with_four.until_closed()
    assert with_four.leave()
    again = boot()
    again.until(lambda: len(again.filled_tiles) == 6)
    assert all((target / entry.file).is_file() for entry in again.filled_tiles)


def test_a_library_is_not_moved_while_a_run_brings_images(with_four: Person, tmp_path: Path) -> None:
    dialog = library_page(with_four)
    with_four.choose(count=10, size_px=1024)
    with_four.generate()
    with_four.until(lambda: with_four.program.queue.open_runs)

    QTest.mouseClick(dialog.tabs.currentWidget().change, LEFT)

    assert "Variations are being made" in dialog_of(with_four, "libraryQuestion").text()
    dialog_of(with_four, "libraryQuestion").accept()


def test_a_check_from_the_menu_mends_and_tells(with_four: Person) -> None:
    library = find_paths().library
    first, second = with_four.filled_tiles[:2]
    (library / first.file).rename(library / "images" / "renamed by hand.png")
    (library / second.file).unlink()

    with_four.choose_from_menu("Help", with_four.window.actions_.check_library)
    dialog = dialog_of(with_four, "libraryCheckDialog")
    with_four.until(lambda: dialog.report is not None)

    assert dialog.report.moved == ("images/renamed by hand.png",)
    assert dialog.report.missing == (second.file,)
    texts = [dialog.list.topLevelItem(row).text(0) for row in range(dialog.list.topLevelItemCount())]
    assert any(text.startswith("Missing") for text in texts)
    QTest.mouseClick(dialog.button, LEFT)
    with_four.until(lambda: "images/renamed by hand.png" in {entry.file for entry in with_four.filled_tiles})


def test_rejected_images_are_deleted_from_the_settings_and_undone(with_four: Person) -> None:
    rejected = with_four.filled_tiles[:3]
    with_four.program.history.mark(rejected, lambda marks: replace(marks, flag=Flag.REJECT), "Reject")
    dialog = library_page(with_four)
    button: QPushButton = dialog.tabs.currentWidget().rejected
    assert "3" in button.text()

    QTest.mouseClick(button, LEFT)
    agree(with_four, "libraryQuestion", "Delete")
    with_four.until(lambda: len(with_four.filled_tiles) == 1)
    dialog.reject()
    with_four.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)

    with_four.until(lambda: len(with_four.filled_tiles) == 4)
    assert {entry.marks for entry in with_four.filled_tiles if entry.id in {e.id for e in rejected}} == {
        Marks(Flag.REJECT)
    }


def test_a_backup_is_gone_back_to_from_the_settings(with_four: Person, boot: Boot, used_home: Path) -> None:
    assert with_four.leave()
    for copy in (find_paths().library / "backups").iterdir():
        copy.unlink()
    person = boot()  # the day's copy is made at the start: four variations
    person.until(lambda: len(person.filled_tiles) == 4)
    person.until_picture("lake")
    person.choose(count=1, size_px=256)
    person.generate()
    person.until_closed()
    dialog = library_page(person)
    page = dialog.tabs.currentWidget()
    (action,) = page.backups.menu().actions()

    action.trigger()
    agree(person, "libraryQuestion", "Go back")

    person.until(lambda: len(person.filled_tiles) == 4)
    assert len(list((find_paths().library / "images").rglob("*.png"))) == 5  # no image went
