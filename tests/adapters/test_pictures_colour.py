"""Colours arrive as they were meant: through the embedded profile to sRGB."""

import math
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from imgvar_desktop.adapters.picture_colour import NOTE_BROKEN_PROFILE, NOTE_PLAIN_CMYK
from imgvar_desktop.adapters.pictures import PillowPictures
from imgvar_desktop.core.framing import Framing
from imgvar_desktop.core.geometry import Square
from tests.adapters.made_pictures import RED, cmyk_profile, encoded, rgb_profile, written

# Display P3's primaries in XYZ, adapted to D50, and sRGB's likewise.
P3 = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))
SRGB = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410))
WHITE_D50 = (0.9642, 1.0, 0.8249)
GAMMA = 2.2
INSIDE_SRGB = [(128, 128, 128), (200, 120, 90), (90, 140, 190), (60, 90, 60), (240, 230, 210), (20, 20, 30)]
"""Colours, in P3's numbers, that sRGB is able to show."""


def xyz_of_p3(colour: tuple[int, int, int]) -> tuple[float, float, float]:
    linear = [(value / 255) ** GAMMA for value in colour]
    x, y, z = (sum(share * primary[i] for share, primary in zip(linear, P3, strict=True)) for i in range(3))
    return x, y, z


def xyz_of_srgb(colour: tuple[int, ...]) -> tuple[float, float, float]:
    values = [value / 255 for value in colour]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in values]
    x, y, z = (sum(share * primary[i] for share, primary in zip(linear, SRGB, strict=True)) for i in range(3))
    return x, y, z


def lab(xyz: tuple[float, float, float]) -> tuple[float, float, float]:
    def bent(share: float) -> float:
        return share ** (1 / 3) if share > 0.008856 else 7.787 * share + 16 / 116

    x, y, z = (bent(value / white) for value, white in zip(xyz, WHITE_D50, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def shown(path: Path) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """The colour in the middle of the preview, the same in the upload, and the notes."""
    pictures = PillowPictures()
    picture = pictures.open(path)
    preview = picture.preview
    image = Image.frombytes("RGBA", (preview.width, preview.height), preview.rgba)
    colour = image.getpixel((preview.width // 2, preview.height // 2))
    upload = written(path.with_name("upload.png"), pictures.upload_png(path, Framing(Square(0, 0, 16)), 16, 4_000_000))
    with Image.open(upload) as sent:
        assert sent.getpixel((8, 8))[:3] == colour[:3]
    return colour[:3], picture.notes


@pytest.mark.parametrize("colour", INSIDE_SRGB)
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF"])
def test_a_wide_gamut_photo_keeps_its_colours(tmp_path, kind, colour):
    image = Image.new("RGB", (16, 16), colour)
    options = {"quality": 100} if kind == "JPEG" else {"lossless": True} if kind == "WEBP" else {}
    path = written(tmp_path / "p3", encoded(image, kind, icc_profile=rgb_profile(*P3, GAMMA), **options))

    seen, notes = shown(path)

    assert notes == ()
    assert math.dist(lab(xyz_of_srgb(seen)), lab(xyz_of_p3(colour))) < 1.2
    assert colour == (128, 128, 128) or max(abs(a - b) for a, b in zip(seen, colour, strict=True)) >= 1


def test_a_palette_and_a_transparent_picture_go_through_their_profile_too(tmp_path):
    colour = (200, 120, 90)
    profile = rgb_profile(*P3, GAMMA)
    palette = Image.new("P", (16, 16), 0)
    palette.putpalette([*colour])
    clear = Image.new("RGBA", (16, 16), (*colour, 200))
    for image in (palette, clear):
        seen, _ = shown(written(tmp_path / "p3.png", encoded(image, "PNG", icc_profile=profile)))

        assert math.dist(lab(xyz_of_srgb(seen)), lab(xyz_of_p3(colour))) < 1.2


@pytest.mark.parametrize("colour", [*INSIDE_SRGB, (255, 0, 0), (1, 254, 3)])
def test_srgb_under_any_name_changes_no_value(tmp_path, colour):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    path = written(tmp_path / "srgb.png", encoded(Image.new("RGB", (16, 16), colour), "PNG", icc_profile=profile))

    assert shown(path) == (colour, ())


@pytest.mark.parametrize("profile", [b"not a profile", bytes(500), rgb_profile(*P3, GAMMA)[:300]])
def test_a_broken_profile_is_passed_over_and_said(tmp_path, profile):
    path = written(tmp_path / "p3.png", encoded(Image.new("RGB", (16, 16), RED), "PNG", icc_profile=profile))

    assert shown(path) == (RED, (NOTE_BROKEN_PROFILE,))


def test_a_profile_for_other_numbers_is_passed_over(tmp_path):
    press = cmyk_profile((255, 128, 128), (0, 128, 128))
    path = written(tmp_path / "odd.png", encoded(Image.new("RGB", (16, 16), RED), "PNG", icc_profile=press))

    assert shown(path) == (RED, ())


def test_grey_with_a_display_profile_is_read_through_it(tmp_path):
    bright = rgb_profile(*SRGB, 1.0)
    path = written(tmp_path / "grey.png", encoded(Image.new("L", (16, 16), 55), "PNG", icc_profile=bright))

    seen, _ = shown(path)

    # 55 of 255 as light is 128 as sRGB.
    assert all(abs(value - 128) <= 1 for value in seen)


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk_without_a_profile_is_close_and_says_so(tmp_path, kind):
    for ink, wanted in (((0, 0, 0, 0), (255, 255, 255)), ((0, 0, 0, 255), (0, 0, 0)), ((0, 255, 255, 0), (255, 0, 0))):
        data = encoded(Image.new("CMYK", (16, 16), ink), kind, quality=100)
        if kind == "JPEG":
            assert b"Adobe" in data  # such files hold their inks inverted

        seen, notes = shown(written(tmp_path / "press", data))

        assert all(abs(a - b) <= 3 for a, b in zip(seen, wanted, strict=True))
        assert notes == (NOTE_PLAIN_CMYK,)


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk_with_a_profile_is_read_through_it(tmp_path, kind):
    # On this press any ink is a mid blue, which no rule of thumb comes near; its paper counts as white.
    press = cmyk_profile(paper=(242, 128, 158), ink=(115, 138, 78))
    blue = (45.1, 10, -50)
    for ink, meant in {(255, 0, 0, 0): blue, (255, 255, 255, 255): blue, (0, 0, 0, 0): (100, 0, 0)}.items():
        image = Image.new("CMYK", (16, 16), ink)
        path = written(tmp_path / "press", encoded(image, kind, icc_profile=press, quality=100))

        seen, notes = shown(path)

        assert notes == ()
        assert math.dist(lab(xyz_of_srgb(seen)), meant) < 2


def test_lab_is_read_as_lab(tmp_path):
    profile = ImageCms.createProfile("sRGB")
    to_lab = ImageCms.buildTransform(profile, ImageCms.createProfile("LAB"), "RGB", "LAB")
    image = ImageCms.applyTransform(Image.new("RGB", (16, 16), RED), to_lab)
    assert image is not None
    path = written(tmp_path / "lab.tif", encoded(image, "TIFF"))

    seen, notes = shown(path)

    assert notes == ()
    assert all(abs(a - b) <= 3 for a, b in zip(seen, RED, strict=True))
