"""Fetches a picture that a page or a link named: only over http(s), only from the public network, and nothing told.

A page decides what is dragged from it. So its picture is asked for without cookies, key or referrer, and never from
this computer or the network around it, where things answer that trust whoever can reach them.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import urljoin

import httpx

from imgvar_desktop import __version__
from imgvar_desktop.adapters.addresses import Address, addresses_of, may_lead_to
from imgvar_desktop.adapters.connections import Connections, has_proxy
from imgvar_desktop.adapters.replies import REDIRECTS
from imgvar_desktop.adapters.trust import system_trust
from imgvar_desktop.core.errors import PictureRefused, Unreachable
from imgvar_desktop.core.ports import FetchedPicture

MAX_BYTES: Final = 80_000_000
LIMIT_S: Final = 30.0
MAX_REDIRECTS: Final = 5

_HEADERS: Final = {
    "Accept": "image/*,*/*;q=0.5",
    # A compressed answer could not be bounded before it is unpacked, and pictures hardly shrink.
    "Accept-Encoding": "identity",
    "User-Agent": f"Imgvar/{__version__}",
}
_SAVE_HINT: Final = "Save the picture from the browser, and drop the file here."
_LINK_HINT: Final = "Open the picture itself in the browser and drag it from there, or save it and drop the file here."


def is_public(address: Address) -> bool:
    return may_lead_to(address, frozenset())


class WebPictures:
    """core.ports.PictureFetcher. Lives in the loop that first uses it."""

    def __init__(
        self,
        *,
        may_ask: Callable[[Address], bool] = is_public,
        max_bytes: int = MAX_BYTES,
        limit_s: float = LIMIT_S,
    ) -> None:
        """``may_ask`` decides about every address before it is connected to."""
        self._may_ask = may_ask
        self._max_bytes = max_bytes
        self._limit_s = limit_s
        self._made: Connections | None = None

    async def aclose(self) -> None:
        if self._made is not None:
            await self._made.aclose()

    async def fetch(self, url: str) -> FetchedPicture:
        """See the port. ``limit_s`` is for all of it, redirects included."""
        host = _host_of(url)
        try:
            async with asyncio.timeout(self._limit_s):
                return await self._follow(url)
        except TimeoutError as error:
            raise _refused(f"{host} did not send the picture within {self._limit_s:.0f} seconds.") from error
        except Unreachable as error:
            raise PictureRefused(str(error), hint=error.hint) from error
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, UnicodeError) as error:
            raise _refused(f"The picture could not be fetched from {host}.") from error

    async def _follow(self, url: str) -> FetchedPicture:
        """Raises PictureRefused, and what httpx raises."""
        for _ in range(MAX_REDIRECTS + 1):
            target = _checked(url)
            response = await self._get(target)
            try:
                if response.status_code not in REDIRECTS:
                    return FetchedPicture(await self._body(response, target.host), _name_of(target))
                url = urljoin(url, response.headers.get("location", ""))
            finally:
                await response.aclose()
        raise _refused(f"The address at {_host_of(url)} leads round in circles.")

    async def _get(self, url: httpx.URL) -> httpx.Response:
        """The answer, its body unread. The name is looked up once, so that what was checked is what is asked."""
        known = await addresses_of(url.host, strict=False)
        if not all(map(self._may_ask, known)):
            raise PictureRefused(
                f"{url.host} is on this computer or the network around it, where pages may not fetch from.",
                hint=_SAVE_HINT,
            )
        if has_proxy(url.scheme, url.host):
            # The proxy looks the name up for itself; behind one, this computer often knows no name outside.
            http = self._connections.way_to(url)
            return await http.send(http.build_request("GET", url, headers=_HEADERS), stream=True)
        if not known:
            raise PictureRefused(f"{url.host} is not known.", hint="Check the address and the network.")
        return await self._connections.get_from(known, url, _HEADERS)

    async def _body(self, response: httpx.Response, host: str) -> bytes:
        if response.status_code in {401, 403}:
            raise _refused(f"{host} shows this picture only to people it knows.")
        if not response.is_success:
            raise _refused(f"{host} has no picture there: it answered {response.status_code}.")
        if response.headers.get("content-type", "").lower().startswith(("text/html", "application/xhtml")):
            raise PictureRefused("That address leads to a web page, not to a picture.", hint=_LINK_HINT)
        data = bytearray()
        async for chunk in response.aiter_bytes():
            data += chunk
            if len(data) > self._max_bytes:
                raise _refused(f"The picture at {host} is larger than {self._max_bytes / 1e6:.0f} MB.")
        if not data:
            raise _refused(f"{host} answered with nothing.")
        return bytes(data)

    @property
    def _connections(self) -> Connections:
        if self._made is None:
            limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
            make = partial(httpx.AsyncClient, verify=system_trust().context, timeout=self._limit_s, limits=limits)
            self._made = Connections(make)
        return self._made


def _checked(url: str) -> httpx.URL:
    """Without a name and password, which would be sent along. Raises PictureRefused for what is not http(s)."""
    try:
        target = httpx.URL(url)
    except httpx.InvalidURL:
        target = httpx.URL()
    # httpx escapes what no name of a host has.
    if target.scheme not in {"http", "https"} or not target.host or "%" in target.host:
        raise PictureRefused("That address is none that a picture can be fetched from.", hint=_SAVE_HINT)
    return target.copy_with(userinfo=b"", fragment=None)


def _host_of(url: str) -> str:
    return _checked(url).host


def _name_of(url: httpx.URL) -> str:
    """What people would call it: the last part of the path without its suffix."""
    return PurePosixPath(url.path.replace("\0", "")).stem or url.host


def _refused(message: str) -> PictureRefused:
    return PictureRefused(message, hint=_SAVE_HINT)
