"""EndpointSource: starts, watches and stops the on-device service as a child process; other services' keys."""

import asyncio
import logging
import secrets
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from imgvar_desktop.adapters.own_process import NO_WINDOW, child_environment, own_command, own_folder
from imgvar_desktop.core.errors import AuthRefused, ServerFailed
from imgvar_desktop.core.ports import SecretStore
from imgvar_desktop.core.services import Endpoint, ServiceProfile

log = logging.getLogger(__name__)

START_S: Final = 20.0
STOP_S: Final = 2.0
LISTENING: Final = "listening on "
MAX_LINE_CHARS: Final = 500
LAST_LINES: Final = 20


class Endpoints:
    """Lives in the worker's loop. One child at most: callers share its start, and the next one restarts a dead one.

    The child has the read end of a pipe as its stdin. However this process ends, the system closes the other end, and
    the child leaves.
    """

    def __init__(self, keys: SecretStore, command: Sequence[str] | None = None, start_s: float = START_S) -> None:
        self._keys = keys
        self._command = tuple(command) if command is not None else own_command("serve", "--parent")
        self._start_s = start_s
        self._start: asyncio.Task[_Child] | None = None

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

    async def _running(self) -> "_Child":
        if self._start is None or _is_over(self._start):
            log.info("starting the on-device service")
            self._start = asyncio.create_task(_start(self._command, self._start_s), name="start of the service")
        # Shielded: a run that is stopped while it waits must not take the start away from the others.
        return await asyncio.shield(self._start)


def _is_over(start: "asyncio.Task[_Child]") -> bool:
    if not start.done():
        return False
    return start.cancelled() or start.exception() is not None or start.result().process.returncode is not None


@dataclass(frozen=True, slots=True)
class _Child:
    process: Process
    endpoint: Endpoint
    listening: "asyncio.Task[None]"
    """Passes its stderr on to the log; ends with it."""

    async def stop(self) -> None:
        await _end(self.process)
        await self.listening


async def _start(command: Sequence[str], start_s: float) -> _Child:
    """Raises ServerFailed."""
    token = secrets.token_urlsafe(32)
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env=child_environment(),
            cwd=own_folder(),
            creationflags=NO_WINDOW,
        )
    except OSError as error:
        log.warning("the on-device service could not be started: %s", error)
        raise _not_started() from error
    last_words: deque[str] = deque(maxlen=LAST_LINES)
    listening = asyncio.create_task(_pass_on(process, last_words), name="log of the service")
    base_url = ""
    try:
        async with asyncio.timeout(start_s):
            base_url = await _introduce(process, token)
    except TimeoutError:
        last_words.append(f"no sign of it for {start_s:g} s")
    finally:
        if not base_url:
            await _end(process)
            await listening
    if not base_url:
        log.warning("the on-device service did not start: %s", " | ".join(last_words) or "it said nothing")
        raise _not_started()
    log.info("the on-device service is process %d at %s", process.pid, base_url)
    return _Child(process, Endpoint(base_url, token), listening)


async def _introduce(process: Process, token: str) -> str:
    """Hands over the key and waits for the address; empty when the child ends instead."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(token.encode("ascii") + b"\n")
    async for line in process.stdout:
        text = line.decode("utf-8", "replace").strip()
        if text.startswith(LISTENING):
            return text.removeprefix(LISTENING)
    return ""


async def _pass_on(process: Process, last_words: deque[str]) -> None:
    """The child's log becomes ours, line by line, at the level that each line begins with."""
    assert process.stderr is not None
    while True:
        try:
            line = await process.stderr.readline()
        except ValueError:
            continue  # longer than the reader keeps: dropped
        if not line:
            return
        text = line.decode("utf-8", "replace").rstrip()[:MAX_LINE_CHARS]
        last_words.append(text)
        level = logging.getLevelNamesMapping().get(text.partition(" ")[0], logging.INFO)
        log.log(level, "service: %s", text)


async def _end(process: Process) -> None:
    """Tells the child that it is over, and kills it when it stays."""
    assert process.stdin is not None
    process.stdin.close()
    try:
        # Never kill() one that may be ending by itself: it looks at the child first, and the child's exit code is
        # then lost to the loop, which warns of it.
        async with asyncio.timeout(STOP_S):
            await process.wait()
    except TimeoutError:
        log.warning("the on-device service did not leave by itself")
        process.kill()
        await process.wait()


def _not_started() -> ServerFailed:
    return ServerFailed(
        "The on-device service did not start.", hint="Try again; the log says more if it stays so.", retryable=True
    )
