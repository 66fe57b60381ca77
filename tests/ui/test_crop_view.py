"""The crop's handles are as large on screen, and as easy to hit, whatever the picture's size and the zoom."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest

from imgvar_desktop.bridge.crop_model import CropModel
from imgvar_desktop.core.framing import Framing
from imgvar_desktop.core.geometry import Handle, Square
from imgvar_desktop.ui.crop_gestures import HANDLE_HIT_PX
from imgvar_desktop.ui.crop_painting import HANDLE_PX
from imgvar_desktop.ui.crop_view import CropView


@pytest.fixture
def framed(qtbot):
    """``framed(side)``: a view of a dark picture that large, its middle framed."""

    def show(side: int) -> CropView:
        model = CropModel()
        view = CropView(model)
        model.setParent(view)
        qtbot.addWidget(view)
        view.resize(600, 600)
        third = side // 3
        model.set_picture("key", width=side, height=side, framing=Framing(Square(third, third, third)))
        preview = QImage(64, 64, QImage.Format.Format_ARGB32_Premultiplied)
        preview.fill(QColor(30, 30, 30))
        view.set_preview(preview)
        view.show()
        qtbot.waitExposed(view)
        return view

    return show


def handle_width(view: CropView, handle: Handle) -> int:
    """The run of bright pixels across a handle, through its middle."""
    image = view.grab().toImage()
    at = view.handle_point(handle).toPoint()

    def bright(x: int) -> bool:
        return image.rect().contains(QPoint(x, at.y())) and image.pixelColor(x, at.y()).lightness() > 200

    left = right = at.x()
    while bright(left - 1):
        left -= 1
    while bright(right + 1):
        right += 1
    return right - left + 1


@pytest.mark.parametrize("side", [40, 400, 4000])
@pytest.mark.parametrize("zoom", [1.0, 1.5, 2.0])
def test_handles_are_painted_the_same_size(framed, side, zoom):
    view = framed(side)
    view.zoom(zoom)

    for handle in (Handle.LEFT, Handle.RIGHT):
        assert handle_width(view, handle) == pytest.approx(HANDLE_PX, abs=2)


@pytest.mark.parametrize("side", [40, 4000])
@pytest.mark.parametrize("handle", Handle)
def test_handles_are_hit_within_the_same_reach(framed, side, handle):
    view = framed(side)
    reach = HANDLE_HIT_PX / 2 - 1
    across, down = handle.value

    QTest.mouseMove(view, (view.handle_point(handle) + QPointF(across * reach, down * reach)).toPoint())
    assert view.cursor().shape() in {
        Qt.CursorShape.SizeFDiagCursor,
        Qt.CursorShape.SizeBDiagCursor,
        Qt.CursorShape.SizeVerCursor,
        Qt.CursorShape.SizeHorCursor,
    }

    QTest.mouseMove(view, view.crop_rect().center().toPoint())
    assert view.cursor().shape() == Qt.CursorShape.SizeAllCursor
