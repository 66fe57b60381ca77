"""Copies of the library's database: one a day, and one before a migration."""

import logging
import shutil
import sqlite3
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO, Final

from imgvar_desktop.adapters.whole_file import Fill, folder_to_disk, put_new, put_whole

log = logging.getLogger(__name__)

FOLDER: Final = "backups"
KEPT: Final = 7
_NAMES: Final = "library-????-??-??.sqlite"


def copy_database(db: sqlite3.Connection, target: Path) -> None:
    """The open database as one file, whole or not at all. Travels sqlite3's errors and OSError."""
    target.parent.mkdir(exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)  # of an earlier try that was cut short
    try:
        with closing(sqlite3.connect(part)) as copy:
            db.backup(copy)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def restore_copy(file: Path, name: str, now: datetime) -> Path:
    """The copy ``name`` in the place of the closed database ``file``; where that was put aside. Travels OSError.

    Each step is whole or not at all, and the last one is the change.
    """
    folder = file.parent / FOLDER
    aside = put_new(folder, f"{file.stem}-put-aside-{now:%Y-%m-%d-%H%M%S}", file.suffix, _copying(file))
    for journal in (f"{file.name}-wal", f"{file.name}-shm"):
        file.with_name(journal).unlink(missing_ok=True)  # of the database that goes, not of the one that comes
    put_whole(file, _copying(folder / name))
    folder_to_disk(file.parent)
    return aside


def _copying(source: Path) -> Fill:
    def fill(writer: BinaryIO) -> None:
        with source.open("rb") as reader:
            shutil.copyfileobj(reader, writer)

    return fill


def keep_daily_copy(db: sqlite3.Connection, library: Path, today: date) -> None:
    """Copies the database unless that was done today, and keeps the newest seven copies.

    The images lie beside it anyway; the copy is for what only the database knows. A copy that cannot be made costs a
    warning: the library itself is not to stay shut for it.
    """
    target = library / FOLDER / f"library-{today.isoformat()}.sqlite"
    if target.exists():
        return
    try:
        copy_database(db, target)
        for old in sorted(target.parent.glob(_NAMES))[:-KEPT]:
            old.unlink(missing_ok=True)
    except (sqlite3.Error, OSError) as error:
        log.warning("no copy of the library today: %s", error)
