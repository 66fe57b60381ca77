"""Cuts separate objects out of flat art: shapes, words, icons on a calm ground."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

import numpy as np

from imgvar_desktop.service.engine.colour import oklab
from imgvar_desktop.service.engine.fill import filled
from imgvar_desktop.service.engine.raster import Bytes, Floats, Ints, Mask, on_white, resized, unit
from imgvar_desktop.service.engine.regions import Region, dilated, eroded, labelled, regions_of

SIDE = 192
# The smallest colour step that counts as an edge, in drawings without any grain and in all others.
_LEAST_STEP, _STEP = 0.008, 0.025
# How far an object's colours are from what is behind it, in steps.
_APART = 2.4
_JOIN = 3
_MOST_OBJECTS = 60


@dataclass(frozen=True, slots=True)
class Cutout:
    """One object: its mask with a margin, ``(192, 192)``, and its bounds in 0..1 of the side.

    ``room`` ``(192, 192)``: the ground it stands on, with everything that can leave it. There it may go.
    """

    mask: Mask
    room: Mask
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
    Where nothing can move by itself, all that stands on one calm ground is one object.
    """
    small = resized(pixels, SIDE)
    lab = np.concatenate([oklab(np.clip(on_white(small), 0, 1)), 0.5 * unit(small[..., 3:])], axis=2)
    scene = _scene(lab)
    at_border = {int(n) for edge in (0, -1) for line in (scene.labels[edge], scene.labels[:, edge]) for n in set(line)}
    ground = {r.label for r in scene.calm if r.label in at_border and r.area > 0.005 * SIDE * SIDE}
    scene, ground = _joined(scene, ground)
    outermost = frozenset(ground)
    for _ in range(3):
        objects, too_large = _objects(scene, ground)
        fresh = {
            r.label for r in scene.calm if r.area > 0.02 * SIDE * SIDE and _mostly(scene.labels == r.label, too_large)
        } - ground
        if not fresh:
            break
        ground |= fresh
    objects = objects or _all_as_one(scene, outermost)
    return _with_room(objects, scene.labels) if len(objects) <= _MOST_OBJECTS else ()


@dataclass(frozen=True, slots=True)
class _Scene:
    """A picture taken apart: ``lab`` ``(192, 192, 4)``, its calm regions, and their labels, 0 on edges. ``step`` is
    the smallest colour step that counts.
    """

    lab: Floats
    labels: Ints
    calm: list[Region]
    step: float


@dataclass(frozen=True, slots=True)
class _Object:
    mask: Mask
    ground: int
    """The label of the region it stands on."""


def _scene(lab: Floats) -> _Scene:
    size = np.zeros(lab.shape[:2], np.float32)
    size[:, 1:] = np.abs(np.diff(lab, axis=1)).sum(-1)
    size[1:] = np.maximum(size[1:], np.abs(np.diff(lab, axis=0)).sum(-1))
    # A white card on a nearly white page is an object too, where no grain is in the way of seeing it.
    step = float(np.clip(5 * np.percentile(size, 60), _LEAST_STEP, _STEP))
    labels, count = labelled(size <= step)
    return _Scene(lab, labels, regions_of(labels, count), step)


def _mostly(region: Mask, cover: Mask) -> bool:
    return bool((region & cover).sum() > 0.6 * region.sum())


def _objects(scene: _Scene, ground: AbstractSet[int]) -> tuple[list[_Object], Mask]:
    """The movable objects on a ground, and the mask of those too large to move."""
    standing = _standing(scene, ground)
    grouped, count = labelled(dilated(standing, _JOIN), diagonal=True)
    margin = dilated(standing, 2)
    found: list[_Object] = []
    too_large = np.zeros((SIDE, SIDE), bool)
    for region in regions_of(grouped, count):
        mine = grouped == region.label
        share = float((mine & standing).sum()) / (SIDE * SIDE)
        if share > 0.3 or max(region.height, region.width) > 0.72 * SIDE:
            too_large |= dilated(mine, 2)
        elif share > 0.0008 and not _at_border(region) and min(region.height, region.width) > 2 * _JOIN + 3:
            mask = _with_holes(mine & margin, region, scene)
            below = _ground_of(mask, scene.labels, ground)
            if below:
                found.append(_Object(mask, below))
    return found, too_large


def _joined(scene: _Scene, ground: set[int]) -> tuple[_Scene, set[int]]:
    """The same with grounds of one colour as one: a large disc cuts off the corners behind it from one another."""
    labels = scene.labels.copy()
    tones: dict[int, Floats] = {}
    for label in sorted(ground):
        tone: Floats = scene.lab[scene.labels == label].mean(0)
        like = [other for other, known in tones.items() if float(np.abs(tone - known).sum()) < scene.step]
        if like:
            labels[labels == label] = like[0]
        else:
            tones[label] = tone
    return replace(scene, labels=labels), set(tones)


def _standing(scene: _Scene, ground: AbstractSet[int]) -> Mask:
    """What stands out from a ground."""
    inner = eroded(np.isin(scene.labels, list(ground)), 2)
    behind = filled(scene.lab, ~inner)
    standing: Mask = (np.abs(scene.lab - behind).sum(-1) > _APART * scene.step) & ~dilated(inner, 2)
    return standing


def _all_as_one(scene: _Scene, ground: AbstractSet[int]) -> list[_Object]:
    """Everything on a ground of one piece, when it stands clear of the border: a large mark, a drawing."""
    standing = _standing(scene, ground)
    if len(ground) != 1 or not standing.any():
        return []
    bounds = regions_of(standing.astype(np.int32), 1)[0]
    if min(bounds.top, bounds.left) <= 1 or max(bounds.bottom, bounds.right) >= SIDE - 1:
        return []
    return [_Object(_with_holes(dilated(standing, 2), bounds, scene), next(iter(ground)))]


def _with_holes(mask: Mask, bounds: Region, scene: _Scene) -> Mask:
    """The mask with the calm regions that lie wholly within the object's bounds: they go where it goes."""
    inside = [
        r.label
        for r in scene.calm
        if r.top > bounds.top and r.bottom < bounds.bottom and r.left > bounds.left and r.right < bounds.right
    ]
    return mask | dilated(np.isin(scene.labels, inside), 2) if inside else mask


def _ground_of(mask: Mask, labels: Ints, ground: AbstractSet[int]) -> int:
    """The label of the one calm region an object stands clear on: only then what is behind it can be known, and it
    may leave. 0 when there is none.
    """
    around = labels[dilated(mask, 3) & ~mask]
    around = around[around > 0]
    if not len(around):
        return 0
    names, counts = np.unique(around, return_counts=True)
    most = int(counts.argmax())
    clear = int(names[most]) in ground and float(counts[most]) > 0.93 * len(around)
    return int(names[most]) if clear else 0


def _at_border(region: Region) -> bool:
    return region.top <= _JOIN or region.left <= _JOIN or max(region.bottom, region.right) >= SIDE - _JOIN


def _with_room(objects: list[_Object], labels: Ints) -> tuple[Cutout, ...]:
    rooms = {o.ground: labels == o.ground for o in objects}
    for o in objects:
        rooms[o.ground] |= o.mask
    # The rim of a region is edge, and belongs to nobody.
    wide = {label: dilated(room, 2) for label, room in rooms.items()}
    return tuple(sorted((_cutout(o.mask, wide[o.ground]) for o in objects), key=lambda c: -c.height * c.width))


def _cutout(mask: Mask, room: Mask) -> Cutout:
    ys, xs = np.nonzero(mask)
    top, bottom, left, right = (float(v) / SIDE for v in (ys.min(), ys.max() + 1, xs.min(), xs.max() + 1))
    return Cutout(mask, room, top=top, bottom=bottom, left=left, right=right)
