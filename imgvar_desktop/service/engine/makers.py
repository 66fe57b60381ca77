"""Draws composition moves at random: one maker per idea."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from imgvar_desktop.service.engine.actions import Action, Rearranged
from imgvar_desktop.service.engine.analysis import Analysis, Kind
from imgvar_desktop.service.engine.geometry import Recast, axis_moving, stiffness_profiles, straight_axis
from imgvar_desktop.service.engine.quilt import Quilt
from imgvar_desktop.service.engine.splice import Cut, Cuts, Spliced
from imgvar_desktop.service.engine.windows import STILL, Axis, Window, as_shown, excerpted, framing, kept

_LEAST_STRENGTH = 0.03
# Farther, faces are no longer the same.
_MOST_BENT = 1.0
_HARDLY = 0.03
_LITTLE = 0.08
_SEVERAL = 6
# Below this, single things stand on calm ground; above it the picture is alike all over.
EVEN = 0.4
_SOUND_TEXTURE = 0.3
_SOUND_SCENE = (0.08, 0.05)
_SOUND_SUBJECT = (0.05, 0.03)
_ROOM = 0.16

Maker: TypeAlias = Callable[["Draw"], "Action"]


@dataclass(frozen=True, slots=True)
class Draw:
    """What a maker draws from. ``strength`` is 0..1."""

    rng: np.random.Generator
    found: Analysis
    cuts: Cuts
    strength: float

    def sign(self) -> float:
        return float(self.rng.choice((-1.0, 1.0)))

    def between(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def reach(self) -> float:
        """The size of a move against that of the default strength, 1: 0.3 at 0.15, 1.7 at 0.85; never quite 0."""
        return 2 * max(self.strength, _LEAST_STRENGTH)


def reframe(draw: Draw) -> Recast:
    """Closer, at another place."""
    zoom = float(np.exp(draw.between(0.06, 0.19) * draw.reach()))
    top, left, size = _window(draw, 1 / zoom)
    return Recast(straight_axis(top, top + size), straight_axis(left, left + size))


def _window(draw: Draw, size: float, rows: Axis = STILL, columns: Axis = STILL) -> Window:
    """A frame for the picture as a map shows it."""
    held = kept(draw.found.lettering, rows, columns)
    return framing(as_shown(draw.found.importance, rows, columns), size, held, draw.rng)


def excerpt(draw: Draw) -> Recast:
    """A part of the picture, at any place: every line of text is wholly there or not at all. The bolder, the smaller
    the part.
    """
    part = excerpted(draw.found.importance, draw.found.lettering, 1 - 0.8 * draw.strength, draw.rng)
    if part is None:
        return reframe(draw)
    top, left, size = part
    return Recast(straight_axis(top, top + size), straight_axis(left, left + size))


def interest(draw: Draw) -> Recast:
    """What matters moves aside and changes size; what does not makes room. Round things only ever come closer."""
    if draw.found.rounds is not None:
        return reframe(draw)
    rows, columns = stiffness_profiles(draw.found.importance)
    reach = draw.reach()
    zoom = float(np.exp(draw.between(-0.08, 0.16) * reach))
    give = min(0.45, 0.24 * reach)
    across = draw.sign() * draw.between(0.05, 0.13) * reach
    down = draw.between(-0.05, 0.05) * reach
    moved = Recast(axis_moving(rows, down, zoom, 0.8 * give), axis_moving(columns, across, zoom, give))
    # Where everything matters, nothing can make room, and the map is the picture itself.
    return moved if _departure(moved) > _HARDLY * reach else reframe(draw)


def _departure(move: Recast) -> float:
    """The farthest any line of a map moves, in sides."""
    return float(max(np.abs(np.subtract(axis, STILL)).max() for axis in (move.rows, move.columns)))


def closer(draw: Draw) -> Recast:
    """Much closer: patterns look right at any distance."""
    return reframe(replace(draw, strength=1.6 * draw.strength))


def bend(draw: Draw) -> Recast:
    """The interest moves a little and everything bends softly."""
    moved = interest(replace(draw, strength=0.6 * draw.strength))
    return replace(moved, bend=0.010 * min(draw.reach(), _MOST_BENT), bend_seed=int(draw.rng.integers(1 << 30)))


def closer_interest(draw: Draw) -> Recast:
    """Interest move and reframe in one."""
    moved = interest(draw)
    zoom = float(np.exp(draw.between(0.05, 0.14) * draw.reach()))
    top, left, size = _window(draw, 1 / zoom, moved.rows, moved.columns)
    rows, columns = (
        tuple(float(v) for v in np.interp(start + np.array(STILL) * size, STILL, axis))
        for start, axis in ((top, moved.rows), (left, moved.columns))
    )
    return replace(moved, rows=rows, columns=columns)


def _room(draw: Draw, extension: float) -> float:
    """How far a border may be invented, in sides: far where the picture goes on easily, not at all where it does
    not.
    """
    worst = 0.11 if draw.found.kind is Kind.SCENE else 0.085
    return 0.26 * draw.reach() * float(np.clip((worst - extension) / 0.07, 0, 1)) / 2


def _shifts(draw: Draw) -> tuple[float, float]:
    edges = draw.found.edges
    sideways = draw.sign()
    across = sideways * draw.between(0.4, 1) * _room(draw, edges.left if sideways < 0 else edges.right)
    upright = draw.sign()
    down = upright * draw.between(0.2, 0.7) * _room(draw, edges.top if upright < 0 else edges.bottom)
    return down, across


def placed(draw: Draw) -> Recast:
    """For pictures with room around them: a little smaller or larger, elsewhere, and turned."""
    reach = draw.reach()
    zoom = float(np.exp(draw.between(-0.22, 0.06) * reach))
    down, across = draw.between(-0.05, 0.05) * reach, draw.between(-0.05, 0.05) * reach
    half = 0.5 / zoom
    # What was photographed stands on something, as its shadow tells.
    turn = draw.between(-0.12, 0.12) * reach if draw.found.flat and not draw.found.handed else 0.0
    return Recast(
        straight_axis(0.5 - half - down, 0.5 + half - down),
        straight_axis(0.5 - half - across, 0.5 + half - across),
        turn=turn,
    )


def shift(draw: Draw) -> Action:
    """The view pans; what comes into it is made of look-alikes. Where no border goes on easily, the interest moves."""
    down, across = _shifts(draw)
    if abs(down) + abs(across) < 0.03 * draw.reach():
        return interest(draw)
    scene = draw.found.kind is Kind.SCENE and draw.found.evenness >= EVEN
    return Rearranged(
        shift_y=down,
        shift_x=across,
        rigidity=0.06 if scene else 0.6,
        looseness=0.1 * draw.strength if scene else 0.02 * draw.strength,
        smoothness=1e-3 if scene else 6e-3,
        strata_price=0.02 * draw.found.strata,
    )


def slide(draw: Draw) -> Rearranged:
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


def wide(draw: Draw) -> Recast | Rearranged:
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
        return interest(draw)
    zoom = float(np.exp(-draw.between(0.06, 0.19) * draw.reach()))
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


def free(draw: Draw) -> Rearranged:
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


def quilt(draw: Draw) -> Quilt:
    """A texture laid anew from large pieces."""
    piece = int(draw.rng.integers(16, 27))
    return Quilt(piece=piece, overlap=max(5, piece // 3), spread=float(np.clip(0.15 + draw.strength, 0.2, 1)))


def splice(draw: Draw) -> Action:
    """Things move aside as wholes, pixel for pixel; where no cut would stay unseen, the interest moves instead."""
    across = _cut(draw, draw.cuts.across, draw.between(0.08, 0.3) * draw.reach())
    down = _cut(draw, draw.cuts.down, draw.between(0.04, 0.2) * draw.reach(), draw.found.strata)
    if across is None and down is None:
        return interest(draw)
    return Spliced(across, down)


def can_splice(draw: Draw) -> bool:
    """Whether there are several cuts that would not show and move more than a little."""
    cuts = (*_sound(draw, draw.cuts.across), *_sound(draw, draw.cuts.down, draw.found.strata))
    return sum(c.jump > _LITTLE * c.side for c in cuts) >= _SEVERAL


def _sound(draw: Draw, cuts: tuple[Cut, ...], strata: float = 0.0) -> list[Cut]:
    """The cuts that would not show. ``strata``, 0..1, says how much it matters that nothing changes its height."""
    found = draw.found
    cuts = tuple(c for c in cuts if c.jump >= 0.1 * draw.strength * c.side)
    if found.kind is Kind.TEXTURE:
        return [c for c in cuts if c.seen <= _SOUND_TEXTURE]
    base, with_evenness = _SOUND_SUBJECT if found.kind is Kind.SUBJECT else _SOUND_SCENE
    visible = (base + with_evenness * found.evenness) * (1 - 0.3 * strata)
    return [c for c in cuts if c.seen <= visible and c.lost <= _ROOM * (1 - strata) and not c.rolled]


def _cut(draw: Draw, cuts: tuple[Cut, ...], wanted: float, strata: float = 0.0) -> Cut | None:
    """One of the cuts that would not show, of about the ``wanted`` size (in sides)."""
    sound = _sound(draw, cuts, strata)
    if not sound:
        return None
    off = np.array([abs(c.jump / c.side - wanted) * (not c.rolled) for c in sound])
    price = np.array([c.seen / 0.06 + c.lost / 0.06 for c in sound])
    weight = np.exp(-price - off / 0.03) + 1e-9
    return sound[int(draw.rng.choice(len(sound), p=weight / weight.sum()))]
