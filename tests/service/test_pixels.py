"""PNG to pixels and back."""

import io
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image, ImageCms

from imgvar_desktop.service.pixels import decode_png, encode_png
from imgvar_desktop.service.refusals import Refused


def saved(picture: Image.Image, **options) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG", **options)
    return file.getvalue()


@given(
    st.tuples(st.integers(1, 40), st.integers(1, 40), st.sampled_from([3, 4])).flatmap(
        lambda shape: arrays(np.uint8, shape)
    )
)
def test_png_holds_the_very_pixels(pixels):
    with Image.open(io.BytesIO(encode_png(pixels)), formats=["PNG"]) as opened:
        opened.verify()
    with Image.open(io.BytesIO(encode_png(pixels))) as opened:
        assert np.array_equal(np.asarray(opened), pixels)


def test_png_of_a_photograph_is_small_enough():
    """The fast way must not cost the disk, not even for grey, whose bytes come in threes."""
    photograph = Image.effect_noise((512, 512), 20).resize((1024, 1024), Image.Resampling.LANCZOS).convert("RGB")

    assert len(encode_png(np.asarray(photograph))) < 1.1 * len(saved(photograph, compress_level=1))


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB"])
def test_opaque_pictures_have_three_channels(mode):
    pixels = decode_png(saved(Image.linear_gradient("L").convert(mode)), 1024)

    assert pixels.shape == (256, 256, 3)
    assert pixels[0, 0].tolist() == [0, 0, 0]
    assert pixels[255, 0].tolist() == [255, 255, 255]


def test_alpha_stays_only_where_something_is_transparent():
    opaque = Image.new("RGBA", (8, 8), (10, 20, 30, 255))
    clear = opaque.copy()
    clear.putpixel((3, 4), (10, 20, 30, 0))

    assert decode_png(saved(opaque), 64).shape == (8, 8, 3)
    assert decode_png(saved(clear), 64)[4, 3].tolist() == [10, 20, 30, 0]


def test_transparent_palette_colour_is_alpha():
    picture = Image.new("P", (8, 8), 1)
    picture.putpalette([255, 0, 0, 0, 0, 255])
    picture.putpixel((0, 0), 0)

    pixels = decode_png(saved(picture, transparency=0), 64)

    assert pixels[0, 0, 3] == 0
    assert pixels[5, 5].tolist() == [0, 0, 255, 255]


def test_sixteen_bit_grey_keeps_its_range():
    grey = Image.fromarray(np.linspace(0, 65535, 64 * 64).astype(np.uint16).reshape(64, 64))

    pixels = decode_png(saved(grey), 64)

    assert pixels[0, 0].tolist() == [0, 0, 0]
    assert pixels[32, 0, 0] == pytest.approx(128, abs=1)
    assert pixels[63, 63].tolist() == [255, 255, 255]


def test_large_picture_is_reduced_to_what_is_needed():
    picture = Image.linear_gradient("L").resize((1500, 1500)).convert("RGB")

    pixels = decode_png(saved(picture), 256)

    assert pixels.shape == (256, 256, 3)
    assert pixels[128, 0, 0] == pytest.approx(128, abs=2)


@pytest.mark.parametrize("mode", ["P", "RGB", "RGBA"])
def test_strips_leave_no_seam(mode):
    picture = Image.effect_noise((300, 300), 90).resize((2100, 2100)).convert(mode)

    whole = picture.convert("RGB").reduce(4).resize((256, 256), Image.Resampling.LANCZOS)

    assert np.array_equal(decode_png(saved(picture, compress_level=1), 256), np.asarray(whole))


def test_orientation_is_applied():
    picture = Image.new("RGB", (8, 8), "white")
    picture.paste("black", (0, 0, 8, 4))
    exif = Image.Exif()
    exif[0x0112] = 3

    pixels = decode_png(saved(picture, exif=exif), 64)

    assert pixels[0, 0].tolist() == [255, 255, 255]
    assert pixels[7, 7].tolist() == [0, 0, 0]


def test_colour_profile_is_honoured():
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exchanged = srgb.replace(b"rXYZ", b"----").replace(b"bXYZ", b"rXYZ").replace(b"----", b"bXYZ")
    exchanged = exchanged.replace("sRGB".encode("utf-16-be"), "bGRr".encode("utf-16-be"))
    picture = Image.new("RGB", (8, 8), (200, 100, 50))

    assert decode_png(saved(picture, icc_profile=srgb), 64)[0, 0].tolist() == [200, 100, 50]
    assert decode_png(saved(picture, icc_profile=exchanged), 64)[0, 0] == pytest.approx([50, 100, 200], abs=3)


@pytest.mark.parametrize("profile", [b"no profile", b"\0" * 200])
def test_unreadable_colour_profile_is_left_aside(profile):
    picture = Image.new("RGB", (8, 8), (1, 2, 3))

    assert decode_png(saved(picture, icc_profile=profile), 64)[0, 0].tolist() == [1, 2, 3]


@given(st.integers(0, 10_000), st.integers(0, 255))
def test_damaged_png_is_refused_or_read(position, value):
    """No byte may be turned into anything but pixels or a refusal."""
    whole = bytearray(saved(Image.linear_gradient("L").resize((48, 48)).convert("RGB")))
    whole[position % len(whole)] = value
    with suppress(Refused):
        assert decode_png(bytes(whole), 64).dtype == np.uint8
