"""Puts cut-out objects back on a ground with their soft edges, shadows and exact fills."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from imgvar_desktop.service.engine.cutouts import SIDE, Cutout
from imgvar_desktop.service.engine.fill import filled
from imgvar_desktop.service.engine.progress import Pause, no_pause
from imgvar_desktop.service.engine.raster import Bytes, Floats, resized, resized_floats, resized_plane, unit

_FILL_SIDE = 512


@dataclass(frozen=True, slots=True)
class Placed:
    """A cutout and where its middle goes, as (down, across) in 0..1 of the side."""

    cutout: Cutout
    middle: tuple[float, float]


def ground_of(pixels: Bytes, cutouts: tuple[Cutout, ...]) -> Floats:
    """The picture without its objects, ``(n, n, 4)`` float32 0..1: their places filled from around."""
    side = pixels.shape[0]
    everything = np.any([c.mask for c in cutouts], axis=0).astype(np.float32)
    low_side = min(side, _FILL_SIDE)
    low = filled(unit(resized(pixels, low_side)), resized_plane(everything, low_side) > 0.02)
    large = np.clip(resized_floats(low, side), 0, 1)
    cover = np.clip(resized_plane(everything, side) * 4, 0, 1)[..., None]
    ground = unit(pixels)
    ground += (large - ground) * cover
    return ground


def composed(pixels: Bytes, ground: Floats, placed: list[Placed], pause: Pause = no_pause) -> Bytes:
    """The objects on the ground at their new places, in the order given."""
    picture = ground.copy()
    for item in placed:
        pause()
        _put(picture, pixels, ground, item)
    picture[..., :3] = np.minimum(picture[..., :3], picture[..., 3:])
    return (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)


def _put(picture: Floats, pixels: Bytes, ground: Floats, item: Placed) -> None:
    side = pixels.shape[0]
    cutout = item.cutout
    dy = round((item.middle[0] - cutout.middle[0]) * side)
    dx = round((item.middle[1] - cutout.middle[1]) * side)
    top, bottom = _span(cutout.top, cutout.bottom, side, dy)
    left, right = _span(cutout.left, cutout.right, side, dx)
    if bottom <= top or right <= left:
        return
    scale = SIDE / side
    box = (left * scale, top * scale, right * scale, bottom * scale)
    mask_image = Image.fromarray(cutout.mask.astype(np.float32))
    mask = np.asarray(mask_image.resize((right - left, bottom - top), Image.Resampling.BICUBIC, box=box))
    mask = np.clip(3 * mask, 0, 1)[..., None]
    own = unit(pixels[top:bottom, left:right])
    behind = ground[top:bottom, left:right]
    target = picture[top + dy : bottom + dy, left + dx : right + dx]
    # Where the object differs much from its ground it is opaque; where little (soft edges, shadows), the difference
    # itself moves along.
    solid = np.clip(np.abs(own - behind).max(-1, keepdims=True) / 0.25, 0, 1)
    moved = solid * own + (1 - solid) * (target + own - behind)
    target[...] = target * (1 - mask) + mask * moved


def _span(low: float, high: float, side: int, shift: int) -> tuple[int, int]:
    """The pixels from ``low`` to ``high`` that lie within the picture before and after a shift."""
    start, stop = int(np.floor(low * side)), int(np.ceil(high * side))
    return max(start, 0, -shift), min(stop, side, side - shift)
