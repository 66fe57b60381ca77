"""Every file that travels with the program opens, and the icons are one family."""

import runpy
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

RESOURCES = Path(__file__).resolve().parents[1] / "resources"
ICONS = sorted((RESOURCES / "icons").glob("*.svg"))
SAMPLES = sorted(path for path in (RESOURCES / "samples").iterdir() if path.suffix in (".jpg", ".png"))
IN_COLOUR = ("imgvar", "imgvar-small")
"""Icons that keep their own colours; all others take that of the text around them."""
DRAWN_LARGE = ("image-drop",)
"""Drawn for 64 pixels and more; all others for 20, and to be sharp at 16 and 32."""


def one_colour() -> list[Path]:
    return [path for path in ICONS if path.stem not in IN_COLOUR]


def painted(source: str, side: int) -> QImage:
    """An icon as it looks on a transparent ground."""
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    renderer = QSvgRenderer(QByteArray(source.encode()))
    assert renderer.isValid()
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return image


def colours(image: QImage) -> set[str]:
    """The colours of the pixels that are wholly covered."""
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {pixel.name() for pixel in pixels if pixel.alpha() == 255}


@pytest.mark.parametrize("path", ICONS, ids=lambda path: path.stem)
@pytest.mark.parametrize("scale", [0.8, 1, 1.6], ids=["16", "20", "32"])
def test_icon_shows_something_and_stays_inside_its_frame(qapp, path, scale):
    side = round(scale * (64 if path.stem in DRAWN_LARGE else 20))

    image = painted(path.read_text(encoding="utf-8").replace("currentColor", "#000000"), side)

    alphas = [[image.pixelColor(x, y).alpha() for x in range(side)] for y in range(side)]
    assert max(map(max, alphas)) > 100
    if path.stem not in IN_COLOUR:
        rim = alphas[0] + alphas[-1] + [row[0] for row in alphas] + [row[-1] for row in alphas]
        assert max(rim) == 0, "touches the edge of its frame"


@pytest.mark.parametrize("path", one_colour(), ids=lambda path: path.stem)
def test_icon_takes_the_colour_it_is_given(qapp, path):
    source = path.read_text(encoding="utf-8")

    shown = colours(painted(source.replace("currentColor", "#ff8800"), 64))

    assert shown == {QColor("#ff8800").name()}


@pytest.mark.parametrize("path", one_colour(), ids=lambda path: path.stem)
def test_icon_is_drawn_with_the_pen_of_the_family(path):
    root = ET.fromstring(path.read_text(encoding="utf-8"))
    (group,) = root

    side = 64 if path.stem in DRAWN_LARGE else 20
    assert root.get("viewBox") == f"0 0 {side} {side}"
    assert group.attrib == {
        "fill": "none",
        "stroke": "currentColor",
        "stroke-width": "1.5",
        "stroke-linecap": "round",
        "stroke-linejoin": "round",
    }
    own_pens = [shape.tag for shape in group if {"stroke", "fill", "stroke-width"} & set(shape.attrib)]
    assert own_pens == []


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_sample_opens_and_is_large_and_light_enough(path):
    with Image.open(path) as image:
        image.load()

    assert min(image.size) >= 1200
    assert path.stat().st_size < 900_000


def test_there_are_the_three_samples_that_the_first_window_offers():
    assert [path.name for path in SAMPLES] == ["lake.jpg", "shapes.png", "vase.jpg"]


def test_the_painter_of_the_shapes_makes_the_file_beside_it():
    painted_now = runpy.run_path(str(RESOURCES / "samples" / "shapes.py"))["shapes"]()

    with Image.open(RESOURCES / "samples" / "shapes.png") as kept:
        assert ImageChops.difference(painted_now, kept.convert("RGB")).getbbox() is None
