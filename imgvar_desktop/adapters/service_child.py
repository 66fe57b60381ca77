"""Our own service as a child process: started, introduced, listened to, ended."""

import asyncio
import logging
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from imgvar_desktop.adapters.own_process import NO_WINDOW, child_environment, own_folder
from imgvar_desktop.core.services import Endpoint

log = logging.getLogger(__name__)

START_S: Final = 20.0
STOP_S: Final = 2.0
LISTENING: Final = "listening on "
MAX_LINE_CHARS: Final = 500
LAST_LINES: Final = 20


class NotStarted(Exception):
    """The child ended, or said nothing in time. ``str()`` is what it said last, for the log."""


@dataclass(frozen=True, slots=True)
class Child:
    """A service of ours that listens. Lives in the loop that started it.

    It has the read end of a pipe as its stdin. However this process ends, the system closes the other end, and the
    child leaves.
    """

    process: Process
    endpoint: Endpoint
    listening: "asyncio.Task[None]"
    """Passes its stderr on to the log; ends with it."""

    async def stop(self) -> None:
        await _end(self.process)
        await self.listening


async def start(command: Sequence[str], key: str, start_s: float = START_S) -> Child:
    """``key`` is what its clients will have to send; it goes through the pipe. Raises NotStarted."""
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
        raise NotStarted(str(error)) from error
    last_words: deque[str] = deque(maxlen=LAST_LINES)
    listening = asyncio.create_task(_pass_on(process, last_words), name="log of the service")
    base_url = ""
    try:
        async with asyncio.timeout(start_s):
            base_url = await _introduce(process, key)
    except TimeoutError:
        last_words.append(f"no sign of it for {start_s:g} s")
    finally:
        if not base_url:
            await _end(process)
            await listening
    if not base_url:
        log.warning("the on-device service did not start: %s", " | ".join(last_words) or "it said nothing")
        raise NotStarted("\n".join(last_words))
    log.info("the on-device service is process %d at %s", process.pid, base_url)
    return Child(process, Endpoint(base_url, key), listening)


async def _introduce(process: Process, key: str) -> str:
    """Hands over the key and waits for the address; empty when the child ends instead."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(key.encode("ascii") + b"\n")
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
