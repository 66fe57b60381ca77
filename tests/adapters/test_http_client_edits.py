"""Variations through image edits, counts that a server ignores, sizes it cannot make, and what it all cost."""

import asyncio
import io
import json

import pytest
from PIL import Image

from imgvar_desktop.core import prompts
from imgvar_desktop.core.errors import ModelUnavailable
from imgvar_desktop.core.ports import ReplyAnswered, ReplyImage, ReplyUsage
from imgvar_desktop.core.prices import TokenCount
from imgvar_desktop.core.service_presets import OPENAI, XINFERENCE
from tests.adapters.wire import PNG_SENT, Answer, b64, call, images_json, picture, profile, raw, request, says, wire

EDITS = OPENAI.profile
USAGE = {
    "total_tokens": 1556,
    "input_tokens": 500,
    "output_tokens": 1056,
    "input_tokens_details": {"text_tokens": 100, "image_tokens": 400},
}


def test_an_edit_carries_what_edits_take_and_nothing_that_they_refuse() -> None:
    async def scenario() -> None:
        asked = request(2, user="ada", seed=7, strength=0.5, prompt="in blue", quality="high")
        async with wire(says(200, images_json(picture(side=256), picture(side=256)))) as server:
            await call(server.base_url, asked, EDITS)
            (sent,) = server.calls
        assert sent.target == "/v1/images/edits"
        assert sent.fields == {
            "n": "2",
            "size": "1024x1024",
            "model": "gpt-image-2.6-flare",
            "prompt": "in blue",
            "quality": "high",
            "output_format": "png",
        }
        (image,) = [part for part in sent.parts if part.get_filename()]
        assert image.get_param("name", header="content-disposition") == "image"
        assert image.get_content_type() == "image/png"
        assert image.get_payload(decode=True) == PNG_SENT

    asyncio.run(scenario())


def test_an_edit_without_words_gets_the_usual_ones() -> None:
    async def scenario() -> None:
        async with wire(says(200, images_json(picture(side=256)))) as server:
            await call(server.base_url, request(), EDITS)
        assert server.calls[0].fields["prompt"] == prompts.DEFAULT.text

    asyncio.run(scenario())


def test_a_service_that_insists_on_an_empty_field_gets_it() -> None:
    async def scenario() -> None:
        async with wire(says(200, images_json(picture()))) as server:
            await call(server.base_url, request(model="sdxl"), XINFERENCE.profile)
        assert server.calls[0].fields == {
            "n": "1",
            "size": "256x256",
            "response_format": "b64_json",
            "model": "sdxl",
            "prompt": "",
        }

    asyncio.run(scenario())


@pytest.mark.parametrize(("wanted", "got"), [(256, 256), (512, 512), (1024, 1024)])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_what_is_made_too_large_is_scaled_down_here(kind: str, wanted: int, got: int) -> None:
    async def scenario() -> None:
        made = picture("teal", side=1024, kind=kind)
        async with wire(says(200, images_json(made))) as server:
            (image,) = (await call(server.base_url, request(size_px=wanted), EDITS)).images
        assert (image.width, image.height) == (got, got)
        if wanted == 1024:
            assert image.data == made
            return
        with Image.open(io.BytesIO(image.data), formats=["PNG"]) as opened:
            assert (opened.size, image.media_type) == ((got, got), "image/png")
            with Image.open(io.BytesIO(made)) as large:
                assert opened.convert("RGB").getpixel((9, 9)) == large.convert("RGB").getpixel((36, 36))

    asyncio.run(scenario())


def test_scaling_keeps_shape_transparency_and_profile() -> None:
    async def scenario() -> None:
        file = io.BytesIO()
        half = Image.new("RGBA", (1536, 1024), (200, 0, 0, 0))
        half.paste((0, 200, 0, 255), (768, 0, 1536, 1024))
        half.save(file, "PNG", icc_profile=b"a profile")
        async with wire(says(200, images_json(file.getvalue()))) as server:
            (image,) = (await call(server.base_url, request(size_px=512), EDITS)).images
        with Image.open(io.BytesIO(image.data)) as opened:
            assert opened.size == (512, 341)
            assert opened.info["icc_profile"] == b"a profile"
            assert opened.getpixel((400, 100)) == (0, 200, 0, 255)
            assert opened.getpixel((100, 100))[3] == 0

    asyncio.run(scenario())


def test_a_smaller_image_than_was_asked_for_is_left_as_it_is() -> None:
    async def scenario() -> None:
        made = picture(side=200)
        async with wire(says(200, images_json(made))) as server:
            (image,) = (await call(server.base_url, request(size_px=256), EDITS)).images
        assert image.data == made

    asyncio.run(scenario())


# Counts


def test_where_the_count_is_ignored_each_image_is_asked_for_alone() -> None:
    async def scenario() -> None:
        one_each = profile(honours_count=False)
        colours = ("red", "green", "blue")
        async with wire(*(says(200, images_json(picture(colour))) for colour in colours)) as server:
            outcome = await call(server.base_url, request(3), one_each)
        assert [image.data for image in outcome.images] == [picture(colour) for colour in colours]
        assert [sent.fields["n"] for sent in server.calls] == ["1", "1", "1"]
        fractions = [part.fraction for part in outcome.progress if part.fraction is not None]
        assert fractions == pytest.approx([1 / 3, 2 / 3])
        # Whoever asked may stop asking between two calls, and hears of nothing after the last.
        kinds = [type(part) for part in outcome.parts if isinstance(part, ReplyImage | ReplyAnswered)]
        assert kinds == [ReplyImage, ReplyAnswered, ReplyImage, ReplyAnswered, ReplyImage]

    asyncio.run(scenario())


def test_a_server_that_turns_out_to_ignore_the_count_still_brings_all() -> None:
    async def scenario() -> None:
        async with wire(says(200, images_json(picture()))) as server:
            outcome = await call(server.base_url, request(4))
        assert [image.index for image in outcome.images] == [0, 1, 2, 3]
        assert [sent.fields["n"] for sent in server.calls] == ["4", "3", "2", "1"]

    asyncio.run(scenario())


def test_one_at_a_time_keeps_what_came_before_a_refusal() -> None:
    async def scenario() -> None:
        no = says(429, {"error": {"message": "no more", "code": "credit_balance_exhausted"}})
        async with wire(says(200, images_json(picture())), no) as server:
            outcome = await call(server.base_url, request(3), profile(honours_count=False))
        assert [image.index for image in outcome.images] == [0]
        assert [(problem.index, problem.error.kind) for problem in outcome.problems] == [(1, "billing"), (2, "billing")]
        assert len(server.calls) == 2

    asyncio.run(scenario())


def test_an_answer_lost_between_two_images_is_not_asked_for_again() -> None:
    async def lost(_: object, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    async def scenario() -> None:
        async with wire(says(200, images_json(picture())), lost) as server:
            outcome = await call(server.base_url, request(3), profile(honours_count=False), retries=2)
        assert len(server.calls) == 2, "sent again without asking"
        assert outcome.kinds == ["unreachable", "unreachable"]
        assert all("charged" in str(problem.error) for problem in outcome.problems)

    asyncio.run(scenario())


# Cost


@pytest.mark.parametrize("first", [False, True], ids=["after the images", "before the images"])
@pytest.mark.parametrize("step", [None, 1_000])
def test_what_a_reply_used_is_told(first: bool, step: int | None) -> None:
    async def scenario() -> None:
        images = images_json(picture("red", side=300), picture("blue", side=300))
        body = json.dumps({"usage": USAGE, **images} if first else {**images, "usage": USAGE}).encode()
        head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n"
        async with wire(raw(head + body, step=step)) as server:
            outcome = await call(server.base_url, request(2), EDITS)
        used = [part for part in outcome.parts if isinstance(part, ReplyUsage)]
        assert used == [ReplyUsage(TokenCount(text_in=100, image_in=400, out=1056))]
        assert len(outcome.images) == 2

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "usage",
    [
        None,
        {},
        "much",
        {"input_tokens": "1", "output_tokens": 5},
        {"input_tokens": -1, "output_tokens": 5},
        {"input_tokens": 1, "output_tokens": 10**30},
        {"output_tokens": 5},
    ],
)
def test_a_count_of_tokens_that_is_none_is_passed_over(usage: object) -> None:
    async def scenario() -> None:
        async with wire(says(200, {**images_json(picture()), "usage": usage})) as server:
            outcome = await call(server.base_url)
        assert len(outcome.images) == 1
        assert not [part for part in outcome.parts if isinstance(part, ReplyUsage)]

    asyncio.run(scenario())


def test_words_inside_a_text_are_no_count_of_tokens() -> None:
    async def scenario() -> None:
        entry = {"b64_json": b64(picture()), "revised_prompt": '"usage": {"input_tokens": 1, "output_tokens": 5}'}
        async with wire(says(200, {"data": [entry]})) as server:
            outcome = await call(server.base_url)
        assert not [part for part in outcome.parts if isinstance(part, ReplyUsage)]

    asyncio.run(scenario())


# Models


def refuses_the_model() -> Answer:
    return says(404, {"error": {"message": "The model `gone` does not exist", "code": "model_not_found"}})


def test_a_missing_model_comes_with_those_there_are() -> None:
    async def scenario() -> None:
        listed = {"data": [{"id": "text-embed-1"}, {"id": "gpt-5"}, {"id": "gpt-image-2"}, {"id": "dall-e-2"}]}
        async with wire(refuses_the_model(), gets={"/v1/models": says(200, listed)}) as server:
            outcome = await call(server.base_url, request(model="gone"), EDITS)
        assert isinstance(outcome.error, ModelUnavailable)
        assert outcome.error.models == ("gpt-image-2", "dall-e-2", "gpt-5", "text-embed-1")
        assert "gone" in str(outcome.error)
        assert outcome.error.hint == "Choose one that it has: gpt-image-2, dall-e-2, gpt-5, text-embed-1."
        assert len(server.calls) == 1

    asyncio.run(scenario())


def test_a_missing_model_is_told_as_well_where_there_is_no_list() -> None:
    async def scenario() -> None:
        async with wire(refuses_the_model()) as server:
            outcome = await call(server.base_url, request(model="gone"), EDITS)
        assert (outcome.kinds, outcome.error.hint) == (["model_unavailable"], "Choose another model.")

    asyncio.run(scenario())
