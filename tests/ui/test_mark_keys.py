"""Single keys of culling: which mean what, when they go on to the next image, and when they mean nothing."""

import sys

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from imgvar_desktop.core.library import Flag, Label
from imgvar_desktop.core.marking import SetFlag, SetLabel, SetStars
from imgvar_desktop.ui.mark_keys import MarkKeys
from imgvar_desktop.ui.marking_actions import MarkingActions

Key = Qt.Key
PLAIN, SHIFT, CTRL, PAD = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.KeypadModifier,
)
CAPS = {"win32": 0x400, "darwin": 1 << 16}.get(sys.platform, 0x2)


@pytest.fixture
def window(qtbot) -> QMainWindow:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setCentralWidget(QWidget())
    return window


@pytest.fixture
def keys(window) -> MarkKeys:
    keys = MarkKeys(MarkingActions(window))
    keys.watch(window.centralWidget())
    return keys


@pytest.fixture
def marked(keys) -> list[tuple[object, bool]]:
    """What was asked for, and whether to go on."""
    asked: list[tuple[object, bool]] = []

    def remember(marking: object, advance: bool) -> None:
        asked.append((marking, advance))

    keys.marked.connect(remember)
    return asked


def press(window: QMainWindow, key: Key, held: Qt.KeyboardModifier = PLAIN, native: int = 0) -> None:
    event = QKeyEvent(QEvent.Type.KeyPress, key, held, 0, 0, native)
    QApplication.sendEvent(window.centralWidget(), event)


@pytest.mark.parametrize(
    ("key", "marking"),
    [
        (Key.Key_P, SetFlag(Flag.PICK)),
        (Key.Key_X, SetFlag(Flag.REJECT)),
        (Key.Key_U, SetFlag(Flag.NONE)),
        (Key.Key_0, SetStars(0)),
        (Key.Key_5, SetStars(5)),
        (Key.Key_6, SetLabel(Label.RED)),
        (Key.Key_7, SetLabel(Label.YELLOW)),
        (Key.Key_8, SetLabel(Label.GREEN)),
        (Key.Key_9, SetLabel(Label.BLUE)),
    ],
)
def test_each_key_has_its_mark(window, marked, key, marking):
    press(window, key)

    assert marked == [(marking, False)]


@pytest.mark.parametrize(("held", "native"), [(SHIFT, 0), (PLAIN, CAPS)])
def test_with_shift_and_with_caps_lock_a_mark_goes_on(window, marked, held, native):
    press(window, Key.Key_X, held, native)

    assert marked == [(SetFlag(Flag.REJECT), True)]


def test_the_number_pad_gives_stars_too(window, marked):
    press(window, Key.Key_3, PAD)

    assert marked == [(SetStars(3), False)]


def test_with_control_a_key_is_somebody_else_s(window, marked):
    for key in (Key.Key_P, Key.Key_1, Key.Key_0):
        press(window, key, CTRL)

    assert marked == []


def test_switched_off_only_what_writes_nothing_is_heard(window, keys, marked, qtbot):
    actions = keys.parent()
    keys.single_keys = False

    with qtbot.waitSignal(actions.trash.triggered):
        press(window, Key.Key_Delete)
    with qtbot.waitSignal(actions.note.triggered):
        press(window, Key.Key_F2)
    with qtbot.assertNotEmitted(actions.vary.triggered), qtbot.assertNotEmitted(actions.filter_bar.triggered):
        for key in (Key.Key_P, Key.Key_3, Key.Key_V, Key.Key_Backslash):
            press(window, key)

    assert marked == []


def test_the_menus_name_single_keys_only_while_they_are_on(keys):
    actions = keys.parent()
    pick, note = actions.markings[SetFlag(Flag.PICK)], actions.note

    actions.show_hints(on=True)
    assert (pick.text(), note.text()) == ("Pick\tP", "&Note…\tF2")
    actions.show_hints(on=False)
    assert (pick.text(), note.text()) == ("Pick", "&Note…\tF2")
