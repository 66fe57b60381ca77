"""The gallery with 1,000, 10,000 and 50,000 variations in the library: the real program, each in a process of its own.

Start: from exec to a window with the library in it, all thumbnails in sight sharp. Scroll: from end to end in 300
jumps, and 200 small steps, each painted; the longest gap of the event loop. Sharp: after a jump and a stop, until every
thumbnail in sight is the one for its size. Filter, words, order: from the wish to the painted gallery. Memory:
resident, after the start and after all of it. Needs Xvfb and openbox; gallery_walk.py is what runs in the processes.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent))

from gallery_walk import BEGAN, Figures
from made_library import make_library
from x_server import x_server

WALK: Final = Path(__file__).with_name("gallery_walk.py")
COUNTS: Final = (1_000, 10_000, 50_000)
ROWS: Final = (
    ("start to usable window, s", "usable_s", "≤ 1 at 10,000"),
    ("  processor time by then, s", "usable_cpu_s", ""),
    ("  longest gap meanwhile, ms", "start", "≤ 50"),
    ("scroll end to end, longest gap", "jumps", "≤ 50"),
    ("scroll by small steps, longest gap", "steps", "≤ 50"),
    ("  one whole paint, median", "paint_ms", ""),
    ("sharp after stopping, median", "sharp_ms", "≤ 150"),
    ("  worst", "sharp_worst_ms", "≤ 150"),
    ("filter to painted, median", "filter_ms", ""),
    ("  longest gap", "filters", "≤ 50 at 10,000"),
    ("words to painted, median", "words_ms", ""),
    ("order by rating to painted", "order_ms", ""),
    ("label by key to painted", "mark_ms", ""),
    ("memory after the start, MB", "start_mb", ""),
    ("memory after all of it, MB", "end_mb", "≤ 300 more"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("counts", nargs="*", type=int, default=COUNTS, help="variations (default: 1000 10000 50000)")
    found = [measure(count) for count in parser.parse_args().counts]
    print(f"{'variations':36}" + "".join(f"{figures.count:>16,}" for figures in found))
    for text, name, aim in ROWS:
        print(f"{text:36}" + "".join(f"{_shown(getattr(figures, name)):>16}" for figures in found) + f"  {aim}")
    print("gaps: by the clock (the GUI thread's own work in that turn of its loop)")


def measure(count: int) -> Figures:
    with tempfile.TemporaryDirectory() as folder, x_server() as display:
        home = Path(folder) / "home"
        make_library(home, count)
        environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "IMGVAR_HOME": str(home)}
        environment |= {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
        for _ in range(2):  # The first start reads a cold disk; the second is what counts.
            environment[BEGAN] = str(time.time())
            command = [sys.executable, str(WALK), str(home), str(count)]
            done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
        return Figures.of(json.loads(done.stdout.splitlines()[-1]))


def _shown(value: object) -> str:
    if not isinstance(value, float):
        return str(value)
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


if __name__ == "__main__":
    main()
