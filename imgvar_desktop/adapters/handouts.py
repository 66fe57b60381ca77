"""Clean copies with readable names for other programs to take: what a drag or a copy hands over.

Copies always, and no hard links: a program that opens what it was given and saves over it would write into the library.
"""

import hashlib
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from imgvar_desktop.adapters.encoding import made
from imgvar_desktop.adapters.export import SOFTWARE, stem_of
from imgvar_desktop.adapters.export_refusals import library_file, telling
from imgvar_desktop.adapters.whole_file import part_in
from imgvar_desktop.core.delivery import Item
from imgvar_desktop.core.export_options import ExportOptions

log = logging.getLogger(__name__)

FOLDER: Final = "handouts"
KEPT_S: Final = 7 * 24 * 3600
"""A program that was given a file may have taken down its place only."""
_KEY_CHARS: Final = 16


class HandOuts:
    """Implements core.ports.HandOuts. Any thread."""

    def __init__(self, library: Path) -> None:
        self._folder = library / FOLDER
        self._elsewhere: Path | None = None

    def copies(self, items: Sequence[Item], template: str) -> tuple[Path, ...]:
        """As in the port. One that is there already is not written again."""
        options = ExportOptions(template=template)
        return tuple(self._copy(item, options) for item in items)

    def clean(self, now: float | None = None) -> int:
        """Deletes what nobody has taken for a week, and says how many. ``now``: seconds since 1970."""
        before = (time.time() if now is None else now) - KEPT_S
        gone = 0
        try:
            for folder in list(self._folder.iterdir()):
                if folder.stat().st_mtime < before:
                    shutil.rmtree(folder, ignore_errors=True)
                    gone += not folder.exists()
        except FileNotFoundError:
            return 0
        except OSError as error:
            log.info("old copies stay in %s: %s", self._folder, error)
        return gone

    def _copy(self, item: Item, options: ExportOptions) -> Path:
        data = library_file(item.file)
        new = made(item.file, data, options, None, software=SOFTWARE)
        # A folder for each picture: copies of two with one name do not meet, and the same one is found again.
        key = hashlib.sha256(new.data).hexdigest()[:_KEY_CHARS]
        name = f"{stem_of(item, options)}{new.suffix}"
        try:
            return _written(self._folder / key, name, new.data)
        except OSError:  # a library that may only be read, or whose disk is full
            if self._elsewhere is None:
                self._elsewhere = Path(tempfile.mkdtemp(prefix="imgvar-"))
            with telling(self._elsewhere):
                return _written(self._elsewhere / key, name, new.data)


def _written(folder: Path, name: str, data: bytes) -> Path:
    """Not brought to the disk by force: after a power cut nobody is in the middle of a drag. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    os.utime(folder)  # a week from now, not from the first time
    target = folder / name
    # Another program may have written into the one that it was given.
    if not target.is_file() or target.read_bytes() != data:
        part = part_in(folder)
        try:
            part.write_bytes(data)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    return target
