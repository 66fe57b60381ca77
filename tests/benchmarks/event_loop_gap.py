"""The longest gap of the window's event loop while ten variations of 1024 × 1024 arrive, in the real application.

Once from the on-device service, and once from a local server that sends ten PNGs as fast as it can, so that nothing
but the window's side is left to measure. Needs Xvfb and openbox.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from PIL import Image
from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from x_server import x_server

from imgvar_desktop.adapters.paths import Paths
from imgvar_desktop.adapters.settings_file import SettingsFile
from imgvar_desktop.app import Program
from imgvar_desktop.bridge import resources
from imgvar_desktop.core.services import ON_DEVICE_ID, ServiceProfile
from imgvar_desktop.core.settings import Settings

COUNT: Final = 10
SIDE_PX: Final = 1024
AIM_MS: Final = 50
IDLE_MS: Final = 2000
PATIENCE_S: Final = 300.0
CANNED_ID: Final = "canned"
LAKE: Final = resources.root() / "samples" / "lake.jpg"


@dataclass(frozen=True, slots=True)
class Gap:
    longest_ms: float
    """By the clock: whatever kept the loop waiting, other processes too."""
    work_ms: float
    """The most processor time that the GUI thread itself spent in one turn."""


class Heartbeat(QObject):
    """Beats each millisecond in the GUI thread as long as nothing holds it up."""

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(1)
        self.reset()

    def reset(self) -> None:
        self._last, self._last_work = time.perf_counter(), time.thread_time()
        self._longest = self._work = 0.0

    @property
    def gap(self) -> Gap:
        return Gap(self._longest * 1000, self._work * 1000)

    @Slot()
    def _beat(self) -> None:
        now, work = time.perf_counter(), time.thread_time()
        self._longest, self._work = max(self._longest, now - self._last), max(self._work, work - self._last_work)
        self._last, self._last_work = now, work


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", "--repeats", type=int, default=5, help="runs of each service (default: %(default)s)")
    repeats: int = parser.parse_args().repeats
    with tempfile.TemporaryDirectory() as folder, x_server() as display, _canned_server(Path(folder)) as base_url:
        os.environ.update(DISPLAY=display, QT_QPA_PLATFORM="xcb")
        gaps = measure(Path(folder) / "home", base_url, repeats)
    print(f"{repeats} runs of {COUNT} × {SIDE_PX}² from each; median (worst) of the longest gap of a run")
    for name, found in gaps.items():
        by_clock, by_work = [gap.longest_ms for gap in found], [gap.work_ms for gap in found]
        print(
            f"{name:14} {statistics.median(by_clock):5.1f} ms ({max(by_clock):.1f})"
            f"    the GUI thread's own work in one turn {statistics.median(by_work):5.1f} ms ({max(by_work):.1f})"
        )
    print(f"aim: below {AIM_MS} ms")


def measure(home: Path, base_url: str, repeats: int) -> dict[str, list[Gap]]:
    """In turn: idle, the canned server, the on-device service."""
    paths = Paths.below(home)
    canned = ServiceProfile(id=CANNED_ID, name="Canned", base_url=base_url, needs_key=False)
    SettingsFile(paths.settings_file).save(Settings(services=(canned,), count=COUNT, size_px=SIDE_PX))
    program = Program(QApplication(["imgvar-desktop"]), paths, [LAKE])
    program.start()
    wait_until(lambda: program.studio.window.source.chosen is not None)
    gaps: dict[str, list[Gap]] = {"idle": [], "canned server": [], "on this device": []}
    heartbeat = Heartbeat()
    for repeat in range(repeats + 1):
        for name, gap in zip(gaps, _round(program, heartbeat), strict=True):
            if repeat:  # The first round loads modules and starts the service.
                gaps[name].append(gap)
    program.studio.window.close()
    if not program.stop():
        raise RuntimeError("the worker did not end in time")
    return gaps


def _round(program: Program, heartbeat: Heartbeat) -> Iterator[Gap]:
    heartbeat.reset()
    until = time.monotonic() + IDLE_MS / 1000
    wait_until(lambda: time.monotonic() > until)
    yield heartbeat.gap
    for service_id in (CANNED_ID, ON_DEVICE_ID):
        program.settings.set(replace(program.settings.now, service_id=service_id))
        before = program.model.rowCount()
        heartbeat.reset()
        QTest.keyClick(program.studio.window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        wait_until(lambda: bool(program.queue.open_runs))
        wait_until(lambda: not program.queue.open_runs)
        yield heartbeat.gap
        if program.model.rowCount() != before + COUNT:
            raise RuntimeError(f"the run ended otherwise: {program.studio.window.message.text}")


def wait_until(fact: Callable[[], bool]) -> None:
    """Lets the event loop run, as in the application, until ``fact``."""
    loop, look = QEventLoop(), QTimer()
    deadline = time.monotonic() + PATIENCE_S

    def on_look() -> None:
        if fact() or time.monotonic() > deadline:
            loop.quit()

    look.timeout.connect(on_look)
    look.start(10)
    loop.exec()
    if not fact():
        raise TimeoutError


@contextmanager
def _canned_server(folder: Path) -> Iterator[str]:
    """In a process of its own: it shares neither interpreter lock nor event loop with the window."""
    with Image.open(LAKE) as lake:
        side = min(lake.size)
        for i in range(COUNT):
            turned = lake.crop((0, 0, side, side)).resize((SIDE_PX, SIDE_PX)).rotate(7 * i)
            turned.save(folder / f"{i}.png", compress_level=1)
    command = [sys.executable, str(Path(__file__).with_name("canned_server.py")), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield f"http://127.0.0.1:{int(server.stdout.readline())}/v1"
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
