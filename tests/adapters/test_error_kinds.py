"""Refusals in wordings and shapes that are in no table: read by rule, as those of servers nobody has met yet."""

import json
from typing import Any

import pytest

from imgvar_desktop.adapters.error_reading import Caller, read_error
from tests.adapters.wire import KEY

CALLER = Caller(service="Example", host="api.example.com", model="m-1", secret=KEY)


def read(status: int, body: Any, headers: dict[str, str] | None = None) -> Any:
    data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return read_error(status, headers or {}, data, CALLER)


def error(message: str = "no", **fields: Any) -> dict[str, Any]:
    return {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": None, **fields}}


PYTHONS_OWN = "{'error': {'message': 'Blocked.', 'code': 'moderation_blocked', 'param': None}}"
TWICE_ESCAPED = r"upstream said {\"error\":{\"message\":\"Out of funds\",\"code\":\"insufficient_quota\"}}"


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (429, [{"error": {"code": 429, "message": "exhausted", "status": "RESOURCE_EXHAUSTED"}}], "rate_limit"),
        (400, error("litellm.ContentPolicyViolationError: OpenAIException - no", param="None"), "content_policy"),
        (400, error("Model 'X' was not found", type="model_not_found", param="None"), "model_unavailable"),
        (429, error(code="ModelNotReadyException"), "server"),
        # Gone
        (404, error("Resource not found", code="404"), "endpoint_gone"),
        (410, error("This route was removed."), "endpoint_gone"),
        (400, error("Image variations are not supported by this provider"), "endpoint_gone"),
        (400, error("provider openai does not support image_variation request"), "endpoint_gone"),
        (400, error(code="unsupported_operation"), "endpoint_gone"),
        (404, "<html><h1>Not Found</h1></html>", "endpoint_gone"),
        (500, error("POST /v1/images/variations is not implemented"), "endpoint_gone"),
        # Model
        (404, {"error": "model 'sdxl' not found, try pulling it first"}, "model_unavailable"),
        (400, error("Invalid value: 'dall-e-2'.", param="model", code="invalid_value"), "model_unavailable"),
        (400, error("The model `gpt-image-1` has been deprecated."), "model_unavailable"),
        (400, error("gpt-image-1 was shut down: this model is no longer available"), "model_unavailable"),
        (400, error(code="model_not_available"), "model_unavailable"),
        (400, error(code="UnsupportedModel"), "model_unavailable"),
        (500, {"detail": "[address=1.2.3.4:5, pid=6] Model sd3 does not support image_to_image"}, "model_unavailable"),
        (503, error("No channel for model x", code="model_not_found", type="new_api_error"), "model_unavailable"),
        (404, error("Deployment x does not exist", code="DeploymentNotFound"), "model_unavailable"),
        # Key
        (403, error(code="invalid_authentication"), "auth"),
        (400, error(code="MissingApiKey"), "auth"),
        (500, error("Error code: 401 - Incorrect API key provided"), "auth"),
        (401, {"title": "Unauthorized", "status": 401, "detail": "Token expired"}, "auth"),
        (403, error("Invalid token", type="authentication_error"), "auth"),
        # Account
        (403, error("Forbidden", code="AccessDeniedException"), "permission"),
        (403, error(code="country_not_supported_region"), "permission"),
        (400, error(type="permission_denied_error"), "permission"),
        # Money
        (403, error("quota", code="pre_consume_token_quota_failed"), "billing"),
        (400, {"code": "Arrearage", "message": "Access denied, make sure your account is in good standing"}, "billing"),
        (400, error("Budget has been exceeded! Current cost: 1.2, Max budget: 1.0", type="budget_exceeded"), "billing"),
        (429, error(code="InsufficientBalance"), "billing"),
        (403, error(type="billing_not_active_error"), "billing"),
        (429, error("You have run out of credits. Please top up."), "billing"),
        (400, error(TWICE_ESCAPED), "billing"),
        (500, error("wrapped: " + json.dumps(json.dumps(error(code="insufficient_quota")))), "billing"),
        # Pace
        (400, {"__type": "ThrottlingException", "message": "Slow down"}, "rate_limit"),
        (503, error(code="TooManyRequestsException"), "rate_limit"),
        (429, error("No deployments available for selected model, try again in 60 seconds"), "rate_limit"),
        (429, {"errors": [{"message": "one at a time"}]}, "rate_limit"),
        # Safety
        (403, {"name": "content_moderation", "errors": ["Your request was flagged."]}, "content_policy"),
        (
            403,
            {"error": {"code": 403, "message": "Input flagged", "metadata": {}}},
            "content_policy",
        ),
        (400, {"code": "DataInspectionFailed", "message": "may contain inappropriate content"}, "content_policy"),
        (422, error(code="nsfw_content_detected"), "content_policy"),
        (500, error(PYTHONS_OWN), "content_policy"),
        (400, error(code="contentFilter", inner_error={"code": "ResponsibleAIPolicyViolation"}), "content_policy"),
        # The picture
        (400, error("Invalid input image - format must be in ['RGBA', 'LA', 'L'], got RGB."), "bad_image"),
        (400, error("image dimensions must be a multiple of 16"), "bad_image"),
        (400, error("no", param="image"), "bad_image"),
        (422, error("The image exceeds 4 megabytes"), "bad_image"),
        (500, {"detail": "cannot identify image file <_io.BytesIO object at 0x7f>"}, "bad_image"),
        # A field
        (400, error("The model 'x' does not support 'strength'", param="strength"), "bad_parameter"),
        (
            422,
            {"detail": [{"type": "enum", "loc": ["body", "size"], "msg": "Input should be 1"}]},
            "bad_parameter",
        ),
        (400, error("You must provide a model parameter"), "bad_parameter"),
        (400, {"code": "InvalidParameter", "message": "n must be 1"}, "bad_parameter"),
        # The server
        (500, error("The server had an error", type="server_error", code="server_error"), "server"),
        (529, {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}, "server"),
        (500, {"detail": "CUDA out of memory. Tried to allocate 2 GB"}, "server"),
        (502, "upstream prematurely closed connection", "server"),
        # On the way
        (407, "<html>Proxy Authentication Required</html>", "unreachable"),
    ],
)
def test_a_refusal_is_read_by_rule(status: int, body: Any, kind: str) -> None:
    found = read(status, body)

    assert found.kind == kind
    assert str(found).endswith((".", "!", "?", "…"))
    assert found.hint


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (error("gateway: " + PYTHONS_OWN), "Blocked"),
        (error(TWICE_ESCAPED), "Out of funds"),
        ({"errors": [{"message": "one at a time"}]}, "one at a time"),
        ({"errors": ["too wide", "too high"]}, "too wide"),
        ({"title": "Bad", "detail": "because"}, "because"),
        ({"msg": "short and odd"}, "short and odd"),
        ({"error_message": "as some say it"}, "as some say it"),
    ],
)
def test_the_servers_own_words_are_found_wherever_they_stand(body: Any, words: str) -> None:
    assert words in str(read(400, body))


@pytest.mark.parametrize(
    "body",
    [
        error("Blocked", code="moderation_blocked", moderation_details={"categories": ["violence", "self-harm"]}),
        error("Rejected by the safety system. safety_violations=[violence, self-harm]."),
        {"error": {"code": 403, "message": "Input flagged", "metadata": {"reasons": ["violence", "self-harm"]}}},
        error(
            "Filtered",
            code="content_filter",
            inner_error={
                "content_filter_results": {
                    "violence": {"filtered": True},
                    "self-harm": {"filtered": True, "severity": "high"},
                    "hate": {"filtered": False},
                }
            },
        ),
    ],
)
def test_what_a_safety_system_objects_to_is_told(body: Any) -> None:
    assert "(violence, self-harm)" in str(read(400, body))


def test_a_gateways_none_is_no_name() -> None:
    found = read(400, error("no", type="None", param="None", code="None"))

    assert (found.kind, found.param) == ("bad_parameter", None)
    assert "None" not in str(found)


@pytest.mark.parametrize("text", ["Limit: 0/1min", "Limit 0, Used 0, Requested 1"])
def test_a_limit_of_zero_is_said_to_be_one(text: str) -> None:
    assert "limit is 0" in str(read(429, error(text, code="rate_limit_exceeded")))


def test_a_limit_of_five_is_a_matter_of_waiting() -> None:
    assert "limit is 0" not in str(read(429, error("Limit 05, Used 5. Try again in 12s", code="rate_limit_exceeded")))
