"""What kind of picture this is and which of its places must not be touched, from a 48 px look."""

from dataclasses import dataclass
from enum import Enum
from functools import cache

import numpy as np
from PIL import Image, ImageFilter

from imgvar_desktop.service.engine.colour import oklab
from imgvar_desktop.service.engine.flags import has_flag
from imgvar_desktop.service.engine.lettering import Lettering, lettering_of
from imgvar_desktop.service.engine.patches import patches_of, squared_distances
from imgvar_desktop.service.engine.progress import Pause, no_pause
from imgvar_desktop.service.engine.raster import Bytes, Floats, Mask, on_white, resized, unit
from imgvar_desktop.service.engine.rounds import round_things

SIDE = 48
PATCH = 7
_FAR = 7
_DEEP = 8
# The share of pixels equal to their neighbours. Photographs have grain everywhere; drawings have fills.
_FLAT_ART = 0.25
_VISIBLE, _SPECK = 24, 0.02
_MIDDLE, _FINE = 320, 128
_LINE_STEP, _LINE_SHARE = 0.05, 0.55


class Kind(Enum):
    """What a picture is made of, which decides the moves that suit it."""

    PLAIN = "plain"
    TEXTURE = "texture"
    SCENE = "scene"
    SUBJECT = "subject"
    GRAPHIC = "graphic"


@dataclass(frozen=True, slots=True)
class Edges:
    """How badly each border goes on outwards: OKLab distance of its patches to the nearest ones further inside."""

    left: float
    right: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Analysis:
    """The findings of :func:`analyse`.

    ``uniqueness`` is ``(48, 48)``: 0 where a place has look-alikes far away (sky, grass), 1 and a little above where it
    has none (faces, single objects). ``importance`` is ``(48, 48)``, 0..1: uniqueness, or the strength of edges where
    that is higher. ``evenness`` is 0..1: how near the commonest places come to the most unique ones. ``strata`` is
    0..1: how much of the colour variance lies between rows. ``lightness``: the mean, in OKLab, 0..1. ``lettering``:
    where it holds text. ``handed``: holds text or a flag, so must not be mirrored. ``transparent``: alpha is not fully
    opaque. ``bleeds``: something visible reaches the border. ``flat``: drawn in even fills, not photographed.
    ``colourless``: shades of grey alone. ``lined`` is 0..1: how far the picture is made of straight, parallel edges
    (brickwork, planks). ``ruled``: one straight line, a horizon or the edge of a table, crosses most of it.
    ``rounds`` ``(128, 128)``: round things that stand on a calm ground, and all else that does; None without.
    """

    kind: Kind
    uniqueness: Floats
    edges: Edges
    strata: float
    lettering: Lettering | None
    handed: bool
    transparent: bool
    bleeds: bool
    flat: bool
    colourless: bool
    lightness: float
    lined: float
    ruled: bool
    rounds: Mask | None
    importance: Floats
    evenness: float


@dataclass(frozen=True, slots=True)
class _Texture:
    """Statistics that tell kinds apart."""

    variance: float
    between_blocks: float
    unevenness: float
    exact: float


def analyse(pixels: Bytes, pause: Pause = no_pause) -> Analysis:
    """Looks at premultiplied ``(n, n, 4)`` pixels, n at least 16. About 80 ms whatever n."""
    small = resized(pixels, SIDE)
    middle = resized(pixels, _MIDDLE)
    fine = resized(middle, _FINE)
    pause()
    lab = oklab(on_white(small))
    raw, edges = _uniqueness_and_edges(lab)
    pause()
    transparent = int(pixels[..., 3].min()) < 250
    statistics = _statistics(lab, resized(pixels, min(256, pixels.shape[0])))
    row_variance = float(lab.mean(1).var(0).sum())
    kind = _kind(statistics, raw, transparent=transparent)
    flat = statistics.exact > _FLAT_ART
    # Pebbles and leaves now and then stand in a line.
    lettering = None if kind is Kind.TEXTURE else lettering_of(middle)
    pause()
    uniqueness = (np.clip(raw / (float(np.percentile(raw, 90)) + 1e-4), 0, 1.2)).astype(np.float32)
    return Analysis(
        kind=kind,
        uniqueness=uniqueness,
        edges=edges,
        strata=row_variance / (statistics.variance + 1e-9),
        lettering=lettering,
        handed=lettering is not None or (flat and has_flag(middle)),
        transparent=transparent,
        bleeds=_bleeds(small),
        flat=flat,
        lined=_lined(fine),
        ruled=_ruled(fine),
        rounds=None if kind in {Kind.TEXTURE, Kind.GRAPHIC} else round_things(fine),
        lightness=float(lab[..., 0].mean()),
        importance=np.maximum(np.clip(uniqueness, 0, 1), _edge_strength(lab)),
        evenness=float(np.percentile(raw, 30) / (np.percentile(raw, 90) + 1e-6)),
        colourless=float(np.percentile(np.hypot(lab[..., 1], lab[..., 2]), 98)) < 0.02,
    )


def _bleeds(small: Bytes) -> bool:
    """Whether more than a speck of the border is not transparent."""
    alpha = small[..., 3]
    border = np.concatenate([alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]])
    return float((border > _VISIBLE).mean()) > _SPECK


def _edge_strength(lab: Floats) -> Floats:
    """``(48, 48)``: colour steps between neighbours, 1 at a fifth of the way from black to white, widened by a
    pixel or two.
    """
    across = np.abs(np.diff(lab, axis=1, append=lab[:, -1:])).sum(-1)
    down = np.abs(np.diff(lab, axis=0, append=lab[-1:])).sum(-1)
    strength = np.clip(np.maximum(across, down) / 0.2, 0, 1)
    widened = Image.fromarray((strength * 255).astype(np.uint8)).filter(ImageFilter.MaxFilter(3))
    return np.asarray(widened.filter(ImageFilter.BoxBlur(1)), np.float32) * np.float32(1 / 255)


def _lined(pixels: Bytes) -> float:
    """How well the edges within each of 64 blocks agree on one direction, 0..1; strong edges count most."""
    grey = on_white(pixels).mean(-1)
    down, across = np.gradient(grey)

    def blocks(values: Floats) -> Floats:
        side = values.shape[0] // 8
        summed: Floats = values[: 8 * side, : 8 * side].reshape(8, side, 8, side).sum((1, 3))
        return summed

    upright, level, mixed = blocks(down * down), blocks(across * across), blocks(down * across)
    agreeing = np.hypot(upright - level, 2 * mixed)
    return float(agreeing.sum() / ((upright + level).sum() + 1e-6))


def _ruled(pixels: Bytes) -> bool:
    """Whether, at one height, the lightness of most columns steps the same way; or of most rows, at one place."""
    lightness = oklab(np.clip(on_white(pixels), 0, 1))[..., 0]

    def share(steps: Mask) -> Floats:
        """Of the columns with a step in each row or the one above or below it."""
        wide = steps.copy()
        wide[1:] |= steps[:-1]
        wide[:-1] |= steps[1:]
        shares: Floats = wide.mean(1, dtype=np.float32)
        return shares

    steps = (plane[2:] - plane[:-2] for plane in (lightness, lightness.T))
    # Of grass, as many steps go one way as the other.
    found = (np.abs(share(step > _LINE_STEP) - share(step < -_LINE_STEP)).max() for step in steps)
    return float(max(found)) > _LINE_SHARE


def _uniqueness_and_edges(lab: Floats) -> tuple[Floats, Edges]:
    keys, rows, columns = patches_of(lab, PATCH)
    distances = squared_distances(keys, keys)
    distances /= keys.shape[1]
    ys, xs = np.divmod(np.arange(rows * columns), columns)
    edges = _edges(distances, ys, xs, rows)
    distances[_near(rows, columns)] = np.inf
    nearest = np.sqrt(distances.min(1)).reshape(rows, columns)
    total = np.zeros((SIDE, SIDE), np.float32)
    count = np.zeros((SIDE, SIDE), np.float32)
    for dy in range(PATCH):
        for dx in range(PATCH):
            total[dy : dy + rows, dx : dx + columns] += nearest
            count[dy : dy + rows, dx : dx + columns] += 1
    return total / count, edges


@cache
def _near(rows: int, columns: int) -> Mask:
    """``(k, k)`` for the k patches of a picture: which pairs of them lie too near to each other to compare."""
    ys, xs = np.divmod(np.arange(rows * columns), columns)
    near: Mask = (np.abs(ys[:, None] - ys[None]) <= _FAR) & (np.abs(xs[:, None] - xs[None]) <= _FAR)
    return near


def _edges(distances: Floats, ys: np.ndarray, xs: np.ndarray, rows: int) -> Edges:
    def extension(border: np.ndarray, inner: np.ndarray) -> float:
        nearest = np.sqrt(distances[np.ix_(border, inner)].min(1))
        return float(0.5 * nearest.mean() + 0.5 * np.percentile(nearest, 85))

    last = rows - 1
    return Edges(
        left=extension(xs == 0, xs >= _DEEP),
        right=extension(xs == last, xs < rows - _DEEP),
        top=extension(ys == 0, ys >= _DEEP),
        bottom=extension(ys == last, ys < rows - _DEEP),
    )


def _statistics(lab: Floats, fine: Bytes) -> _Texture:
    variance = float(lab.reshape(-1, 3).var(0).sum())
    blocks = lab.reshape(4, 12, 4, 12, 3).transpose(0, 2, 1, 3, 4).reshape(16, 144, 3)
    spread = blocks.std(1).mean(1)
    rgb = on_white(fine)
    across = np.abs(np.diff(rgb, axis=1)).max(-1)[:-1]
    down = np.abs(np.diff(rgb, axis=0)).max(-1)[:, :-1]
    visible = unit(fine)[:-1, :-1, 3] > 0
    exact = ((across < 0.6 / 255) & (down < 0.6 / 255))[visible]
    return _Texture(
        variance=variance,
        between_blocks=float(blocks.mean(1).var(0).sum()) / (variance + 1e-9),
        unevenness=float(spread.std() / (spread.mean() + 1e-6)),
        exact=float(exact.mean()) if exact.size else 1.0,
    )


def _kind(found: _Texture, uniqueness: Floats, *, transparent: bool) -> Kind:
    # Thresholds were set on photographs, paintings and flat art, by looking at what each class does to them.
    if found.variance < 2e-5 and not transparent:
        return Kind.PLAIN
    if transparent or found.exact > _FLAT_ART:
        return Kind.GRAPHIC
    if found.between_blocks < 0.12 and found.unevenness < 0.25:
        return Kind.TEXTURE
    mean = float(uniqueness.mean())
    quarter = SIDE // 4
    centred = float(uniqueness[quarter:-quarter, quarter:-quarter].mean()) / (mean + 1e-6)
    return Kind.SUBJECT if mean >= 0.0505 or centred > 1.12 else Kind.SCENE
