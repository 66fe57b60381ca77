"""Runs that wait, are stopped, fail, or bring less than was asked for."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from imgvar_desktop.adapters.paths import find_paths
from imgvar_desktop.adapters.settings_file import SettingsFile
from imgvar_desktop.core.library import RunState
from imgvar_desktop.core.runs import RunFailed, RunFinished, RunQueued, RunStarted, RunStopped
from imgvar_desktop.core.services import ServiceProfile
from imgvar_desktop.core.settings import Settings
from imgvar_desktop.core.shelf import Progress
from imgvar_desktop.ui.section_header import HeaderPart
from imgvar_desktop.ui.section_text import state_text
from tests.acceptance.conftest import OFFSCREEN_CANNOT, Boot
from tests.acceptance.person import CTRL, LEFT, PLAIN, SHIFT, Person
from tests.adapters.wire import Answer, Wire, hangs, images_json, picture, says, wire_in_a_thread

pytestmark = pytest.mark.qt_log_ignore(OFFSCREEN_CANNOT)

STOPPED_WITHIN_S = 1.0


def set_up_service(base_url: str, **abilities: object) -> None:
    """A service of the person's own, chosen, in the settings that the next start reads."""
    service = ServiceProfile(id="mine", name="Mine", base_url=base_url, needs_key=False, **abilities)
    SettingsFile(find_paths().settings_file).save(Settings(services=(service,), service_id="mine", size_px=256))


@contextmanager
def a_server(*answers: Answer) -> Iterator[Wire]:
    with wire_in_a_thread(*answers) as server:
        set_up_service(server.base_url)
        yield server


def sizes_of(files: list[Path]) -> list[tuple[int, int]]:
    found = []
    for file in files:
        with Image.open(file) as opened:
            opened.load()
            found.append(opened.size)
    return found


# Stopping


def by_button(person: Person) -> None:
    QTest.mouseClick(person.window.run.stop, LEFT)


def by_key(person: Person) -> None:
    person.press(Qt.Key.Key_Period, CTRL)


def by_menu(person: Person) -> None:
    person.choose_from_menu("Run", person.window.actions_.stop)


@pytest.mark.parametrize("stop", [by_button, by_key, by_menu])
def test_stop_keeps_what_arrived_and_the_next_run_works(with_lake, stop: Callable[[Person], None]):
    with_lake.choose(count=10, size_px=1024)
    with_lake.generate()
    with_lake.until(lambda: with_lake.arrived)

    began = time.monotonic()
    stop(with_lake)
    closing = with_lake.until_closed()

    assert time.monotonic() - began < STOPPED_WITHIN_S
    assert isinstance(closing, RunStopped)
    assert 1 <= len(with_lake.arrived) < 10
    # Tiles stand in the order of the run; images arrive as they are finished.
    assert with_lake.filled_tiles == sorted(with_lake.arrived, key=lambda entry: entry.index)
    assert with_lake.program.model.rowCount() == len(with_lake.arrived)  # no placeholder stays
    assert sizes_of(with_lake.files) == [(1024, 1024)] * len(with_lake.arrived)
    assert "stopped" in state_text(with_lake.shown_runs[0], Progress(), with_lake.window.locale())
    assert not with_lake.window.run.stop.isEnabled()

    with_lake.choose(count=2, size_px=256)
    with_lake.generate()
    assert isinstance(with_lake.until_closed(2), RunFinished)


def test_stop_interrupts_a_server_that_never_answers(boot: Boot, lake):
    with a_server(hangs) as server:
        person = boot(lake)
        person.until_picture("lake")
        person.generate()
        person.until(server.entered.is_set)

        began = time.monotonic()
        by_button(person)
        closing = person.until_closed()

        assert time.monotonic() - began < STOPPED_WITHIN_S
        assert isinstance(closing, RunStopped)
        person.until(server.left.is_set)  # the server is told, too


# Waiting


def test_runs_wait_for_one_another_and_finish_in_order(with_lake):
    for _ in range(3):
        with_lake.generate()
    with_lake.until(lambda: len([e for e in with_lake.events if isinstance(e, RunQueued)]) == 3)
    by_key(with_lake)  # the one under way; those behind it go on

    with_lake.until_closed(3)

    assert [event.run.number for event in with_lake.closed] == [1, 2, 3]
    assert [type(event) for event in with_lake.closed[1:]] == [RunFinished, RunFinished]
    started = [i for i, event in enumerate(with_lake.events) if isinstance(event, RunStarted)]
    closed = [i for i, event in enumerate(with_lake.events) if event in with_lake.closed]
    assert started[1] > closed[0]
    assert started[2] > closed[1]
    assert [entry.run_number for entry in with_lake.filled_tiles][:4] == [3, 3, 2, 2]


def test_all_runs_are_stopped_by_one_command(boot: Boot, lake):
    with a_server(hangs) as server:
        person = boot(lake)
        person.until_picture("lake")
        person.generate()
        person.until(server.entered.is_set)
        person.generate()
        person.until(lambda: "1 waiting" in person.window.run.status)

        person.press(Qt.Key.Key_Period, CTRL | SHIFT)
        person.until_closed(2)

        assert [type(event) for event in person.closed] == [RunStopped, RunStopped]
        assert person.program.queue.open_runs == ()
        assert len(server.calls) == 1


# Failing


def test_a_service_that_refuses_connections_is_told_and_nothing_is_lost(boot: Boot, lake):
    set_up_service("http://127.0.0.1:9/v1")
    person = boot(lake)
    person.until_picture("lake")
    person.press(Qt.Key.Key_Left, SHIFT, on=person.window.source.crop_view)
    chosen = person.window.source.chosen

    person.generate()
    closing = person.until_closed()

    assert isinstance(closing, RunFailed)
    assert person.window.message.text.startswith("Run 1: ")
    assert "127.0.0.1" in person.window.message.text
    assert person.window.source.chosen == chosen
    assert person.program.model.rowCount() == 0
    run = person.shown_runs[0]
    assert run.state is RunState.FAILED
    assert run.message in state_text(run, Progress(), person.window.locale())
    assert person.window.run.generate.isEnabled()


def test_what_a_server_left_out_is_asked_for_and_no_more(boot: Boot, lake):
    three, one = images_json(*[picture(c) for c in ("teal", "olive", "navy")]), images_json(picture("maroon"))
    refusal = {"error": {"message": "That is all for today."}}
    with a_server(says(200, three), says(400, refusal), says(200, one)) as server:
        person = boot(lake)
        person.until_picture("lake")
        assert person.window.run.generate.text() == "Generate 4"
        person.generate()
        person.until_closed()
        assert len(person.filled_tiles) == 3
        assert "3 of 4" in person.window.message.text
        asked_before = len(server.calls)

        link = person.window.gallery._header(0).rect_of(HeaderPart.RETRY).center()
        QTest.mouseClick(person.window.gallery.viewport(), LEFT, PLAIN, link)
        person.until_closed(2)

    assert [call.fields["n"] for call in server.calls[asked_before:]] == ["1"]
    assert len(person.filled_tiles) == 4
    first, second = (run.request for run in person.shown_runs)
    assert first.crop == second.crop


def test_a_server_that_makes_one_at_a_time_is_asked_until_there_are_enough(boot: Boot, lake):
    with a_server(*[says(200, images_json(picture(colour))) for colour in ("teal", "olive", "navy", "maroon")]):
        person = boot(lake)
        person.until_picture("lake")
        person.generate()

        assert isinstance(person.until_closed(), RunFinished)

    assert [entry.index for entry in person.filled_tiles] == [0, 1, 2, 3]


def test_what_is_sent_is_the_upright_crop_and_nothing_else_of_the_photo(boot: Boot, tmp_path):
    photo = tmp_path / "photo.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "my street"
    turned = Image.new("RGB", (400, 640), (200, 60, 40))
    turned.paste((40, 160, 60), (0, 0, 400, 320))  # once upright, on the right
    turned.save(photo, exif=exif, quality=95)
    with a_server(says(200, images_json(picture()))) as server:
        person = boot(photo)
        person.until_picture("photo")
        for _ in range(12):
            person.press(Qt.Key.Key_Right, SHIFT, on=person.window.source.crop_view)
        person.generate()
        person.until_closed()

    (part,) = [part for part in server.calls[0].parts if part.get_filename()]
    data = part.get_payload(decode=True)
    assert b"my street" not in data
    sent = tmp_path / "sent.png"
    sent.write_bytes(data)
    with Image.open(sent, formats=["PNG"]) as opened:
        assert opened.size[0] == opened.size[1]
        assert not opened.getexif()
        assert opened.convert("RGB").getpixel((opened.width // 10, 9)) == pytest.approx((200, 60, 40), abs=6)
        assert opened.convert("RGB").getpixel((opened.width - 9, 9)) == pytest.approx((40, 160, 60), abs=6)
    assert server.calls[0].fields["size"] == "256x256"


def test_a_service_that_is_gone_from_the_settings_is_missed_with_a_sentence(boot: Boot, lake):
    with a_server(says(200, images_json(picture()))):
        person = boot(lake)
        person.until_picture("lake")
        person.generate()
        person.until_closed()
    person.program.settings.set(person.program.settings.now.without_service("mine"))
    person.click_tile(0)

    person.press(Qt.Key.Key_R, CTRL)

    assert person.window.message.text.startswith("The service Mine is no longer set up.")


# Mistakes of our own


def test_a_bug_in_the_worker_reaches_the_person(person, expected_log):
    async def broken() -> None:
        raise ZeroDivisionError("a mistake in the worker")

    person.program.office._call(broken())
    person.until(lambda: person.crashes)

    assert person.window.message.text == (
        "Imgvar made a mistake: ZeroDivisionError: a mistake in the worker. What you have is safe."
    )
    assert [record.exc_info[0] for record in expected_log] == [ZeroDivisionError]
    assert "in broken" in person.crashes.pop().details
