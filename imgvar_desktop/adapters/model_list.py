"""The names of a service's models, from ``GET /models``: bounded, and never more than a help."""

import json
import re
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from imgvar_desktop import __version__
from imgvar_desktop.adapters.connections import Connections
from imgvar_desktop.adapters.error_reading import Caller, read_error
from imgvar_desktop.adapters.replies import REDIRECTS
from imgvar_desktop.adapters.transport_errors import transport_error
from imgvar_desktop.adapters.trust import system_trust
from imgvar_desktop.core import contract
from imgvar_desktop.core.errors import AuthRefused, BadReply, EndpointGone
from imgvar_desktop.core.services import Endpoint, ServiceProfile

TIMEOUT: Final = httpx.Timeout(15.0, connect=10.0)
MAX_BYTES: Final = 4_000_000
"""A gateway with thousands of models answers with about 1 MB."""
MAX_MODELS: Final = 2_000
MAX_NAME_CHARS: Final = 200

# What makers call models that make images. Only for the order: a name that is not among them is offered after.
_IMAGES: Final = re.compile(
    r"image|dall-?e|flux|diffusion|sdxl?\b|\bsd[-_ ]?\d|kandinsky|kolors|hunyuan|pixart|imagen|ideogram|recraft|titan"
    r"|nova-canvas|playground|dreamshaper|banana|imgvar|variation",
    re.IGNORECASE,
)
_OTHER_WORK: Final = re.compile(r"embed|whisper|tts|audio|moderation|rerank|transcri|realtime", re.IGNORECASE)


class HttpModelLister:
    """core.ports.ModelLister. Lives in the loop that first uses it."""

    def __init__(self, *, ca_file: str = "") -> None:
        """``ca_file``: certificates (PEM) to trust besides the system's."""
        self._trust = system_trust(ca_file)
        limits = httpx.Limits(max_keepalive_connections=0)
        self._connections = Connections(partial(httpx.AsyncClient, verify=self._trust.context, limits=limits))

    async def aclose(self) -> None:
        await self._connections.aclose()

    async def models(self, profile: ServiceProfile, endpoint: Endpoint) -> tuple[str, ...]:
        """See the port."""
        self._trust.check(httpx.URL(endpoint.base_url))
        return await fetch_models(self._connections, profile, endpoint)


async def fetch_models(connections: Connections, profile: ServiceProfile, endpoint: Endpoint) -> tuple[str, ...]:
    """As the port's ``models``, over connections that belong to the caller."""
    caller = Caller(
        service="The on-device service" if profile.on_device else profile.name,
        host=urlsplit(endpoint.base_url).hostname or "",
        secret=endpoint.key,
    )
    try:
        url = httpx.URL(endpoint.base_url.rstrip("/") + contract.MODELS_PATH)
        http = connections.way_to(url)
        request = http.build_request("GET", url, headers=headers_for(profile, endpoint), timeout=TIMEOUT)
        response = await http.send(request, stream=True, follow_redirects=False)
        try:
            return await _names(response, caller)
        finally:
            await response.aclose()
    except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, UnicodeError) as exc:
        raise transport_error(exc, caller, uploaded=True) from exc


def headers_for(profile: ServiceProfile, endpoint: Endpoint) -> dict[str, str]:
    """What every request carries. Raises AuthRefused for a key that no header can carry."""
    headers = {
        "Accept": "application/json",
        # A compressed reply could not be bounded before it is unpacked.
        "Accept-Encoding": "identity",
        "User-Agent": f"Imgvar/{__version__}",
    }
    if key := endpoint.key:
        if not key.isascii() or not key.isprintable() or key != key.strip():
            raise AuthRefused(
                f"The key for {profile.name} has characters that no key has.", hint="Enter it again in Settings."
            )
        headers["Authorization"] = f"Bearer {key}"
    return headers


async def _names(response: httpx.Response, caller: Caller) -> tuple[str, ...]:
    """Raises ServiceError."""
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > MAX_BYTES:
            raise BadReply(f"{caller.service} sent a list of models without end.")
    if response.status_code in REDIRECTS | {404, 405, 501}:
        raise EndpointGone(f"{caller.service} has no list of models.", status=response.status_code)
    if not response.is_success:
        raise read_error(response.status_code, response.headers, bytes(body), caller)
    try:
        listed = json.loads(body)
    except (ValueError, RecursionError) as exc:
        raise EndpointGone(f"{caller.service} has no list of models that can be read.", status=200) from exc
    names = dict.fromkeys(name for entry in _entries(listed) if (name := _name(entry)))
    return tuple(sorted(names, key=_rank))[:MAX_MODELS]


def _entries(listed: Any) -> list[Any]:
    match listed:
        case {"data": [*entries]} | {"models": [*entries]} | [*entries]:
            return entries
        case {"data": dict(by_name)}:  # Xinference's older form, by UID
            return [{**value, "id": name} if isinstance(value, dict) else name for name, value in by_name.items()]
    return []


def _name(entry: Any) -> str:
    match entry:
        case {"id": str(name)} | {"name": str(name)} | {"model": str(name)} | str(name):
            pass
        case _:
            return ""
    # Xinference says of each model what it is for; what is made for text would only be in the way.
    if isinstance(entry, dict) and str(entry.get("model_type", "image")).lower() not in {"image", ""}:
        return ""
    return name if name.isprintable() and 0 < len(name) <= MAX_NAME_CHARS else ""


def _rank(name: str) -> int:
    """Those that make images by their name first, those for other work last; else as the server has them."""
    if _OTHER_WORK.search(name):
        return 2
    return 0 if _IMAGES.search(name) else 1
