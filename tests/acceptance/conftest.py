"""The real program, booted in a home of its own and taken down again, with nothing left behind."""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from imgvar_desktop.adapters.paths import find_paths
from imgvar_desktop.app import Program
from tests.acceptance.person import Person

Boot = Callable[..., Person]

OFFSCREEN_CANNOT = r"This plugin does not support (raise\(\)|grabbing the keyboard)"
"""Said for each menu and dialog on the offscreen platform; for the marker ``qt_log_ignore``."""


@pytest.fixture
def boot(qapp: QApplication, qtbot: QtBot) -> Iterator[Boot]:
    """``boot(*files)`` starts the program as ``main`` does; a second call, after ``leave``, is a restart.

    With an ``address``, it waits there for second starts of the program.
    """
    people: list[Person] = []
    closes = qapp.quitOnLastWindowClosed()
    qapp.setQuitOnLastWindowClosed(False)  # the application outlives the program here
    children_before = children_of(os.getpid())
    windows_before = {w for w in qapp.topLevelWidgets() if w.isVisible()}

    def start(*files: Path, address: str = "") -> Person:
        program = Program(qapp, find_paths(), files, address)
        person = Person(program, qtbot)
        people.append(person)
        program.start()
        qtbot.waitExposed(person.window)
        person.window.activateWindow()
        person.until(program.thread_.isRunning)
        return person

    yield start
    stopped = [_taken_down(person) for person in people]
    qapp.clipboard().clear()
    qapp.setQuitOnLastWindowClosed(closes)
    assert all(stopped), "something did not end within its bound"
    assert children_of(os.getpid()) == children_before, "a process was left behind"
    assert {w for w in qapp.topLevelWidgets() if w.isVisible()} == windows_before, "a window was left behind"
    assert not [crash.details for person in people for crash in person.crashes]


def _taken_down(person: Person) -> bool:
    window = person.window
    stopped = person.leave()
    window.deleteLater()
    person.program.deleteLater()
    QCoreApplication.sendPostedEvents(None, int(QEvent.Type.DeferredDelete))
    assert not isValid(window)
    return stopped


def children_of(pid: int) -> dict[int, str]:
    """The command lines of this process's children, by process id; empty for a zombie, which nobody waited for.

    Linux only; elsewhere there are none to be seen.
    """
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # a process may end while it is looked at
            # After the name, which may hold spaces: state and parent.
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            if parent == pid:
                found[int(stat.parent.name)] = (stat.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    return found


@pytest.fixture
def person(boot: Boot) -> Person:
    """At a window that nobody used before."""
    return boot()


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """A landscape whose quarters have colours of their own, so that a wrong crop or a wrong turn shows."""
    folder = tmp_path / "a folder of pictures"
    folder.mkdir()
    file = folder / "lake.jpg"
    quarters().save(file, quality=95)
    return file


@pytest.fixture
def with_lake(person: Person, lake: Path) -> Person:
    """With a picture of 640 × 400 in the well, asking for two small variations."""
    person.open(lake)
    person.choose(count=2, size_px=256)
    return person


@pytest.fixture(scope="session")
def used_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where ``with_four`` keeps what it made, to make it once."""
    return tmp_path_factory.mktemp("used") / "home"


@pytest.fixture
def with_four(boot: Boot, lake: Path, used_home: Path, tmp_path: Path) -> Person:
    """Started again with four variations of two runs in its library, newest first; the keyboard is in the gallery."""
    if used_home.exists():
        shutil.copytree(used_home, tmp_path, dirs_exist_ok=True)
    else:
        first = boot(lake)
        first.until_picture("lake")
        first.choose(count=2, size_px=256)
        for runs in (1, 2):
            first.generate()
            first.until_closed(runs)
        assert first.leave()
        used_home.mkdir()
        shutil.copytree(tmp_path / "library", used_home / "library")
        shutil.copy(tmp_path / "settings.json", used_home)
    person = boot()
    person.until(lambda: len(person.filled_tiles) == 4)
    person.until_picture("lake")
    person.window.gallery.setFocus()
    return person


def quarters(width: int = 640, height: int = 400) -> Image.Image:
    drawn = Image.new("RGB", (width, height), (200, 60, 40))
    drawn.paste((40, 160, 60), (width // 2, 0, width, height // 2))
    drawn.paste((50, 70, 190), (0, height // 2, width // 2, height))
    drawn.paste((230, 200, 60), (width // 2, height // 2, width, height))
    return drawn
