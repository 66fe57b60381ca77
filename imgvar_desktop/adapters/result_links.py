"""Fetches results that a server gave as links: only over http(s), only where a link may lead, never with the key."""

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit

import httpx

from imgvar_desktop.adapters import replies, results, retry
from imgvar_desktop.adapters.addresses import addresses_of, may_lead_to
from imgvar_desktop.adapters.connections import Connections, has_proxy
from imgvar_desktop.adapters.error_reading import Caller
from imgvar_desktop.adapters.results import Checked
from imgvar_desktop.adapters.transport_errors import transport_error
from imgvar_desktop.core.errors import BadReply, ServerFailed, ServiceError, UnusableUrl, UrlExpired

MAX_REDIRECTS: Final = 5


@dataclass(frozen=True, slots=True)
class Link:
    url: str
    relative: bool
    """It named no server, so it was read against the service's own; often it is a path on that server's disk."""


def resolved(link: str, base_url: str) -> Link:
    """The link as an absolute address. Raises UnusableUrl for whatever is not http or https."""
    try:
        parts = urlsplit(link.strip())
        own = urlsplit(base_url)
        relative = not parts.scheme and not parts.netloc
        # A drive letter parses as a scheme, so C:\image.png stops here as well.
        if (parts.scheme or own.scheme) not in {"http", "https"} or "\\" in link or not link.strip():
            raise _unusable()
        return Link(urljoin(f"{own.scheme}://{own.netloc}/", link.strip()), relative)
    except ValueError:
        raise _unusable() from None


class LinkFetcher:
    """Uses the connections it is given, owns none. Lives in their loop."""

    def __init__(self, connections: Connections, *, retries: int, pause: Callable[[float], Awaitable[None]]) -> None:
        self._connections = connections
        self._retries = retries
        self._pause = pause

    async def image(self, link: str, base_url: str) -> Checked:
        """What is behind ``link``; the picture has been paid for, so a hiccup is tried again. Raises ServiceError."""
        target = resolved(link, base_url)
        try:
            for again in range(1, self._retries + 1):
                try:
                    return await self._image(target, base_url)
                except ServiceError as error:
                    if not error.retryable:
                        raise
                await self._pause(retry.backoff_s(again, jitter=0.0))
            return await self._image(target, base_url)
        except ServiceError as error:
            if not target.relative:
                raise
            raise _unusable() from error

    async def _image(self, target: Link, base_url: str) -> Checked:
        try:
            data = await self._follow(target.url, base_url)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as exc:
            caller = Caller(service="The server of the result", host=urlsplit(target.url).hostname or "")
            raise transport_error(exc, caller, uploaded=False) from exc
        return await asyncio.to_thread(results.checked, data)

    async def _follow(self, url: str, base_url: str) -> bytes:
        for _ in range(MAX_REDIRECTS + 1):
            response = await self._get(httpx.URL(url), base_url)
            try:
                if response.status_code not in replies.REDIRECTS:
                    return await _body(response)
                url = resolved(response.headers.get("location", ""), url).url
            finally:
                await response.aclose()
        raise UnusableUrl("The link to the result leads round in circles.")

    async def _get(self, url: httpx.URL, base_url: str) -> httpx.Response:
        """The answer, its body unread. The name is looked up once, so that what was checked is what is asked."""
        headers = {"Accept": "image/*", "Accept-Encoding": "identity"}
        if _through_proxy(url):
            proxied = self._connections.way_to(url)
            request = proxied.build_request("GET", url, headers=headers)
            return await proxied.send(request, stream=True, follow_redirects=False)
        service = await addresses_of(urlsplit(base_url).hostname or "", strict=False)
        allowed = [address for address in await addresses_of(url.host) if may_lead_to(address, frozenset(service))]
        if not allowed:
            raise _unusable(f"The service handed over a link into a private network, to {url.host}.")
        return await self._connections.get_from(allowed, url, headers)


async def _body(response: httpx.Response) -> bytes:
    _check_status(response.status_code)
    data = bytearray()
    async for chunk in response.aiter_bytes():
        data += chunk
        if len(data) > results.MAX_RESULT_BYTES:
            raise BadReply("The service sent an image that is far too large.")
    return bytes(data)


def _check_status(status: int) -> None:
    if status in {403, 404, 410}:
        raise UrlExpired(
            "The link to the result ran out before it was fetched.",
            hint="Choose “b64_json” for this service; then results come without links.",
            status=status,
        )
    if status >= 500 or status in {408, 429}:
        raise ServerFailed(f"The result could not be fetched: its server answered {status}.", retryable=True)
    if not 200 <= status < 300:
        raise UnusableUrl(f"The result could not be fetched: its server answered {status}.", status=status)


def _through_proxy(url: httpx.URL) -> bool:
    """Behind a proxy it is the proxy that looks names up; addresses written as such are still checked here."""
    try:
        ipaddress.ip_address(url.host)
    except ValueError:
        named = url.host != "localhost" and not url.host.endswith((".localhost", ".local", ".internal"))
        return named and has_proxy(url.scheme, url.host)
    return False


def _unusable(message: str = "") -> UnusableUrl:
    return UnusableUrl(
        message or "The service handed over a link that leads to no image, such as a path on its own disk.",
        hint="Choose “b64_json” for this service; then results come without links.",
    )
