"""The two ways out: straight to an address, or through the proxy that this computer is set up with."""

import urllib.request
from collections.abc import Callable, Mapping, Sequence
from http.cookiejar import DefaultCookiePolicy
from typing import Final

import httpx

from imgvar_desktop.adapters.addresses import Address
from imgvar_desktop.core.errors import Unreachable

MAX_ADDRESSES: Final = 3
"""How many of a host's addresses are tried."""


class Connections:
    """Owns its httpx clients; lives in the loop that uses them."""

    def __init__(self, make: Callable[..., httpx.AsyncClient]) -> None:
        """``make`` takes ``trust_env`` as httpx.AsyncClient does."""
        self._make = make
        self._proxied: httpx.AsyncClient | None = None
        self.direct = _forgetful(make(trust_env=False))

    def proxied(self) -> httpx.AsyncClient:
        """Made when it is first needed, so that a proxy we cannot use does not keep the on-device service away.

        Raises Unreachable: going around a proxy would tell the world what its user meant to hide.
        """
        if self._proxied is None:
            try:
                self._proxied = _forgetful(self._make(trust_env=True))
            except (ImportError, ValueError, httpx.InvalidURL) as exc:
                raise Unreachable(
                    "The proxy in this computer's settings is of a kind that Imgvar cannot use.",
                    hint="Set an http:// proxy in the environment, or none for this service (NO_PROXY).",
                ) from exc
        return self._proxied

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
        await self.direct.aclose()
        if self._proxied is not None:
            await self._proxied.aclose()


def has_proxy(scheme: str, host: str) -> bool:
    """Whether this computer's settings send such requests through a proxy."""
    return bool({scheme, "all"} & urllib.request.getproxies().keys()) and not urllib.request.proxy_bypass(host)


def _forgetful(http: httpx.AsyncClient) -> httpx.AsyncClient:
    """Without cookies: one call must not be known by another, made with another key."""
    http.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return http
