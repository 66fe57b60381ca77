"""A peer nobody here wrote: aimock, which answers the retired call as OpenAI does, and image edits from fixtures.

Comes from npm in seconds; skipped with a reason where there is no Node.js, or no way to npm.
"""

import asyncio
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

import pytest

from imgvar_desktop.adapters.service_check import HttpServiceChecker
from imgvar_desktop.core.contract import Call
from imgvar_desktop.core.service_check import Finding, Learned, Topic, Verdict
from imgvar_desktop.core.service_presets import CUSTOM, OPENAI
from imgvar_desktop.core.services import Endpoint
from tests.adapters.wire import KEY, Outcome, Waits, b64, call, picture, profile, request

PACKAGE = "@copilotkit/aimock@1.43.0"
LISTENING = "listening on "
INSTALL_S = 60.0
LARGE = picture("navy", side=1024)


def fixture(words: str, response: dict[str, Any]) -> dict[str, Any]:
    return {"match": {"endpoint": "image", "userMessage": words}, "response": response}


FIXTURES = {
    "fixtures": [
        fixture("in blue", {"images": [{"b64Json": b64(LARGE)}, {"b64Json": b64(LARGE)}]}),
        fixture("as JPEG", {"image": {"b64Json": b64(picture(side=1024, kind="JPEG"))}}),
        fixture(
            "too fast",
            {"error": {"message": "Slow down", "code": "rate_limit_exceeded"}, "status": 429, "retryAfter": 2},
        ),
        fixture("forbidden", {"error": {"message": "Blocked", "code": "moderation_blocked"}, "status": 400}),
        fixture("variation", {"images": [{"b64Json": b64(LARGE)}, {"b64Json": b64(LARGE)}]}),
    ]
}


@pytest.fixture(scope="module")
def aimock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its base URL."""
    npx = shutil.which("npx")
    if npx is None or os.name != "posix":
        pytest.skip("aimock needs Node.js with npx")
    fixtures = tmp_path_factory.mktemp("aimock") / "fixtures.json"
    fixtures.write_text(json.dumps(FIXTURES))
    command = [
        npx,
        "--yes",
        "--prefer-offline",
        "--fetch-retries=0",
        "-p",
        PACKAGE,
        "llmock",
        "-p",
        "0",
        "-f",
        str(fixtures),
    ]
    # A group of its own: npx starts node as a child, and both have to leave.
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as child:
        said: SimpleQueue[str] = SimpleQueue()
        Thread(target=_pass_on, args=(child, said), name="aimock").start()
        try:
            yield _address(said) + "/v1"
        finally:
            os.killpg(child.pid, signal.SIGTERM)


def _pass_on(child: "subprocess.Popen[str]", said: "SimpleQueue[str]") -> None:
    assert child.stdout is not None
    for line in child.stdout:
        said.put(line.strip())
    said.put("")


def _address(said: "SimpleQueue[str]") -> str:
    lines = []
    try:
        while line := said.get(timeout=INSTALL_S):
            lines.append(line)
            if LISTENING in line:
                return line.partition(LISTENING)[2]
    except Empty:
        lines.append(f"nothing for {INSTALL_S:.0f} s")
    pytest.skip(f"aimock could not be had from npm: {' | '.join(lines[-3:])}")


def edited(base_url: str, prompt: str, count: int = 2, **options: Any) -> Outcome:
    return asyncio.run(call(base_url, request(count, size_px=512, prompt=prompt), OPENAI.profile, **options))


def test_the_retired_call_is_told_as_gone(aimock: str) -> None:
    outcome = asyncio.run(call(aimock, request(), profile(), retries=2))

    assert outcome.kinds == ["endpoint_gone"]
    assert outcome.error is not None
    assert outcome.error.request_id


def test_edits_bring_variations_scaled_to_what_was_wanted(aimock: str) -> None:
    outcome = edited(aimock, "in blue")

    assert outcome.kinds == []
    assert [(image.index, image.width, image.height) for image in outcome.images] == [(0, 512, 512), (1, 512, 512)]
    assert all(image.request_id for image in outcome.images)


def test_one_where_several_were_asked_for_is_made_up_for(aimock: str) -> None:
    outcome = edited(aimock, "as JPEG", count=3)

    assert [image.index for image in outcome.images] == [0, 1, 2]


def test_its_limit_is_waited_for_and_told(aimock: str) -> None:
    waits = Waits()

    outcome = edited(aimock, "too fast", retries=2, pause=waits)

    assert outcome.kinds == ["rate_limit"]
    assert sum(waits.seconds) == 4


def test_what_it_blocks_is_told_as_that(aimock: str) -> None:
    assert edited(aimock, "forbidden").kinds == ["content_policy"]


def test_a_check_finds_edits_alone(aimock: str) -> None:
    async def scenario() -> list[Any]:
        checker = HttpServiceChecker()
        try:
            return [part async for part in checker.check(CUSTOM.profile, Endpoint(aimock, KEY), make_images=True)]
        finally:
            await checker.aclose()

    parts = asyncio.run(scenario())

    verdicts = {part.topic: part.verdict for part in parts if isinstance(part, Finding)}
    assert verdicts[Topic.CALL] is Verdict.WARN
    assert verdicts[Topic.COUNT] is Verdict.OK
    assert isinstance(parts[-1], Learned)
    assert (parts[-1].profile.call, parts[-1].usable) == (Call.EDITS, True)
