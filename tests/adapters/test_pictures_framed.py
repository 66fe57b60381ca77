"""Framings made of pixels: exact ones to the pixel, straightened and padded ones against a reference."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from imgvar_desktop.adapters.pictures import PillowPictures
from imgvar_desktop.core import framing as rules
from imgvar_desktop.core.framing import Fit, Framing
from imgvar_desktop.core.geometry import Square
from tests.adapters.made_pictures import encoded, noise, scene, written

LIMIT = 8_000_000


def sent(path, framing, size_px=4096):
    image = Image.open(BytesIO(PillowPictures().upload_png(path, framing, size_px, LIMIT)))
    image.load()
    assert image.width == image.height
    return image


def turned(image, framing):
    """The whole turned picture, by Pillow's own steps one after the other."""
    for _ in range(framing.turns):
        image = image.transpose(Image.Transpose.ROTATE_270)
    return image.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if framing.flipped else image


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("flipped", [False, True])
@pytest.mark.parametrize("orientation", [1, 6, 7])
def test_quarter_turns_and_mirrors_move_pixels_and_change_none(tmp_path, turns, flipped, orientation):
    image = noise(90, 70)
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = written(tmp_path / "lake.png", encoded(image, "PNG", exif=exif))
    upright = {1: image, 6: image.transpose(Image.Transpose.ROTATE_270), 7: image.transpose(Image.Transpose.TRANSVERSE)}
    framing = Framing(Square(5, 9, 50), turns=turns, flipped=flipped)

    expected = turned(upright[orientation], framing).crop((5, 9, 55, 59))

    assert sent(path, framing).tobytes() == expected.tobytes()


@pytest.mark.parametrize("angle", [-45.0, -3.3, 0.4, 12.0, 45.0])
@pytest.mark.parametrize("turns", [0, 1])
def test_a_straightened_picture_is_the_rotation_of_the_whole_one(tmp_path, angle, turns):
    image = scene(400, 300)
    path = written(tmp_path / "lake.png", encoded(image, "PNG"))
    wanted = Framing(Square(120, 80, 120), turns=turns, angle=angle)
    framing = rules.kept_inside(wanted, width=400, height=300)
    square = framing.square
    middle = (square.x + square.side / 2, square.y + square.side / 2)
    whole = turned(image, framing).rotate(-angle, Image.Resampling.BICUBIC, center=middle)
    expected = whole.crop((square.x, square.y, square.right, square.bottom))

    got = sent(path, framing)

    difference = np.abs(np.asarray(got, np.int16) - np.asarray(expected, np.int16))
    assert got.size == (square.side, square.side)
    assert difference.mean() < 2.0
    assert np.percentile(difference, 99) < 24


def test_a_straightened_picture_has_no_empty_corners(tmp_path):
    path = written(tmp_path / "white.png", encoded(Image.new("RGB", (300, 200), "white"), "PNG"))
    start = rules.first_framing(width=300, height=200)
    framing = rules.straightened(start, 17.0, width=300, height=200)

    assert sent(path, framing).getextrema() == ((255, 255),) * 3


@pytest.mark.parametrize("fit", [fit for fit in Fit if fit is not Fit.CROP])
def test_a_padded_picture_is_whole_and_in_its_place(tmp_path, fit):
    image = noise(60, 40)
    path = written(tmp_path / "wide.png", encoded(image, "PNG"))
    framing = rules.refitted(rules.first_framing(width=60, height=40), fit, width=60, height=40)

    got = sent(path, framing)

    assert got.size == (60, 60)
    assert got.convert("RGB").crop((0, 10, 60, 50)).tobytes() == image.tobytes()


def test_each_padding_is_what_it_says(tmp_path):
    image = Image.new("RGB", (40, 20), (200, 0, 0))
    image.paste((0, 0, 200), (0, 10, 40, 20))
    path = written(tmp_path / "flag.png", encoded(image, "PNG"))
    framed = {fit: sent(path, Framing(Square(0, -10, 40), fit=fit)) for fit in Fit if fit is not Fit.CROP}

    assert framed[Fit.TRANSPARENT].getpixel((5, 2)) == (0, 0, 0, 0)
    # The edge: 40 red and 40 blue pixels above and below, 10 of each at either side.
    assert framed[Fit.EDGE].getpixel((5, 2)) == (100, 0, 100)
    assert framed[Fit.MIRROR].getpixel((5, 9)) == (200, 0, 0)
    assert framed[Fit.MIRROR].getpixel((5, 31)) == (0, 0, 200)
    red, green, blue = framed[Fit.BLUR].getpixel((5, 2))
    assert red > blue
    assert green == 0


def test_mirroring_goes_on_as_often_as_it_takes(tmp_path):
    image = noise(10, 10)
    path = written(tmp_path / "small.png", encoded(image, "PNG"))

    got = sent(path, Framing(Square(-25, 3, 60), fit=Fit.MIRROR))

    rows = np.asarray(image)
    tiled = np.pad(rows, ((0, 60), (25, 60), (0, 0)), mode="symmetric")
    assert (np.asarray(got) == tiled[3:63, 0:60]).all()


def test_alpha_stays_under_a_straightening(tmp_path):
    image = Image.new("RGBA", (100, 100), (255, 0, 0, 255))
    image.paste((0, 0, 255, 0), (50, 0, 100, 100))
    path = written(tmp_path / "half.png", encoded(image, "PNG"))

    got = sent(path, rules.straightened(Framing(Square(0, 0, 100)), 10.0, width=100, height=100))

    assert got.mode == "RGBA"
    visible = np.asarray(got)[np.asarray(got)[..., 3] > 8]
    assert (visible[:, 2] < 12).all()  # no blue bled in from what is transparent
