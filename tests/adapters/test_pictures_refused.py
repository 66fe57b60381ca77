"""What cannot be a source is refused with one sentence, soon, and without a trace of the decoder."""

import os
import struct
import time
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from imgvar_desktop.adapters.picture_file import MAX_FILE_BYTES, MAX_PIXELS, MAX_SIDE_PX, MAX_SLOW_PIXELS
from imgvar_desktop.adapters.pictures import PillowPictures
from imgvar_desktop.core.errors import PictureRefused
from imgvar_desktop.core.framing import Framing
from imgvar_desktop.core.geometry import Square
from imgvar_desktop.core.ports import OpenedPicture
from tests.adapters.made_pictures import encoded, noise, png_chunk, png_file, quadrants, scene, written

PHOTO = scene(160, 120)
VALID = {
    "JPEG": encoded(PHOTO, "JPEG", quality=92),
    "progressive JPEG": encoded(PHOTO, "JPEG", progressive=True),
    "PNG": encoded(PHOTO, "PNG"),
    "palette PNG": encoded(PHOTO.quantize(64), "PNG"),
    "GIF": encoded(PHOTO, "GIF"),
    "WebP": encoded(PHOTO, "WEBP"),
    "TIFF": encoded(PHOTO, "TIFF"),
    "LZW TIFF": encoded(PHOTO, "TIFF", compression="tiff_lzw"),
    "BMP": encoded(PHOTO, "BMP"),
    "AVIF": encoded(PHOTO, "AVIF"),
    "JPEG 2000": encoded(PHOTO, "JPEG2000"),
    "ICO": encoded(PHOTO.convert("RGBA"), "ICO"),
    "PPM": encoded(PHOTO, "PPM"),
    "QOI": encoded(PHOTO.resize((40, 30)), "QOI"),
}
WHOLE_BEFORE_ITS_END = {"PNG": 24, "palette PNG": 24, "GIF": 2, "ICO": 24, "QOI": 8}
"""Bytes behind the last pixel, by format: without them nothing is missing."""


def outcome_of(path: Path) -> OpenedPicture | PictureRefused:
    try:
        return PillowPictures().open(path)
    except PictureRefused as refused:
        return refused


def refusal(path: Path) -> PictureRefused:
    """The refusal of every use of ``path``: the same sentence, and a hint."""
    pictures = PillowPictures()
    uses = (
        lambda: pictures.open(path),
        lambda: pictures.upload_png(path, Framing(Square(0, 0, 1)), 256, 4_000_000),
        lambda: pictures.thumbnail(path, path.with_name("thumbnail"), 256),
    )
    refusals = []
    for use in uses:
        with pytest.raises(PictureRefused) as caught:
            use()
        refusals.append(caught.value)
    assert len({str(refused) for refused in refusals}) == 1
    assert str(refusals[0]).endswith(".")
    assert "\n" not in str(refusals[0])
    assert refusals[0].hint.endswith(".")
    return refusals[0]


@pytest.mark.parametrize("kind", VALID)
def test_a_file_cut_off_anywhere_is_refused_by_name(tmp_path, kind):
    data = VALID[kind]
    path = tmp_path / "lake.jpg"
    cuts = {*range(1, len(data), max(len(data) // 60, 1)), *range(len(data) - 40, len(data))}
    for cut in sorted(cuts):
        if cut >= len(data) - WHOLE_BEFORE_ITS_END.get(kind, 0):
            continue
        written(path, data[:cut])

        with pytest.raises(PictureRefused, match=r"“lake\.jpg” is ") as caught:
            PillowPictures().open(path)
        assert caught.value.hint


@pytest.mark.parametrize(("kind", "side_px"), [("JPEG", 680), ("PNG", 256)])
def test_a_large_file_cut_off_at_every_kilobyte_is_refused(tmp_path, kind, side_px):
    data = encoded(scene(side_px, side_px), kind, quality=95)
    path = tmp_path / "lake"
    assert len(data) > 100_000
    for cut in range(1000, len(data) - 24, 1000):
        written(path, data[:cut])

        with pytest.raises(PictureRefused, match="damaged"):
            PillowPictures().open(path)


@pytest.mark.parametrize("kind", VALID)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8))
def test_changed_bytes_open_or_are_refused_and_nothing_else(tmp_path, kind, changes):
    data = bytearray(VALID[kind])
    for place, value in changes:
        # Cubed: headers, where most can go wrong, are at the front.
        data[int(place**3 * len(data))] = value
    path = written(tmp_path / "lake", bytes(data))

    outcome = outcome_of(path)

    assert isinstance(outcome, OpenedPicture) or str(outcome).startswith("“lake” ")


@given(data=st.binary(min_size=1, max_size=400))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_noise_is_no_picture(tmp_path, data):
    path = written(tmp_path / "noise.png", data)

    with pytest.raises(PictureRefused):
        PillowPictures().open(path)


def test_text_is_no_picture_whatever_its_name(tmp_path):
    for name in ("notes.png", "notes.jpg", "notes.tga", "notes"):
        refused = refusal(written(tmp_path / name, b"Dear diary, today I drew nothing at all. " * 40))

        assert name in str(refused)


def test_missing_empty_folder_and_impossible_names_each_say_what_they_are(tmp_path):
    (tmp_path / "folder.png").mkdir()
    file = written(tmp_path / "file", b"x")
    expected = {
        tmp_path / "gone.png": "“gone.png” is not there any more.",
        file / "below.png": "“below.png” is not there any more.",
        tmp_path / "two\nlines.png": "“two\ufffdlines.png” is not there any more.",
        tmp_path / "folder.png": "“folder.png” is a folder, not a picture.",
        written(tmp_path / "empty.png", b""): "“empty.png” is empty.",
        tmp_path / "a\0b.png": "“a\ufffdb.png” is not the name of a file.",
        tmp_path / ("n" * 400): f"“{'n' * 400}” could not be read: File name too long.",
    }
    for path, sentence in expected.items():
        assert str(refusal(path)) == sentence


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_file_that_may_not_be_read_says_so(tmp_path):
    path = written(tmp_path / "secret.png", VALID["PNG"])
    path.chmod(0)

    assert str(refusal(path)) == "“secret.png” may not be read."


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")

    assert str(refusal(tmp_path / "pipe.png")) == "“pipe.png” is not a file."


def test_a_file_over_the_limit_is_not_read(tmp_path):
    path = tmp_path / "disk.png"
    with path.open("wb") as file:
        file.write(VALID["PNG"])
        file.truncate(MAX_FILE_BYTES + 1)  # a hole: takes no room on the disk

    assert str(refusal(path)) == "“disk.png” is larger than 2 GB."


def promising(kind: str, width: int, height: int) -> bytes:
    """A small file whose header promises ``width`` × ``height`` pixels."""
    if kind == "PNG":
        return png_file(width, height, depth=8, colour=2, rows=bytes(1000))
    if kind == "GIF":
        return (
            b"GIF89a"
            + struct.pack("<HH", width, height)
            + b"\0\0\0,"
            + struct.pack("<4H", 0, 0, width, height)
            + b"\0\x02\0;"
        )
    if kind == "BMP":
        data = bytearray(encoded(quadrants(), "BMP"))
        data[18:26] = struct.pack("<ii", width, height)
        return bytes(data)
    if kind == "JPEG":
        data = bytearray(encoded(quadrants(), "JPEG"))
        at = data.index(b"\xff\xc0") + 5
        data[at : at + 4] = struct.pack(">HH", height, width)
        return bytes(data)
    if kind == "TIFF":
        data = bytearray(encoded(quadrants(), "TIFF"))
        at = struct.unpack("<I", data[4:8])[0] + 2
        for tag, value in ((256, width), (257, height)):
            place = next(p for p in range(at, len(data), 12) if struct.unpack_from("<H", data, p)[0] == tag)
            struct.pack_into("<HII", data, place + 2, 4, 1, value)
        return bytes(data)
    return f"P6 {width} {height} 255\n".encode() + bytes(1000)


@pytest.mark.parametrize("kind", ["PNG", "GIF", "BMP", "JPEG", "TIFF", "PPM"])
def test_a_bomb_is_refused_by_its_header(tmp_path, kind):
    path = written(tmp_path / "bomb", promising(kind, 65_000, 65_000))
    begun = time.process_time()

    refused = refusal(path)

    assert str(refused) == "“bomb” has more than 400 megapixels, which is too large to open."
    assert time.process_time() - begun < 1


def test_the_limits_are_exact(tmp_path):
    path, side = tmp_path / "wall", int(MAX_PIXELS**0.5)

    # Within the limits a picture is read, and only then found to be cut short.
    assert str(refusal(written(path, promising("PNG", side, side)))) == "“wall” is damaged or incomplete."
    assert "400 megapixels" in str(refusal(written(path, promising("PNG", side, side + 1))))
    assert str(refusal(written(path, promising("PNG", MAX_SIDE_PX, 9)))) == "“wall” is damaged or incomplete."
    assert "a side of 100,001 px" in str(refusal(written(path, promising("PNG", MAX_SIDE_PX + 1, 9))))


def test_a_format_that_is_decoded_slowly_has_a_lower_limit(tmp_path):
    data = bytearray(encoded(quadrants(), "QOI"))
    data[4:12] = struct.pack(">II", MAX_SLOW_PIXELS // 1000, 1001)

    refused = refusal(written(tmp_path / "wall.qoi", bytes(data)))

    assert str(refused) == "“wall.qoi” has more than 20 megapixels, which is too large to open."


def test_a_bomb_inside_an_icon_is_refused(tmp_path):
    inner = promising("PNG", 65_000, 65_000)
    icon = b"\0\0\1\0\1\0" + struct.pack("<4B2H2I", 32, 32, 0, 0, 1, 32, len(inner), 22) + inner

    refusal(written(tmp_path / "icon.ico", icon))


def test_texts_and_profiles_that_unpack_without_end_are_no_way_in(tmp_path):
    endless = zlib.compress(bytes(100_000_000), 9)
    rows = (b"\0" + bytes(12)) * 4
    for kind in (b"zTXt", b"iCCP"):
        data = png_file(4, 4, depth=8, colour=2, rows=rows, extra=png_chunk(kind, b"Comment\0\0" + endless))
        path = written(tmp_path / "texts.png", data)
        begun = time.process_time()

        outcome = outcome_of(path)

        assert isinstance(outcome, OpenedPicture) or str(outcome) == "“texts.png” is damaged or incomplete."
        assert time.process_time() - begun < 1


@pytest.mark.skipif(os.name == "nt", reason="the trap is a shell script")
def test_postscript_is_refused_without_starting_a_program(tmp_path, monkeypatch):
    trap = written(tmp_path / "gs", f"#!/bin/sh\ntouch {tmp_path}/started\n".encode())
    trap.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    path = written(tmp_path / "logo.eps", encoded(quadrants(), "EPS"))

    refused = refusal(path)

    assert "“logo.eps” is not a picture that Imgvar can read" in str(refused)
    assert not (tmp_path / "started").exists()


def test_a_picture_that_lost_its_pixels_names_no_decoder(tmp_path):
    refused = refusal(written(tmp_path / "lake.png", VALID["PNG"][:4000]))

    assert str(refused) == "“lake.png” is damaged or incomplete."
    assert isinstance(refused.__cause__, OSError)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="open files are listed on Linux alone")
def test_a_refused_picture_is_closed(tmp_path):
    path = written(tmp_path / "lake.png", encoded(noise(64, 64), "PNG")[:4000])
    before = sorted(os.listdir("/proc/self/fd"))  # noqa: PTH208  the names are all that is wanted

    refusal(path)

    assert sorted(os.listdir("/proc/self/fd")) == before  # noqa: PTH208  as above


def test_pillow_keeps_a_limit_behind_ours():
    assert Image.MAX_IMAGE_PIXELS is not None
    assert Image.MAX_IMAGE_PIXELS * 2 == MAX_PIXELS
