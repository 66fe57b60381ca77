"""Makes decoded pictures smaller: well, fast, and with little memory besides the picture itself."""

import math
from typing import Final

from PIL import Image

from imgvar_desktop.adapters.picture_colour import plain, white_of

SPARE: Final = 1.45
"""How many times the wanted side a cheap reduction has to leave for Lanczos. A photo then comes out within 50 dB of
Lanczos alone, which differs from bicubic as much, in a third of its time; and a phone's 3,024 px may be halved for
1,024."""
_STRIP_PIXELS: Final = 8_000_000
"""How much is unpacked at a time: a palette picture grows fourfold in memory when it is."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom, in pixels; may cut through them."""


def scaled(image: Image.Image, box: Box, size: tuple[int, int]) -> Image.Image:
    """What ``box`` holds, ``size`` large, in a mode that ``picture_colour.plain`` gives. Alpha does not bleed."""
    left, top = math.floor(box[0]), math.floor(box[1])
    right, bottom = min(math.ceil(box[2]), image.width), min(math.ceil(box[3]), image.height)
    across = max(int((box[2] - box[0]) / size[0] / SPARE), 1)
    down = max(int((box[3] - box[1]) / size[1] / SPARE), 1)
    part = _averaged(image, (left, top, right, bottom), (across, down))
    inner = (
        (box[0] - left) / across,
        (box[1] - top) / down,
        min((box[2] - left) / across, part.width),
        min((box[3] - top) / down, part.height),
    )
    if part.size == size and inner == (0.0, 0.0, float(size[0]), float(size[1])):
        return part
    return part.resize(size, Image.Resampling.LANCZOS, inner)


def _averaged(image: Image.Image, box: tuple[int, int, int, int], factor: tuple[int, int]) -> Image.Image:
    """``box`` in a plain mode, each ``factor`` (across, down) pixels become one; unpacked strip by strip."""
    left, top, right, bottom = box
    white = white_of(image)
    if factor == (1, 1) and (right - left) * (bottom - top) <= _STRIP_PIXELS:
        return plain(image.crop(box), white)
    rows = max(_STRIP_PIXELS // (right - left) // factor[1], 1) * factor[1]
    joined: Image.Image | None = None
    for start in range(top, bottom, rows):
        strip = plain(image.crop((left, start, right, min(start + rows, bottom))), white)
        if factor != (1, 1):
            strip = strip.reduce(factor)
        if joined is None:
            joined = Image.new(strip.mode, (strip.width, math.ceil((bottom - top) / factor[1])))
        joined.paste(strip, (0, (start - top) // factor[1]))
    assert joined is not None  # a box holds at least one row
    return joined
