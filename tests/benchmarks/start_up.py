"""From exec to the first painted window, started in turn: a bare PySide6 window, Imgvar, and what else is installed.

Painted: the window manager manages the window, and there are at least three colours in it. Needs Xvfb and openbox.
Beside it, peak memory and size on disk.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil  # type: ignore[import-untyped]  # its types are a package of their own
from program_sizes import folder_mb, locked_mb, package_mb, wheels_mb
from x_server import PATIENCE_S, RootWatch, x_server
from Xlib import X  # type: ignore[import-untyped]  # python-xlib has no types
from Xlib.error import BadDrawable, BadMatch  # type: ignore[import-untyped]  # python-xlib has no types

HERE: Final = Path(__file__).resolve().parent
SAMPLE: Final = HERE.parents[1] / "resources" / "samples" / "lake.jpg"
INSTALLED: Final = Path("/usr/lib/imgvar-desktop/imgvar-desktop")
OTHERS: Final = ("lximage-qt", "qimgv", "phototonic", "eog", "gwenview", "gthumb", "feh")
"""Debian's image programs, by command and package; each is given a picture to show."""
AIM: Final = 1.5
COLOURS: Final = 3
STRIP_PX: Final = 32
LOOK_S: Final = 0.002
SETTLE_S: Final = 2.0
WINDOWS: Final = "_NET_CLIENT_LIST"


@dataclass(frozen=True, slots=True)
class Start:
    painted_s: float
    cpu_s: float
    """What the process had spent by then: the figure that other work on the machine disturbs least."""


@dataclass(slots=True)
class Program:
    name: str
    command: tuple[str, ...]
    size_mb: float | None
    starts: list[Start] = field(default_factory=list)
    peak_mb: float = 0.0
    """Of the process with the window, as resident at the most."""
    own_mb: float = 0.0
    """Of all its processes, each page counted once (PSS), some seconds after the paint."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", "--rounds", type=int, default=9, help="starts of each program (default: %(default)s)")
    parser.add_argument("--installed", type=Path, default=INSTALLED, help="the frozen program (default: %(default)s)")
    parser.add_argument("--others", action="store_true", help=f"also those of {', '.join(OTHERS)} that are installed")
    chosen = parser.parse_args()
    programs = _programs(chosen.installed, others=chosen.others)
    with tempfile.TemporaryDirectory() as folder, x_server() as display:
        environment = _environment(Path(folder), display)
        for program in programs:  # Compiles the bytecode, fills the disk cache, makes the library.
            measure(program, environment)
        for i in range(chosen.rounds):
            for program in programs if i % 2 else reversed(programs):
                program.starts.append(time_start(program.command, environment))
    _report(programs)


def _programs(installed: Path, *, others: bool) -> list[Program]:
    bare = Program("bare window", (sys.executable, str(HERE / "bare_window.py")), wheels_mb())
    found = [bare, Program("Imgvar, checkout", (sys.executable, "-m", "imgvar_desktop"), locked_mb())]
    if installed.is_file():
        found.append(Program("Imgvar, installed", (str(installed),), folder_mb(installed.parent)))
    if others:
        found += [Program(name, (name, str(SAMPLE)), package_mb(name)) for name in OTHERS if shutil.which(name)]
    return found


def measure(program: Program, environment: Mapping[str, str]) -> None:
    """One start that is not timed: the memory that it takes, and has at the most."""
    with _painted(program.command, environment) as (process, _):
        time.sleep(SETTLE_S)  # what loads after the first paint has nothing to tell of its end
        tree = [process, *process.children(recursive=True)]
        program.own_mb = sum(each.memory_full_info().pss for each in tree) / 1e6
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
        program.peak_mb = next(int(line.split()[1]) for line in status.splitlines() if line[:6] == "VmHWM:") / 1e3


def time_start(command: tuple[str, ...], environment: Mapping[str, str]) -> Start:
    with _painted(command, environment) as (process, painted_s):
        spent = process.cpu_times()
    return Start(painted_s, spent.user + spent.system)


@contextmanager
def _painted(command: tuple[str, ...], environment: Mapping[str, str]) -> Iterator[tuple[psutil.Process, float]]:
    """Starts ``command`` and waits for its window: the process, and the seconds that took. Ends it."""
    watch = RootWatch(environment["DISPLAY"])
    began = time.monotonic()
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            window = watch.wait_for(WINDOWS)[0]
            while not _is_painted(watch, window):
                if time.monotonic() - began > PATIENCE_S:
                    raise TimeoutError(f"nothing painted in {PATIENCE_S:.0f} s by {command}")
                time.sleep(LOOK_S)
            yield psutil.Process(process.pid), time.monotonic() - began
        finally:
            process.terminate()
    # The next program's window may have the very number of this one.
    watch.wait_for(WINDOWS, lambda windows: not windows)
    watch.close()


def _is_painted(watch: RootWatch, window_id: int) -> bool:
    """Looks at a strip across the middle: a toolkit's first drawing reaches the server in one piece."""
    window = watch.display.create_resource_object("window", window_id)
    try:
        size = window.get_geometry()
        strip = window.get_image(0, (size.height - STRIP_PX) // 2, size.width, STRIP_PX, X.ZPixmap, 0xFFFFFFFF)
    except (BadMatch, BadDrawable):  # Listed a moment before it can be seen.
        return False
    return len(set(memoryview(strip.data).cast("I"))) >= COLOURS


def _environment(home: Path, display: str) -> dict[str, str]:
    """A desktop's, with a home of its own, and with compiled bytecode, as any installed program has."""
    runtime = home / "run"
    runtime.mkdir(mode=0o700)
    kept = {k: v for k, v in os.environ.items() if k not in {"PYTHONDONTWRITEBYTECODE", "QT_QPA_PLATFORM"}}
    own = {"HOME": home, "XDG_RUNTIME_DIR": runtime, "IMGVAR_HOME": home / "imgvar", "PYTHONPYCACHEPREFIX": home / "c"}
    return {**kept, "DISPLAY": display, "NO_AT_BRIDGE": "1", **{name: str(path) for name, path in own.items()}}


def _report(programs: list[Program]) -> None:
    bare = programs[0]
    print(f"{len(bare.starts)} starts of each, in turn; medians; times the bare window by round; aim: at most {AIM}")
    print(f"{'':18} painted [least–most] ms    times   processor ms   times   peak MB   all MB   on disk MB")
    for program in programs:
        painted = [start.painted_s * 1000 for start in program.starts]
        cpu = statistics.median(start.cpu_s * 1000 for start in program.starts)
        pairs = list(zip(program.starts, bare.starts, strict=True))
        wall = statistics.median(mine.painted_s / theirs.painted_s for mine, theirs in pairs)
        work = statistics.median(mine.cpu_s / theirs.cpu_s for mine, theirs in pairs)
        spread = f"[{min(painted):.0f}–{max(painted):.0f}]"
        size = "–" if program.size_mb is None else f"{program.size_mb:.0f}"
        print(
            f"{program.name:18} {statistics.median(painted):7.0f} {spread:16} {wall:7.2f} {cpu:14.0f} {work:7.2f} "
            f"{program.peak_mb:9.0f} {program.own_mb:8.0f} {size:>12}"
        )


if __name__ == "__main__":
    main()
