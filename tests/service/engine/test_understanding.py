"""What the engine sees in a picture: its kind, its text, its movable objects."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from imgvar_desktop.service.engine.analysis import Kind, analyse
from imgvar_desktop.service.engine.arrange import Arranger
from imgvar_desktop.service.engine.compositing import composed, ground_of
from imgvar_desktop.service.engine.cutouts import cutouts_of
from imgvar_desktop.service.engine.lettering import lettering_of
from imgvar_desktop.service.engine.raster import premultiplied, unit
from tests.service.engine import hard_pictures, pictures


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("portrait", Kind.SUBJECT),
        ("noise", Kind.TEXTURE),
        ("icons", Kind.GRAPHIC),
        ("sticker", Kind.GRAPHIC),
        ("line art", Kind.GRAPHIC),
    ],
)
def test_the_kind_of_a_picture_is_seen(kind, wanted):
    assert analyse(premultiplied(pictures.KINDS[kind](256))).kind is wanted


def test_one_colour_is_plain():
    assert analyse(premultiplied(pictures.one_colour(64))).kind is Kind.PLAIN


def test_the_face_is_more_unique_than_its_ground():
    found = analyse(premultiplied(pictures.portrait(256)))

    assert found.uniqueness[14:30, 18:30].mean() > 2 * found.uniqueness[:8, :8].mean()


@pytest.mark.parametrize("word", ["HARBOUR", "morning", "Grand Hotel"])
@pytest.mark.parametrize("side", [256, 512])
def test_words_are_found(word, side):
    found = lettering_of(premultiplied(pictures.sign(side, word)))

    assert found is not None
    assert found.top < 0.5 < found.bottom
    assert found.left < 0.3
    assert found.right > 0.7


@pytest.mark.parametrize("kind", ["landscape", "portrait", "texture", "icons", "sticker", "noise", "symmetric"])
def test_where_there_is_no_word_none_is_found(kind):
    assert lettering_of(premultiplied(pictures.KINDS[kind](256))) is None


@pytest.mark.parametrize("kind", list(hard_pictures.KINDS))
def test_what_must_not_be_mirrored_is_known(kind):
    found = analyse(premultiplied(hard_pictures.KINDS[kind](512)))

    assert found.handed == (kind in {"page", "poster", "logo", "interface", "sign", "flag"})


def test_every_icon_is_cut_out_once():
    found = cutouts_of(premultiplied(pictures.icons(256)))

    assert len(found) == 9
    assert sorted((round(3 * c.middle[0] - 0.5), round(3 * c.middle[1] - 0.5)) for c in found) == [
        (i, j) for i in range(3) for j in range(3)
    ]


def test_the_features_of_a_drawn_face_stay_where_they_are():
    image = Image.new("RGB", (512, 512), "white")
    draw = ImageDraw.Draw(image)
    draw.ellipse([100, 80, 412, 392], outline="black", width=6)
    draw.ellipse([180, 180, 215, 215], fill="black")
    draw.ellipse([300, 180, 335, 215], fill="black")

    moved = cutouts_of(premultiplied(np.asarray(image)))

    # The head may move as one; an eye alone may not.
    assert all(c.width > 0.4 for c in moved)


def test_objects_put_back_in_place_give_the_picture_again():
    source = premultiplied(pictures.icons(256))
    cutouts = cutouts_of(source)
    ground = ground_of(source, cutouts)
    arranger = Arranger(cutouts, ground, 0.5, np.random.default_rng(0))

    at_home = [type(item)(item.cutout, item.cutout.middle) for item in arranger.arrangements(1)[0]]

    difference = np.abs(composed(source, ground, at_home).astype(np.int16) - source)
    assert difference.max() <= 8


def test_the_ground_shows_no_trace_of_the_objects():
    source = premultiplied(pictures.icons(256))

    ground = ground_of(source, cutouts_of(source))

    assert np.abs(ground - unit(source)[0, 0]).max() < 0.02


@pytest.mark.parametrize("strength", [0.15, 0.5, 0.85])
def test_objects_never_collide_nor_leave(strength):
    source = premultiplied(pictures.icons(256))
    cutouts = cutouts_of(source)
    arranger = Arranger(cutouts, ground_of(source, cutouts), strength, np.random.default_rng(3))

    for placed in arranger.arrangements(6):
        for i, a in enumerate(placed):
            assert a.cutout.height / 2 <= a.middle[0] <= 1 - a.cutout.height / 2
            assert a.cutout.width / 2 <= a.middle[1] <= 1 - a.cutout.width / 2
            for b in placed[:i]:
                apart_y = abs(a.middle[0] - b.middle[0]) - (a.cutout.height + b.cutout.height) / 2
                apart_x = abs(a.middle[1] - b.middle[1]) - (a.cutout.width + b.cutout.width) / 2
                assert max(apart_y, apart_x) >= 0


@pytest.mark.parametrize(
    ("kind", "wanted"), [("horizon", True), ("lake", True), ("vase", True), ("astronaut", False), ("portrait", False)]
)
def test_a_line_across_the_picture_is_seen(kind, wanted):
    assert analyse(premultiplied(hard_pictures.KINDS[kind](256))).ruled == wanted
