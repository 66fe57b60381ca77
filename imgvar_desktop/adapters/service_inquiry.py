"""A service being checked: what is asked, what is known of it so far, and how findings are written down."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from imgvar_desktop.adapters.connections import Connections
from imgvar_desktop.adapters.http_client import HttpVariationClient
from imgvar_desktop.adapters.trust import Trust
from imgvar_desktop.core.errors import ServiceError
from imgvar_desktop.core.service_check import CheckPart, Finding, Topic, Verdict
from imgvar_desktop.core.services import Endpoint, ServiceProfile

Findings = AsyncGenerator[CheckPart, None]


@dataclass(slots=True)
class Inquiry:
    """Lives as long as one check. The steps ask with what is ``learned``, and add to it."""

    learned: ServiceProfile
    endpoint: Endpoint
    connections: Connections
    trust: Trust
    client: HttpVariationClient
    clock: Callable[[], float]
    models: tuple[str, ...] = ()

    @property
    def host(self) -> str:
        return urlsplit(self.endpoint.base_url).hostname or "the service"


def ok(topic: Topic, text: str) -> Finding:
    return Finding(Verdict.OK, topic, text)


def warn(topic: Topic, text: str, hint: str = "") -> Finding:
    return Finding(Verdict.WARN, topic, text, hint)


def bad(topic: Topic, error: ServiceError) -> Finding:
    return Finding(Verdict.BAD, topic, str(error), error.hint, error.request_id)
