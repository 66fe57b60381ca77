"""Which of our errors a server means: decided by code, then type, then message, then status. Pure.

Every server has names of its own for the same few things. So a name that is not in the tables is read by its words,
and its order is that of the tables: what an account may spend goes before how fast it may ask.
"""

import re
from collections.abc import Mapping
from typing import Final

from imgvar_desktop.adapters.complaint import Complaint, Shape
from imgvar_desktop.core import contract
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
    Unreachable,
    UrlExpired,
)

Kind = type[ServiceError]

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
    "responsible_ai_policy_violation": ContentRefused,
    "model_not_found": ModelUnavailable,
    "deploymentnotfound": ModelUnavailable,
    "deployment_not_found": ModelUnavailable,
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
        (
            (
                r"safety system|content[ _]?policy|moderation|safety filter|content filter|\bflagged\b"
                r"|inappropriate content"
            ),
            ContentRefused,
        ),
        (r"must be verified", PermissionRefused),
        (
            (
                r"billing hard limit|exceeded your current quota|credit balance"
                r"|insufficient (quota|credits?|balance|funds)|out of (credits?|funds)\b|budget.{0,20}exceeded"
            ),
            BillingRefused,
        ),
        (r"rate limit|too many requests", RateLimited),
        (r"(incorrect|invalid|missing|no) (api[ -]?key|bearer)|validate credentials", AuthRefused),
        (
            (
                r"must be a PNG|unsupported mimetype|invalid image|not a valid image|cannot identify image"
                r"|image (file )?(is )?too (large|big|small)|less than \d+ ?MB|decode (the )?image|must be square"
                r"|(invalid|unsupported|corrupt\w*) (input )?(image|picture)|image dimensions|image\b.{0,40} exceeds"
            ),
            BadImage,
        ),
        (
            (
                r"variations?\b.{0,60}(not supported|unsupported|not available|not implemented|deprecated|retired)"
                r"|not support.{0,30}variation|(unknown|unsupported|invalid) (endpoint|route|operation)"
            ),
            EndpointGone,
        ),
        (r"missing '?model'? field|model.{0,20}(is )?required|provide a model", BadParameter),
        (
            (
                r"model\b.{0,120}(not found|not exist|not available|not loaded|not supported|unknown|not launched"
                r"|deprecated|retired|no longer|shut down|does not support)"
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

# (words of which one is there, words of which one is there as well, kind), the first that fits.
_WORDS: Final[tuple[tuple[frozenset[str], frozenset[str], Kind], ...]] = tuple(
    (frozenset(telling.split()), frozenset(together.split()), kind)
    for telling, together, kind in (
        ("quota billing balance credit credits budget payment funds arrearage", "", BillingRefused),
        ("throttling throttled ratelimit", "", RateLimited),
        ("rate", "limit limited exceeded", RateLimited),
        ("many", "too", RateLimited),
        ("moderation safety nsfw sensitive inappropriate guardrail", "", ContentRefused),
        ("content policy", "filter filtered violation blocked refused", ContentRefused),
        ("inspection", "failed", ContentRefused),
        ("ready loading overloaded", "", ServerFailed),
        ("model deployment", "not found invalid unknown unsupported unavailable deprecated retired", ModelUnavailable),
        ("authentication unauthorized unauthenticated credentials apikey", "", AuthRefused),
        ("key", "api", AuthRefused),
        ("forbidden permission denied country region", "", PermissionRefused),
        ("image", "invalid unsupported corrupt corrupted large format decode", BadImage),
        ("endpoint route url path operation", "unknown unsupported not invalid deprecated retired", EndpointGone),
    )
)
_PICTURE_FIELDS: Final = frozenset({"image", "image[]", "images"})

_STATUSES: Final[Mapping[int, Kind]] = {
    401: AuthRefused,
    402: BillingRefused,
    403: PermissionRefused,
    404: EndpointGone,
    405: EndpointGone,
    407: Unreachable,
    408: TimedOut,
    409: ServerFailed,
    410: EndpointGone,
    413: BadImage,
    415: BadImage,
    429: RateLimited,
    501: EndpointGone,
}
_EXPIRED_LINK: Final = re.compile(
    r"Signature not valid|AuthenticationFailed|Request has expired|ExpiredToken|BlobNotFound|NoSuchKey"
)


def kind_of(status: int, complaint: Complaint) -> Kind:
    if complaint.shape is Shape.MARKUP:
        if status in {403, 404, 410} and _EXPIRED_LINK.search(complaint.raw):
            return UrlExpired
        return _by_status(status)
    return (
        _by_code(complaint)
        or _by_nested_code(complaint.raw)
        or _TYPES.get(complaint.type)
        or _by_words(complaint.type)
        or _by_message(status, complaint)
        or (BadImage if complaint.param in _PICTURE_FIELDS and status in {400, 422} else None)
        or _by_status(status)
    )


def _by_code(complaint: Complaint) -> Kind | None:
    kind = _CODES.get(complaint.code) or _by_limit(complaint.code) or _by_words(complaint.code)
    # A value that will not do, where the value is the model's name.
    if kind is BadParameter and complaint.param == contract.FIELD_MODEL and complaint.code.startswith("invalid"):
        return ModelUnavailable
    return kind


def _by_limit(code: str) -> Kind | None:
    if not code.endswith("_limit_exceeded"):
        return None
    return RateLimited if _RATE_WORDS & set(code.split("_")) else BillingRefused


def _by_nested_code(text: str) -> Kind | None:
    found = _NESTED_CODES.search(text.lower())
    return _CODES.get(found.group()) or _by_limit(found.group()) if found else None


def _by_words(name: str) -> Kind | None:
    """What a code or a type in snake case says, whoever made it up."""
    words = set(name.split("_"))
    for telling, together, kind in _WORDS:
        if telling & words and (not together or together & words):
            return kind
    return None


def _by_message(status: int, complaint: Complaint) -> Kind | None:
    text = complaint.text
    if status in {401, 404, 405, 501} and not (status == 404 and "model" in text.lower()):
        return None  # the status says it better than any wording
    kind = next((kind for pattern, kind in _MESSAGES if pattern.search(text)), None)
    if kind is ModelUnavailable and (status == 429 or complaint.param not in {"", contract.FIELD_MODEL}):
        return None  # the model is only where the trouble is, not the trouble
    return kind


def _by_status(status: int) -> Kind:
    return _STATUSES.get(status) or (ServerFailed if status >= 500 else BadParameter)
