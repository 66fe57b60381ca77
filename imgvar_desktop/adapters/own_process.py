"""The program itself once more, as a child: its command, its folder, its environment."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import imgvar_desktop

NO_WINDOW: Final = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""On Windows, or a console flashes up."""


def own_command(*arguments: str) -> tuple[str, ...]:
    if getattr(sys, "frozen", False):
        return (sys.executable, *arguments)
    return (sys.executable, "-m", "imgvar_desktop", *arguments)


def own_folder() -> Path:
    """``-m`` looks for modules in the current folder first: it must be ours, never one with a person's files."""
    if getattr(sys, "frozen", False):
        return Path(sys.executable).parent
    return Path(imgvar_desktop.__file__).parents[1]


def child_environment() -> dict[str, str]:
    """Without what is meant for the window: Qt's variables, and the library path of a packaged program."""
    theirs = {name: value for name, value in os.environ.items() if not name.startswith("QT_")}
    if getattr(sys, "frozen", False):
        theirs.pop("LD_LIBRARY_PATH", None)
        if "LD_LIBRARY_PATH_ORIG" in os.environ:
            theirs["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH_ORIG"]
    return theirs
