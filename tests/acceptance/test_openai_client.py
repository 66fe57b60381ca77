"""The official OpenAI client library, unchanged, against a real ``serve`` process: what old programs will do."""

import base64
import io
import os
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest
from openai import AuthenticationError, BadRequestError, OpenAI
from PIL import Image

from imgvar_desktop.core import contract

# OpenAI has retired its own endpoint, and the library says so at every call.
pytestmark = pytest.mark.filterwarnings("ignore:deprecated:DeprecationWarning")

KEY = "the-key-of-the-service"
PATIENCE_S = 60.0


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with subprocess.Popen(
        [sys.executable, "-m", "imgvar_desktop", "serve", "--api-key-env", "KEY_OF_THE_TEST"],
        env={**os.environ, "KEY_OF_THE_TEST": KEY},
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        yield child.stdout.readline().removeprefix("listening on ").strip()
        child.terminate()


@pytest.fixture
def client(address: str) -> Iterator[OpenAI]:
    with OpenAI(base_url=address, api_key=KEY, max_retries=0, timeout=PATIENCE_S) as client:
        yield client


def picture(width: int = 96, height: int = 96, file_format: str = "PNG") -> bytes:
    """Hills under a sky with a sun: more than noise, and small."""
    drawn = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    drawn.paste((240, 200, 80), (width // 8, height // 8, width // 3, height // 3))
    drawn.paste((40, 90, 50), (0, 2 * height // 3, width, height))
    file = io.BytesIO()
    drawn.save(file, file_format)
    return file.getvalue()


def size_of(data: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(data), formats=["PNG"]) as opened:
        opened.load()
        return opened.size


@pytest.mark.parametrize("side_px", contract.SIZES_PX)
def test_images_as_base64_have_the_size_that_was_asked_for(client, side_px):
    reply = client.images.create_variation(
        image=picture(), n=2, size=contract.size_text(side_px), response_format="b64_json", model="dall-e-2"
    )

    images = [base64.b64decode(image.b64_json) for image in reply.data]
    assert [size_of(image) for image in images] == [(side_px, side_px)] * 2
    assert all(image.url is None and image.revised_prompt is None for image in reply.data)
    assert reply.created > 1_700_000_000


def test_images_by_address_can_be_fetched_without_the_key(client):
    reply = client.images.create_variation(image=picture(), n=2, size="256x256", response_format="url")

    fetched = [httpx.get(image.url, trust_env=False) for image in reply.data]
    assert [size_of(image.content) for image in fetched] == [(256, 256)] * 2
    assert all(image.b64_json is None for image in reply.data)


def test_only_the_image_is_needed(client):
    (image,) = client.images.create_variation(image=("anything.png", picture(), "image/png")).data

    assert size_of(httpx.get(image.url, trust_env=False).content) == (1024, 1024)


def test_ten_images_differ_from_one_another_and_from_the_source(client):
    reply = client.images.create_variation(image=picture(), n=10, size="256x256", response_format="b64_json")

    assert len({image.b64_json for image in reply.data}) == 10
    source = Image.open(io.BytesIO(picture())).resize((256, 256), Image.Resampling.LANCZOS)
    for image in reply.data:
        made = Image.open(io.BytesIO(base64.b64decode(image.b64_json))).convert("RGB")
        assert made.tobytes() != source.tobytes()


def test_same_seed_makes_the_same_bytes_and_another_makes_others(client):
    def made(seed: int) -> list[str]:
        reply = client.images.create_variation(
            image=picture(), n=2, size="256x256", response_format="b64_json", extra_body={"seed": seed, "strength": 0.7}
        )
        assert [image.seed for image in reply.data] == [seed, seed]
        return [image.b64_json for image in reply.data]

    assert made(7) == made(7)
    assert made(7) != made(8)


def test_seed_of_a_reply_makes_it_again(client):
    first = client.images.create_variation(image=picture(), size="256x256", response_format="b64_json").data[0]

    again = client.images.create_variation(
        image=picture(), size="256x256", response_format="b64_json", extra_body={"seed": first.seed}
    ).data[0]

    assert again.b64_json == first.b64_json


def test_models_can_be_listed(client):
    assert [model.id for model in client.models.list()] == ["imgvar-on-device", "dall-e-2"]


def test_wrong_key_is_an_authentication_error(address):
    with (
        OpenAI(base_url=address, api_key="wrong", max_retries=0) as stranger,
        pytest.raises(AuthenticationError) as refused,
    ):
        stranger.images.create_variation(image=picture())

    assert refused.value.code == "invalid_api_key"
    assert refused.value.request_id.startswith("req_")


@pytest.mark.parametrize(
    ("param", "arguments"),
    [
        pytest.param("image", {"image": picture(96, 64)}, id="not square"),
        pytest.param("image", {"image": picture(file_format="JPEG")}, id="not a PNG"),
        pytest.param("image", {"image": picture().ljust(contract.MAX_IMAGE_BYTES + 1, b"\0")}, id="over the limit"),
        pytest.param("image", {"image": picture().ljust(25_000_000, b"\0")}, id="far over the limit"),
        pytest.param("image", {"image": picture()[:300]}, id="cut off"),
        pytest.param("n", {"n": 11}, id="too many"),
        pytest.param("n", {"n": 0}, id="none"),
        pytest.param("size", {"size": "300x300"}, id="unknown size"),
        pytest.param("response_format", {"response_format": "jpeg"}, id="unknown format"),
        pytest.param("model", {"model": "gpt-image-2"}, id="unknown model"),
        pytest.param("seed", {"extra_body": {"seed": "x"}}, id="seed"),
        pytest.param("strength", {"extra_body": {"strength": 2}}, id="strength"),
    ],
)
def test_mistake_is_a_bad_request_that_names_its_field(client, param, arguments):
    with pytest.raises(BadRequestError) as refused:
        client.images.create_variation(**{"image": picture(), **arguments})

    assert refused.value.param == param
    assert refused.value.type == "invalid_request_error"
