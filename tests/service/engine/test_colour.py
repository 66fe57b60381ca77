"""OKLab, the looks and the palette: nothing that was readable becomes mud."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgvar_desktop.service.engine import grades
from imgvar_desktop.service.engine.colour import oklab, recoloured, shown, srgb_from_oklab
from imgvar_desktop.service.engine.palette import exchanged, palette_of, rotation
from imgvar_desktop.service.engine.raster import premultiplied
from tests.service.engine import pictures

LOOKS = (
    grades.warm,
    grades.cool,
    grades.golden,
    grades.dusk,
    grades.moody,
    grades.airy,
    grades.vivid,
    grades.deep,
    grades.toned,
)


@given(st.tuples(*[st.floats(0, 1)] * 3))
def test_oklab_comes_back(rgb):
    colour = np.array([rgb], np.float32)

    assert np.abs(srgb_from_oklab(oklab(colour)) - colour).max() < 2e-3


@given(st.tuples(st.floats(0, 1), st.floats(-0.4, 0.4), st.floats(-0.4, 0.4)))
def test_a_colour_no_screen_shows_keeps_its_lightness_and_hue(lab):
    wanted = np.array([lab], np.float32)

    found = oklab(srgb_from_oklab(shown(wanted)))

    assert abs(found[0, 0] - wanted[0, 0]) < 0.05
    chroma = np.hypot(*found[0, 1:])
    if chroma > 0.03:
        turned = np.angle(complex(*found[0, 1:]) / complex(*wanted[0, 1:]))
        assert abs(turned) < 0.2


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("amount", [0.3, 1.0])
def test_a_look_keeps_the_order_of_greys_and_the_ends_neutral(look, amount):
    greys = oklab(np.repeat(np.linspace(0, 1, 40, dtype=np.float32)[:, None], 3, axis=1))

    graded = look(greys, amount)

    assert (np.diff(graded[:, 0]) > -1e-3).all()
    assert np.hypot(graded[0, 1], graded[0, 2]) < 0.01
    assert np.hypot(graded[-1, 1], graded[-1, 2]) < 0.06


def test_recolouring_leaves_alpha_alone():
    source = premultiplied(pictures.sticker(96))

    done = recoloured(source, rotation(120))

    assert np.array_equal(done[..., 3], source[..., 3])
    assert (done[..., :3] <= done[..., 3:]).all()


def test_the_palette_of_drawn_art_is_its_fills():
    found = palette_of(premultiplied(pictures.icons(256)))

    drawn = oklab(
        np.array([(245, 245, 250), (150, 90, 200), (255, 105, 110), (75, 205, 195), (255, 200, 60)], np.float32) / 255
    )
    assert len(found.colours) == 5
    for colour in drawn:
        assert np.linalg.norm(found.colours - colour, axis=1).min() < 0.02
    assert found.shares[0] == found.shares.max()


def test_exchanging_uses_the_same_colours_and_leaves_the_ground():
    source = premultiplied(pictures.icons(256))
    ground_colour = np.array([245, 245, 250], np.int16)
    objects = np.abs(source[..., :3].astype(np.int16) - ground_colour).max(-1) > 30

    recolouring = exchanged(palette_of(source, objects), palette_of(source, ~objects), np.random.default_rng(0), set())
    assert recolouring is not None
    done = recoloured(source, recolouring)

    assert np.abs(done[~objects][:, :3].astype(np.int16) - ground_colour).max() < 40
    assert np.abs(np.median(done[~objects][:, :3], axis=0) - ground_colour).max() < 4
    before, after = palette_of(source).colours, palette_of(done).colours
    for colour in before:
        assert np.linalg.norm(after - colour, axis=1).min() < 0.05
    assert np.abs(done[objects].astype(np.int16) - source[objects]).mean() > 10


@pytest.mark.parametrize("degrees", range(-150, 210, 30))
def test_no_rotation_makes_dark_yellow(degrees):
    hues = np.deg2rad(np.arange(0, 360, 10))
    saturated = np.stack([np.full(36, 0.5), 0.12 * np.cos(hues), 0.12 * np.sin(hues)], 1).astype(np.float32)

    turned = rotation(degrees)(saturated)

    hue = np.degrees(np.arctan2(turned[:, 2], turned[:, 1]))
    yellow = np.abs(hue - 100) < 8
    assert yellow.any()
    assert turned[yellow, 0].min() > 0.55
