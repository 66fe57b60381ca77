"""What goes over the wire, beside what the official client library sends for the same arguments."""

import asyncio
import base64
from typing import Any

import pytest
from openai import OpenAI

from imgvar_desktop.core.contract import ResponseFormat
from imgvar_desktop.core.service_presets import OPENAI
from tests.adapters.wire import (
    KEY,
    Received,
    call,
    images_json,
    picture,
    profile,
    request,
    says,
    wire,
    wire_in_a_thread,
)

# OpenAI has retired its own endpoint, and the library says so at every call.
pytestmark = pytest.mark.filterwarnings("ignore:deprecated:DeprecationWarning")

PICTURE = picture(side=64)
REPLY = says(200, images_json(PICTURE, PICTURE))


def ours(**options: Any) -> Received:
    async def scenario() -> Received:
        async with wire(REPLY) as server:
            outcome = await call(server.base_url, png=PICTURE, **options)
            assert [image.data for image in outcome.images] == [PICTURE, PICTURE]
            (sent,) = server.calls
            return sent

    return asyncio.run(scenario())


def theirs(method: str, **arguments: Any) -> Received:
    with (
        wire_in_a_thread(REPLY) as server,
        OpenAI(base_url=server.base_url, api_key=KEY, max_retries=0) as client,
    ):
        reply = getattr(client.images, method)(image=("image.png", PICTURE, "image/png"), **arguments)
        assert [base64.b64decode(image.b64_json) for image in reply.data] == [PICTURE, PICTURE]
        (sent,) = server.calls
        return sent


def picture_part(sent: Received) -> dict[str, Any]:
    (part,) = [part for part in sent.parts if part.get_filename()]
    return {
        "name": part.get_param("name", header="content-disposition"),
        "file": part.get_filename(),
        "type": part.get_content_type(),
        "bytes": part.get_payload(decode=True),
    }


def assert_alike(one: Received, other: Received) -> None:
    assert (one.method, one.target) == (other.method, other.target)
    assert one.fields == other.fields
    assert picture_part(one) == picture_part(other)
    assert len(one.parts) == len(other.parts)
    for name in ("authorization", "accept"):
        assert one.headers[name] == other.headers[name]
    for sent in (one, other):
        assert sent.headers["content-type"].startswith("multipart/form-data; boundary=")


@pytest.mark.parametrize("response_format", ResponseFormat)
def test_variations_are_asked_for_alike(response_format: ResponseFormat) -> None:
    mine = ours(
        asked=request(2, size_px=512, user="ada", response_format=response_format), served_by=profile(model="dall-e-2")
    )

    reference = theirs(
        "create_variation", n=2, size="512x512", response_format=str(response_format), model="dall-e-2", user="ada"
    )
    assert_alike(mine, reference)


def test_the_fewest_fields_are_asked_for_alike() -> None:
    mine = ours(asked=request(2), served_by=profile(model="", response_formats=()))

    assert_alike(mine, theirs("create_variation", n=2, size="256x256"))


def test_edits_are_asked_for_alike() -> None:
    mine = ours(asked=request(2, size_px=1024, prompt="in blue", quality="high"), served_by=OPENAI.profile)

    reference = theirs(
        "edit",
        prompt="in blue",
        n=2,
        size="1024x1024",
        quality="high",
        model="gpt-image-2.6-flare",
        output_format="png",
    )
    assert_alike(mine, reference)
