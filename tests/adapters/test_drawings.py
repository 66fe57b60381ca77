"""SVG: drawn as large as it is needed, from its own content alone, and never at the window's cost."""

import base64
import gzip
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from imgvar_desktop.adapters import drawings
from imgvar_desktop.adapters.pictures import PillowPictures
from imgvar_desktop.bridge import draw_svg
from imgvar_desktop.core.errors import PictureRefused
from imgvar_desktop.core.framing import Framing
from imgvar_desktop.core.geometry import Square
from imgvar_desktop.core.ports import OpenedPicture
from tests.adapters.made_pictures import BLUE, GREEN, RED, WHITE, encoded, quadrants, written
from tests.adapters.test_pictures_open import as_image, corners, near
from tests.adapters.test_pictures_refused import outcome_of

SVG = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def pixels_of(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


def rgb(colour: tuple[int, int, int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


QUADRANTS = f"""<svg {SVG} viewBox="0 0 60 40">
  <rect width="60" height="40" fill="{rgb(BLUE)}"/>
  <rect x="30" width="30" height="40" fill="{rgb(WHITE)}"/>
  <rect width="30" height="20" fill="{rgb(RED)}"/>
  <rect x="30" width="30" height="20" fill="{rgb(GREEN)}"/>
</svg>"""


def drawing(folder: Path, svg: str | bytes, name: str = "logo.svg") -> Path:
    return written(folder / name, svg if isinstance(svg, bytes) else svg.encode())


@pytest.mark.parametrize(
    "data",
    [
        QUADRANTS.encode(),
        b"\xef\xbb\xbf<?xml version='1.0' encoding='utf-8'?>\n<!-- a <svg> in words -->\n" + QUADRANTS.encode(),
        b"<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'http://www.w3.org/svg11.dtd' [<!ENTITY a 'b'>]>"
        + QUADRANTS.encode(),
        ("<?xml version='1.0' encoding='utf-16'?>" + QUADRANTS).encode("utf-16"),
        gzip.compress(QUADRANTS.encode()),
        QUADRANTS.replace("<svg ", "<svg width='6in' height='4in' ").encode(),
    ],
    ids=["plain", "declared", "with a DTD", "UTF-16", "packed", "in inches"],
)
def test_a_drawing_opens_large_whatever_its_own_size(tmp_path, data):
    picture = PillowPictures().open(drawing(tmp_path, data, "logo.png"))

    assert (picture.width, picture.height) == (4096, 2731)
    assert (picture.preview.width, picture.preview.height) == (2048, 1366)
    found = corners(as_image(picture.preview))
    assert all(map(near, found, (RED, GREEN, BLUE, WHITE), [0] * 4))
    assert picture.notes == ("A drawing, taken as 4,096 × 2,731 px.",)


def test_what_is_sent_is_drawn_for_it_and_sharp(tmp_path):
    path = drawing(tmp_path, QUADRANTS)

    data = PillowPictures().upload_png(path, Framing(Square(1536, 853, 1024)), 1024, 4_000_000)

    sent = pixels_of(data)
    assert (sent.size, sent.mode) == ((1024, 1024), "RGB")
    # The middle of the drawing, where four colours meet: one row and one column may be mixed, no more.
    assert [sent.getpixel(at) for at in ((509, 509), (514, 509), (509, 515), (514, 515))] == [RED, GREEN, BLUE, WHITE]


def test_a_thumbnail_of_a_drawing(tmp_path):
    PillowPictures().thumbnail(drawing(tmp_path, QUADRANTS), tmp_path / "thumbnail", 256)

    assert pixels_of((tmp_path / "thumbnail").read_bytes()).size == (256, 171)


def test_what_is_not_drawn_shows_through(tmp_path):
    picture = PillowPictures().open(
        drawing(tmp_path, f'<svg {SVG} viewBox="0 0 10 10"><rect width="5" height="10"/></svg>')
    )

    seen = as_image(picture.preview)
    assert (seen.getpixel((10, 10)), seen.getpixel((2000, 10))[3]) == ((0, 0, 0, 255), 0)


@pytest.mark.parametrize("shape", ["0 0 1 1", "0 0 0.4 0.4", "-5 -5 10 10", "0 0 1e6 1e6"])
def test_the_shape_comes_from_the_drawing(tmp_path, shape):
    svg = f'<svg {SVG} viewBox="{shape}"><rect x="-1e7" y="-1e7" width="2e7" height="2e7"/></svg>'

    picture = PillowPictures().open(drawing(tmp_path, svg))

    assert (picture.width, picture.height) == (4096, 4096)


def test_pixels_within_a_drawing_are_drawn(tmp_path):
    for kind in ("PNG", "JPEG"):
        packed = base64.b64encode(encoded(quadrants(), kind)).decode()
        svg = (
            f'<svg {SVG} viewBox="0 0 60 40">'
            f'<image width="60" height="40" xlink:href="data:image/{kind.lower()};base64,{packed}"/></svg>'
        )

        found = corners(as_image(PillowPictures().open(drawing(tmp_path, svg)).preview))

        assert all(map(near, found, (RED, GREEN, BLUE, WHITE), [14] * 4)), kind


def test_nothing_outside_of_the_drawing_is_read(tmp_path):
    secret = written(tmp_path / "secret.png", encoded(quadrants(), "PNG"))
    inner = f'<svg {SVG} viewBox="0 0 60 40"><image width="60" height="40" xlink:href="{secret}"/></svg>'
    nested = "data:image/png;base64," + base64.b64encode(inner.encode()).decode()
    quoted = "data:image/svg+xml," + inner.replace("<", "%3C").replace(">", "%3E").replace('"', "%22")
    for address in (str(secret), secret.as_uri(), "secret.png", f" {secret}", nested, quoted, "http://127.0.0.1:9/a"):
        for name in ("xlink:href", "href"):
            svg = f'<svg {SVG} viewBox="0 0 60 40"><image width="60" height="40" {name}="{address}"/></svg>'

            picture = PillowPictures().open(drawing(tmp_path, svg))

            assert not any(picture.preview.rgba), (name, address)


def test_entities_name_no_file(tmp_path):
    secret = written(tmp_path / "secret", b"<rect width='9' height='9'/>")
    for where in (f'SYSTEM "{secret.as_uri()}"', f'PUBLIC "a" "{secret}"'):
        svg = f'<!DOCTYPE svg [<!ENTITY a {where}>]><svg {SVG} viewBox="0 0 9 9">&a;</svg>'

        with pytest.raises(PictureRefused, match="damaged"):
            PillowPictures().open(drawing(tmp_path, svg))


def multiplying_entities() -> str:
    steps = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12))
    return f'<!DOCTYPE svg [<!ENTITY a0 "aaaaaaaaaa">{steps}]><svg {SVG} viewBox="0 0 9 9"><text>&a11;</text></svg>'


def multiplying_uses() -> str:
    steps = "".join(f'<g id="a{i}">' + f'<use xlink:href="#a{i - 1}"/>' * 10 + "</g>" for i in range(1, 12))
    return (
        f'<svg {SVG} viewBox="0 0 9 9"><defs><rect id="a0" width="9" height="9"/>{steps}</defs>'
        '<use xlink:href="#a11"/></svg>'
    )


BOMBS = {
    "multiplying entities": multiplying_entities(),
    "multiplying uses": multiplying_uses(),
    "a use of itself": f'<svg {SVG} viewBox="0 0 9 9"><g id="a"><use xlink:href="#a"/></g></svg>',
    "a pattern of itself": f'<svg {SVG} viewBox="0 0 9 9"><pattern id="p" width="1" height="1">'
    '<rect width="9" height="9" fill="url(#p)"/></pattern><rect width="9" height="9" fill="url(#p)"/></svg>',
    "deep nesting": f'<svg {SVG} viewBox="0 0 9 9">' + "<g>" * 200_000 + "</g>" * 200_000 + "</svg>",
    "a huge blur": f'<svg {SVG} viewBox="0 0 9 9"><filter id="f"><feGaussianBlur stdDeviation="1e9"/></filter>'
    '<rect width="9" height="9" filter="url(#f)"/></svg>',
    "endless numbers": f'<svg {SVG} viewBox="0 0 9 9"><path d="M0 0{" L1e308 -1e308" * 3000}" stroke="red" '
    'stroke-dasharray="1e-9"/></svg>',
    "zeros packed": gzip.compress(bytes(300_000_000), 9),
    "a drawing packed without end": gzip.compress(QUADRANTS.encode()[:-6] + b" " * 300_000_000 + b"</svg>", 9),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_drawn_or_refused_soon(tmp_path, bomb, monkeypatch):
    monkeypatch.setattr(drawings, "LIMIT_S", 4.0)
    path = drawing(tmp_path, BOMBS[bomb], "bomb.svg")
    begun = time.monotonic()

    outcome = outcome_of(path)

    assert isinstance(outcome, OpenedPicture) or str(outcome) in {
        "“bomb.svg” is damaged or incomplete.",
        "“bomb.svg” takes too long to draw.",
        "“bomb.svg” is too complicated to draw.",
    }
    assert time.monotonic() - begun < 20  # the limit, and what a busy machine needs to start and to end a child


@pytest.mark.parametrize(
    "svg",
    [
        f"<svg {SVG}",
        f"<svg {SVG}>",
        QUADRANTS[:-9],
        f'<svg {SVG} viewBox="0 0 0 0"/>',
        f'<svg {SVG} width="0" height="10"/>',
        f'<svg {SVG} viewBox="a b c d" width="-5"/>',
        "<svg xmlns='http://www.w3.org/2000/svg' xmlns:a='&#0;'/>",
        "<?xml version='1.0' encoding='no-such'?><svg/>",
    ],
)
def test_a_broken_drawing_is_refused_by_name(tmp_path, svg):
    with pytest.raises(PictureRefused, match=r"“logo\.svg” is damaged or incomplete\.") as caught:
        PillowPictures().open(drawing(tmp_path, svg))
    assert caught.value.hint


@pytest.mark.parametrize("text", ["<!DOCTYPE html><html><svg/></html>", "<p>svg</p>", "svg", "<!-- <svg> -->", "<?a?>"])
def test_other_text_is_no_drawing(tmp_path, text):
    with pytest.raises(PictureRefused, match="is not a picture that Imgvar can read"):
        PillowPictures().open(drawing(tmp_path, text))


def test_looking_for_a_drawing_takes_no_time(tmp_path):
    for hostile in (
        b"<!--" * 20_000,
        b"<!DOCTYPE [" * 9000,
        b"<?" * 40_000,
        b" " * 70_000,
        b"<!DOCTYPE svg [] " * 9000,
    ):
        path = drawing(tmp_path, hostile)
        begun = time.process_time()

        with path.open("rb") as file:
            assert not drawings.is_drawing(file)
            assert file.tell() == 0

        assert time.process_time() - begun < 0.5


def test_a_computer_that_cannot_draw_says_so(tmp_path, monkeypatch):
    path = drawing(tmp_path, QUADRANTS)
    for child in ((sys.executable, "-c", f"raise SystemExit({draw_svg.NO_QT})"), (str(tmp_path / "no such program"),)):
        monkeypatch.setattr(drawings, "own_command", lambda *_, child=child: child)

        with pytest.raises(PictureRefused, match=r"“logo\.svg” is a drawing, and this computer lacks"):
            PillowPictures().open(path)


def test_a_child_that_is_killed_is_a_drawing_that_is_too_much(tmp_path, monkeypatch):
    child = (sys.executable, "-c", "import os; os.abort()")
    monkeypatch.setattr(drawings, "own_command", lambda *_: child)

    with pytest.raises(PictureRefused, match="too complicated"):
        PillowPictures().open(drawing(tmp_path, QUADRANTS))


def test_both_sides_know_the_same_codes():
    assert (drawings._NOT_A_DRAWING, drawings._NO_QT) == (draw_svg.NOT_A_DRAWING, draw_svg.NO_QT)
    assert drawings.MAX_SVG_BYTES == draw_svg.MAX_SVG_BYTES


def test_the_child_says_nothing_beside_the_pixels():
    done = subprocess.run(
        [sys.executable, "-m", "imgvar_desktop", "draw", "30", "3"],
        input=QUADRANTS.encode(),
        capture_output=True,
        check=True,
    )

    header, _, pixels = done.stdout.partition(b"\n")
    assert header == b"30 20 10 7"
    assert len(pixels) == 10 * 7 * 4
