"""From a refusal as servers write it to an AppError a person can act on: pure, nothing shown raw, no key in any text.

Servers agree neither on the shape of an error's body nor on its status. The text is looked for in the order of
``complaint.read_complaint``; the class is decided in ``error_kinds``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from imgvar_desktop.adapters import retry
from imgvar_desktop.adapters.complaint import Complaint, Shape, read_complaint
from imgvar_desktop.adapters.error_kinds import Kind, kind_of
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
    Unreachable,
    UrlExpired,
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who was called, for sentences, and what must never be in one."""

    service: str
    """What the person calls the service."""
    host: str = ""
    model: str = ""
    secret: str = ""
    call: Call = Call.VARIATIONS
    priced: bool = False
    """Whether what was asked for may cost money."""

    @property
    def perhaps_paid(self) -> str:
        """What to add where a whole request went out and its answer is missing."""
        return " It may have made the images and charged for them." if self.priced else ""


def read_error(
    status: int, headers: Mapping[str, str], body: bytes, caller: Caller, *, now: datetime | None = None
) -> ServiceError:
    """The refusal as an error. ``headers``: names in lower case or a mapping that ignores case; ``now`` in UTC."""
    complaint = read_complaint(headers.get("content-type", ""), body, secret=caller.secret)
    now = now or datetime.now(UTC)
    kind = kind_of(status, complaint)
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
    if kind is RateLimited and re.search(r"\blimit:? 0\b", text, re.IGNORECASE):
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
        Unreachable: (
            "The proxy on the way to the service wants a name and a password.",
            "Enter them in this computer's proxy settings, or as part of HTTPS_PROXY.",
        ),
        TimedOut: (f"{who} gave up waiting{reason}", "Try again."),
    }
    return sentences[kind]


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
