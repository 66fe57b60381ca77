"""How far colours are from a reference of plain arithmetic in floating point, in ΔE (CIE 1976, D50)."""

from io import BytesIO
from pathlib import Path
from zlib import compress

import numpy as np
import pytest
from PIL import Image

from imgvar_desktop.adapters.pictures import PillowPictures
from imgvar_desktop.core.framing import Framing
from imgvar_desktop.core.geometry import Square
from tests.adapters.made_pictures import encoded, grey_profile, png_chunk, png_file, press_profile, rgb_profile, written
from tests.adapters.test_pictures_colour import P3, SRGB, WHITE_D50

ADOBE_RGB = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
ADOBE_GAMMA = 563 / 256
MOST = 1.0
"""What a trained eye begins to see, side by side. Rounding to eight bits alone makes up to half of it."""
TO_XYZ = np.array(SRGB).T


def srgb_light(values: np.ndarray) -> np.ndarray:
    shares = values / 255
    return np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)


def lab(xyz: np.ndarray) -> np.ndarray:
    shares = xyz / np.array(WHITE_D50)
    bent = np.where(shares > (6 / 29) ** 3, np.cbrt(shares), shares * (29 / 6) ** 2 / 3 + 4 / 29)
    x, y, z = np.moveaxis(bent, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -1)


def xyz_of_lab(colours: np.ndarray) -> np.ndarray:
    y = (colours[..., 0] + 16) / 116
    bent = np.stack([y + colours[..., 1] / 500, y, y - colours[..., 2] / 200], -1)
    shares = np.where(bent > 6 / 29, bent**3, 3 * (6 / 29) ** 2 * (bent - 4 / 29))
    return shares * np.array(WHITE_D50)


def is_shown_by_srgb(xyz: np.ndarray) -> np.ndarray:
    light = xyz @ np.linalg.inv(TO_XYZ).T
    return ((light >= 0) & (light <= 1)).all(-1)


def shown(path: Path, count: int) -> np.ndarray:
    """The preview of a picture one pixel high; what would be sent of its first pixels is the same."""
    pictures = PillowPictures()
    picture = pictures.open(path)
    preview = np.frombuffer(picture.preview.rgba, np.uint8).reshape(picture.preview.height, count, 4)
    sent = Image.open(BytesIO(pictures.upload_png(path, Framing(Square(0, 0, 8)), 8, 4_000_000)))
    assert np.array_equal(np.asarray(sent.convert("RGB")), preview[:8, :8, :3])
    return preview[4, :, :3].astype(float)


def as_strip(values: np.ndarray, mode: str) -> Image.Image:
    return Image.fromarray(np.repeat(values[None].astype(np.uint8), 8, axis=0), mode)


def differences(seen: np.ndarray, meant_xyz: np.ndarray) -> np.ndarray:
    return np.linalg.norm(lab(srgb_light(seen) @ TO_XYZ.T) - lab(meant_xyz), axis=-1)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize(
    ("primaries", "gamma"),
    [(P3, None), (P3, 2.2), (ADOBE_RGB, ADOBE_GAMMA)],
    ids=["Display P3", "P3 γ 2.2", "Adobe RGB"],
)
def test_wide_gamuts(tmp_path, primaries, gamma, kind):
    steps = np.linspace(0, 255, 12).round()
    colours = np.stack(np.meshgrid(steps, steps, steps), -1).reshape(-1, 3)
    light = srgb_light(colours) if gamma is None else (colours / 255) ** gamma
    meant = light @ np.array(primaries)
    inside = is_shown_by_srgb(meant)
    assert inside.sum() > 500
    options = {"lossless": True} if kind == "WEBP" else {}
    data = encoded(as_strip(colours, "RGB"), kind, icc_profile=rgb_profile(*primaries, gamma), **options)

    seen = shown(written(tmp_path / "photo", data), len(colours))

    assert differences(seen, meant)[inside].max() <= MOST
    # And the profile counted: taken as sRGB, the same numbers are other colours.
    assert differences(colours, meant)[inside].max() > 4


@pytest.mark.parametrize("gamma", [1.0, 1.8, 2.2])
@pytest.mark.parametrize("mode", ["L", "LA"])
def test_grey(tmp_path, gamma, mode):
    values = np.arange(256.0)
    meant = ((values / 255) ** gamma)[:, None] * np.array(WHITE_D50)
    image = as_strip(values, "L")
    if mode == "LA":
        image.putalpha(200)

    seen = shown(written(tmp_path / "grey.png", encoded(image, "PNG", icc_profile=grey_profile(gamma))), 256)

    assert differences(seen, meant).max() <= MOST
    assert (seen == seen[:, :1]).all()
    assert (np.diff(seen[:, 0]) >= 0).all()


@pytest.mark.parametrize("kind", ["TIFF", "JPEG"])
def test_print(tmp_path, kind):
    # Each ink takes light away; without black the mixtures stay where sRGB shows them.
    papers = {0: (255, 128, 128), 0b1000: (150, 110, 95), 0b0100: (140, 170, 120), 0b0010: (230, 125, 175)}
    for inks in range(16):
        if inks & 1:
            papers[inks] = (0, 128, 128)
        elif inks not in papers:
            parts = [papers[1 << bit] for bit in (1, 2, 3) if inks & 1 << bit]
            papers[inks] = (min(part[0] for part in parts) - 30, 128, 128)
    along = np.linspace(0, 255, 52).round()
    strips, meant = [], []
    for ink in range(4):
        strip = np.zeros((len(along), 4))
        strip[:, ink] = along
        ends = [np.array(papers[inks], float) for inks in (0, 8 >> ink)]
        share = along[:, None] / 255
        stored = ends[0] * (1 - share) + ends[1] * share
        strips.append(strip)
        meant.append(np.stack([stored[:, 0] * 100 / 255, stored[:, 1] - 128, stored[:, 2] - 128], -1))
    inks, meant_xyz = np.concatenate(strips), xyz_of_lab(np.concatenate(meant))
    assert is_shown_by_srgb(meant_xyz * 0.999).all()
    image = as_strip(inks, "CMYK")
    if kind == "JPEG":  # whole blocks of a colour, which it keeps
        image = image.resize((image.width * 8, 8), Image.Resampling.NEAREST)
    profile = press_profile([papers[inks] for inks in range(16)])

    options = {"quality": 100, "subsampling": 0} if kind == "JPEG" else {}
    path = written(tmp_path / "press", encoded(image, kind, icc_profile=profile, **options))
    seen = shown(path, image.width)
    if kind == "JPEG":
        seen = seen[4::8]

    assert differences(seen, meant_xyz).max() <= MOST


def test_a_deep_ramp_goes_through_its_profile_without_bands(tmp_path):
    values = np.linspace(0, 65535, 2048).round().astype(">u2")
    row = b"\0" + np.repeat(values, 3).tobytes()
    profile = png_chunk(b"iCCP", b"p\0\0" + compress(rgb_profile(*ADOBE_RGB, ADOBE_GAMMA)))
    data = png_file(2048, 8, depth=16, colour=2, rows=row * 8, extra=profile)

    seen = shown(written(tmp_path / "ramp.png", data), 2048)

    assert (np.diff(seen, axis=0) >= 0).all()
    assert np.diff(seen, axis=0).max() <= 2
    assert len(np.unique(seen[:, 0])) >= 245
