"""The two ways out: straight to an address, or through the proxy that this computer is set up with."""

from collections.abc import Callable, Mapping, Sequence
from http.cookiejar import DefaultCookiePolicy
from typing import Final

import httpx

from imgvar_desktop.adapters import system_proxy
from imgvar_desktop.adapters.addresses import Address
from imgvar_desktop.core.errors import Unreachable
from imgvar_desktop.core.services import is_loopback

MAX_ADDRESSES: Final = 3
"""How many of a host's addresses are tried."""


class Connections:
    """Owns its httpx clients; lives in the loop that uses them."""

    def __init__(self, make: Callable[..., httpx.AsyncClient]) -> None:
        """``make`` takes ``trust_env`` and ``proxy`` as httpx.AsyncClient does."""
        self._make = make
        self._by_proxy: dict[str, httpx.AsyncClient] = {}
        self.direct = _forgetful(make(trust_env=False))

    def way_to(self, url: httpx.URL) -> httpx.AsyncClient:
        """Straight there, or through the proxy that the settings name for it right now. Raises Unreachable.

        What goes to this computer itself never goes through a proxy.
        """
        proxy = None if is_loopback(url.host) else system_proxy.proxy_for(url.scheme, url.host)
        return self.direct if proxy is None else self._through(proxy)

    def _through(self, proxy: str) -> httpx.AsyncClient:
        """Raises Unreachable: going around a proxy would tell the world what its user meant to hide."""
        if proxy not in self._by_proxy:
            try:
                self._by_proxy[proxy] = _forgetful(self._make(trust_env=False, proxy=proxy))
            except (ImportError, ValueError, httpx.InvalidURL) as exc:
                raise Unreachable(
                    "The proxy in this computer's settings is of a kind that Imgvar cannot use.",
                    hint="Set an http:// proxy there, or none for this service (NO_PROXY).",
                ) from exc
        return self._by_proxy[proxy]

    async def get_from(
        self, addresses: Sequence[Address], url: httpx.URL, headers: Mapping[str, str]
    ) -> httpx.Response:
        """The answer of the first of ``addresses`` that can be connected to, its body unread, redirects not followed.

        Whoever calls has looked up the name in ``url`` and checked where it leads: it is not looked up again, or it
        might lead elsewhere by then. Raises what httpx raises; ``addresses`` is not empty.
        """
        for address in addresses[:MAX_ADDRESSES]:
            request = self.direct.build_request(
                "GET",
                url.copy_with(host=str(address)),
                headers={**headers, "Host": url.netloc.decode("ascii")},
                extensions={"sni_hostname": url.raw_host.decode("ascii")},
            )
            try:
                return await self.direct.send(request, stream=True, follow_redirects=False)
            except (httpx.ConnectError, httpx.ConnectTimeout) as exc:
                failure = exc
        raise failure

    async def aclose(self) -> None:
        for client in (self.direct, *self._by_proxy.values()):
            await client.aclose()


def has_proxy(scheme: str, host: str) -> bool:
    """Whether this computer's settings send such requests through a proxy."""
    return system_proxy.proxy_for(scheme, host) is not None


def _forgetful(http: httpx.AsyncClient) -> httpx.AsyncClient:
    """Without cookies: one call must not be known by another, made with another key."""
    http.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return http
