"""Somebody at the window: gestures that go through Qt's own event handling, and facts to wait for."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QAction,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QFileDialog, QLineEdit, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from imgvar_desktop.adapters.paths import find_paths
from imgvar_desktop.app import Program
from imgvar_desktop.bridge.crash_reporter import Crash
from imgvar_desktop.core.library import Entry, RunRecord
from imgvar_desktop.core.runs import ClosingEvent, RunEvent, VariationArrived
from imgvar_desktop.ui.main_window import MainWindow

W = TypeVar("W", bound=QWidget)

PATIENCE_MS = 30_000
LEFT = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
_ANY_ACTION = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction | Qt.DropAction.LinkAction


def file_mime(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


class Person:
    """Uses one booted Program."""

    def __init__(self, program: Program, qtbot: QtBot) -> None:
        self.program = program
        self.qtbot = qtbot
        self.events: list[RunEvent] = []
        self.crashes: list[Crash] = []
        self._stopped: bool | None = None
        program.queue.reported.connect(self.events.append)
        program.crashes.crashed.connect(self.crashes.append)

    @property
    def window(self) -> MainWindow:
        return self.program.studio.window

    # Facts

    def until(self, fact: Callable[[], object], *, patience_ms: int = PATIENCE_MS) -> None:
        self.qtbot.waitUntil(lambda: bool(fact()), timeout=patience_ms)

    def until_picture(self, name: str) -> None:
        self.until(lambda: self.source_name == name)

    @property
    def source_name(self) -> str:
        chosen = self.window.source.chosen
        return chosen.source.name if chosen else ""

    @property
    def closed(self) -> list[ClosingEvent]:
        return [event for event in self.events if isinstance(event, ClosingEvent)]

    @property
    def arrived(self) -> list[Entry]:
        return [event.entry for event in self.events if isinstance(event, VariationArrived)]

    def until_closed(self, runs: int = 1) -> ClosingEvent:
        """Waits until so many runs have closed in all, and returns the last one's closing event."""
        self.until(lambda: len(self.closed) >= runs)
        return self.closed[runs - 1]

    @property
    def filled_tiles(self) -> list[Entry]:
        """In the gallery's order."""
        tiles = [self.program.model.tile(row) for row in range(self.program.model.rowCount())]
        return [tile.entry for tile in tiles if tile.entry is not None]

    @property
    def shown_runs(self) -> list[RunRecord]:
        """As the gallery's headers name them."""
        model = self.program.model
        runs = (model.run_at(place) for place in range(len(model.sections)))
        return [run for run in runs if run is not None]

    @property
    def files(self) -> list[Path]:
        """Where the library keeps what fills the tiles, in the gallery's order."""
        library = find_paths().library
        return [library / entry.file for entry in self.filled_tiles]

    # Bringing a picture

    def drop(self, mime: QMimeData, onto: QWidget | None = None) -> None:
        """Enters at the window's edge, moves over ``onto`` and lets go there, as the platform would tell the window."""
        target = onto or self.window.source
        handle = self.window.windowHandle()
        at = target.mapTo(self.window, target.rect().center())
        enter = QDragEnterEvent(QPoint(2, at.y()), _ANY_ACTION, mime, LEFT, PLAIN)
        QCoreApplication.sendEvent(handle, enter)
        move = QDragMoveEvent(at, _ANY_ACTION, mime, LEFT, PLAIN)
        QCoreApplication.sendEvent(handle, move)
        if not move.isAccepted():
            QCoreApplication.sendEvent(handle, QDragLeaveEvent())
            return
        QCoreApplication.sendEvent(handle, QDropEvent(QPointF(at), _ANY_ACTION, mime, LEFT, PLAIN))

    def paste(self, mime: QMimeData) -> None:
        QGuiApplication.clipboard().setMimeData(mime)
        self.press(Qt.Key.Key_V, CTRL)

    def browse(self, path: Path) -> None:
        self.press(Qt.Key.Key_O, CTRL)
        self.answer_file_dialog("openDialog", path)

    def answer_file_dialog(self, name: str, path: Path) -> None:
        dialog = self.window.findChild(QFileDialog, name)
        assert dialog is not None
        assert dialog.isVisible()
        line = dialog.findChild(QLineEdit, "fileNameEdit")
        line.selectAll()
        line.insert(str(path))  # pasted: the names that are offered while one types would take the Enter key
        QTest.keyClick(line, Qt.Key.Key_Return)
        self.until(lambda: self.window.findChild(QFileDialog, name) is None)

    def open(self, path: Path) -> None:
        """The quickest way to a picture, for tests that are about something else."""
        self.drop(file_mime(path))
        self.until_picture(path.stem)

    # Parameters and runs

    def choose(self, *, count: int = 2, size_px: int = 256) -> None:
        """Types the count and picks the size with the keys of the combo box."""
        spin = self.control(QSpinBox, "count")
        spin.setFocus()
        spin.selectAll()
        QTest.keyClicks(spin, str(count))
        QTest.keyClick(spin, Qt.Key.Key_Tab)
        self.pick("size", size_px)

    def pick(self, combo_name: str, value: object) -> None:
        combo = self.control(QComboBox, combo_name)
        QTest.keyClick(combo, Qt.Key.Key_Home)
        for _ in range(combo.count()):
            if combo.currentData() == value:
                return
            QTest.keyClick(combo, Qt.Key.Key_Down)
        raise AssertionError(f"{combo_name} does not offer {value}")

    def control(self, kind: type[W], name: str) -> W:
        found = self.window.findChild(kind, name)
        assert found is not None
        return found

    def generate(self) -> None:
        QTest.mouseClick(self.window.run.generate, LEFT)

    def choose_from_menu(self, title: str, action: QAction) -> None:
        """Opens a menu of the menu bar with the mouse and clicks on the command."""
        bar = self.window.menuBar()
        opener = next(a for a in bar.actions() if a.text().replace("&", "") == title)
        QTest.mouseClick(bar, LEFT, PLAIN, bar.actionGeometry(opener).center())
        menu = opener.menu()
        self.until(menu.isVisible)
        QTest.mouseClick(menu, LEFT, PLAIN, menu.actionGeometry(action).center())

    # The gallery

    def click_tile(self, row: int, keys: Qt.KeyboardModifier = PLAIN) -> None:
        QTest.mouseClick(self.window.gallery.viewport(), LEFT, keys, self.tile_centre(row))

    def double_click_tile(self, row: int) -> None:
        self.click_tile(row)
        QTest.mouseDClick(self.window.gallery.viewport(), LEFT, PLAIN, self.tile_centre(row))

    def tile_centre(self, row: int) -> QPoint:
        gallery: QAbstractItemView = self.window.gallery
        return gallery.visualRect(gallery.model().index(row, 0)).center()

    def press(self, key: Qt.Key, keys: Qt.KeyboardModifier = PLAIN, on: QWidget | None = None) -> None:
        """On what has the focus, as a keyboard does; shortcuts included."""
        self.window.activateWindow()  # offscreen there is no window manager that would do it when a dialog closes
        self.until(self.window.isActiveWindow)
        QTest.keyClick(on or self.window.focusWidget() or self.window, key, keys)

    def write(self, text: str, on: QWidget) -> None:
        on.setFocus()
        QTest.keyClicks(on, text)

    # The end

    def leave(self) -> bool:
        """Closes the window and stops the program, as ``main`` does; whether everything ended within its bound."""
        if self._stopped is None:
            self.window.close()
            self._stopped = self.program.stop()
        return self._stopped
