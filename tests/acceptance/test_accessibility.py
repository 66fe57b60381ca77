"""Whatever the keyboard can reach has a name for a screen reader, and everything can be reached."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QPushButton, QToolButton, QWidget

from tests.acceptance.conftest import OFFSCREEN_CANNOT
from tests.acceptance.person import CTRL, LEFT, SHIFT, Person

pytestmark = pytest.mark.qt_log_ignore(OFFSCREEN_CANNOT)


def focusable(top: QWidget) -> Iterator[QWidget]:
    """What Tab or a click may bring the keyboard to, as it is shown now."""
    for widget in top.findChildren(QWidget):
        if widget.isVisibleTo(top) and widget.isEnabled() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
            yield widget


def nameless(top: QWidget) -> list[str]:
    found = []
    for widget in focusable(top):
        if widget.objectName() == "qt_spinbox_lineedit" or widget.focusProxy() is not None:
            continue  # a part of a control that has the name
        interface = QAccessible.queryAccessibleInterface(widget)
        if not interface.text(QAccessible.Text.Name).strip():
            found.append(f"{type(widget).__name__} {widget.objectName()!r} in {type(widget.parent()).__name__}")
    return found


def reached_by_tab(top: QWidget) -> set[QWidget]:
    """Everything that Tab comes to on one way round."""
    reached: set[QWidget] = set()
    for _ in range(200):
        QTest.keyClick(top.focusWidget() or top, Qt.Key.Key_Tab)
        now = top.focusWidget()
        if now in reached:
            break
        reached.add(now)
    return reached


def test_every_control_of_the_first_window_has_a_name(person):
    assert nameless(person.window) == []


def test_every_control_at_work_has_a_name(with_four: Person):
    QTest.mouseClick(with_four.control(QToolButton, "advanced"), LEFT)
    with_four.window.message.show_info("Something to answer.")

    assert nameless(with_four.window) == []

    with_four.click_tile(0)
    with_four.press(Qt.Key.Key_Return)
    assert with_four.window.viewer_shown
    assert nameless(with_four.window) == []


def test_every_control_of_the_settings_has_a_name(person):
    person.press(Qt.Key.Key_Comma, CTRL)
    dialog = person.window.findChild(QDialog, "settingsDialog")
    assert nameless(dialog) == []

    add = next(button for button in dialog.findChildren(QPushButton) if button.text() == "Add a service")
    QTest.mouseClick(add, LEFT)
    person.until(lambda: not dialog.page.key_state.startswith("Asking"))

    assert nameless(dialog) == []
    dialog.close()


def test_every_control_is_reached_by_tab(with_four: Person):
    reached = reached_by_tab(with_four.window)

    wanted = {
        widget
        for widget in focusable(with_four.window)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus
        and widget.objectName() != "qt_spinbox_lineedit"
    }
    assert {with_four.window.gallery, with_four.window.run.generate} <= reached
    assert [f"{type(w).__name__} {w.accessibleName() or w.objectName()}" for w in wanted - reached] == []


def test_every_command_of_the_window_is_in_a_menu(person):
    in_menus = set()
    pending = [action.menu() for action in person.window.menuBar().actions()]
    while pending:
        for action in pending.pop().actions():
            in_menus.add(action)
            if action.menu() is not None:
                pending.append(action.menu())

    outside = [action.text() for action in person.window.actions() if action not in in_menus]

    assert outside == []


def test_no_two_commands_share_a_key(person):
    keys: dict[str, list[str]] = {}
    for action in person.window.actions():
        for shortcut in action.shortcuts():
            keys.setdefault(shortcut.toString(), []).append(action.text())

    assert {key: texts for key, texts in keys.items() if len(texts) > 1} == {}
    assert {"Ctrl+O", "Ctrl+V", "Ctrl+Return", "Ctrl+.", "Ctrl+S", "Ctrl+,", "Ctrl+Q", "Ctrl+R", "F7"} <= set(keys)


def test_the_crop_is_read_out(with_lake: Person):
    view = with_lake.window.source.crop_view
    before = QAccessible.queryAccessibleInterface(view).text(QAccessible.Text.Description)

    with_lake.press(Qt.Key.Key_Left, SHIFT, on=view)

    after = QAccessible.queryAccessibleInterface(view).text(QAccessible.Text.Description)
    assert "120" in before
    assert "110" in after


def test_a_tile_is_read_out(with_four: Person):
    with_four.click_tile(2)

    gallery = QAccessible.queryAccessibleInterface(with_four.window.gallery)

    assert gallery.text(QAccessible.Text.Description) == "Variation 1 of 2, run 1"
