"""The name that the program was started by, for what it says about itself."""

import sys
from pathlib import Path
from typing import Final

NAMES: Final = ("imgvar-desktop", "imgvar")
"""The same program twice: on Windows just the second one has a terminal to print to."""


def own_name() -> str:
    started_by = Path(sys.argv[0]).stem.lower()
    return started_by if started_by in NAMES else NAMES[0]
