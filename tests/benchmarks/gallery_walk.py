"""One walk through a large gallery in the real program: what gallery_scale.py starts for each size of library."""

import gc
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from imgvar_desktop.adapters.paths import Paths
from imgvar_desktop.app import Program
from imgvar_desktop.core.arrangement import Lens
from imgvar_desktop.core.filters import OPEN, Filter, Order

BEGAN: Final = "BENCHMARK_BEGAN"
"""The environment's variable that says when this process was started: time.time()."""
SIZE: Final = (1600, 1000)
JUMPS: Final = 300
STEPS: Final = 200
STEP_PX: Final = 96
STOPS: Final = 12
LABELS: Final = 11
PATIENCE_S: Final = 120.0
LOOK_S: Final = 0.001


@dataclass(frozen=True, slots=True)
class Gap:
    clock_ms: float
    work_ms: float
    """What the GUI thread itself worked in one turn of its loop: a busy machine does not lengthen that."""

    def __str__(self) -> str:
        return f"{self.clock_ms:.0f} ({self.work_ms:.0f})"


@dataclass(frozen=True, slots=True)
class Figures:
    count: int
    usable_s: float
    usable_cpu_s: float
    """What the process had worked by then, in all its threads."""
    start: Gap
    jumps: Gap
    steps: Gap
    paint_ms: float
    sharp_ms: float
    sharp_worst_ms: float
    filter_ms: float
    filters: Gap
    words_ms: float
    order_ms: float
    mark_ms: float
    start_mb: float
    end_mb: float

    @classmethod
    def of(cls, told: Mapping[str, object]) -> "Figures":
        values = {name: Gap(**value) if isinstance(value, dict) else value for name, value in told.items()}
        return cls(**{field.name: values[field.name] for field in fields(cls)})


class Heartbeat(QObject):
    """Beats each millisecond in the GUI thread as long as nothing holds it up."""

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(1)
        self.reset()

    def reset(self) -> None:
        self._last, self._last_work = time.perf_counter(), time.thread_time()
        self._longest = self._work = 0.0

    @property
    def gap(self) -> Gap:
        return Gap(self._longest * 1000, self._work * 1000)

    @Slot()
    def _beat(self) -> None:
        now, work = time.perf_counter(), time.thread_time()
        self._longest, self._work = max(self._longest, now - self._last), max(self._work, work - self._last_work)
        self._last, self._last_work = now, work


class PaintCount(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.seen = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.seen += event.type() == QEvent.Type.Paint
        return super().eventFilter(watched, event)


class Walk:
    def __init__(self, home: Path, count: int) -> None:
        self._app = QApplication(["imgvar-desktop"])
        self._program = Program(self._app, Paths.below(home), [])
        self._count = count
        self._window = self._program.studio.window
        self._gallery = self._window.gallery
        self._model = self._program.model
        self._bar = self._gallery.verticalScrollBar()
        self._heart, self._paints = Heartbeat(), PaintCount()
        self._gallery.viewport().installEventFilter(self._paints)
        self._program.filled.connect(gc.freeze)  # as the program does for itself

    def walked(self) -> Figures:
        figures = {"count": self._count, **self._start(), **self._scroll(), **self._stop(), **self._find()}
        figures["end_mb"] = resident_mb()
        self._window.close()
        if not self._program.stop():
            raise RuntimeError("the worker did not end in time")
        return Figures.of(figures)

    def _start(self) -> dict[str, object]:
        self._window.resize(*SIZE)
        self._program.start()
        self._until(lambda: self._paints.seen)
        self._heart.reset()
        self._until(lambda: self._model.rowCount() == self._count and self._sharp())
        usable_s, cpu_s, gap = time.time() - float(os.environ[BEGAN]), time.process_time(), self._heart.gap
        self._until(lambda: self._program.thumbnails.idle)
        return {"usable_s": usable_s, "usable_cpu_s": cpu_s, "start": gap, "start_mb": resident_mb()}

    def _scroll(self) -> dict[str, object]:
        self._gallery.setFocus()
        self._heart.reset()
        places = [self._bar.maximum() * jump // JUMPS for jump in range(1, JUMPS + 1)]
        paints = [self._painted(lambda place=place: self._bar.setValue(place)) for place in places]
        jumps = self._heart.gap
        self._heart.reset()
        for _ in range(STEPS):
            self._painted(lambda: self._bar.setValue(self._bar.value() - STEP_PX))
        return {"jumps": jumps, "steps": self._heart.gap, "paint_ms": statistics.median(paints)}

    def _stop(self) -> dict[str, object]:
        waits = []
        for stop in range(STOPS):
            began = time.perf_counter()
            self._bar.setValue(int(self._bar.maximum() * ((stop * 0.37 + 0.11) % 1)))
            self._until(self._sharp)
            self._app.processEvents()
            waits.append((time.perf_counter() - began) * 1000)
        return {"sharp_ms": statistics.median(waits), "sharp_worst_ms": max(waits)}

    def _find(self) -> dict[str, object]:
        self._bar.setValue(0)
        self._until(self._sharp)
        browsing = self._program.studio.browsing
        self._heart.reset()
        filters = [self._painted(lambda s=s: browsing.filter(Filter(stars=s))) for s in (3, 4, 2, 5, 1)]
        gap = self._heart.gap
        browsing.filter(OPEN)
        words = [self._search(text) for text in ("harb", "ligh", "client", "vase", "2026")]
        browsing.filter(OPEN)
        orders = [self._painted(lambda o=o: self._model.look(Lens(order=o))) for o in (Order.RATING, Order.OLDEST) * 2]
        self._model.look(Lens())
        QTest.keyClick(self._gallery, Qt.Key.Key_Home)
        marks = [self._painted(lambda: QTest.keyClick(self._gallery, Qt.Key.Key_6)) for _ in range(LABELS)]
        return {
            "filter_ms": statistics.median(filters),
            "filters": gap,
            "words_ms": statistics.median(words),
            "order_ms": statistics.median(orders),
            "mark_ms": statistics.median(marks),
        }

    def _search(self, text: str) -> float:
        browsing, began = self._program.studio.browsing, time.perf_counter()
        browsing.filter(replace(self._model.lens.filter, text=text))
        self._until(lambda: browsing._search is None)
        self._painted(self._gallery.viewport().update)
        return (time.perf_counter() - began) * 1000

    def _sharp(self) -> bool:
        """Whether every thumbnail in sight is there at its size."""
        ratio, tile_px = self._gallery.viewport().devicePixelRatioF(), self._gallery._tile_px
        entries = [self._model.tile(row).entry for row in self._gallery.visible_rows()]
        wishes = [self._gallery._delegate.wish(entry, tile_px, ratio) for entry in entries if entry is not None]
        return bool(wishes) and all(self._program.thumbnails.get(wish.key) is not None for wish in wishes)

    def _painted(self, act: Callable[[], object]) -> float:
        """Milliseconds to the end of the first paint that comes after it."""
        began, before = time.perf_counter(), self._paints.seen
        act()
        self._until(lambda: self._paints.seen > before)
        self._app.processEvents()
        return (time.perf_counter() - began) * 1000

    def _until(self, fact: Callable[[], object]) -> None:
        ends = time.perf_counter() + PATIENCE_S
        while not fact():
            self._app.processEvents()
            time.sleep(LOOK_S)
            if time.perf_counter() > ends:
                raise TimeoutError


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    print(json.dumps(asdict(Walk(Path(sys.argv[1]), int(sys.argv[2])).walked())))
