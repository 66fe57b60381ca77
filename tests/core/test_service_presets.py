"""The services to begin with, what they cost and what they are asked in words."""

import pytest

from imgvar_desktop.core import contract, prompts
from imgvar_desktop.core.contract import Call, ResponseFormat
from imgvar_desktop.core.estimate import estimate_usd
from imgvar_desktop.core.form import form_fields
from imgvar_desktop.core.framing import Framing
from imgvar_desktop.core.geometry import Square
from imgvar_desktop.core.prices import TokenCount
from imgvar_desktop.core.prompts import Prompt
from imgvar_desktop.core.request import Source, VariationRequest
from imgvar_desktop.core.service_presets import CUSTOM, OPENAI, PRESETS, XINFERENCE
from imgvar_desktop.core.services import ON_DEVICE, ON_DEVICE_ID
from imgvar_desktop.core.settings import Settings


def request(**changes: object) -> VariationRequest:
    source = Source(key="0" * 64, name="lake", width=64, height=64)
    wanted = {"count": 4, "size_px": 1024, "service_id": "x", **changes}
    return VariationRequest(source=source, framing=Framing(Square(0, 0, 64)), **wanted)


def test_every_preset_can_be_added_as_it_is_and_more_than_once():
    settings = Settings()
    for preset in PRESETS * 2:
        settings = settings.with_service(preset.new_service({service.id for service in settings.all_services}))

    assert len(settings.services) == 2 * len(PRESETS)
    assert {"openai", "openai-2"} <= {service.id for service in settings.services}


def test_a_preset_never_becomes_the_on_device_service():
    assert all(preset.new_service(()).id != ON_DEVICE_ID for preset in PRESETS)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.profile.id)
def test_every_preset_says_what_it_is_and_is_asked_for_nothing_it_refuses(preset):
    profile = preset.profile
    fields = dict(form_fields(request(model="m", response_format=ResponseFormat.URL, user="ada"), profile))

    assert profile.notes.endswith(".")
    assert preset is CUSTOM or profile.docs_url.startswith("https://")
    assert fields["n"] == str(min(4, profile.max_count))
    if profile.call is Call.EDITS:
        assert not {"response_format", "user", "input_fidelity", "strength", "seed"} & set(fields)
        assert fields["prompt"]
    if profile.response_formats == (ResponseFormat.B64_JSON,):
        assert fields["response_format"] == "b64_json"


def test_all_but_openai_and_gateways_are_free_or_say_nothing_of_a_price():
    assert XINFERENCE.profile.free
    assert not OPENAI.profile.free
    assert not CUSTOM.profile.free  # nobody knows, so it may cost something


@pytest.mark.parametrize(
    ("changes", "usd"),
    [
        ({"model": "gpt-image-2", "quality": "high"}, 4 * 0.211),
        ({"model": "gpt-image-2-2026-04-21", "quality": "high"}, 4 * 0.211),
        ({"model": "gpt-image-2", "quality": "high", "size_px": 256}, 4 * 0.211),  # made at 1024, and paid so
        ({"model": "gpt-image-2.5-flare", "quality": "low", "count": 1}, 0.006),
        ({"model": "", "quality": ""}, 4 * 0.013),  # the service's own model at its default quality
        ({"model": "gpt-image-2.6-sunburst", "quality": "low"}, None),
        ({"model": "gpt-image-2", "quality": "auto"}, None),
    ],
)
def test_the_cost_is_known_before_where_a_price_is_published(changes, usd):
    assert estimate_usd(OPENAI.profile, request(**changes)) == (usd if usd is None else pytest.approx(usd))


def test_what_is_made_here_costs_nothing_and_an_unknown_price_stays_unknown():
    assert estimate_usd(ON_DEVICE, request()) == 0
    assert estimate_usd(CUSTOM.profile, request()) is None


def test_the_cost_after_is_reckoned_from_the_tokens():
    prices = OPENAI.profile.token_prices

    assert TokenCount(text_in=1_000_000, image_in=0, out=0).usd(prices) == pytest.approx(5.0)
    assert TokenCount(text_in=0, image_in=1_000_000, out=0).usd(prices) == pytest.approx(8.0)
    assert TokenCount(text_in=100, image_in=400, out=1056).usd(prices) == pytest.approx(0.03538)


# Prompts


def test_prompts_go_from_close_to_free_and_name_no_count():
    assert [prompt.name for prompt in prompts.PRESETS] == ["Very close", "Close", "Balanced", "Loose", "Free"]
    assert prompts.DEFAULT in prompts.PRESETS
    assert not any(prompts.asks_for_several(prompt.text) for prompt in prompts.PRESETS)


@pytest.mark.parametrize(
    ("text", "several"),
    [
        ("Make four variations of this", True),
        ("give me 3 different versions", True),
        ("several new images in this style", True),
        ("a picture with two dogs", False),
        ("an image from the 1920s", False),
        ("Create a variation with three trees", False),
    ],
)
def test_a_prompt_that_names_a_count_is_noticed(text, several):
    assert prompts.asks_for_several(text) is several


@pytest.mark.parametrize(("name", "text"), [("", "x"), ("x", " "), ("x", "y" * (contract.MAX_PROMPT_CHARS + 1))])
def test_a_prompt_without_name_or_text_is_refused(name, text):
    with pytest.raises(ValueError, match="A prompt has"):
        Prompt(name, text)
