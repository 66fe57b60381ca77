"""Kills the real program at random points of real runs, starts it again, and looks at what it has lost: nothing."""

import asyncio
import base64
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import httpx
from PIL import Image

from imgvar_desktop.adapters.library_check import LibraryCheck
from imgvar_desktop.adapters.paths import Paths
from imgvar_desktop.adapters.pictures import PillowPictures
from imgvar_desktop.adapters.pixel_files import PixelFiles
from imgvar_desktop.adapters.settings_file import SettingsFile
from imgvar_desktop.adapters.sqlite_library import SqliteLibrary
from imgvar_desktop.core.library import RunState
from imgvar_desktop.core.services import ServiceProfile
from imgvar_desktop.core.settings import Settings
from tests.acceptance.desk import until
from tests.adapters.wire import Received, Wire, wire_in_a_thread

PROGRAM = Path(__file__).with_name("lives_until_killed.py")
COUNT = 4
SIDE_PX = 256
AT_START = 0.12
"""The share of kills that come while the program starts."""


@dataclass
class Figures:
    kills: int = 0
    at_start: int = 0
    """Kills before the program was ready."""
    in_run: int = 0
    """Kills that left a run open."""
    asked: int = 0
    """Times Generate was pressed."""
    calls: int = 0
    """Requests that the server got."""
    shown: set[str] = field(default_factory=set)
    kept: int = 0
    """Variations in the library at the end."""
    seconds: float = 0.0


def trickling(moments: random.Random) -> Callable[[Received, asyncio.StreamWriter], Awaitable[None]]:
    """Answers with images that nobody has seen before, one after the other with pauses."""

    async def answer(_: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{"created": 1, "data": [')
        for at in range(COUNT):
            item = b'{"b64_json": "%s"}' % base64.b64encode(_noise())
            writer.write((b", " if at else b"") + item)
            await writer.drain()
            await asyncio.sleep(moments.uniform(0, 0.03))
        writer.write(b"]}")
        await writer.drain()

    return answer


def _noise() -> bytes:
    encoded = BytesIO()
    Image.frombytes("L", (SIDE_PX, SIDE_PX), os.urandom(SIDE_PX * SIDE_PX)).save(encoded, "PNG", compress_level=0)
    return encoded.getvalue()


class Trial:
    """One home, and a program in it that lives many short lives."""

    def __init__(self, home: Path, server: Wire, moments: random.Random) -> None:
        self.figures = Figures()
        self._paths = Paths.below(home)
        self._server = server
        self._moments = moments
        self._image = home / "lake.png"
        home.mkdir(exist_ok=True)
        Image.new("RGB", (300, 300), (20, 90, 160)).save(self._image)
        service = ServiceProfile(id="mine", name="Mine", base_url=server.base_url, needs_key=False)
        settings = Settings(services=(service,), service_id="mine", size_px=SIDE_PX, count=COUNT)
        SettingsFile(self._paths.settings_file).save(settings)
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")},
            "IMGVAR_HOME": str(home),
            "QT_QPA_PLATFORM": "offscreen",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            "PYTHONPATH": str(Path.cwd()),
        }

    def live_and_die(self) -> None:
        """One start, at most a few runs, one kill; then the look at what is there."""
        calls_before, figures = len(self._server.calls), self.figures
        lines = self._until_killed()
        has = {line.split()[1] for line in lines if line.startswith("has ")}
        asked = lines.count("asked")
        assert not [line for line in lines if line.startswith(("refused", "crashed"))], lines
        if "ready" in lines:
            assert figures.shown <= has, f"shown once and now unknown: {figures.shown - has}"
        # A request that nobody pressed Generate for was sent by itself.
        self._settle()
        assert len(self._server.calls) - calls_before <= asked
        figures.kills += 1
        figures.at_start += "ready" not in lines
        figures.asked += asked
        figures.calls = len(self._server.calls)
        figures.shown |= {line.split()[1] for line in lines if line.startswith("shown ")}

    def look(self) -> None:
        """With the program dead: every variation that was ever shown is there, whole, and can be shown again."""
        folder = self._paths.library
        library, pixels = SqliteLibrary(folder), PixelFiles(folder)
        try:
            entries = {entry.id: entry for entry in library.entries()}
            assert self.figures.shown <= entries.keys()
            for entry in entries.values():
                data = pixels.path_of(entry).read_bytes()
                assert hashlib.sha256(data).hexdigest() == entry.sha256
            shutil.rmtree(folder / "thumbnails", ignore_errors=True)
            check = LibraryCheck(folder, library=library, pixels=pixels, pictures=PillowPictures())
            report = check.run(lambda _: None, lambda: False)
            # One that arrived when the kill came, before its row: it goes to its run.
            assert report.left == 0, report
            assert report.thumbnails == len(entries) + len(report.adopted)
            assert not list(folder.rglob("*.part")) or pixels.clean_leftovers()
            self.figures.kept = len(entries) + len(report.adopted)
            states = {run.state for run in library.runs()}
            assert states <= {RunState.FINISHED, RunState.INTERRUPTED, RunState.RUNNING}
            self.figures.in_run = sum(run.state is not RunState.FINISHED for run in library.runs())
        finally:
            library.close()

    def _until_killed(self) -> list[str]:
        """What the program had said by then; a line that the kill cut was not said."""
        command = [sys.executable, str(PROGRAM), str(self._image)]
        with subprocess.Popen(command, env=self._environment, stdout=subprocess.PIPE, text=True) as program:
            assert program.stdout is not None
            lines: list[str] = []
            if self._moments.random() < AT_START:
                time.sleep(self._moments.uniform(0.05, 1.0))  # not to wait for anything: the moment is what is tried
            else:
                while lines[-1:] != ["ready\n"]:
                    lines.append(program.stdout.readline())
                    assert lines[-1], f"the program ended by itself: {lines}"
                lines += [program.stdout.readline() for _ in range(self._moments.randrange(1, 8))]
                time.sleep(self._moments.uniform(0, 0.03))
            program.kill()
            lines += program.stdout.readlines()
            assert program.wait() == -signal.SIGKILL, f"the program ended by itself: {lines}"
        return [line.rstrip("\n") for line in lines if line.endswith("\n")]

    def _settle(self) -> None:
        """Waits until the server has met everything that the dead program sent."""
        # Connections are taken up in the order in which they came: when ours is answered, those before it are at work.
        httpx.get(f"{self._server.origin}/fence")
        until(lambda: self._server.open == 0)


@contextmanager
def a_trial(home: Path, seed: int) -> Iterator[Trial]:
    moments = random.Random(seed)
    with wire_in_a_thread(trickling(moments)) as server:
        yield Trial(home, server, moments)
