"""Real servers' error replies, over a real socket: each becomes the error a person can act on."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgvar_desktop.adapters.error_reading import Caller, read_error
from imgvar_desktop.core.errors import AuthRefused, RateLimited
from tests.adapters.wire import KEY, call, says, wire

REPLIES = json.loads((Path(__file__).parent / "data" / "error-replies.json").read_text("utf-8"))
CALLER = Caller(service="Example", host="api.example.com", model="m-1", secret=KEY)
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("known", REPLIES, ids=lambda known: known["id"])
def test_known_error_reply_ends_in_its_kind(known: dict[str, Any]) -> None:
    async def scenario() -> None:
        answer = says(known["status"], known["body"], known["headers"])
        if known["id"] == "blob_url_expired":  # what a result's link says, not what the call says
            async with (
                wire(gets={"/1.png": answer}) as blobs,
                wire(says(200, {"data": [{"url": f"{blobs.origin}/1.png"}]})) as served,
            ):
                outcome = await call(served.base_url)
        else:
            async with wire(answer) as served:
                outcome = await call(served.base_url)
        assert outcome.kinds == [known["expect"]["kind"]]
        error = outcome.error or outcome.problems[0].error
        assert error.retryable is known["expect"]["retry"]
        assert str(error)
        assert error.hint
        assert "<" not in str(error)

    asyncio.run(scenario())


def read(status: int, body: Any, headers: dict[str, str] | None = None, caller: Caller = CALLER) -> Any:
    data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return read_error(status, headers or {}, data, caller, now=NOW)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (404, "", "endpoint_gone"),
        (404, "404 page not found", "endpoint_gone"),
        (405, {"detail": "Method Not Allowed"}, "endpoint_gone"),
        (404, {"detail": "Model not found in the model list, uid: m-1"}, "model_unavailable"),
        (404, {"error": {"message": "The model `m-1` does not exist", "code": "model_not_found"}}, "model_unavailable"),
        (400, {"error": {"message": "invalid model ID"}}, "model_unavailable"),
        (400, {"error": {"message": "No connected db.", "type": "no_db_connection", "code": "400"}}, "auth"),
        (402, {"error": "pay first"}, "billing"),
        (429, {"error": {"code": "project_budget_limit_exceeded"}}, "billing"),
        (429, {"error": {"code": "images_per_minute_limit_exceeded"}}, "rate_limit"),
        (429, "", "rate_limit"),
        (409, "", "server"),
        (408, "", "timeout"),
        (413, "<html>Request Entity Too Large</html>", "bad_image"),
        (418, "", "bad_parameter"),
        (503, "upstream connect error", "server"),
        (400, {"error": {"message": '{"error": {"code": "content_filter", "message": "no"}}'}}, "content_policy"),
        (400, {"message": {"error": {"message": "Invalid image file"}}}, "bad_image"),
        (500, {"error": {"message": "x", "code": "billing_hard_limit_reached"}}, "billing"),
        (400, [1, 2], "bad_parameter"),
        (400, "null", "bad_parameter"),
        (400, {"error": None, "detail": [], "message": ""}, "bad_parameter"),
        (400, {"detail": [{"loc": "odd", "msg": None}]}, "bad_parameter"),
    ],
)
def test_other_shapes_end_in_their_kind(status: int, body: Any, kind: str) -> None:
    error = read(status, body)

    assert error.kind == kind
    assert error.status == status
    assert str(error).endswith((".", "…"))


def test_the_codes_word_counts_more_than_type_message_and_status() -> None:
    envelope = {"message": "Rate limit reached", "type": "authentication_error", "code": "moderation_blocked"}

    assert read(500, {"error": envelope}).kind == "content_policy"
    assert read(500, {"error": {**envelope, "code": None}}).kind == "auth"
    assert read(500, {"error": {"message": "Rate limit reached"}}).kind == "rate_limit"


def test_the_field_and_the_reason_are_named() -> None:
    error = read(422, {"detail": [{"loc": ["body", "size"], "msg": "Input should be '512x512'", "type": "enum"}]})

    assert error.param == "size"
    assert str(error) == "Example did not accept the field “size”: size: Input should be '512x512'."


def test_the_upstreams_words_are_shown_and_not_the_gateways() -> None:
    known = next(known for known in REPLIES if known["id"] == "litellm_wrapped_400")

    error = read(known["status"], known["body"])

    assert str(error) == "Example has no money or quota left for you: Billing hard limit has been reached."


def test_the_safety_systems_categories_are_told() -> None:
    known = next(known for known in REPLIES if known["id"] == "openai_moderation_details")

    assert "(violence)" in str(read(known["status"], known["body"]))


def test_openais_retired_call_is_said_to_be_that() -> None:
    error = read(404, "", caller=Caller("My OpenAI", host="api.openai.com"))

    assert "OpenAI no longer offers image variations" in str(error)


def test_a_limit_of_zero_is_no_matter_of_waiting() -> None:
    known = next(known for known in REPLIES if known["id"] == "openai_images_per_minute")

    assert "its limit is 0" in str(read(known["status"], known["body"]))


def test_a_missing_key_is_not_called_a_wrong_one() -> None:
    assert isinstance(read(401, "", caller=Caller("Example")), AuthRefused)
    assert str(read(401, "", caller=Caller("Example"))) == "Example needs a key."
    assert str(read(401, "")) == "Example did not accept the key."


def test_the_request_id_and_the_wait_are_kept() -> None:
    error = read(429, "", {"x-request-id": "req-9", "retry-after": "30"})

    assert isinstance(error, RateLimited)
    assert (error.request_id, error.retry_after_s) == ("req-9", 30.0)


def test_a_wait_into_tomorrow_is_told_with_its_day() -> None:
    until = (NOW + timedelta(days=2)).astimezone()

    assert f"{until:%Y-%m-%d %H:%M}" in read(503, "", {"retry-after": str(2 * 86400)}).hint


def test_long_and_odd_texts_become_one_short_line() -> None:
    error = read(400, {"error": {"message": "first\n\tsecond\x1b[31m\u202e " + "x" * 5000}})

    assert len(str(error)) < 400
    assert str(error).isprintable()


@given(
    st.integers(400, 599),
    st.dictionaries(
        st.sampled_from(["error", "detail", "message", "code", "type", "param", "moderation_details", "loc", "msg"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(
                        ["message", "code", "type", "param", "error", "detail", "loc", "msg", "categories"]
                    ),
                    inner,
                    max_size=4,
                )
            ),
            max_leaves=8,
        ),
        max_size=4,
    ),
)
def test_any_json_becomes_a_printable_sentence(status: int, body: dict[str, Any]) -> None:
    error = read(status, body)

    assert str(error).isprintable()
    assert error.param is None or isinstance(error.param, str)


@given(st.integers(400, 599), st.binary(max_size=200), st.text(max_size=20))
def test_any_bytes_become_a_printable_sentence(status: int, body: bytes, content_type: str) -> None:
    assert str(read_error(status, {"content-type": content_type}, body, CALLER, now=NOW)).isprintable()
