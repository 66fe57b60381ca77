"""What the open dialog, folders and the empty well promise is read; odd ones of the rarer kinds are refused."""

import struct
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from imgvar_desktop.adapters.pictures import PillowPictures
from imgvar_desktop.core.errors import PictureRefused
from imgvar_desktop.core.picture_formats import SHOWN, SUFFIXES, is_named_like_picture
from imgvar_desktop.core.ports import OpenedPicture
from tests.adapters.made_pictures import BLUE, GREEN, RED, WHITE, quadrants, written
from tests.adapters.test_drawings import QUADRANTS
from tests.adapters.test_pictures_open import as_image, corners, near
from tests.adapters.test_pictures_refused import outcome_of

HEIC = (Path(__file__).with_name("data") / "quadrants.heic").read_bytes()
KINDS = {".jfif": "JPEG", ".tif": "TIFF", ".pgm": "PPM", ".jp2": "JPEG2000"}


def psd(
    image: Image.Image, *, version: int = 1, mode: int = 3, depth: int = 8, compression: int = 0, channels: int = 0
) -> bytes:
    """A Photoshop file with a flattened picture and nothing else."""
    planes = b"".join(band.tobytes() for band in image.split())
    width, height = image.size
    header = b"8BPS" + struct.pack(">H6xHIIHH", version, channels or len(image.getbands()), height, width, depth, mode)
    if compression == 1:
        rows = [planes[at : at + image.width] for at in range(0, len(planes), image.width)]
        packed = [bytes([len(row) - 1]) + row for row in rows]  # runs of literals, as PackBits allows
        planes = b"".join(struct.pack(">H", len(row)) for row in packed) + b"".join(packed)
    return header + struct.pack(">IIIH", 0, 0, 0, compression) + planes


def file_of(suffix: str) -> bytes:
    if suffix in {".heic", ".heif", ".hif"}:
        return HEIC
    if suffix in {".svg", ".svgz"}:
        return QUADRANTS.encode()
    if suffix == ".psd":
        return psd(quadrants())
    image = quadrants(128, 128)
    file = BytesIO()
    image.save(file, KINDS.get(suffix) or Image.registered_extensions()[suffix])
    return file.getvalue()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_suffix_that_is_offered_is_read(tmp_path, suffix):
    path = written(tmp_path / f"Lake{suffix.upper()}", file_of(suffix))
    assert is_named_like_picture(path)

    picture = PillowPictures().open(path)

    found = corners(as_image(picture.preview))
    assert all(map(near, found, (RED, GREEN, BLUE, WHITE), [16] * 4)), found


def test_every_name_in_the_window_is_offered():
    named = {"JPEG": ".jpg", "WebP": ".webp"}
    assert {named.get(name, f".{name.lower()}") for name in SHOWN} <= set(SUFFIXES)
    assert not is_named_like_picture(Path("notes.txt"))
    assert not is_named_like_picture(Path("png"))


def test_heic_cut_off_anywhere_is_refused(tmp_path):
    path = tmp_path / "phone.heic"
    for cut in range(1, len(HEIC)):
        written(path, HEIC[:cut])

        with pytest.raises(PictureRefused, match=r"^“phone\.heic” is "):
            PillowPictures().open(path)


PSD = psd(quadrants(24, 16), compression=1)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from([HEIC, PSD]),
    changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_changed_bytes_open_or_are_refused(tmp_path, kind, changes):
    data = bytearray(kind)
    for place, value in changes:
        data[int(place**2 * len(data))] = value
    path = written(tmp_path / "lake", bytes(data))

    outcome = outcome_of(path)

    assert isinstance(outcome, OpenedPicture) or str(outcome).startswith("“lake” ")


@pytest.mark.parametrize("compression", [0, 1])
def test_photoshop_files_packed_or_not(tmp_path, compression):
    picture = PillowPictures().open(written(tmp_path / "poster.psd", psd(quadrants(), compression=compression)))

    assert all(map(near, corners(as_image(picture.preview)), (RED, GREEN, BLUE, WHITE), [0] * 4))


def test_photoshop_grey_and_cmyk(tmp_path):
    grey = PillowPictures().open(written(tmp_path / "a.psd", psd(Image.new("L", (8, 8), 90), mode=1)))
    # Photoshop keeps inks inverted.
    inks = PillowPictures().open(written(tmp_path / "b.psd", psd(Image.new("CMYK", (8, 8), (255,) * 4), mode=4)))

    assert as_image(grey.preview).getpixel((4, 4)) == (90, 90, 90, 255)
    assert near(as_image(inks.preview).getpixel((4, 4)), (255, 255, 255))


@pytest.mark.parametrize(
    "odd",
    [
        psd(quadrants(), version=2),  # a PSB, for what is larger than a PSD may be
        psd(quadrants(), version=7),
        psd(quadrants(), depth=16),
        psd(quadrants(), mode=9),
        psd(quadrants(), compression=9),
        psd(quadrants(), channels=57),
        psd(quadrants(), channels=2),
        psd(quadrants())[:-1],
        psd(quadrants())[:26],
        psd(quadrants())[:30],
    ],
    ids=["PSB", "version", "16 bit", "Lab", "compression", "57 channels", "2 channels", "cut", "header", "sections"],
)
def test_odd_photoshop_files_open_or_are_refused(tmp_path, odd):
    outcome = outcome_of(written(tmp_path / "poster.psd", odd))

    assert isinstance(outcome, OpenedPicture) or str(outcome).startswith("“poster.psd” is ")
    if isinstance(outcome, OpenedPicture):
        assert (outcome.width, outcome.height) == (60, 40)


def test_a_photoshop_file_with_a_huge_promise_is_refused(tmp_path):
    bomb = bytearray(psd(quadrants()))
    bomb[14:22] = struct.pack(">II", 65_000, 65_000)

    assert "400 megapixels" in str(outcome_of(written(tmp_path / "poster.psd", bytes(bomb))))


def test_heic_with_a_huge_promise_is_refused(tmp_path):
    at = HEIC.index(b"ispe") + 8
    bomb = HEIC[:at] + struct.pack(">II", 65_000, 65_000) + HEIC[at + 8 :]

    assert isinstance(outcome_of(written(tmp_path / "phone.heic", bomb)), PictureRefused)
