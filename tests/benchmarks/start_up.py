"""From exec to the first painted window: Imgvar against a bare PySide6 window, started in turn.

Painted: the window manager manages the window, and there are at least three colours in it. Needs Xvfb and openbox.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil  # type: ignore[import-untyped]  # its types are a package of their own
from x_server import PATIENCE_S, RootWatch, x_server
from Xlib import X  # type: ignore[import-untyped]  # python-xlib has no types
from Xlib.error import BadDrawable, BadMatch  # type: ignore[import-untyped]  # python-xlib has no types

HERE: Final = Path(__file__).resolve().parent
BARE: Final = (sys.executable, str(HERE / "bare_window.py"))
IMGVAR: Final = (sys.executable, "-m", "imgvar_desktop")
AIM: Final = 1.5
COLOURS: Final = 3
STRIP_PX: Final = 32
LOOK_S: Final = 0.002
WINDOWS: Final = "_NET_CLIENT_LIST"


@dataclass(frozen=True, slots=True)
class Start:
    painted_s: float
    cpu_s: float
    """What the process had spent by then: the figure that other work on the machine disturbs least."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", "--rounds", type=int, default=9, help="starts of each program (default: %(default)s)")
    rounds: int = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder, x_server() as display:
        environment = _environment(Path(folder), display)
        pair: list[tuple[tuple[str, ...], list[Start]]] = [(BARE, []), (IMGVAR, [])]
        for command, _ in pair:  # Compiles the bytecode, fills the disk cache, makes the library.
            time_start(command, environment)
        for i in range(rounds):
            for command, starts in pair if i % 2 else reversed(pair):
                starts.append(time_start(command, environment))
    _report(pair[0][1], pair[1][1])


def time_start(command: tuple[str, ...], environment: Mapping[str, str]) -> Start:
    """Starts ``command``, waits for its window, ends it."""
    watch = RootWatch(environment["DISPLAY"])
    began = time.monotonic()
    with _running(command, environment) as process:
        (window,) = watch.wait_for(WINDOWS)
        while not _is_painted(watch, window):
            if time.monotonic() - began > PATIENCE_S:
                raise TimeoutError(f"nothing painted in {PATIENCE_S:.0f} s by {command}")
            time.sleep(LOOK_S)
        painted_s = time.monotonic() - began
        spent = psutil.Process(process.pid).cpu_times()
    # The next program's window may have the very number of this one.
    watch.wait_for(WINDOWS, lambda windows: not windows)
    watch.close()
    return Start(painted_s, spent.user + spent.system)


@contextmanager
def _running(command: tuple[str, ...], environment: Mapping[str, str]) -> "Iterator[subprocess.Popen[bytes]]":
    with subprocess.Popen(command, env=environment) as process:
        try:
            yield process
        finally:
            process.terminate()


def _is_painted(watch: RootWatch, window_id: int) -> bool:
    """Looks at a strip across the middle: a toolkit's first drawing reaches the server in one piece."""
    window = watch.display.create_resource_object("window", window_id)
    size = window.get_geometry()
    try:
        strip = window.get_image(0, (size.height - STRIP_PX) // 2, size.width, STRIP_PX, X.ZPixmap, 0xFFFFFFFF)
    except (BadMatch, BadDrawable):  # Listed a moment before it can be seen.
        return False
    return len(set(memoryview(strip.data).cast("I"))) >= COLOURS


def _environment(home: Path, display: str) -> dict[str, str]:
    """A desktop's, with a home of its own, and with compiled bytecode, as any installed program has."""
    kept = {k: v for k, v in os.environ.items() if k not in {"PYTHONDONTWRITEBYTECODE", "QT_QPA_PLATFORM"}}
    return {**kept, "DISPLAY": display, "IMGVAR_HOME": str(home / "imgvar"), "PYTHONPYCACHEPREFIX": str(home / "cache")}


def _report(bare: list[Start], imgvar: list[Start]) -> None:
    print(f"{len(bare)} starts of each, in turn; median [least–most]")
    for name, starts in (("bare window", bare), ("Imgvar", imgvar)):
        painted = [start.painted_s * 1000 for start in starts]
        cpu = statistics.median(start.cpu_s * 1000 for start in starts)
        spread = f"[{min(painted):.0f}–{max(painted):.0f}]"
        print(f"{name:12} painted after {statistics.median(painted):5.0f} ms {spread:12} processor time {cpu:5.0f} ms")
    wall = statistics.median(i.painted_s / b.painted_s for i, b in zip(imgvar, bare, strict=True))
    work = statistics.median(i.cpu_s / b.cpu_s for i, b in zip(imgvar, bare, strict=True))
    print(f"ratio        painted {wall:.2f}, processor time {work:.2f} (median of the rounds; aim: at most {AIM})")


if __name__ == "__main__":
    main()
