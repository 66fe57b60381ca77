"""Hides the seams of a field: coarse light flows across them, fine detail stays cut and sharp."""

from dataclasses import dataclass, field
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from imgvar_desktop.service.engine.fields import Offsets, gathered, jumps
from imgvar_desktop.service.engine.raster import Bytes, Mask, as_image, as_pixels, blurred
from imgvar_desktop.service.engine.regions import dilated

_BANDS = (200, 60)
"""The widths of the blended bands, as parts of the side."""


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
    """The picture of a field with its seams blended in two bands.

    Near a seam the blurred part of the picture is replaced by one that was blurred across the seam; the rest, the
    detail, is added unchanged. A difference of light melts over about a fiftieth of the side, and nothing loses
    sharpness.
    """
    picture = gathered(source.pixels, offsets)
    edge = jumps(offsets)
    if not edge.any():
        return picture
    for share in _BANDS:
        picture = _blend_band(source, offsets, picture, edge, max(1.0, offsets.side / share))
    _soften(picture, edge)
    return picture


def _blend_band(source: Bands, offsets: Offsets, picture: Bytes, edge: Mask, radius: float) -> Bytes:
    """``picture`` with one band blended within about ``radius`` px of the seams."""
    side = offsets.side
    coarse = gathered(source.coarse(radius), offsets)
    shrink = _shrink(radius)
    small = blurred(as_pixels(as_image(coarse).reduce(shrink)), radius / shrink)
    across = as_image(small).resize((side, side), Image.Resampling.BILINEAR, box=(0, 0, side / shrink, side / shrink))
    change = as_pixels(across).astype(np.int16)
    change -= coarse
    # Weights stay below 128, so that a product with a difference of bytes fits into 16 bits.
    change *= _nearness(edge, radius, shrink)[..., None]
    change >>= 7
    change += picture
    done = np.clip(change, 0, 255).astype(np.uint8)
    if int(picture[..., 3].min()) < 255:
        np.minimum(done[..., :3], done[..., 3:], out=done[..., :3])
    return done


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
