"""Cuts separate objects out of flat art: shapes, words, icons on a calm ground."""

from dataclasses import dataclass

import numpy as np

from imgvar_desktop.service.engine.colour import oklab
from imgvar_desktop.service.engine.fill import filled
from imgvar_desktop.service.engine.raster import Bytes, Floats, Ints, Mask, on_white, resized, unit
from imgvar_desktop.service.engine.regions import Region, dilated, eroded, labelled, regions_of

SIDE = 192
_STEP = 0.025
_APART = 0.06
_JOIN = 3
_MOST_OBJECTS = 60


@dataclass(frozen=True, slots=True)
class Cutout:
    """One object: its mask with a margin, ``(192, 192)``, and its bounds in 0..1 of the side."""

    mask: Mask
    top: float
    bottom: float
    left: float
    right: float

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def middle(self) -> tuple[float, float]:
        return (self.top + self.bottom) / 2, (self.left + self.right) / 2


def cutouts_of(pixels: Bytes) -> tuple[Cutout, ...]:
    """The movable objects of premultiplied ``(n, n, 4)`` flat art, largest first; empty when it has none, or is none.

    Ground is every calm region that reaches the border. What stands out from it is grouped by closeness, so that
    letters make words. A group too large to move counts as ground, and what stands on it is looked for once more.
    """
    small = resized(pixels, SIDE)
    lab = np.concatenate([oklab(np.clip(on_white(small), 0, 1)), 0.5 * unit(small[..., 3:])], axis=2)
    labels, count = labelled(~_steps(lab))
    calm = regions_of(labels, count)
    at_border = set(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]).tolist()) - {0}
    ground = {r.label for r in calm if r.label in at_border and r.area > 0.005 * SIDE * SIDE}
    for _ in range(3):
        objects, too_large = _objects(lab, labels, calm, ground)
        fresh = {
            r.label for r in calm if r.area > 0.02 * SIDE * SIDE and _mostly(labels == r.label, too_large)
        } - ground
        if not fresh:
            break
        ground |= fresh
    return tuple(sorted(objects, key=lambda c: -c.height * c.width)) if len(objects) <= _MOST_OBJECTS else ()


def _steps(lab: Floats) -> Mask:
    size = np.zeros(lab.shape[:2], np.float32)
    size[:, 1:] = np.abs(np.diff(lab, axis=1)).sum(-1)
    size[1:] = np.maximum(size[1:], np.abs(np.diff(lab, axis=0)).sum(-1))
    steps: Mask = size > _STEP
    return steps


def _mostly(region: Mask, cover: Mask) -> bool:
    return bool((region & cover).sum() > 0.6 * region.sum())


def _objects(lab: Floats, labels: Ints, calm: list[Region], ground: set[int]) -> tuple[list[Cutout], Mask]:
    """The movable objects on a ground, and the mask of those too large to move."""
    inner = eroded(np.isin(labels, list(ground)), 2)
    behind = filled(lab, ~inner)
    standing = (np.abs(lab - behind).sum(-1) > _APART) & ~dilated(inner, 2)
    grouped, count = labelled(dilated(standing, _JOIN), diagonal=True)
    margin = dilated(standing, 2)
    found: list[Cutout] = []
    too_large = np.zeros((SIDE, SIDE), bool)
    for region in regions_of(grouped, count):
        mine = grouped == region.label
        share = float((mine & standing).sum()) / (SIDE * SIDE)
        if share > 0.3 or max(region.height, region.width) > 0.72 * SIDE:
            too_large |= dilated(mine, 2)
        elif share > 0.0008 and not _at_border(region) and min(region.height, region.width) > 2 * _JOIN + 3:
            mask = _with_holes(mine & margin, region, labels, calm)
            if _on_one_ground(mask, labels, ground):
                found.append(_cutout(mask))
    return found, too_large


def _with_holes(mask: Mask, bounds: Region, labels: Ints, calm: list[Region]) -> Mask:
    """The mask with the calm regions that lie wholly within the object's bounds: they go where it goes."""
    inside = [
        r.label
        for r in calm
        if r.top > bounds.top and r.bottom < bounds.bottom and r.left > bounds.left and r.right < bounds.right
    ]
    return mask | dilated(np.isin(labels, inside), 2) if inside else mask


def _on_one_ground(mask: Mask, labels: Ints, ground: set[int]) -> bool:
    """Whether an object stands clear on one calm region: only then what is behind it can be known, and it may leave."""
    around = labels[dilated(mask, 3) & ~mask]
    around = around[around > 0]
    if not len(around):
        return False
    names, counts = np.unique(around, return_counts=True)
    most = int(counts.argmax())
    return int(names[most]) in ground and float(counts[most]) > 0.93 * len(around)


def _at_border(region: Region) -> bool:
    return region.top <= _JOIN or region.left <= _JOIN or max(region.bottom, region.right) >= SIDE - _JOIN


def _cutout(mask: Mask) -> Cutout:
    ys, xs = np.nonzero(mask)
    bounds = [float(v) / SIDE for v in (ys.min(), ys.max() + 1, xs.min(), xs.max() + 1)]
    return Cutout(mask, *bounds)
