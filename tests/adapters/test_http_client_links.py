"""Results that come as links: fetched at once, without the key, and only from where a link may lead."""

import asyncio
import ipaddress
import socket

import pytest

from imgvar_desktop.adapters import results
from imgvar_desktop.adapters.addresses import may_lead_to
from imgvar_desktop.adapters.result_links import Link, resolved
from imgvar_desktop.core.errors import UnusableUrl
from imgvar_desktop.core.services import is_loopback
from tests.adapters.wire import Answer, Received, Waits, call, picture, profile, raw, request, resets, says, wire

BLOB_404 = b'<?xml version="1.0"?><Error><Code>BlobNotFound</Code></Error>'


def links(*urls: str) -> Answer:
    return says(200, {"created": 1, "data": [{"url": url} for url in urls]})


def test_links_are_fetched_without_the_key() -> None:
    async def scenario() -> None:
        async with wire(gets={"/1.png": says(200, picture(), {"content-type": "text/plain"})}) as blobs:
            async with wire(links(f"{blobs.origin}/1.png")) as server:
                outcome = await call(server.base_url)
            (fetched,) = blobs.received
        assert [image.data for image in outcome.images] == [picture()]
        assert "authorization" not in fetched.headers
        assert fetched.headers["host"] == f"127.0.0.1:{blobs.port}"

    asyncio.run(scenario())


@pytest.mark.parametrize("link", ["/files/1.png?sig=a%2Fb", "files/1.png?sig=a%2Fb"])
def test_a_relative_link_is_read_against_the_service(link: str) -> None:
    async def scenario() -> None:
        async with wire(links(link), gets={"/files/1.png?sig=a%2Fb": says(200, picture())}) as server:
            outcome = await call(server.base_url)
        assert len(outcome.images) == 1

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "link",
    [
        "file:///etc/hostname",
        "FILE:///etc/hostname",
        "C:\\images\\1.png",
        "\\\\server\\share\\1.png",
        "ftp://127.0.0.1/1.png",
        "javascript:alert(1)",
        "http://[bad/1.png",
        "   ",
        "/srv/xinference/image/1.jpg",
        "/etc/hostname",
    ],
)
def test_a_file_is_never_opened(link: str) -> None:
    async def scenario() -> None:
        async with wire(links(link)) as server:
            outcome = await call(server.base_url)
        assert outcome.kinds == ["unusable_url"]
        assert "b64_json" in outcome.problems[0].error.hint

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (says(403, BLOB_404, {"content-type": "application/xml"}), "url_expired"),
        (says(404, ""), "url_expired"),
        (says(410, ""), "url_expired"),
        (says(401, ""), "unusable_url"),
        (says(503, ""), "server"),
        (says(200, "<html>sign in</html>", {"content-type": "image/png"}), "bad_reply"),
        (says(200, picture()[:-20]), "bad_reply"),
        (says(302, "", {"location": "file:///etc/hostname"}), "unusable_url"),
        (says(302, "", {"location": "/1.png"}), "unusable_url"),
        (says(302, ""), "unusable_url"),
        (raw(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n\x89PNG"), "unreachable"),
    ],
)
def test_a_link_that_brings_no_image_is_one_failed_image(answer: Answer, kind: str) -> None:
    async def scenario() -> None:
        pages = {"/1.png": answer, "/2.png": says(200, picture())}
        async with (
            wire(gets=pages) as blobs,
            wire(links(f"{blobs.origin}/1.png", f"{blobs.origin}/2.png")) as server,
        ):
            outcome = await call(server.base_url, request(2))
        assert [(problem.index, problem.error.kind) for problem in outcome.problems] == [(0, kind)]
        assert [image.index for image in outcome.images] == [1]

    asyncio.run(scenario())


def test_a_redirect_to_the_image_is_followed_and_each_hop_is_checked() -> None:
    async def scenario() -> None:
        hops = {"/1.png": says(302, "", {"location": "/2.png"}), "/2.png": says(200, picture())}
        hops["/out"] = says(307, "", {"location": "http://192.168.0.1/admin"})
        async with (
            wire(gets=hops) as blobs,
            wire(links(f"{blobs.origin}/1.png", f"{blobs.origin}/out")) as server,
        ):
            outcome = await call(server.base_url, request(2))
        assert [image.index for image in outcome.images] == [0]
        assert [(problem.index, problem.error.kind) for problem in outcome.problems] == [(1, "unusable_url")]

    asyncio.run(scenario())


def test_what_was_paid_for_is_fetched_again_after_a_hiccup() -> None:
    async def scenario() -> None:
        tries = [says(503, ""), resets(), says(200, picture())]

        async def better_each_time(received: Received, writer: asyncio.StreamWriter) -> None:
            await tries.pop(0)(received, writer)

        waits = Waits()
        async with wire(gets={"/1.png": better_each_time}) as blobs, wire(links(f"{blobs.origin}/1.png")) as server:
            outcome = await call(server.base_url, retries=2, pause=waits)
        assert (len(outcome.images), waits.seconds) == (1, [0.5, 1.0])
        assert len(server.calls) == 1

    asyncio.run(scenario())


def test_a_file_behind_a_link_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "MAX_RESULT_BYTES", 1_000_000)

    async def endless(_: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(bytes(65_536))
            await writer.drain()

    async def scenario() -> None:
        async with wire(gets={"/1.png": endless}) as blobs, wire(links(f"{blobs.origin}/1.png")) as server:
            outcome = await call(server.base_url)
            await asyncio.wait_for(blobs.left.wait(), 20)
        assert outcome.kinds == ["bad_reply"]

    asyncio.run(scenario())


def public_service(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names answer as the table says: a service out in the world, and blob hosts that point where they please."""
    table = {"images.example": ["203.0.113.10"], "rebinding.example": ["127.0.0.1"], "lan.example": ["192.168.1.20"]}

    async def getaddrinfo(_: object, host: str, *args: object, **options: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in table[host]]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", getaddrinfo)


@pytest.mark.parametrize(
    "link",
    [
        "http://127.0.0.1:{port}/1.png",
        "http://rebinding.example:{port}/1.png",
        "http://[::1]:{port}/1.png",
        "http://[::ffff:127.0.0.1]:{port}/1.png",
        "http://169.254.169.254/latest/meta-data",
        "http://lan.example/1.png",
        "http://0.0.0.0:{port}/1.png",
    ],
)
def test_a_service_elsewhere_cannot_lead_into_this_network(link: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The call goes through a proxy, as it would to a service out in the world; the link would be fetched from here."""

    async def scenario() -> None:
        async with wire(gets={"/1.png": says(200, picture())}) as inside:
            async with wire(links(link.format(port=inside.port))) as proxy:
                monkeypatch.setenv("http_proxy", proxy.origin)
                monkeypatch.setenv("no_proxy", "rebinding.example,lan.example")
                public_service(monkeypatch)
                outcome = await call("http://images.example/v1", request(), profile("http://images.example/v1"))
            assert not inside.received
        assert outcome.kinds == ["unusable_url"]
        assert "private network" in str(outcome.problems[0].error)

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("address", "service", "allowed"),
    [
        ("8.8.8.8", "203.0.113.10", True),
        ("2606:4700::1111", "203.0.113.10", True),
        ("10.0.0.7", "203.0.113.10", False),
        ("10.0.0.7", "10.0.0.8", False),
        ("10.0.0.7", "10.0.0.7", True),
        ("127.0.0.1", "10.0.0.7", False),
        ("127.0.0.1", "127.0.0.1", True),
        ("::1", "127.0.0.1", True),
        ("::ffff:127.0.0.1", "8.8.8.8", False),
        ("::ffff:10.0.0.7", "10.0.0.7", True),
        ("2002:7f00:1::", "8.8.8.8", False),
        ("64:ff9b::7f00:1", "8.8.8.8", False),
        ("fe80::1", "8.8.8.8", False),
        ("fd00::1", "8.8.8.8", False),
        ("100.64.0.1", "8.8.8.8", False),
        ("224.0.0.1", "8.8.8.8", False),
        ("0.0.0.0", "127.0.0.1", False),
    ],
)
def test_private_addresses_are_for_services_at_them(address: str, service: str, allowed: bool) -> None:
    assert may_lead_to(ipaddress.ip_address(address), frozenset({ipaddress.ip_address(service)})) is allowed


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("a.localhost", True),
        ("localhost.example", False),
        ("10.0.0.1", False),
        ("", False),
    ],
)
def test_this_computer_is_known_by_name(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_a_link_keeps_the_scheme_and_server_it_names() -> None:
    base = "https://host:8443/v1"
    assert resolved("https://blob.example/a?sig=1%2F2", base) == Link(
        "https://blob.example/a?sig=1%2F2", relative=False
    )
    assert resolved("//blob.example/a", base) == Link("https://blob.example/a", relative=False)
    assert resolved("/a/b.png", base) == Link("https://host:8443/a/b.png", relative=True)
    with pytest.raises(UnusableUrl):
        resolved("data:text/html,hello", base)
