"""Crop squares stay whole, inside and where the hand left them, whatever the picture."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from imgvar_desktop.core.geometry import Handle, Square, largest_square, moved, resized, square_inside

SIDES = st.integers(1, 5000)
PULLS = st.integers(-12_000, 12_000)
HANDLES = st.sampled_from(Handle)
CORNERS = st.sampled_from([handle for handle in Handle if all(handle.value)])
EDGES = st.sampled_from([handle for handle in Handle if not all(handle.value)])


@st.composite
def pictures_with_a_crop(draw: st.DrawFn, min_side: int = 1) -> tuple[int, int, Square]:
    width, height = draw(st.integers(min_side, 5000)), draw(st.integers(min_side, 5000))
    side = draw(st.integers(min_side, min(width, height)))
    return width, height, Square(draw(st.integers(0, width - side)), draw(st.integers(0, height - side)), side)


def kept_edges(square: Square, handle: Handle) -> list[int]:
    """The coordinates of the edges that ``handle`` does not pull at."""
    across, down = handle.value
    horizontal = {-1: [square.right], 0: [], 1: [square.x]}[across]
    vertical = {-1: [square.bottom], 0: [], 1: [square.y]}[down]
    return horizontal + vertical


@pytest.mark.parametrize("side", [0, -1])
def test_a_square_without_pixels_cannot_be_made(side):
    with pytest.raises(ValueError, match="at least one pixel"):
        Square(0, 0, side)


@given(st.integers(-20, 20), st.integers(-20, 20), st.integers(1, 20), st.integers(1, 20), st.integers(1, 20))
def test_inside_means_that_every_pixel_is_one_of_the_picture(x, y, side, width, height):
    square = Square(x, y, side)
    pixels = {(column, row) for column in range(x, square.right) for row in range(y, square.bottom)}

    assert square.is_inside(width=width, height=height) == all(
        0 <= column < width and 0 <= row < height for column, row in pixels
    )
    assert len(pixels) == side * side


@given(SIDES, SIDES)
def test_a_new_picture_gets_the_largest_square_in_its_middle(width, height):
    square = largest_square(width=width, height=height)

    assert square.side == min(width, height)
    assert square.is_inside(width=width, height=height)
    assert 0 <= (width - square.right) - square.x <= 1
    assert 0 <= (height - square.bottom) - square.y <= 1


@given(st.integers(-30, 30), st.integers(-30, 30), st.integers(1, 30), st.integers(1, 12), st.integers(1, 12))
def test_no_square_inside_is_nearer_than_the_one_chosen(x, y, side, width, height):
    wanted = Square(x, y, side)

    chosen = square_inside(wanted, width=width, height=height)

    def distance(column: int, row: int) -> int:
        # Between the centres, doubled to stay whole.
        across, down = 2 * column + chosen.side - 2 * x - side, 2 * row + chosen.side - 2 * y - side
        return across * across + down * down

    places = [(c, r) for c in range(width - chosen.side + 1) for r in range(height - chosen.side + 1)]
    assert chosen.side == min(side, width, height)
    assert distance(chosen.x, chosen.y) == min(distance(*place) for place in places)


@given(pictures_with_a_crop())
def test_a_square_that_is_inside_stays_as_it_is(picture):
    width, height, crop = picture

    assert square_inside(crop, width=width, height=height) == crop


@given(pictures_with_a_crop(), PULLS, PULLS)
def test_moving_keeps_the_side_and_stops_at_the_edges(picture, dx, dy):
    width, height, crop = picture

    there = moved(crop, dx, dy, width=width, height=height)

    assert there.side == crop.side
    assert there.x == min(max(crop.x + dx, 0), width - crop.side)
    assert there.y == min(max(crop.y + dy, 0), height - crop.side)


@given(pictures_with_a_crop(), HANDLES, PULLS, PULLS, st.integers(1, 6000), st.booleans())
def test_resizing_never_leaves_the_picture_nor_goes_below_the_smallest_side(
    picture, handle, dx, dy, min_side, from_centre
):
    width, height, crop = picture

    after = resized(crop, handle, dx, dy, width=width, height=height, min_side=min_side, from_centre=from_centre)

    assert after.is_inside(width=width, height=height)
    assert after.side >= min(min_side, width, height)


@given(pictures_with_a_crop(min_side=16), HANDLES, PULLS, PULLS)
def test_the_edges_opposite_to_the_hand_stay(picture, handle, dx, dy):
    width, height, crop = picture

    after = resized(crop, handle, dx, dy, width=width, height=height, min_side=16)

    assert kept_edges(after, handle) == kept_edges(crop, handle)


@given(pictures_with_a_crop(min_side=16), EDGES, PULLS, PULLS)
def test_an_edge_pulled_grows_to_both_sides_as_far_as_there_is_room(picture, handle, dx, dy):
    width, height, crop = picture
    across = handle.value[0]

    after = resized(crop, handle, dx, dy, width=width, height=height, min_side=16)

    # The axis across the pull: its middle stays, or the square touches the picture's edge there.
    start, end, old_middle = (
        (after.y, height - after.bottom, 2 * crop.y + crop.side)
        if across
        else (after.x, width - after.right, 2 * crop.x + crop.side)
    )
    middle = 2 * (after.y if across else after.x) + after.side
    assert abs(middle - old_middle) <= 1 or start == 0 or end == 0


@given(pictures_with_a_crop(min_side=16), HANDLES, PULLS, PULLS)
def test_from_the_centre_the_centre_stays(picture, handle, dx, dy):
    width, height, crop = picture

    after = resized(crop, handle, dx, dy, width=width, height=height, min_side=16, from_centre=True)

    assert abs((2 * after.x + after.side) - (2 * crop.x + crop.side)) <= 1
    assert abs((2 * after.y + after.side) - (2 * crop.y + crop.side)) <= 1


@given(pictures_with_a_crop(), CORNERS, PULLS, PULLS)
def test_a_corner_follows_the_leading_axis_of_the_hand(picture, handle, dx, dy):
    width, height, crop = picture
    across, down = handle.value
    wanted = crop.side + max(dx * across, dy * down)
    assume(wanted >= 1)

    after = resized(crop, handle, dx, dy, width=width, height=height)

    room = min(
        crop.right if across < 0 else width - crop.x,
        crop.bottom if down < 0 else height - crop.y,
    )
    assert after.side == min(wanted, room)


@given(pictures_with_a_crop(), HANDLES, st.booleans())
def test_a_hand_that_does_not_move_changes_nothing(picture, handle, from_centre):
    width, height, crop = picture

    assert resized(crop, handle, 0, 0, width=width, height=height, from_centre=from_centre) == crop


def test_a_crop_below_the_smallest_side_gets_it_even_in_a_corner():
    cornered = Square(0, 0, 3)

    after = resized(cornered, Handle.TOP_LEFT, 0, 0, width=100, height=100, min_side=10)

    assert after == Square(0, 0, 10)
