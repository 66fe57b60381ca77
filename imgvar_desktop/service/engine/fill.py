"""Fills holes smoothly from their surroundings: push-pull over a pyramid."""

import numpy as np

from imgvar_desktop.service.engine.raster import Floats, Mask, resized_floats


def _halved(values: Floats) -> Floats:
    side = values.shape[0]
    if side % 2:
        values = np.pad(values, ((0, 1), (0, 1), (0, 0)), mode="edge")
        side += 1
    halved: Floats = values.reshape(side // 2, 2, side // 2, 2, -1).mean((1, 3))
    return halved


def filled(values: Floats, hole: Mask) -> Floats:
    """``values`` ``(n, n, c)`` with the pixels of ``hole`` ``(n, n)`` replaced by what their surroundings suggest."""
    if not hole.any():
        return values
    weight = (~hole).astype(np.float32)[..., None]
    levels = [(values * weight, weight)]
    while levels[-1][0].shape[0] > 2:
        above, share = levels[-1]
        levels.append((_halved(above), _halved(share)))
    total, share = levels[-1]
    current = (total / np.maximum(share, 1e-6)).astype(np.float32)
    for total, share in levels[-2::-1]:
        enlarged = resized_floats(current, total.shape[0])
        known = np.minimum(2 * share, 1)
        current = (total / np.maximum(share, 1e-6) * known + enlarged * (1 - known)).astype(np.float32)
    return np.where(hole[..., None], current, values).astype(np.float32)
