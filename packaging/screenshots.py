"""Pictures of the real program in its main states: python packaging/screenshots.py -o DIR [--theme dark] [--scale 2].

Runs the application with its real on-device service in a home of its own, does what a person would by mouse and keys,
and saves what the window shows after each step. Needs no screen: it uses Qt's offscreen platform.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar

from PySide6.QtCore import QEventLoop, QMimeData, QPoint, Qt, QTimer, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QWidget

from imgvar_desktop.adapters.paths import Paths
from imgvar_desktop.adapters.settings_file import SettingsFile
from imgvar_desktop.adapters.sqlite_library import SqliteLibrary
from imgvar_desktop.app import Program
from imgvar_desktop.bridge import resources
from imgvar_desktop.bridge.crash_reporter import Crash
from imgvar_desktop.core.appearance import Theme
from imgvar_desktop.core.geometry import Handle
from imgvar_desktop.core.services import ON_DEVICE_ID
from imgvar_desktop.core.settings import Settings
from imgvar_desktop.ui.outgoing_dialog import OutgoingDialog
from imgvar_desktop.ui.settings_dialog import SettingsDialog

SAMPLES: Final = resources.root() / "samples"
SIZE: Final = (1280, 800)
SEED: Final = 7
PATIENCE_S: Final = 120.0
LOOK_MS: Final = 10
LEFT: Final = Qt.MouseButton.LeftButton
PLAIN: Final = Qt.KeyboardModifier.NoModifier
CTRL: Final = Qt.KeyboardModifier.ControlModifier

W = TypeVar("W", bound=QWidget)


class Photographer:
    """Somebody at the window of one booted program, with a camera."""

    def __init__(self, program: Program, folder: Path, suffix: str) -> None:
        self.program = program
        self.window = program.studio.window
        self._folder = folder
        self._suffix = suffix
        program.crashes.crashed.connect(_on_crashed)

    def take(self, name: str, widget: QWidget | None = None) -> None:
        """``widget``, else the whole window, as soon as its thumbnails are there."""
        seen = widget or self.window
        seen.grab()  # The first look asks for the thumbnails.
        until(lambda: self.program.thumbnails.idle)
        file = self._folder / f"{name}-{self._suffix}.png"
        if not seen.grab().save(str(file)):
            raise OSError(f"{file} could not be written")

    def press(self, key: Qt.Key, keys: Qt.KeyboardModifier = PLAIN) -> None:
        """On whatever has the focus."""
        self.window.activateWindow()
        until(self.window.isActiveWindow)
        focused: QWidget | None = self.window.focusWidget()  # Qt's stubs leave out the None.
        QTest.keyClick(focused or self.window, key, keys)

    def paste(self, file: Path) -> None:
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(file))])
        QGuiApplication.clipboard().setMimeData(mime)
        self.press(Qt.Key.Key_V, CTRL)

    def open(self, sample: str) -> None:
        self.paste(next(SAMPLES.glob(f"{sample}.*[gp]")))
        until(lambda: (chosen := self.window.source.chosen) is not None and chosen.source.name == sample)

    def generate(self) -> None:
        QTest.mouseClick(self.window.run.generate, LEFT)
        until(lambda: bool(self.program.queue.open_runs))

    def until_done(self) -> None:
        until(lambda: not self.program.queue.open_runs)

    def arrived(self) -> int:
        """Of the newest run."""
        run = self.program.model.run_at(0)
        return 0 if run is None else run.arrived

    def click_tile(self, row: int, keys: Qt.KeyboardModifier = PLAIN) -> None:
        gallery = self.window.gallery
        centre = gallery.visualRect(self.program.model.index(row)).center()
        QTest.mouseClick(gallery.viewport(), LEFT, keys, centre)

    def drag_corner(self, inwards: float) -> Callable[[], None]:
        """Drags the crop's lower right corner by this share of its side, and returns what lets it go."""
        view = self.window.source.crop_view
        corner = view.handle_point(Handle.BOTTOM_RIGHT).toPoint()
        by = round(view.crop_rect().width() * inwards)
        target = corner - QPoint(by, by)
        QTest.mousePress(view, LEFT, PLAIN, corner)
        QTest.mouseMove(view, target)
        return lambda: QTest.mouseRelease(view, LEFT, PLAIN, target)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="where the pictures go")
    parser.add_argument("--theme", type=Theme, choices=(Theme.LIGHT, Theme.DARK), default=Theme.DARK)
    parser.add_argument("--scale", type=int, choices=(1, 2), default=1, help="physical pixels for one (default: 1)")
    chosen = parser.parse_args()
    chosen.output.mkdir(parents=True, exist_ok=True)
    os.environ["QT_SCALE_FACTOR"] = str(chosen.scale)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    # The person's own keys are none of a picture's business.
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    application = QApplication(["imgvar-desktop"])
    with tempfile.TemporaryDirectory() as home:
        paths = Paths.below(Path(home))
        SettingsFile(paths.settings_file).save(Settings(theme=chosen.theme, seed=SEED))
        suffix = f"{chosen.theme}-{chosen.scale}x"
        with program_at_work(application, paths) as program:
            first_session(Photographer(program, chosen.output, suffix), Path(home))
        leave_a_run_open(paths)
        with program_at_work(application, paths) as program:
            next_session(Photographer(program, chosen.output, suffix))
    # The offscreen clipboard outlives the interpreter, and what was pasted must not.
    application.clipboard().clear()


def first_session(person: Photographer, folder: Path) -> None:
    """From an empty library to results, a service of one's own and a file that is no picture."""
    person.take("01-first-start")
    person.open("lake")
    let_go = person.drag_corner(0.12)
    person.take("02-cropping")
    let_go()
    person.drag_corner(0.45)()
    person.take("03-cropping-enlarged")
    person.press(Qt.Key.Key_0)
    person.generate()
    until(lambda: person.arrived() >= 1)
    person.take("04-running")
    person.until_done()
    person.open("vase")
    person.generate()
    person.until_done()
    person.open("lake")
    person.click_tile(4)
    person.click_tile(6, CTRL)
    person.take("05-results")
    person.press(Qt.Key.Key_Space)
    until(lambda: person.window.viewer_shown and person.window.viewer.complete)
    person.take("06-larger-view")
    person.press(Qt.Key.Key_Escape)
    _sort_out(person)
    _show_settings(person)
    not_a_picture = folder / "holiday.jpg"
    not_a_picture.write_text("This is no picture.")
    person.paste(not_a_picture)
    until(lambda: bool(person.window.source.message.text))
    person.take("08-refused-picture")


def next_session(person: Photographer) -> None:
    """After a start that found a run unfinished."""
    until(lambda: bool(person.window.message.text) and person.window.source.chosen is not None)
    person.take("09-interrupted")
    advanced = _child(person.window.parameters, QAbstractButton, "advanced")
    QTest.mouseClick(advanced, LEFT)
    person.take("10-advanced")
    _show_outgoing(person)
    person.window.resize(person.window.minimumSize())
    person.take("11-smallest")


def _show_settings(person: Photographer) -> None:
    person.press(Qt.Key.Key_Comma, CTRL)
    dialog = _child(person.window, SettingsDialog, "settingsDialog")
    presets = _child(dialog, QMenu, "presets")
    presets.actions()[0].trigger()
    until(lambda: "stored" in dialog.page.key_state)
    person.take("07-settings", dialog)
    for place in range(1, dialog.tabs.count()):
        dialog.tabs.setCurrentIndex(place)
        person.take(f"07-settings-{place}", dialog)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    person.program.settings.set(replace(person.program.settings.now, service_id=ON_DEVICE_ID))
    person.window.parameters.fill(person.program.settings.now)


def _sort_out(person: Photographer) -> None:
    """Marks, the inspector, the filters, and images beside one another."""
    marks = ((0, "P4"), (1, "5"), (2, "X"), (3, "7"), (5, "P6"))
    for row, keys in marks:
        person.click_tile(row)
        for key in keys:
            QTest.keyClick(person.window.gallery, Qt.Key(ord(key)))
    person.click_tile(0)
    person.press(Qt.Key.Key_F8)
    until(lambda: bool(person.window.inspector.facts.facts))
    QTest.keyClick(person.window.gallery, Qt.Key.Key_Backslash)
    person.take("13-sorted-out")
    QTest.keyClick(person.window.gallery, Qt.Key.Key_Backslash)
    person.press(Qt.Key.Key_F8)
    for way, name in ((Qt.Key.Key_C, "14-compared"), (Qt.Key.Key_N, "15-survey")):
        person.press(Qt.Key.Key_A, CTRL) if way is Qt.Key.Key_N else person.click_tile(0)
        QTest.keyClick(person.window.gallery, way)
        until(lambda: all(pane.pixmap.size() == pane.size.toSize() for pane in person.window.compare.panes))
        person.take(name)
        QTest.keyClick(person.window.compare, Qt.Key.Key_Escape)


def _show_outgoing(person: Photographer) -> None:
    QTest.mouseClick(person.window.run.destination, LEFT)
    dialog = _child(person.window, OutgoingDialog, "outgoingDialog")
    until(lambda: dialog.outgoing is not None)
    person.take("12-what-will-be-sent", dialog)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)


def leave_a_run_open(paths: Paths) -> None:
    """What a program that was killed leaves behind: a run in the library that nobody has closed."""
    library = SqliteLibrary(paths.library)
    last = library.runs()[0]
    library.begin_run(last.request, last.service_name)
    library.close()


@contextmanager
def program_at_work(application: QApplication, paths: Paths) -> Iterator[Program]:
    program = Program(application, paths, [])
    program.studio.window.resize(*SIZE)
    program.start()
    until(program.thread_.isRunning)
    yield program
    program.queue.stop_all()
    program.studio.window.close()
    if not program.stop():
        raise RuntimeError("the worker did not end in time")


def until(fact: Callable[[], bool]) -> None:
    """Lets the event loop run until ``fact``."""
    loop, look = QEventLoop(), QTimer()
    deadline = time.monotonic() + PATIENCE_S

    def on_look() -> None:
        if fact() or time.monotonic() > deadline:
            loop.quit()

    look.timeout.connect(on_look)
    look.start(LOOK_MS)
    loop.exec()
    if not fact():
        raise TimeoutError(f"it did not come true in {PATIENCE_S:.0f} s")


def _child(parent: QWidget, kind: type[W], name: str) -> W:
    found = parent.findChild(kind, name)
    if found is None:
        raise LookupError(f"there is no {name} in the window")
    return found


def _on_crashed(crash: Crash) -> None:
    raise SystemExit(crash.details)


if __name__ == "__main__":
    main()
