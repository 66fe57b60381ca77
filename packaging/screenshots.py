"""Pictures of the real program in its main states: ``python packaging/screenshots.py -o DIR [--theme dark] [--scale 2]``.

Runs the application with its real on-device service in a home of its own, does what a person would, and saves what
the window shows after each step. Needs no screen: without one it uses Qt's offscreen platform.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
LAKE = TOP / "resources" / "samples" / "lake.jpg"
VASE = TOP / "resources" / "samples" / "vase.jpg"
SHAPES = TOP / "resources" / "samples" / "shapes.png"
STEP_MS = 30_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=Path("shots"))
    parser.add_argument("--theme", choices=["light", "dark"], default="dark")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--height", type=int, default=800)
    chosen = parser.parse_args()
    if not os.environ.get("DISPLAY"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_SCALE_FACTOR"] = str(chosen.scale)
    chosen.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        os.environ["IMGVAR_HOME"] = home
        take(chosen)
    return 0


def take(chosen: argparse.Namespace) -> None:
    from PySide6.QtWidgets import QApplication

    from imgvar_desktop.adapters.paths import find_paths
    from imgvar_desktop.app import Program
    from imgvar_desktop.bridge import resources
    from imgvar_desktop.core.settings import Theme

    app = QApplication([sys.argv[0]])
    app.setWindowIcon(resources.application_icon())
    program = Program(app, find_paths(), [])
    program.themes.choose(Theme(chosen.theme))
    program.settings.set(replace(program.settings.now, theme=Theme(chosen.theme)))
    program.studio.window.resize(chosen.width, chosen.height)
    program.start()
    suffix = f"{chosen.theme}-{chosen.scale:g}x"
    for name, widget in states(program):
        settle(app)
        widget.grab().save(str(chosen.output / f"{name}-{suffix}.png"))
    program.studio.window.close()
    program.stop()


def states(program: object) -> Iterator[tuple[str, object]]:
    """Does a step of the main job, then names what is to be seen."""


def settle(app: object) -> None: ...


def wait_for(fact: Callable[[], bool]) -> None: ...
