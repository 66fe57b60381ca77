"""Puts cut-out objects back on a ground with their soft edges, shadows and exact fills."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from imgvar_desktop.service.engine.cutouts import SIDE, Cutout
from imgvar_desktop.service.engine.fill import filled
from imgvar_desktop.service.engine.progress import Pause, no_pause
from imgvar_desktop.service.engine.raster import Bytes, Floats, Mask, resized, resized_floats, resized_plane, unit
from imgvar_desktop.service.engine.regions import eroded

_FILL_SIDE = 512
_CALM_SIDE = 64
_CALM_STEP = 0.04


@dataclass(frozen=True, slots=True)
class Placed:
    """A cutout, where its middle goes, as (down, across) in 0..1 of the side, and how much larger it gets."""

    cutout: Cutout
    middle: tuple[float, float]
    scale: float = 1.0


def ground_of(pixels: Bytes, cutouts: tuple[Cutout, ...]) -> Floats:
    """The picture without its objects, ``(n, n, 4)`` float32 0..1: the place of each filled from its own ground."""
    side = pixels.shape[0]
    low_side = min(side, _FILL_SIDE)
    low = unit(resized(pixels, low_side))
    everything = np.any([c.mask for c in cutouts], axis=0)
    holes = _enlarged(everything, low_side) > 0.02
    emptied = low
    for room, mine in _by_room(cutouts):
        # What lies beyond the room may be of any colour, and would shine into a large hole.
        known = (_enlarged(eroded(room, 4), low_side) > 0.98) & ~holes
        if known.any():
            emptied = np.where((_enlarged(mine, low_side) > 0.02)[..., None], filled(low, ~known), emptied)
    large = np.clip(resized_floats(emptied, side), 0, 1)
    cover = np.clip(_enlarged(everything, side) * 4, 0, 1)[..., None]
    ground = unit(pixels)
    ground += (large - ground) * cover
    return ground


def _by_room(cutouts: tuple[Cutout, ...]) -> list[tuple[Mask, Mask]]:
    """Each room with everything that stands in it."""
    found: list[tuple[Mask, Mask]] = []
    for cutout in cutouts:
        for i, (room, mine) in enumerate(found):
            if room is cutout.room:
                found[i] = (room, mine | cutout.mask)
                break
        else:
            found.append((cutout.room, cutout.mask))
    return found


def _enlarged(mask: Mask, side: int) -> Floats:
    return resized_plane(mask.astype(np.float32), side)


def is_calm(ground: Floats) -> bool:
    """Whether a ground shows nothing but itself: one fill, or a soft gradient."""
    small = resized_floats(ground, _CALM_SIDE)
    steps = max(float(np.abs(np.diff(small, axis=axis)).max()) for axis in (0, 1))
    return steps < _CALM_STEP


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
    rows = _span(cutout.top, cutout.bottom, item.middle[0] - cutout.middle[0], item.scale, side)
    columns = _span(cutout.left, cutout.right, item.middle[1] - cutout.middle[1], item.scale, side)
    if min(rows.length, columns.length) <= 0:
        return
    own = unit(pixels[rows.start : rows.stop, columns.start : columns.stop])
    behind = ground[rows.start : rows.stop, columns.start : columns.stop]
    difference = own - behind
    scale = SIDE / side
    box = (columns.start * scale, rows.start * scale, columns.stop * scale, rows.stop * scale)
    mask = np.clip(3 * _drawn(cutout.mask.astype(np.float32), rows.length, columns.length, box), 0, 1)[..., None]
    if item.scale != 1:
        own, difference = (
            np.stack([_drawn(v[..., c], rows.length, columns.length) for c in range(4)], -1) for v in (own, difference)
        )
    target = picture[rows.to : rows.to + rows.length, columns.to : columns.to + columns.length]
    # Where the object differs much from its ground it is opaque; where little (soft edges, shadows), the difference
    # itself moves along.
    solid = np.clip(np.abs(difference).max(-1, keepdims=True) / 0.25, 0, 1)
    moved = solid * own + (1 - solid) * (target + difference)
    target[...] = target * (1 - mask) + mask * moved


def _drawn(plane: Floats, height: int, width: int, box: tuple[float, float, float, float] | None = None) -> Floats:
    """A plane, or a ``box`` (left, top, right, bottom) of it, at another size."""
    return np.asarray(Image.fromarray(plane).resize((width, height), Image.Resampling.BICUBIC, box=box))


@dataclass(frozen=True, slots=True)
class _Span:
    """One axis of a copy, in pixels: from ``start`` to ``stop`` of the source, ``length`` of the result from ``to``."""

    start: int
    stop: int
    to: int
    length: int


def _span(low: float, high: float, shift: float, scale: float, side: int) -> _Span:
    """The pixels from ``low`` to ``high``, moved by ``shift`` and scaled about their middle; within the picture where
    nothing is scaled, and nowhere else where something would lie outside.
    """
    start, stop = int(np.floor(low * side)), int(np.ceil(high * side))
    if scale == 1:
        step = round(shift * side)
        start, stop = max(start, 0, -step), min(stop, side, side - step)
        return _Span(start, stop, start + step, stop - start)
    start, stop = max(start, 0), min(stop, side)
    length = min(side, round((stop - start) * scale))
    to = round((start + stop) / 2 + shift * side - length / 2)
    return _Span(start, stop, min(max(to, 0), side - length), length)
