"""A candidate at full size is judged again: it must be what its preview promised."""

from dataclasses import replace

import numpy as np
import pytest

from imgvar_desktop.service.engine.actions import Move
from imgvar_desktop.service.engine.candidates import Candidate, Source, composed_candidate, read, unbroken
from imgvar_desktop.service.engine.detail import Broken
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


def test_what_its_preview_promised_is_kept(source, spliced):
    picture = unbroken(source, spliced, 0)

    assert picture is not None
    assert picture.shape == source.pixels.shape


def test_a_picture_in_pieces_is_refused(source, spliced):
    def in_pieces(rng: np.random.Generator) -> Bytes:
        tiles = source.pixels.reshape(8, 32, 8, 32, 4).transpose(0, 2, 1, 3, 4).reshape(64, 32, 32, 4)
        shuffled = tiles[rng.permutation(64)].reshape(8, 8, 32, 32, 4).transpose(0, 2, 1, 3, 4)
        return np.ascontiguousarray(shuffled.reshape(source.pixels.shape))

    assert unbroken(source, replace(spliced, finish=in_pieces), 0) is None


def test_seams_that_show_are_refused(source, spliced):
    def torn(_: np.random.Generator) -> Bytes:
        raise Broken

    assert unbroken(source, replace(spliced, finish=torn), 0) is None
