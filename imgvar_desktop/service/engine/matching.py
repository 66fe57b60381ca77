"""Finds, for every place of a new layout, the patch of the source that belongs there: exact search at 15 to 48 px.

The price of a patch at a place is its distance in a principal basis plus priors (stay near the guide, keep your
height, do not repeat what is unique). Every prior is a product of something of the place and something of the patch,
so each is only another dimension of the same matrix product: one call into BLAS prices every patch at every place.
"""

from dataclasses import dataclass

import numpy as np

from imgvar_desktop.service.engine.actions import Rearranged
from imgvar_desktop.service.engine.fields import Offsets
from imgvar_desktop.service.engine.patches import patches_of
from imgvar_desktop.service.engine.raster import Floats, Ints, Mask, resized_floats
from imgvar_desktop.service.engine.scales import PATCH, Level, Scales

LADDER = (28, 38, 48)
_REACH = PATCH // 2
_RIGID = 0.3


@dataclass(frozen=True, slots=True)
class Layout:
    """A layout found so far: the picture ``(side, side, 4)`` float, and the patch rows and columns its places took."""

    picture: Floats
    rows: Ints
    columns: Ints
    side: int


def offsets_of(layout: Layout) -> Offsets:
    """Pixel offsets of a coarse layout: every pixel goes with the patch around it."""
    count = layout.rows.shape[0]
    centre = np.clip(np.arange(layout.side) - _REACH, 0, count - 1)
    own = np.arange(count, dtype=np.int32)
    down = (layout.rows - own[:, None])[np.ix_(centre, centre)]
    across = (layout.columns - own[None])[np.ix_(centre, centre)]
    return Offsets(down, across)


def guide(move: Rearranged, side: int) -> tuple[Floats, Floats]:
    """Where each of ``side`` by ``side`` places should come from, in output sides from the source's top left corner."""
    centres = (np.arange(side, dtype=np.float32) + 0.5) / side
    down, across = np.meshgrid(centres, centres, indexing="ij")
    # Whole pixels of this level: patches lie on whole pixels, and half a pixel off is as bad as any other place.
    down = down + round((move.zoom / 2 - 0.5 + move.shift_y) * side) / side
    across = across + round((move.zoom / 2 - 0.5 + move.shift_x) * side) / side
    if move.slides:
        band = np.minimum((centres * len(move.slides)).astype(int), len(move.slides) - 1)
        across = across + (np.round(np.array(move.slides, np.float32) * side) / side)[band][:, None]
        # What slides out on one side comes in on the other.
        across = np.mod(across, 1.0)
    return down.astype(np.float32), across.astype(np.float32)


def invented(move: Rearranged, down: Floats, across: Floats) -> Mask:
    """The places for which the guide has nothing in the source: beyond its borders, and where its borders meet in a
    slide.
    """
    margin = 0.04 if move.slides else 0.0
    low, high = margin, move.zoom - margin
    outside: Mask = (down < 0) | (down > move.zoom) | (across < low) | (across > high)
    return outside


def _sampled(values: Floats, y: Floats, x: Floats) -> Floats:
    """Bilinear samples at pixel coordinates, clamped to the picture."""
    side = values.shape[0]
    y, x = np.clip(y, 0, side - 1.001), np.clip(x, 0, side - 1.001)
    y0, x0 = y.astype(np.int32), x.astype(np.int32)
    fy, fx = (y - y0)[..., None], (x - x0)[..., None]
    above = values[y0, x0] * (1 - fx) + values[y0, x0 + 1] * fx
    below = values[y0 + 1, x0] * (1 - fx) + values[y0 + 1, x0 + 1] * fx
    sampled: Floats = above * (1 - fy) + below * fy
    return sampled


@dataclass(frozen=True, slots=True)
class _Places:
    """The priors of every place of one level, as extra dimensions of the search: ``of_places @ of_patches`` is
    their price.
    """

    of_places: Floats
    of_patches: Floats


def _priors(level: Level, move: Rearranged, side: int) -> _Places:
    """Prices of leaving the guide, of leaving one's height, and of repeating what is unique, factored."""
    count = side - PATCH + 1
    down, across = guide(move, side)
    inner = slice(_REACH, _REACH + count)
    gy = (down[inner, inner] * side - 0.5 - _REACH).ravel()
    gx = (across[inner, inner] * side - 0.5 - _REACH).ravel()
    outside = (gy < -1) | (gy > level.rows) | (gx < -1) | (gx > level.columns)
    outside |= invented(move, down, across)[inner, inner].ravel()
    gy, gx = np.clip(gy, 0, level.rows - 1) / side, np.clip(gx, 0, level.columns - 1) / side
    ky, kx = np.divmod(np.arange(level.rows * level.columns), level.columns)
    ky, kx = ky / side, kx / side
    hold = np.where(outside, 0.01, move.rigidity)
    weight = 0.2 + 0.8 * level.stiffness**2
    ones = np.ones_like(gy)
    # hold * weight * |g - k|^2, multiplied out; then strata * (gy - ky)^2; then the price of inventing from unique
    # places.
    of_places = [hold * (gy**2 + gx**2), hold * gy, hold * gx, hold, gy**2, gy, ones, outside]
    price = move.strata_price
    of_patches = [
        weight,
        -2 * weight * ky,
        -2 * weight * kx,
        weight * (ky**2 + kx**2),
        np.full_like(ky, price),
        -2 * price * ky,
        price * ky**2,
        0.004 * level.stiffness,
    ]
    return _Places(np.stack(of_places, 1).astype(np.float32), np.stack(of_patches).astype(np.float32))


def _prices(level: Level, move: Rearranged, picture: Floats, places: _Places, *, soft: bool) -> Floats:
    """``(places, patches)``: what every patch costs at every place."""
    queries = (patches_of(picture, PATCH)[0] - level.mean) @ level.basis
    keys = level.soft_keys if soft else level.keys
    ones_q = np.ones((len(queries), 1), np.float32)
    ones_k = np.ones((1, len(keys)), np.float32)
    left = [queries, (queries * queries).sum(1, keepdims=True), ones_q]
    right = [-2 * keys.T, ones_k, (keys * keys).sum(1)[None]]
    if move.completeness <= 0:
        prices: Floats = np.concatenate([*left, places.of_places], 1) @ np.concatenate([*right, places.of_patches])
        return prices
    distances: Floats = np.concatenate(left, 1) @ np.concatenate(right)
    np.maximum(distances, 0, out=distances)
    # A patch that fits nowhere well is cheap where it fits best: the set of patches in use stays that of the source.
    distances *= (move.completeness / (distances.min(0) + move.completeness))[None]
    distances += places.of_places @ places.of_patches
    return distances


def voted(values: Floats, rows: Ints, columns: Ints) -> Floats:
    """The picture in which every place is the mean of what the patches over it say."""
    height, width = rows.shape
    side = values.shape[1]
    total = np.zeros((height + PATCH - 1, width + PATCH - 1, values.shape[2]), np.float32)
    count = np.zeros((height + PATCH - 1, width + PATCH - 1, 1), np.float32)
    flat = values.reshape(-1, values.shape[2])
    first = (rows * side + columns).ravel()
    for dy in range(PATCH):
        for dx in range(PATCH):
            said = flat.take(first + (dy * side + dx), axis=0).reshape(height, width, -1)
            total[dy : dy + height, dx : dx + width] += said
            count[dy : dy + height, dx : dx + width] += 1
    return (total / count).astype(np.float32, copy=False)


_AROUND = ((-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1))
_NOWHERE = -999


def joined(
    prices: Floats, rows: Ints, columns: Ints, level: Level, *, smoothness: float, sweeps: int = 3
) -> tuple[Ints, Ints]:
    """Makes the layout hold together: each place may take over what continues one of its neighbours.

    Iterated conditional modes of a Potts model, on four interleaved quarters of the places so that no two neighbours
    change at once. A seam costs ``smoothness`` per neighbour, more inside unique things.
    """
    height, width = rows.shape
    # A rim of nowhere spares every neighbour the question whether it exists.
    wide_rows = np.pad(rows, 1, constant_values=_NOWHERE)
    wide_columns = np.pad(columns, 1, constant_values=_NOWHERE)
    place = np.arange(height * width).reshape(height, width)
    for turn in range(4 * sweeps):
        top, left = divmod(turn % 4, 2)
        own = (slice(1 + top, height + 1, 2), slice(1 + left, width + 1, 2))
        around = []
        for dy, dx in _AROUND:
            there = (slice(1 + top + dy, height + 1 + dy, 2), slice(1 + left + dx, width + 1 + dx, 2))
            around.append((wide_rows[there] - dy, wide_columns[there] - dx))
        best = _cheapest(
            prices, place[top::2, left::2], [(wide_rows[own], wide_columns[own]), *around], level, smoothness
        )
        wide_rows[own], wide_columns[own] = best
    return wide_rows[1:-1, 1:-1], wide_columns[1:-1, 1:-1]


def _cheapest(
    prices: Floats, place: Ints, options: list[tuple[Ints, Ints]], level: Level, smoothness: float
) -> tuple[Ints, Ints]:
    """For each place the cheapest of ``options``, the first of which is what it has; the others are its neighbours'."""
    best_price = np.full(place.shape, np.inf, np.float32)
    best_rows, best_columns = options[0]
    for own_rows, own_columns in options:
        valid = (own_rows >= 0) & (own_columns >= 0) & (own_rows < level.rows) & (own_columns < level.columns)
        patch = np.where(valid, own_rows * level.columns + own_columns, 0)
        seams = np.zeros(place.shape, np.float32)
        for other_rows, other_columns in options[1:]:
            seams += ((other_rows != own_rows) | (other_columns != own_columns)) & (other_rows > _NOWHERE // 2)
        price = prices[place, patch] + np.float32(smoothness) * seams * (np.float32(0.3) + level.stiffness[patch])
        better = valid & (price < best_price)
        best_price = np.where(better, price, best_price)
        best_rows = np.where(better, own_rows, best_rows)
        best_columns = np.where(better, own_columns, best_columns)
    return best_rows, best_columns


def beginning(level: Level, move: Rearranged, rng: np.random.Generator) -> Floats:
    """What the search starts from: the guide's own picture, paled towards the mean and made noisy."""
    side = move.start
    down, across = guide(move, side)
    outside = invented(move, down, across)
    led = _sampled(level.pixels, down * side - 0.5, across * side - 0.5)
    pale = led * move.kept + (1 - move.kept) * level.pixels.mean((0, 1))
    noise = rng.normal(0, 1, (side, side, 4)).astype(np.float32)
    spread = (move.looseness + 0.12 * outside)[..., None]
    started: Floats = (pale + noise * spread).astype(np.float32)
    return started


def _enlarged(picture: Floats, level: Level, move: Rearranged, side: int) -> Floats:
    """The picture found so far at the next level; where the move is rigid, the guide's own picture, sharp."""
    enlarged = resized_floats(picture, side)
    if move.rigidity < _RIGID:
        return enlarged
    down, across = guide(move, side)
    led = _sampled(level.pixels, down * side - 0.5, across * side - 0.5)
    return np.where(invented(move, down, across)[..., None], enlarged, led).astype(np.float32)


def searched(
    scales: Scales,
    move: Rearranged,
    rng: np.random.Generator,
    *,
    upto: int,
    found: Layout | None = None,
    rounds: int = 3,
) -> Layout:
    """The layout of ``move`` at ``upto`` px, coarse to fine; goes on from ``found`` when given."""
    ladder = [move.start, *(n for n in LADDER if n > 1.2 * move.start)]
    for side in ladder:
        if (found is not None and side <= found.side) or side > upto:
            continue
        level = scales.at(side)
        first = found is None
        picture = beginning(level, move, rng) if found is None else _enlarged(found.picture, level, move, side)
        places = _priors(level, move, side)
        turns = 1 if first else rounds
        for turn in range(turns):
            prices = _prices(level, move, picture, places, soft=turn == 0 and not first)
            chosen = prices.argmin(1).astype(np.int32)
            count = side - PATCH + 1
            rows, columns = (v.reshape(count, count) for v in np.divmod(chosen, np.int32(level.columns)))
            if not first and turn == turns - 1 and move.smoothness > 0:
                rows, columns = joined(prices, rows, columns, level, smoothness=move.smoothness)
            picture = voted(level.pixels, rows, columns)
        found = Layout(picture, rows, columns, side)
    if found is None:
        raise ValueError(f"no level of {ladder} is within {upto} px")
    return found
