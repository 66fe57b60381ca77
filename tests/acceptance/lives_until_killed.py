"""Started by crashes.py: the real program at work, run after run, until somebody kills it.

    python lives_until_killed.py IMAGE

Prints a line for each variation that the library had at the start (``has ID``), then ``ready``; and from there on
``asked`` before Generate is pressed, and ``shown ID`` for each variation that the window was told of.
"""

import sys
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from imgvar_desktop.adapters.logs import start_logging
from imgvar_desktop.adapters.paths import find_paths
from imgvar_desktop.app import Program
from imgvar_desktop.bridge.async_thread import Call
from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.library import Entry
from imgvar_desktop.core.runs import ClosingEvent, RunEvent, VariationArrived

NEXT_MS = 5


class Worker(QObject):
    """Presses Generate whenever it can."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self._program = program
        self._window = program.studio.window
        self._ready = False
        program.queue.reported.connect(self._on_reported)
        program.crashes.crashed.connect(self._on_crashed)
        self._window.painted.connect(self._on_painted)

    @Slot()
    def _on_painted(self) -> None:
        QTimer.singleShot(0, self._look)

    @Slot()
    def _look(self) -> None:
        call = Call(self._program.thread_.submit(self._entries()), self)
        call.succeeded.connect(self._on_library)
        call.failed.connect(self._on_refused)

    async def _entries(self) -> tuple[Entry, ...]:
        workshop = await self._program._house.get()
        return workshop.library.entries()

    @Slot(object)
    def _on_library(self, entries: tuple[Entry, ...]) -> None:
        for entry in entries:
            _tell("has", entry.id)
        _tell("ready")
        self._ready = True
        self._generate()

    @Slot()
    def _generate(self) -> None:
        button = self._window.run.generate
        if not button.isEnabled() or self._window.source.chosen is None:
            QTimer.singleShot(NEXT_MS, self._generate)  # the picture is on its way
            return
        _tell("asked")
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    @Slot(object)
    def _on_reported(self, event: RunEvent) -> None:
        if isinstance(event, VariationArrived):
            _tell("shown", event.entry.id)
        elif isinstance(event, ClosingEvent):
            QTimer.singleShot(NEXT_MS, self._generate)

    @Slot(object)
    def _on_refused(self, error: AppError) -> None:
        _tell("refused", f"{error} {error.hint}")

    @Slot(object)
    def _on_crashed(self, crash: object) -> None:
        _tell("crashed", repr(crash))


def _tell(*words: str) -> None:
    print(*words, flush=True)


def main(image: Path) -> None:
    paths = find_paths()
    start_logging(paths.logs)
    program = Program(QApplication([sys.argv[0]]), paths, (image,))
    worker = Worker(program)
    program.start()
    assert worker.parent() is program
    QApplication.exec()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
