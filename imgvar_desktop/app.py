"""The window's composition root: paths, logging, adapters, threads, window, exec, stop.

Starts with what the first painted window needs; HTTP, images, keyring and the library load in the worker, after it.
"""

import gc
import logging
import os
import sys
import threading
import time
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

from imgvar_desktop import __version__
from imgvar_desktop.adapters.first_look import first_look
from imgvar_desktop.adapters.logs import start_logging
from imgvar_desktop.adapters.own_name import own_name
from imgvar_desktop.adapters.paths import Paths, find_paths
from imgvar_desktop.bridge.crash_reporter import CrashReporter, route_qt_messages
from imgvar_desktop.bridge.end_signals import EndSignals
from imgvar_desktop.ui.main_window import MainWindow
from imgvar_desktop.ui.theme import STYLE, ThemeKeeper

if TYPE_CHECKING:  # Loaded after the first paint, each by the part that needs it.
    from imgvar_desktop.adapters.pixel_files import PixelFiles
    from imgvar_desktop.adapters.settings_file import SettingsFile
    from imgvar_desktop.bridge.async_thread import AsyncThread
    from imgvar_desktop.bridge.catalogue import Catalogue
    from imgvar_desktop.bridge.gallery_model import GalleryModel
    from imgvar_desktop.bridge.history import History
    from imgvar_desktop.bridge.library_desk import LibraryDesk
    from imgvar_desktop.bridge.office import Office
    from imgvar_desktop.bridge.one_instance import OneInstance
    from imgvar_desktop.bridge.run_queue import RunQueue
    from imgvar_desktop.bridge.settings_keeper import SettingsKeeper
    from imgvar_desktop.bridge.thumbnail_loader import ThumbnailLoader
    from imgvar_desktop.core.library import Entry
    from imgvar_desktop.core.opening import OpenRequest
    from imgvar_desktop.core.settings import Settings
    from imgvar_desktop.house import WorkshopHouse
    from imgvar_desktop.ui.application import Application
    from imgvar_desktop.ui.studio import Studio

log = logging.getLogger(__name__)

STOP_MS: Final = 3000
"""How long the worker may take to stop runs and the on-device service before the process leaves without it."""

SWITCH_S: Final = 0.001
"""How soon a thread that computes gives way. Each call into Qt lets the interpreter go, so at Python's own 5 ms a paint
that makes a dozen of them beside a busy worker takes more than 50.
"""


POOLS: Final = ("asyncio", "thumbnails")
"""The first words of the names of threads that Python waits for at its end, however long they take."""
THUMBNAILS_MS: Final = 500
LEAVE_S: Final = 2.0
"""How long work in threads, such as a file that is being saved, may still take when all else has ended."""


class Program(QObject):
    """Everything that lives as long as the window does. Made, run and stopped in the GUI thread.

    The window is shown with its frame alone. Each part below is made, and its module loaded, when it is first asked
    for: after the first paint.
    """

    filled = Signal()
    """The library's contents are in the window."""
    begun = Signal()
    """The window is filled and the worker runs."""

    def __init__(self, app: QApplication, paths: Paths, files: Sequence[Path], address: str = "") -> None:
        """``address``: where to wait for second starts of the program; empty when it is not for this window to do."""
        super().__init__()
        self._files = tuple(files)
        self._address = address
        self._begun = False
        self._door: OneInstance | None = None
        self._paths = paths
        self.crashes = CrashReporter(self)
        self.crashes.install()
        look = first_look(paths.settings_file)
        self.themes = ThemeKeeper(app, look.theme, self)
        self.window = MainWindow()
        self.window.centre.set_surround(look.surround)
        self.window.restore(look.window_geometry, look.window_state)
        self.themes.dress()
        # After the person sees the window: the worker's imports and its would share one interpreter lock.
        self.window.painted.connect(self._on_painted)

    @cached_property
    def studio(self) -> "Studio":
        """Fills the window."""
        from imgvar_desktop.ui.helping import Helping
        from imgvar_desktop.ui.studio import Studio

        studio = Studio(
            window=self.window,
            office=self.office,
            queue=self.queue,
            model=self.model,
            history=self.history,
            thumbnails=self.thumbnails,
            paths=self._paths_of,
            settings=self.settings,
            themes=self.themes,
            crashes=self.crashes,
            desk=self.desk,
        )
        Helping(self.window, self._paths.logs)
        self.settings.changed.connect(self._on_settings_changed)
        self.themes.dress()
        return studio

    @cached_property
    def _settings_file(self) -> "SettingsFile":
        from imgvar_desktop.adapters.settings_file import SettingsFile

        return SettingsFile(self._paths.settings_file)

    @cached_property
    def _house(self) -> "WorkshopHouse":
        from imgvar_desktop.house import WorkshopHouse

        return WorkshopHouse(self._paths, self._stored)

    @cached_property
    def thread_(self) -> "AsyncThread":
        from imgvar_desktop.bridge.async_thread import AsyncThread

        return AsyncThread(self)

    @cached_property
    def office(self) -> "Office":
        from imgvar_desktop.bridge.office import Office

        return Office(self.thread_, self._house.get, self._settings_file, self, library=self._house.library)

    @cached_property
    def desk(self) -> "LibraryDesk":
        from imgvar_desktop.bridge.library_desk import LibraryDesk

        return LibraryDesk(self.thread_, self._house, self._settings_file, self)

    @cached_property
    def queue(self) -> "RunQueue":
        from imgvar_desktop.bridge.run_queue import RunQueue

        return RunQueue(self.thread_, self._house.get, self)

    @cached_property
    def catalogue(self) -> "Catalogue":
        from imgvar_desktop.bridge.catalogue import Catalogue

        catalogue = Catalogue(self)
        catalogue.filled.connect(self.filled)
        return catalogue

    @cached_property
    def model(self) -> "GalleryModel":
        from imgvar_desktop.bridge.gallery_model import GalleryModel

        return GalleryModel(self.catalogue, self)

    @cached_property
    def history(self) -> "History":
        from imgvar_desktop.bridge.history import History

        return History(self.catalogue, self.office, self)

    @cached_property
    def thumbnails(self) -> "ThumbnailLoader":
        from imgvar_desktop.bridge.thumbnail_loader import ThumbnailLoader

        return ThumbnailLoader(self)

    @cached_property
    def settings(self) -> "SettingsKeeper":
        from imgvar_desktop.bridge.settings_keeper import SettingsKeeper

        return SettingsKeeper(self._stored, self.office, self)

    @cached_property
    def _stored(self) -> "Settings":
        """As the program starts with them."""
        return self._settings_file.load()

    @cached_property
    def _library_folder(self) -> Path:
        return self._paths.library_for(self._stored.library_folder)

    def start(self) -> None:
        self.window.show()

    def stop(self) -> bool:
        """Ends runs, service and threads in order. False: something did not end within STOP_MS."""
        if self._door is not None:
            self._door.close()
        self.settings.stop()
        self.settings_written()
        stopped = True
        if self.thread_.isRunning():
            from concurrent.futures import wait

            closing = self.thread_.submit(self._close())
            wait([closing], STOP_MS / 1000)
            if closing.done() and (error := closing.exception()) is not None:
                log.error("the worker did not close as it should", exc_info=error)
            stopped = closing.done() and self.thread_.stop(STOP_MS)
        stopped = self.thumbnails.stop(THUMBNAILS_MS) and stopped
        self.crashes.uninstall()
        return stopped

    def settings_written(self) -> None:
        """The last state of the window: after its loop has ended nobody else writes any more."""
        from imgvar_desktop.core.errors import AppError

        try:
            self._settings_file.save(self.settings.now)
        except AppError as error:
            # Nobody looks at a message any more, and everything else has still to be stopped.
            log.warning("%s", error)

    async def _close(self) -> None:
        """Runs first, so that each closes as stopped in a library that is still open; then what they used."""
        await self.office.written()
        await self.thread_.cancel_submitted()
        await self._house.aclose()

    @cached_property
    def _pixels(self) -> "PixelFiles":
        """Where tiles find their files; there is none to paint before the library is loaded."""
        from imgvar_desktop.adapters.pixel_files import PixelFiles

        return PixelFiles(self._library_folder)

    def _paths_of(self, entry: "Entry") -> tuple[Path, Path]:
        return self._pixels.thumbnail_path(entry.sha256), self._pixels.path_of(entry)

    @Slot()
    def _on_settings_changed(self) -> None:
        folder = self._paths.library_for(self.settings.now.library_folder)
        if folder != self._library_folder:
            self._library_folder = folder
            self.__dict__.pop("_pixels", None)  # made anew at the next tile

    @Slot()
    def _on_painted(self) -> None:
        QTimer.singleShot(0, self._begin)

    @Slot()
    def _begin(self) -> None:
        sys.setswitchinterval(SWITCH_S)
        from imgvar_desktop.bridge import resources

        try:
            studio = self.studio
        except Exception:
            # The frame of a window would stay, with nothing in it and nobody to say why.
            QApplication.exit(1)
            raise
        self._begun = True
        self.thread_.start()
        studio.start(self._files)
        QApplication.setWindowIcon(resources.application_icon())
        if self._address:
            from imgvar_desktop.bridge.one_instance import OneInstance

            self._door = OneInstance(self._address, self)
            self._door.asked.connect(self.bring)
        self.begun.emit()

    @Slot(object)
    def bring(self, request: "OpenRequest") -> None:
        """Files that somebody asks this window to open, from outside; before it has begun, those to begin with."""
        if self._begun:
            self.studio.bring(request)
        else:
            self._files += request.files


def main(files: Sequence[Path], address: str = "") -> int:
    """Shows the window and returns the exit status when it has been closed. ``address``: see Program."""
    if not _has_screen():
        # Qt would abort the process, and nothing in Python can catch that.
        print(f"There is no screen to show the window on. Without one: {own_name()} vary IMAGE", file=sys.stderr)
        return 2
    paths = find_paths()
    stop_logging = start_logging(paths.logs)
    route_qt_messages()
    arguments = [sys.argv[0], *STYLE]
    app = QApplication(arguments) if sys.platform != "darwin" else _application_of_macos(arguments)
    app.setApplicationName("imgvar-desktop")
    app.setApplicationDisplayName("Imgvar")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("imgvar-desktop")
    program = Program(app, paths, files, address)
    if sys.platform == "darwin":
        app.asked.connect(program.bring)
    program.begun.connect(_collect_garbage_again)
    program.filled.connect(_collect_garbage_again)
    endings = EndSignals(program)
    endings.asked.connect(program.window.close)
    endings.install()
    program.start()
    status = app.exec()
    stopped = program.stop() and not _work_left(LEAVE_S)
    stop_logging()
    if not stopped:
        # A thread that ignores being cancelled would abort the process when Qt takes it down, or hold it for as long
        # as a disk does not answer.
        sys.stderr.flush()
        os._exit(status)
    return status


def _application_of_macos(arguments: list[str]) -> "Application":
    """Hears of files to open. Elsewhere it would cost the start 3 ms, and a second process comes with them instead."""
    from imgvar_desktop.ui.application import Application

    return Application(arguments)


def _collect_garbage_again() -> None:
    """What is there now stays to the end: later collections pass over it, which makes their pauses shorter."""
    gc.freeze()
    gc.enable()


def _work_left(bound_s: float) -> bool:
    """Whether a thread that Python would wait for is still at work after ``bound_s``."""
    ends = time.monotonic() + bound_s
    # Known by name: to Python, what the worker started is a daemon as it is itself, and is waited for all the same.
    pools = [thread for thread in threading.enumerate() if thread.name.startswith(POOLS)]
    for thread in pools:
        thread.join(max(ends - time.monotonic(), 0.0))
    left = [thread.name for thread in pools if thread.is_alive()]
    if left:
        log.info("left while %s did not answer", ", ".join(left))
    return bool(left)


def _has_screen() -> bool:
    if sys.platform in {"win32", "darwin"}:
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
