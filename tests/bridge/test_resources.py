"""Every file that ships beside the code can be loaded, and the icons follow the palette."""

import re
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImageReader, QPalette

from imgvar_desktop.bridge import resources

ICONS = sorted(path.stem for path in (Path(str(resources.root())) / "icons").glob("*.svg"))
CODE = Path(resources.__file__).parents[1]


def test_there_are_icons():
    assert len(ICONS) > 20


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_shows_something_at_every_size(qtbot, name):
    for side in (16, 20, 32):
        image = resources.icon(name).pixmap(QSize(side, side)).toImage()
        inked = sum(image.pixelColor(x, y).alpha() > 60 for x in range(side) for y in range(side))
        assert (image.width(), image.height()) == (side, side)
        assert inked >= side // 2, f"{name} at {side} px"


def test_every_icon_that_the_code_names_is_there():
    named = set()
    for path in CODE.rglob("*.py"):
        named |= set(re.findall(r"""resources\.icon\(["']([a-z-]+)["']\)""", path.read_text(encoding="utf-8")))

    assert named
    assert named <= set(ICONS)


def test_an_icon_takes_the_palette_s_colour_of_the_moment(qapp):
    before = QPalette(qapp.palette())
    icon = resources.icon("save")
    seen = []
    for colour in (QColor("red"), QColor("blue")):
        palette = QPalette(before)
        palette.setColor(QPalette.ColorRole.ButtonText, colour)
        qapp.setPalette(palette)
        image = icon.pixmap(QSize(32, 32)).toImage()
        inked = [image.pixelColor(x, y) for x in range(32) for y in range(32) if image.pixelColor(x, y).alpha() > 200]
        seen.append({c.name() for c in inked})
    qapp.setPalette(before)

    assert seen == [{"#ff0000"}, {"#0000ff"}]


def test_a_disabled_icon_looks_disabled(qtbot):
    icon = resources.icon("save")

    normal, disabled = (icon.pixmap(QSize(32, 32), mode).toImage() for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled))

    assert normal != disabled


def test_every_sample_is_a_picture_to_both_readers(qtbot):
    samples = resources.samples()

    assert len(samples) == 3
    for sample in samples:
        assert not QImageReader(str(sample)).read().isNull()
        with Image.open(sample) as opened:
            opened.load()
            assert min(opened.size) >= 1000


def test_the_style_sheet_is_one_that_qt_understands(qtbot, qapp):
    before = qapp.styleSheet()

    qapp.setStyleSheet(resources.stylesheet())  # a part that cannot be parsed is a warning, and fails this test

    assert "{" in resources.stylesheet()
    qapp.setStyleSheet(before)


def test_the_program_has_a_sign(qtbot):
    assert not resources.application_icon().pixmap(QSize(64, 64)).isNull()
