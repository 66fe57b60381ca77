"""OKLab, and smooth recolouring of whole pictures through a 3-D lookup table."""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageFilter

from imgvar_desktop.service.engine.raster import Bytes, Floats, Mask, as_pixels, premultiplied, straight

# Björn Ottosson's OKLab (2020): linear sRGB to cone responses, their cube roots to lightness and two opponent axes.
_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    np.float32,
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ],
    np.float32,
)
_FROM_CONES = np.linalg.inv(_TO_CONES).astype(np.float32)
_FROM_LAB = np.linalg.inv(_TO_LAB).astype(np.float32)

LUT_SIDE = 25
Recolouring = Callable[[Floats], Floats]


def oklab(rgb: Floats) -> Floats:
    """Colours from sRGB 0..1 in the last axis to OKLab: lightness 0..1, then green-red and blue-yellow around ±0.3."""
    rgb = np.clip(rgb, 0, 1)
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4).astype(np.float32)
    lab: Floats = np.cbrt(linear @ _TO_CONES.T) @ _TO_LAB.T
    return lab


def linear_from_oklab(lab: Floats) -> Floats:
    """OKLab to linear sRGB, not clipped: values outside 0..1 are colours a screen cannot show."""
    roots = lab @ _FROM_LAB.T
    return (roots**3 @ _FROM_CONES.T).astype(np.float32, copy=False)


def srgb_from_oklab(lab: Floats) -> Floats:
    """OKLab to sRGB 0..1, clipped."""
    linear = np.clip(linear_from_oklab(lab), 0, 1)
    curve = 1.055 * np.power(np.maximum(linear, 1e-8), 1 / 2.4) - 0.055
    return np.where(linear <= 0.0031308, 12.92 * linear, curve).astype(np.float32)


def shown(lab: Floats) -> Floats:
    """The nearest colours a screen can show: same lightness and hue, less chroma where needed.

    ``(k, 3)`` OKLab in and out. Clipping channels instead would shift hues, which is where muddy yellows come from.
    """
    low = np.zeros(len(lab), np.float32)
    high = np.ones(len(lab), np.float32)
    scaled = lab.copy()
    for _ in range(9):
        middle = (low + high) / 2
        scaled[:, 1:] = lab[:, 1:] * middle[:, None]
        fits = _displayable(scaled)
        low = np.where(fits, middle, low).astype(np.float32)
        high = np.where(fits, high, middle).astype(np.float32)
    inside = _displayable(lab)
    scaled[:, 1:] = lab[:, 1:] * np.where(inside, 1, low)[:, None]
    return scaled


def _displayable(lab: Floats) -> Mask:
    linear = linear_from_oklab(lab)
    return np.asarray(((linear > -1e-4) & (linear < 1.0001)).all(axis=1))


def lookup_table(recolouring: Recolouring) -> ImageFilter.Color3DLUT:
    """``recolouring`` (OKLab ``(k, 3)`` to OKLab) as a table that Pillow applies in C."""
    steps = np.linspace(0, 1, LUT_SIDE, dtype=np.float32)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    colours = np.stack([red, green, blue], axis=-1).reshape(-1, 3)
    table = srgb_from_oklab(shown(recolouring(oklab(colours))))
    return ImageFilter.Color3DLUT(LUT_SIDE, table.ravel().tolist())


def recoloured(pixels: Bytes, recolouring: Recolouring) -> Bytes:
    """Premultiplied pixels with every colour sent through ``recolouring``; alpha stays as it is."""
    image = Image.fromarray(np.ascontiguousarray(straight(pixels)))
    return premultiplied(as_pixels(image.filter(lookup_table(recolouring))))
