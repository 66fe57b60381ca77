"""Checking a service over HTTP: the questions that cost nothing first, then, if agreed to, a few images."""

import time
from collections.abc import Callable
from contextlib import aclosing
from functools import partial

import httpx

from imgvar_desktop.adapters import service_probe, service_trial
from imgvar_desktop.adapters.connections import Connections
from imgvar_desktop.adapters.http_client import HttpVariationClient
from imgvar_desktop.adapters.service_inquiry import Findings, Inquiry
from imgvar_desktop.adapters.trust import system_trust
from imgvar_desktop.core.service_check import Finding, Learned, Verdict
from imgvar_desktop.core.services import Endpoint, ServiceProfile


class HttpServiceChecker:
    """core.ports.ServiceChecker. Lives in the loop that first uses it."""

    def __init__(
        self,
        *,
        ca_file: str = "",
        make_client: Callable[[], HttpVariationClient] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``ca_file``: certificates (PEM) to trust besides the system's."""
        self._trust = system_trust(ca_file)
        limits = httpx.Limits(max_keepalive_connections=0)
        self._connections = Connections(partial(httpx.AsyncClient, verify=self._trust.context, limits=limits))
        # Without retries: what a service refuses is what is to be found out.
        self._make_client = make_client or partial(HttpVariationClient, ca_file=ca_file, retries=0)
        self._clock = clock

    async def aclose(self) -> None:
        await self._connections.aclose()

    async def check(self, profile: ServiceProfile, endpoint: Endpoint, *, make_images: bool) -> Findings:
        """See the port."""
        client = self._make_client()
        known = Inquiry(profile, endpoint, self._connections, self._trust, client, self._clock)
        usable = True
        try:
            async with aclosing(_findings(known, make_images=make_images)) as parts:
                async for part in parts:
                    usable = usable and not _ends_it(part)
                    yield part
            yield Learned(known.learned, known.models, usable)
        finally:
            await client.aclose()


async def _findings(known: Inquiry, *, make_images: bool) -> Findings:
    steps = [service_probe.reach, service_probe.calls]
    if make_images:
        steps += [service_trial.images, service_trial.links]
    for step in (*steps, service_trial.price):
        async with aclosing(step(known)) as parts:
            async for part in parts:
                yield part
                if _ends_it(part):
                    return  # what comes after could only fail for the same reason


def _ends_it(part: object) -> bool:
    return isinstance(part, Finding) and part.verdict is Verdict.BAD
