"""Hides the seams of a field: coarse light flows across them, fine detail stays cut and sharp."""

import numpy as np

from imgvar_desktop.service.engine.fields import Offsets, gathered, jumps
from imgvar_desktop.service.engine.raster import Bytes, blurred
from imgvar_desktop.service.engine.regions import dilated


def seamless(pixels: Bytes, field: Offsets) -> Bytes:
    """The picture of a field with its seams blended in two bands.

    Near a seam the blurred part of the picture is replaced by one that was blurred across the seam; the rest, the
    detail, is added unchanged. A difference of light melts over about a fiftieth of the side, and nothing loses
    sharpness.
    """
    picture = gathered(pixels, field)
    edge = jumps(field)
    if not edge.any():
        return picture
    for share in (60, 200):
        radius = max(1.0, field.side / share)
        picture = _band(pixels, field, picture, edge, radius)
    return _softened(picture, edge)


def _band(pixels: Bytes, field: Offsets, picture: Bytes, edge: np.ndarray, radius: float) -> Bytes:
    coarse = gathered(blurred(pixels, radius), field)
    across = blurred(coarse, radius)
    weight = blurred(np.repeat(dilated(edge, max(1, int(radius)))[..., None].astype(np.uint8) * 255, 4, axis=2), radius)
    ys, xs = np.nonzero(weight[..., 0] > 2)
    share = weight[ys, xs, :1].astype(np.float32) / 255
    change = (across[ys, xs].astype(np.float32) - coarse[ys, xs].astype(np.float32)) * share
    done = picture.copy()
    done[ys, xs] = np.clip(picture[ys, xs].astype(np.float32) + change + 0.5, 0, 255).astype(np.uint8)
    np.minimum(done[..., :3], done[..., 3:], out=done[..., :3])
    return done


def _softened(picture: Bytes, edge: np.ndarray) -> Bytes:
    """A trace of blur on the seam's own pixels, so that it does not look cut with scissors."""
    ys, xs = np.nonzero(edge)
    last = picture.shape[0] - 1
    here = picture[ys, xs].astype(np.float32)
    around = np.zeros_like(here)
    for dy, dx in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        around += picture[np.clip(ys + dy, 0, last), np.clip(xs + dx, 0, last)]
    done = picture.copy()
    done[ys, xs] = (0.6 * here + 0.1 * around + 0.5).astype(np.uint8)
    return done
