"""Hides the seams of a field: coarse light flows across them, fine detail stays cut and sharp."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Lock
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from imgvar_desktop.service.engine.fields import Offsets, jumps, source_index
from imgvar_desktop.service.engine.progress import Pause, no_pause
from imgvar_desktop.service.engine.raster import (
    Bytes,
    Ints,
    Mask,
    as_image,
    as_pixels,
    blurred,
    from_words,
    resized,
    words,
)
from imgvar_desktop.service.engine.regions import dilated

_BANDS = (12, 40, 150)
"""The widths of the blended bands, as parts of the side."""
_STRIP = 64

_Size: TypeAlias = tuple[int, int]
_Box: TypeAlias = tuple[float, float, float, float]


@dataclass(slots=True)
class Bands:
    """A source, its blurred copies, one per band, and its smaller ones, made when first asked for and shared. Any
    thread.
    """

    pixels: Bytes
    _blurred: dict[float, Bytes] = field(default_factory=dict)
    _resized: dict[int, Bytes] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def coarse(self, radius_px: float) -> Bytes:
        """The source without detail finer than ``radius_px``."""
        with self._lock:
            if radius_px not in self._blurred:
                side = self.pixels.shape[0]
                # A blurred picture needs few pixels: it is blurred small, and enlarged smoothly.
                shrink = _shrink(radius_px)
                small = blurred(as_pixels(as_image(self.pixels).reduce(shrink)), radius_px / shrink)
                large = as_image(small).resize((side, side), Image.Resampling.BICUBIC)
                self._blurred[radius_px] = as_pixels(large)
            return self._blurred[radius_px]

    def at(self, side: int) -> Bytes:
        """The source at ``side`` by ``side``."""
        with self._lock:
            if side not in self._resized:
                self._resized[side] = resized(self.pixels, side)
            return self._resized[side]


def _shrink(radius_px: float) -> int:
    return max(1, int(radius_px / 3))


def seamless(source: Bands, offsets: Offsets, pause: Pause = no_pause) -> Bytes:
    """The picture of a field with its seams blended in bands, coarse to fine.

    Near a seam the blurred part of the picture is replaced by one that was blurred across the seam; the rest, the
    detail, is added unchanged. A difference of light melts over a twelfth of the side, and nothing loses sharpness.
    """
    index = source_index(offsets, source.pixels.shape[0])
    picture = from_words(words(source.pixels).ravel().take(index))
    edge = jumps(offsets)
    if not edge.any():
        return picture
    change = np.zeros(picture.shape, np.int16)
    for share in _BANDS:
        pause()
        _blend_band(source, index, change, edge, max(1.0, offsets.side / share))
    change += picture
    done = np.clip(change, 0, 255, out=change).astype(np.uint8)
    if int(picture[..., 3].min()) < 255:
        np.minimum(done[..., :3], done[..., 3:], out=done[..., :3])
    _soften(done, edge)
    return done


def _blend_band(source: Bands, index: Ints, change: NDArray[np.int16], edge: Mask, radius: float) -> None:
    """Adds to ``change`` what blends one band within about ``radius`` px of the seams.

    ``index`` holds each pixel's place in the source.
    """
    coarse = words(source.coarse(radius)).ravel()
    shrink = _shrink(radius)
    each = np.minimum(np.arange(0, edge.shape[0], shrink) + shrink // 2, edge.shape[0] - 1)
    few = np.ix_(each, each)
    # What the wider bands changed is no difference any more.
    sampled = np.clip(from_words(coarse.take(index[few])) + change[few], 0, 255).astype(np.uint8)
    across = as_image(blurred(sampled, radius / shrink))
    near = _nearness(edge, radius, shrink)
    for part, size, box in _touched(near, shrink, edge.shape[0]):
        weight = np.asarray(near.resize(size, Image.Resampling.BILINEAR, box=box)).astype(np.int16)
        step = as_pixels(across.resize(size, Image.Resampling.BILINEAR, box=box)).astype(np.int16)
        own = change[part]
        step -= np.clip(from_words(coarse.take(index[part])) + own, 0, 255)
        # Weights stay below 128, so that a product with a difference of bytes fits into 16 bits.
        step *= weight[..., None]
        step >>= 7
        own += step


def _touched(near: Image.Image, shrink: int, side: int) -> Iterator[tuple[tuple[slice, slice], _Size, _Box]]:
    """The strips of a ``side`` px plane where an image of it, ``shrink`` times smaller, is not black: as slices, their
    width and height, and their boxes in that image.
    """
    marks = np.asarray(near) > 0
    rows = max(1, _STRIP // shrink)
    for top in range(0, marks.shape[0], rows):
        columns = np.flatnonzero(marks[max(0, top - 1) : top + rows + 1].any(0))
        if columns.size:
            first, last = max(0, int(columns[0]) - 1) * shrink, min(side, (int(columns[-1]) + 2) * shrink)
            start, stop = top * shrink, min(side, (top + rows) * shrink)
            box = (first / shrink, start / shrink, last / shrink, stop / shrink)
            yield (slice(start, stop), slice(first, last)), (last - first, stop - start), box


def _nearness(edge: Mask, radius: float, shrink: int) -> Image.Image:
    """0 far from every seam to 127 on one, falling off over ``radius`` px; ``shrink`` times smaller than the mask."""
    marks = np.asarray(Image.fromarray(edge.astype(np.uint8) * 255).reduce(shrink)) > 0
    near = Image.fromarray(dilated(marks, max(1, int(radius / shrink))).astype(np.uint8) * 127)
    return near.filter(ImageFilter.GaussianBlur(radius / shrink))


def _soften(picture: Bytes, edge: Mask) -> None:
    """A trace of blur on the seam's own pixels, so that it does not look cut with scissors."""
    ys, xs = np.nonzero(edge)
    last = picture.shape[0] - 1
    here = picture[ys, xs].astype(np.float32)
    around = np.zeros_like(here)
    for dy, dx in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        around += picture[np.clip(ys + dy, 0, last), np.clip(xs + dx, 0, last)]
    picture[ys, xs] = (0.6 * here + 0.1 * around + 0.5).astype(np.uint8)
