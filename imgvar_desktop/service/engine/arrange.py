"""New arrangements for the objects of flat art: who goes where, without collisions and on ground that suits."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from imgvar_desktop.service.engine.colour import oklab
from imgvar_desktop.service.engine.compositing import Placed
from imgvar_desktop.service.engine.cutouts import SIDE, Cutout
from imgvar_desktop.service.engine.raster import Floats, Ints, resized_floats

Place = tuple[float, float]

_GAP = 0.012
_SUITS = 0.12
_TRIES = 40
_SUBTLE, _BOLD = 0.3, 0.65
_IN_LINE = 0.012
_DRAWS = 6


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where each object's middle goes, and the scale that all of them are drawn at."""

    places: list[Place]
    scale: float = 1.0

    def __len__(self) -> int:
        return len(self.places)


class Arranger:
    """Draws arrangements of some cutouts on their ground. One job's, one thread's."""

    def __init__(self, cutouts: tuple[Cutout, ...], ground: Floats, strength: float, rng: np.random.Generator) -> None:
        self._cutouts = cutouts
        self._strength = strength
        self._rng = rng
        small = resized_floats(ground, 64)
        self._ground = oklab(np.clip(small[..., :3] + 1 - small[..., 3:], 0, 1))
        self._home: list[Place] = [c.middle for c in cutouts]

    def arrangements(self, count: int) -> list[list[Placed]]:
        """``count`` arrangements as unlike one another as can be found quickly."""
        made = [_Layout(self._home)]
        wander = self._together if self._aligned() or self._strength < _SUBTLE else self._shifted
        ways: list[Callable[[], _Layout]] = [wander]
        if self._strength >= _SUBTLE and len(self._cutouts) > 1:
            ways = [self._permuted, self._mirrored, wander, self._flipped]
        enough = 0.12 * min(1.0, self._reach())
        for i in range(count):
            # The way whose turn it is wins unless it repeats what is there.
            options = [ways[(i + k) % len(ways)]() for k in range(len(ways))] + [wander() for _ in range(_DRAWS)]
            gains = [min(self._distance(o, m) for m in made) * (1.5 if k == 0 else 1.0) for k, o in enumerate(options)]
            made.append(options[int(np.argmax([min(g, enough) for g in gains]))])
        return [
            [Placed(c, p, layout.scale) for c, p in zip(self._cutouts, layout.places, strict=True)]
            for layout in made[1:]
        ]

    def _reach(self) -> float:
        """The size of a move against that of the default strength, 1: 0.15 at 0, 1.6 at 0.85."""
        return 0.15 + 1.7 * self._strength

    def _aligned(self) -> bool:
        """Whether a few objects stand on one axis, as a logo's do: then they belong together."""
        spread = np.ptp(np.array(self._home), axis=0)
        return len(self._home) <= 4 and bool(spread.min() < 0.04)

    def _distance(self, first: _Layout, second: _Layout) -> float:
        steps = [np.hypot(a[0] - b[0], a[1] - b[1]) for a, b in zip(first.places, second.places, strict=True)]
        return float(np.mean(steps)) + 0.2 * abs(float(np.log(first.scale / second.scale)))

    def _mean_ground(self, cutout: Cutout, middle: Place) -> Floats:
        side = self._ground.shape[0]
        half_y, half_x = cutout.height / 2, cutout.width / 2
        top, bottom = (int(np.clip((middle[0] + s * half_y) * side, 0, side - 1)) for s in (-1, 1))
        left, right = (int(np.clip((middle[1] + s * half_x) * side, 0, side - 1)) for s in (-1, 1))
        mean: Floats = self._ground[top : bottom + 1, left : right + 1].mean((0, 1))
        return mean

    def _fits(self, index: int, middle: Place, layout: _Layout) -> bool:
        """Whether an object may stand there: inside, on its own ground where that is alike, and clear of the others."""
        cutout = self._cutouts[index]
        inside = all(
            s * layout.scale / 2 + _GAP <= m <= 1 - _GAP - s * layout.scale / 2
            for m, s in zip(middle, (cutout.height, cutout.width), strict=True)
        )
        if not inside or not _in_room(cutout, middle, layout.scale):
            return False
        here, there = self._mean_ground(cutout, cutout.middle), self._mean_ground(cutout, middle)
        if float(np.abs(here - there).sum()) > _SUITS:
            return False
        # Objects that grow or shrink together keep the gaps between them.
        return layout.scale != 1 or all(
            j == index or self._clear(index, middle, j, layout.places[j]) for j in range(len(layout))
        )

    def _all_fit(self, layout: _Layout, which: Iterable[int] | None = None) -> bool:
        return all(self._fits(i, layout.places[i], layout) for i in (range(len(layout)) if which is None else which))

    def _clear(self, first: int, place: Place, second: int, other: Place) -> bool:
        a, b = self._cutouts[first], self._cutouts[second]
        apart = (
            abs(place[0] - other[0]) >= (a.height + b.height) / 2 + _GAP / 2
            or abs(place[1] - other[1]) >= (a.width + b.width) / 2 + _GAP / 2
        )
        if apart:
            return True
        # What overlapped from the start (a ring around a dot) may go on doing so, in the same way.
        home_a, home_b = self._home[first], self._home[second]
        same = np.hypot(place[0] - other[0] - home_a[0] + home_b[0], place[1] - other[1] - home_a[1] + home_b[1])
        return bool(same < 0.01)

    def _permuted(self) -> _Layout:
        """Objects of like size change places."""
        places = list(self._home)
        for i in self._rng.permutation(len(places)):
            like = [j for j in range(len(places)) if j != i and self._alike(int(i), j)]
            if like and self._rng.random() < self._strength:
                j = int(self._rng.choice(like))
                swapped = list(places)
                swapped[i], swapped[j] = places[j], places[i]
                if self._all_fit(_Layout(swapped), (int(i), j)):
                    places = swapped
        return self._shifted(places) if self._strength > _BOLD else _Layout(places)

    def _alike(self, first: int, second: int) -> bool:
        a, b = self._cutouts[first], self._cutouts[second]
        return bool(abs(np.log(a.height / b.height)) < 0.4 and abs(np.log(a.width / b.width)) < 0.4)

    def _mirrored(self) -> _Layout:
        """The arrangement as in a mirror; the objects themselves stay readable."""
        return self._or_home(_Layout([(y, 1 - x) for y, x in self._home]))

    def _flipped(self) -> _Layout:
        """What was on top comes to the bottom; each object stays upright."""
        top = min(c.top for c in self._cutouts)
        bottom = max(c.bottom for c in self._cutouts)
        return self._or_home(_Layout([(top + bottom - y, x) for y, x in self._home]))

    def _or_home(self, layout: _Layout) -> _Layout:
        return layout if self._all_fit(layout) else _Layout(self._home)

    def _together(self) -> _Layout:
        """All objects wander as one, and come nearer or go further away."""
        reach = self._reach()
        home = np.array(self._home)
        middle = home.mean(0)
        for _ in range(_TRIES):
            scale = float(np.exp(self._rng.uniform(-0.6, 0.4) * self._strength))
            moved = middle + self._rng.uniform(-0.14, 0.14, 2) * reach + scale * (home - middle)
            layout = _Layout([(float(y), float(x)) for y, x in moved], scale)
            if self._all_fit(layout):
                return layout
        return _Layout(self._home)

    def _shifted(self, start: list[Place] | None = None) -> _Layout:
        """Everything wanders a little, for itself; what stands in one line or column stays in line."""
        layout = _Layout(start or self._home)
        most = (0.08 if len(layout) > 6 else 0.16) * self._reach()
        lines = [(0, 0.7 * most, members) for members in self._in_line(layout.places, 0)]
        lines += [(1, most, members) for members in self._in_line(layout.places, 1)]
        for i in self._rng.permutation(len(lines)):
            axis, reach, members = lines[i]
            for _ in range(_TRIES // 4):
                places = list(layout.places)
                step = float(self._rng.uniform(-reach, reach))
                for j in members:
                    y, x = places[j]
                    places[j] = (y + step, x) if axis == 0 else (y, x + step)
                if self._all_fit(_Layout(places), members):
                    layout = _Layout(places)
                    break
        return layout

    def _in_line(self, places: list[Place], axis: int) -> list[list[int]]:
        """Objects with one edge or their middles at the same height (axis 0), or one below the other (axis 1)."""
        marks = []
        for cutout, place in zip(self._cutouts, places, strict=True):
            half = (cutout.height, cutout.width)[axis] / 2
            marks.append((place[axis] - half, place[axis], place[axis] + half))
        lines: list[list[int]] = []
        for i, mine in enumerate(marks):
            joined = [
                line
                for line in lines
                if any(abs(m - o) < _IN_LINE for j in line for m, o in zip(mine, marks[j], strict=True))
            ]
            lines = [line for line in lines if line not in joined]
            lines.append([j for line in joined for j in line] + [i])
        return lines


def _in_room(cutout: Cutout, middle: Place, scale: float) -> bool:
    """Whether an object whose bounds are inside the picture would stand on its own ground alone."""
    ys, xs = (_spread(low, high, scale) for low, high in ((cutout.top, cutout.bottom), (cutout.left, cutout.right)))
    shape = cutout.mask[np.ix_(ys, xs)]
    top, left = round(middle[0] * SIDE - len(ys) / 2), round(middle[1] * SIDE - len(xs) / 2)
    below = cutout.room[max(0, top) : top + len(ys), max(0, left) : left + len(xs)]
    return below.shape == shape.shape and float(below[shape].mean()) > 0.99


def _spread(low: float, high: float, scale: float) -> Ints:
    """The mask's rows or columns from ``low`` to ``high``, each as often as the scale wants it."""
    start, stop = round(low * SIDE), round(high * SIDE)
    count = max(1, round((stop - start) * scale))
    return (start + (np.arange(count) + 0.5) * (stop - start) / count).astype(np.int32)
