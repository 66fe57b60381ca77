"""Frames around text: what they hold, what they leave out, and that they cut nothing."""

import numpy as np
import pytest

from imgvar_desktop.service.engine.lettering import Lettering, lettering_of
from imgvar_desktop.service.engine.raster import Floats, premultiplied
from imgvar_desktop.service.engine.windows import STILL, excerpted, framing, kept
from tests.service.engine import hard_pictures

EVEN = np.ones((48, 48), np.float32)


def text_of(*lines: tuple[float, float, float, float]) -> Lettering:
    """Lettering of some lines, each top, bottom, left, right."""
    rows = np.array(lines, np.float32)
    return Lettering(
        *(float(v) for v in (rows[:, 0].min(), rows[:, 1].max(), rows[:, 2].min(), rows[:, 3].max())), lines=rows
    )


def shown(lines: Floats, window: tuple[float, float, float]) -> list[bool]:
    """Which lines a window shows; fails when it cuts through one."""
    top, left, size = window
    whole = []
    for above, below, before, after in lines:
        part = min(below, top + size) > max(above, top) and min(after, left + size) > max(before, left)
        inside = above >= top and below <= top + size and before >= left and after <= left + size
        assert inside or not part
        whole.append(inside)
    return whole


@pytest.mark.parametrize("seed", range(20))
def test_an_excerpt_cuts_no_line_and_shows_enough(seed):
    text = text_of(*((0.1 + 0.1 * i, 0.15 + 0.1 * i, 0.1, 0.7) for i in range(8)))

    window = excerpted(EVEN, text, 0.6, np.random.default_rng(seed))

    assert window is not None
    assert sum(shown(text.lines, window)) >= 3
    assert 0.6 <= window[2] <= 0.95


def test_excerpts_are_of_different_sizes_and_show_different_lines():
    text = text_of(*((0.1 + 0.1 * i, 0.15 + 0.1 * i, 0.1, 0.7) for i in range(8)))
    windows = [excerpted(EVEN, text, 0.6, np.random.default_rng(seed)) for seed in range(20)]

    assert len({tuple(shown(text.lines, w)) for w in windows if w is not None}) >= 3
    assert len({round(w[2], 2) for w in windows if w is not None}) >= 5


def test_there_is_no_excerpt_when_one_line_fills_the_picture():
    text = text_of((0.02, 0.98, 0.05, 0.95))

    assert excerpted(EVEN, text, 0.6, np.random.default_rng(0)) is None


@pytest.mark.parametrize("seed", range(20))
def test_a_frame_holds_all_text(seed):
    text = text_of((0.2, 0.3, 0.1, 0.6), (0.7, 0.8, 0.3, 0.8))

    top, left, size = framing(EVEN, 0.5, kept(text, STILL, STILL), np.random.default_rng(seed))

    assert top <= 0.2
    assert left <= 0.1
    assert top + size >= 0.8
    assert left + size >= 0.8


def test_every_line_of_a_page_is_found_from_its_first_word_to_its_last():
    found = lettering_of(premultiplied(hard_pictures.page(512)))

    assert found is not None
    columns = found.lines[found.lines[:, 0] > 0.2]
    # Eleven lines in each of two columns, each whole to where its column starts.
    starts = np.minimum(np.abs(columns[:, 2] - 0.08), np.abs(columns[:, 2] - 0.53))
    assert (starts < 0.02).sum() >= 18


def test_a_frame_does_not_cut_off_a_head():
    """It stands out in the middle, near the top; below it the body runs out of the picture."""
    important = np.full((48, 48), 0.1, np.float32)
    important[4:16, 20:28] = 1
    important[16:, 12:36] = 0.8

    frames = [framing(important, 0.75, kept(None, STILL, STILL), np.random.default_rng(seed)) for seed in range(20)]

    assert max(top for top, _, _ in frames) < 5 / 48
