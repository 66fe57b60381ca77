"""New arrangements for the objects of flat art: who goes where, without collisions and on ground that suits."""

from collections.abc import Callable

import numpy as np

from imgvar_desktop.service.engine.colour import oklab
from imgvar_desktop.service.engine.compositing import Placed
from imgvar_desktop.service.engine.cutouts import Cutout
from imgvar_desktop.service.engine.raster import Floats, resized_floats

Place = tuple[float, float]

_GAP = 0.012
_SUITS = 0.12
_TRIES = 40
_SUBTLE = 0.3


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
        made: list[list[Place]] = [self._home]
        wander = self._together if self._aligned() or self._strength < _SUBTLE else self._shifted
        ways: list[Callable[[], list[Place]]] = [wander]
        if self._strength >= _SUBTLE:
            ways = [self._permuted, self._mirrored, wander, self._flipped]
        for i in range(count):
            # The way whose turn it is wins unless it repeats what is there.
            options = [ways[(i + k) % len(ways)]() for k in range(len(ways))] + [wander(), wander()]
            gains = [min(self._distance(o, m) for m in made) * (1.5 if k == 0 else 1.0) for k, o in enumerate(options)]
            made.append(options[int(np.argmax([min(g, 0.12) for g in gains]))])
        return [[Placed(c, p) for c, p in zip(self._cutouts, places, strict=True)] for places in made[1:]]

    def _aligned(self) -> bool:
        """Whether a few objects stand on one axis, as a logo's do: then they belong together."""
        spread = np.ptp(np.array(self._home), axis=0)
        return len(self._home) <= 4 and bool(spread.min() < 0.04)

    def _distance(self, first: list[Place], second: list[Place]) -> float:
        steps = [np.hypot(a[0] - b[0], a[1] - b[1]) for a, b in zip(first, second, strict=True)]
        return float(np.mean(steps))

    def _mean_ground(self, cutout: Cutout, middle: Place) -> Floats:
        side = self._ground.shape[0]
        half_y, half_x = cutout.height / 2, cutout.width / 2
        top, bottom = (int(np.clip((middle[0] + s * half_y) * side, 0, side - 1)) for s in (-1, 1))
        left, right = (int(np.clip((middle[1] + s * half_x) * side, 0, side - 1)) for s in (-1, 1))
        mean: Floats = self._ground[top : bottom + 1, left : right + 1].mean((0, 1))
        return mean

    def _fits(self, index: int, middle: Place, places: list[Place]) -> bool:
        """Whether an object may stand there: inside, on like ground, and clear of the others."""
        cutout = self._cutouts[index]
        inside = all(
            s / 2 + _GAP <= m <= 1 - _GAP - s / 2 for m, s in zip(middle, (cutout.height, cutout.width), strict=True)
        )
        if not inside:
            return False
        here, there = self._mean_ground(cutout, cutout.middle), self._mean_ground(cutout, middle)
        if float(np.abs(here - there).sum()) > _SUITS:
            return False
        return all(j == index or self._clear(index, middle, j, places[j]) for j in range(len(places)))

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

    def _permuted(self) -> list[Place]:
        """Objects of like size change places."""
        places = list(self._home)
        for i in self._rng.permutation(len(places)):
            like = [j for j in range(len(places)) if j != i and self._alike(int(i), j)]
            if like and self._rng.random() < 0.5 + 0.5 * self._strength:
                j = int(self._rng.choice(like))
                swapped = list(places)
                swapped[i], swapped[j] = places[j], places[i]
                if self._fits(int(i), swapped[i], swapped) and self._fits(j, swapped[j], swapped):
                    places = swapped
        return places

    def _alike(self, first: int, second: int) -> bool:
        a, b = self._cutouts[first], self._cutouts[second]
        return bool(abs(np.log(a.height / b.height)) < 0.4 and abs(np.log(a.width / b.width)) < 0.4)

    def _mirrored(self) -> list[Place]:
        """The arrangement as in a mirror; the objects themselves stay readable."""
        places: list[Place] = [(y, 1 - x) for y, x in self._home]
        fine = all(self._fits(i, p, places) for i, p in enumerate(places))
        return places if fine else self._home

    def _flipped(self) -> list[Place]:
        """What was on top comes to the bottom; each object stays upright."""
        top = min(c.top for c in self._cutouts)
        bottom = max(c.bottom for c in self._cutouts)
        places: list[Place] = [(top + bottom - y, x) for y, x in self._home]
        fine = all(self._fits(i, p, places) for i, p in enumerate(places))
        return places if fine else self._home

    def _together(self) -> list[Place]:
        """All objects wander as one."""
        most = 0.14 * (0.3 + 1.4 * self._strength)
        for _ in range(_TRIES):
            dy, dx = (float(v) for v in self._rng.uniform(-most, most, 2))
            places: list[Place] = [(y + dy, x + dx) for y, x in self._home]
            if all(self._fits(i, p, places) for i, p in enumerate(places)):
                return places
        return self._home

    def _shifted(self) -> list[Place]:
        """Every object wanders a little, for itself."""
        places = list(self._home)
        most = (0.08 if len(places) > 6 else 0.16) * (0.3 + 1.4 * self._strength)
        for i in self._rng.permutation(len(places)):
            for _ in range(_TRIES):
                dy, dx = self._rng.uniform(-0.7 * most, 0.7 * most), self._rng.uniform(-most, most)
                wished = (self._home[i][0] + float(dy), self._home[i][1] + float(dx))
                if self._fits(int(i), wished, places):
                    places[i] = wished
                    break
        return places
