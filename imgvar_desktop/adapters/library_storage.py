"""What takes how much room in the library folder."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from imgvar_desktop.adapters.library_copies import FOLDER as BACKUPS
from imgvar_desktop.core.library_check import Backup, MonthSize, Storage

_MONTH: Final = re.compile(r"\d{4}-\d{2}")
_BACKUP: Final = re.compile(r"library-(?:(?P<day>\d{4}-\d{2}-\d{2})|before-version-(?P<version>\d+))\.sqlite")


def storage_of(folder: Path) -> Storage:
    """Blocking: asks for each file's size. What vanishes meanwhile, or may not be looked at, counts nothing."""
    months: dict[str, list[int]] = {}
    for path, size in _sizes(folder / "images"):
        month = path.relative_to(folder / "images").parts[0]
        months.setdefault(month if _MONTH.fullmatch(month) else "", []).append(size)
    return Storage(
        folder=str(folder),
        months=tuple(MonthSize(month, len(sizes), sum(sizes)) for month, sizes in sorted(months.items(), reverse=True)),
        thumbnail_bytes=sum(size for _, size in _sizes(folder / "thumbnails")),
        source_bytes=sum(size for _, size in _sizes(folder / "sources")),
        database_bytes=sum(path.stat().st_size for path in folder.glob("library.sqlite*") if path.is_file()),
        backup_bytes=sum(size for _, size in _sizes(folder / BACKUPS)),
        free_bytes=free_bytes(folder),
        backups=_backups(folder / BACKUPS),
    )


def free_bytes(folder: Path) -> int | None:
    """Room that is left for us on the disk of ``folder``; None where nobody knows."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


def _backups(folder: Path) -> tuple[Backup, ...]:
    found = []
    for path, size in _sizes(folder):
        match = _BACKUP.fullmatch(path.name)
        if match is not None:
            found.append(Backup(path.name, match["day"] or "", size))
    return tuple(sorted(found, key=lambda backup: (backup.day, backup.name), reverse=True))


def _sizes(folder: Path) -> Iterator[tuple[Path, int]]:
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            try:
                yield path, path.stat().st_size
            except OSError:
                continue
