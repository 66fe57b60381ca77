"""The two ways out: straight to an address, or through the proxy that this computer is set up with."""

import urllib.request
from collections.abc import Callable
from http.cookiejar import DefaultCookiePolicy

import httpx

from imgvar_desktop.core.errors import Unreachable


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
