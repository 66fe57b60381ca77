"""New framings without resampling: the picture twice, each panned its own way, on either side of the least visible
seam.

What stands on one side of the seam moves aside as a whole, pixel for pixel; what is common (sky, floor, grass) is
shown twice at the seam or leaves at the border.
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from imgvar_desktop.service.engine.fields import Offsets
from imgvar_desktop.service.engine.raster import Bytes, Floats, Ints, Mask, on_white, resized_plane, unit

_SIZES = (0.04, 0.06, 0.09, 0.12, 0.16, 0.21, 0.27)
# So far apart, what lies on one border is joined to what lies on the other: the picture is rolled like a carpet.
_ROLLS = (0.72, 0.8, 0.88)
_ZONES: tuple[tuple[float, float], ...] = ((0.0, 0.4), (0.3, 0.7), (0.6, 1.0))
_ANYWHERE = ((0.0, 1.0),)
_PANS = (0.0, 0.5, 1.0)
_ROLLED_PANS = (0.25, 0.5, 0.75)
_WALL = np.float32(1e3)
_CALM = np.float32(0.02)
_DOUBLED = 0.5
_CROSSED = np.float32(1.0)
_HALVED = np.float32(6.0)
_BLATANT = np.float32(8)
_FAR = 0.5
_FINER = 4
_CALM_FINE = np.float32(0.006)
_USUAL = np.float32(30)
_WINDOW = 8


@dataclass(frozen=True, slots=True)
class Cut:
    """A seam from top to bottom and the pans of its two sides.

    Output column x shows source column ``x + pan`` where that is left of ``path[y]``, ``x + pan - jump`` elsewhere;
    pixels of the side the cut was found at. ``pan`` is 0..``jump``. ``seen`` is how visible the seam is: 0 not at
    all, 1 like a cut through anything. ``lost`` is the share of what matters that is shown twice or not at all.
    """

    jump: int
    pan: int
    path: Ints
    seen: float
    lost: float

    @property
    def side(self) -> int:
        return int(self.path.shape[0])

    @property
    def rolled(self) -> bool:
        return self.jump > _FAR * self.side

    def offsets(self) -> Ints:
        """``(side, side)``: the source column of each output pixel, less its own."""
        left = np.arange(self.side)[None] + self.pan < self.path[:, None]
        return np.where(left, self.pan, self.pan - self.jump).astype(np.int32)


@dataclass(frozen=True, slots=True)
class Spliced:
    """A splice along one axis or both. ``down`` is a cut of the transposed picture."""

    across: Cut | None
    down: Cut | None


@dataclass(frozen=True, slots=True)
class Cuts:
    """The cuts one picture offers, along both axes; those of ``down`` are of the transposed picture."""

    across: tuple[Cut, ...]
    down: tuple[Cut, ...]


def cuts_of(pixels: Bytes, fine: Bytes, importance: Floats, whole: Mask | None = None) -> Cuts:
    """Finds the cuts of premultiplied ``(n, n, 4)`` pixels, n about 100, that ``fine`` shows at four times the side.
    None goes through what is ``whole``. About 30 ms.
    """
    grey = on_white(fine).mean(-1)
    things = np.zeros_like(importance) if whole is None else whole.astype(np.float32)
    turned = np.ascontiguousarray(pixels.transpose(1, 0, 2))
    return Cuts(
        _cuts(pixels, grey, importance, things),
        _cuts(turned, np.ascontiguousarray(grey.T), importance.T, np.ascontiguousarray(things.T)),
    )


def spliced(move: Spliced, side: int) -> Offsets:
    """The field of a cut across, then one down the result."""
    still = np.zeros((side, side), np.int32)
    across = still if move.across is None else move.across.offsets()
    down = still if move.down is None else np.ascontiguousarray(move.down.offsets().T)
    rows = np.arange(side)[:, None] + down
    return Offsets(down, np.take_along_axis(across, rows, 0))


def _cuts(pixels: Bytes, grey: Floats, importance: Floats, whole: Floats) -> tuple[Cut, ...]:
    """For each of several jumps the least visible seam in each part of the picture, with several pans."""
    side = pixels.shape[0]
    values = unit(pixels)
    important = np.clip(resized_plane(importance, side), 0, 1) ** 2
    things = important / (important.sum() + np.float32(1e-6))
    usual = _usual(grey, side)
    crossed = np.maximum(_CROSSED * important, _HALVED * resized_plane(whole, side))
    planes, jumps = [], []
    for share in (*_SIZES, *_ROLLS):
        jump = round(share * side)
        costs = np.full((side, side), _WALL, np.float32)
        costs[:, jump:] = _visibility(values, jump) + _fine_visibility(grey, usual, jump)
        # Through what matters no seam is good: a coin cut in two equal halves would only grow wider.
        costs[:, jump:] += np.maximum(crossed[:, jump:], crossed[:, :-jump])
        zones = _ZONES if share < _FAR else _ANYWHERE
        if share < _FAR:
            # What lies between the two columns is shown twice.
            sums = np.pad(things.cumsum(1), ((0, 0), (1, 0)))
            costs[:, jump:] += np.float32(_DOUBLED * side) * (sums[:, jump:-1] - sums[:, : -jump - 1])
        middles = (np.arange(side) - jump / 2) / side
        for low, high in zones:
            planes.append(np.where((middles >= low) & (middles <= high), costs, _WALL))
            jumps.append(jump)
    paths, steps = _paths(np.stack(planes))
    # A line that breaks is seen however quiet the rest of the seam is.
    shares = (np.minimum(steps, _BLATANT) / _BLATANT).astype(np.float32)
    seen = np.maximum(np.sqrt(np.square(shares).mean(1)), 0.6 * _worst_stretch(shares))
    return tuple(
        _priced(Cut(jump, round(share * jump), path, float(visible), 0.0), things)
        for jump, path, visible in zip(jumps, paths, seen, strict=True)
        for share in (_PANS if jump <= _FAR * side else _ROLLED_PANS)
    )


def _worst_stretch(steps: Floats) -> Floats:
    """``(k,)``: the largest mean of any few consecutive values of each row: something cut in two is short."""
    sums = np.pad(steps.cumsum(1), ((0, 0), (1, 0)))
    worst: Floats = (sums[:, _WINDOW:] - sums[:, :-_WINDOW]).max(1) / _WINDOW
    return worst


def _visibility(values: Floats, jump: int) -> Floats:
    """``(n, n - jump)``: how visible a seam just left of source column ``jump + k`` is: by what differs, less where
    all is restless.
    """
    left, right = values[:, jump:], values[:, :-jump]
    differs = np.square(left - right).sum(-1)
    steps = np.pad(np.square(np.diff(values, axis=1)).sum(-1), ((0, 0), (1, 0)))
    restless = steps[:, jump:] + steps[:, :-jump]
    both = differs.copy()
    both[:, 1:] += differs[:, :-1]
    both[:, 0] = _WALL
    visible: Floats = both / (_CALM + restless)
    return visible


def _usual(grey: Floats, side: int) -> Floats:
    """``(side, side)``: the mean squared step between neighbours of a finer picture, around each place."""
    steps = np.square(np.diff(grey, axis=1))[:-1] + np.square(np.diff(grey, axis=0))[:, :-1]
    return resized_plane(np.asarray(Image.fromarray(steps).resize((8, 8), Image.Resampling.BOX)), side)


def _fine_visibility(grey: Floats, usual: Floats, jump: int) -> Floats:
    """``(n, n - jump)``: what :func:`_visibility` cannot see at ``n`` px: masts, wires and rims that would end there.

    ``grey`` is the picture at four times the side.
    """
    differs = np.square(grey[:, _FINER * jump :] - grey[:, : -_FINER * jump])
    for _ in range(2):
        # The largest of each four by four, one axis after the other.
        differs = np.maximum(np.maximum(differs[::4], differs[1::4]), np.maximum(differs[2::4], differs[3::4])).T
    visible: Floats = differs / (_CALM_FINE + _USUAL * np.maximum(usual[:, jump:], usual[:, :-jump]))
    return np.minimum(visible, _BLATANT)


def _paths(costs: Floats) -> tuple[Ints, Floats]:
    """``(k, rows)`` columns of the connected path of least cost from top to bottom of each of k planes, and the costs
    along it.
    """
    planes, rows, columns = costs.shape
    total = np.full((rows, planes, columns + 2), np.inf, np.float32)
    for y in range(rows):
        total[y, :, 1:-1] = costs[:, y]
        if y:
            before = total[y - 1]
            total[y, :, 1:-1] += np.minimum(np.minimum(before[:, :-2], before[:, 1:-1]), before[:, 2:])
    each = np.arange(planes)
    path = np.empty((planes, rows), np.int32)
    path[:, -1] = total[-1].argmin(1)
    for y in range(rows - 2, -1, -1):
        options = path[:, y + 1, None] + np.array([0, -1, 1])
        path[:, y] = options[each, total[y, each[:, None], options].argmin(1)]
    path -= 1
    return path, costs[each[:, None], np.arange(rows)[None], path]


def _priced(cut: Cut, things: Floats) -> Cut:
    """The cut with what it loses. ``things`` ``(n, n)`` is how much there is of what matters; it sums to 1."""
    side = cut.side
    shown = np.arange(side)[None] + cut.offsets()
    places = np.arange(side)[:, None] * side + shown
    times = np.bincount(places.ravel(), minlength=side * side).reshape(side, side)
    return Cut(cut.jump, cut.pan, cut.path, cut.seen, float((things * np.abs(times - 1)).sum()))
