"""The larger view shows just the image's pixels, whatever the screen's scale, and stays where one looked."""

import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from imgvar_desktop.core.library import Entry, RunRecord
from imgvar_desktop.ui.viewer import CAPTION_PX, Viewer
from tests.adapters.library_rows import REQUEST, an_entry

EXACT = """
import random, sys
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from datetime import datetime, UTC
from imgvar_desktop.core.library import Entry
from imgvar_desktop.ui.viewer import Viewer

app = QApplication([])
side = 300
noise = QImage(random.Random(7).randbytes(side * side * 4), side, side, QImage.Format.Format_RGB32)
entry = Entry("e", "r", 1, 0, "noise", "noise.png", "0" * 64, side, side, "image/png", datetime.now(UTC))
viewer = Viewer()
viewer.resize(500, 500)
viewer.show()
viewer.show_entry(entry, None, "")
viewer.show_image(noise)
viewer.zoom_to(1.0)
shown = viewer.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
print(viewer.devicePixelRatioF(), shown.width())
wanted = [noise.pixel(x, y) for y in range(side) for x in range(side)]
first = noise.pixel(0, 0)
rows = range(shown.height() - side + 1)
found = [(x, y) for y in rows for x in range(shown.width() - side + 1) if shown.pixel(x, y) == first]
exact = [at for at in found if [shown.pixel(at[0] + x, at[1] + y) for y in range(side) for x in range(side)] == wanted]
sys.exit(0 if len(exact) == 1 else f"not a pixel-exact copy at {found[:5]}")
"""


@pytest.mark.parametrize("scale", ["1", "1.25", "1.5", "2"])
def test_100_per_cent_is_pixel_exact_at_any_scale_of_the_screen(scale):
    environment = {**os.environ, "QT_SCALE_FACTOR": scale, "QT_QPA_PLATFORM": "offscreen"}

    command = [sys.executable, "-c", EXACT]
    shown = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)

    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.split() == [str(float(scale)), str(round(500 * float(scale)))]


def entry(side_px: int) -> Entry:
    run = RunRecord("r", 1, REQUEST, "Here", datetime(2026, 11, 23, tzinfo=UTC))
    return an_entry(run, width=side_px, height=side_px)


@pytest.fixture
def viewer(qtbot) -> Viewer:
    viewer = Viewer()
    qtbot.addWidget(viewer)
    viewer.resize(400, 400 + CAPTION_PX)
    viewer.show()
    qtbot.waitExposed(viewer)
    return viewer


def shown_middle(viewer: Viewer) -> QPointF:
    """The place of the image, 0 to 1, that is in the middle of the room."""
    rect, middle = viewer._image_rect(), viewer._room().center()
    return QPointF((middle.x() - rect.x()) / rect.width(), (middle.y() - rect.y()) / rect.height())


def test_the_same_place_stays_in_sight_from_image_to_image_of_other_sizes(viewer):
    viewer.show_entry(entry(1024), None, "")
    viewer.zoom_to(1.0, QPointF(100, 100))
    before = shown_middle(viewer)

    viewer.show_entry(entry(512), None, "")
    between = shown_middle(viewer)
    viewer.show_entry(entry(256), None, "")  # smaller than the room: it is in the middle
    viewer.show_entry(entry(1024), None, "")
    after = shown_middle(viewer)

    assert viewer.zoom == 1.0
    assert (after.x(), after.y()) == pytest.approx((before.x(), before.y()), abs=0.01)
    # As near to it as an image that covers the room can be.
    half = viewer._room().width() / 512 / 2
    assert between.x() == pytest.approx(max(before.x(), half), abs=0.01)


def test_z_toggles_between_the_whole_and_exact_pixels(viewer):
    viewer.show_entry(entry(1024), None, "")
    viewer.show_image(QImage(1024, 1024, QImage.Format.Format_RGB32))
    assert viewer.zoom < 1.0

    QTest.keyClick(viewer, Qt.Key.Key_Z)
    assert viewer.zoom == 1.0
    QTest.keyClick(viewer, Qt.Key.Key_Z)

    assert viewer.zoom < 1.0


@pytest.mark.parametrize("size", [(32, 200), (0, 0), (10, 10), (200, 48)])
def test_a_window_without_room_for_an_image_is_no_mistake(viewer, size):
    viewer.show_entry(entry(1024), None, "")
    viewer.show_image(QImage(1024, 1024, QImage.Format.Format_RGB32))
    viewer.resize(*size)

    viewer.grab()
    viewer.toggle_zoom()
    viewer.toggle_zoom(QPointF(1, 1))
    viewer.grab()

    assert viewer.zoom > 0
