"""EndpointSource: starts, watches and stops the on-device service as a child process; other services' keys."""

import asyncio
import logging
import secrets
from collections.abc import Sequence

from imgvar_desktop.adapters import service_child
from imgvar_desktop.adapters.own_process import own_command
from imgvar_desktop.adapters.service_child import START_S, Child, NotStarted
from imgvar_desktop.core.errors import AuthRefused, ServerFailed
from imgvar_desktop.core.ports import SecretStore
from imgvar_desktop.core.services import Endpoint, ServiceProfile

log = logging.getLogger(__name__)


class Endpoints:
    """Lives in the worker's loop. One child at most: callers share its start, and the next one restarts a dead one."""

    def __init__(self, keys: SecretStore, command: Sequence[str] | None = None, start_s: float = START_S) -> None:
        self._keys = keys
        self._command = tuple(command) if command is not None else own_command("serve", "--parent")
        self._start_s = start_s
        self._start: asyncio.Task[Child] | None = None

    async def endpoint(self, profile: ServiceProfile) -> Endpoint:
        """Called early for the on-device service, this warms it up."""
        if profile.on_device:
            return (await self._running()).endpoint
        if not profile.needs_key:
            return Endpoint(profile.base_url)
        key = await asyncio.to_thread(self._keys.get, profile.id)
        if not key:
            raise AuthRefused(f"There is no key for {profile.name}.", hint="Add it in Settings.")
        return Endpoint(profile.base_url, key)

    async def aclose(self) -> None:
        """Ends the child, gently for a second; a start under way is given up."""
        start, self._start = self._start, None
        if start is None:
            return
        start.cancel()
        await asyncio.wait([start])
        if not start.cancelled() and start.exception() is None:
            await start.result().stop()

    async def _running(self) -> Child:
        if self._start is None or _is_over(self._start):
            log.info("starting the on-device service")
            self._start = asyncio.create_task(self._started(), name="start of the service")
        # Shielded: a run that is stopped while it waits must not take the start away from the others.
        return await asyncio.shield(self._start)

    async def _started(self) -> Child:
        try:
            return await service_child.start(self._command, secrets.token_urlsafe(32), self._start_s)
        except NotStarted as error:
            raise ServerFailed(
                "The on-device service did not start.",
                hint="Try again; the log says more if it stays so.",
                retryable=True,
            ) from error


def _is_over(start: "asyncio.Task[Child]") -> bool:
    if not start.done():
        return False
    return start.cancelled() or start.exception() is not None or start.result().process.returncode is not None
