"""What a run will cost, as far as it can be known before: pure, from the profile alone."""

import math
from collections.abc import Sequence

from imgvar_desktop.core.request import VariationRequest
from imgvar_desktop.core.services import ServiceProfile


def estimate_usd(profile: ServiceProfile, request: VariationRequest) -> float | None:
    """Dollars for the whole of ``request``; 0 is free, None unknown."""
    model = request.model or profile.model
    each = image_usd(profile, model=model, quality=request.quality, size_px=request.size_px)
    return None if each is None else each * request.count


def cost_of(profile: ServiceProfile, requests: Sequence[VariationRequest]) -> float | None:
    """Dollars for all of them; None when one is not known."""
    each = [estimate_usd(profile, request) for request in requests]
    return None if None in each else math.fsum(usd for usd in each if usd is not None)


def image_usd(profile: ServiceProfile, *, model: str, quality: str, size_px: int) -> float | None:
    """Dollars for one image; None unknown. A quality that the service does not know is its default."""
    if profile.price_usd is not None:
        return profile.price_usd
    known = quality if quality in profile.qualities else next(iter(profile.qualities), "")
    made_px = profile.asked_px(size_px)
    for price in profile.image_prices:
        if price.size_px == made_px and price.quality == known and _is_or_dates(model, price.model):
            return price.usd
    return None


def _is_or_dates(model: str, named: str) -> bool:
    """Whether ``model`` is ``named`` or a dated snapshot of it, such as ``gpt-image-2-2026-04-21``."""
    rest = model.removeprefix(named)
    return model == named or (rest != model and rest[:3] == "-20")
