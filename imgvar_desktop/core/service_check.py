"""Checking a service: what will be sent, what was found out, and the profile that would fit."""

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Final

from imgvar_desktop.core.contract import Call
from imgvar_desktop.core.estimate import image_usd
from imgvar_desktop.core.framing import Framing
from imgvar_desktop.core.geometry import Square
from imgvar_desktop.core.request import Source, VariationRequest
from imgvar_desktop.core.services import ServiceProfile

PICTURE_PX: Final = 256
"""Side of the picture that is sent: made up, a few shapes, nothing of the person's."""
COUNT_ASKED: Final = 2
"""The fewest that show whether a service honours the count."""
MOST_IMAGES: Final = COUNT_ASKED + 1
"""Made by a whole check: two at once, and one as a link."""


class Verdict(StrEnum):
    OK = "ok"
    WARN = "warn"
    """It works, with something a person should know."""
    BAD = "bad"
    """Variations cannot be made like this."""


class Topic(StrEnum):
    """What a finding is about, in the order they are found out."""

    REACHABLE = "reachable"
    SECURE = "secure"
    KEY = "key"
    MODELS = "models"
    CALL = "call"
    COUNT = "count"
    FORMATS = "formats"
    SIZES = "sizes"
    LINKS = "links"
    PRICE = "price"


@dataclass(frozen=True, slots=True)
class Checking:
    """What is being done right now, in a few words."""

    activity: str


@dataclass(frozen=True, slots=True)
class Finding:
    verdict: Verdict
    topic: Topic
    text: str
    """One sentence."""
    hint: str = ""
    """What to do, in a sentence; may be empty."""
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Learned:
    """Closing: the profile that fits what was found, and the models that the service named."""

    profile: ServiceProfile
    """The one that was checked, with what was learned in it; equal to it when nothing was."""
    models: tuple[str, ...] = ()
    usable: bool = True
    """Whether nothing was found that keeps variations from being made."""


CheckPart = Checking | Finding | Learned


@dataclass(frozen=True, slots=True)
class Plan:
    """What a check is going to do, before it does it."""

    lines: tuple[str, ...]
    """Sentences for a person."""
    images: int
    """How many are made at most; 0 when none is asked for."""
    usd: float | None
    """What they cost at most; 0 is nothing, None unknown."""


def plan(profile: ServiceProfile, *, make_images: bool) -> Plan:
    where = profile.host or "the service on this computer"
    asked = (
        f"Asks {where} for its list of models, and sends two forms without a picture to see which calls it knows."
        " This costs nothing."
    )
    if not make_images:
        return Plan((asked, "No picture is sent and no image is made."), 0, 0.0)
    each = image_usd(profile, model=profile.model, quality=cheapest(profile), size_px=min(profile.sizes_px))
    usd = None if each is None else each * MOST_IMAGES
    sent = (
        f"Then sends a made-up picture of {PICTURE_PX} × {PICTURE_PX} pixels and has up to {MOST_IMAGES} images made."
    )
    if usd == 0:
        price = "They cost nothing."
    elif usd is None:
        price = "What they cost is not known here; the service's price list says it."
    else:
        price = f"They cost about ${usd:.2f}."
    return Plan((asked, sent, price), MOST_IMAGES, usd)


def trial(profile: ServiceProfile, *, count: int = COUNT_ASKED) -> VariationRequest:
    """What a check asks for: the smallest size, at the lowest price."""
    source = Source(key="", name="check", width=PICTURE_PX, height=PICTURE_PX)
    return VariationRequest(
        source=source,
        framing=Framing(Square(0, 0, PICTURE_PX)),
        count=count,
        size_px=min(profile.sizes_px),
        service_id=profile.id,
        quality=cheapest(profile),
    )


def cheapest(profile: ServiceProfile) -> str:
    return "low" if "low" in profile.qualities else ""


def changes(before: ServiceProfile, after: ServiceProfile) -> tuple[str, ...]:
    """What storing ``after`` in the place of ``before`` changes, in words."""
    said = {
        "call": f"Variations are made with image {'edits' if after.call is Call.EDITS else 'variations'}.",
        "model": f"The model is “{after.model}”.",
        "needs_model": "A model has to be named." if after.needs_model else "No model has to be named.",
        "lists_models": "It lists its models." if after.lists_models else "It has no list of models.",
        "honours_count": "It makes several images in a call."
        if after.honours_count
        else "Images are asked for one at a time.",
        "response_formats": _formats(after),
        "made_px": "What it cannot make small enough is scaled down here.",
        "qualities": "It is told a quality." if after.qualities else "It is told no quality.",
        "sizes_px": f"Sizes: {', '.join(f'{side} × {side}' for side in after.sizes_px)}.",
        "takes_prompt": "It takes a prompt." if after.takes_prompt else "It takes no prompt.",
        "extra_fields": "It is sent the fields that it insists on, empty: " + _names(after) + ".",
        "needs_key": "It needs a key." if after.needs_key else "It needs no key.",
    }
    differing = (f.name for f in fields(ServiceProfile) if getattr(before, f.name) != getattr(after, f.name))
    return tuple(said[name] for name in differing if name in said)


def _formats(profile: ServiceProfile) -> str:
    if not profile.response_formats:
        return "It is not told in which format to answer."
    return f"It answers as {' or '.join(profile.response_formats)}."


def _names(profile: ServiceProfile) -> str:
    return ", ".join(f"“{name}”" for name, _ in profile.extra_fields)
