"""A picture behind an address: fetched within limits, from where a page may lead, and refused with one sentence."""

import asyncio
import gzip
import ipaddress
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from imgvar_desktop.adapters import web_pictures
from imgvar_desktop.adapters.addresses import Address
from imgvar_desktop.adapters.web_pictures import WebPictures, is_public
from imgvar_desktop.core.errors import PictureRefused
from imgvar_desktop.core.ports import FetchedPicture
from tests.adapters.made_pictures import encoded, quadrants

PICTURE = encoded(quadrants(), "PNG")
Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Site:
    """A web server on this computer, with an answer for each path, and what it was asked."""

    url: str
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def gives(self, path: str, body: bytes = PICTURE, status: int = 200, **headers: str) -> str:
        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                handler.send_header(name.replace("_", "-"), value)
            handler.end_headers()
            handler.wfile.write(body)

        self.answers[path] = answer
        return self.url + path


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as site:
        yield site


@contextmanager
def running_site() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.path, dict(self.headers)))
            with suppress(BrokenPipeError, ConnectionResetError):  # the client had heard enough
                site.answers[self.path](self)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site = Site(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def fetched(url: str, **options: object) -> FetchedPicture:
    async def fetch() -> FetchedPicture:
        options.setdefault("may_ask", lambda _: True)
        web = WebPictures(**options)
        try:
            return await web.fetch(url)
        finally:
            await web.aclose()

    return asyncio.run(fetch())


def refusal(url: str, **options: object) -> str:
    with pytest.raises(PictureRefused) as caught:
        fetched(url, **options)
    text = str(caught.value)
    assert text.endswith(".")
    assert "\n" not in text
    assert caught.value.hint.endswith(".")
    return text


def test_a_picture_comes_as_it_was_sent_and_nothing_is_told(site):
    url = site.gives("/a%20lake.at.noon.png?size=large", Set_Cookie="visitor=7").replace("://", "://me:word@")

    first, second = fetched(url), fetched(url + "#here")

    assert first == second == FetchedPicture(PICTURE, "a lake.at.noon")
    for path, headers in site.asked:
        assert path == "/a%20lake.at.noon.png?size=large"
        assert headers.keys() == {"Host", "Accept", "Accept-Encoding", "User-Agent", "Connection"}
        assert headers["User-Agent"].startswith("Imgvar/")


def test_a_client_keeps_no_cookie(site):
    url = site.gives("/lake.png", Set_Cookie="visitor=7")

    async def twice() -> None:
        web = WebPictures(may_ask=lambda _: True)
        await web.fetch(url)
        await web.fetch(url)
        await web.aclose()

    asyncio.run(twice())

    assert len(site.asked) == 2
    assert not any("Cookie" in headers for _, headers in site.asked)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(site, status):
    site.gives("/real/lake.png")
    url = site.gives("/old", b"", status, Location="real/lake.png")

    assert fetched(url) == FetchedPicture(PICTURE, "lake")


def test_five_redirects_are_followed_and_no_more(site):
    site.gives("/0")
    for step in range(1, 7):
        site.gives(f"/{step}", b"", 302, Location=f"/{step - 1}")

    assert fetched(site.url + "/5").data == PICTURE
    assert refusal(site.url + "/6") == "The address at 127.0.0.1 leads round in circles."


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/a.png", "data:image/png;base64,AAAA", ""])
def test_a_redirect_leads_to_the_web_or_nowhere(site, target):
    refusal(site.gives("/old", b"", 302, Location=target))

    assert {path for path, _ in site.asked} == {"/old"}


PRIVATE = [
    *("http://127.0.0.1/a.png", "http://localhost/a.png", "http://[::1]/a.png", "http://10.0.0.8/a.png"),
    *("http://192.168.1.1/a.png", "http://172.16.0.1/a.png", "http://169.254.169.254/latest/meta-data/"),
    *("http://[fe80::1]/a.png", "http://[fd00::1]/a.png", "http://[::ffff:127.0.0.1]/a.png", "http://0.0.0.0/a.png"),
    *("http://100.64.0.1/a.png", "http://[64:ff9b::7f00:1]/a.png", "http://2130706433/a.png", "http://0x7f.1/a.png"),
    *("http://224.0.0.1/a.png", "http://127.1/a.png"),
]


@pytest.mark.parametrize("url", PRIVATE)
def test_a_page_cannot_reach_into_this_network(url):
    assert "is on this computer or the network around it" in refusal(url, may_ask=is_public)


def test_a_redirect_cannot_either(site):
    inner = site.gives("/secret.png")
    url = site.gives("/lake.png", b"", 302, Location=inner.replace("127.0.0.1", "127.0.0.2"))
    allowed = {ipaddress.ip_address("127.0.0.1")}

    assert refusal(url, may_ask=allowed.__contains__).startswith("127.0.0.2 is on this computer")
    assert [path for path, _ in site.asked] == ["/lake.png"]


def test_one_private_address_among_public_ones_is_enough(site, monkeypatch):
    """A name whose owner hopes that the second look-up gives the other address."""

    async def both(host: str, *, strict: bool = True) -> list[Address]:
        return [ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("127.0.0.9")]

    monkeypatch.setattr(web_pictures, "addresses_of", both)
    url = site.gives("/lake.png").replace("127.0.0.1", "pictures.example")

    assert "network around it" in refusal(url, may_ask=lambda address: str(address) == "127.0.0.1")
    assert site.asked == []
    # And the address that was looked at is the one that is asked.
    assert fetched(url).data == PICTURE
    assert site.asked[0][1]["Host"] == url.split("/")[2]


def test_the_next_address_is_tried_when_one_does_not_answer(site, monkeypatch):
    async def several(host: str, *, strict: bool = True) -> list[Address]:
        return [ipaddress.ip_address("127.0.0.3"), ipaddress.ip_address("127.0.0.1")]

    monkeypatch.setattr(web_pictures, "addresses_of", several)

    assert fetched(site.gives("/lake.png").replace("127.0.0.1", "pictures.example")).data == PICTURE


def test_behind_a_proxy_it_is_the_proxy_that_knows_names(site, monkeypatch):
    site.gives("http://pictures.invalid/lake.png")
    monkeypatch.setenv("http_proxy", site.url)

    assert fetched("http://pictures.invalid/lake.png", may_ask=is_public).data == PICTURE
    # But not one that this computer knows to be near.
    assert "network around it" in refusal("http://127.0.0.1:9/lake.png", may_ask=is_public)
    assert "network around it" in refusal("http://localhost/lake.png", may_ask=is_public)
    assert len(site.asked) == 1


def test_a_proxy_that_cannot_be_used_is_not_gone_around(site, monkeypatch):
    monkeypatch.setenv("http_proxy", "no-such-kind://127.0.0.1:1")

    assert "proxy" in refusal(site.gives("/lake.png").replace("127.0.0.1", "pictures.invalid"))
    assert site.asked == []


def test_too_much_is_not_read_to_its_end(site):
    sent = []

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while sum(sent) < 500_000_000:
            handler.wfile.write(bytes(65_536))
            sent.append(65_536)

    site.answers["/wall.png"] = endless

    assert refusal(site.url + "/wall.png", max_bytes=1_000_000) == "The picture at 127.0.0.1 is larger than 1 MB."
    assert sum(sent) < 100_000_000


def test_what_unpacks_without_end_is_too_much(site):
    url = site.gives("/wall.png", gzip.compress(bytes(50_000_000)), Content_Encoding="gzip")

    assert refusal(url, max_bytes=1_000_000) == "The picture at 127.0.0.1 is larger than 1 MB."


def test_a_server_that_trickles_is_left_in_time(site):
    ended = threading.Event()

    def trickle(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not ended.wait(0.05):
            handler.wfile.write(b"x")

    site.answers["/lake.png"] = trickle
    begun = time.monotonic()
    try:
        text = refusal(site.url + "/lake.png", limit_s=0.5)
    finally:
        ended.set()

    assert text == "127.0.0.1 did not send the picture within 0 seconds."
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize(
    ("status", "body", "kind", "sentence"),
    [
        (404, b"", "", "127.0.0.1 has no picture there: it answered 404."),
        (500, b"", "", "127.0.0.1 has no picture there: it answered 500."),
        (403, b"", "", "127.0.0.1 shows this picture only to people it knows."),
        (200, b"<html>", "text/html; charset=utf-8", "That address leads to a web page, not to a picture."),
        (200, b"", "image/png", "127.0.0.1 answered with nothing."),
    ],
)
def test_what_a_server_says_instead_is_one_sentence(site, status, body, kind, sentence):
    assert refusal(site.gives("/lake.png", body, status, Content_Type=kind)) == sentence


def test_an_answer_that_breaks_off_is_refused(site):
    def broken(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "5000")
        handler.end_headers()
        handler.wfile.write(PICTURE[:100])

    site.answers["/lake.png"] = broken

    assert refusal(site.url + "/lake.png") == "The picture could not be fetched from 127.0.0.1."


def test_nobody_there_is_refused():
    with running_site() as gone:
        url = gone.url + "/lake.png"

    assert refusal(url) == "The picture could not be fetched from 127.0.0.1."


@pytest.mark.parametrize(
    "url", ["", "lake.png", "//host/a.png", "file:///a.png", "javascript:1", "http://", "http://[", "http://a b/"]
)
def test_what_is_no_web_address_is_refused(url):
    assert refusal(url) == "That address is none that a picture can be fetched from."


def test_a_name_that_nobody_knows_is_refused():
    assert refusal("http://pictures.invalid/lake.png") == "pictures.invalid is not known."


def test_cancelling_ends_the_connection(site):
    asked, ended = threading.Event(), threading.Event()

    def hang(handler: BaseHTTPRequestHandler) -> None:
        asked.set()
        handler.rfile.read(1)  # nothing comes until the other side closes
        ended.set()

    site.answers["/lake.png"] = hang

    async def give_up() -> None:
        web = WebPictures(may_ask=lambda _: True)
        task = asyncio.create_task(web.fetch(site.url + "/lake.png"))
        await asyncio.to_thread(asked.wait, 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await web.aclose()

    asyncio.run(give_up())

    assert ended.wait(10)
