"""Crop bracketing: framings that differ, are right for the picture, and share the count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgvar_desktop.core import bracket
from imgvar_desktop.core.bracket import Bracket
from imgvar_desktop.core.framing import Framing, first_framing, is_right
from imgvar_desktop.core.geometry import Square
from tests.core.test_framing import framed

EVERY = tuple(Bracket)


@given(framed(), st.permutations(EVERY))
def test_every_framing_is_right_for_the_picture_and_none_comes_twice(case, ways):
    width, height, framing = case
    made = bracket.bracketed(framing, ways, width=width, height=height)
    assert all(is_right(there, width=width, height=height) for _, there in made)
    assert len({there for _, there in made}) == len(made)


def test_a_square_in_the_open_is_framed_in_every_way():
    made = dict(bracket.bracketed(Framing(Square(400, 400, 200)), EVERY, width=1000, height=1000))
    assert made[Bracket.AS_FRAMED].square == Square(400, 400, 200)
    assert made[Bracket.WIDE].square == Square(370, 370, 260)
    assert made[Bracket.TIGHT].square == Square(430, 430, 140)
    assert made[Bracket.LEFT].square.x < made[Bracket.RIGHT].square.x
    assert made[Bracket.UP].square.y < made[Bracket.DOWN].square.y
    assert made[Bracket.FLIPPED].flipped


def test_a_whole_square_picture_has_nothing_wider_but_still_has_sides():
    ways = [way for way, _ in bracket.bracketed(first_framing(width=900, height=900), EVERY, width=900, height=900)]
    assert Bracket.WIDE not in ways
    assert {Bracket.LEFT, Bracket.RIGHT, Bracket.UP, Bracket.DOWN} <= set(ways)


@pytest.mark.parametrize(
    ("count", "ways", "shares"), [(4, 1, (4,)), (4, 3, (2, 1, 1)), (6, 3, (2, 2, 2)), (2, 5, (1, 1, 1, 1, 1))]
)
def test_the_count_is_spread_and_each_framing_gets_one(count, ways, shares):
    assert bracket.spread(count, ways) == shares
