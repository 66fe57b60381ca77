"""The program started again while its window is open: one window, which gets the files and comes to the front."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QFileOpenEvent

from imgvar_desktop.adapters.one_window import Alone, First, come_first_or_hand_over
from imgvar_desktop.adapters.paths import Paths, find_paths
from imgvar_desktop.app import Program
from imgvar_desktop.core.opening import OpenRequest
from imgvar_desktop.core.runs import RunFinished
from tests.acceptance.conftest import OFFSCREEN_CANNOT, Boot, quarters
from tests.acceptance.desk import MISSING, Desk, a_screen, until
from tests.acceptance.person import Person

pytestmark = pytest.mark.qt_log_ignore(OFFSCREEN_CANNOT)

DRAG_SOURCE = Path(__file__).with_name("drag_source.py")
PATIENCE_S = 30.0


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "a trip, 100 % ü"
    folder.mkdir()
    files = [folder / f"{name}.png" for name in ("one", "two", "three")]
    for file in files:
        quarters(300, 200).save(file)
    return files


@pytest.fixture
def first() -> Iterator[First]:
    """The right to be the one window, which this process has."""
    standing = come_first_or_hand_over(find_paths(), OpenRequest())
    assert isinstance(standing, First)
    yield standing
    standing.give_up()


@pytest.fixture
def open_window(first: First, boot: Boot) -> Person:
    return boot(address=first.address)


def start_again(person: Person, *arguments: str, folder: Path | None = None) -> None:
    """As a process of its own, which has to end as soon as it has handed over."""
    command = [sys.executable, "-m", "imgvar_desktop", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    with subprocess.Popen(
        command, env=environment, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as second:
        try:
            person.until(lambda: second.poll() is not None)
        finally:
            second.kill()
        assert second.stdout is not None
        assert (second.returncode, second.stdout.read()) == (0, b"")


def test_one_file_is_opened_in_the_window_that_is_there(open_window, pictures):
    start_again(open_window, str(pictures[1]))

    open_window.until_picture("two")


def test_a_file_is_meant_from_the_folder_of_the_second_start(open_window, pictures):
    start_again(open_window, "two.png", folder=pictures[1].parent)

    open_window.until_picture("two")


def test_several_files_go_to_the_film_strip(open_window, pictures):
    start_again(open_window, *map(str, pictures))

    open_window.until_picture("one")
    open_window.until(lambda: len(open_window.program.studio.film.frames) == 3)


def test_a_file_that_is_not_there_is_said_in_the_window(open_window, tmp_path):
    start_again(open_window, str(tmp_path / "gone.png"))

    open_window.until(lambda: "gone" in open_window.window.source.message.text)


def test_without_files_the_picture_stays(open_window, pictures):
    open_window.open(pictures[0])

    start_again(open_window)

    open_window.until(open_window.window.isActiveWindow)
    assert open_window.source_name == "one"


def test_a_minimised_window_is_shown_again(open_window):
    open_window.window.showMinimized()

    start_again(open_window)

    open_window.until(lambda: not open_window.window.isMinimized())


def test_a_run_goes_on_while_another_file_is_opened(open_window, pictures):
    open_window.open(pictures[0])
    open_window.choose(count=4, size_px=256)
    open_window.generate()
    open_window.until(lambda: open_window.arrived)

    start_again(open_window, str(pictures[1]))

    open_window.until_picture("two")
    assert isinstance(open_window.until_closed(), RunFinished)
    assert [entry.source_name for entry in open_window.arrived] == ["one"] * 4


def test_rubbish_at_the_door_changes_nothing(first, open_window, pictures):
    with socket.socket(socket.AF_UNIX) as stranger:
        stranger.connect(first.address)
        stranger.sendall(b"\x00\xff{]\n")

        start_again(open_window, str(pictures[0]))

    open_window.until_picture("one")
    assert not open_window.crashes


def test_what_macos_tells_a_program_is_opened(qapp, open_window, pictures):
    qapp.asked.connect(open_window.program.bring)

    QCoreApplication.sendEvent(qapp, QFileOpenEvent(str(pictures[2])))

    open_window.until_picture("three")


def test_what_macos_tells_a_program_that_starts_is_what_it_starts_with(qapp, qtbot, boot, pictures, monkeypatch):
    start = Program.start

    def start_as_launch_services_does(program: Program) -> None:
        program.bring(OpenRequest((pictures[1],)))
        start(program)

    monkeypatch.setattr(Program, "start", start_as_launch_services_does)

    boot().until_picture("two")


@pytest.fixture(scope="module")
def display(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with a_screen(tmp_path_factory.mktemp("screen")) as display:
        yield display


@pytest.fixture
def desk(display: str, tmp_path: Path) -> Desk:
    return Desk(display, tmp_path)


def active_window(desk: Desk) -> str:
    return desk.tool("xdotool", "getactivewindow")


@pytest.mark.real_window
@pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")
class TestOnAScreen:
    """Two real processes."""

    @pytest.mark.parametrize("covered", ["under another", "minimised"])
    def test_the_window_comes_to_the_front(self, desk, pictures, covered):
        with desk.imgvar(pictures[0]) as first, desk.started(sys.executable, str(DRAG_SOURCE), "x") as other:
            until(lambda: first.title().startswith("one"))
            window = first.window()
            if covered == "minimised":
                desk.tool("xdotool", "windowminimize", "--sync", window)
            else:
                desk.tool("xdotool", "windowactivate", "--sync", other.window())
            until(lambda: active_window(desk) != window)

            with desk.imgvar(pictures[1]) as second:
                assert second.ends(within_s=PATIENCE_S) == 0
                assert second.output == ""

            until(lambda: active_window(desk) == window)
            until(lambda: first.title().startswith("two"))
            assert first.output == ""

    def test_two_that_are_started_at_once_are_one_window(self, desk, pictures):
        with desk.imgvar(pictures[0]) as one, desk.imgvar(pictures[1]) as two:
            until(lambda: one.process.poll() is not None or two.process.poll() is not None)
            left, stays = (one, two) if one.process.poll() is not None else (two, one)

            assert left.process.returncode == 0
            other = "two" if stays is one else "one"
            until(lambda: stays.title().startswith(other))
            assert one.output + two.output == ""

    def test_after_a_kill_the_next_one_is_the_window(self, desk, pictures):
        with desk.imgvar() as killed:
            killed.window()
            killed.process.send_signal(signal.SIGKILL)
            killed.process.wait()

        with desk.imgvar() as first:
            first.window()
            with desk.imgvar(pictures[0]) as second:
                assert second.ends(within_s=PATIENCE_S) == 0
            until(lambda: first.title().startswith("one"))

    def test_started_again_while_it_closes_it_is_there_again(self, desk, pictures):
        with desk.imgvar() as first:
            first.window()
            first.process.send_signal(signal.SIGTERM)
            with desk.imgvar(pictures[0]) as second:
                assert first.ends(within_s=PATIENCE_S) == 0
                until(lambda: second.title().startswith("one"))
                assert first.output + second.output == ""

    def test_another_home_has_a_window_of_its_own(self, desk, pictures, tmp_path, display):
        other_home = tmp_path / "another home"
        other_home.mkdir()
        with desk.imgvar(pictures[0]) as first, Desk(display, other_home).imgvar(pictures[1]) as other:
            until(lambda: first.title().startswith("one"))
            until(lambda: other.title().startswith("two"))

    def test_beside_a_window_that_hangs_it_opens_with_a_word_about_the_library(self, desk, pictures, boot, monkeypatch):
        monkeypatch.setenv("XDG_RUNTIME_DIR", desk.environment["XDG_RUNTIME_DIR"])
        with desk.imgvar(pictures[0]) as hanging:
            until(lambda: hanging.title().startswith("one"))
            hanging.process.send_signal(signal.SIGSTOP)
            try:
                standing = come_first_or_hand_over(Paths.below(desk.home), OpenRequest((pictures[1],)), patience_s=0.3)
            finally:
                hanging.process.send_signal(signal.SIGCONT)
            assert isinstance(standing, Alone)

            person = boot(pictures[1])
            person.until(lambda: person.window.standing.text)
            assert "another" in person.window.standing.text

            # Awake again, it has not been told: the file is open elsewhere by now.
            with desk.imgvar(pictures[2]) as third:
                assert third.ends(within_s=PATIENCE_S) == 0
            until(lambda: hanging.title().startswith("three"))
