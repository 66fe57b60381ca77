"""The call itself, against a server of our own on a real socket: what is sent, what is read, what is cancelled."""

import asyncio
import io
import json
import random
import tracemalloc
from contextlib import aclosing

import httpx
import pytest
from PIL import Image

from imgvar_desktop.adapters.http_client import HttpVariationClient
from imgvar_desktop.core import contract
from imgvar_desktop.core.contract import ResponseFormat
from imgvar_desktop.core.ports import ReplyImage, ReplyProgress
from imgvar_desktop.core.services import Endpoint
from tests.adapters.wire import (
    KEY,
    PNG_SENT,
    Received,
    b64,
    call,
    events,
    hangs,
    images_json,
    picture,
    profile,
    raw,
    request,
    says,
    wire,
)

DONE = {"type": contract.EVENT_DONE, "created": 1}


def completed(index: int, data: bytes, **more: object) -> dict[str, object]:
    return {"type": contract.EVENT_COMPLETED, "index": index, "b64_json": b64(data), **more}


def progress(fraction: float, stage: str = "composing") -> dict[str, object]:
    return {"type": contract.EVENT_PROGRESS, "fraction": fraction, "stage": stage}


def test_the_picture_is_one_part_named_image() -> None:
    async def scenario() -> None:
        async with wire(says(200, images_json(picture()))) as server:
            await call(server.base_url)
            (sent,) = server.calls
        assert sent.target == "/v1/images/variations"
        (image,) = [part for part in sent.parts if part.get_filename()]
        assert image.get_param("name", header="content-disposition") == "image"
        assert image.get_content_type() == "image/png"
        assert image.get_payload(decode=True) == PNG_SENT
        assert int(sent.headers["content-length"]) == len(sent.body)

    asyncio.run(scenario())


def test_only_the_fields_that_the_service_knows_are_sent() -> None:
    async def scenario() -> None:
        asked = request(3, seed=7, strength=0.25, user="u-1", model="m-2", response_format=ResponseFormat.URL)
        async with wire(says(200, images_json(*[picture()] * 3))) as server:
            await call(server.base_url, asked, profile())
            await call(server.base_url, asked, profile(takes_seed=True, takes_strength=True, streams=True))
        plain, full = (sent.fields for sent in server.calls)
        assert plain == {"n": "3", "size": "256x256", "model": "m-2", "user": "u-1", "response_format": "url"}
        extras = {"seed": "7", "strength": "0.25", "stream": "true"}
        assert full == plain | extras

    asyncio.run(scenario())


def test_the_model_is_left_out_where_nobody_names_one_and_the_format_is_one_the_service_knows() -> None:
    async def scenario() -> None:
        only_base64 = profile(model="", response_formats=(ResponseFormat.B64_JSON,))
        async with wire(says(200, images_json(picture()))) as server:
            await call(server.base_url, request(response_format=ResponseFormat.URL), only_base64)
        assert server.calls[0].fields == {"n": "1", "size": "256x256", "response_format": "b64_json"}

    asyncio.run(scenario())


def test_the_key_is_sent_only_where_there_is_one() -> None:
    async def scenario() -> None:
        async with wire(says(200, images_json(picture()))) as server:
            await call(server.base_url, key="")
            await call(server.base_url + "/", key=KEY)
        without, with_key = server.calls
        assert "authorization" not in without.headers
        assert with_key.headers["authorization"] == f"Bearer {KEY}"
        assert with_key.target == "/v1/images/variations"

    asyncio.run(scenario())


@pytest.mark.parametrize("key", ["schlüssel-123", "two\nlines", " sk-in-spaces "])
def test_a_key_that_no_header_carries_is_refused_before_anything_is_sent(key: str) -> None:
    async def scenario() -> None:
        async with wire(says(200, images_json(picture()))) as server:
            outcome = await call(server.base_url, key=key)
        assert outcome.kinds == ["auth"]
        assert not server.received
        assert key.strip() not in str(outcome.error)

    asyncio.run(scenario())


@pytest.mark.parametrize(("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")])
@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/octet-stream"])
def test_images_are_known_by_their_content(kind: str, media_type: str, content_type: str) -> None:
    async def scenario() -> None:
        data = picture(side=24, kind=kind)
        answer = says(200, images_json(data), {"content-type": content_type, "x-request-id": "req-1"})
        async with wire(answer) as server:
            outcome = await call(server.base_url)
        assert outcome.error is None
        assert outcome.images == [ReplyImage(0, data, media_type, 24, 24, request_id="req-1")]

    asyncio.run(scenario())


def test_a_reply_that_comes_byte_by_byte_is_read_all_the_same() -> None:
    async def scenario() -> None:
        body = json.dumps(images_json(picture("red"), picture("blue"))).encode()
        head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n".encode()
        async with wire(raw(head + body, step=1)) as server:
            outcome = await call(server.base_url, request(2))
        assert [image.data for image in outcome.images] == [picture("red"), picture("blue")]

    asyncio.run(scenario())


def test_an_image_is_handed_on_while_the_rest_of_the_reply_is_still_on_its_way() -> None:
    async def scenario() -> None:
        first_taken = asyncio.Event()
        body = json.dumps(images_json(picture("red"), picture("blue"))).encode()
        middle = body.index(b"}") + 1

        async def in_two_halves(_: Received, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n" + body[:middle])
            await writer.drain()
            await first_taken.wait()
            writer.write(body[middle:])
            await writer.drain()

        client = HttpVariationClient(retries=0)
        async with wire(in_two_halves) as server:
            parts = client.variations(request(2), PNG_SENT, profile(), Endpoint(server.base_url))
            async with aclosing(parts), asyncio.timeout(20):
                taken = []
                async for part in parts:
                    if isinstance(part, ReplyImage):
                        taken.append(part.data)
                        first_taken.set()
        await client.aclose()
        assert taken == [picture("red"), picture("blue")]

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("told", "kept"),
    [(0, 0), (2**63 - 1, 2**63 - 1), (2**63, None), (-1, None), (True, None), ("7", None), (7.0, None)],
)
def test_a_seed_is_taken_when_it_is_a_number_that_can_be_kept(told: object, kept: int | None) -> None:
    async def scenario() -> None:
        async with wire(says(200, {"data": [{"b64_json": b64(picture()), "seed": told}]})) as server:
            (image,) = (await call(server.base_url)).images
        assert (image.seed, type(image.seed)) == (kept, type(kept))

    asyncio.run(scenario())


def test_revised_prompt_seed_and_unknown_fields_are_taken_as_they_come() -> None:
    async def scenario() -> None:
        entry = {"b64_json": b64(picture()), "url": None, "revised_prompt": "a lake", "seed": 12, "more": [1, {}]}
        async with wire(says(200, {"data": [entry], "usage": {"total": 1.5}})) as server:
            (image,) = (await call(server.base_url)).images
        assert (image.seed, image.revised_prompt) == (12, "a lake")

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "entry",
    [
        {"b64_json": b64(picture()).rstrip("=")},
        {"b64_json": "\n".join(b64(picture())[start : start + 76] for start in range(0, len(b64(picture())), 76))},
        {"b64_json": "data:image/png;base64," + b64(picture())},
        {"url": "data:image/png;base64," + b64(picture())},
    ],
    ids=["without padding", "in lines", "as a data URL", "as a link that is a data URL"],
)
def test_base64_is_read_however_it_is_written(entry: dict[str, str]) -> None:
    async def scenario() -> None:
        async with wire(says(200, {"data": [entry]})) as server:
            outcome = await call(server.base_url)
        assert [image.data for image in outcome.images] == [picture()]

    asyncio.run(scenario())


@pytest.mark.parametrize("body", [{"created": 1}, {"created": 1, "data": []}, {"created": 1, "data": None}])
def test_a_reply_without_images_ends_without_images(body: object) -> None:
    async def scenario() -> None:
        async with wire(says(200, body)) as server:
            outcome = await call(server.base_url, request(2))
        assert (outcome.images, outcome.kinds) == ([], [])
        assert len(server.calls) == 1

    asyncio.run(scenario())


def test_a_server_that_sends_too_few_is_asked_for_the_rest() -> None:
    async def scenario() -> None:
        answers = [images_json(picture("red"), picture("green")), images_json(picture("blue"))]
        asked = request(4, seed=10)
        async with wire(*(says(200, body) for body in answers)) as server:
            outcome = await call(server.base_url, asked, profile(takes_seed=True))
        assert [image.index for image in outcome.images] == [0, 1, 2, 3]
        assert [(sent.fields["n"], sent.fields["seed"]) for sent in server.calls] == [
            ("4", "10"),
            ("2", "12"),
            ("1", "13"),
        ]

    asyncio.run(scenario())


def test_more_than_a_service_takes_at_once_is_asked_for_in_several_calls() -> None:
    async def scenario() -> None:
        async with wire(says(200, images_json(picture(), picture()))) as server:
            outcome = await call(server.base_url, request(4), profile(max_count=2))
        assert [image.index for image in outcome.images] == [0, 1, 2, 3]
        assert [sent.fields["n"] for sent in server.calls] == ["2", "2"]

    asyncio.run(scenario())


def test_images_that_nobody_asked_for_are_kept() -> None:
    async def scenario() -> None:
        async with wire(says(200, images_json(*[picture()] * 3))) as server:
            outcome = await call(server.base_url, request(2))
        assert [image.index for image in outcome.images] == [0, 1, 2]

    asyncio.run(scenario())


def test_a_follow_up_that_is_refused_costs_only_what_it_asked_for() -> None:
    async def scenario() -> None:
        refusal = says(429, {"error": {"message": "no more", "code": "insufficient_quota"}})
        async with wire(says(200, images_json(picture())), refusal) as server:
            outcome = await call(server.base_url, request(3))
        assert outcome.error is None
        assert [image.index for image in outcome.images] == [0]
        assert [(problem.index, problem.error.kind) for problem in outcome.problems] == [(1, "billing"), (2, "billing")]

    asyncio.run(scenario())


def test_a_stream_brings_progress_that_never_falls_and_images_in_any_order() -> None:
    async def scenario() -> None:
        answer = events(
            progress(0.5, "composing"),
            completed(1, picture("blue"), seed=8),
            progress(0.4),
            completed(0, picture("red"), seed=7),
            DONE,
        )
        async with wire(answer) as server:
            outcome = await call(server.base_url, request(2), profile(streams=True))
        assert [(image.index, image.seed, image.request_id) for image in outcome.images] == [
            (1, 8, "req-s"),
            (0, 7, "req-s"),
        ]
        assert [part.fraction for part in outcome.progress if part.fraction is not None] == [0.5, 0.5]
        assert ReplyProgress(0.5, "Composing") in outcome.progress
        assert outcome.error is None

    asyncio.run(scenario())


def test_a_stream_whose_images_share_one_number_loses_none() -> None:
    async def scenario() -> None:
        answer = events(completed(0, picture("red")), completed(0, picture("blue")), DONE)
        async with wire(answer) as server:
            outcome = await call(server.base_url, request(2), profile(streams=True))
        assert [(image.index, image.data) for image in outcome.images] == [(0, picture("red")), (1, picture("blue"))]

    asyncio.run(scenario())


def test_a_stream_is_read_only_where_the_server_streams_though_it_was_asked_to() -> None:
    async def scenario() -> None:
        async with wire(says(200, images_json(picture()))) as server:
            outcome = await call(server.base_url, request(), profile(streams=True))
        assert len(outcome.images) == 1

    asyncio.run(scenario())


def test_an_error_in_a_stream_is_told_and_what_had_arrived_stays() -> None:
    async def scenario() -> None:
        refused = {"type": "error", "error": {"message": "rejected by our safety system", "code": "moderation_blocked"}}
        async with wire(events(completed(0, picture()), refused), events(refused)) as server:
            late = await call(server.base_url, request(2), profile(streams=True))
            early = await call(server.base_url, request(2), profile(streams=True))
        assert (late.error, len(late.images)) == (None, 1)
        assert [(problem.index, problem.error.kind) for problem in late.problems] == [(1, "content_policy")]
        assert early.kinds == ["content_policy"]

    asyncio.run(scenario())


def test_large_replies_report_what_has_arrived_but_not_all_the_time() -> None:
    async def scenario() -> None:
        noise = "A" * 3_000_000
        async with wire(says(200, {"padding": noise, **images_json(picture())})) as server:
            outcome = await call(server.base_url)
        receiving = [part for part in outcome.progress if part.activity.startswith("Receiving")]
        assert receiving
        assert len(receiving) < 20
        assert all(part.fraction is None for part in receiving)
        assert receiving[0].activity.endswith("of 3.0 MB")

    asyncio.run(scenario())


@pytest.mark.parametrize("streamed", [False, True])
def test_memory_holds_about_one_image_however_many_there_are(streamed: bool) -> None:
    noise = Image.frombytes("RGB", (512, 512), random.Random(1).randbytes(512 * 512 * 3))
    file = io.BytesIO()
    noise.save(file, "PNG")
    data, count = file.getvalue(), 10
    if streamed:
        answer = events(*(completed(index, data) for index in range(count)), DONE)
    else:
        body = json.dumps(images_json(*[data] * count)).encode()
        answer = raw(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n" + body, step=65_536)

    async def scenario(base_url: str) -> int:
        client = HttpVariationClient()
        tracemalloc.start()
        parts = client.variations(request(count), PNG_SENT, profile(streams=streamed), Endpoint(base_url))
        arrived = 0
        async with aclosing(parts):
            async for part in parts:
                arrived += isinstance(part, ReplyImage)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        await client.aclose()
        assert arrived == count
        return peak

    async def served() -> int:
        async with wire(answer) as server:
            return await scenario(server.base_url)

    # The whole reply would be 13 times an image; what the server holds while it writes is counted here too.
    assert asyncio.run(served()) < 10 * len(data)


@pytest.mark.parametrize("moment", ["before the answer", "in the middle of an image", "in a stream"])
def test_cancelling_closes_the_connection_at_once(moment: str) -> None:
    half = b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{"data": [{"b64_json": "iVBOR'

    async def half_an_image(received: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(half)
        await writer.drain()
        await hangs(received, writer)

    answer = {
        "before the answer": hangs,
        "in the middle of an image": half_an_image,
        "in a stream": events(progress(0.1), then=hangs),
    }[moment]

    async def scenario() -> None:
        client = HttpVariationClient()
        async with wire(answer) as server:

            async def use() -> None:
                async for _ in client.variations(request(), PNG_SENT, profile(), Endpoint(server.base_url)):
                    pass

            using = asyncio.create_task(use())
            await asyncio.wait_for(server.entered.wait(), 20)
            using.cancel()
            await asyncio.wait_for(server.left.wait(), 2)
            with pytest.raises(asyncio.CancelledError):
                await using
        await client.aclose()

    asyncio.run(scenario())


def test_leaving_the_parts_early_closes_the_connection() -> None:
    async def scenario() -> None:
        client = HttpVariationClient()
        async with wire(events(completed(0, picture()), then=hangs)) as server:
            parts = client.variations(request(2), PNG_SENT, profile(streams=True), Endpoint(server.base_url))
            async for part in parts:
                if isinstance(part, ReplyImage):
                    break
            await parts.aclose()
            await asyncio.wait_for(server.left.wait(), 2)
        await client.aclose()

    asyncio.run(scenario())


def test_an_answer_that_nobody_takes_is_closed() -> None:
    async def scenario() -> None:
        client = HttpVariationClient()
        answered = asyncio.Event()

        async def note(_: httpx.Response) -> None:
            answered.set()

        client._connections.direct.event_hooks["response"].append(note)
        async with wire(events(progress(0.1), then=hangs)) as server:
            parts = client.variations(request(), PNG_SENT, profile(streams=True), Endpoint(server.base_url))
            async for part in parts:
                if part == ReplyProgress(None, "Waiting for the images"):
                    await asyncio.wait_for(answered.wait(), 20)
                    break
            await parts.aclose()
            await asyncio.wait_for(server.left.wait(), 2)
        await client.aclose()

    asyncio.run(scenario())


def test_a_proxy_of_an_unknown_kind_is_neither_used_nor_gone_around(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks9://127.0.0.1:1")

    async def scenario() -> None:
        async with wire(says(200, images_json(picture()))) as server:
            here = await call(server.base_url)
            elsewhere = await call("http://images.example/v1")
        assert (len(here.images), elsewhere.kinds) == (1, ["unreachable"])
        assert "proxy" in str(elsewhere.error)

    asyncio.run(scenario())


def test_no_cookie_ties_one_call_to_the_next() -> None:
    async def scenario() -> None:
        client = HttpVariationClient()
        async with wire(says(200, images_json(picture()), {"set-cookie": "session=1"})) as server:
            for _ in range(2):
                async for _part in client.variations(request(), PNG_SENT, profile(), Endpoint(server.base_url)):
                    pass
        await client.aclose()
        assert [sent.headers.get("cookie") for sent in server.calls] == [None, None]

    asyncio.run(scenario())


def test_what_goes_to_this_computer_passes_by_its_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        async with wire(says(500, "")) as proxy, wire(says(200, images_json(picture()))) as server:
            monkeypatch.setenv("HTTP_PROXY", proxy.origin)
            outcome = await call(server.base_url)
        assert len(outcome.images) == 1
        assert not proxy.received

    asyncio.run(scenario())


def test_a_service_elsewhere_is_reached_through_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        async with wire(says(200, images_json(picture()))) as proxy:
            monkeypatch.setenv("HTTP_PROXY", proxy.origin)
            outcome = await call("http://images.example/v1", timeout=httpx.Timeout(20))
        assert len(outcome.images) == 1
        assert proxy.calls[0].target == "http://images.example/v1/images/variations"

    asyncio.run(scenario())
