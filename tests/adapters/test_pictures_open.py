"""What the window gets of a picture: upright, in sRGB, small enough for a screen, whatever wrote the file."""

import logging
import os
import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import pytest
from PIL import Image, TiffImagePlugin

from imgvar_desktop.adapters.pictures import PREVIEW_PX, PillowPictures
from imgvar_desktop.core.geometry import Square
from imgvar_desktop.core.ports import OpenedPicture, Pixels
from tests.adapters.made_pictures import (
    BLUE,
    GREEN,
    RED,
    WHITE,
    encoded,
    noise,
    png_chunk,
    png_file,
    quadrants,
    scene,
    written,
)

HOW_STORED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""By orientation: what a camera held that way makes of an upright picture."""


def as_image(pixels: Pixels) -> Image.Image:
    return Image.frombytes("RGBA", (pixels.width, pixels.height), pixels.rgba)


def opened(path: Path) -> OpenedPicture:
    picture = PillowPictures().open(path)
    assert len(picture.preview.rgba) == picture.preview.width * picture.preview.height * 4
    return picture


def near(colour: tuple[int, ...], wanted: tuple[int, ...], most: int = 4) -> bool:
    return all(abs(a - b) <= most for a, b in zip(colour[:3], wanted, strict=True))


def corners(image: Image.Image) -> list[tuple[int, ...]]:
    width, height = image.size
    return [image.getpixel((x, y)) for y in (height // 4, 3 * height // 4) for x in (width // 4, 3 * width // 4)]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("orientation", [1, *HOW_STORED])
def test_every_exif_orientation_comes_upright(tmp_path, kind, orientation):
    stored = quadrants()
    if orientation in HOW_STORED:
        stored = stored.transpose(HOW_STORED[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = written(tmp_path / "photo", encoded(stored, kind, exif=exif, quality=95))

    picture = opened(path)

    assert (picture.width, picture.height) == (60, 40)
    assert (picture.preview.width, picture.preview.height) == (60, 40)
    found = corners(as_image(picture.preview))
    assert all(map(near, found, (RED, GREEN, BLUE, WHITE), [14] * 4)), found


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_does_not_exist_is_none(tmp_path, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = written(tmp_path / "photo.jpg", encoded(quadrants(), "JPEG", exif=exif))

    assert near(corners(as_image(opened(path).preview))[0], RED, 14)


@pytest.mark.parametrize(
    "exif", [b"Exif\0\0", b"Exif\0\0MM\0*\xff\xff\xff\xff", b"Exif\0\0II*\0\x08\0\0\0\xff\xff\x12\x01"]
)
def test_broken_exif_does_not_cost_the_picture(tmp_path, exif):
    path = written(tmp_path / "photo.jpg", encoded(quadrants(), "JPEG", exif=exif))

    assert near(corners(as_image(opened(path).preview))[0], RED, 14)


def test_transparency_of_every_kind_is_kept(tmp_path):
    clear = Image.new("RGBA", (8, 8), (*GREEN, 0))
    clear.paste((*RED, 255), (0, 0, 4, 8))
    clear.paste((*BLUE, 128), (0, 6, 4, 8))
    grey = clear.convert("LA")
    palette = Image.new("P", (8, 8), 0)
    palette.putpalette([*RED, *GREEN])
    palette.paste(1, (4, 0, 8, 8))
    keyed = clear.convert("RGB")
    cases = {
        "rgba.png": encoded(clear, "PNG"),
        "rgba.webp": encoded(clear, "WEBP", lossless=True, exact=True),
        "rgba.tif": encoded(clear, "TIFF"),
        "la.png": encoded(grey, "PNG"),
        "palette.png": encoded(palette, "PNG", transparency=bytes((255, 0))),
        "palette-index.gif": encoded(palette, "GIF", transparency=1),
        "keyed.png": encoded(keyed, "PNG", transparency=GREEN),
    }
    for name, data in cases.items():
        image = as_image(opened(written(tmp_path / name, data)).preview)

        assert image.getpixel((1, 1))[3] == 255, name
        assert image.getpixel((6, 1))[3] == 0, name
        if name.startswith("rgba"):
            assert image.getpixel((1, 7)) == (*BLUE, 128), name


def test_bilevel_and_grey_pictures_become_colours(tmp_path):
    half = Image.new("L", (4, 4), 0)
    half.paste(255, (2, 0, 4, 4))
    for image, name in ((half.convert("1"), "b.png"), (half.convert("1"), "b.tif"), (half, "g.jpg"), (half, "g.png")):
        path = tmp_path / name
        image.save(path)

        preview = as_image(opened(path).preview)

        assert near(preview.getpixel((0, 0)), (0, 0, 0), 20)
        assert near(preview.getpixel((3, 3)), (255, 255, 255), 20)


@pytest.mark.parametrize("name", ["grey.png", "grey.tif", "grey.pgm"])
def test_sixteen_bit_grey_is_rounded_to_the_nearest_of_256(tmp_path, name):
    values = [round(i * 65535 / 2047) for i in range(2048)]
    image = Image.frombytes("I;16", (2048, 1), struct.pack("<2048H", *values))
    path = tmp_path / name
    image.save(path)

    red = as_image(opened(path).preview).getchannel("R").tobytes()

    assert list(red) == [int(value / 257 + 0.5) for value in values]


def test_sixteen_bit_colour_in_png_and_tiff_comes_within_a_step(tmp_path):
    values = [(i * 256 + 77, 65535 - i * 256, 32768) for i in range(256)]
    samples = b"".join(struct.pack(">3H", *value) for value in values)
    png = png_file(256, 1, depth=16, colour=2, rows=b"\0" + samples)
    directory = TiffImagePlugin.ImageFileDirectory_v2(prefix=b"MM")
    for tag, value in {256: 256, 257: 1, 258: (16, 16, 16), 259: 1, 262: 2, 277: 3, 278: 1, 279: len(samples)}.items():
        directory[tag] = value
    directory[273] = 0  # counted from the directory's end when it is written
    tiff = b"MM\0*" + struct.pack(">I", 8) + directory.tobytes(8) + samples
    for data in (png, tiff):
        preview = as_image(opened(written(tmp_path / "deep", data)).preview)

        for x, value in enumerate(values):
            assert near(preview.getpixel((x, 0)), tuple(round(v / 257) for v in value), 1)


@pytest.mark.parametrize(
    ("mode", "values"),
    [
        ("F", (0.0, 0.5, 1.0)),
        ("F", (0.0, 127.5, 255.0)),
        ("F", (0.0, 32767.5, 65535.0)),
        ("F", (0.0, 1e6, 2e6)),
        ("I", (0, 128, 255)),
        ("I", (0, 32896, 65535)),
        ("I", (-5, 1_000_000, 2_000_000)),
    ],
)
def test_numbers_without_a_named_white_keep_their_gradient(tmp_path, mode, values):
    image = Image.new(mode, (3, 1))
    for x, value in enumerate(values):
        image.putpixel((x, 0), value)
    image.save(tmp_path / "deep.tif")

    assert as_image(opened(tmp_path / "deep.tif").preview).getchannel("G").tobytes() == bytes((0, 128, 255))


def test_values_that_are_no_numbers_are_black_or_white(tmp_path):
    image = Image.frombytes("F", (4, 1), struct.pack("<4f", float("nan"), -5.0, 0.5, 1.0))
    image.save(tmp_path / "deep.tif")

    assert as_image(opened(tmp_path / "deep.tif").preview).getchannel("R").tobytes() == bytes((0, 0, 128, 255))


@pytest.mark.parametrize(
    ("kind", "note"),
    [
        ("GIF", "The first frame is used."),
        ("WEBP", "The first frame is used."),
        ("PNG", "The first frame is used."),
        ("AVIF", "The first frame is used."),
        ("TIFF", "The first page is used."),
    ],
)
def test_of_several_frames_the_first_is_used_and_said(tmp_path, kind, note):
    frames = [Image.new("RGB", (40, 30), colour) for colour in (RED, GREEN, BLUE)]
    path = written(tmp_path / "moving", encoded(frames[0], kind, save_all=True, append_images=frames[1:]))

    picture = opened(path)

    assert near(as_image(picture.preview).getpixel((20, 15)), RED, 14)
    assert picture.notes == (note,)


@pytest.mark.parametrize("size", [(1, 1), (30_000, 1), (1, 30_000), (2048, 2048), (2049, 3), (4097, 2731)])
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_the_preview_fits_and_keeps_the_shape(tmp_path, size, kind):
    path = written(tmp_path / "long", encoded(Image.new("RGB", size, RED), kind))

    picture = opened(path)

    assert (picture.width, picture.height) == size
    assert picture.notes == ()
    preview = picture.preview
    assert max(preview.width, preview.height) <= PREVIEW_PX
    assert max(preview.width, preview.height) >= min(max(size), int(PREVIEW_PX * 0.95))
    scale = max(size) / max(preview.width, preview.height)
    assert abs(preview.width * scale - size[0]) <= scale
    assert abs(preview.height * scale - size[1]) <= scale
    assert near(as_image(preview).getpixel((0, 0)), RED, 6)


def test_a_photo_reduced_by_its_decoder_looks_like_one_reduced_afterwards(tmp_path):
    photo = scene(4000, 700)
    by_decoder = as_image(opened(written(tmp_path / "a.jpg", encoded(photo, "JPEG", quality=95))).preview)
    afterwards = as_image(opened(written(tmp_path / "a.png", encoded(photo, "PNG", compress_level=1))).preview)

    assert by_decoder.size == (2000, 350)
    afterwards = afterwards.resize(by_decoder.size, Image.Resampling.LANCZOS)
    differences = [abs(a - b) for a, b in zip(by_decoder.tobytes(), afterwards.tobytes(), strict=True)]
    assert sum(differences) / len(differences) < 2


def test_an_unusual_format_opens_too(tmp_path):
    for kind in ("BMP", "PPM", "TGA", "ICO", "QOI", "PCX", "SGI", "JPEG2000", "DDS", "ICNS", "MPO"):
        path = tmp_path / f"picture.{kind.lower()}"
        image = quadrants(64, 64).resize((128, 128), Image.Resampling.NEAREST)
        path.write_bytes(encoded(image, kind))

        assert all(map(near, corners(as_image(opened(path).preview)), (RED, GREEN, BLUE, WHITE), [14] * 4)), kind


def test_a_photoshop_file_opens_as_its_flattened_picture(tmp_path):
    image = quadrants()
    header = b"8BPS" + struct.pack(">H6xHIIHH", 1, 3, image.height, image.width, 8, 3)
    planes = b"".join(band.tobytes() for band in image.split())
    # No palette, no resources, no layers; then the flattened picture, not compressed.
    path = written(tmp_path / "poster.psd", header + struct.pack(">IIIH", 0, 0, 0, 0) + planes)

    picture = opened(path)

    assert all(map(near, corners(as_image(picture.preview)), (RED, GREEN, BLUE, WHITE)))
    assert picture.notes == ()


@pytest.mark.skipif(find_spec("pi_heif") is None, reason="the decoder for HEIC is not installed")
def test_what_an_iphone_writes_opens():
    picture = opened(Path(__file__).with_name("data") / "quadrants.heic")

    assert all(map(near, corners(as_image(picture.preview)), (RED, GREEN, BLUE, WHITE), [10] * 4))


def test_a_name_says_nothing_about_the_content(tmp_path):
    path = written(tmp_path / "really-a-png.jpg", encoded(quadrants(), "PNG"))

    assert near(corners(as_image(opened(path).preview))[0], RED)


def test_a_very_large_picture_says_so_and_costs_little_more_than_itself(tmp_path):
    palette = Image.new("P", (8000, 8000), 1)
    palette.putpalette([*RED, *GREEN])
    path = written(tmp_path / "wall.png", encoded(palette, "PNG", compress_level=1))
    # In a process of its own: the most memory a process ever held cannot be set back.
    code = (
        "import resource, sys; from pathlib import Path; from imgvar_desktop.adapters.pictures import PillowPictures\n"
        "import numpy\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024\n"
        "pictures = PillowPictures(); before = peak(); picture = pictures.open(Path(sys.argv[1]))\n"
        "print(peak() - before, picture.width, picture.height, *picture.notes, sep='|')"
    )
    if sys.platform != "linux":
        pytest.skip("ru_maxrss counts kilobytes on Linux alone")

    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)

    megabytes, *facts = done.stdout.strip().split("|")
    assert facts == ["8000", "8000", "8,000 × 8,000 px, read at reduced size for the screen."]
    # 64 MB as stored; unpacked as a whole it would be 256 MB on top.
    assert int(megabytes) < 200


def test_warnings_and_log_lines_of_the_decoder_stay_inside(tmp_path, caplog, recwarn):
    caplog.set_level(logging.DEBUG)
    odd_tag = TiffImagePlugin.ImageFileDirectory_v2()
    odd_tag[270] = "x"
    animation = png_file(
        2, 2, depth=8, colour=2, rows=(b"\0" + bytes(6)) * 2, extra=png_chunk(b"acTL", struct.pack(">II", 0, 0))
    )
    tiff = bytearray(encoded(quadrants(), "TIFF", tiffinfo=odd_tag))
    bytes_transparency = Image.new("P", (4, 4))
    bytes_transparency.putpalette([*RED, *GREEN])
    cases = [animation, bytes(tiff), encoded(bytes_transparency, "PNG", transparency=b"\x80\xff")]
    for data in cases:
        opened(written(tmp_path / "odd", data))

    assert [record for record in caplog.records if record.name.startswith("PIL")] == []
    assert list(recwarn) == []


def test_many_threads_open_at_once(tmp_path):
    moving = [Image.new("P", (64, 64), i) for i in range(3)]
    paths = [
        written(tmp_path / "a.jpg", encoded(scene(900, 600), "JPEG")),
        written(tmp_path / "b.png", encoded(noise(300, 300, "RGBA"), "PNG")),
        written(tmp_path / "c.gif", encoded(moving[0], "GIF", save_all=True, append_images=moving[1:])),
        written(tmp_path / "d.tif", encoded(quadrants(), "TIFF")),
    ]
    alone = [opened(path) for path in paths]

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(opened, paths * 12))

    assert together == alone * 12


@pytest.mark.skipif(os.name == "nt", reason="names are bytes on POSIX alone")
def test_a_name_that_is_no_text_opens(tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.png"))
    written(path, encoded(quadrants(), "PNG"))

    picture = opened(path)

    assert (picture.width, picture.height) == (60, 40)
    assert Square(0, 0, 40).is_inside(width=picture.width, height=picture.height)
