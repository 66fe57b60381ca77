"""What the sample pictures are made with: fields of numbers, colours, noise and drawings as masks.

A field is indexed by row and column, origin top left, and where it is a picture by red, green and blue; 0 to 1.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Field = NDArray[np.float64]
"""One number per pixel, or three."""
Point = tuple[float, float]


def colour(code: str) -> Field:
    """The RGB of ``rrggbb``."""
    return np.array([int(code[at : at + 2], 16) for at in (0, 2, 4)]) / 255


def smooth(low: float, high: float, value: Field) -> Field:
    """0 below ``low``, 1 above ``high``, and an S between them; ``low`` may be the greater one."""
    at = np.clip((value - low) / (high - low), 0, 1)
    return np.asarray(at * at * (3 - 2 * at))


def mix(one: Field, other: Field, share: Field | float) -> Field:
    """``one`` where ``share`` is 0, ``other`` where it is 1."""
    share = np.asarray(share)
    if share.ndim and share.ndim < max(one.ndim, other.ndim, 3):
        share = share[..., None]
    return one + (other - one) * share


def ramp(stops: Sequence[tuple[float, str]], value: Field) -> Field:
    """The colour at ``value`` on a scale of ``(position, rrggbb)``."""
    places = [place for place, _code in stops]
    colours = np.array([colour(code) for _place, code in stops])
    return np.stack([np.interp(value, places, colours[:, channel]) for channel in range(3)], axis=-1)


def clouds(rng: np.random.Generator, shape: tuple[int, int], cells: Point, octaves: int = 5) -> Field:
    """Noise of several sizes on top of each other, 0 to 1; ``cells`` counts the largest lumps down and across."""
    total = np.zeros(shape)
    for octave in range(octaves):
        grid = (max(2, int(cells[0] * 2**octave)), max(2, int(cells[1] * 2**octave)))
        lumps = Image.fromarray(rng.random(grid).astype(np.float32))
        total += np.asarray(lumps.resize(shape[::-1], Image.Resampling.BICUBIC)) / 2**octave
    return np.asarray((total - total.min()) / (total.max() - total.min()))


def blurred(field: Field, radius: float) -> Field:
    """A soft copy of a field of one number per pixel."""
    picture = Image.fromarray((np.clip(field, 0, 1) * 255).astype(np.uint8))
    return np.asarray(picture.filter(ImageFilter.GaussianBlur(radius)), dtype=float) / 255


def drawn(size: tuple[int, int], draw: Callable[[ImageDraw.ImageDraw, int], None], scale: int = 3) -> Field:
    """How much of each pixel a drawing covers; ``draw`` gets the pen and the number of its pixels to one of ours."""
    large = Image.new("L", (size[0] * scale, size[1] * scale))
    draw(ImageDraw.Draw(large), scale)
    return np.asarray(large.resize(size, Image.Resampling.BOX), dtype=float) / 255


def picture(field: Field) -> Image.Image:
    return Image.fromarray((np.clip(field, 0, 1) * 255 + 0.5).astype(np.uint8))
