"""Which composition moves suit a picture, and how many of each."""

import numpy as np

from imgvar_desktop.service.engine.actions import Move
from imgvar_desktop.service.engine.analysis import Analysis, Kind
from imgvar_desktop.service.engine.makers import (
    EVEN,
    Draw,
    Maker,
    bend,
    can_splice,
    closer,
    closer_interest,
    excerpt,
    free,
    interest,
    placed,
    quilt,
    reframe,
    shift,
    slide,
    splice,
    wide,
)
from imgvar_desktop.service.engine.splice import Cuts

_MAKERS: dict[Kind, tuple[Maker, ...]] = {
    Kind.PLAIN: (reframe,),
    Kind.TEXTURE: (splice, quilt, splice, splice),
    Kind.SCENE: (splice, slide, shift, interest, free, reframe, wide, closer_interest),
    Kind.SUBJECT: (closer_interest, shift, interest, splice, wide, bend, reframe),
    Kind.GRAPHIC: (interest, reframe, closer_interest),
}
# Where cuts stay unseen, nothing need be resampled.
_SPLICED: tuple[Maker, ...] = (splice, splice, interest, splice, slide, shift, splice, closer_interest, splice, free)
# Lines that break are seen at once, so brickwork and planks are never cut.
_LINED = 0.4
_PATTERN: tuple[Maker, ...] = (closer, interest, reframe)
# Loose layouts suit pictures that are alike all over; single things on calm ground they take apart.
_LOOSE: tuple[Maker, ...] = (free, slide)
_INVENTING: tuple[Maker, ...] = (shift, wide)
_SAFE: tuple[Maker, ...] = (closer_interest, interest, reframe)
_SUBTLE: tuple[Maker, ...] = (interest, reframe, bend, closer_interest)


def makers_for(found: Analysis, strength: float, *, spliceable: bool = False) -> tuple[Maker, ...]:
    """The moves that suit a picture. Text is only ever reframed; a low strength keeps the picture whole."""
    if found.transparent and not found.bleeds:
        return (placed,)
    if found.lettering:
        whole: tuple[Maker, ...] = (reframe,) if found.flat or found.kind is Kind.SCENE else _SAFE
        return whole if strength < 0.3 else (excerpt, *whole, excerpt)
    if found.rounds is not None:
        # Nor is anything stretched: a coin is no egg.
        return (reframe,) if strength < 0.3 else (excerpt, reframe, splice if spliceable else closer)
    if strength < 0.3:
        return _SAFE if found.kind is Kind.GRAPHIC or found.ruled else _SUBTLE
    if found.kind is Kind.TEXTURE and found.lined > _LINED:
        return _PATTERN
    makers = _SPLICED if spliceable and found.kind in {Kind.SCENE, Kind.SUBJECT} else _MAKERS[found.kind]
    # A horizon that bends is the first thing anyone sees.
    unsuited: tuple[Maker, ...] = (bend,) if found.ruled else ()
    if found.evenness < EVEN or found.lined > _LINED:
        unsuited += _LOOSE
    if found.evenness < EVEN:
        unsuited += _INVENTING
    return tuple(m for m in makers if m not in unsuited)


def moves_for(found: Analysis, cuts: Cuts, strength: float, count: int, rng: np.random.Generator) -> list[Move]:
    """``count`` candidates, every suitable kind of move in turn, every other one mirrored where that does no harm."""
    draw = Draw(rng, found, cuts, strength)
    makers = makers_for(found, strength, spliceable=can_splice(draw))
    may_mirror = not found.handed and strength >= 0.3
    moves = []
    for i in range(count):
        action = makers[i % len(makers)](draw)
        # Of an even number, every kind of move changes sides from turn to turn; of an odd one, it does so by itself.
        turn = i if len(makers) % 2 else i // len(makers) + i
        moves.append(Move(action, mirrored=may_mirror and turn % 2 == 1))
    return moves


def safe_move(found: Analysis, cuts: Cuts, strength: float, index: int, rng: np.random.Generator) -> Move:
    """A move that cannot break anything, for when the chosen one did."""
    action = _SAFE[index % len(_SAFE)](Draw(rng, found, cuts, strength))
    return Move(action, mirrored=not found.handed and strength >= 0.3 and index % 2 == 1)
