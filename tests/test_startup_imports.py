"""The first paint waits for nothing but itself: what the worker needs is loaded after it."""

import os
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

LATER = {
    "asyncio",
    "httpx",
    "ijson",
    "importlib.resources",
    "keyring",
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
    assert "imgvar_desktop.ui.main_window" in loaded
    assert not loaded & LATER
