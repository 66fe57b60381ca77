"""Crop bracketing: several framings of the same picture from one, the way a photographer walks around a subject."""

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum
from typing import Final

from imgvar_desktop.core import framing as rules
from imgvar_desktop.core.framing import Framing
from imgvar_desktop.core.geometry import Square

WIDER: Final = 1.3
TIGHTER: Final = 0.7
ASIDE: Final = 0.85
"""A framing to one side is this much tighter, so that there is a side to go to even in a full square."""
SHIFT: Final = 0.18
"""How far it goes, as a share of the square's side."""


class Bracket(StrEnum):
    """A way to frame; the value is what the library and the gallery call it."""

    AS_FRAMED = ""
    WIDE = "wide"
    TIGHT = "tight"
    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"
    FLIPPED = "flipped"


_WAYS: Final = {Bracket.LEFT: (-1, 0), Bracket.RIGHT: (1, 0), Bracket.UP: (0, -1), Bracket.DOWN: (0, 1)}


def bracketed(
    framing: Framing, ways: Iterable[Bracket], *, width: int, height: int
) -> tuple[tuple[Bracket, Framing], ...]:
    """Each way with its framing, made right for the picture.

    One that comes out like another before it is left out: there is nothing wider than the whole picture.
    """
    made: dict[Framing, Bracket] = {}
    for way in ways:
        made.setdefault(_framed(framing, way, width=width, height=height), way)
    return tuple((way, there) for there, way in made.items())


def spread(count: int, ways: int) -> tuple[int, ...]:
    """``count`` variations over ``ways`` framings: as even as possible, the first ones more, each at least one."""
    total = max(count, ways)
    return tuple(total // ways + (place < total % ways) for place in range(ways))


def _framed(framing: Framing, way: Bracket, *, width: int, height: int) -> Framing:
    match way:
        case Bracket.AS_FRAMED:
            return framing
        case Bracket.FLIPPED:
            return rules.mirrored(framing, width=width, height=height)
        case Bracket.WIDE:
            there = _scaled(framing.square, WIDER)
        case Bracket.TIGHT:
            there = _scaled(framing.square, TIGHTER)
        case _:
            across, down = _WAYS[way]
            shift = framing.square.side * SHIFT
            aside = _scaled(framing.square, ASIDE)
            there = Square(aside.x + round(across * shift), aside.y + round(down * shift), aside.side)
    return rules.kept_inside(replace(framing, square=there), width=width, height=height)


def _scaled(square: Square, factor: float) -> Square:
    """Around its own middle."""
    side = max(round(square.side * factor), 1)
    out = (square.side - side) // 2
    return Square(square.x + out, square.y + out, side)
