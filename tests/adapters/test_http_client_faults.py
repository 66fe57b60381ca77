"""Servers that break: each failure ends as one honest error, within bounds, and what had arrived is kept."""

import asyncio
import json
import ssl
import struct
import subprocess
import zlib
from pathlib import Path

import httpx
import pytest

from imgvar_desktop.adapters import replies, results
from imgvar_desktop.core import contract
from imgvar_desktop.core.services import ON_DEVICE
from tests.adapters.wire import (
    KEY,
    Answer,
    Received,
    b64,
    call,
    events,
    hangs,
    images_json,
    listening,
    picture,
    profile,
    raw,
    request,
    resets,
    says,
    wire,
)

OK = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n"


def bomb_png(width: int, height: int) -> bytes:
    """A PNG whose header promises more pixels than its few bytes hold."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(9))) + chunk(b"IEND", b"")


def bomb_webp() -> bytes:
    canvas = (16383 - 1).to_bytes(3, "little")
    extended = b"VP8X" + struct.pack("<I", 10) + b"\x10\0\0\0" + canvas + canvas
    return b"RIFF" + struct.pack("<I", 4 + len(extended)) + b"WEBP" + extended


def test_nobody_there_is_told_with_the_host() -> None:
    async def scenario() -> None:
        async with wire(hangs) as server:
            gone = server.base_url
        outcome = await call(gone)
        assert outcome.kinds == ["unreachable"]
        assert "127.0.0.1" in str(outcome.error)
        assert outcome.error is not None
        assert outcome.error.retryable

    asyncio.run(scenario())


def test_an_address_that_no_server_has_is_told() -> None:
    outcome = asyncio.run(call("http://no-such-host.invalid/v1"))
    assert outcome.kinds == ["unreachable"]
    assert "no-such-host.invalid" in str(outcome.error)


def test_the_on_device_service_is_called_by_its_name() -> None:
    async def scenario() -> None:
        async with wire(resets()) as server:
            outcome = await call(server.base_url, request(service_id=ON_DEVICE.id), ON_DEVICE)
        assert str(outcome.error) == "The on-device service closed the connection before its answer was complete."

    asyncio.run(scenario())


@pytest.mark.parametrize(("price", "warned"), [(None, True), (0.04, True), (0.0, False)])
def test_an_answer_lost_after_the_upload_may_have_cost_money(price: float | None, warned: bool) -> None:
    async def scenario() -> None:
        async with wire(resets()) as server:
            outcome = await call(server.base_url, request(), profile(price_usd=price), retries=2)
        assert outcome.kinds == ["unreachable"]
        assert ("charged" in str(outcome.error)) is warned
        assert outcome.error is not None
        assert outcome.error.retryable
        assert len(server.calls) == 1, "sent again without asking"

    asyncio.run(scenario())


def test_a_server_that_says_nothing_is_given_up_and_may_have_cost_money() -> None:
    async def scenario() -> None:
        async with wire(hangs) as server:
            outcome = await call(server.base_url, timeout=httpx.Timeout(10, read=0.05), retries=2)
        assert outcome.kinds == ["timeout"]
        assert "charged" in str(outcome.error)
        assert len(server.calls) == 1

    asyncio.run(scenario())


def test_a_server_that_refuses_before_the_upload_is_done_is_still_heard() -> None:
    async def too_large(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await says(413, {"error": {"message": "the image is over the limit"}})(Received("POST", "/", {}), writer)
        while await reader.read(65_536):  # drained unread, so that the answer is not torn away with the connection
            pass

    async def scenario() -> None:
        async with listening(too_large) as port:
            outcome = await call(f"http://127.0.0.1:{port}/v1", png=bytes(3_900_000))
        assert outcome.kinds == ["bad_image"]
        assert "over the limit" in str(outcome.error)

    asyncio.run(scenario())


def test_a_connection_torn_down_during_the_upload_is_tried_again() -> None:
    connections = 0

    async def tear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await reader.read(1000)
        writer.transport.abort()

    async def scenario() -> None:
        async with listening(tear) as port:
            outcome = await call(f"http://127.0.0.1:{port}/v1", png=bytes(30_000_000), retries=2)
        assert outcome.kinds == ["unreachable"]
        assert "during the upload" in str(outcome.error)
        assert "charged" not in str(outcome.error)
        assert connections == 3

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("tail", "ending"),
    [(b"", "closes"), (b"", "resets"), (b', {"b64_json": "iVBORw0KGgo', "closes"), (b', {"b64_json": "iVB', "resets")],
)
def test_a_reply_that_breaks_off_keeps_what_had_arrived(tail: bytes, ending: str) -> None:
    async def scenario() -> None:
        whole = json.dumps(images_json(picture("red"))).encode()[:-2]
        end = raw if ending == "closes" else resets
        async with wire(end(OK + whole + tail)) as server:
            outcome = await call(server.base_url, request(3), retries=2)
        assert outcome.error is None
        assert [(image.index, image.data) for image in outcome.images] == [(0, picture("red"))]
        assert [problem.index for problem in outcome.problems] == [1, 2]
        assert {problem.error.kind for problem in outcome.problems} <= {"bad_reply", "unreachable"}
        assert len(server.calls) == 1, "asked again for what may have been paid for"

    asyncio.run(scenario())


def test_a_reply_shorter_than_it_says_is_told() -> None:
    async def scenario() -> None:
        head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n"
        async with wire(raw(head + b'{"created": 1, "data": [')) as server:
            outcome = await call(server.base_url)
        assert outcome.kinds == ["unreachable"]

    asyncio.run(scenario())


def test_a_stream_that_ends_without_its_end_is_told() -> None:
    async def scenario() -> None:
        one = {"type": contract.EVENT_COMPLETED, "index": 0, "b64_json": b64(picture())}
        async with wire(events(one), events()) as server:
            late = await call(server.base_url, request(2), profile(streams=True))
            early = await call(server.base_url, request(2), profile(streams=True))
        assert (len(late.images), late.kinds, early.kinds) == (1, ["bad_reply"], ["bad_reply"])

    asyncio.run(scenario())


def test_events_that_make_no_sense_are_passed_over() -> None:
    async def scenario() -> None:
        stream = (
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
            b": a comment\n\nevent: ping\ndata:\n\ndata: [1]\n\ndata: {broken\n\nretry: 5\n\n"
            b'data: {"type": "image_variation.progress", "fraction": 7}\n\n'
            + f'data: {{"type": "image_variation.completed", "b64_json": "{b64(picture())}"}}\n\n'.encode()
            + b'data: {"type": "image_variation.done"}\n\n'
        )
        async with wire(raw(stream, step=50)) as server:
            outcome = await call(server.base_url, request(), profile(streams=True))
        assert (len(outcome.images), outcome.kinds) == (1, [])
        assert all(part.fraction is None for part in outcome.progress)

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("answer", "kind", "word"),
    [
        (says(200, "<html><body>Welcome</body></html>", {"content-type": "text/html"}), "bad_reply", "web page"),
        (says(200, "pong", {"content-type": "text/plain"}), "bad_reply", "not images"),
        (says(200, picture(), {"content-type": "image/png"}), "bad_reply", "not images"),
        (says(200, {"error": {"message": "Billing hard limit has been reached"}}), "billing", "Billing hard limit"),
        (says(200, {"detail": "Unsupported response format: b64"}), "bad_parameter", "Unsupported"),
        (says(502, "<html><h1>502 Bad Gateway</h1></html>", {"content-type": "text/html"}), "server", "502"),
        (says(524, "<!DOCTYPE html><title>A timeout occurred</title>"), "server", "524"),
        (says(200, b'{"data": [{"b64_json": "\xff\xfe"}]}'), "bad_reply", ""),
        (says(200, '{"data": [1e999999999999]}'), "bad_reply", ""),
    ],
)
def test_what_is_no_reply_is_told_for_what_it_is(answer: Answer, kind: str, word: str) -> None:
    async def scenario() -> None:
        async with wire(answer) as server:
            outcome = await call(server.base_url)
        assert outcome.kinds == [kind]
        text = str(outcome.error or outcome.problems[0].error)
        assert word in text
        assert "<" not in text
        assert text.endswith(".")

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "entry",
    [
        None,
        7,
        {},
        {"b64_json": None, "url": None},
        {"b64_json": 5},
        {"b64_json": "no base64 at all!"},
        {"b64_json": b64(b"GIF89a not one of the three")},
        {"b64_json": b64(picture()[:-30])},
        {"b64_json": b64(picture(kind="JPEG")[:200])},
        {"b64_json": b64(picture(kind="WEBP")[:40])},
        {"b64_json": b64(bomb_png(50_000, 50_000))},
        {"b64_json": b64(bomb_png(8192, 8193))},
        {"b64_json": b64(bomb_webp())},
    ],
)
def test_what_does_not_decode_is_one_failed_image_among_good_ones(entry: object) -> None:
    async def scenario() -> None:
        good = {"b64_json": b64(picture())}
        async with wire(says(200, {"data": [good, entry, good]})) as server:
            outcome = await call(server.base_url, request(3))
        assert [image.index for image in outcome.images] == [0, 2]
        assert [(problem.index, problem.error.kind) for problem in outcome.problems] == [(1, "bad_reply")]
        assert len(server.calls) == 1

    asyncio.run(scenario())


def test_an_error_in_an_images_place_is_read() -> None:
    async def scenario() -> None:
        entry = {"error": {"message": "filtered", "code": "content_filter"}}
        async with wire(says(200, {"data": [entry]})) as server:
            outcome = await call(server.base_url)
        assert outcome.kinds == ["content_policy"]

    asyncio.run(scenario())


@pytest.mark.parametrize("streamed", [False, True])
def test_an_endless_reply_is_cut_off(streamed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replies, "MAX_ITEM_BYTES", 2_000_000)
    sent = 0

    async def endless(_: Received, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(OK.replace(b"application/json", b"text/event-stream") if streamed else OK)
        writer.write(b"data: " if streamed else b'{"data": [{"b64_json": "')
        while True:
            writer.write(b"A" * 65_536)
            sent += 65_536
            await writer.drain()

    async def scenario() -> None:
        async with wire(endless) as server:
            outcome = await call(server.base_url)
            await asyncio.wait_for(server.left.wait(), 20)
        assert outcome.kinds == ["bad_reply"]
        assert "far more data" in str(outcome.error)
        assert sent < 20_000_000

    asyncio.run(scenario())


def test_base64_longer_than_any_image_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "MAX_BASE64_CHARS", 20)

    async def scenario() -> None:
        async with wire(says(200, images_json(picture()))) as server:
            outcome = await call(server.base_url)
        assert outcome.kinds == ["bad_reply"]
        assert "too large" in str(outcome.problems[0].error)

    asyncio.run(scenario())


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_takes_neither_the_picture_nor_the_key_elsewhere(status: int) -> None:
    async def scenario() -> None:
        async with wire(says(200, images_json(picture()))) as elsewhere:
            to = {"location": f"http://user:secret@127.0.0.1:{elsewhere.port}/v1/images/variations?token=secret"}
            async with wire(says(status, "", to)) as server:
                outcome = await call(server.base_url)
            assert not elsewhere.received
        assert outcome.kinds == ["endpoint_gone"]
        assert f"127.0.0.1:{elsewhere.port}/v1" in str(outcome.error)
        assert "secret" not in str(outcome.error)

    asyncio.run(scenario())


@pytest.mark.parametrize("status", [400, 401, 403, 429, 500])
def test_a_server_that_repeats_the_key_is_not_quoted_with_it(status: int) -> None:
    async def scenario() -> None:
        message = f"Incorrect API key provided: {KEY}. Bearer {KEY} is wrong, sk-other-98765432 too"
        async with wire(says(status, {"error": {"message": message}})) as server:
            outcome = await call(server.base_url)
        assert outcome.error is not None
        shown = f"{outcome.error} {outcome.error.hint}"
        assert KEY not in shown
        assert "sk-other" not in shown

    asyncio.run(scenario())


def test_https_spoken_to_plain_http_is_a_matter_of_tls() -> None:
    async def says_no(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        await says(400, "")(Received("", "", {}), writer)
        await reader.read()

    async def scenario() -> None:
        async with listening(says_no) as port:
            outcome = await call(f"https://127.0.0.1:{port}/v1")
        assert outcome.kinds == ["tls"]
        assert outcome.error is not None
        assert "http://" in outcome.error.hint

    asyncio.run(scenario())


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        f"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost "
        f"-keyout {key} -out {certificate}".split(),
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    async def unheard(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async def scenario() -> None:
        async with listening(unheard, ssl=context) as port:
            outcome = await call(f"https://127.0.0.1:{port}/v1", retries=2)
        assert outcome.kinds == ["tls"]
        assert "certificate" in str(outcome.error)

    asyncio.run(scenario())
