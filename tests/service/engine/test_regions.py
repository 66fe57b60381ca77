"""Connected components and morphology against plain definitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from imgvar_desktop.service.engine.regions import dilated, eroded, labelled, regions_of

masks = arrays(np.bool_, st.tuples(st.integers(1, 14), st.integers(1, 14)))


def flooded(mask: np.ndarray, *, diagonal: bool) -> list[set[tuple[int, int]]]:
    """Components by flood fill: slow and plain."""
    steps = [(y, x) for y in (-1, 0, 1) for x in (-1, 0, 1) if (y, x) != (0, 0) and (diagonal or y == 0 or x == 0)]
    left = {(int(y), int(x)) for y, x in zip(*np.nonzero(mask), strict=True)}
    found = []
    while left:
        front = [left.pop()]
        component = set(front)
        while front:
            y, x = front.pop()
            near = {(y + dy, x + dx) for dy, dx in steps} & left
            left -= near
            component |= near
            front.extend(near)
        found.append(component)
    return found


@given(mask=masks, diagonal=st.booleans())
def test_labels_are_the_connected_components(mask, diagonal):
    labels, count = labelled(mask, diagonal=diagonal)

    wanted = flooded(mask, diagonal=diagonal)
    assert count == len(wanted)
    assert np.array_equal(labels > 0, mask)
    for component in wanted:
        assert len({int(labels[p]) for p in component}) == 1


def test_a_spiral_is_one_component():
    mask = np.zeros((41, 41), bool)
    y = x = 20
    for length in range(1, 20):
        for dy, dx in ((0, 1), (1, 0)) if length % 2 else ((0, -1), (-1, 0)):
            for _ in range(2 * length):
                if 0 <= y < 41 and 0 <= x < 41:
                    mask[y, x] = True
                y, x = y + dy, x + dx

    assert labelled(mask)[1] == 1


@given(mask=masks)
def test_areas_and_bounds_are_those_of_the_labels(mask):
    labels, count = labelled(mask)

    for region in regions_of(labels, count):
        ys, xs = np.nonzero(labels == region.label)
        assert region.area == len(ys)
        assert (region.top, region.bottom) == (ys.min(), ys.max() + 1)
        assert (region.left, region.right) == (xs.min(), xs.max() + 1)


@given(mask=masks, radius=st.integers(0, 20))
def test_dilation_reaches_exactly_the_radius(mask, radius):
    ys, xs = np.nonzero(mask)
    rows, columns = np.indices(mask.shape)
    wanted = np.zeros_like(mask)
    for y, x in zip(ys, xs, strict=True):
        wanted |= np.maximum(np.abs(rows - y), np.abs(columns - x)) <= radius

    assert np.array_equal(dilated(mask, radius), wanted)


@pytest.mark.parametrize("radius", [1, 3])
def test_erosion_undoes_dilation_of_a_block(radius):
    mask = np.zeros((20, 20), bool)
    mask[8:12, 7:13] = True

    assert np.array_equal(eroded(dilated(mask, radius), radius), mask)
