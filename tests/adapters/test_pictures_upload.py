"""What leaves this computer, and what the library keeps small: exact squares, small enough, and pixels alone."""

import math
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin
from PySide6.QtGui import QImageReader

from imgvar_desktop.adapters.pictures import PillowPictures
from imgvar_desktop.core.errors import LibraryUnavailable, PictureRefused
from imgvar_desktop.core.framing import Framing
from imgvar_desktop.core.geometry import Square
from tests.adapters.made_pictures import (
    BLUE,
    GREEN,
    RED,
    WHITE,
    encoded,
    noise,
    png_chunks,
    quadrants,
    rgb_profile,
    scene,
    written,
)
from tests.adapters.test_pictures_colour import P3
from tests.adapters.test_pictures_open import HOW_STORED, near

LIMIT = 4_000_000


def uploaded(path: Path, crop: Square, size_px: int = 1024, max_bytes: int = LIMIT) -> Image.Image:
    data = PillowPictures().upload_png(path, Framing(crop), size_px, max_bytes)
    assert len(data) <= max_bytes
    assert {kind for kind, _ in png_chunks(data)} == {b"IHDR", b"IDAT", b"IEND"}
    image = Image.open(BytesIO(data))
    image.load()
    assert image.format == "PNG"
    assert image.mode in {"RGB", "RGBA"}
    assert image.width == image.height
    return image


def decibels(one: Image.Image, other: Image.Image) -> float:
    """Peak signal to noise: above 40 nobody sees a difference."""
    pairs = zip(one.tobytes(), other.tobytes(), strict=True)
    error = sum((a - b) ** 2 for a, b in pairs) / len(one.tobytes())
    return 99.0 if error == 0 else 10 * math.log10(255**2 / error)


def test_a_crop_of_the_size_asked_for_keeps_every_pixel(tmp_path):
    image = noise(90, 70)
    path = written(tmp_path / "lake.png", encoded(image, "PNG"))

    sent = uploaded(path, Square(13, 5, 64), 64)

    assert sent.tobytes() == image.crop((13, 5, 77, 69)).tobytes()


@pytest.mark.parametrize("side", [1, 2, 63, 255])
def test_a_crop_smaller_than_asked_for_stays_as_it_is(tmp_path, side):
    path = written(tmp_path / "lake.png", encoded(noise(300, 300), "PNG"))

    assert uploaded(path, Square(40, 30, side), 256).size == (side, side)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
@pytest.mark.parametrize("orientation", [1, *HOW_STORED])
def test_the_crop_is_cut_from_the_upright_picture(tmp_path, kind, orientation):
    stored = quadrants(120, 80)
    if orientation in HOW_STORED:
        stored = stored.transpose(HOW_STORED[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = written(tmp_path / "photo", encoded(stored, kind, exif=exif, quality=98))
    for x, y, colour in ((0, 0, RED), (70, 0, GREEN), (0, 45, BLUE), (85, 45, WHITE)):
        sent = uploaded(path, Square(x, y, 35), 32)

        assert near(sent.getpixel((1, 1)), colour, 10), (x, y)
        assert near(sent.getpixel((30, 30)), colour, 10), (x, y)

    # And turned as the whole is.
    middle = uploaded(path, Square(20, 0, 80), 80)
    found = [middle.getpixel(place) for place in ((20, 20), (60, 20), (20, 60), (60, 60))]
    assert all(map(near, found, (RED, GREEN, BLUE, WHITE), [10] * 4))


@pytest.mark.parametrize("crop", [Square(0, 0, 1801), Square(3, 1, 1600), Square(401, 7, 1793)])
@pytest.mark.parametrize("turn", [1, 6])
def test_a_decoder_that_reduces_puts_nothing_out_of_place(tmp_path, crop, turn):
    photo = scene(2203, 1801)
    exif = Image.Exif()
    exif[0x0112] = turn
    stored = photo.transpose(HOW_STORED[turn]) if turn in HOW_STORED else photo
    path = written(tmp_path / "photo.jpg", encoded(stored, "JPEG", quality=97, exif=exif, subsampling="4:4:4"))

    sent = uploaded(path, crop, 256)

    plain = photo.crop((crop.x, crop.y, crop.right, crop.bottom)).resize((256, 256), Image.Resampling.LANCZOS)
    assert decibels(sent, plain) > 40
    assert decibels(sent.crop((0, 0, 255, 256)), plain.crop((1, 0, 256, 256))) < decibels(sent, plain) - 3


def test_nothing_of_the_file_but_its_pixels_is_sent(tmp_path):
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    exif.get_ifd(0x8825)[1] = "N"
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", "Somebody")
    text.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta/>")
    profile = rgb_profile(*P3, 2.2)
    keyed = encoded(quadrants(), "PNG", transparency=RED, dpi=(300, 300), pnginfo=text, exif=exif, icc_profile=profile)
    jpeg = encoded(quadrants(), "JPEG", exif=exif, comment=b"Somebody", icc_profile=profile, dpi=(300, 300))
    for data in (keyed, jpeg):
        # `uploaded` looks at the chunks.
        sent = uploaded(written(tmp_path / "private", data), Square(0, 0, 40))

        assert sent.info == {}


def test_alpha_is_sent_only_where_something_shows_through(tmp_path):
    image = Image.new("RGBA", (64, 32), (*RED, 255))
    image.paste((*RED, 90), (40, 0, 64, 32))
    path = written(tmp_path / "logo.png", encoded(image, "PNG"))

    assert uploaded(path, Square(0, 0, 32)).mode == "RGB"
    clear = uploaded(path, Square(32, 0, 32))
    assert clear.mode == "RGBA"
    assert clear.getpixel((20, 10)) == (*RED, 90)


def test_what_is_transparent_does_not_bleed_into_edges(tmp_path):
    image = Image.new("RGBA", (400, 400), (255, 0, 0, 0))
    image.paste((0, 0, 255, 255), (137, 0, 400, 400))
    path = written(tmp_path / "logo.png", encoded(image, "PNG"))

    sent = uploaded(path, Square(0, 0, 400), 90)

    seen = [pixel for pixel in sent.get_flattened_data() if pixel[3] > 8]
    assert any(0 < pixel[3] < 255 for pixel in seen)
    assert all(pixel[0] < 20 and pixel[2] > 235 for pixel in seen)


@pytest.mark.parametrize("max_bytes", [LIMIT, 100_000, 3000, 100])
def test_noise_fits_the_limit_all_the_same(tmp_path, max_bytes):
    path = written(tmp_path / "noise.png", encoded(noise(1024, 1024, "RGBA"), "PNG", compress_level=0))

    sent = uploaded(path, Square(0, 0, 1024), 1024, max_bytes)

    if max_bytes == LIMIT:
        # 4.2 MB as they are: the next smaller side that fits, and not much below.
        assert 960 <= sent.width < 1024
        assert sent.mode == "RGBA"


def test_packing_harder_comes_before_making_smaller(tmp_path):
    # Stripes of noise: run lengths find nothing, zlib finds all of it.
    stripe = noise(512, 8)
    image = Image.new("RGB", (512, 512))
    for top in range(0, 512, 8):
        image.paste(stripe, (0, top))
    path = written(tmp_path / "cloth.png", encoded(image, "PNG"))

    assert uploaded(path, Square(0, 0, 512), 512, 300_000).tobytes() == image.tobytes()


def test_no_limit_makes_it_fail(tmp_path):
    path = written(tmp_path / "lake.png", encoded(noise(64, 64), "PNG"))

    data = PillowPictures().upload_png(path, Framing(Square(0, 0, 64)), 64, 10)

    with Image.open(BytesIO(data)) as image:
        assert image.size == (1, 1)


def test_a_crop_outside_of_what_the_file_holds_now_is_refused(tmp_path):
    path = written(tmp_path / "lake.png", encoded(quadrants(), "PNG"))

    with pytest.raises(PictureRefused, match="has changed since"):
        PillowPictures().upload_png(path, Framing(Square(0, 0, 50)), 256, LIMIT)


def test_the_same_crop_gives_the_same_bytes_in_any_thread(tmp_path):
    path = written(tmp_path / "photo.jpg", encoded(scene(900, 700), "JPEG"))

    with ThreadPoolExecutor(6) as pool:
        framing = Framing(Square(9, 8, 600))
        sent = list(pool.map(lambda _: PillowPictures().upload_png(path, framing, 256, LIMIT), range(18)))

    assert len(set(sent)) == 1


@pytest.mark.parametrize(
    ("size", "wanted"),
    [((1024, 1024), (512, 512)), ((300, 200), (300, 200)), ((900, 3), (512, 2)), ((30_000, 1), (512, 1))],
)
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_thumbnail_has_the_longest_side_asked_for_and_qt_reads_it(tmp_path, size, wanted, mode):
    colour = RED if mode == "RGB" else (*RED, 120)
    source = written(tmp_path / "image.png", encoded(Image.new(mode, size, colour), "PNG"))
    target = tmp_path / "thumbnails" / "ab" / "abcdef"

    PillowPictures().thumbnail(source, target, 512)

    with Image.open(target) as image:
        assert image.size == wanted
        assert image.format == ("JPEG" if mode == "RGB" else "PNG")
    seen = QImageReader(str(target)).read()
    assert (seen.width(), seen.height()) == wanted
    pixel = seen.pixelColor(0, 0)
    assert near((pixel.red(), pixel.green(), pixel.blue()), RED, 6)
    assert pixel.alpha() == (255 if mode == "RGB" else 120)
    assert [path.name for path in target.parent.iterdir()] == ["abcdef"]


def test_a_thumbnail_takes_the_place_of_an_older_one(tmp_path):
    source = written(tmp_path / "image.png", encoded(quadrants(), "PNG"))
    target = written(tmp_path / "thumbnail", b"half of a thumb")

    PillowPictures().thumbnail(source, target, 32)

    with Image.open(target) as image:
        assert image.size == (32, 21)


def test_a_thumbnail_that_cannot_be_written_leaves_nothing(tmp_path):
    source = written(tmp_path / "image.png", encoded(quadrants(), "PNG"))
    (tmp_path / "taken").mkdir()
    for target in (source / "below", tmp_path / "taken"):
        with pytest.raises(LibraryUnavailable, match="thumbnail could not be written") as caught:
            PillowPictures().thumbnail(source, target, 32)
        assert caught.value.hint

    assert sorted(path.name for path in tmp_path.iterdir()) == ["image.png", "taken"]
