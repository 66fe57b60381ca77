"""What other programs hand over becomes the pictures that are meant: all of them, each as near to its original."""

import base64
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QColor, QImage

from imgvar_desktop.ui.picture_drop import (
    MOST,
    Dropped,
    DroppedBytes,
    DroppedFile,
    DroppedPixels,
    DroppedUrl,
    offers_picture,
    pictures_from,
)
from imgvar_desktop.ui.picture_html import largest, picture_addresses

PNG = b"\x89PNG and the rest"
DATA_URI = "data:image/png;base64," + base64.b64encode(PNG).decode()
LAKE = "https://example.org/photos/lake%20at%20noon.jpg?size=large"
PAGE = "https://example.org/photos/"


def mime(**parts: str | bytes) -> QMimeData:
    """Of formats by name, ``text__html`` for text/html."""
    made = QMimeData()
    for name, content in parts.items():
        kind = {"uris": "text/uri-list"}.get(name, name.replace("__", "/"))
        made.setData(kind, content.encode() if isinstance(content, str) else content)
    return made


def with_pixels(made: QMimeData) -> QMimeData:
    image = QImage(30, 20, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    made.setImageData(image)
    return made


def brought(made: QMimeData) -> tuple[Dropped, ...]:
    """``pictures_from``, and the promise made while it hovered is kept."""
    pictures = pictures_from(made)
    assert offers_picture(made) == bool(pictures)
    return pictures


pytestmark = pytest.mark.usefixtures("qapp")


def test_files_and_folders_come_in_their_order(tmp_path):
    paths = [tmp_path / "b é.png", tmp_path / "a folder", tmp_path / "a.txt"]
    made = QMimeData()
    made.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])

    assert brought(made) == tuple(map(DroppedFile, paths))


def test_files_and_addresses_may_be_mixed():
    assert brought(mime(uris=f"file:///a/b.png\r\n{LAKE}\r\nmailto:me@example.org\r\n{DATA_URI}\r\n")) == (
        DroppedFile(Path("/a/b.png")),
        DroppedUrl(LAKE, name="lake at noon"),
        DroppedBytes(PNG),
    )


def test_one_gesture_brings_so_many_and_no_more():
    made = QMimeData()
    made.setUrls([QUrl(f"https://example.org/{i}.png") for i in range(MOST + 5)])

    assert len(brought(made)) == MOST


def test_an_image_of_a_page_is_fetched_and_its_pixels_are_kept_in_hand():
    html = f'<meta charset="utf-8"><img src="{LAKE}" alt="a lake">'

    bytes_too = brought(mime(uris=LAKE, text__html=html, image__png=PNG))
    (pixels_too,) = brought(with_pixels(mime(text__html=html)))

    assert bytes_too == (DroppedUrl(LAKE, DroppedBytes(PNG), "lake at noon"),)
    assert isinstance(pixels_too, DroppedUrl)
    assert isinstance(pixels_too.fallback, DroppedPixels)
    assert (pixels_too.url, pixels_too.fallback.image.width()) == (LAKE, 30)


def test_a_picture_in_a_link_is_not_the_page_it_leads_to():
    html = f'<a href="https://example.org/story"><img src="{LAKE}"></a>'

    assert brought(mime(uris="https://example.org/story", text__html=html)) == (DroppedUrl(LAKE, name="lake at noon"),)


def test_what_a_browser_decoded_goes_before_an_address_that_may_be_a_page():
    assert brought(mime(uris="https://example.org/story", image__jpeg=b"jpeg")) == (DroppedBytes(b"jpeg"),)


def test_an_address_alone_is_taken():
    assert brought(mime(uris=LAKE)) == (DroppedUrl(LAKE, name="lake at noon"),)


def test_the_temporary_file_of_a_browser_is_a_file():
    """Firefox on Windows: a BMP that is gone a moment later, beside the address that it came from."""
    made = mime(uris="file:///tmp/lake.bmp", text__html=f'<img src="{LAKE}">')

    assert brought(made) == (DroppedFile(Path("/tmp/lake.bmp")),)


def test_a_page_names_no_file_of_this_computer():
    for address in ("file:///etc/passwd", "FILE:///etc/a.png", "/etc/a.png", "//", "C:\\a.png", "\\\\server\\a.png"):
        html = f'<img src="{address}">'

        assert brought(mime(text__html=html)) == (), address
        assert brought(mime(text__html=html, image__png=PNG)) == (DroppedBytes(PNG),), address


@pytest.mark.parametrize(
    ("html", "addresses"),
    [
        (f'<img src="{DATA_URI}">', [DATA_URI]),
        (f"<IMG\nSRC = '{LAKE}'/>", [LAKE]),
        (f"<img src={LAKE}>", [LAKE]),
        (f'<img src="{LAKE}&amp;x=1">', [f"{LAKE}&x=1"]),
        ('<img src="a.png"><p>and</p><img src="b.png"><img src="a.png">', ["a.png", "b.png"]),
        ('<img src="a.png" srcset="a.png 1x, c.png 3x, b.png 2x">', ["c.png"]),
        ('<img src="dot.gif" width="1" height="1"><img src="a.png" width="10">', ["a.png"]),
        ('<img alt="src=x.png" data-src="y.png" src="a.png" src="z.png">', ["a.png"]),
        ('<img alt="a > b" src="a.png">', ["a.png"]),
        ("<imgs src=a.png><image src=b.png><p title='<img'>", []),
        ("<img", []),
        ("<img src=", []),
        ('<img src="', []),
    ],
)
def test_pictures_are_found_in_html(html, addresses):
    assert list(picture_addresses(html, MOST)) == addresses


def test_addresses_in_html_are_read_as_the_page_means_them():
    def of(address: str) -> str:
        (picture,) = brought(mime(uris=PAGE, text__html=f'<img src="{address}">'))
        assert isinstance(picture, DroppedUrl)
        return picture.url

    assert of("//cdn.example/a.png") == "https://cdn.example/a.png"
    assert of("a.png") == f"{PAGE}a.png"
    assert of("/a.png") == "https://example.org/a.png"


@pytest.mark.parametrize(
    ("srcset", "address"),
    [
        ("a.png", ""),
        ("a.png 1x", ""),
        ("a.png 1x, b.png 2x", "b.png"),
        ("a.png, b.png 1.5x", "b.png"),
        ("a.png 320w,b.png 1280w,\n c.png 640w", "b.png"),
        (f"{DATA_URI} 2x", DATA_URI),
        ("a.png x, b.png -3w, c.png nanx", ""),
        (", ,, ", ""),
    ],
)
def test_of_several_sizes_the_largest_is_taken(srcset, address):
    assert largest(srcset) == address


def test_several_pictures_of_a_page_come_all():
    html = f'<p>Two <img src="{LAKE}"> and <img src="{DATA_URI}"></p>'

    assert brought(mime(text__html=html, image__png=b"both")) == (
        DroppedUrl(LAKE, name="lake at noon"),
        DroppedBytes(PNG),
    )


@pytest.mark.parametrize(
    ("address", "data"),
    [
        (DATA_URI, PNG),
        ("DATA:image/png;BASE64," + DATA_URI.partition(",")[2], PNG),
        (DATA_URI.rstrip("="), PNG),
        (DATA_URI.replace("+", "%2B").replace("=", "%3D"), PNG),
        ("data:image/svg+xml;charset=utf-8,%3Csvg%20/%3E", b"<svg />"),
        ("data:image/svg+xml,<svg/>", b"<svg/>"),
    ],
)
def test_a_data_address_is_the_picture(address, data):
    assert brought(mime(text__plain=address)) == (DroppedBytes(data),)


@pytest.mark.parametrize(
    "address",
    ["data:", "data:,", "data:text/html,<p>", "data:image/png;base64,", "data:image/png", "data:image/png;base64,A",
     "data:image/,x", "data:image/png" + ";a" * 40 + ",x"],
)  # fmt: skip
def test_a_data_address_that_makes_no_sense_is_nothing(address):
    assert brought(mime(text__plain=address)) == ()
    assert pictures_from(mime(text__html=f'<img src="{address}">')) == ()


def test_text_that_is_an_address_or_a_path_is_what_it_names():
    assert brought(mime(text__plain=f"  {LAKE}\n")) == (DroppedUrl(LAKE, name="lake at noon"),)
    assert brought(mime(text__plain="/a b/c.PNG\r\n\r\n/d.heic\r\n")) == (
        DroppedFile(Path("/a b/c.PNG")),
        DroppedFile(Path("/d.heic")),
    )
    assert brought(mime(text__plain='"/a b/c.png"')) == (DroppedFile(Path("/a b/c.png")),)
    assert brought(mime(text__plain="file:///a%20b/c.png")) == (DroppedFile(Path("/a b/c.png")),)


@pytest.mark.parametrize(
    "text",
    ["", " ", "a word", "lake.png", "./lake.png", "/etc/passwd", "/", f"see {LAKE}", f"{LAKE}\nis nice", "http://",
     "https:///a.png", "ftp://example.org/a.png", "javascript:alert(1)", "/a\0b.png", "http://[::1",
     "http://a b/c.png"],
)  # fmt: skip
def test_other_text_is_no_picture(text):
    assert brought(mime(text__plain=text)) == ()


def test_without_an_original_the_best_bytes_are_taken_and_then_pixels():
    assert brought(with_pixels(mime(image__jpeg=b"jpeg", image__png=PNG))) == (DroppedBytes(PNG),)
    assert brought(mime(image__heic=b"heic")) == (DroppedBytes(b"heic"),)
    assert brought(mime(**{"image__svg+xml": b"<svg/>", "image__png": PNG})) == (DroppedBytes(PNG),)
    (pixels,) = brought(with_pixels(QMimeData()))
    assert isinstance(pixels, DroppedPixels)
    assert (pixels.image.width(), pixels.image.height()) == (30, 20)


def test_an_empty_drop_is_nothing():
    assert brought(QMimeData()) == ()


@pytest.mark.parametrize(
    "html",
    ["<img " * 300_000, "<img a=\"'" * 300_000, "<img src=" + "a" * 5_000_000, "<img" + " /" * 2_000_000,
     '<img srcset="' + "a," * 1_000_000 + '">', '<img srcset="' + " ," * 1_000_000 + '">',
     "<img " + "a = " * 500_000, '<img src="' + "&#x" * 1_000_000 + '">'],
    ids=lambda html: html[:16],
)  # fmt: skip
def test_a_page_cannot_keep_the_window_waiting(html):
    begun = time.process_time()

    picture_addresses(html, MOST)

    assert time.process_time() - begun < 3


MARKUP = st.lists(
    st.sampled_from(
        ["<img", "<IMG ", " src", "srcset", "=", '"', "'", ">", "/", "<!--", "-->", "<![CDATA[", "<!", "&amp;", "&#0;",
         "&#xFFFFFFFF;", "http://", "https://h/", "//", "file:///", "data:image/png;base64,", "data:image/svg+xml,",
         "%", "%ZZ", ",", " 2x", " 9e999w", "[", "]", ":", "@", "\0", "\r\n", "\ud800", "é", "\u202e", "A==", "=" * 9],
    ),
    max_size=30,
).map("".join)  # fmt: skip


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(html=MARKUP, uris=MARKUP, text=MARKUP, data=st.binary(max_size=60))
def test_nonsense_of_every_kind_is_pictures_or_nothing(html, uris, text, data):
    for parts in (
        {"text__html": html, "uris": uris, "text__plain": text},
        {"text__html": html},
        {"text__plain": html},
        {"uris": uris},
        {"text__html": data, "uris": data, "text__plain": data},
    ):
        made = mime(**{k: v.encode("utf-8", "surrogatepass") if isinstance(v, str) else v for k, v in parts.items()})

        for picture in brought(made):
            match picture:
                case DroppedFile(path):
                    assert path.name or path.is_absolute()
                case DroppedUrl(url, name=name):
                    assert url.startswith(("http://", "https://"))
                    assert name
                case DroppedBytes(content):
                    assert content
