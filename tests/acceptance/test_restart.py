"""What is there again when the program starts the next time, and how it ends."""

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSlider, QSpinBox, QToolButton

from imgvar_desktop.adapters.paths import find_paths
from imgvar_desktop.app import Program
from imgvar_desktop.core.appearance import Theme
from imgvar_desktop.core.library import RunState
from imgvar_desktop.core.settings import Settings
from imgvar_desktop.ui import theme
from tests.acceptance.conftest import OFFSCREEN_CANNOT, Boot
from tests.acceptance.person import LEFT, Person

pytestmark = pytest.mark.qt_log_ignore(OFFSCREEN_CANNOT)


def test_choices_sizes_and_places_are_back(boot: Boot):
    first = boot()
    first.choose(count=7, size_px=512)
    QTest.keyClick(first.control(QSlider, "strength"), Qt.Key.Key_End)
    seed = first.control(QSpinBox, "seed")
    seed.selectAll()
    first.write("1234", seed)
    QTest.mouseClick(first.control(QToolButton, "advanced"), LEFT)
    QTest.keyClick(first.window.actions_.tile_size, Qt.Key.Key_Right)
    first.window.resize(960, 730)
    first.window.splitter.moveSplitter(390, 1)
    sizes, tile_px = first.window.splitter.sizes(), first.program.settings.now.tile_px
    assert first.leave()

    second = boot()

    now = second.window.parameters.applied_to(Settings())
    assert (now.count, now.size_px, now.strength, now.seed) == (7, 512, 0.85, 1234)
    assert now.advanced_shown
    assert second.window.run.generate.text() == "Generate 7 · free"
    assert second.window.height() == 730  # wider than the offscreen platform's screen it may not be
    assert second.window.splitter.sizes() == sizes
    assert second.program.settings.now.tile_px == tile_px == 256


def test_a_hidden_source_pane_stays_hidden_until_it_is_asked_for(boot: Boot):
    first = boot()
    first.press(Qt.Key.Key_F7)
    assert first.window.splitter.sizes()[0] == 0
    assert first.leave()

    second = boot()
    assert second.window.splitter.sizes()[0] == 0
    second.press(Qt.Key.Key_F7)

    assert second.window.splitter.sizes()[0] > 200


def test_the_chosen_appearance_is_back_and_switches_live(boot: Boot, qapp: QApplication):
    first = boot()
    by_name = {action.text().replace("&", ""): action for action in first.window.actions_.themes.actions()}

    by_name["Light"].trigger()
    assert not theme.is_dark(qapp.palette())
    by_name["Dark"].trigger()
    assert theme.is_dark(qapp.palette())
    assert theme.is_dark(first.window.gallery.palette())
    assert first.leave()

    second = boot()
    assert second.program.settings.now.theme is Theme.DARK
    assert theme.is_dark(qapp.palette())


def test_variations_runs_and_the_crop_are_back(with_four: Person):
    runs = with_four.shown_runs

    assert [run.number for run in runs] == [2, 1]
    assert [run.state for run in runs] == [RunState.FINISHED] * 2
    assert all(file.is_file() for file in with_four.files)
    assert with_four.window.message.text == ""
    assert with_four.window.source.chosen.crop == runs[0].request.crop


def test_a_run_under_way_closes_as_stopped_with_the_window(boot: Boot, lake):
    first = boot(lake)
    first.until_picture("lake")
    first.choose(count=10, size_px=1024)
    first.generate()
    first.until(lambda: first.arrived)
    assert first.leave()

    second = boot()
    second.until(lambda: second.shown_runs)

    (run,) = second.shown_runs
    assert run.state is RunState.STOPPED
    assert run.arrived == len(second.filled_tiles) >= 1
    assert second.window.message.text == ""  # nobody was interrupted


def test_a_window_that_closes_before_it_was_painted_leaves_nothing(qapp: QApplication):
    program = Program(qapp, find_paths(), ())

    assert program.stop()

    program.studio.window.deleteLater()
    program.deleteLater()


def test_settings_that_cannot_be_written_do_not_keep_the_window_open(boot: Boot, expected_log):
    person = boot()
    file = find_paths().settings_file
    file.unlink(missing_ok=True)
    file.mkdir()

    assert person.leave()

    assert any("settings could not be saved" in record.getMessage() for record in expected_log)


def test_settings_that_cannot_be_written_are_told_while_the_window_is_open(boot: Boot, expected_log):
    person = boot()
    file = find_paths().settings_file
    file.unlink(missing_ok=True)
    file.mkdir()

    person.choose(count=3)

    person.until(lambda: "settings could not be saved" in person.window.message.text)


def test_damaged_settings_start_the_window_all_the_same(boot: Boot, expected_log):
    file = find_paths().settings_file
    file.write_text(json.dumps({"version": 1, "count": "many", "size_px": 256, "window_geometry": "no geometry"}))

    person = boot()

    assert person.window.parameters.applied_to(Settings()).count == 4
    assert person.window.parameters.applied_to(Settings()).size_px == 256


def test_a_window_saved_on_a_screen_that_is_gone_comes_where_it_can_be_seen(boot: Boot):
    first = boot()
    first.window.move(20_000, 20_000)
    assert first.leave()

    second = boot()

    assert second.window.screen().availableGeometry().intersects(second.window.frameGeometry())


def test_a_library_that_cannot_be_opened_is_told(boot: Boot):
    library = find_paths().library
    library.write_text("a file where the folder should be")

    person = boot()
    person.until(lambda: person.window.standing.text)

    assert person.window.standing.text.startswith("The library's folder could not be written")
