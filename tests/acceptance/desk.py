"""A screen, a window manager, a pointer and a keyboard: the program as a process of its own, used from outside."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

TOOLS = ("Xvfb", "openbox", "xdotool", "xclip")
MISSING = [tool for tool in TOOLS if shutil.which(tool) is None]
PATIENCE_S = 30.0
SCREEN = "1600x1000x24"


def until(fact: Callable[[], object], *, within_s: float = PATIENCE_S) -> float:
    """Asks until ``fact`` holds, and returns how many seconds that took: other processes send us no signal."""
    began = time.monotonic()
    while not fact():
        assert time.monotonic() - began < within_s, "it did not come true in time"
        time.sleep(0.02)
    return time.monotonic() - began


def is_running(pid: int) -> bool:
    """A process that ended and waits to be collected counts as gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except (FileNotFoundError, ProcessLookupError):
        return False


class Desk:
    """A place at a display, with a folder for everything that programs put into a home."""

    def __init__(self, display: str, home: Path) -> None:
        self.home = home
        runtime = home / "run"
        runtime.mkdir(mode=0o700, exist_ok=True)
        # Nothing else of this machine: no session bus, no keyring, no theme.
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(Path.cwd()),
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "XDG_RUNTIME_DIR": str(runtime),
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        }

    def tool(self, *command: str) -> str:
        done = subprocess.run(command, env=self.environment, check=True, capture_output=True, text=True, timeout=60)
        return done.stdout.strip()

    def press(self, window: str, *keys: str) -> None:
        self.tool("xdotool", "windowactivate", "--sync", window, "key", "--clearmodifiers", *keys)

    def place(self, window: str, x: int, y: int) -> None:
        self.tool("xdotool", "windowmove", "--sync", window, str(x), str(y))

    def geometry(self, window: str) -> dict[str, int]:
        """X, Y, WIDTH and HEIGHT of its inner part."""
        lines = self.tool("xdotool", "getwindowgeometry", "--shell", window).splitlines()
        return {name: int(value) for name, _, value in (line.partition("=") for line in lines)}

    def middle(self, window: str) -> tuple[int, int]:
        at = self.geometry(window)
        return at["X"] + at["WIDTH"] // 2, at["Y"] + at["HEIGHT"] // 2

    def drag(self, start: tuple[int, int], end: tuple[int, int], steps: int = 15) -> None:
        """With pauses, as a hand makes them: the drag begins past a threshold, and each position is answered."""
        x, y = start
        moves = [f"mousemove {x} {y} sleep 0.2 mousedown 1 sleep 0.15"]
        moves += ["mousemove_relative 6 4 sleep 0.05"] * 3
        for step in range(1, steps + 1):
            at = (x + (end[0] - x) * step // steps, y + (end[1] - y) * step // steps)
            moves.append(f"mousemove {at[0]} {at[1]} sleep 0.02")
        moves.append("mousemove_relative 2 1 sleep 0.3 mousemove_relative 1 1 sleep 0.3 mouseup 1")
        self.tool("xdotool", *" ".join(moves).split())

    def copy_to_clipboard(self, file: Path, kind: str) -> None:
        """xclip stays behind to hand it out, and holds the output that it was given for as long."""
        command = ["xclip", "-selection", "clipboard", "-t", kind, "-i", str(file)]
        subprocess.run(command, env=self.environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def clipboard(self, kind: str) -> bytes:
        """What lies there, as ``kind``; empty if there is none of it."""
        command = ["xclip", "-selection", "clipboard", "-t", kind, "-o"]
        return subprocess.run(command, env=self.environment, check=False, capture_output=True, timeout=20).stdout

    @contextmanager
    def started(self, *command: str) -> Iterator["Program"]:
        program = Program(self, command)
        try:
            yield program
        finally:
            program.kill()

    def imgvar(self, *files: Path) -> AbstractContextManager["Program"]:
        """The program of this repository, with its settings and its library in ``home``."""
        return self.started(sys.executable, "-m", "imgvar_desktop", *map(str, files))


class Program:
    """A process that shows a window."""

    def __init__(self, desk: Desk, command: tuple[str, ...]) -> None:
        self._desk = desk
        self.said = desk.home / f"said-{time.monotonic_ns()}.txt"
        environment = {**desk.environment, "IMGVAR_HOME": str(desk.home)}
        with self.said.open("wb") as said:
            self.process = subprocess.Popen(command, env=environment, stdout=said, stderr=subprocess.STDOUT)

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def output(self) -> str:
        """Standard output and standard error."""
        return self.said.read_text()

    def window(self) -> str:
        """Its id, once it is to be seen."""
        found: list[str] = []

        def seen() -> bool:
            assert self.process.poll() is None, self.output
            command = ["xdotool", "search", "--onlyvisible", "--pid", str(self.pid)]
            done = subprocess.run(command, env=self._desk.environment, capture_output=True, text=True, check=False)
            found[:] = done.stdout.split()
            return bool(found)

        until(seen)
        return found[-1]

    def title(self) -> str:
        return self._desk.tool("xdotool", "getwindowname", self.window())

    def ends(self, *, within_s: float) -> int:
        """Its exit status."""
        return self.process.wait(within_s)

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()


@contextmanager
def a_screen(home: Path) -> Iterator[str]:
    """The name of a display with a window manager; both are ended again."""
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with an_x_server() as display:
        desk = Desk(display, home)
        managers = [subprocess.Popen(["openbox"], env=desk.environment, **silent)]

        def answers() -> bool:
            """Fails until a window manager answers for the screen; one that gave up is started anew."""
            if managers[-1].poll() is not None and len(managers) < 5:
                managers.append(subprocess.Popen(["openbox"], env=desk.environment, **silent))
            question = ["xdotool", "get_num_desktops"]
            return subprocess.run(question, env=desk.environment, check=False, **silent).returncode == 0

        try:
            until(answers)
            yield display
        finally:
            for manager in managers:
                manager.terminate()
                manager.wait()


@contextmanager
def an_x_server() -> Iterator[str]:
    """Two that start at once may want the same number, and then one of them ends without a name: it is started anew."""
    for _ in range(5):
        reading, writing = os.pipe()
        command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", SCREEN, "-nolisten", "tcp"]
        with (
            os.fdopen(reading) as told,
            subprocess.Popen(
                command, pass_fds=[writing], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            ) as server,
        ):
            os.close(writing)
            try:
                # To the end of the line: a pipe that closes sooner ends the server.
                number = told.readline().strip()
                if number:
                    yield f":{number}"
                    return
            finally:
                server.terminate()
    raise AssertionError("no X server starts here")
