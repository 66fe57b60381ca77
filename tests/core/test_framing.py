"""The framing, held to its promises on pictures of any size and by any gesture."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgvar_desktop.core import framing as f
from imgvar_desktop.core.framing import Fit, Framing
from imgvar_desktop.core.geometry import Handle, Square

sizes = st.integers(1, 5000)
shifts = st.integers(-6000, 6000)
angles = st.floats(-45, 45, allow_nan=False).map(lambda a: round(a, 1))


@st.composite
def framed(draw, fits=tuple(Fit)):
    """A picture's size and a framing that is right for it."""
    width, height = draw(sizes), draw(sizes)
    wild = Framing(
        Square(draw(shifts), draw(shifts), draw(st.integers(1, 8000))),
        turns=draw(st.integers(0, 3)),
        flipped=draw(st.booleans()),
        angle=draw(angles),
        fit=draw(st.sampled_from(fits)),
    )
    return width, height, f.kept_inside(wild, width=width, height=height)


def right(framing, width, height):
    """What every framing keeps: whole inside, or at least on the picture when it is padded."""
    if framing.fit is Fit.CROP:
        return f.is_inside(framing, width=width, height=height)
    across, down = f.turned_size(framing, width=width, height=height)
    square = framing.square
    return square.x < across and square.right > 0 and square.y < down and square.bottom > 0


@given(framed(), shifts, shifts)
def test_a_moved_framing_stays_on_the_picture_and_keeps_its_side(case, dx, dy):
    width, height, framing = case
    moved = f.moved_by(framing, dx, dy, width=width, height=height)
    assert right(moved, width, height)
    assert moved.square.side == framing.square.side


@given(framed(), st.sampled_from(Handle), shifts, shifts, st.booleans())
def test_a_resized_framing_stays_on_the_picture(case, handle, dx, dy, from_centre):
    width, height, framing = case
    made = f.resized_by(framing, handle, dx, dy, width=width, height=height, from_centre=from_centre)
    assert right(made, width, height)
    assert made.square.side >= 1


@given(framed(), angles)
def test_a_straightened_framing_has_no_empty_corners(case, angle):
    width, height, framing = case
    assert right(f.straightened(framing, angle, width=width, height=height), width, height)


@given(framed(), st.booleans())
def test_four_quarter_turns_change_nothing(case, clockwise):
    width, height, framing = case
    turned = framing
    for _ in range(4):
        turned = f.quarter_turned(turned, width=width, height=height, clockwise=clockwise)
        assert right(turned, width, height)
    assert turned == framing


@given(framed(), st.booleans())
def test_mirroring_twice_changes_nothing(case, upside_down):
    width, height, framing = case
    once = f.mirrored(framing, width=width, height=height, upside_down=upside_down)
    assert right(once, width, height)
    assert f.mirrored(once, width=width, height=height, upside_down=upside_down) == framing


@given(framed(), st.sampled_from(Fit))
def test_another_fit_stays_on_the_picture(case, fit):
    width, height, framing = case
    assert right(f.refitted(framing, fit, width=width, height=height), width, height)


@given(framed(), sizes, sizes)
def test_the_same_relative_framing_is_right_for_another_picture(case, width, height):
    old_width, old_height, framing = case
    there = f.same_relative(framing, of=(old_width, old_height), to=(width, height))
    assert right(there, width, height)


@given(framed(fits=(Fit.CROP,)))
def test_the_same_relative_framing_of_the_same_picture_is_itself(case):
    width, height, framing = case
    there = f.same_relative(framing, of=(width, height), to=(width, height))
    assert abs(there.square.side - framing.square.side) <= 1
    assert abs(there.square.x - framing.square.x) <= 1


def _seen(framing, picture):
    """What an exact framing (no angle, no padding) shows of rows of letters, by the docstring's own order."""
    rows = [list(row) for row in picture]
    for _ in range(framing.turns):
        rows = [list(row) for row in zip(*rows[::-1], strict=True)]  # clockwise
    if framing.flipped:
        rows = [row[::-1] for row in rows]
    square = framing.square
    return ["".join(row[square.x : square.right]) for row in rows[square.y : square.bottom]]


PICTURE = ("abcd", "efgh", "ijkl")


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("flipped", [False, True])
def test_a_quarter_turn_turns_just_what_was_in_the_square(turns, flipped):
    start = f.kept_inside(Framing(Square(1, 0, 2), turns=turns, flipped=flipped), width=4, height=3)
    seen = _seen(start, PICTURE)
    turned = f.quarter_turned(start, width=4, height=3)
    assert _seen(turned, PICTURE) == ["".join(row) for row in zip(*seen[::-1], strict=True)]


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("flipped", [False, True])
@pytest.mark.parametrize("upside_down", [False, True])
def test_a_mirror_shows_just_what_was_in_the_square(turns, flipped, upside_down):
    start = f.kept_inside(Framing(Square(1, 0, 2), turns=turns, flipped=flipped), width=4, height=3)
    seen = _seen(start, PICTURE)
    there = f.mirrored(start, width=4, height=3, upside_down=upside_down)
    assert _seen(there, PICTURE) == (seen[::-1] if upside_down else [row[::-1] for row in seen])


@given(framed(fits=(Fit.CROP,)))
def test_a_box_of_the_turned_picture_is_found_in_the_upright_one(case):
    width, height, framing = case
    square = framing.square
    box = (square.x, square.y, square.right, square.bottom)
    left, top, right, bottom = f.upright_box(framing, box, width=width, height=height)
    # Turning the found square as the framing says leads back to where it came from.
    there = Framing(Square(left, top, right - left))
    for _ in range(framing.turns):
        there = f.quarter_turned(there, width=width, height=height)
    if framing.flipped:
        there = f.mirrored(there, width=width, height=height)
    assert (bottom - top, there.square) == (square.side, square)


def test_the_first_padding_shows_the_whole_picture():
    framing = f.refitted(f.first_framing(width=300, height=200), Fit.BLUR, width=300, height=200)
    assert framing.square == Square(0, -50, 300)


def test_a_plain_framing_is_only_a_square():
    assert Framing(Square(1, 2, 3)).plain
    assert not replace(Framing(Square(1, 2, 3)), angle=0.1).plain


@pytest.mark.parametrize(("turns", "angle"), [(4, 0.0), (-1, 0.0), (0, 45.1), (0, float("nan"))])
def test_what_no_picture_could_be_framed_by_is_refused(turns, angle):
    with pytest.raises(ValueError):  # noqa: PT011 - which of the two fields is said by the parameters
        Framing(Square(0, 0, 1), turns=turns, angle=angle)
