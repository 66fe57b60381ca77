"""Splices: what they keep, what they show twice, and where they cut."""

import numpy as np
import pytest
from PIL import Image

from imgvar_desktop.service.engine.analysis import analyse
from imgvar_desktop.service.engine.fields import gathered
from imgvar_desktop.service.engine.raster import premultiplied, resized
from imgvar_desktop.service.engine.splice import Cuts, Spliced, cuts_of, spliced
from tests.service.engine import pictures

SIDE = 96


def cuts_in(pixels: pictures.Pixels) -> tuple[pictures.Pixels, Cuts]:
    """A picture of 384 px at 96 px, and its cuts."""
    whole = premultiplied(pixels)
    found = analyse(whole)
    small = resized(whole, SIDE)
    return small, cuts_of(small, whole, found.importance)


def mast_on_calm_ground() -> pictures.Pixels:
    """A sky of even light with a bright mast, three pixels wide, at two thirds of the width."""
    picture = np.full((384, 384, 3), (60, 90, 150), np.uint8)
    picture[100:, 254:257] = (240, 240, 235)
    return picture


def test_every_output_pixel_is_a_pixel_of_the_source_in_its_own_row():
    small, cuts = cuts_in(pictures.landscape(384))

    for cut in cuts.across:
        field = spliced(Spliced(cut, None), SIDE)
        columns = np.arange(SIDE)[None] + field.across
        assert not field.down.any()
        assert columns.min() >= 0
        assert columns.max() < SIDE
        assert np.array_equal(gathered(small, field), small[np.arange(SIDE)[:, None], columns])


@pytest.mark.parametrize("kind", ["landscape", "portrait", "texture"])
def test_a_cut_down_is_a_cut_across_of_the_picture_turned(kind):
    pixels = pictures.KINDS[kind](384)
    _, cuts = cuts_in(pixels)
    _, turned = cuts_in(np.ascontiguousarray(pixels.transpose(1, 0, 2)))

    for cut, other in zip(cuts.down, turned.across, strict=True):
        assert (cut.jump, cut.pan) == (other.jump, other.pan)
        down = spliced(Spliced(None, cut), SIDE)
        across = spliced(Spliced(other, None), SIDE)
        assert np.mean(down.down == across.across.T) > 0.9


def test_no_unseen_cut_takes_a_thin_mast_apart():
    _, cuts = cuts_in(mast_on_calm_ground())
    mast = 255 // 4

    unseen = [c for c in cuts.across if c.seen < 0.05 and not c.rolled]

    assert unseen
    for cut in unseen:
        shown = np.arange(SIDE)[None] + cut.offsets()
        times = (shown[40:] == mast).sum(1)
        assert (times == times[0]).all()


def test_a_cut_through_what_stands_out_is_seen():
    picture = np.full((384, 384, 3), (60, 90, 150), np.uint8)
    # A bar from border to border: whatever cuts across it must break its slope.
    for x in range(384):
        top = 60 + x // 2
        picture[top : top + 40, x] = (240, 240, 235)
    _, cuts = cuts_in(picture)

    assert min(c.seen for c in cuts.across if c.jump > 8 and not c.rolled) > 0.1


def test_nothing_is_lost_that_is_like_what_stays():
    flat = np.full((384, 384, 3), 128, np.uint8)
    flat += np.random.default_rng(0).integers(0, 3, flat.shape, dtype=np.uint8)
    flat[150:230, 150:230] = np.asarray(Image.fromarray(pictures.portrait(80)))
    _, cuts = cuts_in(flat)

    best = min(cuts.across, key=lambda c: c.seen + c.lost)

    assert best.seen < 0.03
    assert best.lost < 0.1
