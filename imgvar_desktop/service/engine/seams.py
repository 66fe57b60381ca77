"""Hides the seams of a field: coarse light flows across them, fine detail stays cut and sharp."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from imgvar_desktop.service.engine.fields import Offsets, gathered, jumps
from imgvar_desktop.service.engine.raster import Bytes, Mask, as_image, as_pixels, blurred
from imgvar_desktop.service.engine.regions import dilated

_BANDS = (12, 40, 150)
"""The widths of the blended bands, as parts of the side."""
_STRIP = 64


@dataclass(slots=True)
class Bands:
    """A source and its blurred copies, one per band, made when first asked for and shared. Any thread."""

    pixels: Bytes
    _made: dict[float, Bytes] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def coarse(self, radius_px: float) -> Bytes:
        """The source without detail finer than ``radius_px``."""
        with self._lock:
            if radius_px not in self._made:
                side = self.pixels.shape[0]
                # A blurred picture needs few pixels: it is blurred small, and enlarged smoothly.
                shrink = _shrink(radius_px)
                small = blurred(as_pixels(as_image(self.pixels).reduce(shrink)), radius_px / shrink)
                large = as_image(small).resize((side, side), Image.Resampling.BICUBIC)
                self._made[radius_px] = as_pixels(large)
            return self._made[radius_px]


def _shrink(radius_px: float) -> int:
    return max(1, int(radius_px / 3))


def seamless(source: Bands, offsets: Offsets) -> Bytes:
    """The picture of a field with its seams blended in bands, coarse to fine.

    Near a seam the blurred part of the picture is replaced by one that was blurred across the seam; the rest, the
    detail, is added unchanged. A difference of light melts over a twelfth of the side, and nothing loses sharpness.
    """
    picture = gathered(source.pixels, offsets)
    edge = jumps(offsets)
    if not edge.any():
        return picture
    change = np.zeros(picture.shape, np.int16)
    for share in _BANDS:
        _blend_band(source, offsets, change, edge, max(1.0, offsets.side / share))
    change += picture
    done = np.clip(change, 0, 255, out=change).astype(np.uint8)
    if int(picture[..., 3].min()) < 255:
        np.minimum(done[..., :3], done[..., 3:], out=done[..., :3])
    _soften(done, edge)
    return done


def _blend_band(source: Bands, offsets: Offsets, change: NDArray[np.int16], edge: Mask, radius: float) -> None:
    """Adds to ``change`` what blends one band within about ``radius`` px of the seams."""
    side = offsets.side
    coarse = gathered(source.coarse(radius), offsets)
    # What the wider bands changed is no difference any more.
    coarse = np.clip(change + coarse, 0, 255).astype(np.uint8)
    shrink = _shrink(radius)
    small = blurred(as_pixels(as_image(coarse).reduce(shrink)), radius / shrink)
    box = (0, 0, side / shrink, side / shrink)
    across = as_pixels(as_image(small).resize((side, side), Image.Resampling.BILINEAR, box=box))
    weight = _nearness(edge, radius, shrink)
    for part in _touched(weight):
        step = across[part].astype(np.int16)
        step -= coarse[part]
        # Weights stay below 128, so that a product with a difference of bytes fits into 16 bits.
        step *= weight[part][..., None]
        step >>= 7
        change[part] += step


def _touched(weight: NDArray[np.int16]) -> Iterator[tuple[slice, slice]]:
    """The parts of a plane, in strips, outside of which it is 0."""
    for top in range(0, weight.shape[0], _STRIP):
        columns = np.flatnonzero(weight[top : top + _STRIP].any(0))
        if columns.size:
            yield slice(top, top + _STRIP), slice(int(columns[0]), int(columns[-1]) + 1)


def _nearness(edge: Mask, radius: float, shrink: int) -> NDArray[np.int16]:
    """0 far from every seam to 127 on one, falling off over ``radius`` px."""
    side = edge.shape[0]
    marks = np.asarray(Image.fromarray(edge.astype(np.uint8) * 255).reduce(shrink)) > 0
    near = Image.fromarray(dilated(marks, max(1, int(radius / shrink))).astype(np.uint8) * 127)
    soft = near.filter(ImageFilter.GaussianBlur(radius / shrink))
    box = (0, 0, side / shrink, side / shrink)
    return np.asarray(soft.resize((side, side), Image.Resampling.BILINEAR, box=box)).astype(np.int16)


def _soften(picture: Bytes, edge: Mask) -> None:
    """A trace of blur on the seam's own pixels, so that it does not look cut with scissors."""
    ys, xs = np.nonzero(edge)
    last = picture.shape[0] - 1
    here = picture[ys, xs].astype(np.float32)
    around = np.zeros_like(here)
    for dy, dx in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        around += picture[np.clip(ys + dy, 0, last), np.clip(xs + dx, 0, last)]
    picture[ys, xs] = (0.6 * here + 0.1 * around + 0.5).astype(np.uint8)
