"""Clients that leave, wait their turn, or never stop sending."""

import json
import select
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPResponse

import httpx
import pytest

from imgvar_desktop.core import contract

PATIENCE_S = 20.0
ABANDONED_S = 1.0
"""The work is told within some hundredths of a second; a busy machine may let its thread wait."""


def form(image: bytes, **fields: str) -> tuple[bytes, bytes]:
    """Headers (without Host) and body of a request, to be sent by hand."""
    request = httpx.Request("POST", "http://x/", files={"image": ("image.png", image, "image/png")}, data=fields)
    body = request.read()
    return f"Content-Type: {request.headers['content-type']}\r\nContent-Length: {len(body)}\r\n\r\n".encode(), body


def as_chunk(content: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(content), content)


def connect(service) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", service.port), PATIENCE_S)
    connection.sendall(f"POST /v1/images/variations HTTP/1.1\r\nHost: 127.0.0.1:{service.port}\r\n".encode())
    return connection


@pytest.mark.parametrize("stream", ["true", "false"])
def test_work_for_a_client_that_left_is_abandoned_at_once(service, png, engine, stream):
    engine.holds_before = 0
    with connect(service) as connection:
        connection.sendall(b"".join(form(png(), stream=stream)))
        assert engine.held.wait(PATIENCE_S)
        left = time.monotonic()

    assert engine.cancelled.wait(PATIENCE_S)
    assert time.monotonic() - left < ABANDONED_S


def test_work_between_two_streamed_images_is_abandoned(service, png, engine):
    engine.holds_before = 1
    with connect(service) as connection:
        connection.sendall(b"".join(form(png(), stream="true", n="2", size="256x256")))
        assert engine.held.wait(PATIENCE_S)

    assert engine.cancelled.wait(PATIENCE_S)


def test_bench_is_free_again_after_a_client_left(service, png, engine):
    engine.holds_before = 0
    with connect(service) as connection:
        connection.sendall(b"".join(form(png())))
        assert engine.held.wait(PATIENCE_S)
    assert engine.cancelled.wait(PATIENCE_S)
    engine.holds_before = None

    reply = service.client().post("/images/variations", files={"image": png()}, data={"size": "256x256"})

    assert reply.status_code == 200


def test_client_that_leaves_while_it_sends_is_forgotten(service, png, engine):
    headers, body = form(png(512))
    with connect(service) as connection:
        connection.sendall(headers + body[: len(body) // 2])

    assert service.client().get("/models").status_code == 200
    assert engine.seeds == []


def test_orders_are_carried_out_one_at_a_time_in_their_order(service, png, engine):
    engine.holds_before = 0
    with ThreadPoolExecutor(4) as threads:
        replies = []
        for seed in range(4):
            replies.append(threads.submit(_post, service, png(), seed=str(seed)))
            _until(lambda waiting=seed: engine.held.is_set() and service.bench._waiting == waiting)
        engine.go.set()

        assert [reply.result().status_code for reply in replies] == [200] * 4
    assert engine.seeds == [0, 1, 2, 3]
    assert engine.most_at_once == 1


def test_client_that_leaves_the_queue_is_never_worked_for(service, png, engine):
    engine.holds_before = 0
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(_post, service, png(), seed="1")
        assert engine.held.wait(PATIENCE_S)
        with connect(service) as second:
            second.sendall(b"".join(form(png(), seed="2")))
            _until(lambda: service.bench._waiting == 1)
        _until(lambda: service.bench._waiting == 0)
        engine.go.set()
        assert first.result().status_code == 200

    assert engine.seeds == [1]


def test_stream_says_that_it_waits(service, png, engine):
    engine.holds_before = 0
    files = {"image": ("image.png", png(), "image/png")}
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(_post, service, png())
        assert engine.held.wait(PATIENCE_S)
        with service.client().stream("POST", "/images/variations", files=files, data={"stream": "true"}) as reply:
            data = next(line for line in reply.iter_lines() if line.startswith("data: "))
            assert json.loads(data.removeprefix("data: "))["stage"] == "Waiting for another request"
            engine.go.set()
            assert first.result().status_code == 200


def test_full_queue_refuses(start, png, engine):
    service = start(max_waiting=0)
    engine.holds_before = 0
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(_post, service, png())
        assert engine.held.wait(PATIENCE_S)

        refused = _post(service, png())

        engine.go.set()
        assert first.result().status_code == 200
    assert refused.status_code == 429
    assert refused.json()["error"]["code"] == "rate_limit_exceeded"


def test_closing_bench_ends_the_order_under_way_and_those_that_wait(service, png, engine):
    engine.holds_before = 0
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(_post, service, png())
        assert engine.held.wait(PATIENCE_S)
        second = threads.submit(_post, service, png())
        _until(lambda: service.bench._waiting == 1)

        service.server.servers[0].get_loop().call_soon_threadsafe(service.bench.close)

        assert [reply.result().status_code for reply in (first, second)] == [503, 503]
    assert engine.cancelled.is_set()


@pytest.mark.parametrize("chunked", [True, False])
def test_body_that_does_not_end_is_refused_long_before_all_of_it_was_sent(service, chunked):
    framing = b"Transfer-Encoding: chunked\r\n" if chunked else b"Content-Length: 9000000000\r\n"
    part = b"0" * 65_536
    first = b"--x\r\nContent-Disposition: form-data; name=image; filename=image.png\r\n\r\n"
    with connect(service) as connection:
        connection.sendall(framing + b"Content-Type: multipart/form-data; boundary=x\r\n\r\n")
        connection.sendall(as_chunk(first) if chunked else first)
        sent = 0
        while sent < 100_000_000 and not select.select([connection], [], [], 0)[0]:
            connection.sendall(as_chunk(part) if chunked else part)
            sent += len(part)
        with HTTPResponse(connection, method="POST") as reply:
            reply.begin()
            error = json.loads(reply.read())["error"]

    assert sent < 3 * contract.MAX_IMAGE_BYTES
    assert (reply.status, error["param"]) == (400, "image")
    assert reply.will_close


def test_client_that_asks_before_it_sends_is_spared_the_sending(service):
    with connect(service) as connection:
        connection.sendall(
            b"Content-Length: 9000000\r\nExpect: 100-continue\r\nContent-Type: multipart/form-data; boundary=x\r\n\r\n"
        )

        assert connection.recv(65_536).startswith(b"HTTP/1.1 400 ")


def _post(service, image: bytes, **fields: str) -> httpx.Response:
    return httpx.post(
        f"{service.root}/images/variations",
        files={"image": ("image.png", image, "image/png")},
        data={"size": "256x256", **fields},
        timeout=PATIENCE_S,
        trust_env=False,
    )


def _until(fact) -> None:
    """Waits for a fact that has no event of its own."""
    pause, end = threading.Event(), time.monotonic() + PATIENCE_S
    while not fact():
        assert time.monotonic() < end
        pause.wait(0.002)
