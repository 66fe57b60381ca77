"""When a call may be sent again by itself, and after how long: pure decisions, the clock passed in."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from imgvar_desktop.core.errors import BillingRefused, ServiceError, Unreachable

RETRIES: Final = 2
FIRST_BACKOFF_S: Final = 0.5
LONGEST_BACKOFF_S: Final = 8.0
LONGEST_WAIT_S: Final = 120.0
"""A server that asks for more patience than this gets none: the person is told when to come back."""

RETRIED_STATUSES: Final = frozenset({408, 409, 429, 500, 502, 503, 504})
NOT_IMPLEMENTED: Final = 501

# Gateways pass the upstream's wish on under their own name.
_MILLISECONDS: Final = ("retry-after-ms", "llm_provider-retry-after-ms")
_SECONDS_OR_DATE: Final = ("retry-after", "llm_provider-retry-after")


def asked_wait_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that the server wants us to wait, None when it does not say anything usable.

    ``headers`` with names in lower case (or a mapping that ignores case); ``now`` with a time zone.
    """
    for name in _MILLISECONDS:
        if (milliseconds := _number(headers.get(name))) is not None:
            return milliseconds / 1000
    for name in _SECONDS_OR_DATE:
        text = headers.get(name)
        if (seconds := _number(text)) is not None:
            return seconds
        if text and (moment := _moment(text)) is not None:
            return max((moment - now).total_seconds(), 0.0)
    return None


def backoff_s(retry: int, jitter: float) -> float:
    """Wait before the ``retry``-th retry (from 1): doubles, and ``jitter`` (0 to 1) takes up to a quarter off."""
    return min(FIRST_BACKOFF_S * 2.0 ** (retry - 1), LONGEST_BACKOFF_S) * (1 - jitter / 4)


def may_repeat(error: ServiceError, headers: Mapping[str, str], *, uploaded: bool) -> bool:
    """Whether the program may send the request again without asking anyone.

    ``headers`` of the answer, empty when none came. ``uploaded``: the server has the whole request; without an
    answer it may be at work, and be paid for it.
    """
    if error.status is None:
        return isinstance(error, Unreachable) and error.retryable and not uploaded
    if isinstance(error, BillingRefused) or error.status == NOT_IMPLEMENTED:
        return False
    wish = headers.get("x-should-retry", "").strip().lower()
    if wish in {"true", "false"}:
        return wish == "true"
    return error.retryable and error.status in RETRIED_STATUSES


def wait_before(
    retry: int, error: ServiceError, headers: Mapping[str, str], *, uploaded: bool, now: datetime, jitter: float
) -> float | None:
    """Seconds to wait before the ``retry``-th retry (from 1); None: do not retry."""
    if not may_repeat(error, headers, uploaded=uploaded):
        return None
    asked = asked_wait_s(headers, now)
    if asked is None or asked == 0:
        return backoff_s(retry, jitter)
    return asked if asked <= LONGEST_WAIT_S else None


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
