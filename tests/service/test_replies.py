"""What a request gets that is in order: one JSON object, or a stream of events."""

import base64
import io
import json
import time

import httpx
import numpy as np
import pytest
from PIL import Image

from imgvar_desktop.core import contract


def ask(client: httpx.Client, image: bytes, **fields: str) -> httpx.Response:
    return client.post("/images/variations", files={"image": ("image.png", image, "image/png")}, data=fields)


def events(reply: httpx.Response) -> list[dict]:
    """The stream's events; each one's name must be its type."""
    found = []
    for block in reply.text.strip().split("\n\n"):
        name, data = block.split("\n")
        found.append(json.loads(data.removeprefix("data: ")))
        assert name == f"event: {found[-1]['type']}"
    return found


def picture(data: bytes) -> Image.Image:
    opened = Image.open(io.BytesIO(data))
    opened.load()
    return opened


def test_defaults_are_the_contracts(service, png, engine):
    with service.client() as client:
        reply = ask(client, png()).json()

        assert abs(reply["created"] - time.time()) < 60
        (image,) = reply["data"]
        assert set(image) == {"url", "revised_prompt", "seed"}
        assert image["revised_prompt"] is None
        assert [image["seed"]] == engine.seeds
        fetched = client.get(image["url"])
    assert fetched.headers["content-type"] == "image/png"
    assert picture(fetched.content).size == (1024, 1024)


def test_url_is_fetched_without_the_key_and_no_other_can_be_guessed(start, png):
    service = start(key="secret")
    url = ask(service.client(), png(), size="256x256").json()["data"][0]["url"]

    with httpx.Client(trust_env=False) as stranger:
        assert stranger.get(url).status_code == 200
        assert stranger.head(url).status_code == 200
        missing = stranger.get(url[:-1] + ("A" if url[-1] != "A" else "B"))
    assert missing.status_code == 404
    assert missing.json()["error"]["code"] == "result_expired"
    assert len(url.rsplit("/", 1)[1]) >= 40


def test_images_come_in_their_order(service, png):
    reply = ask(service.client(), png(), n="3", size="256x256", response_format="b64_json").json()

    images = [picture(base64.b64decode(image["b64_json"])) for image in reply["data"]]
    assert [image.getpixel((0, 0)) for image in images] == [(0, 0, 0), (10, 10, 10), (20, 20, 20)]


@pytest.mark.parametrize("model", ["", "dall-e-2", "imgvar-on-device"])
def test_known_models_and_unknown_fields_are_accepted(service, png, model):
    reply = ask(service.client(), png(), model=model, user="someone", prompt="", size="256x256")

    assert reply.status_code == 200


def test_models_are_listed(service):
    models = service.client().get("/models").json()

    assert models["object"] == "list"
    assert [model["id"] for model in models["data"]] == ["imgvar-on-device", "dall-e-2"]


def test_seed_is_passed_on_and_chosen_afresh_without_one(service, png, engine):
    client = service.client()

    assert ask(client, png(), seed="7", n="2", size="256x256").json()["data"][1]["seed"] == 7
    ask(client, png(), size="256x256")
    ask(client, png(), size="256x256")

    assert engine.seeds[0] == 7
    assert engine.seeds[1] != engine.seeds[2]


def test_strength_is_passed_on(service, png, engine):
    client = service.client()

    for fields in ({"strength": "0"}, {"strength": "0.85"}, {}):
        ask(client, png(), size="256x256", **fields)

    assert engine.strengths == [0.0, 0.85, 0.5]


def test_stream_tells_progress_and_each_image_and_closes(service, png):
    reply = ask(service.client(), png(), n="2", size="256x256", response_format="b64_json", stream="true", seed="3")

    assert reply.headers["content-type"].startswith("text/event-stream")
    told = events(reply)
    assert [event["type"] for event in told] == [
        contract.EVENT_PROGRESS,
        contract.EVENT_COMPLETED,
        contract.EVENT_PROGRESS,
        contract.EVENT_COMPLETED,
        contract.EVENT_DONE,
    ]
    assert told[0] == {"type": contract.EVENT_PROGRESS, "fraction": 0.25, "stage": "Composing"}
    assert set(told[1]) == {"type", "index", "b64_json", "revised_prompt", "seed"}
    assert (told[1]["index"], told[3]["index"], told[1]["seed"]) == (0, 1, 3)
    assert picture(base64.b64decode(told[3]["b64_json"])).size == (256, 256)


def test_streamed_image_arrives_while_the_next_is_made(service, png, engine):
    engine.holds_before = 1
    fields = {"n": "2", "size": "256x256", "stream": "true"}
    files = {"image": ("image.png", png(), "image/png")}

    with service.client().stream("POST", "/images/variations", files=files, data=fields) as reply:
        lines = reply.iter_lines()
        assert any(line == f"event: {contract.EVENT_COMPLETED}" for line in lines)
        assert not engine.go.is_set()
        engine.go.set()
        assert any(line == f"event: {contract.EVENT_DONE}" for line in lines)


@pytest.mark.expected_log("the engine failed")
def test_failing_engine_is_a_server_error(service, png, engine):
    engine.fails_before = 0

    reply = ask(service.client(), png())

    assert reply.status_code == 500
    assert reply.json()["error"]["type"] == "server_error"
    assert "told to fail" not in reply.text


@pytest.mark.expected_log("the engine failed")
def test_engine_that_fails_in_a_stream_ends_it_with_an_error(service, png, engine):
    engine.fails_before = 1

    told = events(ask(service.client(), png(), n="2", size="256x256", stream="true"))

    assert [event["type"] for event in told][-2:] == [contract.EVENT_PROGRESS, contract.EVENT_ERROR]
    assert told[1]["type"] == contract.EVENT_COMPLETED
    assert told[-1]["error"]["type"] == "server_error"


@pytest.mark.expected_log("the engine failed")
def test_next_request_is_served_after_a_failure(service, png, engine):
    client = service.client()
    engine.fails_before = 0
    ask(client, png())
    engine.fails_before = None

    assert ask(client, png(), size="256x256").status_code == 200


@pytest.mark.parametrize("size", [256, 512])
def test_real_engine_makes_what_was_asked_for(process, png, size):
    reply = ask(
        process, png(200, mode="RGBA"), n="2", size=contract.size_text(size), response_format="b64_json", seed="1"
    )

    assert reply.status_code == 200, reply.text
    images = [picture(base64.b64decode(image["b64_json"])) for image in reply.json()["data"]]
    assert [image.size for image in images] == [(size, size)] * 2
    assert not np.array_equal(np.asarray(images[0]), np.asarray(images[1]))


@pytest.mark.parametrize("side", [1, 2, 7])
def test_real_engine_takes_the_smallest_pictures(process, png, side):
    assert ask(process, png(side), size="256x256").status_code == 200
