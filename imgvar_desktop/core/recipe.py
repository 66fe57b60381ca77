"""The recipe of a variation: what it was made from and how, as it travels with an exported file and comes back.

The text is JSON. It holds no path, no key and nothing of the source but its name, its size and its hash.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from imgvar_desktop.core import contract
from imgvar_desktop.core.framing import Fit, Framing
from imgvar_desktop.core.geometry import Square
from imgvar_desktop.core.library import Entry, RunRecord
from imgvar_desktop.core.request import Source, VariationRequest
from imgvar_desktop.core.services import ON_DEVICE_ID
from imgvar_desktop.core.settings import Settings

VERSION: Final = 1
MARK: Final = "imgvar_recipe"
"""The field that says that a JSON file is one of ours, and of which version."""
MAX_CHARS: Final = 1_000_000
"""Longer text is not looked into."""


class SourceType(StrEnum):
    """How a picture came about: terms of IPTC's vocabulary ``digitalsourcetype``."""

    TRAINED_ALGORITHMIC_MEDIA = "trainedAlgorithmicMedia"
    """Created using generative AI."""
    COMPOSITE = "composite"
    """Put together from several elements, of which nothing is said whether a generative model made any."""

    @property
    def uri(self) -> str:
        return f"http://cv.iptc.org/newscodes/digitalsourcetype/{self.value}"


@dataclass(frozen=True, slots=True)
class Recipe:
    request: VariationRequest
    """Of the whole run; without the string for the end user, which is nobody else's business."""
    service_name: str
    entry_id: str
    index: int
    """0-based place in its run."""
    run_number: int
    created_at: datetime
    sha256: str
    """Of the bytes that the library keeps."""
    seed: int | None = None
    """The one that this picture was made with, as the service said."""
    parent_id: str | None = None
    parent_sha256: str | None = None

    @property
    def source_type(self) -> SourceType:
        """The on-device service rearranges and regrades pieces of the source, and no model makes a pixel of them.

        "Algorithmically altered" would be untrue: it stands for changes that leave the content as it was. All other
        services answer with what a generative model made, and nothing in a reply could tell us otherwise.
        """
        on_device = self.request.service_id == ON_DEVICE_ID
        return SourceType.COMPOSITE if on_device else SourceType.TRAINED_ALGORITHMIC_MEDIA

    def without_prompt(self) -> "Recipe":
        return replace(self, request=replace(self.request, prompt=""))


def recipe_of(entry: Entry, run: RunRecord, parent: Entry | None) -> Recipe:
    return Recipe(
        request=replace(run.request, user=""),
        service_name=run.service_name,
        entry_id=entry.id,
        index=entry.index,
        run_number=entry.run_number,
        created_at=entry.created_at,
        sha256=entry.sha256,
        seed=entry.seed,
        parent_id=parent.id if parent is not None else None,
        parent_sha256=parent.sha256 if parent is not None else None,
    )


def recipe_text(recipe: Recipe, *, software: str) -> str:
    """JSON with a line for each fact, for people too. ``software``: name and version of the program."""
    request, framing, square = recipe.request, recipe.request.framing, recipe.request.crop
    source = request.source
    fields = {
        MARK: VERSION,
        "software": software,
        "digital_source_type": recipe.source_type.uri,
        "id": recipe.entry_id,
        "sha256": recipe.sha256,
        "created_at": recipe.created_at.isoformat(),
        "run": recipe.run_number,
        "index": recipe.index + 1,
        "seed": recipe.seed,
        "parent": {"id": recipe.parent_id, "sha256": recipe.parent_sha256} if recipe.parent_id is not None else None,
        "source": {"name": source.name, "sha256": source.key, "width": source.width, "height": source.height},
        "framing": {
            "x": square.x,
            "y": square.y,
            "side": square.side,
            "turns": framing.turns,
            "flipped": framing.flipped,
            "angle": framing.angle,
            "fit": framing.fit.value,
            "name": request.framing_name,
        },
        "service": {"id": request.service_id, "name": recipe.service_name, "model": request.model},
        "parameters": {
            "count": request.count,
            "size_px": request.size_px,
            "strength": request.strength,
            "seed": request.seed,
            "prompt": request.prompt,
            "quality": request.quality,
        },
    }
    return json.dumps(fields, indent=2, ensure_ascii=False)


def recipe_from(text: str) -> Recipe | None:
    """None for what is no recipe, or one that nothing could be made from; of a newer version, what is understood."""
    if len(text) > MAX_CHARS or MARK not in text:
        return None
    try:
        fields = json.loads(text)
        return _recipe(fields) if isinstance(fields, dict) and MARK in fields else None
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError):
        # Whatever somebody may have written into a file that only looks like one of ours.
        return None


def restored(settings: Settings, recipe: Recipe) -> Settings:
    """``settings`` with the recipe's parameters, as far as they can be had here.

    A service that is not set up here leaves the chosen one. The seed is the picture's own, so that where the service
    is the same, the next run makes the same pictures again.
    """
    request = recipe.request
    service = next((one for one in settings.all_services if one.id == request.service_id), None)
    if service is not None and service.takes_model and request.model:
        settings = settings.with_service(replace(service, model=request.model))
    return replace(
        settings,
        service_id=service.id if service is not None else settings.service_id,
        count=request.count,
        size_px=request.size_px,
        strength=settings.strength if request.strength is None else request.strength,
        seed=recipe.seed if recipe.seed is not None else request.seed,
        prompt=request.prompt or settings.prompt,
        quality=request.quality or settings.quality,
    )


def _recipe(fields: Mapping[str, Any]) -> Recipe:
    """Raises ValueError, TypeError or KeyError."""
    framing, parameters, service = fields["framing"], fields["parameters"], fields["service"]
    parent = fields.get("parent")
    request = VariationRequest(
        source=_source(fields["source"]),
        framing=Framing(
            Square(_whole(framing["x"]), _whole(framing["y"]), _whole(framing["side"])),
            turns=_whole(framing["turns"]),
            flipped=bool(framing["flipped"]),
            angle=float(framing["angle"]),
            fit=Fit(framing["fit"]),
        ),
        framing_name=_text(framing.get("name", "")),
        count=_whole(parameters["count"]),
        size_px=_whole(parameters["size_px"]),
        strength=None if parameters.get("strength") is None else float(parameters["strength"]),
        seed=_maybe_whole(parameters.get("seed")),
        prompt=_text(parameters.get("prompt", "")),
        quality=_text(parameters.get("quality", "")),
        service_id=_text(service["id"]),
        model=_text(service.get("model", "")),
    )
    seed = _maybe_whole(fields.get("seed"))
    if seed is not None and not 0 <= seed <= contract.MAX_SEED:
        raise ValueError(f"a seed is not {seed}")
    return Recipe(
        request=request,
        service_name=_text(service.get("name", "")),
        entry_id=_text(fields["id"]),
        index=_whole(fields["index"]) - 1,
        run_number=_whole(fields["run"]),
        created_at=datetime.fromisoformat(fields["created_at"]),
        sha256=_text(fields["sha256"]),
        seed=seed,
        parent_id=None if parent is None else _text(parent["id"]),
        parent_sha256=None if parent is None else _text(parent["sha256"]),
    )


def _source(fields: Mapping[str, Any]) -> Source:
    key, width, height = _text(fields["sha256"]), _whole(fields["width"]), _whole(fields["height"])
    if len(key) != 64 or not set(key) <= set("0123456789abcdef"):
        raise ValueError("the source has no hash")
    if width < 1 or height < 1:
        raise ValueError("the source has no pixels")
    return Source(key, _text(fields["name"]), width, height)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no text")  # noqa: TRY004  stored data is wrong, not our call
    return value


def _whole(value: object) -> int:
    # Not isinstance: to Python, true is a whole number.
    if type(value) is not int:
        raise ValueError(f"{value!r} is no whole number")
    return value


def _maybe_whole(value: object) -> int | None:
    return None if value is None else _whole(value)
