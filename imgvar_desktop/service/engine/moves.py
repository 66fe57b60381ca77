"""The composition moves: what a variation does to the picture, drawn at random from those that suit it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from imgvar_desktop.service.engine.analysis import Analysis, Kind
from imgvar_desktop.service.engine.geometry import Recast, axis_moving, stiffness_profiles, straight_axis
from imgvar_desktop.service.engine.quilt import Quilt


@dataclass(frozen=True, slots=True)
class Rearranged:
    """A new layout of the source's own patches, led by a guide.

    The guide says of every output place where in the source it should come from: the source at ``zoom`` times the
    output's size (below 1: seen from further away), moved by ``shift_y``, ``shift_x`` (output sides), and each of its
    horizontal strata moved sideways by one entry of ``slides``. ``looseness`` is the standard deviation of the noise
    the search starts from, ``kept`` how much of the guide's own picture is in that start. ``rigidity`` is the price
    of leaving the guide, ``strata_price`` that of leaving one's height, ``smoothness`` that of every seam.
    ``completeness`` above 0 makes rarely used patches cheaper: the smaller, the more evenly all are used. ``start``
    is the coarsest level in pixels.
    """

    zoom: float = 1.0
    shift_y: float = 0.0
    shift_x: float = 0.0
    slides: tuple[float, ...] = ()
    looseness: float = 0.0
    kept: float = 1.0
    rigidity: float = 0.05
    strata_price: float = 0.0
    smoothness: float = 1e-3
    completeness: float = 0.0
    start: int = 20


Action: TypeAlias = Recast | Rearranged | Quilt


@dataclass(frozen=True, slots=True)
class Move:
    """One candidate: what happens to the picture, and whether it is mirrored afterwards."""

    action: Action
    mirrored: bool


_WINDOWS = 4
# Below this, single things stand on calm ground; above it the picture is alike all over.
_EVEN = 0.4

Maker: TypeAlias = Callable[["_Draw"], "Action"]


@dataclass(frozen=True, slots=True)
class _Draw:
    """What a maker draws from. ``strength`` is 0..1."""

    rng: np.random.Generator
    found: Analysis
    strength: float

    def sign(self) -> float:
        return float(self.rng.choice((-1.0, 1.0)))

    def between(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def reach(self) -> float:
        """The size of a move against that of the default strength, 1: 0.3 at 0.15, 1.7 at 0.85."""
        return 2 * self.strength


def _reframe(draw: _Draw) -> Recast:
    """Closer, at another place."""
    zoom = float(np.exp(draw.between(0.08, 0.2) * draw.reach()))
    top, left = _window(draw, 1 / zoom)
    return Recast(straight_axis(top, top + 1 / zoom), straight_axis(left, left + 1 / zoom))


def _window(draw: _Draw, size: float) -> tuple[float, float]:
    """Top and left of a window of ``size`` (of the side): of a few, the one that leaves least of importance outside."""
    weight = draw.found.importance**2
    side = weight.shape[0]
    best, most = (0.0, 0.0), -1.0
    for _ in range(_WINDOWS):
        top, left = draw.between(0, 1 - size), draw.between(0, 1 - size)
        rows = slice(round(top * side), round((top + size) * side))
        columns = slice(round(left * side), round((left + size) * side))
        inside = float(weight[rows, columns].sum())
        if inside > most:
            best, most = (top, left), inside
    return best


def _interest(draw: _Draw) -> Recast:
    """What matters moves aside and changes size; what does not makes room."""
    rows, columns = stiffness_profiles(draw.found.importance)
    reach = draw.reach()
    zoom = float(np.exp(draw.between(-0.08, 0.16) * reach))
    give = min(0.6, 0.32 * reach)
    across = draw.sign() * draw.between(0.05, 0.13) * reach
    down = draw.between(-0.05, 0.05) * reach
    return Recast(axis_moving(rows, down, zoom, 0.8 * give), axis_moving(columns, across, zoom, give))


def _closer(draw: _Draw) -> Recast:
    """Much closer: patterns look right at any distance."""
    return _reframe(replace(draw, strength=2 * draw.strength))


def _bend(draw: _Draw) -> Recast:
    """The interest moves a little and everything bends softly."""
    moved = _interest(replace(draw, strength=0.6 * draw.strength))
    return replace(moved, bend=0.010 * draw.reach(), bend_seed=int(draw.rng.integers(1 << 30)))


def _closer_interest(draw: _Draw) -> Recast:
    """Interest move and reframe in one."""
    moved = _interest(draw)
    zoom = float(np.exp(draw.between(0.05, 0.14) * draw.reach()))
    top, left = _window(draw, 1 / zoom)
    rows, columns = (
        tuple(
            float(v) for v in np.interp(start + np.linspace(0, 1, len(axis)) / zoom, np.linspace(0, 1, len(axis)), axis)
        )
        for start, axis in ((top, moved.rows), (left, moved.columns))
    )
    return replace(moved, rows=rows, columns=columns)


def _room(draw: _Draw, extension: float) -> float:
    """How far a border may be invented, in sides: far where the picture goes on easily, not at all where it does
    not.
    """
    worst = 0.11 if draw.found.kind is Kind.SCENE else 0.085
    return 0.26 * draw.reach() * float(np.clip((worst - extension) / 0.07, 0, 1)) / 2


def _shifts(draw: _Draw) -> tuple[float, float]:
    edges = draw.found.edges
    sideways = draw.sign()
    across = sideways * draw.between(0.4, 1) * _room(draw, edges.left if sideways < 0 else edges.right)
    upright = draw.sign()
    down = upright * draw.between(0.2, 0.7) * _room(draw, edges.top if upright < 0 else edges.bottom)
    return down, across


def _placed(draw: _Draw) -> Recast:
    """For pictures with room around them: a little smaller or larger, elsewhere, and turned."""
    reach = draw.reach()
    zoom = float(np.exp(draw.between(-0.22, 0.06) * reach))
    down, across = draw.between(-0.05, 0.05) * reach, draw.between(-0.05, 0.05) * reach
    half = 0.5 / zoom
    turn = 0.0 if draw.found.lettering else draw.between(-0.12, 0.12) * reach
    return Recast(
        straight_axis(0.5 - half - down, 0.5 + half - down),
        straight_axis(0.5 - half - across, 0.5 + half - across),
        turn=turn,
    )


def _shift(draw: _Draw) -> Action:
    """The view pans; what comes into it is made of look-alikes. Where no border goes on easily, the interest moves."""
    down, across = _shifts(draw)
    if abs(down) + abs(across) < 0.03 * draw.reach():
        return _interest(draw)
    scene = draw.found.kind is Kind.SCENE and draw.found.evenness >= _EVEN
    return Rearranged(
        shift_y=down,
        shift_x=across,
        rigidity=0.06 if scene else 0.6,
        looseness=0.1 * draw.strength if scene else 0.02 * draw.strength,
        smoothness=1e-3 if scene else 6e-3,
        strata_price=0.02 * draw.found.strata,
    )


def _slide(draw: _Draw) -> Rearranged:
    """Strata (sky, hills, ground) move sideways against each other."""
    bands = int(draw.rng.integers(2, 5))
    slides = tuple(draw.sign() * draw.between(0.1, 0.4) * draw.reach() for _ in range(bands))
    return Rearranged(
        slides=slides,
        rigidity=0.05,
        looseness=0.12 * draw.strength,
        strata_price=0.08,
        smoothness=2e-3,
    )


def _wide(draw: _Draw) -> Recast | Rearranged:
    """From further away: the picture shrinks towards its less extendable sides."""
    edges = draw.found.edges
    worst = min(
        max(a, b)
        for a, b in (
            (edges.left, edges.top),
            (edges.left, edges.bottom),
            (edges.right, edges.top),
            (edges.right, edges.bottom),
        )
    )
    if worst > (0.062 if draw.found.kind is Kind.SCENE else 0.045):
        return _interest(draw)
    zoom = float(np.exp(-draw.between(0.06, 0.16) * draw.reach()))
    margin = (1 - zoom) / 2

    def towards(first: float, second: float) -> float:
        return margin if first > second + 0.01 else -margin if second > first + 0.01 else 0.0

    return Rearranged(
        zoom=zoom,
        shift_x=towards(edges.left, edges.right),
        shift_y=towards(edges.top, edges.bottom),
        rigidity=0.3,
        looseness=0.05,
        strata_price=0.02 * draw.found.strata,
    )


def _free(draw: _Draw) -> Rearranged:
    """A new layout of the common places; unique ones hold together."""
    strength = draw.strength
    return Rearranged(
        looseness=0.35 * strength + 0.1,
        kept=float(np.clip(0.6 - 0.6 * strength, 0, 1)),
        rigidity=0.012,
        strata_price=0.05 * min(1.0, draw.found.strata * 1.5),
        smoothness=3e-4,
        completeness=0.005,
        start=int(draw.rng.choice((15, 18))),
    )


def _quilt(draw: _Draw) -> Quilt:
    """A texture laid anew from large pieces."""
    piece = int(draw.rng.integers(16, 27))
    return Quilt(piece=piece, overlap=max(5, piece // 3), spread=float(np.clip(0.15 + draw.strength, 0.2, 1)))


_MAKERS: dict[Kind, tuple[Maker, ...]] = {
    Kind.PLAIN: (_reframe,),
    Kind.TEXTURE: (_quilt, _quilt, _closer_interest),
    Kind.SCENE: (_slide, _shift, _interest, _free, _wide, _closer_interest),
    Kind.SUBJECT: (_closer_interest, _shift, _interest, _wide, _bend, _reframe),
    Kind.GRAPHIC: (_interest, _reframe, _closer_interest),
}
# Lines that break are seen at once, so brickwork and planks are never cut.
_LINED = 0.4
_PATTERN: tuple[Maker, ...] = (_closer, _interest, _reframe, _closer, _bend)
_LOOSE: tuple[Maker, ...] = (_free, _slide)
_SAFE: tuple[Maker, ...] = (_closer_interest, _interest, _reframe)
_SUBTLE: tuple[Maker, ...] = (_interest, _reframe, _bend, _closer_interest)


def makers_for(found: Analysis, strength: float) -> tuple[Maker, ...]:
    """The moves that suit a picture. Text is only ever reframed; a low strength keeps the picture whole."""
    if found.transparent:
        return (_placed,)
    if found.lettering:
        return (_reframe,) if found.flat or found.kind is Kind.SCENE else _SAFE
    if strength < 0.3 and found.kind is not Kind.TEXTURE:
        return _SUBTLE if found.kind is not Kind.GRAPHIC else _SAFE
    if found.kind is Kind.TEXTURE and found.lined > _LINED:
        return _PATTERN
    makers = _MAKERS[found.kind]
    # Loose layouts suit pictures that are alike all over; single things on calm ground they take apart.
    loose_harms = found.evenness < _EVEN or found.lined > _LINED
    return tuple(m for m in makers if m not in _LOOSE) if loose_harms else makers


def moves_for(found: Analysis, strength: float, count: int, rng: np.random.Generator) -> list[Move]:
    """``count`` candidates, every suitable kind of move in turn, every other one mirrored where that does no harm."""
    makers = makers_for(found, strength)
    may_mirror = not found.lettering and strength >= 0.3
    draw = _Draw(rng, found, strength)
    moves = []
    for i in range(count):
        action = makers[i % len(makers)](draw)
        moves.append(Move(action, mirrored=may_mirror and (i // len(makers) + i) % 2 == 1))
    return moves


def safe_move(found: Analysis, strength: float, index: int, rng: np.random.Generator) -> Move:
    """A move that cannot break anything, for when the chosen one did."""
    action = _SAFE[index % len(_SAFE)](_Draw(rng, found, strength))
    return Move(action, mirrored=not found.lettering and strength >= 0.3 and index % 2 == 1)
