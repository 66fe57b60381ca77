"""What a designer would send back: two noses, torn letters, fringes, bent horizons, mud. None of it, on any picture."""

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from imgvar_desktop.service.engine import vary
from imgvar_desktop.service.engine.colour import oklab
from imgvar_desktop.service.engine.palette import palette_of
from imgvar_desktop.service.engine.raster import premultiplied
from imgvar_desktop.service.engine.regions import dilated, labelled, regions_of
from tests.service.engine import hard_pictures, pictures
from tests.service.engine.pictures import Pixels

ALL_KINDS = pytest.mark.parametrize("kind", list(hard_pictures.KINDS))
HARDLY_ANYTHING = {"very flat", "very dark", "line art", "doodle", "noise"}
"""Nearly one colour all over, so that new pictures are never far from the old."""


@cache
def made(kind: str, *, side: int = 256, count: int = 4, seed: int = 0, strength: float = 0.5, colour: bool = True):
    """The variations of a hard picture in the order of their index; of its own side."""
    found = vary(
        hard_pictures.KINDS[kind](side), count=count, side_px=side, seed=seed, strength=strength, colour=colour
    )
    return tuple(v.pixels for v in sorted(found, key=lambda v: v.index))


def apart(first: Pixels, second: Pixels) -> float:
    """Mean absolute difference at 32 px, 0..255, transparent over grey."""

    def small(pixels: Pixels) -> NDArray[np.float32]:
        image = Image.fromarray(pixels).convert("RGBA")
        ground = Image.new("RGBA", image.size, (128, 128, 128, 255))
        ground.alpha_composite(image)
        return np.asarray(ground.convert("RGB").resize((32, 32), Image.Resampling.BOX), np.float32)

    return float(np.abs(small(first) - small(second)).mean())


@ALL_KINDS
@pytest.mark.parametrize("strength", [0.0, 0.15, 0.5, 0.85, 1.0])
def test_every_strength_gives_whole_pictures(kind, strength):
    source = hard_pictures.KINDS[kind](96)

    results = made(kind, side=96, count=2, strength=strength)

    assert [(r.shape, r.dtype) for r in results] == [(source.shape, np.uint8)] * 2
    assert results[0].tobytes() != results[1].tobytes()


@ALL_KINDS
def test_four_are_new_and_unlike_one_another(kind):
    source = hard_pictures.KINDS[kind](256)
    least = 0.15 if kind in HARDLY_ANYTHING else 1.5

    results = made(kind)

    assert min(apart(source, r) for r in results) > least
    assert min(apart(a, b) for i, a in enumerate(results) for b in results[:i]) > least


@ALL_KINDS
def test_ten_are_ten(kind):
    results = made(kind, side=96, count=10)

    assert len({r.tobytes() for r in results}) == 10
    if kind not in HARDLY_ANYTHING:
        assert min(apart(a, b) for i, a in enumerate(results) for b in results[:i]) > 0.5


@ALL_KINDS
def test_one_two_and_four_threads_make_the_same_bytes(kind):
    source = hard_pictures.KINDS[kind](96)

    def run(threads: int) -> dict[int, bytes]:
        return {v.index: v.pixels.tobytes() for v in vary(source, count=2, side_px=96, seed=5, threads=threads)}

    assert run(1) == run(2) == run(4)


@pytest.mark.parametrize(("source_px", "side_px"), [(64, 512), (1024, 1024), (2000, 512)])
@pytest.mark.parametrize("kind", ["astronaut", "horizon", "poster", "cut out"])
def test_sources_of_any_side(kind, source_px, side_px):
    source = hard_pictures.KINDS[kind](source_px)

    results = [v.pixels for v in vary(source, count=2, side_px=side_px, seed=0)]

    assert [r.shape for r in results] == [(side_px, side_px, source.shape[2])] * 2
    assert apart(*results) > 1


# A face


def correlation(picture: NDArray[np.float32], template: NDArray[np.float32]) -> NDArray[np.float64]:
    """Normalised cross-correlation, -1..1, at every place where the template lies wholly within the picture."""
    side, (height, width) = picture.shape[0], template.shape
    known = template - template.mean()
    spectrum = np.fft.rfft2(picture)
    meeting = np.fft.irfft2(spectrum * np.conj(np.fft.rfft2(known, picture.shape)), picture.shape)

    def window_sums(values: NDArray[np.float32]) -> NDArray[np.float64]:
        total = np.pad(values.astype(np.float64), ((1, 0), (1, 0))).cumsum(0).cumsum(1)
        return total[height:, width:] - total[:-height, width:] - total[height:, :-width] + total[:-height, :-width]

    variance = window_sums(picture**2) - window_sums(picture) ** 2 / known.size
    norm = np.sqrt(np.maximum(variance, 1e-3) * float((known**2).sum()))
    return meeting[: side - height + 1, : side - width + 1] / norm


def places_like(picture: Pixels, template: Pixels, sides: range, like: float) -> int:
    """How many places of the picture look like the template, or its mirror image, at any of the ``sides`` in px."""

    def grey(pixels: Pixels) -> Image.Image:
        return Image.fromarray(pixels).convert("L")

    seen = np.asarray(grey(picture), np.float32)
    found: list[tuple[float, float, float]] = []
    for side in sides:
        known = np.asarray(grey(template).resize((side, side), Image.Resampling.BICUBIC), np.float32)
        for turned in (known, known[:, ::-1]):
            match = correlation(seen, turned)
            for y, x in np.argwhere(match > like):
                found.append((float(match[y, x]), y + side / 2, x + side / 2))
    apart_px = 0.6 * template.shape[0]
    places: list[tuple[float, float]] = []
    for _, y, x in sorted(found, reverse=True):
        if all(np.hypot(y - other_y, x - other_x) > apart_px for other_y, other_x in places):
            places.append((y, x))
    return len(places)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("strength", [0.5, 0.85])
def test_a_person_has_one_face(seed, strength):
    source = hard_pictures.astronaut(256)
    eyes_and_nose = source[38:70, 94:126]
    sides = range(26, 53, 2)
    assert places_like(source, eyes_and_nose, sides, 0.72) == 1

    for result in made("astronaut", seed=seed, strength=strength):
        assert places_like(result, eyes_and_nose, sides, 0.72) == 1


@pytest.mark.parametrize("seed", range(3))
def test_one_object_stays_one(seed):
    """The drawn head: skin is one piece, with two eyes in it."""
    for result in made("portrait", seed=seed, colour=False):
        red, green, blue = result.astype(np.int16).transpose(2, 0, 1)
        skin = (red - blue > 45) & (red > 150) & (green > 110)
        labels, count = labelled(skin)
        assert sum(r.area > 0.01 * skin.size for r in regions_of(labels, count)) == 1


# Type


def letters(pixels: Pixels) -> NDArray[np.float32]:
    """The shape of each dark letter or other small mark, ``(k, 24 * 24)`` of 0 and 1, from bound to bound."""
    grey = np.asarray(Image.fromarray(pixels).convert("L"))
    labels, count = labelled(grey < 110, diagonal=True)
    shapes = []
    for r in regions_of(labels, count):
        if r.area >= 12 and max(r.height, r.width) < grey.shape[0] / 6:
            own = labels[r.top : r.bottom, r.left : r.right] == r.label
            shapes.append(np.asarray(Image.fromarray(own).resize((24, 24), Image.Resampling.BOX)).ravel())
    return np.array(shapes, np.float32)


def likeness(found: NDArray[np.float32], known: NDArray[np.float32]) -> NDArray[np.float32]:
    """For each shape found, what it shares with the likest known one, of what either covers: 0 to 1."""
    shared = found @ known.T
    covered = found.sum(1)[:, None] + known.sum(1)[None] - shared
    return (shared / np.maximum(covered, 1)).max(1)


@pytest.mark.parametrize("kind", ["page", "logo", "sign"])
@pytest.mark.parametrize("seed", range(3))
def test_no_letter_is_torn_lost_or_cut_off(kind, seed):
    source = letters(hard_pictures.KINDS[kind](512))
    assert len(source) >= 6

    # Of a page full of text, whole lines may be left out; nothing else may.
    least = 0.35 if kind == "page" else 0.9
    for result in made(kind, side=512, seed=seed, colour=False):
        found = letters(result)
        assert least * len(source) <= len(found) <= 1.1 * len(source)
        assert np.mean(likeness(found, source) > 0.6) > 0.95


@pytest.mark.parametrize("kind", ["poster", "interface"])
@pytest.mark.parametrize("strength", [0.5, 1.0])
def test_no_word_is_cut_off_at_the_border(kind, strength):
    """White type never reaches the border of the poster, nor dark type that of the window."""
    for result in made(kind, side=256, seed=1, strength=strength, colour=False):
        grey = np.asarray(Image.fromarray(result).convert("L"), np.float32)
        ink = grey > 225 if kind == "poster" else grey < 110
        rim = np.ones_like(ink)
        rim[2:-2, 2:-2] = False
        if kind == "interface":
            rim[: 256 // 6] = False  # the bar at the top is dark
        assert not (ink & rim).any()


def test_a_flag_is_never_mirrored():
    for seed in range(4):
        for result in made("flag", seed=seed, colour=False):
            canton, stripes = result[:100, :80], result[:100, -80:]
            assert canton.mean() < stripes.mean() - 30


# Flat art


@pytest.mark.parametrize("kind", ["icons", "shapes", "logo", "poster", "two fills", "interface", "flag"])
def test_flat_art_stays_flat(kind):
    source = hard_pictures.KINDS[kind](256)
    fills = len(palette_of(premultiplied(source)).colours)

    def even(pixels: Pixels) -> float:
        return float((np.abs(np.diff(pixels.astype(np.int16), axis=1)).max(-1) == 0).mean())

    for result in made(kind):
        assert len(palette_of(premultiplied(result)).colours) <= fills + 1
        assert even(result) > 0.75 * even(source)


@pytest.mark.parametrize("kind", ["icons", "shapes", "logo", "poster", "two fills", "sticker"])
@pytest.mark.parametrize("seed", range(3))
def test_no_palette_goes_muddy(kind, seed):
    """Of what is brown or olive there is hardly more than the source has."""

    def mud(pixels: Pixels) -> float:
        lab = oklab(pixels[::2, ::2, :3][pixels[::2, ::2, -1] > 0].astype(np.float32) / 255)
        hue = np.degrees(np.arctan2(lab[:, 2], lab[:, 1]))
        chroma = np.hypot(lab[:, 1], lab[:, 2])
        return float(((hue > 60) & (hue < 125) & (lab[:, 0] < 0.6) & (chroma > 0.06)).mean())

    allowed = mud(hard_pictures.KINDS[kind](256)) + 0.08
    assert max(mud(result) for result in made(kind, seed=seed)) < allowed


def test_what_stands_on_a_card_stays_on_it():
    """The bars of the charts, whatever their colour, are on white."""
    for seed in range(3):
        for result in made("interface", side=256, seed=seed, colour=False):
            red, _, blue = result.astype(np.int16).transpose(2, 0, 1)
            bars = (blue - red > 90) & (blue > 200)
            labels, count = labelled(bars)
            small = [r for r in regions_of(labels, count) if r.area > 10 and r.width < 13 and r.height < 45]
            assert len(small) >= 16
            around = dilated(np.isin(labels, [r.label for r in small]), 4) & ~dilated(bars, 2)
            assert (result[around].min(-1) > 252).mean() > 0.9


# Transparency


@pytest.mark.parametrize("kind", ["sticker", "cut out", "gradient alpha"])
@pytest.mark.parametrize("strength", [0.15, 0.5, 0.85])
def test_as_much_is_transparent_as_before_and_as_softly(kind, strength):
    def shares(pixels: Pixels) -> NDArray[np.float64]:
        return np.histogram(pixels[..., 3], [0, 1, 64, 128, 192, 255, 256])[0] / pixels[..., 3].size

    before = shares(hard_pictures.KINDS[kind](256))
    for result in made(kind, strength=strength):
        assert np.abs(shares(result) - before).max() < 0.25


@pytest.mark.parametrize("seed", range(3))
def test_no_fringe_at_transparent_edges(seed):
    """Under every soft edge lies the colour of what it is the edge of, and under a shadow the shadow's."""
    for result in made("sticker", seed=seed, colour=False):
        alpha = result[..., 3]
        edge = (alpha > 60) & (alpha < 250)
        assert edge.any()
        assert np.abs(result[edge][:, :3].astype(np.int16) - (250, 190, 40)).max(-1).mean() < 6
    for result in made("cut out", seed=seed, colour=False):
        alpha = result[..., 3]
        shadow = (alpha > 20) & (alpha < 100) & ~dilated(alpha > 120, 4)
        assert shadow.any()
        assert result[shadow][:, :3].mean() < 6


def test_a_picture_that_bleeds_shows_no_edge_of_its_own():
    """Where the fading photograph reached the border it still does."""
    for strength in (0.5, 1.0):
        for result in made("gradient alpha", strength=strength):
            assert (result[2, :, 3] > 200).all()
            assert (np.diff(result[128:, :, 3].astype(np.int16).mean(1)) < 3).all()


def test_nothing_stays_nothing():
    source = hard_pictures.nothing(96)

    results = list(vary(source, count=4, side_px=96, seed=0))

    assert [v.pixels.shape for v in results] == [(96, 96, 4)] * 4
    assert all(int(v.pixels[..., 3].max()) == 0 for v in results)


# Next to nothing


@pytest.mark.parametrize("colour", [(90, 140, 200), (0, 0, 0), (255, 255, 255), (128, 128, 128), (180, 20, 30)])
def test_one_colour_gives_its_own_family(colour):
    source = pictures.one_colour(96, colour)

    results = [v.pixels for v in vary(source, count=4, side_px=96, seed=1)]

    lab = oklab(np.array([colour], np.float32) / 255)
    for result in results:
        assert int(np.ptp(result.reshape(-1, 3), axis=0).max()) <= 12
        assert np.linalg.norm(oklab(result[48:49, 48].astype(np.float32) / 255) - lab) < 0.16
    if colour == (90, 140, 200):
        assert len({r.tobytes() for r in results}) == 4


@pytest.mark.parametrize("seed", range(4))
def test_a_horizon_stays_one_line(seed):
    """From column to column it moves by a pixel or two, and the whole of it hardly bends."""
    for result in made("horizon", seed=seed, colour=False):
        sky = result.astype(np.int16).sum(-1) > 330
        rows = np.array([int(np.nonzero(~column)[0].min(initial=255)) for column in sky.T])
        crossings = (np.diff(sky.astype(np.int8), axis=0) < 0).sum(0)
        # The boat stands on some of the columns, and sea spray is bright here and there.
        assert np.mean(crossings <= 2) > 0.85
        line = rows[np.abs(rows - np.median(rows)) < 40]
        assert len(line) > 0.75 * len(rows)
        assert np.percentile(np.abs(np.diff(line)), 97) <= 3
        assert np.ptp(np.percentile(line, [3, 97])) < 0.02 * 256
