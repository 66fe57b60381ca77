"""The first paint waits for nothing but itself: what is in the panes and what the worker needs is loaded after it."""

import os
import re
import subprocess
import sys

PAINTED = "painted with"

BOOT = f"""
import sys
from PySide6.QtCore import QTimer
from imgvar_desktop import app

class Watched(app.Program):
    def start(self):
        self.window.painted.connect(self.tell)
        super().start()

    def tell(self):
        print("{PAINTED}", *sys.modules)
        # After what else the paint has set off, so that the end meets a window at work.
        QTimer.singleShot(0, self.window.close)

app.Program = Watched
sys.exit(app.main([]))
"""

FRAME = {
    "imgvar_desktop",
    "imgvar_desktop.adapters",
    "imgvar_desktop.adapters.first_look",
    "imgvar_desktop.adapters.logs",
    "imgvar_desktop.adapters.own_name",
    "imgvar_desktop.adapters.paths",
    "imgvar_desktop.app",
    "imgvar_desktop.bridge",
    "imgvar_desktop.bridge.crash_reporter",
    "imgvar_desktop.bridge.end_signals",
    "imgvar_desktop.bridge.resources",
    "imgvar_desktop.core",
    "imgvar_desktop.core.appearance",
    "imgvar_desktop.ui",
    "imgvar_desktop.ui.main_window",
    "imgvar_desktop.ui.surround",
    "imgvar_desktop.ui.theme",
}
"""All of the program that the first paint may wait for: the window's frame. What is in its panes is loaded after it."""

QT = {"PySide6", "PySide6.QtCore", "PySide6.QtGui", "PySide6.QtWidgets"}

LATER = {
    "asyncio",
    "httpx",
    "ijson",
    "importlib.resources",
    "keyring",
    "logging.handlers",
    "numpy",
    "PIL",
    "sqlite3",
    "starlette",
    "uvicorn",
}


def test_first_paint_waits_for_no_module_of_the_worker(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", BOOT],
        check=False,  # the assertion shows what it said
        env={**os.environ, "IMGVAR_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.returncode == 0, done.stderr
    said = done.stdout.split()
    assert " ".join(said[:2]) == PAINTED
    loaded = set(said[2:])
    assert {name for name in loaded if name.partition(".")[0] == "imgvar_desktop"} == FRAME
    assert {name for name in loaded if re.fullmatch(r"PySide6(\.Qt\w+)?", name)} == QT
    assert not loaded & LATER
