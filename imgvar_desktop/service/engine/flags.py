"""Finds flags: even, upright rectangles from border to border. Mirrored, many a flag is another country's."""

import numpy as np

from imgvar_desktop.service.engine.colour import oklab
from imgvar_desktop.service.engine.raster import Bytes, on_white, resized
from imgvar_desktop.service.engine.regions import Region, labelled, regions_of

_SIDE = 128
_STEP = 0.04
_FEWEST = 3
_SMALLEST = 0.004
_FULL = 0.9
_COVERED = 0.5


def has_flag(pixels: Bytes) -> bool:
    """Whether premultiplied ``(n, n, 4)`` pixels are mostly bands or fields that reach the border. About 10 ms.

    A window of a program, or any composition of blocks, is taken for one as well: it loses as much in the mirror.
    """
    lab = oklab(np.clip(on_white(resized(pixels, _SIDE)), 0, 1))
    step = np.zeros((_SIDE, _SIDE), np.float32)
    step[:, 1:] = np.abs(np.diff(lab, axis=1)).sum(-1)
    step[1:] = np.maximum(step[1:], np.abs(np.diff(lab, axis=0)).sum(-1))
    fields = [r for r in regions_of(*labelled(step < _STEP)) if _is_field(r)]
    return len(fields) >= _FEWEST and sum(r.area for r in fields) > _COVERED * _SIDE * _SIDE


def _is_field(region: Region) -> bool:
    at_border = min(region.top, region.left) <= 1 or max(region.bottom, region.right) >= _SIDE - 1
    return at_border and max(_SMALLEST * _SIDE * _SIDE, _FULL * region.height * region.width) <= region.area
