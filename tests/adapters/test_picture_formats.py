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
from tests.adapters.made_pictures import BLUE, GREEN, RED, WHITE, encoded, quadrants, rgb_profile, written
from tests.adapters.test_drawings import QUADRANTS
from tests.adapters.test_pictures_colour import P3
from tests.adapters.test_pictures_open import as_image, corners, near
from tests.adapters.test_pictures_refused import outcome_of

HEIC = (Path(__file__).with_name("data") / "quadrants.heic").read_bytes()
KINDS = {".jfif": "JPEG", ".tif": "TIFF", ".pgm": "PPM", ".jp2": "JPEG2000"}


def psd(
    image: Image.Image,
    *,
    version: int = 1,
    mode: int = 3,
    depth: int = 8,
    compression: int = 0,
    channels: int = 0,
    resources: bytes = b"",
) -> bytes:
    """A Photoshop file with a flattened picture; of 16 bit, each value is followed by its like."""
    width, height = image.size
    across = width * depth // 8
    planes = b"".join(bytes(v for v in band.tobytes() for _ in range(depth // 8)) for band in image.split())
    header = b"8BPS" + struct.pack(">H6xHIIHH", version, channels or len(image.getbands()), height, width, depth, mode)
    length, row_length = ("Q", "I") if version == 2 else ("I", "H")
    if compression == 1:
        rows = [packed(planes[at : at + across]) for at in range(0, len(planes), across)]
        planes = b"".join(struct.pack(f">{row_length}", len(row)) for row in rows) + b"".join(rows)
    sections = struct.pack(">II", 0, len(resources)) + resources + struct.pack(f">{length}H", 0, compression)
    return header + sections + planes


def packed(row: bytes) -> bytes:
    """As PackBits allows: runs of literals."""
    runs = [row[at : at + 128] for at in range(0, len(row), 128)]
    return b"".join(bytes([len(run) - 1]) + run for run in runs)


def resource(number: int, data: bytes) -> bytes:
    return b"8BIM" + struct.pack(">HBxI", number, 0, len(data)) + data + bytes(len(data) % 2)


def file_of(suffix: str) -> bytes:
    if suffix in {".heic", ".heif", ".hif"}:
        return HEIC
    if suffix in {".svg", ".svgz"}:
        return QUADRANTS.encode()
    if suffix in {".psd", ".psb"}:
        return psd(quadrants(), version=1 if suffix == ".psd" else 2)
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
DEEP = psd(quadrants(24, 16), version=2, depth=16, compression=1, resources=resource(1057, b"\0\0\0\1\1"))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from([HEIC, PSD, DEEP]),
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
@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("version", [1, 2], ids=["PSD", "PSB"])
def test_photoshop_files_of_either_kind_and_depth_packed_or_not(tmp_path, version, depth, compression):
    data = psd(quadrants(300, 200), version=version, depth=depth, compression=compression)

    picture = PillowPictures().open(written(tmp_path / "poster.psd", data))

    assert (picture.width, picture.height) == (300, 200)
    assert all(map(near, corners(as_image(picture.preview)), (RED, GREEN, BLUE, WHITE), [0] * 4))


@pytest.mark.parametrize("depth", [8, 16])
def test_a_photoshop_file_is_read_through_its_profile(tmp_path, depth):
    profile = resource(1005, b"odd") + resource(1039, rgb_profile(*P3, 2.2))
    colour = (200, 120, 90)

    plain, meant = (
        as_image(PillowPictures().open(written(tmp_path / "a.psd", data)).preview).getpixel((4, 4))
        for data in (
            encoded(Image.new("RGB", (8, 8), colour), "PNG", icc_profile=rgb_profile(*P3, 2.2)),
            psd(Image.new("RGB", (8, 8), colour), depth=depth, resources=profile),
        )
    )

    assert plain == meant
    assert plain[:3] != colour


@pytest.mark.parametrize("version", [1, 2])
def test_layers_without_a_flattened_picture_are_refused(tmp_path, version):
    said = {flat: resource(1057, struct.pack(">IB", 1, flat) + bytes(12)) for flat in (0, 1)}

    refused = outcome_of(written(tmp_path / "a.psd", psd(quadrants(), version=version, resources=said[0])))

    assert str(refused) == "“a.psd” holds layers alone, and no flattened picture."
    assert isinstance(outcome_of(written(tmp_path / "a.psd", psd(quadrants(), resources=said[1]))), OpenedPicture)


def test_photoshop_grey_and_cmyk(tmp_path):
    grey = PillowPictures().open(written(tmp_path / "a.psd", psd(Image.new("L", (8, 8), 90), mode=1)))
    assert as_image(grey.preview).getpixel((4, 4)) == (90, 90, 90, 255)
    for depth in (8, 16):
        # Photoshop counts the paper that is left.
        inks = psd(Image.new("CMYK", (8, 8), (255, 0, 0, 255)), mode=4, depth=depth)
        seen = as_image(PillowPictures().open(written(tmp_path / "b.psd", inks)).preview).getpixel((4, 4))
        assert near(seen, (255, 0, 0), 3)


@pytest.mark.parametrize(
    "odd",
    [
        psd(quadrants(), version=7),
        psd(quadrants(), depth=32),
        psd(quadrants(), depth=16, mode=9),
        psd(quadrants(), depth=16, compression=3),
        psd(quadrants(), depth=16, channels=2),
        psd(quadrants(), depth=16)[:-1],
        psd(quadrants(), depth=16, compression=1)[:-1],
        psd(quadrants(), version=2)[:40],
        psd(quadrants(), depth=16, channels=65_535, compression=1),
        psd(quadrants(), resources=b"8BIM" + bytes(20)),
        psd(quadrants(), resources=resource(1057, b"")[:8]),
        psd(quadrants(), mode=9),
        psd(quadrants(), compression=9),
        psd(quadrants(), channels=57),
        psd(quadrants(), channels=2),
        psd(quadrants())[:-1],
        psd(quadrants())[:26],
        psd(quadrants())[:30],
    ],
)
def test_odd_photoshop_files_open_or_are_refused(tmp_path, odd):
    outcome = outcome_of(written(tmp_path / "poster.psd", odd))

    assert isinstance(outcome, OpenedPicture) or str(outcome).startswith("“poster.psd” is ")
    if isinstance(outcome, OpenedPicture):
        assert (outcome.width, outcome.height) == (60, 40)


def test_a_photoshop_file_with_a_huge_promise_is_refused(tmp_path):
    for depth in (8, 16):
        bomb = bytearray(psd(quadrants(), depth=depth))
        bomb[14:22] = struct.pack(">II", 65_000, 65_000)

        assert "400 megapixels" in str(outcome_of(written(tmp_path / "poster.psd", bytes(bomb))))


def test_heic_with_a_huge_promise_is_refused(tmp_path):
    at = HEIC.index(b"ispe") + 8
    bomb = HEIC[:at] + struct.pack(">II", 65_000, 65_000) + HEIC[at + 8 :]

    assert isinstance(outcome_of(written(tmp_path / "phone.heic", bomb)), PictureRefused)
