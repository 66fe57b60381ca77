"""The few colours flat art is made of, and other ways to hand them out."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from imgvar_desktop.service.engine.colour import Recolouring, oklab, shown
from imgvar_desktop.service.engine.raster import Bytes, Floats, Mask, resized_plane, straight

_COLOURFUL = 0.04
_DIM = 0.35
_MOST = 10
_LEAST_SHARE = 0.003
_SAME = 0.06
_SHADE = 0.008
_MOST_SHADED = 0.12
_SAMPLE = 12000
_SAMPLED_SIDE = 256
_FEWEST = 40
_CONTRAST = 0.25
_AT_HOME = 0.5
_INKS = (
    # Ink and paper, OKLab: what printers keep. All inks stay dark and all papers light, so that type reads as before.
    ((0.32, -0.010, -0.085), (0.975, -0.002, -0.006)),  # navy on cool white
    ((0.27, 0.016, 0.026), (0.955, 0.004, 0.028)),  # sepia on cream
    ((0.34, -0.060, 0.018), (0.968, -0.008, 0.014)),  # bottle green on ivory
    ((0.34, 0.100, 0.038), (0.960, 0.010, 0.014)),  # oxblood on blush
    ((0.32, 0.055, -0.075), (0.965, 0.006, -0.012)),  # plum on lilac white
    ((0.36, -0.045, -0.042), (0.965, -0.012, -0.004)),  # petrol on mist
    ((0.25, 0.000, -0.010), (0.930, 0.002, 0.052)),  # black on straw
    ((0.30, 0.002, -0.060), (0.935, 0.024, 0.022)),  # ink blue on salmon
    ((0.28, -0.030, 0.010), (0.925, -0.032, 0.012)),  # dark green on celadon
)
"""Pairs in the order of how far they are from black on white; all are used before one comes again."""
# Either way round, so that a lower strength turns less far.
_ANGLES = (*range(-165, -44, 15), *range(45, 166, 15))


@dataclass(frozen=True, slots=True)
class Palette:
    """``colours`` ``(k, 3)`` OKLab and their ``shares`` ``(k,)`` of all visible pixels; colourful ones and neutral
    ones alike. ``shaded``: the part of those pixels that is of none of these colours, but of a shade between.
    """

    colours: Floats
    shares: Floats
    shaded: float

    @property
    def is_dim(self) -> bool:
        """Whether all of it lies in the dark, as no drawing does."""
        return float(self.colours[:, 0].max()) < _DIM

    def colourful(self) -> list[int]:
        chroma = np.hypot(self.colours[:, 1], self.colours[:, 2])
        return [int(i) for i in np.nonzero(chroma > _COLOURFUL)[0]]


def palette_of(pixels: Bytes, within: Mask | None = None) -> Palette:
    """The up to ten fills of premultiplied pixels, commonest first.

    ``within`` is a mask of any side: only pixels there count.
    """
    visible = _fills(pixels, within)
    if len(visible) < _FEWEST:
        return Palette(np.zeros((1, 3), np.float32), np.ones(1, np.float32), 0.0)
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
    squared = ((colours[:, None] - colours[kept][None]) ** 2).sum(-1)
    shares = np.bincount(squared.argmin(1), counts, minlength=len(kept)) / len(visible)
    shaded = float(counts[squared.min(1) > _SHADE**2].sum()) / len(visible)
    return Palette(colours[kept], shares.astype(np.float32), shaded)


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
    exchanges made already, and gains this one. None when there is no other, and for objects with shading, which it
    would tear apart.
    """
    if objects.shaded > _MOST_SHADED:
        return None
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


def _muddiness(colours: Floats, shares: Floats) -> float:
    """How much brown, dark yellow and olive there is: ``colours`` ``(k, 3)`` OKLab with their shares."""
    hue = np.degrees(np.arctan2(colours[:, 2], colours[:, 1]))
    # 0 degrees is pink, 110 yellow: between orange and green, darkness turns a hue into another, dirty one.
    dirty = np.exp(-(((hue - 90) / 38) ** 2))
    dark = np.clip((0.8 - colours[:, 0]) / 0.3, 0, 1)
    chroma = np.clip(np.hypot(colours[:, 1], colours[:, 2]) / 0.1, 0, 1)
    return float((dirty * dark * chroma * np.sqrt(shares)).sum())


def _flattening(before: Floats, after: Floats) -> float:
    """How much lightness contrast is lost between those of a palette's colours that had it, 0 to 1 at worst."""
    gaps = np.abs(before[:, None, 0] - before[None, :, 0])
    left = np.abs(after[:, None, 0] - after[None, :, 0])
    contrasting = gaps > _CONTRAST
    return float((1 - np.minimum(left, gaps) / np.maximum(gaps, 1e-6))[contrasting].max(initial=0))


def another(palette: Palette, strength: float, rng: np.random.Generator, avoid: set[int]) -> Recolouring:
    """Other colours for all of a picture, unlike those that ``avoid`` knows of; it gains these."""
    return (turned if palette.colourful() else inked)(palette, strength, rng, avoid)


def turned(palette: Palette, strength: float, rng: np.random.Generator, avoid: set[int]) -> Recolouring:
    """Turns every hue by one angle, the best of those that make no mud and keep type legible."""
    options = [a for a in _ANGLES if a not in avoid and all(abs(a - b) >= 30 for b in avoid)] or list(_ANGLES)

    def price(angle: int) -> float:
        moved = shown(rotation(angle * _reach(strength))(palette.colours))
        return _muddiness(moved, palette.shares) + 2 * _flattening(palette.colours, moved) + 0.05 * float(rng.random())

    angle = min(options, key=price)
    avoid.add(angle)
    return rotation(angle * _reach(strength))


def inked(palette: Palette, strength: float, rng: np.random.Generator, avoid: set[int]) -> Recolouring:
    """For art without colour: another ink on another paper."""
    left = [i for i in range(len(_INKS)) if i not in avoid] or list(range(len(_INKS)))
    number = int(rng.choice(left[:3]))
    avoid.add(number)
    ink, paper = (np.array(colour, np.float32) for colour in _INKS[number])
    amount = np.float32(min(1.0, 0.1 + 1.3 * strength))
    # Without anything light there is no paper, and only hues change. Thin ink is no fill, and not in the palette.
    printable = float(np.clip((palette.colours[:, 0].max() - 0.5) / 0.3, 0, 1))

    def recolouring(lab: Floats) -> Floats:
        lightness = np.clip(lab[:, :1], 0, 1)
        printed = ink + (paper - ink) * lightness
        printed[:, 1:] += lab[:, 1:]
        printed[:, :1] = lightness + printable * (printed[:, :1] - lightness)
        inked: Floats = lab + amount * (printed - lab)
        return inked

    return recolouring


def _reach(strength: float) -> float:
    return float(np.clip(2 * strength, 0.2, 1.08))


def rotation(degrees: float) -> Recolouring:
    """Turns hues by ``degrees``, each towards the lightness at which the new one is at home; greys stay.

    Yellow is light by nature and blue is dark: with its lightness kept, a blue turned to yellow would be mud, and a
    yellow turned to blue pale. A colour keeps how vivid it is, as a share of what its hue can be.
    """

    def recolouring(lab: Floats) -> Floats:
        hue = np.arctan2(lab[:, 2], lab[:, 1])
        chroma = np.hypot(lab[:, 1], lab[:, 2])
        goal = hue + np.deg2rad(degrees)
        old_light, old_most = _cusp(hue)
        new_light, new_most = _cusp(goal)
        vivid = np.clip(chroma / np.maximum(_roof(lab[:, 0], old_light, old_most), 1e-4), 0, 1)
        lightness = lab[:, 0] + _AT_HOME * vivid * (new_light - old_light)
        # What is left of dark yellow, also where it stood in the source, is lifted.
        yellow = np.exp(-(((np.degrees(goal) - 100 + 180) % 360 - 180) ** 2) / (2 * 25.0**2))
        lightness += 0.3 * yellow * np.clip(chroma / 0.1, 0, 1) * np.clip(0.8 - lightness, 0, None)
        lightness = np.clip(lightness, 0, 1)
        # Half way, in ratio, between as colourful as before and as vivid as before.
        wanted = np.sqrt(chroma * vivid * _roof(lightness, new_light, new_most))
        return np.stack([lightness, wanted * np.cos(goal), wanted * np.sin(goal)], 1).astype(np.float32)

    return recolouring


def _roof(lightness: Floats, cusp_lightness: Floats, cusp_chroma: Floats) -> Floats:
    """The most chroma that a screen shows at a lightness: for one hue, very nearly a triangle under its cusp."""
    rising = lightness / cusp_lightness
    falling = (1 - lightness) / (1 - cusp_lightness)
    roof: Floats = cusp_chroma * np.clip(np.minimum(rising, falling), 0, 1)
    return roof


@cache
def _cusps() -> tuple[Floats, Floats, Floats]:
    """Hue in radians, rising over more than a turn, with the lightness and chroma of its most colourful colour."""
    ramp = np.linspace(0, 1, 64, endpoint=False, dtype=np.float32)
    full, none = np.ones_like(ramp), np.zeros_like(ramp)
    # Round the edges of the colour cube that touch neither black nor white.
    edges = [
        (full, ramp, none),
        (1 - ramp, full, none),
        (none, full, ramp),
        (none, 1 - ramp, full),
        (ramp, none, full),
        (full, none, 1 - ramp),
    ]
    lab = oklab(np.concatenate([np.stack(edge, 1) for edge in edges]))
    hue = np.arctan2(lab[:, 2], lab[:, 1])
    order = np.argsort(hue)
    hue, lab = hue[order], lab[order]
    return (
        np.concatenate([hue - 2 * np.pi, hue, hue + 2 * np.pi]),
        np.tile(lab[:, 0], 3),
        np.tile(np.hypot(lab[:, 1], lab[:, 2]), 3),
    )


def _cusp(hue: Floats) -> tuple[Floats, Floats]:
    """Lightness and chroma of the most colourful colour of each hue."""
    turn = np.mod(hue + np.pi, 2 * np.pi) - np.pi
    hues, lightness, chroma = _cusps()
    return np.interp(turn, hues, lightness).astype(np.float32), np.interp(turn, hues, chroma).astype(np.float32)
