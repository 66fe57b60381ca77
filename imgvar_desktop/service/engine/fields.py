"""From a coarse layout to every pixel: a field of offsets, refined only where it jumps.

Each output pixel is one source pixel, so everything between seams stays as sharp as the source. Seams are led to
where both sides agree, level by level, and patches as wholes are nudged so that lines go on across them.
"""

from dataclasses import dataclass

import numpy as np

from imgvar_desktop.service.engine.raster import Bytes, Floats, Ints, Mask, from_words, unit, words


@dataclass(frozen=True, slots=True)
class Offsets:
    """``output[y, x] = source[y + down[y, x], x + across[y, x]]``; both ``(n, n)``, in pixels."""

    down: Ints
    across: Ints

    @property
    def side(self) -> int:
        return int(self.down.shape[0])


def enlarged(field: Offsets, side: int) -> Offsets:
    """The same field for an output of ``side`` px."""
    ratio = side / field.side
    near = np.minimum(((np.arange(side) + 0.5) / ratio).astype(np.int32), field.side - 1)
    picked = np.ix_(near, near)
    down = np.round(field.down * ratio).astype(np.int32)[picked]
    across = np.round(field.across * ratio).astype(np.int32)[picked]
    return Offsets(down, across)


def contained(field: Offsets, source_side: int) -> Offsets:
    """The field with every piece moved, as a whole, so that it lies within the source.

    Rounding may push a piece over the border by a pixel or two, which at full size would be a smear of several.
    """
    own = np.arange(field.side, dtype=np.int32)
    down = _within(field.down, field.down + own[:, None], source_side)
    across = _within(field.across, field.across + own[None], source_side)
    return Offsets(down, across)


def _within(offsets: Ints, places: Ints, source_side: int) -> Ints:
    """Offsets along one axis, those of one value moved together by as much as their farthest place is outside."""
    if int(places.min()) >= 0 and int(places.max()) < source_side:
        return offsets
    lowest = int(offsets.min())
    index = (offsets - lowest).ravel()
    count = int(index.max()) + 1
    over = np.zeros(count, np.int32)
    under = np.zeros(count, np.int32)
    np.maximum.at(over, index, (places - (source_side - 1)).ravel())
    np.minimum.at(under, index, places.ravel())
    # A piece that is outside on both sides is larger than the source; it stays.
    move = np.where((over > 0) & (under < 0), 0, -np.maximum(over, 0) - np.minimum(under, 0)).astype(np.int32)
    return offsets + move[index].reshape(offsets.shape)


def jumps(field: Offsets) -> Mask:
    """The pixels with a neighbour of another offset."""
    packed = field.down * np.int32(1 << 15) + field.across
    found = np.zeros(packed.shape, bool)
    sideways = packed[:, 1:] != packed[:, :-1]
    upright = packed[1:] != packed[:-1]
    found[:, 1:] |= sideways
    found[:, :-1] |= sideways
    found[1:] |= upright
    found[:-1] |= upright
    return found


def source_index(field: Offsets, source_side: int) -> Ints:
    """The flat index of each pixel's source, clamped to the picture."""
    own = np.arange(field.side, dtype=np.int32)
    y = np.clip(field.down + own[:, None], 0, source_side - 1)
    x = np.clip(field.across + own[None], 0, source_side - 1)
    index: Ints = y * np.int32(source_side) + x
    return index


def gathered(pixels: Bytes, field: Offsets) -> Bytes:
    """The picture a field describes."""
    return from_words(words(pixels).ravel().take(source_index(field, pixels.shape[0])))


class _Seams:
    """Seam prices of one level: how much two offsets disagree at a pixel. Prices are squared colour differences,
    0..4.
    """

    def __init__(self, pixels: Bytes) -> None:
        self._side = pixels.shape[0]
        self._flat = words(pixels).ravel()

    def seen(self, y: Ints, x: Ints) -> Floats:
        """The source at pixel coordinates, clamped: ``(k, 4)`` in 0..1."""
        last = self._side - 1
        found = self._flat.take(np.clip(y, 0, last) * self._side + np.clip(x, 0, last))
        return unit(from_words(found))

    def beyond(self, y: Ints, x: Ints) -> Mask:
        last = self._side - 1
        outside: Mask = (y < 0) | (x < 0) | (y > last) | (x > last)
        return outside


def _squared(difference: Floats) -> Floats:
    total: Floats = np.einsum("ij,ij->i", difference, difference)
    return total


_FOUR = ((-1, 0), (1, 0), (0, -1), (0, 1))


def settled(pixels: Bytes, field: Offsets, sweeps: int, price: float = 0.002) -> Offsets:
    """Moves every seam to where its two sides agree best.

    ``pixels`` ``(m, m, 4)`` are the source at this level. Pixels at a seam may take the offset of a neighbour; one
    half of a checkerboard at a time. ``price`` is that of a seam as such, per pixel edge.
    """
    seams = _Seams(pixels)
    down, across = field.down.copy(), field.across.copy()
    for sweep in range(2 * sweeps):
        ys, xs = np.nonzero(jumps(Offsets(down, across)))
        half = (ys + xs) % 2 == sweep % 2
        ys, xs = ys[half].astype(np.int32), xs[half].astype(np.int32)
        if len(ys):
            best_down, best_across = _best_offsets(seams, (down, across), ys, xs, price)
            down[ys, xs], across[ys, xs] = best_down, best_across
    return Offsets(down, across)


def _best_offsets(seams: _Seams, field: tuple[Ints, Ints], ys: Ints, xs: Ints, price: float) -> tuple[Ints, Ints]:
    down, across = field
    last = down.shape[0] - 1
    around = []
    for dy, dx in _FOUR:
        qy, qx = np.clip(ys + dy, 0, last), np.clip(xs + dx, 0, last)
        qd, qa = down[qy, qx], across[qy, qx]
        around.append((qy, qx, qd, qa, seams.seen(ys + qd, xs + qa), seams.seen(qy + qd, qx + qa)))
    best_cost = np.full(len(ys), np.inf, np.float32)
    best_down, best_across = down[ys, xs], across[ys, xs]
    for own_down, own_across in [(best_down, best_across), *((qd, qa) for _, _, qd, qa, _, _ in around)]:
        here = seams.seen(ys + own_down, xs + own_across)
        cost = np.where(seams.beyond(ys + own_down, xs + own_across), np.float32(1), np.float32(0))
        for qy, qx, qd, qa, theirs_here, theirs_there in around:
            differs = (qd != own_down) | (qa != own_across)
            there = seams.seen(qy + own_down, qx + own_across)
            step = _squared(here - theirs_here) + _squared(there - theirs_there) + np.float32(price)
            cost = cost + step * differs
        better = cost < best_cost - 1e-7
        best_cost = np.where(better, cost, best_cost)
        best_down = np.where(better, own_down, best_down)
        best_across = np.where(better, own_across, best_across)
    return best_down, best_across


def nudged(pixels: Bytes, field: Offsets, rounds: int = 2) -> Offsets:
    """Moves each piece of the field by up to one pixel so that its rim agrees best with its neighbours.

    A piece is every pixel of one offset. The largest stays, and in each round only every other one may move.
    """
    packed = field.down * np.int32(1 << 15) + field.across
    names, piece, sizes = np.unique(packed, return_inverse=True, return_counts=True)
    if len(names) < 2:
        return field
    piece = piece.reshape(packed.shape).astype(np.int32)
    seams = _Seams(pixels)
    down, across = field.down, field.across
    for turn in range(rounds):
        costs = _nudge_costs(seams, Offsets(down, across), piece, len(names))
        step = costs.argmin(0)
        gain = costs[4, np.arange(len(names))] - costs.min(0)
        may = (gain > 0.05 * costs[4]) & (np.arange(len(names)) % 2 == turn % 2)
        may[sizes.argmax()] = False
        step = np.where(may, step, 4)
        down = down + (step // 3 - 1).astype(np.int32)[piece]
        across = across + (step % 3 - 1).astype(np.int32)[piece]
    return Offsets(down, across)


def _nudge_costs(seams: _Seams, field: Offsets, piece: Ints, count: int) -> Floats:
    """``(9, count)``: the cost of every piece's rim after each of the nine one-pixel moves, row by row from up-left."""
    py, px, qy, qx = _rim(piece)
    owner = piece[py, px]
    mine_down, mine_across = field.down[py, px], field.across[py, px]
    their_down, their_across = field.down[qy, qx], field.across[qy, qx]
    theirs_here = seams.seen(py + their_down, px + their_across)
    theirs_there = seams.seen(qy + their_down, qx + their_across)
    costs = np.empty((9, count), np.float32)
    for k in range(9):
        dy, dx = np.int32(k // 3 - 1), np.int32(k % 3 - 1)
        here_y, here_x = py + mine_down + dy, px + mine_across + dx
        step = _squared(seams.seen(here_y, here_x) - theirs_here)
        step += _squared(seams.seen(qy + mine_down + dy, qx + mine_across + dx) - theirs_there)
        step += seams.beyond(here_y, here_x)
        costs[k] = np.bincount(owner, step, minlength=count)
    return costs


def _rim(piece: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Pairs of adjacent pixels of different pieces, both ways round."""
    y1, x1 = np.nonzero(piece[:, 1:] != piece[:, :-1])
    y2, x2 = np.nonzero(piece[1:] != piece[:-1])
    first_y, first_x = np.concatenate([y1, y2]), np.concatenate([x1, x2])
    second_y, second_x = np.concatenate([y1, y2 + 1]), np.concatenate([x1 + 1, x2])
    py, px = np.concatenate([first_y, second_y]), np.concatenate([first_x, second_x])
    qy, qx = np.concatenate([second_y, first_y]), np.concatenate([second_x, first_x])
    return py.astype(np.int32), px.astype(np.int32), qy.astype(np.int32), qx.astype(np.int32)


def seam_damage(pixels: Bytes, field: Offsets) -> float:
    """The mean visible step over the worst tenth of all seam pixels, as a colour distance; 0 without seams."""
    packed = field.down * np.int32(1 << 15) + field.across
    py, px, qy, qx = _rim(packed)
    if not len(py):
        return 0.0
    seams = _Seams(pixels)
    mine_down, mine_across = field.down[py, px], field.across[py, px]
    step = seams.seen(qy + mine_down, qx + mine_across) - seams.seen(qy + field.down[qy, qx], qx + field.across[qy, qx])
    sizes = np.sqrt(_squared(step))
    worst = np.sort(sizes)[-max(1, len(sizes) // 10) :]
    return float(worst.mean())
