"""New textures from large pieces of the source, laid like a quilt: each is chosen to go on from those beside it."""

from dataclasses import dataclass

import numpy as np

from imgvar_desktop.service.engine.fields import Offsets
from imgvar_desktop.service.engine.raster import Bytes, Floats, Ints, Mask, resized, unit

SIDE = 64
"""The side at which pieces are laid, in pixels."""


@dataclass(frozen=True, slots=True)
class Quilt:
    """A way to lay pieces: ``piece`` px squares at 64 px, overlapping by ``overlap``. ``spread`` is how far from its
    own place a piece may come from, in sides; textures in perspective look wrong far away. ``tolerance`` is how much
    worse than the best match a piece may be, as a factor.
    """

    piece: int = 20
    overlap: int = 6
    spread: float = 1.0
    tolerance: float = 1.2


def quilted(pixels: Bytes, quilt: Quilt, rng: np.random.Generator) -> Offsets:
    """Offsets at 64 px of a quilt of premultiplied ``(n, n, 4)`` pixels; seams lie where both sides agree best."""
    values = unit(resized(pixels, SIDE))[..., :3]
    windows = np.lib.stride_tricks.sliding_window_view(values, (quilt.piece, quilt.piece), axis=(0, 1))
    count = windows.shape[0]
    keys = windows.transpose(0, 1, 3, 4, 2).reshape(count * count, -1)
    squares = keys * keys
    picture = np.zeros((SIDE, SIDE, 3), np.float32)
    laid = np.zeros((SIDE, SIDE), bool)
    down = np.zeros((SIDE, SIDE), np.int32)
    across = np.zeros((SIDE, SIDE), np.int32)
    uses = np.zeros(count * count, np.float32)
    for top in _starts(quilt):
        for left in _starts(quilt):
            square = (slice(top, top + quilt.piece), slice(left, left + quilt.piece))
            prices = _prices(keys, squares, picture[square], laid[square]) + uses
            prices += _far(count, top, left, quilt.spread)
            y, x = divmod(_pick(prices, quilt, rng), count)
            piece = values[y : y + quilt.piece, x : x + quilt.piece]
            differences = ((piece - picture[square]) ** 2).sum(-1)
            new = _own_part(laid[square], differences, quilt.overlap, above=top > 0, before=left > 0)
            picture[square][new] = piece[new]
            down[square][new], across[square][new] = y - top, x - left
            laid[square] = True
            uses += _near(count, y, x, 3 * quilt.piece // 4)
    return Offsets(down, across)


def _starts(quilt: Quilt) -> list[int]:
    step = quilt.piece - quilt.overlap
    starts = list(range(0, SIDE - quilt.piece, step))
    return [*starts, SIDE - quilt.piece]


def _prices(keys: Floats, squares: Floats, picture: Floats, laid: Mask) -> Floats:
    """Mean squared colour difference of every source window to what is laid already; zero for the first."""
    if not laid.any():
        return np.zeros(len(keys), np.float32)
    known = np.repeat(laid.ravel(), 3).astype(np.float32)
    wanted = picture.reshape(-1) * known
    # |k - w|^2 over the known values, multiplied out: two products instead of a copy of every window.
    squared: Floats = squares @ known - 2 * (keys @ wanted) + float(wanted @ wanted)
    return np.maximum(squared, 0) * np.float32(3 / known.sum())


def _far(count: int, top: int, left: int, spread: float) -> Floats:
    """A wall around the places a piece may come from."""
    ys, xs = np.divmod(np.arange(count * count), count)
    away = np.maximum(np.abs(ys - top), np.abs(xs - left)) / SIDE
    return np.where(away > spread, np.float32(10), np.float32(0)).astype(np.float32)


def _near(count: int, y: int, x: int, reach: int) -> Floats:
    """A price on taking much of the same piece again, so that nothing repeats while there is a choice."""
    ys, xs = np.divmod(np.arange(count * count), count)
    close = np.maximum(np.abs(ys - y), np.abs(xs - x)) < reach
    return np.where(close, np.float32(0.02), np.float32(0)).astype(np.float32)


def _pick(prices: Floats, quilt: Quilt, rng: np.random.Generator) -> int:
    allowed = np.nonzero(prices <= prices.min() * quilt.tolerance + 1e-5)[0]
    return int(rng.choice(allowed))


def _own_part(laid: Mask, differences: Floats, overlap: int, *, above: bool, before: bool) -> Mask:
    """The part of a piece that replaces what is there: beyond the cuts along which both agree best.

    ``differences`` ``(p, p)`` are the squared colour differences of the piece and what is laid.
    """
    own = np.ones(laid.shape, bool)
    depth = np.arange(laid.shape[0])
    if before:
        own &= depth[None] >= _cut(differences[:, :overlap])[:, None]
    if above:
        own &= depth[:, None] >= _cut(differences[:overlap].T)[None]
    return own | ~laid


def _cut(prices: Floats) -> Ints:
    """For each row the column at which a connected path of least price runs from top to bottom (Efros and Freeman)."""
    rows, columns = prices.shape
    total = prices.copy()
    for y in range(1, rows):
        before = np.pad(total[y - 1], 1, constant_values=np.inf)
        total[y] += np.minimum(np.minimum(before[:-2], before[1:-1]), before[2:])
    path = np.empty(rows, np.int32)
    path[-1] = int(total[-1].argmin())
    for y in range(rows - 2, -1, -1):
        low = max(0, path[y + 1] - 1)
        high = min(columns, path[y + 1] + 2)
        path[y] = low + int(total[y, low:high].argmin())
    return path
