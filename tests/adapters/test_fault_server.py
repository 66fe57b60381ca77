"""A server that breaks in every way: for each, the sentence, the requests that arrived, the images kept, the time.

The client tries twice more where that cannot cost anything twice; its waits are noted and not waited for.
"""

import asyncio
import json
import math
import time
import zlib
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
import pytest

from imgvar_desktop.adapters import replies
from tests.adapters.wire import (
    Answer,
    Outcome,
    Received,
    Waits,
    call,
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

ASKED = 3
LONGEST_S = 5.0
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MAY_HAVE_COST = " It may have made the images and charged for them."
PNG = bytes(3_000_000)
"""Enough that its sending takes more than one breath."""

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
WHOLE = json.dumps(images_json(*map(picture, ("red", "green", "blue")))).encode()
ONE = json.dumps(images_json(picture("red"))).encode()
NOISE = b"z" * 6_000_000
PROMISED = HEAD + b"content-length: 9999999\r\n\r\n"
FIRST = WHOLE.index(b"},") + 1
"""Where the first of three images ends."""
GOOD, CUT_OFF = picture("red"), picture("green")[:60]
_CHUNKS = (b"IHDR" + bytes.fromhex("000fffff000fffff0802000000"), b"IDAT" + zlib.compress(bytes(9)), b"IEND")
BOMB = b"\x89PNG\r\n\x1a\n" + b"".join(
    (len(chunk) - 4).to_bytes(4, "big") + chunk + zlib.crc32(chunk).to_bytes(4, "big") for chunk in _CHUNKS
)
"""A header that promises 1,048,575 pixels squared."""

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Fault:
    """What is served, and what must come of it."""

    served: tuple[Answer, ...] | Serve
    """Answers to whole requests, the last one for all further ones; or what is done with each connection."""
    kind: str | None
    sentence: str
    """HOST stands for the address."""
    arrived: int
    """Whole requests, or connections where no request was let in."""
    kept: int = 0
    waits_s: tuple[float, ...] = ()


def answering(*answers: Answer) -> tuple[Answer, ...]:
    return answers


async def resets_at_once(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def resets_during_the_upload(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readexactly(100_000)
    writer.transport.abort()


async def silent(_: Received, __: asyncio.StreamWriter) -> None:
    await asyncio.get_running_loop().create_future()


def error(status: int, code: str, **headers: str) -> Answer:
    return says(status, {"error": {"message": "Slow down", "code": code}}, headers)


def busy(name: str, value: str) -> tuple[Answer, ...]:
    """Always too busy, with one header that says for how long."""
    return answering(error(429, "rate_limit_exceeded", **{name: value}))


LOST = f"HOST closed the connection before its answer was complete.{MAY_HAVE_COST}"
DURING = "HOST closed the connection during the upload."
BROKE_OFF = f"Example broke off before the images were complete.{MAY_HAVE_COST}"
GARBLED = "The service sent an image that is cut off or garbled."
SLOW = "Example has had too many requests: Slow down."
NO_MONEY = "Example has no money or quota left for you: Slow down."
AGAIN = (0.5, 1.0)

FAULTS = {
    "resets before the upload": Fault(resets_at_once, "unreachable", DURING, 3, waits_s=AGAIN),
    "resets during the upload": Fault(resets_during_the_upload, "unreachable", DURING, 3, waits_s=AGAIN),
    "resets after the upload": Fault(answering(resets()), "unreachable", LOST, 1),
    "ends after the upload": Fault(answering(raw(b"")), "unreachable", LOST, 1),
    "resets within the head of its reply": Fault(answering(resets(HEAD[:30])), "unreachable", LOST, 1),
    "resets in the middle of its reply": Fault(
        answering(resets(PROMISED + WHOLE[: FIRST + 9])), "unreachable", LOST, 1, kept=1
    ),
    "says nothing": Fault(answering(silent), "timeout", f"HOST did not answer in time.{MAY_HAVE_COST}", 1),
    "answers byte by byte": Fault(answering(raw(HEAD + b"\r\n" + WHOLE, step=1)), None, "", 1, kept=3),
    "ends its JSON too early": Fault(answering(raw(HEAD + b"\r\n" + WHOLE[:FIRST])), "bad_reply", BROKE_OFF, 1, kept=1),
    "promises more bytes than it sends": Fault(answering(raw(PROMISED + ONE[:-1])), "unreachable", LOST, 1, kept=1),
    "never ends its JSON": Fault(
        answering(raw(HEAD + b'\r\n{"data": [{"b64_json": "' + NOISE)),
        "bad_reply",
        "The service sent far more data than the images that were asked for.",
        1,
    ),
    "calls its images text": Fault(answering(says(200, WHOLE, {"content-type": "text/plain"})), None, "", 1, kept=3),
    "calls them a web page": Fault(answering(says(200, WHOLE, {"content-type": "text/html"})), None, "", 1, kept=3),
    "sends a web page": Fault(
        answering(says(200, "<!doctype html><p>Hello", {"content-type": "text/html"})),
        "bad_reply",
        "Example answered with a web page instead of images.",
        1,
    ),
    "sends a web page with an error": Fault(
        answering(says(502, "<html><h1>Bad Gateway</h1></html>", {"content-type": "text/html"})),
        "server",
        "Example failed and answered 502.",
        3,
        waits_s=AGAIN,
    ),
    "calls an error a success": Fault(
        answering(says(200, {"error": {"message": "Slow down", "code": "insufficient_quota"}})), "billing", NO_MONEY, 1
    ),
    "calls an error a success, in its own words": Fault(
        answering(says(200, {"code": "InsufficientBalance", "msg": "Slow down"})), "billing", NO_MONEY, 1
    ),
    "sends one image that does not decode": Fault(
        answering(says(200, images_json(GOOD, CUT_OFF, GOOD))), "bad_reply", GARBLED, 1, kept=2
    ),
    "sends base64 that is none": Fault(
        answering(says(200, {"data": [{"b64_json": "§" * 40}, *images_json(GOOD, GOOD)["data"]]})),
        "bad_reply",
        GARBLED,
        1,
        kept=2,
    ),
    "sends something else than an image": Fault(
        answering(says(200, images_json(b"MZ" + bytes(80), GOOD, GOOD))),
        "bad_reply",
        "The service sent something that is not a PNG, JPEG or WebP image.",
        1,
        kept=2,
    ),
    "hides a bomb in base64": Fault(
        answering(says(200, images_json(BOMB, GOOD, GOOD))),
        "bad_reply",
        "The service sent an image of 1048575 × 1048575 pixels, far more than was asked for.",
        1,
        kept=2,
    ),
    "compresses what was to be plain": Fault(
        answering(says(200, b"\x1f\x8b" + bytes(100), {"content-encoding": "gzip"})),
        "bad_reply",
        f"HOST sent an answer that cannot be read.{MAY_HAVE_COST}",
        1,
    ),
    "speaks no HTTP": Fault(answering(raw(b"SSH-2.0-OpenSSH_9.2\r\n")), "unreachable", LOST, 1),
    "asks to wait, in seconds": Fault(busy("retry-after", "2"), "rate_limit", SLOW, 3, waits_s=(2.0, 2.0)),
    "asks to wait, by the clock": Fault(
        busy("retry-after", "Mon, 23 Nov 2026 12:00:04 GMT"), "rate_limit", SLOW, 3, waits_s=(4.0, 4.0)
    ),
    "asks to wait, in milliseconds": Fault(busy("retry-after-ms", "1500"), "rate_limit", SLOW, 3, waits_s=(1.5, 1.5)),
    "asks to wait, through a gateway": Fault(
        busy("llm_provider-retry-after", "3"), "rate_limit", SLOW, 3, waits_s=(3.0, 3.0)
    ),
    "asks to wait, in words": Fault(busy("retry-after", "soon"), "rate_limit", SLOW, 3, waits_s=AGAIN),
    "asks to wait, since yesterday": Fault(
        busy("retry-after", "Sun, 22 Nov 2026 12:00:00 GMT"), "rate_limit", SLOW, 3, waits_s=AGAIN
    ),
    "asks to wait for an hour": Fault(busy("retry-after", "3600"), "rate_limit", SLOW, 1),
    "has no quota left, as 429": Fault(
        answering(error(429, "insufficient_quota", **{"retry-after": "2"})), "billing", NO_MONEY, 1
    ),
    "recovers after a failure": Fault(answering(says(503, ""), says(200, WHOLE)), None, "", 2, kept=3, waits_s=(0.5,)),
    "sends fewer and then fails": Fault(
        answering(says(200, ONE), error(500, "server_error")),
        "server",
        "Example failed (500): Slow down.",
        4,
        kept=1,
        waits_s=AGAIN,
    ),
    "sends fewer and then goes away": Fault(answering(says(200, ONE), resets()), "unreachable", LOST, 2, kept=1),
}


async def called(fault: Fault, waits: Waits) -> tuple[Outcome, str, int]:
    """(outcome, the server's address, what arrived there)."""
    connections = 0
    async with AsyncExitStack() as stack:
        if isinstance(fault.served, tuple):
            server = await stack.enter_async_context(wire(*fault.served))
            port = server.port
        else:
            serve = fault.served

            async def counted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                nonlocal connections
                connections += 1
                await serve(reader, writer)

            server = None
            port = await stack.enter_async_context(listening(counted))
        outcome = await call(
            f"http://127.0.0.1:{port}/v1",
            request(ASKED),
            profile(),
            png=PNG,
            retries=2,
            pause=waits,
            jitter=lambda: 0.0,
            now=lambda: NOW,
            timeout=httpx.Timeout(10, read=0.4),
        )
        return outcome, "127.0.0.1", len(server.calls) if server else connections


def test_a_server_that_refuses_is_knocked_at_three_times() -> None:
    waits = Waits()

    async def scenario() -> Outcome:
        async with listening(resets_at_once) as port:
            pass  # closed again: nobody listens there now
        return await call(f"http://127.0.0.1:{port}/v1", retries=2, pause=waits, jitter=lambda: 0.0)

    outcome = asyncio.run(scenario())

    assert str(outcome.error) == "127.0.0.1 cannot be reached."
    assert (outcome.kinds, waits.seconds) == (["unreachable"], [0.5, 1.0])


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_ends_in_one_true_sentence(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replies, "MAX_ITEM_BYTES", 4_000_000)
    fault, waits, started = FAULTS[name], Waits(), time.monotonic()

    outcome, host, arrived = asyncio.run(called(fault, waits))

    errors = [problem.error for problem in outcome.problems] + ([outcome.error] if outcome.error else [])
    assert {found.kind for found in errors} == ({fault.kind} if fault.kind else set())
    assert {str(found) for found in errors} == ({fault.sentence.replace("HOST", host)} if fault.kind else set())
    assert all(found.hint or found.retryable for found in errors)
    assert (arrived, len(outcome.images)) == (fault.arrived, fault.kept)
    # The error of a call that brought nothing stands for all; else each image that is missing has its own.
    assert len(errors) == (1 if outcome.error else ASKED - fault.kept)
    assert waits.seconds == pytest.approx(split_into_seconds(fault.waits_s))
    assert time.monotonic() - started < LONGEST_S


def split_into_seconds(waits_s: tuple[float, ...]) -> list[float]:
    """As the countdown waits: what is left over first, then second by second."""
    return [step for wait in waits_s for step in [wait - (math.ceil(wait) - 1), *[1.0] * (math.ceil(wait) - 1)]]
