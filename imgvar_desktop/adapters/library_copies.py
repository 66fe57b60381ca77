"""Copies of the library's database: one a day, and one before a migration."""

import logging
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Final

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
