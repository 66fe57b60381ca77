"""Who is first, who hands over, and who has to open alone."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from imgvar_desktop.adapters.one_window import Alone, First, HandedOver, come_first_or_hand_over, request_for
from imgvar_desktop.adapters.paths import Paths
from imgvar_desktop.core.opening import HELLO, MAX_BYTES, TAKEN, OpenRequest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="plays the window on a Unix socket")

NOTHING = OpenRequest()
SHORT_S = 0.2


@pytest.fixture(autouse=True)
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "run"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    return folder


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.below(tmp_path)


@pytest.fixture
def first(paths: Paths) -> Iterator[First]:
    standing = come_first_or_hand_over(paths, NOTHING)
    assert isinstance(standing, First)
    yield standing
    with suppress(OSError):  # a test may have given it up
        standing.give_up()


class Window:
    """Plays the open window at ``address``: says ``lines`` in turn, hearing one before each but the first."""

    def __init__(self, address: str, *lines: bytes) -> None:
        self.heard: list[bytes] = []
        self._lines = lines
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(address)
        self._server.listen()
        self._thread = threading.Thread(target=self._serve)

    @contextmanager
    def open(self) -> Iterator["Window"]:
        self._thread.start()
        yield self
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                wire, _ = self._server.accept()
                with wire, wire.makefile("rwb") as door:
                    for place, line in enumerate(self._lines):
                        if place:
                            self.heard.append(door.readline())
                        door.write(line)
                        door.flush()


def test_a_second_one_hands_over_what_it_was_to_open(paths, first):
    request = OpenRequest((Path("/a picture.png"),), "token")
    with Window(first.address, HELLO, TAKEN).open() as window:
        assert come_first_or_hand_over(paths, request) == HandedOver()

    assert window.heard == [request.encoded()]


def test_the_lock_passes_on_when_it_is_given_up(paths, first):
    first.give_up()

    second = come_first_or_hand_over(paths, NOTHING)

    assert isinstance(second, First)
    assert second.address == first.address
    second.give_up()


def test_nothing_is_left_behind(paths, first, runtime):
    first.give_up()

    assert list(runtime.iterdir()) == []


def test_a_lock_that_was_removed_just_before_it_was_taken_counts_for_nothing(paths, runtime, monkeypatch):
    import fcntl

    take, removed = fcntl.flock, []

    def take_what_was_just_given_up(descriptor: int, operation: int) -> None:
        if not removed:
            (lock_file,) = runtime.iterdir()
            lock_file.unlink()
            removed.append(lock_file)
        take(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", take_what_was_just_given_up)

    first = come_first_or_hand_over(paths, NOTHING)

    assert isinstance(first, First)
    assert removed[0].exists()  # made anew: who comes next finds it taken
    assert isinstance(come_first_or_hand_over(paths, NOTHING, patience_s=SHORT_S), Alone)
    first.give_up()


def test_there_is_never_more_than_one_however_they_come_and_go(paths):
    firsts: list[First] = []
    most: list[int] = []
    refused: list[object] = []

    def come_and_go() -> None:
        for _ in range(10):
            standing = come_first_or_hand_over(paths, NOTHING, patience_s=60)
            if not isinstance(standing, First):
                refused.append(standing)
                return
            firsts.append(standing)
            most.append(len(firsts))
            firsts.remove(standing)
            standing.give_up()

    threads = [threading.Thread(target=come_and_go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert refused == []
    assert most == [1] * 40


def test_a_window_that_is_just_closing_is_waited_for(paths, first):
    # Nobody listens any more, and the lock is still held for a moment.
    leaving = threading.Timer(SHORT_S, first.give_up)
    leaving.start()

    second = come_first_or_hand_over(paths, NOTHING)

    leaving.join()
    assert isinstance(second, First)
    second.give_up()


def test_a_window_that_is_still_starting_is_waited_for(paths, first):
    window: list[Window] = []
    waiting = threading.Event()
    result: list[object] = []

    def second() -> None:
        waiting.set()
        result.append(come_first_or_hand_over(paths, NOTHING))

    thread = threading.Thread(target=second)
    thread.start()
    waiting.wait()
    window.append(Window(first.address, HELLO, TAKEN))
    with window[0].open():
        thread.join()

    assert result == [HandedOver()]


@pytest.mark.parametrize("lines", [(), (b"hello\n",), (HELLO, b"no\n")], ids=["gone", "a stranger", "refused"])
def test_without_an_answer_it_opens_alone(paths, first, lines):
    with Window(first.address, *lines).open():
        assert isinstance(come_first_or_hand_over(paths, NOTHING, patience_s=SHORT_S), Alone)


def test_what_is_opened_alone_is_not_handed_over_when_a_hanging_window_wakes(paths, first):
    server = socket.socket(socket.AF_UNIX)
    server.bind(first.address)
    server.listen()
    with server:
        assert isinstance(come_first_or_hand_over(paths, NOTHING, patience_s=SHORT_S), Alone)

        wire, _ = server.accept()
        with wire:
            wire.sendall(HELLO)
            assert wire.recv(100) == b""  # it left without a word


def test_more_than_a_window_takes_is_opened_alone_at_once(paths, first):
    request = OpenRequest((Path("/" + "a" * MAX_BYTES),))

    assert isinstance(come_first_or_hand_over(paths, request, patience_s=60), Alone)


def test_libraries_and_runtime_folders_stay_apart(paths, first, tmp_path):
    other = come_first_or_hand_over(Paths.below(tmp_path / "another"), NOTHING)

    assert isinstance(other, First)
    assert other.address != first.address
    other.give_up()


def test_another_way_to_the_same_library_meets_the_same_window(paths, first, tmp_path):
    way = tmp_path / "way"
    way.symlink_to(tmp_path)

    assert isinstance(come_first_or_hand_over(Paths.below(way), NOTHING, patience_s=SHORT_S), Alone)


def test_the_lock_ends_with_a_process_that_is_killed(paths):
    code = (
        "import signal, os\n"
        "from pathlib import Path\n"
        "from imgvar_desktop.adapters.paths import find_paths\n"
        "from imgvar_desktop.adapters.one_window import come_first_or_hand_over, request_for\n"
        "print(type(come_first_or_hand_over(find_paths(), request_for([]))).__name__, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=30)
    assert (killed.returncode, killed.stdout) == (-9, "First\n")

    standing = come_first_or_hand_over(paths, NOTHING, patience_s=0)

    assert isinstance(standing, First)
    standing.give_up()


@pytest.mark.parametrize("given", ["open to all", "too long", "not there", "none"])
def test_without_a_runtime_folder_of_ones_own_they_meet_in_the_temporary_one(
    given, paths, runtime, tmp_path, monkeypatch
):
    if given == "open to all":
        runtime.chmod(0o755)
    elif given == "none":
        monkeypatch.delenv("XDG_RUNTIME_DIR")
    else:
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / ("a" * (100 if given == "too long" else 5))))

    standing = come_first_or_hand_over(paths, NOTHING)

    assert isinstance(standing, First)
    folder = Path(standing.address).parent
    assert folder.name == f"imgvar-{os.getuid()}"
    assert folder.stat().st_mode & 0o777 == 0o700
    standing.give_up()


def test_paths_are_meant_from_where_they_were_typed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    request = request_for([Path("a.png"), Path("../b.png"), Path("/c.png")])

    assert request.files == (tmp_path / "a.png", tmp_path.parent / "b.png", Path("/c.png"))


@pytest.mark.parametrize("name", ["XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID"])
def test_the_desktops_leave_is_handed_on(name, monkeypatch):
    for other in ("XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(name, "leave")

    assert request_for([]).activation_token == "leave"
