"""From chosen variations to files that a client gets: names, formats, folders, and what is said when one is refused."""

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton

from imgvar_desktop.adapters.picture_metadata import extras
from imgvar_desktop.core.export_options import Clash, ExportOptions, Format
from imgvar_desktop.ui.export_dialog import ExportDialog
from imgvar_desktop.ui.number_dialog import NumberDialog
from imgvar_desktop.ui.refused_dialog import RefusedDialog
from tests.acceptance.conftest import OFFSCREEN_CANNOT
from tests.acceptance.person import CTRL, LEFT, Person

pytestmark = pytest.mark.qt_log_ignore(OFFSCREEN_CANNOT)
CTRL_ALT = CTRL | Qt.KeyboardModifier.AltModifier


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "For the client"
    place.mkdir()
    return place


@pytest.fixture
def keen(with_four: Person, folder: Path) -> Person:
    """With a folder to save to, and all four selected."""
    set_settings(with_four, save_folder=str(folder))
    with_four.press(Qt.Key.Key_A, CTRL)
    return with_four


def set_settings(person: Person, **changes: object) -> None:
    person.program.settings.set(replace(person.program.settings.now, **changes))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def panel(person: Person) -> ExportDialog:
    """Opened by its key, and knowing what it would do."""
    person.press(Qt.Key.Key_E, CTRL)
    dialog = person.window.findChild(ExportDialog)
    assert dialog is not None
    person.until(lambda: dialog.names.note or dialog.folder_note)
    return dialog


def message(person: Person) -> str:
    """What is said, in the bar or for a moment over the pictures."""
    person.until(lambda: person.window.message.text or person.window.toast.text)
    return person.window.message.text or person.window.toast.text


def press_in_message(person: Person, text: str) -> None:
    button = next(one for one in person.window.message.buttons if one.text() == text)
    QTest.mouseClick(button, LEFT)


def test_save_is_done_at_once_and_said(keen, folder):
    keen.press(Qt.Key.Key_S, CTRL)

    assert message(keen) == "4 saved to For the client"
    assert keen.window.toast.button.text() == "Show in folder"
    assert names(folder) == ["lake_v01-01.png", "lake_v01-02.png", "lake_v02-01.png", "lake_v02-02.png"]


def test_what_was_saved_is_known_after_a_restart(keen, boot, folder):
    keen.click_tile(1)
    chosen = keen.filled_tiles[1].id

    keen.press(Qt.Key.Key_S, CTRL)
    message(keen)
    shown = [entry.delivered_at is not None for entry in keen.filled_tiles]
    assert keen.leave()
    again = boot()
    again.until(lambda: len(again.filled_tiles) == 4)

    assert shown == [False, True, False, False]
    assert [entry.id for entry in again.filled_tiles if entry.delivered_at is not None] == [chosen]


def test_the_panel_shows_names_and_clashes_before_anything_is_done(keen, folder):
    (folder / "lake_v01-02.png").write_bytes(b"somebody's own")

    dialog = panel(keen)

    assert dialog.names.names == ("lake_v02-01.png", "lake_v02-02.png", "lake_v01-01.png  …")
    assert dialog.names.note == "1 of the names are taken: the new ones get a number."
    assert dialog.export.text() == "Export 4"
    dialog.names.template.setText("{source}_{nope}")
    keen.until(lambda: "There is no {nope}" in dialog.names.note)
    assert not dialog.export.isEnabled()
    dialog.names.template.setText("{source}-{run}-{index}")
    keen.until(lambda: dialog.names.names[:1] == ("lake-2-1.png",))
    assert dialog.names.note == "No name is taken."
    dialog.reject()
    assert names(folder) == ["lake_v01-02.png"]


def test_the_panel_exports_by_keyboard_and_remembers(keen, folder):
    dialog = panel(keen)
    for control, value in ((dialog.form.format, "jpeg"), (dialog.form.metadata, "provenance")):
        control.setFocus()
        QTest.keyClick(control, Qt.Key.Key_Home)
        while control.currentData() != value:
            QTest.keyClick(control, Qt.Key.Key_Down)
    dialog.form.limited.setFocus()
    QTest.keyClick(dialog.form.limited, Qt.Key.Key_Space)
    keen.until(lambda: dialog.names.names[:1] == ("lake_v02-01.jpg",))
    dialog.form.longest.setValue(100)
    dialog.names.template.setFocus()
    QTest.keyClick(dialog.names.template, Qt.Key.Key_Return)

    assert message(keen) == f"4 saved to {folder.name}"
    assert names(folder) == ["lake_v01-01.jpg", "lake_v01-02.jpg", "lake_v02-01.jpg", "lake_v02-02.jpg"]
    for file in folder.iterdir():
        with Image.open(file) as image:
            assert (image.format, image.size) == ("JPEG", (100, 100))
        assert extras(file.read_bytes()) == ("XMP",)
    kept = keen.program.settings.now.export
    assert (kept.format, kept.longest_px) == (Format.JPEG, 100)

    keen.click_tile(0)
    keen.press(Qt.Key.Key_S, CTRL)  # as the panel did
    keen.until(lambda: "lake_v02-01 (2).jpg" in names(folder))


def test_exporting_twice_replaces_nothing(keen, folder):
    for _ in range(2):
        keen.window.toast.hide()
        dialog = panel(keen)
        QTest.mouseClick(dialog.export, LEFT)
        message(keen)

    assert len(names(folder)) == 8
    assert [name for name in names(folder) if "(2)" in name] == [
        f"lake_v0{run}-0{index} (2).png" for run in (1, 2) for index in (1, 2)
    ]


@pytest.mark.parametrize(
    ("answer", "left"),
    [("Number them", 3), ("Skip them", 2), ("Replace", 2), ("Cancel", 1)],
)
def test_where_a_person_wishes_to_be_asked_nothing_is_done_before(keen, folder, answer, left):
    older = folder / "lake_v02-01.png"
    older.write_bytes(b"older")
    set_settings(keen, export=ExportOptions(clash=Clash.ASK))
    keen.click_tile(0)
    keen.click_tile(1, CTRL)

    keen.press(Qt.Key.Key_S, CTRL)
    keen.until(lambda: keen.window.findChild(QMessageBox, "clashBox"))
    assert names(folder) == ["lake_v02-01.png"]
    box = keen.control(QMessageBox, "clashBox")
    assert box.text() == "1 of 2 names are taken in this folder."
    QTest.mouseClick(next(b for b in box.findChildren(QPushButton) if b.text().replace("&", "") == answer), LEFT)
    keen.until(lambda: keen.window.findChild(QMessageBox, "clashBox") is None)

    if answer != "Cancel":
        message(keen)
    assert len(names(folder)) == left
    assert (older.read_bytes() == b"older") == (answer != "Replace")


def test_one_that_is_refused_is_told_and_tried_again(keen, folder):
    hidden = [file.rename(file.with_suffix(".away")) for file in keen.files[:2]]

    keen.press(Qt.Key.Key_S, CTRL)
    assert message(keen).startswith("2 of 4 saved. “lake_v02-01.png” cannot be read")
    assert [button.text() for button in keen.window.message.buttons] == ["Retry 2", "Details…", "Show in folder"]
    press_in_message(keen, "Details…")
    dialog = keen.window.findChild(RefusedDialog)
    assert dialog is not None
    assert dialog.files.topLevelItemCount() == 2
    for file in hidden:
        file.rename(file.with_suffix(".png"))
    QTest.mouseClick(dialog.retry, LEFT)

    assert message(keen) == f"2 saved to {folder.name}"
    assert len(names(folder)) == 4


def test_a_preset_folder_is_a_key_away(keen, folder, tmp_path):
    other = tmp_path / "Print"
    other.mkdir()
    dialog = panel(keen)
    QTest.mouseClick(dialog.presets.buttons[2], LEFT)  # empty: it takes the folder above
    dialog.show_folder(str(other))
    QTest.mouseClick(dialog.presets.buttons[3], LEFT)
    QTest.mouseClick(dialog.presets.buttons[2], LEFT)  # given: it is chosen
    assert dialog.order.place == folder
    dialog.reject()
    keen.click_tile(0)

    keen.press(Qt.Key.Key_4, CTRL_ALT)

    assert message(keen) == f"1 saved to {other.name}"
    assert names(other) == ["lake_v02-01.png"]
    assert keen.program.settings.now.preset_folders[2:4] == (str(folder), str(other))
    assert keen.program.settings.now.save_folder == str(folder)


def test_a_preset_without_a_folder_asks_for_one_and_keeps_it(keen, tmp_path):
    other = tmp_path / "Print"
    other.mkdir()
    keen.click_tile(0)

    keen.press(Qt.Key.Key_7, CTRL_ALT)
    keen.answer_file_dialog("saveDialog", other)

    assert message(keen) == f"1 saved to {other.name}"
    assert keen.program.settings.now.preset_folders[6] == str(other)
    assert keen.window.actions_.presets[6].text() == "&7  Print"


def test_an_archive_is_one_file(keen, folder):
    dialog = panel(keen)
    dialog.target.setCurrentIndex(dialog.target.findData("zip"))
    keen.until(dialog.export.isEnabled)
    QTest.mouseClick(dialog.export, LEFT)

    assert message(keen) == "4 saved in lake.zip"
    with zipfile.ZipFile(folder / "lake.zip") as archive:
        assert len(archive.namelist()) == 4
    assert all(entry.delivered_at is not None for entry in keen.filled_tiles)


def test_leaving_in_the_middle_leaves_whole_files(keen, folder):
    set_settings(keen, export=ExportOptions(format=Format.TIFF))

    keen.press(Qt.Key.Key_S, CTRL)
    assert keen.leave()

    assert all(name.endswith(".tif") for name in names(folder))
    for file in folder.iterdir():
        with Image.open(file) as image:
            image.load()


def test_a_folder_that_may_not_be_written_to_is_said_before(keen, tmp_path):
    set_settings(keen, save_folder=str(tmp_path / "gone"))

    dialog = panel(keen)

    assert dialog.folder_note == "The folder is not there, or may not be written to."
    assert not dialog.export.isEnabled()
    dialog.reject()
    assert QApplication.activeModalWidget() is None


def make_sheet(person: Person) -> None:
    dialog = panel(person)
    dialog.target.setCurrentIndex(dialog.target.findData("sheet"))
    dialog.sheet.title.setText("For Ada")
    QTest.mouseClick(dialog.export, LEFT)
    message(person)


def answer(person: Person, text: str) -> None:
    person.press(Qt.Key.Key_N, CTRL | Qt.KeyboardModifier.ShiftModifier)
    person.until(lambda: person.window.findChild(NumberDialog))
    dialog = person.control(NumberDialog, "numberDialog")
    QTest.keyClicks(dialog.answer, text)
    QTest.mouseClick(dialog.select, LEFT)
    person.until(lambda: person.window.findChild(NumberDialog) is None)


def test_a_client_s_answer_to_a_contact_sheet_is_a_selection(keen, folder):
    make_sheet(keen)
    assert message(keen) == "4 on the contact sheet For Ada.pdf"
    assert names(folder) == ["For Ada.pdf"]
    assert all(entry.delivered_at is None for entry in keen.filled_tiles)  # only shown, not handed over

    answer(keen, "I like 2 and 4!")

    assert keen.window.gallery.selected_rows() == [1, 3]


def test_a_sheet_is_known_after_a_restart_and_says_what_is_hidden(keen, boot, folder):
    make_sheet(keen)
    assert keen.leave()
    again = boot()
    again.until(lambda: len(again.filled_tiles) == 4)
    again.window.gallery.setFocus()
    again.click_tile(1)
    again.press(Qt.Key.Key_Delete)
    again.until(lambda: len(again.filled_tiles) == 3)

    answer(again, "1 2 3")

    assert again.window.gallery.selected_rows() == [0, 1]
    assert again.window.message.text.startswith("2 of 3 are selected.")


def test_without_a_sheet_it_is_said_how_to_make_one(keen):
    keen.press(Qt.Key.Key_N, CTRL | Qt.KeyboardModifier.ShiftModifier)

    assert message(keen).startswith("No contact sheet was made yet")
