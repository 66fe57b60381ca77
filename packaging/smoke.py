"""Tries the frozen program on the system it was made for: ``smoke.py FOLDER`` (on macOS ``smoke.py Imgvar.app``).

It says its version, makes a variation without a window, shows its window with a picture in it and the on-device service
behind it, takes a second picture from a second start, and closes when asked to. Its settings, library and logs are in a
folder of its own. Needs nothing but Python. Exit status 0 when all of that went well.
"""

import argparse
import contextlib
import json
import os
import re
import signal
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
SAMPLES: Final = ROOT / "resources" / "samples"
SIDE_PX: Final = 256
PATIENCE_S: Final = 120.0
"""For a first start on a hosted machine: a virus scanner reads the whole program then."""
LOOK_S: Final = 0.1
SERVICE_IS_UP: Final = "the on-device service is process"
TROUBLE: Final = re.compile(r"^\S+ \S+ (?:ERROR|CRITICAL)|Traceback \(most recent call last\)", re.MULTILINE)


class NotAsItShould(Exception):
    """The program did something else; the sentence says what."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path, help="the folder that was frozen, or the bundle")
    place: Path = parser.parse_args().program.resolve()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        try:
            _try_out(place, home)
        except (NotAsItShould, subprocess.SubprocessError, OSError) as error:
            print(f"not as it should: {error}", file=sys.stderr)
            for log in sorted((home / "imgvar" / "logs").glob("*.log")):
                print(f"--- {log.name}\n{log.read_text(encoding='utf-8')}", file=sys.stderr)
            return 1
    return 0


def _try_out(place: Path, home: Path) -> None:
    window, console = executables(place)
    environment = _environment(home)
    says_its_version(console, environment)
    makes_a_variation(console, environment, home)
    shows_its_window(window, environment, home / "imgvar")


def executables(place: Path) -> tuple[Path, Path]:
    """The one with a window, and the one that a terminal gives its output to."""
    if sys.platform == "win32":
        return place / "imgvar-desktop.exe", place / "imgvar.exe"
    if sys.platform == "darwin":
        place = place / "Contents" / "MacOS"
    return place / "imgvar-desktop", place / "imgvar-desktop"


def says_its_version(program: Path, environment: dict[str, str]) -> None:
    source = (ROOT / "imgvar_desktop" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "(.+)"$', source, re.MULTILINE)
    assert found
    said = _said(program, "--version", environment=environment)
    _expect(said.strip() == f"Imgvar {found[1]}", f"it says it is {said!r}, and the source {found[1]}")
    print(f"ok  it is version {found[1]}")


def makes_a_variation(program: Path, environment: dict[str, str], home: Path) -> None:
    """Its on-device service, numpy and Pillow are all there."""
    asked = ("vary", str(SAMPLES / "lake.jpg"), "-n", "1", "--size", f"{SIDE_PX}x{SIDE_PX}", "--seed", "1")
    began = time.monotonic()
    told = json.loads(_said(program, *asked, "-o", str(home), "--json", environment=environment))
    files = sorted(home.glob("*.png"))
    _expect(len(files) == 1, f"it made {len(files)} files: {told}")
    head = files[0].read_bytes()[:24]
    _expect(head[:8] == b"\x89PNG\r\n\x1a\n", f"{files[0].name} is no PNG")
    size = struct.unpack(">II", head[16:24])
    _expect(size == (SIDE_PX, SIDE_PX), f"{files[0].name} is {size[0]} x {size[1]}")
    print(f"ok  vary made {files[0].name} in {time.monotonic() - began:.1f} s")


def shows_its_window(program: Path, environment: dict[str, str], home: Path) -> None:
    settings, log, said = home / "settings.json", home / "logs" / "imgvar.log", home.parent / "said.txt"
    began = time.monotonic()
    with _started(program, SAMPLES / "lake.jpg", environment, said) as window:
        _until(window, lambda: '"lake"' in _text(settings), "the picture to be in its window")
        _until(window, lambda: SERVICE_IS_UP in _text(log), "its on-device service")
        print(f"ok  the window opened a picture, and its service is up, after {time.monotonic() - began:.1f} s")

        began = time.monotonic()
        _said(program, str(SAMPLES / "vase.jpg"), environment=environment)
        handed_over_s = time.monotonic() - began
        _until(window, lambda: '"vase"' in _text(settings), "the second start's picture")
        print(f"ok  a second start handed its picture over and ended after {handed_over_s:.1f} s")

        _ask_to_close(window)
        status = window.wait(PATIENCE_S)
    _expect(status == 0, f"it ended with {status}: {_text(said)}")
    trouble = TROUBLE.search(_text(log) + "\n" + _text(said))
    _expect(trouble is None, f"it ran into trouble:\n{_text(said)}")
    print("ok  it closed when it was asked to, and had no trouble")


def _environment(home: Path) -> dict[str, str]:
    """Without any Python's, so that nothing is found but what was frozen; and without a keyring that asks."""
    theirs = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "QT_", "IMGVAR_"))}
    ours = {
        "IMGVAR_HOME": str(home / "imgvar"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
    if sys.platform == "linux" and "DISPLAY" not in theirs:
        ours["QT_QPA_PLATFORM"] = "offscreen"
    return theirs | ours


def _said(program: Path, *arguments: str, environment: dict[str, str]) -> str:
    command = [str(program), *arguments]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=PATIENCE_S, check=False
    )
    _expect(done.returncode == 0, f"{' '.join(command)} ended with {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


@contextmanager
def _started(
    program: Path, picture: Path, environment: dict[str, str], said: Path
) -> "Iterator[subprocess.Popen[bytes]]":
    with said.open("wb") as output:
        window = subprocess.Popen(
            [str(program), str(picture)], env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        yield window
    finally:
        if window.poll() is None:
            window.kill()
            window.wait()


def _ask_to_close(window: "subprocess.Popen[bytes]") -> None:
    if sys.platform == "win32":
        # Without /F it closes the window, as its button does.
        subprocess.run(["taskkill", "/PID", str(window.pid)], check=True, capture_output=True)
    else:
        window.send_signal(signal.SIGTERM)


def _until(window: "subprocess.Popen[bytes]", fact: Callable[[], bool], what: str) -> None:
    """Another process sends no signal: it is looked at again and again."""
    ends = time.monotonic() + PATIENCE_S
    while not fact():
        _expect(window.poll() is None, f"it ended with {window.returncode}, waiting for {what}")
        _expect(time.monotonic() < ends, f"{what} did not come in {PATIENCE_S:.0f} s")
        time.sleep(LOOK_S)


def _text(file: Path) -> str:
    """Empty for one that is not there yet, or is being written."""
    with contextlib.suppress(OSError):
        return file.read_text(encoding="utf-8", errors="replace")
    return ""


def _expect(fact: bool, otherwise: str) -> None:
    if not fact:
        raise NotAsItShould(otherwise)


if __name__ == "__main__":
    sys.exit(main())
