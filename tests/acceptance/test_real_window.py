"""The program as its own process on an X server: how it starts, is dropped on, hangs, closes and is killed."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest
from PIL import Image

from imgvar_desktop.adapters.paths import Paths
from imgvar_desktop.adapters.settings_file import SettingsFile
from imgvar_desktop.adapters.sqlite_library import SqliteLibrary
from imgvar_desktop.core.library import RunRecord, RunState
from imgvar_desktop.core.services import ServiceProfile
from imgvar_desktop.core.settings import Settings
from tests.acceptance.conftest import OFFSCREEN_CANNOT, Boot, children_of
from tests.acceptance.desk import MISSING, Desk, Program, a_screen, is_running, until
from tests.acceptance.person import Person
from tests.adapters.wire import hangs, wire_in_a_thread

pytestmark = [
    pytest.mark.real_window,
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
    pytest.mark.qt_log_ignore(OFFSCREEN_CANNOT),
]

DRAG_SOURCE = Path(__file__).with_name("drag_source.py")
CLOSES_WITHIN_S = 5.0


@pytest.fixture(scope="module")
def display(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with a_screen(tmp_path_factory.mktemp("screen")) as display:
        yield display


@pytest.fixture
def desk(display: str, tmp_path: Path) -> Desk:
    return Desk(display, tmp_path)


def images(desk: Desk) -> list[Path]:
    return sorted((Paths.below(desk.home).library / "images").rglob("*.png"))


def runs(desk: Desk) -> tuple[RunRecord, ...]:
    """As the library has them; only while no program has it open."""
    library = SqliteLibrary(Paths.below(desk.home).library)
    try:
        return library.runs()
    finally:
        library.close()


def choose(desk: Desk, settings: Settings) -> None:
    SettingsFile(Paths.below(desk.home).settings_file).save(settings)


def mine(base_url: str) -> Settings:
    service = ServiceProfile(id="mine", name="Mine", base_url=base_url, needs_key=False)
    return Settings(services=(service,), service_id="mine", size_px=256)


def at_work(desk: Desk, program: Program) -> dict[int, str]:
    """Starts a long run, and returns the service's process once the first image is there."""
    until(lambda: program.title().startswith("lake"))
    desk.press(program.window(), "ctrl+Return")
    until(lambda: images(desk))
    return children_of(program.pid)


def click_first_tile(desk: Desk, program: Program) -> None:
    window = program.window()
    desk.tool("xdotool", "windowactivate", "--sync", window)
    at = desk.geometry(window)
    # Right of the source pane and below the first run's header: its first tile, wherever exactly it begins.
    x, y = at["X"] + 316 + 100, at["Y"] + 190
    desk.tool("xdotool", "mousemove", str(x), str(y), "click", "1")


LONG_RUN = Settings(count=10, size_px=1024)


def by_its_button(desk: Desk, program: Program) -> None:
    desk.press(program.window(), "alt+F4")  # the window manager then asks the window to close


def by_ctrl_q(desk: Desk, program: Program) -> None:
    desk.press(program.window(), "ctrl+q")


def by_sigterm(desk: Desk, program: Program) -> None:
    program.process.send_signal(signal.SIGTERM)


def by_sigint(desk: Desk, program: Program) -> None:
    program.process.send_signal(signal.SIGINT)


@pytest.mark.parametrize("close", [by_its_button, by_sigterm])
def test_closing_during_a_run_leaves_cleanly(desk, lake, close):
    choose(desk, LONG_RUN)
    with desk.imgvar(lake) as program:
        service = at_work(desk, program)
        assert len(service) == 1

        close(desk, program)

        assert program.ends(within_s=CLOSES_WITHIN_S) == 0
        assert program.output == ""
    assert not any(map(is_running, service))
    (run,) = runs(desk)
    assert run.state is RunState.STOPPED
    assert run.arrived == len(images(desk)) >= 1


@pytest.mark.parametrize("close", [by_its_button, by_ctrl_q, by_sigint])
def test_closing_before_anything_was_done_leaves_cleanly(desk, close):
    with desk.imgvar() as program:
        program.window()

        close(desk, program)

        assert program.ends(within_s=CLOSES_WITHIN_S) == 0
        assert program.output == ""


def test_a_service_that_hangs_does_not_hold_the_window(desk, lake):
    with wire_in_a_thread(hangs) as server:
        choose(desk, mine(server.base_url))
        with desk.imgvar(lake) as program:
            until(lambda: program.title().startswith("lake"))
            desk.press(program.window(), "ctrl+Return")
            until(server.entered.is_set)

            by_its_button(desk, program)

            assert program.ends(within_s=CLOSES_WITHIN_S) == 0
            assert program.output == ""


def test_a_file_that_never_gives_anything_does_not_hold_the_window(desk, tmp_path):
    endless = tmp_path / "endless.png"
    os.mkfifo(endless)
    with desk.imgvar(endless) as program:
        by_its_button(desk, program)

        assert program.ends(within_s=CLOSES_WITHIN_S) == 0
        assert program.output == ""


def test_a_library_on_a_disk_that_hangs_does_not_hold_the_process(desk, with_four: Person):
    assert with_four.leave()
    library = Paths.below(desk.home).library
    for file in [*with_four.files, *(library / "thumbnails").rglob("*.*")]:
        file.unlink()
        os.mkfifo(file)  # whoever opens it waits for ever
    with desk.imgvar() as program:
        until(lambda: program.title().startswith("lake"))
        click_first_tile(desk, program)
        desk.press(program.window(), "Return")

        by_its_button(desk, program)

        assert program.ends(within_s=CLOSES_WITHIN_S) == 0


def test_a_variation_is_copied_for_other_programs(desk, with_four: Person):
    assert with_four.leave()
    expected = with_four.files[0]
    with desk.imgvar() as program:
        until(lambda: program.title().startswith("lake"))
        click_first_tile(desk, program)

        desk.press(program.window(), "ctrl+c")

        until(lambda: "image/png" in desk.clipboard("TARGETS").decode())
        copied = desk.home / "copied.png"
        copied.write_bytes(desk.clipboard("image/png"))
        with Image.open(copied) as pasted, Image.open(expected) as kept:
            assert pasted.convert("RGB").tobytes() == kept.convert("RGB").tobytes()
        file = Path(url2pathname(urlsplit(desk.clipboard("text/uri-list").decode().strip()).path))
        assert file.name == expected.name
        assert file.read_bytes() == expected.read_bytes()
        assert file != expected  # the other program may do with it what it likes


def test_closing_with_the_settings_open_leaves_cleanly(desk):
    with desk.imgvar() as program:
        desk.press(program.window(), "ctrl+comma")
        until(lambda: "Settings" in program.title())

        by_sigterm(desk, program)

        assert program.ends(within_s=CLOSES_WITHIN_S) == 0
        assert program.output == ""


def test_killed_during_a_run_it_has_what_was_shown_and_says_what_was_cut_off(desk, lake, boot: Boot):
    choose(desk, LONG_RUN)
    with desk.imgvar(lake) as program:
        service = at_work(desk, program)
        saved = images(desk)

        program.process.send_signal(signal.SIGKILL)
        program.process.wait()
    until(lambda: not any(map(is_running, service)), within_s=5)

    person = boot()
    person.until(lambda: person.window.message.text)

    arrived = len(person.filled_tiles)
    assert person.window.message.text == f"Run 1 was interrupted: {arrived} of 10 saved."
    assert set(saved) <= set(person.files)
    assert all(file.is_file() for file in person.files)
    (button,) = person.window.message.buttons
    assert button.text() == f"Get the other {10 - arrived}"
    assert person.program.model.run_at(0).state is RunState.INTERRUPTED
    person.until_picture("lake")
    assert person.events == []


def test_killed_while_a_server_was_at_work_nothing_is_sent_again_unasked(desk, lake, boot: Boot):
    with wire_in_a_thread(hangs) as server:
        choose(desk, mine(server.base_url))
        with desk.imgvar(lake) as program:
            until(lambda: program.title().startswith("lake"))
            desk.press(program.window(), "ctrl+Return")
            until(server.entered.is_set)
            until(lambda: "source_key" in Paths.below(desk.home).settings_file.read_text())
            program.process.send_signal(signal.SIGKILL)
            program.process.wait()

        person = boot()
        person.until(lambda: person.window.message.text)
        person.until_picture("lake")
        assert person.window.message.text == "Run 1 was interrupted: 0 of 4 saved."
        assert len(server.calls) == 1

        person.window.message.buttons[0].click()
        person.until(lambda: len(server.calls) == 2)

        assert server.calls[1].fields["n"] == "4"
        assert person.leave()


def test_a_file_dragged_from_another_program_is_opened(desk, lake):
    with desk.imgvar() as program, desk.started(sys.executable, str(DRAG_SOURCE), str(lake)) as other:
        desk.place(program.window(), 0, 30)
        desk.place(other.window(), 1350, 300)

        desk.drag(desk.middle(other.window()), desk.middle(program.window()))

        until(lambda: program.title() == "lake — Imgvar")
        until(lambda: "dropped CopyAction" in other.output)  # it was ours to copy, not to move away
    assert lake.is_file()


def first_tile(desk: Desk, program: Program) -> tuple[int, int]:
    at = desk.geometry(program.window())
    return at["X"] + 316 + 100, at["Y"] + 190


def test_a_variation_dragged_back_onto_the_source_pane_is_the_source(desk, lake):
    choose(desk, Settings(count=1, size_px=256))
    with desk.imgvar(lake) as program:
        until(lambda: program.title().startswith("lake"))
        desk.place(program.window(), 0, 30)
        desk.press(program.window(), "ctrl+Return")
        until(lambda: images(desk))
        at = desk.geometry(program.window())

        def dragged() -> bool:
            # The tile takes its picture a moment after the file is there; a drag of nothing does nothing.
            desk.drag(first_tile(desk, program), (at["X"] + 160, at["Y"] + 200))
            return program.title().startswith("lake_v01-01")

        until(dragged)
    assert len(images(desk)) == 1


def test_a_variation_let_go_over_the_gallery_changes_nothing(desk, lake):
    choose(desk, Settings(count=1, size_px=256))
    with desk.imgvar(lake) as program:
        until(lambda: program.title().startswith("lake"))
        desk.place(program.window(), 0, 30)
        desk.press(program.window(), "ctrl+Return")
        until(lambda: images(desk))

        desk.drag(first_tile(desk, program), desk.middle(program.window()))

        assert program.title() == "lake — Imgvar"


def test_a_picture_copied_in_another_program_is_pasted(desk, tmp_path, lake):
    picture = tmp_path / "copied.png"
    with Image.open(lake) as opened:
        opened.save(picture)
    with desk.imgvar() as program:
        desk.copy_to_clipboard(picture, "image/png")

        desk.press(program.window(), "ctrl+v")

        until(lambda: program.title() == "pasted — Imgvar")


def test_the_window_is_as_large_as_it_was_left(desk):
    with desk.imgvar() as program:
        window = program.window()
        desk.tool("xdotool", "windowsize", "--sync", window, "1110", "690")
        by_its_button(desk, program)
        assert program.ends(within_s=CLOSES_WITHIN_S) == 0

    with desk.imgvar() as program:
        window = program.window()
        until(lambda: (desk.geometry(window)["WIDTH"], desk.geometry(window)["HEIGHT"]) == (1110, 690), within_s=5)


def test_a_second_program_on_the_same_library_says_so(desk, lake, boot: Boot):
    with desk.imgvar(lake) as program:
        until(lambda: program.title().startswith("lake"))

        person = boot()
        person.until(lambda: person.window.standing.text)

        assert "another" in person.window.standing.text.lower()
        assert person.leave()
