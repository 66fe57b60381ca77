"""Crop squares: whole source pixels, origin top left, x to the right, y down; pure functions."""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Square:
    """The pixels ``x <= px < x + side``, ``y <= py < y + side`` of the upright source."""

    x: int
    y: int
    side: int

    def __post_init__(self) -> None:
        if self.side < 1:
            raise ValueError(f"a square needs a side of at least one pixel, not {self.side}")

    @property
    def right(self) -> int:
        return self.x + self.side

    @property
    def bottom(self) -> int:
        return self.y + self.side

    def is_inside(self, *, width: int, height: int) -> bool:
        return self.x >= 0 and self.y >= 0 and self.right <= width and self.bottom <= height


class Handle(Enum):
    """What a resize pulls at: (horizontal, vertical) direction, -1 left or top, +1 right or bottom, 0 neither."""

    TOP_LEFT = (-1, -1)
    TOP = (0, -1)
    TOP_RIGHT = (1, -1)
    LEFT = (-1, 0)
    RIGHT = (1, 0)
    BOTTOM_LEFT = (-1, 1)
    BOTTOM = (0, 1)
    BOTTOM_RIGHT = (1, 1)


def largest_square(*, width: int, height: int) -> Square:
    """The largest centred square of a picture, the crop a new picture starts with."""
    side = min(width, height)
    return Square((width - side) // 2, (height - side) // 2, side)


def square_inside(wanted: Square, *, width: int, height: int) -> Square:
    """The square nearest to ``wanted`` that lies wholly inside the picture.

    Its side is ``wanted``'s, capped at the picture's shorter side; a capped one keeps ``wanted``'s centre as far as
    the picture allows.
    """
    side = min(wanted.side, width, height)
    cut = wanted.side - side
    x = min(max(wanted.x + cut // 2, 0), width - side)
    y = min(max(wanted.y + cut // 2, 0), height - side)
    return Square(x, y, side)


def moved(square: Square, dx: int, dy: int, *, width: int, height: int) -> Square:
    """``square`` shifted by whole source pixels, stopped at the picture's edges without changing its side."""
    return square_inside(Square(square.x + dx, square.y + dy, square.side), width=width, height=height)


def resized(
    square: Square,
    handle: Handle,
    dx: int,
    dy: int,
    *,
    width: int,
    height: int,
    min_side: int = 1,
    from_centre: bool = False,
) -> Square:
    """``square`` after ``handle`` was pulled by (dx, dy) source pixels.

    The opposite corner (or, for an edge handle, the middle of the opposite edge; or the centre with ``from_centre``)
    stays where it is, unless there is no room for ``min_side`` beside it. The result is inside the picture and at
    least ``min_side`` large, as far as the picture is. ``square`` lies inside the picture.
    """
    across, down = handle.value
    pulls = [d * way for d, way in ((dx, across), (dy, down)) if way]
    # Of two pulls the larger growth wins, so that a corner follows the pointer's leading axis.
    growth = max(pulls) * (2 if from_centre else 1)
    smallest = max(min(min_side, width, height), 1)
    if from_centre:
        room = _room_from_centre(square, width=width, height=height)
        side = max(min(square.side + growth, room), smallest)
        shift = (square.side - side) // 2
        return square_inside(Square(square.x + shift, square.y + shift, side), width=width, height=height)
    side = max(min(square.side + growth, _room(square, handle, width=width, height=height)), smallest)
    x = _kept(square.x, square.side, side, across)
    y = _kept(square.y, square.side, side, down)
    return square_inside(Square(x, y, side), width=width, height=height)


def _room(square: Square, handle: Handle, *, width: int, height: int) -> int:
    """The largest side that ``handle`` can reach with its anchor kept.

    An edge handle's free axis may slide along the picture, so there only the picture's extent limits it.
    """
    across, down = handle.value
    horizontal = {-1: square.right, 0: width, 1: width - square.x}[across]
    vertical = {-1: square.bottom, 0: height, 1: height - square.y}[down]
    return min(horizontal, vertical)


def _room_from_centre(square: Square, *, width: int, height: int) -> int:
    return square.side + 2 * min(square.x, square.y, width - square.right, height - square.bottom)


def _kept(start: int, old_side: int, side: int, way: int) -> int:
    """Where the new square starts on one axis: the far end, the near end or the middle kept."""
    if way < 0:
        return start + old_side - side
    if way > 0:
        return start
    return start + (old_side - side) // 2
