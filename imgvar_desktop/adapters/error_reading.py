"""From a refusal as servers write it to an AppError a person can act on: pure, nothing shown raw, no key in any text.

Servers agree neither on the shape of an error's body nor on its status. The text is looked for in the order of
``complaint.read_complaint``; the class is decided by code, then type, then message, then status.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from imgvar_desktop.adapters import retry
from imgvar_desktop.adapters.complaint import Complaint, Shape, read_complaint
from imgvar_desktop.core.contract import Call
from imgvar_desktop.core.errors import (
    AuthRefused,
    BadImage,
    BadParameter,
    BillingRefused,
    ContentRefused,
    EndpointGone,
    ModelUnavailable,
    PermissionRefused,
    RateLimited,
    ServerFailed,
    ServiceError,
    TimedOut,
    UrlExpired,
)

Kind = type[ServiceError]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who was called, for sentences, and what must never be in one."""

    service: str
    """What the person calls the service."""
    host: str = ""
    model: str = ""
    secret: str = ""
    call: Call = Call.VARIATIONS


_CODES: Final[Mapping[str, Kind]] = {
    "billing_hard_limit_reached": BillingRefused,
    "billing_not_active": BillingRefused,
    "insufficient_quota": BillingRefused,
    "insufficient_user_quota": BillingRefused,
    "credit_balance_exhausted": BillingRefused,
    "budget_exceeded": BillingRefused,
    "payment_required": BillingRefused,
    "rate_limit_exceeded": RateLimited,
    "too_many_requests": RateLimited,
    "content_policy_violation": ContentRefused,
    "moderation_blocked": ContentRefused,
    "content_filter": ContentRefused,
    "responsibleaipolicyviolation": ContentRefused,
    "model_not_found": ModelUnavailable,
    "deploymentnotfound": ModelUnavailable,
    "invalid_api_key": AuthRefused,
    "no_db_connection": AuthRefused,
    "organization_must_be_verified": PermissionRefused,
    "unsupported_country_region_territory": PermissionRefused,
    "api_not_implemented": EndpointGone,
    "unknown_url": EndpointGone,
    "invalid_image": BadImage,
    "invalid_image_file": BadImage,
    "invalid_image_format": BadImage,
    "image_too_large": BadImage,
    "unknown_parameter": BadParameter,
    "unsupported_parameter": BadParameter,
    "missing_required_parameter": BadParameter,
    "invalid_type": BadParameter,
    "invalid_value": BadParameter,
}
# Names too plain to be looked for inside running text.
_ONLY_AS_CODE: Final = frozenset({"invalid_type", "invalid_value", "invalid_image", "unknown_url", "unknown_parameter"})
_NESTED_CODES: Final = re.compile(
    r"\b(" + "|".join(re.escape(code) for code in _CODES if code not in _ONLY_AS_CODE) + r"|\w+_limit_exceeded)\b"
)
# `*_limit_exceeded` is about money, unless it counts one of these.
_RATE_WORDS: Final = frozenset({"rate", "request", "requests", "token", "tokens", "image", "images", "concurrency"})

_TYPES: Final[Mapping[str, Kind]] = {
    "insufficient_quota": BillingRefused,
    "billing_error": BillingRefused,
    "budget_exceeded": BillingRefused,
    "authentication_error": AuthRefused,
    "permission_error": PermissionRefused,
    "rate_limit_error": RateLimited,
}

_MESSAGES: Final[tuple[tuple[re.Pattern[str], Kind], ...]] = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), kind)
    for pattern, kind in (
        (r"safety system|content[ _]policy|moderation|safety filter|content filter", ContentRefused),
        (r"must be verified", PermissionRefused),
        (
            (
                r"billing hard limit|exceeded your current quota|credit balance"
                r"|insufficient (quota|credits?|balance|funds)"
            ),
            BillingRefused,
        ),
        (r"rate limit|too many requests", RateLimited),
        (r"(incorrect|invalid|missing|no) (api[ -]?key|bearer)|validate credentials", AuthRefused),
        (
            (
                r"must be a PNG|unsupported mimetype|invalid image|not a valid image|cannot identify image"
                r"|image (file )?(is )?too large|less than \d+ ?MB|decode (the )?image|must be square"
            ),
            BadImage,
        ),
        (r"missing '?model'? field|model.{0,20}(is )?required", BadParameter),
        (
            (
                r"model\b.{0,120}(not found|not exist|not available|not loaded|not supported|unknown|not launched)"
                r"|(unknown|no such|invalid|unsupported) model\b"
            ),
            ModelUnavailable,
        ),
        # What Xinference answers 500 for, and what is a person's mistake all the same.
        (
            (
                r"provide either|unsupported response format|only response_format|unsupported size|unknown parameter"
                r"|is not one of|field required"
            ),
            BadParameter,
        ),
    )
)

_STATUSES: Final[Mapping[int, Kind]] = {
    401: AuthRefused,
    402: BillingRefused,
    403: PermissionRefused,
    404: EndpointGone,
    405: EndpointGone,
    408: TimedOut,
    409: ServerFailed,
    413: BadImage,
    415: BadImage,
    429: RateLimited,
    501: EndpointGone,
}
_EXPIRED_LINK: Final = re.compile(
    r"Signature not valid|AuthenticationFailed|Request has expired|ExpiredToken|BlobNotFound|NoSuchKey"
)


def read_error(
    status: int, headers: Mapping[str, str], body: bytes, caller: Caller, *, now: datetime | None = None
) -> ServiceError:
    """The refusal as an error. ``headers``: names in lower case or a mapping that ignores case; ``now`` in UTC."""
    complaint = read_complaint(headers.get("content-type", ""), body, secret=caller.secret)
    now = now or datetime.now(UTC)
    kind = _kind(status, complaint)
    asked_s = retry.asked_wait_s(headers, now)
    message, hint = _wording(kind, status, complaint, caller)
    error = kind(
        message,
        hint=_when(asked_s, now) or hint,
        retryable=_retryable(kind, status, headers, complaint),
        request_id=headers.get("x-request-id"),
        status=status,
        param=complaint.param or None,
    )
    if isinstance(error, RateLimited):
        error.retry_after_s = asked_s
    return error


def _kind(status: int, complaint: Complaint) -> Kind:
    if complaint.shape is Shape.MARKUP:
        if status in {403, 404, 410} and _EXPIRED_LINK.search(complaint.raw):
            return UrlExpired
        return _by_status(status)
    return (
        _by_code(complaint.code)
        or _by_nested_code(complaint.raw)
        or _TYPES.get(complaint.type)
        or _by_message(status, complaint.text)
        or _by_status(status)
    )


def _by_code(code: str) -> Kind | None:
    if (kind := _CODES.get(code)) is not None:
        return kind
    if code.endswith("_limit_exceeded"):
        return RateLimited if _RATE_WORDS & set(code.split("_")) else BillingRefused
    return None


def _by_nested_code(text: str) -> Kind | None:
    found = _NESTED_CODES.search(text.lower())
    return _by_code(found.group()) if found else None


def _by_message(status: int, text: str) -> Kind | None:
    if status in {401, 404, 405, 501} and not (status == 404 and "model" in text.lower()):
        return None  # the status says it better than any wording
    return next((kind for pattern, kind in _MESSAGES if pattern.search(text)), None)


def _by_status(status: int) -> Kind:
    return _STATUSES.get(status) or (ServerFailed if status >= 500 else BadParameter)


def _retryable(kind: Kind, status: int, headers: Mapping[str, str], complaint: Complaint) -> bool:
    """Whether the same request can have another end."""
    if kind is BillingRefused or status == retry.NOT_IMPLEMENTED:
        return False
    if (wish := headers.get("x-should-retry", "").strip().lower()) in {"true", "false"}:
        return wish == "true"
    if kind not in {ServerFailed, RateLimited, TimedOut}:
        return False
    # A bare `detail`, or one line of text, is how web frameworks hand out an exception of the server's own code:
    # the same request meets it again.
    return status != 500 or complaint.shape not in {Shape.DETAIL, Shape.PLAIN}


def _when(asked_s: float | None, now: datetime) -> str:
    if asked_s is None or asked_s <= retry.LONGEST_WAIT_S:
        return ""
    moment = (now + timedelta(seconds=asked_s)).astimezone()
    clock = f"{moment:%H:%M}" if asked_s < 20 * 3600 else f"{moment:%Y-%m-%d %H:%M}"
    return f"The service asks to wait until {clock}."


def _wording(kind: Kind, status: int, complaint: Complaint, caller: Caller) -> tuple[str, str]:
    """(sentence, hint)."""
    who, text = caller.service, complaint.text
    reason = f": {_ended(text)}" if text else "."
    model = f"the model “{caller.model}”" if caller.model else "this model"
    field = f"the field “{complaint.param}”" if complaint.param else "the request"
    categories = f" ({', '.join(complaint.categories)})" if complaint.categories else ""
    if kind is EndpointGone and caller.call is Call.VARIATIONS and f".{caller.host}".endswith(".openai.com"):
        return (
            "OpenAI no longer offers image variations; it ended them on 12 May 2026.",
            "Add OpenAI anew in Settings: it makes them with image edits. “On this device” needs no key.",
        )
    if kind is RateLimited and re.search(r"\blimit: 0\b", text, re.IGNORECASE):
        return f"{who} does not let this account make images: its limit is 0.", "Ask the provider to raise the limit."
    if kind is ServerFailed:
        said = f" ({status}): {_ended(text)}" if text else f" and answered {status}."
        return f"{who} failed{said}", "Try again; if it fails again, look at the service."
    sentences: dict[Kind, tuple[str, str]] = {
        EndpointGone: (f"{who} does not offer image {caller.call}.", "Choose another service in Settings."),
        ModelUnavailable: (f"{who} does not have {model}{reason}", "Choose another model."),
        AuthRefused: (
            f"{who} did not accept the key{reason}" if caller.secret else f"{who} needs a key{reason}",
            "Enter the key for this service in Settings.",
        ),
        PermissionRefused: (f"{who} does not allow this for your account{reason}", "Look at your account there."),
        BillingRefused: (
            f"{who} has no money or quota left for you{reason}",
            "Trying again will not help; look at your plan and billing there.",
        ),
        RateLimited: (f"{who} has had too many requests{reason}", "Wait a little, then try again."),
        ContentRefused: (
            f"The provider's safety system rejected this{categories}{reason}",
            "Try another picture or another crop.",
        ),
        BadImage: (f"{who} did not accept the picture{reason}", "Try another picture or a smaller size."),
        BadParameter: (f"{who} did not accept {field}{reason}", "Look at the service's settings."),
        UrlExpired: ("The link to the result ran out before it was fetched.", "Choose “b64_json” for this service."),
        TimedOut: (f"{who} gave up waiting{reason}", "Try again."),
    }
    return sentences[kind]


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
