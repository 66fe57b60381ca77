"""What a service's answers teach about it: the profile that fits better, or that none does. Pure."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Final

from imgvar_desktop.core import contract
from imgvar_desktop.core.contract import Call, ResponseFormat
from imgvar_desktop.core.errors import BadParameter, ServiceError
from imgvar_desktop.core.service_presets import OPENAI
from imgvar_desktop.core.services import ServiceProfile

GPT_IMAGE: Final = "gpt-image"
ENDED: Final = "dall-e"
"""How the models were called that OpenAI made variations with; other servers may still take the name."""


def after_refusal(profile: ServiceProfile, error: ServiceError) -> ServiceProfile | None:
    """The profile to try next when a call made as ``profile`` says was refused with ``error``; None: there is none.

    Each step gives something up, so that asking again and again comes to an end.
    """
    if not isinstance(error, BadParameter):
        return None
    # What it names as the field; where it names none, the first of the fields that it speaks of.
    said = (error.param or str(error)).lower().replace(" ", "_")
    for name, step in _STEPS.items():
        if name in said:
            return step(profile)
    for name, _ in profile.extra_fields:
        if name in said:
            return replace(profile, extra_fields=tuple(pair for pair in profile.extra_fields if pair[0] != name))
    return None


def wants_a_model(error: ServiceError) -> bool:
    """Whether ``error`` says that no model was named."""
    return isinstance(error, BadParameter) and (error.param == contract.FIELD_MODEL or "model" in str(error).lower())


def without_links(profile: ServiceProfile) -> ServiceProfile:
    formats = tuple(known for known in profile.response_formats if known is not ResponseFormat.URL)
    return replace(profile, response_formats=formats)


def with_made_size(profile: ServiceProfile, *, asked_px: int, got_px: int) -> ServiceProfile:
    """After ``got_px`` came where ``asked_px`` was asked for."""
    if got_px <= asked_px:
        return profile
    return replace(profile, made_px=tuple(sorted({*(px for px in profile.sizes_px if px >= got_px), got_px})))


def with_calls(profile: ServiceProfile, offered: Collection[Call]) -> ServiceProfile:
    """With a call that is offered: the one it has, or the other. ``offered`` is not empty."""
    if profile.call in offered:
        return profile
    if Call.VARIATIONS in offered:
        return replace(profile, call=Call.VARIATIONS, takes_prompt=False)
    if profile.model.startswith(GPT_IMAGE):
        return _as_gpt_image(profile)
    return replace(profile, call=Call.EDITS, takes_prompt=True, takes_user=False)


def with_model(profile: ServiceProfile, models: Collection[str]) -> ServiceProfile:
    """With one of its models where it has none yet, or one that ended; ``models`` with image makers first."""
    ended = profile.model.startswith(ENDED) and profile.model not in models
    if (profile.model and not ended) or not profile.takes_model or not models:
        return profile
    usual = OPENAI.profile.model
    return replace(profile, model=usual if usual in models else next(iter(models)))


def _as_gpt_image(profile: ServiceProfile) -> ServiceProfile:
    """What is known of these models, whoever passes them on."""
    known = OPENAI.profile
    return replace(
        profile,
        call=known.call,
        made_px=known.made_px,
        response_formats=known.response_formats,
        qualities=known.qualities,
        needs_model=known.needs_model,
        takes_user=known.takes_user,
        takes_prompt=known.takes_prompt,
        extra_fields=known.extra_fields,
        max_upload_bytes=known.max_upload_bytes,
    )


def _with_fewer_formats(profile: ServiceProfile) -> ServiceProfile | None:
    return replace(profile, response_formats=profile.response_formats[1:]) if profile.response_formats else None


def _with_an_empty_prompt(profile: ServiceProfile) -> ServiceProfile | None:
    if profile.takes_prompt or any(name == contract.FIELD_PROMPT for name, _ in profile.extra_fields):
        return None
    return replace(profile, extra_fields=(*profile.extra_fields, (contract.FIELD_PROMPT, "")))


def _with_larger_sizes(profile: ServiceProfile) -> ServiceProfile | None:
    """Without the smallest of the sizes that go on the wire: what is wanted smaller is scaled down here."""
    made = tuple(sorted(profile.made_px or profile.sizes_px))[1:]
    return replace(profile, made_px=made) if made else None


def _without_qualities(profile: ServiceProfile) -> ServiceProfile | None:
    return replace(profile, qualities=()) if profile.qualities else None


_STEPS: Final[Mapping[str, Callable[[ServiceProfile], ServiceProfile | None]]] = {
    contract.FIELD_RESPONSE_FORMAT: _with_fewer_formats,
    contract.FIELD_PROMPT: _with_an_empty_prompt,
    contract.FIELD_SIZE: _with_larger_sizes,
    contract.FIELD_QUALITY: _without_qualities,
}
