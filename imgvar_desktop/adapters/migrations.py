"""The library's schema: one ordered list of steps, and the care taken when an older file meets a newer program."""

import logging
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from imgvar_desktop.adapters.library_copies import FOLDER, copy_database
from imgvar_desktop.core.errors import LibraryUnavailable

log = logging.getLogger(__name__)

APPLICATION_ID: Final = int.from_bytes(b"Imgv")
"""Stands in the file's header, so that no other program's database is taken for a library."""

# A source has no table of its own: the same bytes may come under another name, and a run keeps what they were called
# when it was started. How many variations arrived is counted, never stored: it cannot disagree with the rows.
_RUNS_AND_ENTRIES: Final = f"""
PRAGMA application_id = {APPLICATION_ID};
CREATE TABLE runs (
    number INTEGER PRIMARY KEY AUTOINCREMENT,  -- a number is never given twice: file names are made of it
    id TEXT NOT NULL UNIQUE,
    source_key TEXT NOT NULL,
    source_name TEXT NOT NULL,
    source_width INTEGER NOT NULL,
    source_height INTEGER NOT NULL,
    crop_x INTEGER NOT NULL,
    crop_y INTEGER NOT NULL,
    crop_side INTEGER NOT NULL,
    wanted INTEGER NOT NULL,
    size_px INTEGER NOT NULL,
    service_id TEXT NOT NULL,
    service_name TEXT NOT NULL,
    model TEXT NOT NULL,
    response_format TEXT NOT NULL,
    user TEXT NOT NULL,
    seed INTEGER,
    strength REAL,
    created_at TEXT NOT NULL,  -- ISO 8601, UTC
    state TEXT NOT NULL,
    seconds REAL,
    message TEXT NOT NULL DEFAULT '',
    request_id TEXT
) STRICT;
CREATE INDEX runs_of_source ON runs (source_key, number);
CREATE INDEX runs_of_kind ON runs (service_id, model, size_px, state, number);
CREATE INDEX runs_open ON runs (number) WHERE state = 'running';
CREATE TABLE entries (
    id TEXT NOT NULL PRIMARY KEY,
    run_number INTEGER NOT NULL REFERENCES runs (number),
    place INTEGER NOT NULL,  -- Entry.index
    file TEXT NOT NULL UNIQUE,
    sha256 TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    created_at TEXT NOT NULL,  -- ISO 8601, UTC
    seed INTEGER,
    revised_prompt TEXT
) STRICT;
CREATE UNIQUE INDEX entries_in_order ON entries (run_number DESC, place);
"""

_FRAMINGS: Final = """
ALTER TABLE runs ADD COLUMN turns INTEGER NOT NULL DEFAULT 0;  -- quarter turns clockwise
ALTER TABLE runs ADD COLUMN flipped INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN angle REAL NOT NULL DEFAULT 0;  -- degrees clockwise
ALTER TABLE runs ADD COLUMN fit TEXT NOT NULL DEFAULT 'crop';
ALTER TABLE runs ADD COLUMN framing_name TEXT NOT NULL DEFAULT '';
"""

_ASKED_IN_WORDS: Final = """
ALTER TABLE runs ADD COLUMN prompt TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN quality TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN cost_usd REAL;  -- as the service reckoned it
"""

# Entries get a number of their own, which the index of words refers to. A variation that is purged keeps its row: what
# was made from it still knows it.
_CULLING: Final = """
CREATE TABLE marked_entries (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    run_number INTEGER NOT NULL REFERENCES runs (number),
    place INTEGER NOT NULL,  -- Entry.index
    file TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    created_at TEXT NOT NULL,  -- ISO 8601, UTC, as all moments here
    seed INTEGER,
    revised_prompt TEXT,
    flag TEXT NOT NULL DEFAULT '',
    stars INTEGER NOT NULL DEFAULT 0,
    label TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    delivered_at TEXT,
    trashed_at TEXT,
    purged INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO marked_entries (id, run_number, place, file, sha256, width, height, media_type, created_at, seed,
    revised_prompt)
    SELECT id, run_number, place, file, sha256, width, height, media_type, created_at, seed, revised_prompt
    FROM entries ORDER BY run_number, place;
DROP TABLE entries;
ALTER TABLE marked_entries RENAME TO entries;
CREATE UNIQUE INDEX entries_in_order ON entries (run_number DESC, place);
CREATE UNIQUE INDEX entries_with_files ON entries (file) WHERE purged = 0;  -- a file that is gone frees its name
CREATE INDEX entries_in_trash ON entries (trashed_at) WHERE trashed_at IS NOT NULL AND purged = 0;
CREATE VIEW entry_texts (number, text) AS
    SELECT e.number, r.source_name || ' ' || replace(e.file, 'images/', '') || ' ' || e.note || ' ' || r.model || ' ' ||
        r.service_name || ' ' || r.user || ' ' || r.prompt || ' ' || coalesce(e.revised_prompt, '') || ' ' ||
        substr(e.created_at, 1, 10)
    FROM entries e JOIN runs r ON r.number = e.run_number;
CREATE VIRTUAL TABLE words USING fts5 (text, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3');
INSERT INTO words (rowid, text) SELECT number, text FROM entry_texts;
CREATE TRIGGER entry_came AFTER INSERT ON entries BEGIN
    INSERT INTO words (rowid, text) SELECT number, text FROM entry_texts WHERE number = new.number;
END;
CREATE TRIGGER words_changed AFTER UPDATE OF note, file ON entries
WHEN new.note IS NOT old.note OR new.file IS NOT old.file BEGIN
    UPDATE words SET text = (SELECT text FROM entry_texts WHERE number = new.number) WHERE rowid = new.number;
END;
"""

MIGRATIONS: Final[tuple[str, ...]] = (_RUNS_AND_ENTRIES, _FRAMINGS, _ASKED_IN_WORDS, _CULLING)
"""Step i turns a library of version i into one of version i + 1. Only ever appended to: people have files of each."""


def migrate(connection: sqlite3.Connection, file: Path, steps: Sequence[str] = MIGRATIONS) -> None:
    """Brings the open library up to date: all of a step or nothing of it, after a copy was made.

    Raises LibraryUnavailable for what is no library or comes from a newer Imgvar, without changing it; travels
    sqlite3's errors.
    """
    version = _version(connection, file)
    if version > len(steps):
        raise _too_new(file)
    if 0 < version < len(steps):
        copy_database(connection, file.parent / FOLDER / f"{file.stem}-before-version-{len(steps)}{file.suffix}")
    for number, step in enumerate(steps[version:], start=version + 1):
        log.info("library %s: to version %d", file, number)
        try:
            connection.executescript(f"BEGIN IMMEDIATE; {step}; PRAGMA user_version = {number}; COMMIT;")
        except sqlite3.Error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def refuse_unless_current(connection: sqlite3.Connection, file: Path, steps: Sequence[str] = MIGRATIONS) -> None:
    """For a library that may only be read, and so cannot be brought up to date. Raises LibraryUnavailable."""
    version = _version(connection, file)
    if version > len(steps):
        raise _too_new(file)
    if version < len(steps):
        raise LibraryUnavailable(
            f"The library {file.parent} is of an older Imgvar, and may not be changed here.",
            hint="Allow writing to its folder once, so that Imgvar can bring it up to date.",
        )


def _too_new(file: Path) -> LibraryUnavailable:
    return LibraryUnavailable(
        f"The library {file.parent} was made by a newer Imgvar.", hint="Update Imgvar; the library is unharmed."
    )


def _version(connection: sqlite3.Connection, file: Path) -> int:
    """0 for a database that is still empty."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    empty = not (version or application_id or tables)
    if application_id != APPLICATION_ID and not empty:
        raise LibraryUnavailable(
            f"{file} belongs to another program.", hint="Imgvar left it as it is; choose another folder."
        )
    return int(version)
