"""What the window says when a run did not bring all it was asked for, and what it offers to do about it."""

from dataclasses import dataclass
from enum import Enum, auto
from urllib.parse import urlsplit

from PySide6.QtCore import QCoreApplication

from imgvar_desktop import __version__
from imgvar_desktop.core import errors
from imgvar_desktop.core.errors import AppError, ServiceError
from imgvar_desktop.core.library import RunRecord
from imgvar_desktop.core.services import ServiceProfile
from imgvar_desktop.ui.message_bar import MessageAction


class Remedy(Enum):
    """A token of the message bar."""

    SETTINGS = auto()
    THIS_DEVICE = auto()
    """Make variations here instead, from now on."""


@dataclass(frozen=True, slots=True)
class Details:
    """A token of the message bar: what to show, and copy, for whoever looks after the service."""

    text: str


# By the kind of error: where another service is the way out, and where this one has to be set up.
_ELSEWHERE = (
    errors.EndpointGone,
    errors.BillingRefused,
    errors.PermissionRefused,
    errors.ServerFailed,
    errors.Unreachable,
    errors.TimedOut,
    errors.TlsRefused,
    errors.RateLimited,
)
_TO_SET_UP = (
    errors.EndpointGone,
    errors.ModelUnavailable,
    errors.AuthRefused,
    errors.BadParameter,
    errors.TlsRefused,
)


def _tr(text: str) -> str:
    return QCoreApplication.translate("failure", text)


def offers(error: AppError, run: RunRecord, profile: ServiceProfile | None) -> tuple[MessageAction, ...]:
    """The buttons beside the sentence, the most likely one first; ``profile`` is None when it was removed."""
    found = []
    if run.missing and profile is not None and (error.retryable or isinstance(error, errors.TimedOut)):
        found.append(MessageAction(_tr("Retry {0}").format(run.missing), run))
    if isinstance(error, _TO_SET_UP) and not (profile is not None and profile.on_device):
        found.append(MessageAction(_tr("Settings…"), Remedy.SETTINGS))
    if isinstance(error, _ELSEWHERE) and profile is not None and not profile.on_device:
        found.append(MessageAction(_tr("Use this device"), Remedy.THIS_DEVICE))
    if isinstance(error, ServiceError):
        found.append(MessageAction(_tr("Details"), Details(details_text(error, run, profile))))
    return tuple(found)


def details_text(error: ServiceError, run: RunRecord, profile: ServiceProfile | None) -> str:
    """Lines to copy into a message to whoever runs the service. Holds no key: an error's sentences never do."""
    request = run.request
    address = "" if profile is None else urlsplit(profile.base_url).netloc
    facts = (
        ("Run", f"{run.number}, {run.created_at:%Y-%m-%d %H:%M:%S} UTC"),
        ("Service", f"{run.service_name} ({address})" if address else run.service_name),
        ("Model", request.model),
        ("Asked for", f"{request.count} × {request.size_px} px, {run.arrived} arrived"),
        ("Kind", error.kind),
        ("Status", "" if error.status is None else f"HTTP {error.status}"),
        ("Field", error.param or ""),
        ("Request id", error.request_id or run.request_id or ""),
        ("Imgvar", __version__),
    )
    lines = [f"{name}: {value}" for name, value in facts if value]
    return "\n".join([str(error), *([error.hint] if error.hint else []), "", *lines])
