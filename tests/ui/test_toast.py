"""What is said over the pictures for a moment: it moves nothing, takes no keyboard, and goes by itself."""

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from imgvar_desktop.ui.toast import CHIP_MS, MARGIN_PX, Toast


@pytest.fixture
def over(qtbot) -> QWidget:
    over = QWidget()
    over.resize(600, 400)
    qtbot.addWidget(over)
    QLineEdit(over).setFocus()
    over.show()
    qtbot.waitExposed(over)
    return over


@pytest.fixture
def toast(over) -> Toast:
    return Toast(over)


def test_it_is_at_the_foot_of_what_it_lies_over_also_after_that_has_grown(over, toast):
    toast.say("3 saved")
    over.resize(900, 700)

    assert toast.geometry().bottom() + 1 == over.height() - MARGIN_PX
    assert abs(toast.geometry().center().x() - over.rect().center().x()) <= 1


def test_its_button_answers_once_with_what_it_was_for_and_takes_no_keyboard(over, toast, qtbot):
    before = over.focusWidget()
    toast.offer("1 image is in the trash", "Undo", "the token")

    with qtbot.waitSignal(toast.answered) as got:
        QTest.mouseClick(toast.button, Qt.MouseButton.LeftButton)

    assert got.args == ["the token"]
    assert toast.text == ""
    assert over.focusWidget() is before


def test_a_chip_has_no_button_even_after_an_offer(toast):
    toast.offer("1 image is in the trash", "Undo", "the token")
    toast.say("★ 3 → this image")

    assert toast.text == "★ 3 → this image"
    assert toast.button.isHidden()


def test_it_stays_while_the_mouse_is_on_it_and_goes_soon_after(toast, qtbot):
    toast.offer("1 image is in the trash", "Undo", "the token")
    middle = QPointF(toast.rect().center())
    QApplication.sendEvent(toast, QEnterEvent(middle, middle, middle))
    assert not toast._timer.isActive()

    QApplication.sendEvent(toast, QEvent(QEvent.Type.Leave))

    qtbot.waitUntil(lambda: toast.text == "", timeout=2 * CHIP_MS)
