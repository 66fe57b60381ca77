"""Judges small previews of candidates: do they hold together, is what matters still there, and are they new."""

from dataclasses import dataclass

import numpy as np

from imgvar_desktop.service.engine.colour import oklab
from imgvar_desktop.service.engine.matching import Layout
from imgvar_desktop.service.engine.patches import patches_of, principal_basis, squared_distances
from imgvar_desktop.service.engine.raster import Bytes, Floats, Ints, on_white, resized, resized_floats, resized_plane
from imgvar_desktop.service.engine.scales import PATCH, Level

_SIDE = 32
_WINDOW = 9
_THUMBNAIL = 16
_TOO_NEAR = 0.6
# Faults beyond this are seen; below it they are differences.
_SOUND = 0.08
_ALIKE = 0.8
# More faults than this and than most, or less of the distance that is asked for, and no mixture is worth it.
_DOUBTFUL = 0.06
_NEW = 0.35


class Reference:
    """The source as the judge knows it: its large patches at 32 px and how much each matters. Read-only after
    construction.
    """

    def __init__(self, pixels: Bytes, uniqueness: Floats) -> None:
        lab = oklab(np.clip(on_white(resized(pixels, _SIDE)), 0, 1))
        keys, rows, columns = patches_of(lab, _WINDOW)
        self._mean, self._basis = principal_basis(keys, 32)
        self._keys = ((keys - self._mean) @ self._basis).astype(np.float32)
        self._values = keys.shape[1]
        reach = _WINDOW // 2
        weight = resized_plane(uniqueness, _SIDE)[reach : reach + rows, reach : reach + columns]
        y, x = np.meshgrid(np.linspace(-1, 1, rows), np.linspace(-1, 1, columns), indexing="ij")
        weight = np.clip(weight, 1e-3, None) ** 2 * np.exp(-1.5 * (y * y + x * x))
        self._weight = (weight / weight.sum()).ravel().astype(np.float32)
        self.thumbnail = thumbnail(on_white(resized(pixels, _THUMBNAIL * 2)))

    def faults(self, preview: Floats) -> float:
        """How broken a ``(n, n, 3)`` sRGB 0..1 preview is: things not in the source, and things of the source that
        are lost.
        """
        lab = oklab(np.clip(resized_floats(preview, _SIDE), 0, 1))
        queries = ((patches_of(lab, _WINDOW)[0] - self._mean) @ self._basis).astype(np.float32)
        distances = squared_distances(queries, self._keys)
        distances /= self._values
        strange = np.sqrt(distances.min(1))
        lost = np.sqrt(distances.min(0))
        return float(strange.mean() + 0.5 * np.percentile(strange, 97) + 0.7 * (lost * self._weight).sum())


def thumbnail(preview: Floats) -> Floats:
    """``(16, 16, 3)`` OKLab of an ``(n, n, 3)`` sRGB preview: what two pictures are compared by."""
    return oklab(np.clip(resized_floats(preview, _THUMBNAIL), 0, 1))


def apart(first: Floats, second: Floats) -> float:
    """Mean absolute distance of two thumbnails, in OKLab units summed over the axes."""
    return float(np.abs(first - second).sum(-1).mean())


def doubled(layout: Layout, level: Level) -> float:
    """How often unique places of the source were used more than once; 0 is never."""
    side = level.rows
    uses = np.bincount((layout.rows * level.columns + layout.columns).ravel(), minlength=side * side)
    padded = np.pad(uses.reshape(side, side).astype(np.float32), 3)
    summed = np.pad(padded.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    mean = (summed[5:, 5:] - summed[:-5, 5:] - summed[5:, :-5] + summed[:-5, :-5]) / 25
    mean = mean[1 : 1 + side, 1 : 1 + side].ravel()
    weight = level.stiffness**2
    return float((weight * np.maximum(mean - 1.15, 0)).sum() / (weight.sum() + 1e-6))


def torn(layout: Layout, level: Level, uniqueness: Floats) -> float:
    """The visible steps across seams, counted double where they cut what is unique: mean colour step per place."""
    side = level.pixels.shape[0]
    reach = PATCH // 2
    rgb = level.pixels[..., :3]
    weight = np.clip(resized_plane(uniqueness, side), 0, 1.2) ** 2
    y = np.clip(layout.rows + reach, 0, side - 2)
    x = np.clip(layout.columns + reach, 0, side - 2)

    def steps(continued: Floats, taken: Floats, at: tuple[Ints, Ints]) -> float:
        return float((np.abs(continued - taken).mean(-1) * weight[at]).mean())

    across = steps(rgb[y[:, :-1], x[:, :-1] + 1], rgb[y[:, 1:], x[:, 1:]], (y[:, :-1], x[:, :-1]))
    down = steps(rgb[y[:-1] + 1, x[:-1]], rgb[y[1:], x[1:]], (y[:-1], x[:-1]))
    return across + down


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate's ``faults`` (0 is none; 0.1 is bad), its thumbnail, and whether it is mirrored."""

    faults: float
    thumbnail: Floats
    mirrored: bool = False


def chosen(candidates: list[Judged], source: Floats, count: int, strength: float) -> list[int]:
    """The indices of ``count`` candidates that are sound, unlike the source and unlike one another; best first, none
    twice.

    Greedy: each next one gains for its distance to the source and to those already taken, up to what the strength
    asks for, and pays for its faults. It pays as well for being turned the same way as most of those already taken: to
    the eye four mirrored pictures are one idea, however far from the source each of them is. One that is doubtful, or
    hardly new, always pays that: it is not taken for the sake of the mixture.
    """
    away = [apart(c.thumbnail, source) for c in candidates]
    # Small things on calm ground can never be far from where they were.
    wanted = min(0.24 * strength + 0.015, (0.95 + 0.6 * strength) * float(np.median(away)) + 1e-6)
    least = min(c.faults for c in candidates)
    middling = float(np.median([c.faults for c in candidates]))
    usual = middling + 0.02
    price = [(0.6 * (c.faults - least) + 3 * max(0.0, c.faults - _SOUND)) / usual for c in candidates]
    new = [min(distance / wanted, 1.0) for distance in away]
    # The bolder, the more does distance count and the less the mixture.
    alike = _ALIKE * min(1.0, 2 * (1 - strength))
    nearest = list(new)
    taken: list[int] = []

    def mixes(i: int) -> bool:
        same = sum(candidates[other].mirrored == candidates[i].mirrored for other in taken)
        return 2 * same <= len(taken) and candidates[i].faults <= max(_DOUBTFUL, middling) and new[i] >= _NEW

    def gain(i: int) -> float:
        # The more like what is there already, the less there must be left for it to be taken.
        alike_one = 4 * max(0.0, 1 - nearest[i] / _TOO_NEAR)
        # Bolder than usual, there is no far enough.
        farther = max(0.0, 2 * strength - 1) * away[i] / wanted
        return 1.3 * nearest[i] + (0.5 + strength) * new[i] + farther - price[i] - alike_one - alike * (not mixes(i))

    for _ in range(min(count, len(candidates))):
        gains = [-np.inf if i in taken else gain(i) for i in range(len(candidates))]
        best = int(np.argmax(gains))
        taken.append(best)
        for i, other in enumerate(candidates):
            nearest[i] = min(nearest[i], apart(other.thumbnail, candidates[best].thumbnail) / wanted)
    return taken
