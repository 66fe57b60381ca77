"""The framing: which square of a picture is meant, and how the picture is turned under it. Pure functions.

Two frames of coordinates, both in source pixels, origin top left, y down:

- the *upright* picture, as the file's own orientation says;
- the *turned* picture, after quarter turns and then a mirroring: exact, pixel for pixel. The square is in this one.

On top of that the turned picture may be straightened: turned by a small angle around the middle of the square. A
square inside a straightened picture is inside exactly when its bounding box in the turned picture is, because the
picture's own edges are upright there: so every rule for whole angles serves with a wider square.
"""

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from imgvar_desktop.core.geometry import Handle, Square, largest_square, resized, square_inside

MAX_ANGLE: Final = 45.0
"""Beyond it a quarter turn and a smaller angle say the same."""
_PADDED_MOST: Final = 4
"""A padded square is at most so many times as large as the picture's longer side."""


Box = tuple[int, int, int, int]
"""Left, top, right, bottom; right and bottom are the first pixels outside."""


class Fit(StrEnum):
    """What stands where the square reaches beyond the picture."""

    CROP = "crop"
    """Nothing does: the square is kept inside."""
    TRANSPARENT = "transparent"
    EDGE = "edge"
    """The mean colour of the picture's edge."""
    BLUR = "blur"
    """The picture itself, enlarged to cover the square and blurred."""
    MIRROR = "mirror"
    """The picture reflected at its edges."""


@dataclass(frozen=True, slots=True)
class Framing:
    """A square of the turned picture. Raises ValueError for what no picture could be framed by."""

    square: Square
    turns: int = 0
    """Quarter turns clockwise, 0 to 3, before the mirroring."""
    flipped: bool = False
    """Left and right exchanged."""
    angle: float = 0.0
    """Degrees clockwise that the picture is turned under the square, -45 to 45."""
    fit: Fit = Fit.CROP

    def __post_init__(self) -> None:
        if self.turns not in range(4):
            raise ValueError(f"there are 0 to 3 quarter turns, not {self.turns}")
        if not -MAX_ANGLE <= self.angle <= MAX_ANGLE:
            raise ValueError(f"a picture is straightened by at most {MAX_ANGLE} degrees, not {self.angle}")

    @property
    def plain(self) -> bool:
        """Only a square: nothing is turned, mirrored or padded."""
        return self == Framing(self.square)


def first_framing(*, width: int, height: int) -> Framing:
    """What a new picture starts with: its largest centred square."""
    return Framing(largest_square(width=width, height=height))


def turned_size(framing: Framing, *, width: int, height: int) -> tuple[int, int]:
    """Width and height of the turned picture, from those of the upright one."""
    return (height, width) if framing.turns % 2 else (width, height)


def spread(angle: float) -> float:
    """How many times wider than itself a square turned by ``angle`` degrees reaches: 1 to the root of two."""
    radians = math.radians(angle)
    return abs(math.cos(radians)) + abs(math.sin(radians))


def reach(framing: Framing) -> Square:
    """The bounding box, in the turned picture, of what the square shows. Rounded outwards."""
    square = framing.square
    if not framing.angle:
        return square
    wider = math.ceil(square.side * spread(framing.angle) - 1e-9)
    wider += (wider - square.side) % 2  # the same middle, in whole pixels
    out = (wider - square.side) // 2
    return Square(square.x - out, square.y - out, wider)


def is_inside(framing: Framing, *, width: int, height: int) -> bool:
    """Whether the square shows nothing but picture. ``width`` and ``height`` are the upright picture's."""
    across, down = turned_size(framing, width=width, height=height)
    return reach(framing).is_inside(width=across, height=down)


def is_right(framing: Framing, *, width: int, height: int) -> bool:
    """Whether the framing can be made of the picture: inside it, or touching it where it is padded."""
    if framing.fit is Fit.CROP:
        return is_inside(framing, width=width, height=height)
    across, down = turned_size(framing, width=width, height=height)
    square = framing.square
    return square.x < across and square.right > 0 and square.y < down and square.bottom > 0


def largest_side(framing: Framing, *, width: int, height: int) -> int:
    """Of the squares that this angle and this fit leave room for."""
    across, down = turned_size(framing, width=width, height=height)
    if framing.fit is not Fit.CROP:
        return _PADDED_MOST * max(across, down)
    side = max(int(min(across, down) / spread(framing.angle) + 1e-9), 1)
    while side > 1 and reach(replace(framing, square=Square(0, 0, side))).side > min(across, down):
        side -= 1  # at most twice: what rounding outwards took
    return side


def kept_inside(framing: Framing, *, width: int, height: int) -> Framing:
    """The nearest framing that shows nothing but picture; a padded one may go anywhere that still touches it."""
    across, down = turned_size(framing, width=width, height=height)
    if framing.fit is not Fit.CROP:
        return replace(framing, square=_touching(framing.square, across, down))
    largest = largest_side(framing, width=width, height=height)
    square = framing.square
    if square.side > largest:
        cut = square.side - largest
        square = Square(square.x + cut // 2, square.y + cut // 2, largest)
    box = reach(replace(framing, square=square))
    inside = square_inside(box, width=across, height=down)
    if inside.side != box.side:  # a picture of a few pixels, where rounding outwards leaves no room for an angle
        return replace(framing, square=largest_square(width=across, height=down), angle=0.0)
    return replace(framing, square=Square(square.x + inside.x - box.x, square.y + inside.y - box.y, square.side))


def moved_by(framing: Framing, dx: int, dy: int, *, width: int, height: int) -> Framing:
    """Shifted by whole pixels of the turned picture, stopped at its edges."""
    square = framing.square
    there = replace(framing, square=Square(square.x + dx, square.y + dy, square.side))
    return kept_inside(there, width=width, height=height)


def snapped(framing: Framing, within: int, *, width: int, height: int) -> Framing:
    """Shifted by at most ``within`` pixels on each axis to where an edge, the middle or a third of the picture is.

    Edges meet edges; the square's middle meets the picture's middle and thirds.
    """
    across, down = turned_size(framing, width=width, height=height)
    square = framing.square
    there = Square(
        _snapped(square.x, square.side, across, within), _snapped(square.y, square.side, down, within), square.side
    )
    return kept_inside(replace(framing, square=there), width=width, height=height)


def resized_by(
    framing: Framing,
    handle: Handle,
    dx: int,
    dy: int,
    *,
    width: int,
    height: int,
    min_side: int = 1,
    from_centre: bool = False,
) -> Framing:
    """After ``handle`` was pulled by (dx, dy); the opposite corner, edge or the centre stays as far as it can."""
    across, down = turned_size(framing, width=width, height=height)
    square = framing.square
    if framing.fit is Fit.CROP and not framing.angle:
        room = {"width": across, "height": down, "min_side": min_side}
        made = resized(square, handle, dx, dy, from_centre=from_centre, **room)
        return replace(framing, square=made)
    # Room without walls to find the square, then back inside as far as the rules ask.
    wall = 4 * (across + down + square.side)
    free = Square(square.x + wall, square.y + wall, square.side)
    pulled = resized(free, handle, dx, dy, width=2 * wall, height=2 * wall, min_side=min_side, from_centre=from_centre)
    made = Square(pulled.x - wall, pulled.y - wall, min(pulled.side, _PADDED_MOST * max(across, down)))
    return kept_inside(replace(framing, square=made), width=width, height=height)


def straightened(framing: Framing, angle: float, *, width: int, height: int) -> Framing:
    """Turned to ``angle`` degrees around its middle; made smaller or shifted as little as keeps corners filled."""
    angle = round(min(max(angle, -MAX_ANGLE), MAX_ANGLE), 1)
    return kept_inside(replace(framing, angle=angle), width=width, height=height)


def quarter_turned(framing: Framing, *, width: int, height: int, clockwise: bool = True) -> Framing:
    """What the person sees, turned by 90 degrees: the same pixels stay in the square."""
    across, down = turned_size(framing, width=width, height=height)
    square = framing.square
    if clockwise:
        there = Square(down - square.bottom, square.x, square.side)
    else:
        there = Square(square.y, across - square.right, square.side)
    # Mirrored after turning: in the mirror, clockwise is the other way round.
    step = 1 if clockwise != framing.flipped else -1
    return replace(framing, square=there, turns=(framing.turns + step) % 4)


def mirrored(framing: Framing, *, width: int, height: int, upside_down: bool = False) -> Framing:
    """What the person sees, with left and right (or top and bottom) exchanged: the same pixels stay in the square."""
    across, down = turned_size(framing, width=width, height=height)
    square = framing.square
    if upside_down:
        there = Square(square.x, down - square.bottom, square.side)
        turns = (framing.turns + 2) % 4
    else:
        there = Square(across - square.right, square.y, square.side)
        turns = framing.turns
    return replace(framing, square=there, turns=turns, flipped=not framing.flipped, angle=-framing.angle)


def refitted(framing: Framing, fit: Fit, *, width: int, height: int) -> Framing:
    """With another fit. The first padding shows the whole picture: that is what one pads for."""
    across, down = turned_size(framing, width=width, height=height)
    if framing.fit is Fit.CROP and fit is not Fit.CROP:
        side = max(across, down)
        whole = Square((across - side) // 2, (down - side) // 2, side)
        return replace(framing, square=whole, fit=fit)
    return kept_inside(replace(framing, fit=fit), width=width, height=height)


def upright_box(framing: Framing, box: Box, *, width: int, height: int) -> Box:
    """Where a box of the turned picture lies in the upright one, ``width`` × ``height`` pixels large."""
    across, down = turned_size(framing, width=width, height=height)
    left, top, right, bottom = box
    if framing.flipped:
        left, right = across - right, across - left
    for _ in range(framing.turns):  # each back, counter-clockwise
        left, top, right, bottom = top, across - right, bottom, across - left
        across, down = down, across
    return left, top, right, bottom


def _snapped(start: int, side: int, extent: int, within: int) -> int:
    """The place nearest to ``start`` among those that snap, if one is near enough."""
    middles = (extent / 2, extent / 3, extent * 2 / 3)
    places = (0, extent - side, *(round(middle - side / 2) for middle in middles))
    nearest = min(places, key=lambda place: abs(place - start))
    return nearest if abs(nearest - start) <= within else start


def _touching(square: Square, across: int, down: int) -> Square:
    """At least a pixel of the picture stays in the square."""
    x = min(max(square.x, 1 - square.side), across - 1)
    y = min(max(square.y, 1 - square.side), down - 1)
    return Square(x, y, square.side)


def same_relative(framing: Framing, *, of: tuple[int, int], to: tuple[int, int]) -> Framing:
    """The framing for another picture that shows the same part of it: middle and share of the shorter side."""
    across, down = turned_size(framing, width=of[0], height=of[1])
    new_across, new_down = turned_size(framing, width=to[0], height=to[1])
    square = framing.square
    side = max(round(square.side / min(across, down) * min(new_across, new_down)), 1)
    middle_x = (square.x + square.side / 2) / across * new_across
    middle_y = (square.y + square.side / 2) / down * new_down
    there = Square(round(middle_x - side / 2), round(middle_y - side / 2), side)
    return kept_inside(replace(framing, square=there), width=to[0], height=to[1])
