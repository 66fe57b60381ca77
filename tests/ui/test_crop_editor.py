"""The crop at full size: everything by mouse, by keys and by numbers, and a way back from it."""

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QPushButton, QSlider

from imgvar_desktop.bridge.crop_model import CropModel
from imgvar_desktop.core.framing import Fit, Framing
from imgvar_desktop.core.geometry import Handle, Square
from imgvar_desktop.ui.crop_editor import CropEditor
from imgvar_desktop.ui.crop_guides import Guides
from imgvar_desktop.ui.crop_view import CropView

LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SHIFT, ALT, CTRL = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
)
START = Framing(Square(100, 70, 200))


@pytest.fixture
def editor(qtbot) -> CropEditor:
    """Open on a picture of 640 × 400, a square that no edge, middle or third is near framed."""
    model = CropModel()
    editor = CropEditor(model)
    model.setParent(editor)
    qtbot.addWidget(editor)
    editor.resize(900, 700)
    model.set_picture("lake", width=640, height=400, framing=START)
    preview = QImage(640, 400, QImage.Format.Format_RGB32)
    preview.fill(QColor(60, 90, 120))
    editor.show()
    qtbot.waitExposed(editor)
    editor.start(preview)
    return editor


def model_of(editor: CropEditor) -> CropModel:
    return editor._model


def dragged(view: CropView, start: QPointF, by: QPointF, keys=PLAIN) -> None:
    """In steps, as a hand does it; ``by`` is widget pixels. QTest's own moves carry no modifiers."""

    def send(kind, at, button, buttons):
        there = QPointF(view.mapToGlobal(at.toPoint()))
        QCoreApplication.sendEvent(view, QMouseEvent(kind, at, there, button, buttons, keys))

    send(QEvent.Type.MouseButtonPress, start, LEFT, LEFT)
    for step in range(1, 9):
        send(QEvent.Type.MouseMove, start + by * step / 8, Qt.MouseButton.NoButton, LEFT)
    send(QEvent.Type.MouseButtonRelease, start + by, LEFT, Qt.MouseButton.NoButton)


def test_a_drag_inside_moves_and_is_one_step(editor):
    view, model = editor.view, model_of(editor)
    scale = view.viewport().scale

    dragged(view, view.crop_rect().center(), QPointF(25 * scale, 8 * scale), CTRL)

    assert model.framing.square == Square(125, 78, 200)
    model.undo()
    assert model.framing == START


def test_shift_keeps_a_move_on_one_axis(editor):
    view = editor.view
    dragged(view, view.crop_rect().center(), QPointF(25, 9) * view.viewport().scale, SHIFT | CTRL)

    assert model_of(editor).framing.square == Square(125, 70, 200)


@pytest.mark.parametrize(("keys", "x"), [(PLAIN, 0), (CTRL, 3)])
def test_a_move_snaps_unless_control_is_held(editor, keys, x):
    view = editor.view
    dragged(view, view.crop_rect().center(), QPointF(-97, 0) * view.viewport().scale, keys)

    assert model_of(editor).framing.square.x == x


@pytest.mark.parametrize(("keys", "made"), [(PLAIN, Square(140, 110, 160)), (ALT, Square(140, 110, 120))])
def test_a_handle_resizes_from_the_far_corner_or_the_centre(editor, keys, made):
    view = editor.view
    dragged(view, view.handle_point(Handle.TOP_LEFT), QPointF(40, 40) * view.viewport().scale, keys)

    assert model_of(editor).framing.square == made


def test_a_drag_outside_turns_and_one_close_by_does_nothing(editor):
    view, model = editor.view, model_of(editor)
    crop = view.crop_rect()
    beside = QPointF(crop.right(), crop.center().y() - 40)

    dragged(view, beside + QPointF(14, 0), QPointF(0, 60))
    assert model.framing == START

    dragged(view, beside + QPointF(40, 0), QPointF(0, 60))
    assert 5 < model.framing.angle < 40
    model.undo()
    assert model.framing == START


def test_a_double_click_with_an_unsteady_hand_moves_nothing(editor, qtbot):
    view = editor.view
    at = view.crop_rect().center()
    dragged(view, at, QPointF(2, 1))

    with qtbot.waitSignal(editor.finished):
        QTest.mouseDClick(view, LEFT, PLAIN, at.toPoint())

    assert model_of(editor).framing == START


def test_the_same_preview_again_does_not_end_a_drag(editor):
    view, model = editor.view, model_of(editor)
    model.changed.connect(lambda: view.set_preview(view._picture._preview))  # as the window does
    dragged(view, view.crop_rect().center(), QPointF(25, 8) * view.viewport().scale, CTRL)

    assert model.framing.square == Square(125, 78, 200)


@pytest.mark.parametrize(
    ("key", "keys", "made"),
    [
        (Qt.Key.Key_Right, PLAIN, Framing(Square(101, 70, 200))),
        (Qt.Key.Key_Up, SHIFT, Framing(Square(100, 60, 200))),
        (Qt.Key.Key_Down, ALT, Framing(Square(100, 70, 201))),
        (Qt.Key.Key_Left, ALT | SHIFT, Framing(Square(100, 70, 190))),
        (Qt.Key.Key_BracketRight, PLAIN, Framing(Square(130, 100, 200), turns=1)),
        (Qt.Key.Key_BracketLeft, PLAIN, Framing(Square(70, 340, 200), turns=3)),
        (Qt.Key.Key_H, PLAIN, Framing(Square(340, 70, 200), flipped=True)),
        (Qt.Key.Key_H, SHIFT, Framing(Square(100, 130, 200), turns=2, flipped=True)),
        (Qt.Key.Key_0, PLAIN, Framing(Square(120, 0, 400))),
    ],
)
def test_each_key_does_its_own_and_is_undone(editor, key, keys, made):
    view, model = editor.view, model_of(editor)
    QTest.keyClick(view, key, keys)
    assert model.framing == made

    QTest.keyClick(view, Qt.Key.Key_Z, CTRL)
    assert model.framing == START
    QTest.keyClick(view, Qt.Key.Key_Y, CTRL)
    assert model.framing == made


def test_o_goes_through_the_guides(editor):
    seen = []
    for _ in Guides:
        QTest.keyClick(editor.view, Qt.Key.Key_O)
        seen.append(editor.view.guides)

    assert sorted(seen, key=lambda g: g.name) == sorted(Guides, key=lambda g: g.name)


def test_zoom_keeps_what_is_under_the_pointer_and_reaches_800_percent(editor):
    view = editor.view
    at = QPointF(222, 111)
    held = view.viewport().to_picture(at)
    for _ in range(30):
        view.zoom(1.25, at)

    assert view.viewport().scale >= 8.0
    there = view.viewport().to_picture(at)
    assert (there.x(), there.y()) == pytest.approx((held.x(), held.y()))


def test_enter_uses_what_was_made(editor, qtbot):
    QTest.keyClick(editor.view, Qt.Key.Key_Right)
    with qtbot.waitSignal(editor.finished):
        QTest.keyClick(editor.view, Qt.Key.Key_Return)

    assert model_of(editor).framing.square.x == 101


@pytest.mark.parametrize("way", ["Esc", "Enter on Cancel"])
def test_cancel_restores_what_was(editor, qtbot, way):
    QTest.keyClick(editor.view, Qt.Key.Key_H)
    QTest.keyClick(editor.view, Qt.Key.Key_Right)
    with qtbot.waitSignal(editor.finished):
        if way == "Esc":
            QTest.keyClick(editor.view, Qt.Key.Key_Escape)
        else:
            cancel = next(button for button in editor.findChildren(QPushButton) if button.text() == "Cancel")
            QTest.keyClick(cancel, Qt.Key.Key_Return)

    assert model_of(editor).framing == START


def typed(box: QAbstractSpinBox, text: str) -> None:
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, text)
    QTest.keyClick(box, Qt.Key.Key_Tab)


def test_numbers_can_be_typed_and_impossible_ones_show_the_nearest(editor):
    typed(editor.left, "7")
    assert model_of(editor).framing.square == Square(7, 70, 200)

    typed(editor.side, "5000")
    assert model_of(editor).framing.square == Square(7, 0, 400)
    assert (editor.left.value(), editor.top.value(), editor.side.value()) == (7, 0, 400)


def test_an_angle_is_typed_in_one_step(editor):
    typed(editor.angle, "12.5")

    assert model_of(editor).framing.angle == 12.5
    model_of(editor).undo()
    assert model_of(editor).framing == START


def test_a_drag_of_the_slider_is_one_step(editor):
    slider = editor.findChild(QSlider)
    at = QPoint(slider.width() // 2, slider.height() // 2)
    QTest.mousePress(slider, LEFT, PLAIN, at)
    assert slider.isSliderDown()
    for x in range(10, 90, 10):
        QTest.mouseMove(slider, at + QPoint(x, 0))
    QTest.mouseRelease(slider, LEFT, PLAIN, at + QPoint(80, 0))

    assert model_of(editor).framing.angle > 1
    model_of(editor).undo()
    assert model_of(editor).framing == START
    assert slider.value() == 0


def test_padding_is_chosen_and_shows_the_whole_picture(editor):
    QTest.keyClick(editor.fit, Qt.Key.Key_End)

    assert model_of(editor).framing == Framing(Square(0, -120, 640), fit=Fit.MIRROR)


def test_what_a_screen_reader_says_follows_the_crop(editor):
    assert editor.view.accessibleName() == "Crop"
    QTest.keyClick(editor.view, Qt.Key.Key_Right)

    assert editor.view.accessibleDescription().startswith("Left 101, top 70, side 200 pixels, turned by 0.0 degrees")
    assert [box.accessibleName() for box in (editor.left, editor.top, editor.side)] == ["Left", "Top", "Side"]
