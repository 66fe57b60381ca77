"""What a service's answers teach about it, step by step and to an end."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgvar_desktop.core.contract import Call, ResponseFormat
from imgvar_desktop.core.errors import BadParameter, ServerFailed, ServiceError
from imgvar_desktop.core.service_check import changes
from imgvar_desktop.core.service_learning import (
    after_refusal,
    wants_a_model,
    with_calls,
    with_made_size,
    with_model,
    without_links,
)
from imgvar_desktop.core.service_presets import CUSTOM, OPENAI, PRESETS
from imgvar_desktop.core.services import ON_DEVICE, ServiceProfile

PLAIN = CUSTOM.profile


@pytest.mark.parametrize(
    ("error", "change"),
    [
        (BadParameter("no", param="response_format"), {"response_formats": (ResponseFormat.URL,)}),
        (BadParameter("Unsupported response format: b64"), {"response_formats": (ResponseFormat.URL,)}),
        (BadParameter("Provide either `prompt` or `prompt_embeds`"), {"extra_fields": (("prompt", ""),)}),
        (BadParameter("no", param="size"), {"made_px": (512, 1024)}),
        (BadParameter("'256x256' is not one of ['1024x1024'] - 'size'"), {"made_px": (512, 1024)}),
    ],
)
def test_a_refusal_is_answered_with_what_it_asks_for(error: ServiceError, change: dict[str, object]) -> None:
    assert after_refusal(PLAIN, error) == replace(PLAIN, **change)


def test_what_an_insisting_server_does_not_know_is_left_out() -> None:
    openai = OPENAI.profile

    assert after_refusal(openai, BadParameter("no", param="output_format")) == replace(openai, extra_fields=())
    assert after_refusal(openai, BadParameter("no", param="quality")) == replace(openai, qualities=())


@pytest.mark.parametrize(
    "error",
    [
        BadParameter("no"),
        BadParameter("no", param="image"),
        ServerFailed("the size of the response_format broke"),
        BadParameter("no", param="quality"),
    ],
)
def test_what_teaches_nothing_changes_nothing(error: ServiceError) -> None:
    assert after_refusal(PLAIN, error) is None


@given(
    st.sampled_from([preset.profile for preset in PRESETS]),
    st.lists(
        st.sampled_from(["response_format", "prompt", "size", "quality", "output_format"]), min_size=40, max_size=40
    ),
)
def test_giving_in_comes_to_an_end(profile: ServiceProfile, refused: list[str]) -> None:
    steps = 0
    for name in refused:
        better = after_refusal(profile, BadParameter("no", param=name))
        if better is not None:
            assert better != profile
            assert changes(profile, better)
            profile, steps = better, steps + 1

    assert steps <= 7  # two formats, a prompt, two sizes, the qualities, an extra field


@pytest.mark.parametrize(
    ("error", "wanted"),
    [
        (BadParameter("Example did not accept the field “model”: Field required.", param="model"), True),
        (BadParameter("Missing 'model' field in request"), True),
        (BadParameter("Field required", param="image"), False),
        (ServerFailed("the model broke"), False),
    ],
)
def test_a_missing_model_is_noticed(error: ServiceError, wanted: bool) -> None:
    assert wants_a_model(error) is wanted


def test_the_call_that_is_offered_is_taken() -> None:
    assert with_calls(PLAIN, [Call.EDITS, Call.VARIATIONS]) == PLAIN
    assert with_calls(PLAIN, [Call.EDITS]) == replace(PLAIN, call=Call.EDITS, takes_prompt=True, takes_user=False)
    edits = with_calls(PLAIN, [Call.EDITS])
    assert with_calls(edits, [Call.VARIATIONS]).call is Call.VARIATIONS


@pytest.mark.parametrize(
    ("profile", "models", "model"),
    [
        (PLAIN, ("a", "b"), "a"),
        (PLAIN, (), ""),
        (PLAIN, ("a", OPENAI.profile.model), OPENAI.profile.model),
        (replace(PLAIN, model="mine"), ("a",), "mine"),
        (replace(PLAIN, model="dall-e-2"), ("a",), "a"),
        (replace(PLAIN, model="dall-e-2"), ("a", "dall-e-2"), "dall-e-2"),
        (ON_DEVICE, ("a",), ""),
    ],
)
def test_a_model_is_taken_where_none_is_named(profile: ServiceProfile, models: tuple[str, ...], model: str) -> None:
    assert with_model(profile, models).model == model


@pytest.mark.parametrize(("got_px", "made_px"), [(256, ()), (128, ()), (512, (512, 1024)), (600, (600, 1024))])
def test_a_size_that_came_is_kept_when_it_is_larger(got_px: int, made_px: tuple[int, ...]) -> None:
    assert with_made_size(PLAIN, asked_px=256, got_px=got_px).made_px == made_px


def test_links_alone_can_be_given_up() -> None:
    assert without_links(PLAIN).response_formats == (ResponseFormat.B64_JSON,)
    assert without_links(replace(PLAIN, response_formats=(ResponseFormat.URL,))).response_formats == ()


def test_nothing_learned_is_nothing_to_say() -> None:
    assert changes(PLAIN, PLAIN) == ()
