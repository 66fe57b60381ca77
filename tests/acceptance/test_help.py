"""Help: the sheet of keys, what this program is, and where its logs are."""

from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QWidget

from imgvar_desktop import __version__
from imgvar_desktop.adapters.paths import find_paths
from imgvar_desktop.ui.about_dialog import AboutDialog
from imgvar_desktop.ui.shortcut_sheet import ShortcutSheet, commands
from tests.acceptance.conftest import OFFSCREEN_CANNOT
from tests.acceptance.person import LEFT, Person

pytestmark = pytest.mark.qt_log_ignore(OFFSCREEN_CANNOT)


class Desktop(QObject):
    """Opens folders, as the person's desktop would."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[Path] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(Path(url.toLocalFile()))


@pytest.fixture
def desktop(qapp):
    desktop = Desktop()
    QDesktopServices.setUrlHandler("file", desktop, "open")
    yield desktop
    QDesktopServices.unsetUrlHandler("file")


def sheet(person: Person) -> ShortcutSheet | None:
    return person.window.findChild(ShortcutSheet)


def opened_sheet(person: Person, key: Qt.Key = Qt.Key.Key_F1) -> ShortcutSheet:
    person.press(key)
    person.until(lambda: sheet(person) is not None)
    found = sheet(person)
    person.until(found.isVisible)
    return found


def test_the_sheet_has_every_command_of_the_menus(person):
    found = {command.action for command in commands(person.window.menuBar())}

    held = {
        action
        for menu in person.window.menuBar().findChildren(QMenu)
        for action in menu.actions()
        if action.menu() is None and not action.isSeparator()
    }
    assert found == held
    assert len(opened_sheet(person).shown) == len(found)


def test_every_command_with_keys_is_in_the_menus_and_so_in_the_sheet(person):
    listed = {command.action for command in commands(person.window.menuBar())}

    hidden = [action.text() for action in person.window.actions() if action.shortcuts() and action not in listed]

    assert hidden == []


def test_no_two_commands_want_the_same_keys(person):
    taken = [
        (keys.toString(), command.name)
        for command in commands(person.window.menuBar())
        for keys in command.action.shortcuts()
    ]

    assert len({keys for keys, _ in taken}) == len(taken), sorted(taken)


@pytest.mark.parametrize("searched", ["show fol", "ctrl+shift+r", "FOLDER show"])
def test_a_command_is_found_by_its_name_or_its_keys(person, searched):
    found = opened_sheet(person)

    QTest.keyClicks(found.search, searched)

    assert "Show in folder" in found.shown
    assert len(found.shown) < 4


def test_what_no_command_is_called_is_said(person):
    found = opened_sheet(person)

    QTest.keyClicks(found.search, "teleport")

    assert found.shown == ()
    assert found.nothing.isVisible()


def test_enter_runs_what_was_found(person):
    found = opened_sheet(person)
    QTest.keyClicks(found.search, "source pane")

    QTest.keyClick(found.search, Qt.Key.Key_Return)

    person.until(lambda: sheet(person) is None)
    person.until(lambda: person.window.splitter.sizes()[0] == 0)


def test_a_command_that_cannot_be_run_now_is_not(person):
    found = opened_sheet(person)
    QTest.keyClicks(found.search, "redo")

    QTest.keyClick(found.search, Qt.Key.Key_Return)

    assert found.isVisible()


def test_arrows_lead_from_the_search_into_the_list(person):
    found = opened_sheet(person)
    QTest.keyClicks(found.search, "zoom")

    QTest.keyClick(found.search, Qt.Key.Key_Down)

    assert found.focusWidget() is found.tree
    assert found.tree.currentItem().text(0) == "Zoom in"


def test_a_question_mark_opens_the_sheet_while_single_keys_are_commands(person):
    person.window.gallery.setFocus()
    opened_sheet(person, Qt.Key.Key_Question).close()
    person.until(lambda: sheet(person) is None)

    person.window.actions_.marking.single_keys.trigger()

    assert person.window.actions_.shortcuts.shortcuts() == [QKeySequence("F1")]


def test_a_question_mark_in_a_text_field_is_one(person):
    field = person.control(QWidget, "seed")
    field.setFocus()

    person.press(Qt.Key.Key_Question)

    assert sheet(person) is None


def test_about_says_which_program_this_is_and_whose_work_is_in_it(person):
    person.choose_from_menu("Help", person.window.actions_.about)
    person.until(lambda: person.window.findChild(AboutDialog) is not None)
    about = person.window.findChild(AboutDialog)

    assert __version__ in about.version.text()
    assert "Permission is hereby granted" in about.text.toPlainText()
    names = [about.list.item(row).text().split()[0] for row in range(about.list.count())]
    about.list.setCurrentRow(names.index("httpx"))

    assert "BSD" in about.terms.text()
    assert "Redistribution and use" in about.text.toPlainText()
    about.close()


def test_logs_are_shown_from_the_menu_and_from_about(person, desktop):
    person.choose_from_menu("Help", person.window.actions_.show_logs)
    assert desktop.opened == [find_paths().logs]

    person.window.actions_.about.trigger()
    about = person.window.findChild(AboutDialog)
    QTest.mouseClick(about.logs, LEFT)

    assert desktop.opened == [find_paths().logs] * 2
    assert find_paths().logs.is_dir()
    about.close()
