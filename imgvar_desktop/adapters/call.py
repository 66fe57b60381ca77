"""One call to a service: what is asked for, of whom, and the request that asks it."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from imgvar_desktop.adapters.error_reading import Caller
from imgvar_desktop.adapters.model_list import headers_for
from imgvar_desktop.core import contract
from imgvar_desktop.core.form import FILE_NAME, MEDIA_TYPE, call_url, form_fields
from imgvar_desktop.core.request import VariationRequest
from imgvar_desktop.core.services import Endpoint, ServiceProfile


@dataclass(frozen=True, slots=True)
class Call:
    """One thing to ask a server for."""

    request: VariationRequest
    png: bytes
    profile: ServiceProfile
    endpoint: Endpoint
    made: int
    """How many an earlier call for the same request brought."""

    @property
    def caller(self) -> Caller:
        return Caller(
            service="The on-device service" if self.profile.on_device else self.profile.name,
            host="" if self.profile.on_device else urlsplit(self.endpoint.base_url).hostname or "",
            model=self.request.model or self.profile.model,
            secret=self.endpoint.key,
            call=self.profile.call,
            priced=not self.profile.free,
        )

    def http_request(self, http: httpx.AsyncClient) -> httpx.Request:
        """Raises AuthRefused for a key that no header can carry."""
        headers = headers_for(self.profile, self.endpoint)
        if self.profile.streams:
            headers["Accept"] = f"text/event-stream, {headers['Accept']}"
        return http.build_request(
            "POST",
            call_url(self.endpoint.base_url, self.profile.call),
            data=dict(form_fields(self.request, self.profile, self.made)),
            files={contract.FIELD_IMAGE: (FILE_NAME, self.png, MEDIA_TYPE)},
            headers=headers,
        )
