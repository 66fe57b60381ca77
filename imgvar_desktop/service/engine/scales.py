"""The source at the sides a search works at, its patches in a principal basis."""

from dataclasses import dataclass, field
from threading import Lock

import numpy as np

from imgvar_desktop.service.engine.patches import patches_of, principal_basis
from imgvar_desktop.service.engine.raster import Bytes, Floats, resized, resized_floats, resized_plane, unit

PATCH = 7
_DIMENSIONS = 24
_REACH = PATCH // 2


@dataclass(frozen=True, slots=True)
class Level:
    """One scale of the source: its pixels, and its patches in the principal basis.

    ``keys`` and ``soft_keys`` (of a slightly blurred source, to meet enlarged queries on equal terms) are ``(k,
    24)``, k = rows * columns, scaled so that squared distances are per value. ``stiffness`` ``(k,)`` is the patches'
    uniqueness, 0..1.
    """

    pixels: Floats
    keys: Floats
    soft_keys: Floats
    mean: Floats
    basis: Floats
    rows: int
    columns: int
    stiffness: Floats


@dataclass(slots=True)
class Scales:
    """The levels of one source, made when first asked for. Any thread."""

    pixels: Bytes
    uniqueness: Floats
    zoom: float = 1.0
    _levels: dict[int, Level] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def at(self, side: int) -> Level:
        """The source as it is when the output is ``side`` px."""
        with self._lock:
            if side not in self._levels:
                self._levels[side] = _level(self.pixels, self.uniqueness, max(PATCH + 2, round(side * self.zoom)))
            return self._levels[side]


def _level(pixels: Bytes, uniqueness: Floats, side: int) -> Level:
    values = unit(resized(pixels, side))
    patches, rows, columns = patches_of(values, PATCH)
    scale = np.float32(1 / np.sqrt(patches.shape[1]))
    mean, basis = principal_basis(patches, _DIMENSIONS)
    basis *= scale
    soft = resized_floats(resized_floats(values, max(PATCH, int(side * 0.7))), side)
    stiffness = resized_plane(uniqueness, side)[_REACH : _REACH + rows, _REACH : _REACH + columns]
    return Level(
        pixels=values,
        keys=((patches - mean) @ basis).astype(np.float32),
        soft_keys=((patches_of(soft, PATCH)[0] - mean) @ basis).astype(np.float32),
        mean=mean,
        basis=basis,
        rows=rows,
        columns=columns,
        stiffness=np.clip(stiffness.ravel(), 0, 1),
    )
