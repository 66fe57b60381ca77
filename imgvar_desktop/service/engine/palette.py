"""The few colours flat art is made of, and other ways to hand them out."""

from dataclasses import dataclass

import numpy as np

from imgvar_desktop.service.engine.colour import Recolouring, oklab
from imgvar_desktop.service.engine.raster import Bytes, Floats, Mask, resized_plane, straight

_COLOURFUL = 0.04
_MOST = 10
_LEAST_SHARE = 0.003
_SAME = 0.06
_SAMPLE = 12000
_SAMPLED_SIDE = 256
_FEWEST = 40
_ANGLES = (-100, -70, -45, 45, 70, 100, 150, 180, 210)


@dataclass(frozen=True, slots=True)
class Palette:
    """``colours`` ``(k, 3)`` OKLab and their ``shares`` ``(k,)`` of all visible pixels; colourful ones and neutral
    ones alike.
    """

    colours: Floats
    shares: Floats

    def colourful(self) -> list[int]:
        chroma = np.hypot(self.colours[:, 1], self.colours[:, 2])
        return [int(i) for i in np.nonzero(chroma > _COLOURFUL)[0]]


def palette_of(pixels: Bytes, within: Mask | None = None) -> Palette:
    """The up to ten fills of premultiplied pixels, commonest first.

    ``within`` is a mask of any side: only pixels there count.
    """
    visible = _fills(pixels, within)
    if len(visible) < _FEWEST:
        return Palette(np.zeros((1, 3), np.float32), np.ones(1, np.float32))
    coarse = (visible[:, :3] >> 3).astype(np.int32) @ np.array([1 << 10, 1 << 5, 1], np.int32)
    _, bin_of, counts = np.unique(coarse, return_inverse=True, return_counts=True)
    sums = np.stack([np.bincount(bin_of, visible[:, c]) for c in range(3)], 1)
    colours = oklab((sums / counts[:, None] / 255).astype(np.float32))
    kept: list[int] = []
    for i in np.argsort(-counts, kind="stable"):
        if counts[i] < _LEAST_SHARE * len(visible) or len(kept) == _MOST:
            break
        if all(float(np.linalg.norm(colours[i] - colours[k])) > _SAME for k in kept):
            kept.append(int(i))
    nearest = ((colours[:, None] - colours[kept][None]) ** 2).sum(-1).argmin(1)
    shares = np.bincount(nearest, counts, minlength=len(kept)) / len(visible)
    return Palette(colours[kept], shares.astype(np.float32))


def _fills(pixels: Bytes, within: Mask | None) -> Bytes:
    """``(k, 4)``: a sample of the pixels inside even fills. Those on anti-aliased edges are colours nobody chose."""
    side = pixels.shape[0]
    # Every second or fourth pixel of a large picture says as much as all.
    step = max(1, side // _SAMPLED_SIDE)
    here = pixels[1:-1:step, 1:-1:step]
    even = here[..., 3] > 128
    for neighbour in (pixels[1:-1:step, 2::step], pixels[2::step, 1:-1:step], pixels[2::step, 2::step]):
        near = neighbour[: even.shape[0], : even.shape[1]]
        for channel in range(4):
            higher = np.maximum(here[..., channel], near[..., channel])
            even &= higher - np.minimum(here[..., channel], near[..., channel]) <= 2
    if within is not None:
        even &= resized_plane(within.astype(np.float32), side)[1:-1:step, 1:-1:step] > 0.5
    found = straight(here[even][None])[0] if even.any() else here[even]
    return found[:: max(1, len(found) // _SAMPLE)]


def _moving(colours: Floats, targets: Floats) -> Recolouring:
    """Takes every palette colour to its target, and every blend of two to the same blend of their targets.

    Anti-aliased edges are such blends. A colour is shared out among the blends it is nearest to.
    """
    steps = targets - colours
    pairs = [(i, j) for i in range(len(colours)) for j in range(i + 1)]

    def recolouring(lab: Floats) -> Floats:
        total = np.zeros_like(lab)
        weights = np.full(len(lab), 1e-20, np.float32)
        for i, j in pairs:
            line = colours[j] - colours[i]
            along = np.clip(((lab - colours[i]) @ line) / max(1e-9, float(line @ line)), 0, 1)
            squared = ((lab - colours[i] - along[:, None] * line) ** 2).sum(1)
            # A palette colour that lies between two others is itself, not their blend.
            weight = np.exp(-np.minimum(squared / (2 * 0.02**2), 40)) * (20.0 if i == j else 1.0)
            total += weight[:, None] * (steps[i] + along[:, None] * (steps[j] - steps[i]))
            weights += weight
        moved: Floats = lab + total / weights[:, None]
        return moved.astype(np.float32)

    return recolouring


def exchanged(
    objects: Palette, ground: Palette, rng: np.random.Generator, avoid: set[tuple[int, ...]]
) -> Recolouring | None:
    """Hands the objects' own colours out anew: nothing appears that the designer did not choose, and the ground stays.

    Only colours of like lightness change places, so that what was dark on light stays so. ``avoid`` holds the
    exchanges made already, and gains this one. None when there is no other.
    """
    gap = np.sqrt(((objects.colours[:, None] - ground.colours[None]) ** 2).sum(-1).min(1))
    free = [i for i in objects.colourful() if gap[i] > 0.08]
    lightness = objects.colours[:, 0]
    best: list[int] | None = None
    best_moved = 0
    for _ in range(24):
        order = [int(i) for i in rng.permutation(free)]
        if any(abs(lightness[i] - lightness[j]) > 0.3 for i, j in zip(free, order, strict=True)):
            continue
        moved = sum(i != j for i, j in zip(free, order, strict=True)) * (tuple(order) not in avoid)
        if moved > best_moved:
            best, best_moved = order, moved
    if best is None:
        return None
    avoid.add(tuple(best))
    colours = np.concatenate([objects.colours[free], ground.colours])
    return _moving(colours, np.concatenate([objects.colours[best], ground.colours]))


def _muddiness(palette: Palette, angle: float) -> float:
    """How much dark yellow and olive a rotation of all hues would make."""
    hue = np.degrees(np.arctan2(palette.colours[:, 2], palette.colours[:, 1])) + angle
    yellow = np.exp(-(((hue - 100 + 180) % 360 - 180) ** 2) / (2 * 28.0**2))
    chroma = np.hypot(palette.colours[:, 1], palette.colours[:, 2])
    dark = np.clip(0.85 - palette.colours[:, 0], 0, 1)
    return float((yellow * dark * chroma * np.sqrt(palette.shares)).sum())


def turned(palette: Palette, strength: float, rng: np.random.Generator, avoid: set[int]) -> Recolouring | None:
    """Turns every hue by one angle, the best of those that make no mud; adds the angle to ``avoid``. None without
    colour.
    """
    if not palette.colourful():
        return None
    options = [a for a in _ANGLES if a not in avoid and all(abs(a - b) > 20 for b in avoid)] or list(_ANGLES)
    scored = sorted(options, key=lambda a: _muddiness(palette, a * _reach(strength)) + 0.004 * float(rng.random()))
    angle = scored[0]
    avoid.add(angle)
    return rotation(angle * _reach(strength))


def _reach(strength: float) -> float:
    return float(np.clip(2 * strength, 0.2, 1.15))


def rotation(degrees: float) -> Recolouring:
    """Turns hues by ``degrees``; lightness and greys stay. Dark yellows are lifted: at low lightness they look like
    mud.
    """
    cosine, sine = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))

    def recolouring(lab: Floats) -> Floats:
        moved = lab.copy()
        moved[:, 1] = cosine * lab[:, 1] - sine * lab[:, 2]
        moved[:, 2] = sine * lab[:, 1] + cosine * lab[:, 2]
        hue = np.degrees(np.arctan2(moved[:, 2], moved[:, 1]))
        yellow = np.exp(-((hue - 100) ** 2) / (2 * 25.0**2)) * np.clip(np.hypot(moved[:, 1], moved[:, 2]) / 0.1, 0, 1)
        moved[:, 0] += 0.3 * yellow * np.clip(0.8 - moved[:, 0], 0, None)
        return moved

    return recolouring
