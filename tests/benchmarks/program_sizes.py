"""What programs take on disk, in megabytes of a million bytes."""

import re
import subprocess
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

LOCK: Final = Path(__file__).resolve().parents[2] / "requirements.lock"


def folder_mb(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink()) / 1e6


def wheels_mb(*names: str) -> float:
    """Of installed distributions; the bare window's two without ``names``."""
    total = 0
    for name in names or ("PySide6-Essentials", "shiboken6"):
        try:
            files = distribution(name).files or ()
        except PackageNotFoundError:  # locked for another system
            continue
        total += sum(file.size or 0 for file in files)
    return total / 1e6


def locked_mb() -> float:
    """Of everything that a checkout installs to run."""
    return wheels_mb(*re.findall(r"^([a-z][\w.-]*)==", LOCK.read_text(encoding="utf-8"), re.MULTILINE))


def package_mb(name: str) -> float | None:
    """Of the Debian package alone, without the libraries that it shares with others; None where it is none."""
    asked = ("dpkg-query", "-W", "-f", "${Installed-Size}", name)
    told = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    return int(told) * 1024 / 1e6 if told.isdigit() else None
