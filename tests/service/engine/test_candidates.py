"""A candidate at full size is judged again: it must be what its preview promised."""

from dataclasses import replace

import numpy as np
import pytest

from imgvar_desktop.service.engine.actions import Move
from imgvar_desktop.service.engine.candidates import Candidate, Source, better, composed_candidate, read
from imgvar_desktop.service.engine.detail import Broken
from imgvar_desktop.service.engine.geometry import Recast, straight_axis
from imgvar_desktop.service.engine.progress import Tally
from imgvar_desktop.service.engine.raster import Bytes, premultiplied
from imgvar_desktop.service.engine.splice import Spliced
from tests.service.engine import pictures


@pytest.fixture(scope="module")
def source() -> Source:
    return read(premultiplied(pictures.landscape(256)), 0.5, Tally(1.0, None, lambda: False))


@pytest.fixture
def spliced(source: Source) -> Candidate:
    best = min(source.cuts.across, key=lambda c: c.seen + c.lost)
    return composed_candidate(source, Move(Spliced(best, None), mirrored=False), np.random.default_rng(0))


@pytest.fixture
def reframed(source: Source) -> Candidate:
    closer = Recast(straight_axis(0.05, 0.95), straight_axis(0.05, 0.95))
    return composed_candidate(source, Move(closer, mirrored=True), np.random.default_rng(0))


def in_pieces(source: Source) -> Bytes:
    tiles = source.pixels.reshape(8, 32, 8, 32, 4).transpose(0, 2, 1, 3, 4).reshape(64, 32, 32, 4)
    shuffled = tiles[np.random.default_rng(3).permutation(64)].reshape(8, 8, 32, 32, 4).transpose(0, 2, 1, 3, 4)
    return np.ascontiguousarray(shuffled.reshape(source.pixels.shape))


def test_what_its_preview_promised_is_kept(source, spliced, reframed):
    move, picture = better(source, spliced, reframed, 0)

    assert move is spliced.move
    assert picture.shape == source.pixels.shape


def test_a_picture_in_pieces_gives_way_to_its_reserve(source, spliced, reframed):
    broken = replace(spliced, finish=lambda _: in_pieces(source))

    move, picture = better(source, broken, reframed, 0)

    assert move is reframed.move
    assert np.array_equal(picture, reframed.finish(np.random.default_rng(0)))


def test_a_reserve_that_is_worse_is_not_taken(source, spliced, reframed):
    made = spliced.finish(np.random.default_rng(0))
    doubtful = replace(spliced, judged=replace(spliced.judged, faults=-1.0))
    broken = replace(reframed, finish=lambda _: in_pieces(source))

    move, picture = better(source, doubtful, broken, 0)

    assert move is spliced.move
    assert np.array_equal(picture, made)


def test_seams_that_show_give_way_to_the_reserve(source, spliced, reframed):
    def torn(_: np.random.Generator) -> Bytes:
        raise Broken

    assert better(source, replace(spliced, finish=torn), reframed, 0)[0] is reframed.move
