"""The parts that make pictures: maps, fields, seams, quilts, fills."""

import numpy as np
import pytest

from imgvar_desktop.service.engine.actions import Rearranged
from imgvar_desktop.service.engine.detail import detailed, level_sides
from imgvar_desktop.service.engine.fields import Offsets, enlarged, gathered, jumps, nudged, seam_damage, settled
from imgvar_desktop.service.engine.fill import filled
from imgvar_desktop.service.engine.geometry import LINES, Recast, axis_moving, recast, straight_axis
from imgvar_desktop.service.engine.matching import searched
from imgvar_desktop.service.engine.progress import Tally
from imgvar_desktop.service.engine.quilt import Quilt, quilted
from imgvar_desktop.service.engine.raster import premultiplied
from imgvar_desktop.service.engine.scales import Scales
from imgvar_desktop.service.engine.seams import Bands, seamless
from tests.service.engine import pictures


def still(side: int) -> Offsets:
    return Offsets(np.zeros((side, side), np.int32), np.zeros((side, side), np.int32))


def halves(side: int, across: int) -> Offsets:
    """The left half in place, the right half from ``across`` px further right."""
    field = still(side)
    field.across[:, side // 2 :] = across
    return field


def test_the_map_that_moves_nothing_gives_the_picture_again():
    source = premultiplied(pictures.portrait(128))
    whole = Recast(straight_axis(0, 1), straight_axis(0, 1))

    assert np.array_equal(recast(source, whole, 128), source)


def test_a_reframed_picture_is_as_sharp_as_its_source():
    source = premultiplied(pictures.landscape(256))
    closer = Recast(straight_axis(0.05, 0.9), straight_axis(0.1, 0.95))

    def sharpness(pixels: np.ndarray) -> float:
        grey = pixels[..., :3].astype(np.float32).mean(-1)
        return float(
            np.abs(4 * grey[1:-1, 1:-1] - grey[2:, 1:-1] - grey[:-2, 1:-1] - grey[1:-1, 2:] - grey[1:-1, :-2]).mean()
        )

    assert sharpness(recast(source, closer, 256)) / sharpness(source) == pytest.approx(1, abs=0.2)


@pytest.mark.parametrize("shift", [-0.12, 0.0, 0.1])
@pytest.mark.parametrize("zoom", [0.9, 1.15])
def test_an_axis_covers_the_source_rises_and_moves_the_stiff_part(shift, zoom):
    stiffness = np.zeros(48, np.float32)
    stiffness[18:30] = 1

    axis = np.array(axis_moving(stiffness, shift, zoom, 0.6))

    assert axis[0] == pytest.approx(0)
    assert axis[-1] == pytest.approx(1)
    assert (np.diff(axis) > 0).all()
    shown_at = np.interp(0.5, axis, np.linspace(0, 1, LINES))
    assert shown_at == pytest.approx(0.5 + shift, abs=0.035)


def test_a_field_without_jumps_is_the_source_itself():
    source = premultiplied(pictures.landscape(128))

    assert np.array_equal(seamless(Bands(source), still(128)), source)
    assert not jumps(still(128)).any()
    assert seam_damage(source, still(128)) == 0


def test_a_field_enlarged_shows_the_same_places():
    field = enlarged(halves(64, 8), 256)

    assert field.side == 256
    assert set(np.unique(field.across)) == {0, 32}
    assert (np.diff(field.across[0]) != 0).sum() == 1


def test_settling_makes_a_ragged_seam_short_and_no_worse():
    rng = np.random.default_rng(0)
    source = premultiplied(pictures.landscape(64))
    field = still(64)
    for y in range(64):
        field.across[y, 32 + int(rng.integers(-5, 6)) :] = 14

    done = settled(source, field, sweeps=8)

    assert jumps(done).sum() < 0.7 * jumps(field).sum()
    assert seam_damage(source, done) <= seam_damage(source, field)
    assert set(np.unique(done.across)) == {0, 14}


def test_nudging_lines_up_what_was_off_by_a_pixel():
    source = np.full((64, 64, 4), 255, np.uint8)
    source[::8, :, :3] = 0
    source[1::8, :, :3] = 40
    field = halves(64, 0)
    field.down[:, 33:] = 1

    assert seam_damage(source, field) > 0
    assert seam_damage(source, nudged(source, field)) == 0


def test_a_step_of_light_melts_at_a_seam():
    source = np.full((256, 256, 4), 255, np.uint8)
    source[..., :3] = np.linspace(60, 200, 256).astype(np.uint8)[None, :, None]
    field = halves(256, 60)

    hard = gathered(source, field).astype(np.int16)
    soft = seamless(Bands(source), field).astype(np.int16)

    assert np.abs(np.diff(soft[128, :, 0])).max() < 0.35 * np.abs(np.diff(hard[128, :, 0])).max()
    # Far from the seam nothing changes.
    assert np.array_equal(soft[:, :24], hard[:, :24])


def test_level_sides_double_up_to_the_output():
    assert level_sides(1024) == [64, 128, 256, 512, 1024]
    assert level_sides(64) == [64]


def test_a_search_led_by_the_picture_itself_finds_the_picture_itself():
    source = premultiplied(pictures.landscape(96))
    scales = Scales(source, np.ones((48, 48), np.float32))

    found = searched(scales, Rearranged(), np.random.default_rng(0), upto=48)

    own = np.arange(42)
    assert (found.rows == own[:, None]).mean() > 0.98
    assert (found.columns == own[None]).mean() > 0.98


def test_a_shifted_search_moves_the_picture_and_fills_the_rest_from_it():
    source = premultiplied(pictures.landscape(96))
    scales = Scales(source, np.ones((48, 48), np.float32))

    found = searched(scales, Rearranged(shift_x=0.125, rigidity=0.5), np.random.default_rng(0), upto=48)

    assert (found.columns[:, :34] == np.arange(34)[None] + 6).mean() > 0.9
    assert found.columns.max() <= 41


@pytest.mark.parametrize("seed", range(3))
def test_a_quilt_is_made_of_large_pieces_of_the_source(seed):
    source = premultiplied(pictures.texture(128))

    field = quilted(source, Quilt(), np.random.default_rng(seed))

    own = np.arange(64)
    assert ((field.down + own[:, None] >= 0) & (field.down + own[:, None] < 64)).all()
    assert ((field.across + own[None] >= 0) & (field.across + own[None] < 64)).all()
    assert 4 <= len(np.unique(field.down * 1000 + field.across)) <= 30
    done = detailed(Bands(source), field, 1.0, Tally(1, None, None))
    assert abs(float(done[..., :3].mean()) - float(source[..., :3].mean())) < 8


def test_a_hole_is_filled_from_around_it():
    ramp = np.repeat(np.linspace(0, 1, 64, dtype=np.float32)[:, None, None], 64, axis=1)
    hole = np.zeros((64, 64), bool)
    hole[24:40, 24:40] = True
    broken = np.where(hole[..., None], np.float32(5), ramp)

    whole = filled(broken, hole)

    assert np.abs(whole - ramp).max() < 0.12
    assert np.array_equal(whole[~hole], ramp[~hole])
