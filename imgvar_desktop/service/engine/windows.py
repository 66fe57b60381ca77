"""Frames for a reframed picture: they keep what matters, and no line of text is cut."""

from typing import TypeAlias

import numpy as np

from imgvar_desktop.service.engine.geometry import straight_axis
from imgvar_desktop.service.engine.lettering import Lettering
from imgvar_desktop.service.engine.raster import Floats, Mask

Axis: TypeAlias = tuple[float, ...]
Window: TypeAlias = tuple[float, float, float]
"""Top, left and size, in 0..1 of the side."""
Stretch: TypeAlias = tuple[float, float]
STILL: Axis = straight_axis(0, 1)
"""The axis of a map that changes nothing."""
_MIDDLE: Stretch = (0.5, 0.5)
_WINDOWS = 24
_ABOVE = 3.0
# As though so many more rows or columns were left outside.
_CROSSING = 8.0
_MARGIN = 0.015
# Text as wide as this runs from border to border, and was cut before it came here.
_FULL_WIDTH = 0.93
# An excerpt: of so many sizes and places the first few that suit; how much of the side and of the text it shows.
_SIZES, _PLACES, _FEW = 12, 64, 2
_LEAST_PART, _MOST_PART = 0.5, 0.95
_LEAST_TEXT = 0.4
_AT_BORDER = 0.02
# Around a line, in heights of it.
_CLEAR = 0.3


def framing(importance: Floats, size: float, held: tuple[Stretch, Stretch], rng: np.random.Generator) -> Window:
    """A window that holds all of ``held`` (rows, columns), larger than ``size`` where it has to be: of a few, the one
    that leaves least of importance outside and cuts least of it in two.
    """
    weight = importance**2
    size = min(1.0, max(size, *(high - low for low, high in held)))
    best, most = (0.0, 0.0), -np.inf
    for _ in range(_WINDOWS):
        lasts = [min(low, 1 - size) for low, _ in held]
        firsts = [min(last, max(0.0, high - size)) for last, (_, high) in zip(lasts, held, strict=True)]
        top, left = (float(rng.uniform(first, last)) for first, last in zip(firsts, lasts, strict=True))
        good = _inside(weight, (top, left, size)) - _CROSSING * _crossed(weight, (top, left, size))
        if good > most:
            best, most = (top, left), good
    return *best, size


def excerpted(importance: Floats, text: Lettering | None, least: float, rng: np.random.Generator) -> Window | None:
    """A window anywhere, of at least ``least`` of the side, in which every line of text is whole or absent; of a few
    such, the one that shows most of importance for its size. None where there is none.
    """
    sizes = rng.permutation(np.linspace(max(_LEAST_PART, least), _MOST_PART, _SIZES))
    windows = np.empty((_SIZES * _PLACES, 3), np.float32)
    windows[:, 2] = np.repeat(sizes, _PLACES)
    windows[:, :2] = rng.random((len(windows), 2)) * (1 - windows[:, 2:])
    good = np.ones(len(windows), bool) if text is None else _readable(text.lines, windows)
    weight = importance**2
    few = [(float(w[0]), float(w[1]), float(w[2])) for w in windows[np.flatnonzero(good)[:_FEW]]]
    return max(few, key=lambda w: _inside(weight, w) / w[2], default=None)


def _readable(lines: Floats, windows: Floats) -> Mask:
    """Which windows ``(k, 3)`` cut no line ``(m, 4)`` of text and show enough of all text.

    Lines that the source's own border cuts may be cut there.
    """
    top, left, size = windows.T
    bottom, right = top + size, left + size
    above, below, before, after = (lines[:, k, None] for k in range(4))
    pad = _CLEAR * (below - above)
    out = (below + pad <= top) | (above - pad >= bottom) | (after + pad <= left) | (before - pad >= right)
    upright = (above - pad >= top) & (below + pad <= bottom)
    level = ((before - pad >= left) | (before < _AT_BORDER)) & ((after + pad <= right) | (after > 1 - _AT_BORDER))
    whole = upright & level
    weight = (below - above) * (after - before)
    readable: Mask = (out | whole).all(0) & ((weight * whole).sum(0) >= _LEAST_TEXT * weight.sum())
    return readable


def _inside(weight: Floats, window: Window) -> float:
    """The sum of a square plane over a window."""
    top, left, size = window
    side = weight.shape[0]
    rows = slice(round(top * side), round((top + size) * side))
    columns = slice(round(left * side), round((left + size) * side))
    return float(weight[rows, columns].sum())


def _crossed(weight: Floats, window: Window) -> float:
    """The sum of a square plane along the borders of a window that are not the plane's own. What is cut off above, as
    heads are, counts more.
    """
    side = weight.shape[0]
    top, left = (round(v * side) for v in window[:2])
    bottom, right = (round((v + window[2]) * side) for v in window[:2])
    rows, columns = slice(top, bottom), slice(left, right)
    lines = [weight[i, columns] for i in (top, bottom) if 0 < i < side]
    lines += [weight[rows, i] for i in (left, right) if 0 < i < side]
    above = _ABOVE * float(weight[top, columns].sum()) if top else 0.0
    return above + float(sum(line.sum() for line in lines))


def as_shown(plane: Floats, rows: Axis, columns: Axis) -> Floats:
    """A square plane of the source as a map shows it, nearest neighbour."""
    side = plane.shape[0]
    places = (np.arange(side) + 0.5) / side
    shown = [np.clip(np.interp(places, STILL, axis) * side, 0, side - 1).astype(int) for axis in (rows, columns)]
    return plane[np.ix_(*shown)]


def kept(text: Lettering | None, rows: Axis, columns: Axis) -> tuple[Stretch, Stretch]:
    """The rows and the columns, 0..1, that no frame may cut through: those of text. As the picture's map shows them."""
    if text is None:
        return _MIDDLE, _MIDDLE
    return _shown(text.top, text.bottom, rows), _shown(text.left, text.right, columns)


def _shown(low: float, high: float, axis: Axis) -> Stretch:
    if high - low > _FULL_WIDTH:
        return _MIDDLE
    first, last = np.interp((low, high), axis, STILL)
    return max(0.0, float(first) - _MARGIN), min(1.0, float(last) + _MARGIN)
