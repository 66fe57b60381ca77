"""The names of a service's models: in every shape servers list them, bounded, and with errors read like any other."""

import asyncio
import json

import pytest

from imgvar_desktop.adapters import model_list
from imgvar_desktop.adapters.model_list import HttpModelLister
from imgvar_desktop.core.errors import ServiceError
from imgvar_desktop.core.services import Endpoint
from tests.adapters.wire import KEY, Answer, hangs, profile, raw, resets, says, wire


async def listed(base_url: str, key: str = KEY) -> tuple[str, ...]:
    lister = HttpModelLister()
    try:
        return await lister.models(profile(base_url), Endpoint(base_url, key))
    finally:
        await lister.aclose()


def outcome(answer: Answer, key: str = KEY) -> tuple[str, ...] | ServiceError:
    async def scenario() -> tuple[str, ...] | ServiceError:
        async with wire(hangs, gets={"/v1/models": answer}) as server:
            try:
                return await listed(server.base_url, key)
            except ServiceError as error:
                return error

    return asyncio.run(scenario())


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ({"object": "list", "data": [{"id": "a"}, {"id": "b"}, {"id": "a"}]}, ("a", "b")),
        ({"models": [{"name": "a"}, {"model": "b"}]}, ("a", "b")),
        (["a", "b"], ("a", "b")),
        ({"data": {"uid-1": {"model_type": "image"}, "uid-2": {"model_type": "LLM"}}}, ("uid-1",)),
        ({"data": [{"id": "sdxl", "model_type": "image"}, {"id": "qwen", "model_type": "LLM"}]}, ("sdxl",)),
        ({"data": [{"id": "tts-1"}, {"id": "gpt-5"}, {"id": "gpt-image-2"}]}, ("gpt-image-2", "gpt-5", "tts-1")),
        ({"data": [None, 7, {}, {"id": 5}, {"id": ""}, {"id": "x" * 500}, {"id": "two\nlines"}, {"id": "a"}]}, ("a",)),
        ({"data": []}, ()),
        ({"hello": "world"}, ()),
    ],
)
def test_names_are_found_in_every_shape(body: object, names: tuple[str, ...]) -> None:
    assert outcome(says(200, body)) == names


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (says(404, ""), "endpoint_gone"),
        (says(405, {"detail": "Method Not Allowed"}), "endpoint_gone"),
        (says(200, "<html>Welcome</html>", {"content-type": "text/html"}), "endpoint_gone"),
        (says(302, "", {"location": "http://127.0.0.1:9/v1/models"}), "endpoint_gone"),
        (says(401, {"error": {"message": f"Incorrect API key provided: {KEY}"}}), "auth"),
        (says(403, {"error": {"message": "Your organization must be verified"}}), "permission"),
        (says(500, ""), "server"),
        (resets(), "unreachable"),
    ],
)
def test_what_is_no_list_is_told_for_what_it_is(answer: Answer, kind: str) -> None:
    error = outcome(answer)

    assert isinstance(error, ServiceError)
    assert error.kind == kind
    assert KEY not in f"{error}{error.hint}"


def test_a_list_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_list, "MAX_BYTES", 10_000)

    error = outcome(says(200, json.dumps({"data": [{"id": f"m-{number}"} for number in range(5_000)]})))

    assert isinstance(error, ServiceError)
    assert (error.kind, "without end" in str(error)) == ("bad_reply", True)


def test_a_long_list_is_shortened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_list, "MAX_MODELS", 2)

    assert outcome(says(200, {"data": [{"id": "a"}, {"id": "b"}, {"id": "image-c"}]})) == ("image-c", "a")


def test_the_key_goes_along_and_a_slash_too_many_does_no_harm() -> None:
    async def scenario() -> None:
        async with wire(hangs, gets={"/v1/models": says(200, {"data": [{"id": "a"}]})}) as server:
            assert await listed(server.base_url + "/") == ("a",)
            await listed(server.base_url, key="")
        with_key, without = server.received
        assert with_key.headers["authorization"] == f"Bearer {KEY}"
        assert "authorization" not in without.headers

    asyncio.run(scenario())


def test_a_list_that_comes_byte_by_byte_is_read() -> None:
    body = b'{"data": [{"id": "a"}]}'
    head = f"HTTP/1.1 200 OK\r\ncontent-length: {len(body)}\r\n\r\n".encode()

    assert outcome(raw(head + body, step=1)) == ("a",)
