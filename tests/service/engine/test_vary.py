"""What a caller of ``vary`` may rely on, for every kind of picture."""

import threading

import numpy as np
import pytest
from PIL import Image

from imgvar_desktop.service.engine import Cancelled, Progress, Variation, vary
from tests.service.engine import hard_pictures, pictures
from tests.service.engine.pictures import Pixels

SIDE = 128
ALL_KINDS = pytest.mark.parametrize("kind", list(pictures.KINDS))


def make(pixels: Pixels, *, count: int = 4, seed: int = 1, strength: float = 0.5, colour: bool = True) -> list[Pixels]:
    """The variations in the order of their index."""
    found = vary(pixels, count=count, side_px=SIDE, seed=seed, strength=strength, colour=colour)
    return [v.pixels for v in sorted(found, key=lambda v: v.index)]


def apart(first: Pixels, second: Pixels) -> float:
    """Mean absolute difference at 32 px, 0..255, transparent over grey."""

    def small(pixels: Pixels) -> np.ndarray:
        image = Image.fromarray(pixels).convert("RGBA")
        ground = Image.new("RGBA", image.size, (128, 128, 128, 255))
        ground.alpha_composite(image)
        return np.asarray(ground.convert("RGB").resize((32, 32), Image.Resampling.BOX), np.float32)

    return float(np.abs(small(first) - small(second)).mean())


@ALL_KINDS
def test_every_kind_gives_as_many_pictures_as_asked_all_new_and_all_different(kind):
    source = pictures.KINDS[kind](SIDE)

    results = make(source)

    assert len(results) == 4
    assert all(r.shape == source.shape and r.dtype == np.uint8 for r in results)
    least = 0.4 if kind in {"line art", "very dark"} else 1.0
    assert min(apart(source, r) for r in results) > least
    assert min(apart(a, b) for i, a in enumerate(results) for b in results[:i]) > least


@ALL_KINDS
def test_colours_stay_within_reach_of_the_source_when_colour_is_off(kind):
    source = pictures.KINDS[kind](SIDE)

    results = make(source, colour=False)

    # Nothing is invented: the mean colour moves only as the composition does.
    for result in results:
        assert np.abs(result.mean((0, 1)) - source.mean((0, 1))).max() < 40


@pytest.mark.parametrize("kind", ["landscape", "portrait", "texture", "icons", "sticker"])
def test_the_same_seed_gives_the_same_pictures_for_any_number_of_threads(kind):
    source = pictures.KINDS[kind](SIDE)

    def run(threads: int) -> dict[int, bytes]:
        found = vary(source, count=3, side_px=SIDE, seed=7, threads=threads)
        return {v.index: v.pixels.tobytes() for v in found}

    assert run(1) == run(2) == run(4)


@pytest.mark.parametrize("kind", ["landscape", "portrait", "texture", "icons", "sticker"])
def test_another_seed_gives_other_pictures(kind):
    source = pictures.KINDS[kind](SIDE)

    first, second = make(source, seed=1), make(source, seed=2)

    assert any(apart(a, b) > 0.5 for a, b in zip(first, second, strict=True))
    assert [a.tobytes() for a in first] != [b.tobytes() for b in second]


@pytest.mark.parametrize("kind", ["landscape", "portrait", "texture", "icons"])
def test_ten_variations_are_ten(kind):
    results = make(pictures.KINDS[kind](SIDE), count=10)

    assert len({r.tobytes() for r in results}) == 10
    assert min(apart(a, b) for i, a in enumerate(results) for b in results[:i]) > 0.5


def test_every_index_appears_exactly_once():
    found = list(vary(pictures.portrait(64), count=5, side_px=64, seed=0))

    assert sorted(v.index for v in found) == [0, 1, 2, 3, 4]
    assert all(isinstance(v, Variation) for v in found)


@pytest.mark.parametrize("kind", ["landscape", "portrait", "texture", "icons"])
def test_more_strength_is_further_from_the_source(kind):
    source = pictures.KINDS[kind](SIDE)

    def distance(strength: float) -> float:
        return float(
            np.mean([apart(source, r) for seed in range(3) for r in make(source, seed=seed, strength=strength)])
        )

    subtle, usual, bold = (distance(s) for s in (0.15, 0.5, 0.85))

    assert subtle < usual < bold


@pytest.mark.parametrize("photograph", ["astronaut", "vase", "lake", "horizon"])
def test_no_more_strength_brings_real_pictures_back(photograph):
    """One part in twenty is the luck of the seeds: what is all new at 0.5 cannot be newer at 0.85."""
    source = hard_pictures.KINDS[photograph](192)

    def distance(strength: float) -> float:
        results = [
            v.pixels
            for seed in range(3)
            for v in vary(source, count=4, side_px=192, seed=seed, strength=strength, colour=False)
        ]
        return float(np.mean([apart(source, r) for r in results]))

    subtle, usual, bold = (distance(s) for s in (0.15, 0.5, 0.85))

    assert usual > 1.05 * subtle
    assert bold > 0.95 * usual


@pytest.mark.parametrize("side", [1, 2, 7, 64])
@pytest.mark.parametrize("channels", [3, 4])
def test_a_tiny_picture_is_enlarged_first(side, channels):
    source = np.random.default_rng(3).integers(0, 256, (side, side, channels), dtype=np.uint8)

    results = make(source, count=2)

    assert all(r.shape[:2] == (SIDE, SIDE) for r in results)


@pytest.mark.parametrize("side_px", [1, 5, 48, 100, 333])
def test_results_have_the_side_that_was_asked_for(side_px):
    found = list(vary(pictures.landscape(90), count=2, side_px=side_px, seed=0))

    assert all(v.pixels.shape == (side_px, side_px, 3) for v in found)


@pytest.mark.parametrize("colour", [(90, 140, 200), (0, 0, 0), (255, 255, 255)])
def test_one_colour_stays_one_sensible_picture(colour):
    results = make(pictures.one_colour(SIDE, colour))

    assert len(results) == 4
    for result in results:
        assert result.reshape(-1, 3).std(0).max() < 40


def test_a_colour_alone_comes_back_in_other_shades():
    results = make(pictures.one_colour(SIDE))

    assert len({r.tobytes() for r in results}) == 4


def test_alpha_is_kept_with_clean_edges():
    source = pictures.sticker(SIDE)

    results = make(source, colour=False)

    for result in results:
        assert result.shape[2] == 4
        alpha = result[..., 3]
        assert 0.4 < (alpha > 128).sum() / (source[..., 3] > 128).sum() < 2.5
        soft = (alpha > 40) & (alpha < 215)
        # A dark rim would mean that transparent black was mixed into the edge.
        assert result[soft][:, 0].mean() > 200


def test_opaque_alpha_is_left_out():
    opaque = np.dstack([pictures.portrait(64), np.full((64, 64), 255, np.uint8)])

    found = list(vary(opaque, count=1, side_px=64, seed=0))

    assert found[0].pixels.shape == (64, 64, 3)


def test_fully_transparent_pixels_give_transparent_pictures():
    found = list(vary(np.zeros((64, 64, 4), np.uint8), count=2, side_px=64, seed=0))

    assert all(v.pixels.shape == (64, 64, 4) and int(v.pixels[..., 3].max()) == 0 for v in found)


def test_progress_starts_low_never_falls_and_ends_at_one():
    seen: list[Progress] = []

    list(vary(pictures.landscape(128), count=3, side_px=128, seed=0, report=seen.append))

    fractions = [p.fraction for p in seen]
    assert fractions == sorted(fractions)
    assert fractions[0] < 0.3
    assert fractions[-1] == pytest.approx(1.0)
    assert [s for i, s in enumerate(p.stage for p in seen) if i == 0 or s != seen[i - 1].stage] == [
        "analyse",
        "compose",
        "detail",
    ]


@pytest.mark.parametrize("kind", ["landscape", "portrait", "texture", "icons"])
@pytest.mark.parametrize("after", [0, 1, 3, 9])
def test_cancelling_raises_at_the_next_check(kind, after):
    asked = 0
    lock = threading.Lock()

    def cancelled() -> bool:
        nonlocal asked
        with lock:
            asked += 1
            return asked > after

    with pytest.raises(Cancelled):
        list(vary(pictures.KINDS[kind](128), count=4, side_px=128, seed=0, cancelled=cancelled))


def test_no_thread_is_left_behind_when_the_caller_stops_listening():
    before = set(threading.enumerate())
    found = vary(pictures.landscape(128), count=4, side_px=128, seed=0)
    next(found)

    found.close()

    assert set(threading.enumerate()) <= before


def test_the_source_is_not_written_to():
    source = pictures.icons(128)
    before = source.copy()

    make(source)

    assert np.array_equal(source, before)


@pytest.mark.parametrize(
    ("pixels", "changes"),
    [
        (np.zeros((4, 5, 3), np.uint8), {}),
        (np.zeros((4, 4), np.uint8), {}),
        (np.zeros((4, 4, 3), np.float32), {}),
        (np.zeros((4, 4, 3), np.uint8), {"count": 0}),
        (np.zeros((4, 4, 3), np.uint8), {"side_px": 0}),
        (np.zeros((4, 4, 3), np.uint8), {"strength": 1.5}),
    ],
)
def test_wrong_arguments_are_refused(pixels, changes):
    arguments = {"count": 1, "side_px": 64, "seed": 0} | changes

    with pytest.raises(ValueError, match=r"\w"):
        list(vary(pixels, **arguments))


def likeness(picture: Pixels, pattern: Pixels) -> float:
    """How well the dark marks of a picture meet those of a pattern at the best shift and enlargement."""

    def marks(pixels: Pixels, side: int) -> np.ndarray:
        grey = np.asarray(Image.fromarray(pixels).convert("L").resize((side, side)), np.float32)
        padded = np.zeros((384, 384))
        padded[:side, :side] = grey < 100
        return padded

    seen = np.fft.rfft2(marks(picture, 256))
    best = 0.0
    for side in range(232, 344, 8):
        known = marks(pattern, side)
        meeting = np.fft.irfft2(seen * np.conj(np.fft.rfft2(known)))
        best = max(best, float(meeting.max()) / np.sqrt(known.sum()))
    return best


def test_a_word_is_never_mirrored():
    source = pictures.sign(256)
    mirrored = np.ascontiguousarray(source[:, ::-1])

    for result in make(source, colour=False, count=6):
        assert likeness(result, source) > 1.1 * likeness(result, mirrored)
