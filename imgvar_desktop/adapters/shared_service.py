"""Sharing: a second child of our own service, at a port and with a key that stay the same from launch to launch."""

import asyncio
import logging
import secrets
from collections.abc import Sequence

from imgvar_desktop.adapters import service_child
from imgvar_desktop.adapters.own_process import own_command
from imgvar_desktop.adapters.service_child import START_S, Child, NotStarted
from imgvar_desktop.core.errors import SecretStoreUnavailable, ServerFailed
from imgvar_desktop.core.ports import SecretStore
from imgvar_desktop.core.services import Endpoint
from imgvar_desktop.core.sharing import KEPT_AS, KEY_PREFIX

log = logging.getLogger(__name__)


class SharedService:
    """core.ports.Sharing. Lives in the worker's loop. One child at most; it ends with this program."""

    def __init__(self, keys: SecretStore, command: Sequence[str] | None = None, start_s: float = START_S) -> None:
        self._keys = keys
        self._command = tuple(command) if command is not None else own_command("serve", "--parent")
        self._start_s = start_s
        self._turn = asyncio.Lock()
        self._child: Child | None = None

    async def start(self, port: int) -> Endpoint:
        """See the port."""
        async with self._turn:
            await self._stop()
            key = await asyncio.to_thread(self._key)
            try:
                command = (*self._command, "--port", str(port))
                self._child = await service_child.start(command, key, self._start_s)
            except NotStarted as error:
                raise _refusal(port, error) from error
            log.info("other programs are served at %s", self._child.endpoint.base_url)
            return self._child.endpoint

    async def stop(self) -> None:
        async with self._turn:
            await self._stop()

    @property
    def endpoint(self) -> Endpoint | None:
        return self._child.endpoint if self._child is not None and self._child.process.returncode is None else None

    async def settled(self) -> None:
        async with self._turn:
            pass

    async def renew_key(self) -> None:
        async with self._turn:
            await asyncio.to_thread(self._keys.set, KEPT_AS, _new_key())

    async def aclose(self) -> None:
        await self.stop()

    async def _stop(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            await child.stop()

    def _key(self) -> str:
        try:
            key = self._keys.get(KEPT_AS)
        except SecretStoreUnavailable as error:
            log.info("the shared service's key is new for this launch: %s", error)
            key = None
        if not key:
            key = _new_key()
            self._keys.set(KEPT_AS, key)
        return key


def _new_key() -> str:
    return KEY_PREFIX + secrets.token_urlsafe(24)


def _refusal(port: int, error: NotStarted) -> ServerFailed:
    if "cannot listen" in str(error):
        return ServerFailed(f"Port {port} is taken by another program.", hint="Choose another port.")
    return ServerFailed("The service for other programs did not start.", hint="Try again.", retryable=True)
