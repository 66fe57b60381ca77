"""Small disks of their own, for what only a real one can refuse: room, writing, a trash. Needs the right to mount."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def a_disk(folder: Path, size: str) -> Iterator["Disk"]:
    """Mounted at ``folder``, which is made; skips the test with a reason where that is not allowed."""
    folder.mkdir(parents=True, exist_ok=True)
    if not shutil.which("mount") or os.name == "nt":
        pytest.skip("there is no mount here")
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=False, capture_output=True, text=True
    )
    if done.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted: {done.stderr.strip()}")
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


class Disk:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / ".filler"

    def fill(self, leave_bytes: int = 0) -> None:
        """Until no more than ``leave_bytes`` are free."""
        free = shutil.disk_usage(self.folder).free - leave_bytes
        with self._filler.open("ab") as file:
            file.write(bytes(max(free, 0)))

    def empty(self) -> None:
        self._filler.unlink()

    def shut(self) -> None:
        """May only be read from here on."""
        subprocess.run(["mount", "-o", "remount,ro", self.folder], check=True)
