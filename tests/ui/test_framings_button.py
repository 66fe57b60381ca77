"""Crop bracketing by its button: several ways in one opening of its menu, never none."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from imgvar_desktop.core.bracket import Bracket
from imgvar_desktop.ui.framings_button import FramingsButton


@pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing the keyboard)")
def test_several_are_ticked_in_one_opening_of_the_menu(qtbot):
    button = FramingsButton()
    qtbot.addWidget(button)
    menu = button.menu()
    menu.popup(button.mapToGlobal(button.rect().bottomLeft()))
    qtbot.waitExposed(menu)

    for action in menu.actions()[1:3]:
        QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())

    assert menu.isVisible()
    assert button.ways == (Bracket.AS_FRAMED, Bracket.WIDE, Bracket.TIGHT)
    assert button.text() == "As framed, Wide +1"
    menu.close()


def test_without_any_tick_it_is_as_framed(qtbot):
    button = FramingsButton()
    qtbot.addWidget(button)
    with qtbot.waitSignal(button.changed):
        button.menu().actions()[0].toggle()

    assert button.ways == (Bracket.AS_FRAMED,)


def test_what_is_filled_in_shows_and_nothing_is_told(qtbot):
    button = FramingsButton()
    qtbot.addWidget(button)
    with qtbot.assertNotEmitted(button.changed):
        button.fill((Bracket.LEFT, Bracket.FLIPPED))

    assert button.ways == (Bracket.LEFT, Bracket.FLIPPED)
    assert button.text() == "Left, Flipped"
