"""The same pictures in Imgvar and in gThumb: until the window with its thumbnails rests, what that cost, and memory.

Started twice each, and the second start counts: thumbnails are made by then. At rest: the program and all its children
work less than a twentieth of a processor for two seconds. A busy machine lengthens the seconds, not the processor time.
Needs Xvfb, openbox and psutil, and gthumb from Debian to compare with.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent))

import psutil  # type: ignore[import-untyped]  # its types are a package of their own
from made_library import make_library
from x_server import x_server

COUNT: Final = 10_000
REST_SHARE: Final = 0.05
REST_S: Final = 2.0
LOOK_S: Final = 0.25
PATIENCE_S: Final = 180.0


@dataclass(frozen=True, slots=True)
class Opened:
    rest_s: float
    """From exec until it rests; infinite when it did not within PATIENCE_S."""
    cpu_s: float
    memory_mb: float
    """Resident, of the program and its children."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", nargs="?", type=int, default=COUNT, help="pictures (default: %(default)s)")
    count: int = parser.parse_args().count
    with tempfile.TemporaryDirectory() as folder, x_server() as display:
        home = Path(folder) / "home"
        make_library(home, count)
        pictures = _one_folder(home, Path(folder) / "pictures")
        environment = _environment(Path(folder), display, home)
        print(f"{count:,} pictures{'until at rest':>22}{'processor time':>18}{'memory':>12}")
        for name, command in _commands(pictures).items():
            opened = [opened_by(command, environment) for _ in range(2)][-1]
            print(f"{name:16}{opened.rest_s:>18.1f} s{opened.cpu_s:>16.1f} s{opened.memory_mb:>9.0f} MB")


def opened_by(command: list[str], environment: dict[str, str]) -> Opened:
    began = time.monotonic()
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=environment, start_new_session=True, **silent) as started:
        family = psutil.Process(started.pid)
        try:
            return _at_rest(family, began)
        finally:
            for process in (*family.children(recursive=True), family):
                process.kill()


def _at_rest(family: psutil.Process, began: float) -> Opened:
    looks: list[tuple[float, float]] = []
    while time.monotonic() - began < PATIENCE_S:
        time.sleep(LOOK_S)
        now, worked = time.monotonic(), _cpu_s(family)
        looks.append((now, worked))
        then = next((look for look in reversed(looks) if now - look[0] >= REST_S), None)
        if then is not None and worked - then[1] < REST_SHARE * REST_S and worked > REST_SHARE:
            return Opened(then[0] - began, worked, _memory_mb(family))
    return Opened(float("inf"), _cpu_s(family), _memory_mb(family))


def _cpu_s(family: psutil.Process) -> float:
    times = [process.cpu_times() for process in (family, *family.children(recursive=True))]
    return sum(spent.user + spent.system for spent in times)


def _memory_mb(family: psutil.Process) -> float:
    return sum(process.memory_info().rss for process in (family, *family.children(recursive=True))) / 2**20


def _commands(pictures: Path) -> dict[str, list[str]]:
    commands = {"imgvar": [sys.executable, "-m", "imgvar_desktop"]}
    if shutil.which("gthumb"):
        commands["gthumb"] = ["gthumb", str(pictures)]
    return commands


def _one_folder(home: Path, target: Path) -> Path:
    """All variations side by side, as a file browser wants them."""
    target.mkdir()
    for file in (home / "library" / "images").glob("*/*.png"):
        os.link(file, target / file.name)
    return target


def _environment(folder: Path, display: str, home: Path) -> dict[str, str]:
    """With a home of its own, where the thumbnails of the first start are kept for the second."""
    (folder / "peer").mkdir()
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path.cwd()),
        "HOME": str(folder / "peer"),
        "LANG": "C.UTF-8",
        "DISPLAY": display,
        "QT_QPA_PLATFORM": "xcb",
        "IMGVAR_HOME": str(home),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }


if __name__ == "__main__":
    main()
