"""Round things on a calm ground are found, and stay round and whole."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from imgvar_desktop.service.engine import vary
from imgvar_desktop.service.engine.raster import premultiplied
from imgvar_desktop.service.engine.regions import labelled, regions_of
from imgvar_desktop.service.engine.rounds import round_things
from tests.service.engine import hard_pictures, pictures

SIDE = 256


def coins(side: int = SIDE) -> pictures.Pixels:
    """Three rows of coins, grey and grained, of several sizes, on dark cloth."""
    rng = np.random.default_rng(3)
    image = Image.new("L", (side, side), 46)
    draw = ImageDraw.Draw(image)
    for row in range(3):
        for column in range(3):
            x = (0.2 + 0.3 * column + 0.02 * row) * side
            y = (0.18 + 0.32 * row) * side
            r = side * rng.uniform(0.07, 0.1)
            draw.ellipse([x - r, y - r, x + r, y + r], fill=int(rng.integers(140, 200)))
            draw.rectangle([x - r / 3, y - r / 2, x + r / 4, y + r / 2], fill=110)
    grained = np.asarray(image, np.float32) + rng.normal(0, 3, (side, side))
    return np.repeat(np.clip(grained, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def test_coins_are_found_and_their_ground_is_not():
    found = round_things(premultiplied(coins()))

    assert found is not None
    assert 0.1 < found.mean() < 0.45


@pytest.mark.parametrize("picture", [pictures.landscape, pictures.portrait, pictures.texture, hard_pictures.astronaut])
def test_where_nothing_is_round_nothing_is_found(picture):
    assert round_things(premultiplied(picture(SIDE))) is None


@pytest.mark.parametrize("strength", [0.15, 0.5, 0.85])
@pytest.mark.parametrize("seed", range(3))
def test_coins_stay_round_and_whole(seed, strength):
    for made in vary(coins(), count=4, side_px=SIDE, seed=seed, strength=strength, colour=False):
        labels, count = labelled(made.pixels[..., 0] > 85)
        whole = [
            r
            for r in regions_of(labels, count)
            if r.area > 200 and r.top > 0 and r.left > 0 and r.bottom < SIDE and r.right < SIDE
        ]
        assert whole
        for r in whole:
            assert 0.93 < r.height / r.width < 1.07
            assert 0.93 < r.area / (np.pi / 4 * r.height * r.width) < 1.07
