"""Pages, addresses, folders and several pictures at once: whatever was meant is what lies in the well."""

import base64
import functools
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from imgvar_desktop.adapters import web_pictures
from imgvar_desktop.adapters.paths import Paths
from imgvar_desktop.bridge.dropped import DroppedFile
from tests.acceptance.conftest import OFFSCREEN_CANNOT
from tests.acceptance.desk import MISSING, Desk, a_screen, until
from tests.acceptance.person import LEFT, Person, file_mime
from tests.adapters.test_drawings import QUADRANTS
from tests.adapters.test_web_pictures import Site, running_site

pytestmark = pytest.mark.qt_log_ignore(OFFSCREEN_CANNOT)

PAGE_SOURCE = Path(__file__).with_name("page_source.py")
needs_a_screen = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as site:
        yield site


@pytest.fixture
def near_web(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program fetches from this computer, which it otherwise never does."""
    fetcher = functools.partial(web_pictures.WebPictures, may_ask=lambda _: True)
    monkeypatch.setattr(web_pictures, "WebPictures", fetcher)


def html_mime(html: str, *, seen: Path | None = None, link: str = "") -> QMimeData:
    """As a browser offers a picture of a page: markup, perhaps what it decoded, perhaps where a click would lead."""
    mime = QMimeData()
    mime.setHtml(html)
    if seen is not None:
        mime.setData("image/png", as_png(seen))
    if link:
        mime.setData("text/uri-list", link.encode())
    return mime


def as_png(file: Path) -> bytes:
    target = file.with_suffix(".seen.png")
    with Image.open(file) as image:
        image.save(target)
    return target.read_bytes()


def data_address(file: Path) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(file.read_bytes()).decode()


def sources(home: Path) -> list[bytes]:
    return [file.read_bytes() for file in (Paths.below(home).library / "sources").iterdir()]


def until_told(person: Person) -> str:
    person.until(lambda: person.window.source.message.text)
    return person.window.source.message.text


# Fetched


@pytest.mark.usefixtures("near_web")
def test_an_image_of_a_page_is_the_file_behind_it(person, site, lake, tmp_path):
    url = site.gives("/photos/mountain%20lake.jpg", lake.read_bytes())
    page = site.gives("/story", b"<html>", Content_Type="text/html")

    person.drop(html_mime(f'<a href="{page}"><img src="{url}"></a>', seen=lake, link=page))
    person.until_picture("mountain lake")

    assert sources(tmp_path) == [lake.read_bytes()]
    assert [path for path, _ in site.asked] == ["/photos/mountain%20lake.jpg"]


@pytest.mark.usefixtures("near_web")
def test_what_the_browser_showed_stands_in_for_what_is_not_given(person, site, lake):
    url = site.gives("/lake.jpg", b"", 403)

    person.drop(html_mime(f'<img src="{url}">', seen=lake))
    person.until_picture("lake")

    chosen = person.window.source.chosen
    assert (chosen.source.width, chosen.source.height) == (640, 400)
    assert not person.window.source.message.text


@pytest.mark.usefixtures("near_web")
def test_a_link_to_a_page_is_no_picture_and_says_so(person, site):
    mime = QMimeData()
    mime.setText(site.gives("/story", b"<html>", Content_Type="text/html"))

    person.paste(mime)

    assert until_told(person).startswith("That address leads to a web page, not to a picture.")
    assert person.window.source.chosen is None


def test_a_page_cannot_fetch_from_the_network_around(person, site, lake):
    url = site.gives("/lake.jpg", lake.read_bytes())

    person.drop(html_mime(f'<img src="{url}">'))

    assert until_told(person).startswith("127.0.0.1 is on this computer or the network around it")
    assert site.asked == []


@pytest.mark.usefixtures("near_web")
def test_fetching_says_from_where_and_can_be_cancelled(person, site, lake):
    person.open(lake)
    asked, left = threading.Event(), threading.Event()

    def hang(handler):
        asked.set()
        handler.rfile.read(1)  # until the other side closes
        left.set()

    site.answers["/slow.jpg"] = hang
    mime = QMimeData()
    mime.setText(site.url + "/slow.jpg")
    person.paste(mime)
    person.until(asked.is_set)
    source = person.window.source
    person.until(lambda: "Fetching from 127.0.0.1…" in [w.text() for w in source.findChildren(QLabel) if w.isVisible()])
    cancel = next(button for button in source.findChildren(QPushButton) if button.text() == "Cancel")

    QTest.mouseClick(cancel, LEFT)

    person.until(left.is_set)
    person.until(person.window.source.crop_view.isVisible)
    assert person.source_name == "lake"


def test_a_data_address_needs_no_network(person, lake, tmp_path):
    person.drop(html_mime(f"<img src='{data_address(lake)}'>"))
    person.until_picture("pasted")

    assert sources(tmp_path) == [lake.read_bytes()]


# Several


def test_of_a_folder_the_first_picture_opens_and_all_are_offered(person, lake, tmp_path):
    folder = tmp_path / "trip"
    folder.mkdir()
    for name in ("b 10.jpg", "b 9.jpg", ".hidden.jpg", "notes.txt"):
        (folder / name).write_bytes(lake.read_bytes())
    offered = []
    person.program.studio.sourcing.several_brought.connect(offered.append)

    person.drop(file_mime(folder, lake))
    person.until_picture("b 9")

    assert offered == [tuple(DroppedFile(path, as_is=True) for path in (folder / "b 9.jpg", folder / "b 10.jpg", lake))]


def test_files_of_the_command_line_come_all(boot, lake, tmp_path):
    other = tmp_path / "other.svg"
    other.write_text(QUADRANTS)

    person = boot(other, lake)
    person.until_picture("other")

    assert person.window.source.chosen.source.width == 4096


# From other programs, on a screen


@pytest.fixture(scope="module")
def display(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with a_screen(tmp_path_factory.mktemp("screen")) as display:
        yield display


@pytest.fixture
def desk(display: str, tmp_path: Path) -> Desk:
    return Desk(display, tmp_path)


@pytest.mark.real_window
@needs_a_screen
@pytest.mark.parametrize("way", ["markup alone", "with pixels"])
def test_an_image_dragged_from_a_browser_is_opened(desk, lake, tmp_path, site, way):
    formats = {"text/uri-list": b"https://page.invalid/story\r\n"}
    if way == "markup alone":
        name, formats["text/html"] = "pasted", f"<a href='/story'><img src='{data_address(lake)}'></a>".encode()
    else:
        # Nothing is asked of this computer; what the browser showed is taken.
        address = site.gives("/a%20lake.jpg", lake.read_bytes())
        name, formats["text/html"] = "a lake", f'<img src="{address}">'.encode()
        formats["image/png"] = as_png(lake)
    words = []
    for number, (kind, content) in enumerate(formats.items()):
        (tmp_path / f"format-{number}").write_bytes(content)
        words.append(f"{kind}={tmp_path / f'format-{number}'}")
    with desk.imgvar() as program, desk.started(sys.executable, str(PAGE_SOURCE), *words) as browser:
        desk.place(program.window(), 0, 30)
        desk.place(browser.window(), 1350, 300)

        desk.drag(desk.middle(browser.window()), desk.middle(program.window()))

        until(lambda: program.title() == f"{name} — Imgvar")
        until(lambda: "dropped CopyAction" in browser.output)
        assert sources(desk.home) == [formats.get("image/png", lake.read_bytes())]
    assert site.asked == []


@pytest.mark.real_window
@needs_a_screen
@pytest.mark.parametrize("kind", ["image/png", "image/svg+xml", "text/uri-list", "text/html", "text/plain"])
def test_a_copy_of_another_program_is_pasted(desk, lake, tmp_path, kind):
    name, content, kept = {
        "image/png": ("pasted", as_png(lake), as_png(lake)),
        "image/svg+xml": ("pasted", QUADRANTS.encode(), QUADRANTS.encode()),
        "text/uri-list": ("lake", f"{lake.as_uri()}\r\n".encode(), lake.read_bytes()),
        "text/html": ("pasted", f"<img src='{data_address(lake)}'>".encode(), lake.read_bytes()),
        "text/plain": ("lake", str(lake).encode(), lake.read_bytes()),
    }[kind]
    copied = tmp_path / "copied"
    copied.write_bytes(content)
    with desk.imgvar() as program:
        window = program.window()
        desk.copy_to_clipboard(copied, kind)

        desk.press(window, "ctrl+v")

        until(lambda: program.title() == f"{name} — Imgvar")
        assert sources(desk.home) == [kept]
        assert program.output == ""
