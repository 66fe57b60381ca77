"""LibraryStore over one SQLite file, ``library.sqlite`` in the library folder."""

import os
import sqlite3
import statistics
import threading
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from imgvar_desktop.adapters import library_copies, migrations
from imgvar_desktop.adapters.library_rows import (
    ENTRIES,
    INSERT_ENTRY,
    INSERT_RUN,
    RUN_NAMES,
    RUNS,
    entry_of,
    entry_row,
    framing_of,
    marks_row,
    moment_text,
    run_of,
    run_row,
    storable,
    utc_text,
)
from imgvar_desktop.adapters.library_words import question
from imgvar_desktop.adapters.sqlite_refusals import damaged, refusals_told
from imgvar_desktop.adapters.whole_file import make_folder
from imgvar_desktop.core.errors import LibraryMissing, LibraryUnavailable
from imgvar_desktop.core.framing import Framing
from imgvar_desktop.core.library import Entry, Marks, RunRecord, RunState
from imgvar_desktop.core.request import Source, VariationRequest

FILE_NAME: Final = "library.sqlite"

BUSY_S: Final = 1.0
"""How long an opening program waits for one that is just closing."""


class SqliteLibrary:
    """LibraryStore. One connection behind one lock: any thread may call, and calls take turns.

    Every write is one statement, so it is wholly there or not at all.
    """

    def __init__(self, folder: Path, *, found: bool = False, steps: Sequence[str] = migrations.MIGRATIONS) -> None:
        """Opens the library in ``folder``, or starts one there, unless it must be ``found``.

        Raises LibraryMissing, LibraryUnavailable; nothing stays open then.
        """
        self._lock = threading.Lock()
        self._closed = False
        self._db, self.read_only = _opened(folder, steps, found=found)
        with refusals_told():
            (self._last_before,) = self._db.execute("SELECT coalesce(max(number), 0) FROM runs").fetchone()

    def begin_run(self, request: VariationRequest, service_name: str) -> RunRecord:
        run_id, now = uuid.uuid4().hex, datetime.now(UTC)
        with self._turn() as db:
            cursor = db.execute(INSERT_RUN, run_row(run_id, request, service_name, now))
        assert cursor.lastrowid is not None
        return RunRecord(run_id, cursor.lastrowid, request, service_name, now)

    def add_entry(self, entry: Entry) -> None:
        with self._turn() as db:
            db.execute(INSERT_ENTRY, entry_row(entry))

    def mark(self, marks: Mapping[str, Marks]) -> None:
        rows = [(*marks_row(mark), entry_id) for entry_id, mark in marks.items()]
        self._change_all("UPDATE entries SET flag = ?, stars = ?, label = ?, note = ? WHERE id = ?", rows)

    def trash(self, entry_ids: Collection[str], at: datetime | None) -> None:
        rows = [(moment_text(at), entry_id) for entry_id in entry_ids]
        self._change_all("UPDATE entries SET trashed_at = ? WHERE id = ?", rows)

    def purge(self, entry_ids: Collection[str]) -> None:
        self._change_all("UPDATE entries SET purged = 1 WHERE id = ?", [(entry_id,) for entry_id in entry_ids])

    def deliver(self, entry_ids: Collection[str], at: datetime) -> None:
        rows = [(utc_text(at), entry_id) for entry_id in entry_ids]
        self._change_all("UPDATE entries SET delivered_at = ? WHERE id = ?", rows)

    def reconnect(self, files: Mapping[str, str]) -> None:
        rows = [(storable(file), entry_id) for entry_id, file in files.items()]
        self._change_all("UPDATE entries SET file = ? WHERE id = ?", rows)

    def search(self, text: str) -> frozenset[str]:
        asked = question(storable(text) or "")
        return frozenset(entry_id for (entry_id,) in self._rows(*asked)) if asked else frozenset()

    def close_run(self, run: RunRecord) -> None:
        with self._turn() as db:
            db.execute(
                "UPDATE runs SET state = ?, seconds = ?, message = ?, request_id = ?, cost_usd = ? WHERE number = ?",
                (
                    *(run.state.value, run.seconds, storable(run.message), storable(run.request_id)),
                    *(run.cost_usd, run.number),
                ),
            )

    def interrupted(self) -> tuple[RunRecord, ...]:
        if self.read_only:
            return ()  # Whoever may write here will ask again.
        # Runs of this start are left alone, so it does not matter when this is called.
        question = " WHERE state = ? AND number <= ?"
        with self._turn() as db:
            rows = db.execute(
                f"{RUNS}{question} ORDER BY number DESC", (RunState.RUNNING.value, self._last_before)
            ).fetchall()
            db.execute(
                f"UPDATE runs SET state = '{RunState.INTERRUPTED.value}'{question}",  # noqa: S608  # constants alone
                (RunState.RUNNING.value, self._last_before),
            )
        return tuple(replace(run_of(row), state=RunState.INTERRUPTED) for row in rows)

    def runs(self) -> tuple[RunRecord, ...]:
        return tuple(run_of(row) for row in self._rows(f"{RUNS} ORDER BY number DESC"))

    def entries(self) -> tuple[Entry, ...]:
        with self._turn() as db:
            names = {number: (run_id, name) for number, run_id, name in db.execute(RUN_NAMES)}
            rows = db.execute(ENTRIES).fetchall()
        return tuple(entry_of(row, names) for row in rows)

    def last_framing(self, source_key: str) -> Framing | None:
        rows = self._rows(
            "SELECT crop_x, crop_y, crop_side, turns, flipped, angle, fit FROM runs"
            " WHERE source_key = ? AND framing_name = '' ORDER BY number DESC LIMIT 1",
            source_key,
        )
        return framing_of(*rows[0]) if rows else None

    def source_keys(self) -> frozenset[str]:
        return frozenset(key for (key,) in self._rows("SELECT DISTINCT source_key FROM runs"))

    def source(self, key: str) -> Source | None:
        rows = self._rows(
            "SELECT source_key, source_name, source_width, source_height FROM runs WHERE source_key = ?"
            " ORDER BY number DESC LIMIT 1",
            key,
        )
        return Source(*rows[0]) if rows else None

    def usual_seconds(self, service_id: str, model: str, size_px: int) -> float | None:
        rows = self._rows(
            "SELECT seconds, (SELECT count(*) FROM entries WHERE run_number = runs.number) FROM runs"
            " WHERE service_id = ? AND model = ? AND size_px = ? AND state = ? AND seconds IS NOT NULL"
            " ORDER BY number DESC LIMIT 5",
            *(service_id, model, size_px, RunState.FINISHED.value),
        )
        per_image = [seconds / arrived for seconds, arrived in rows if arrived]
        return statistics.median(per_image) if per_image else None

    def damage(self) -> str:
        with self._turn() as db:
            (verdict,) = db.execute("PRAGMA integrity_check(1)").fetchone()
            if verdict == "ok":
                # The index of words is made of the rows: whatever is wrong with it, it can be made again.
                db.execute("INSERT INTO words (words) VALUES ('rebuild')")
        return "" if verdict == "ok" else str(verdict)

    def close(self) -> None:
        """Lets another program open the library. Twice is once."""
        with self._lock:
            self._closed = True
            self._db.close()

    def _rows(self, question: str, *values: object) -> list[Any]:
        with self._turn() as db:
            return db.execute(question, values).fetchall()

    def _change_all(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        """All of them or none."""
        with self._turn() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                db.executemany(statement, rows)
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    @contextmanager
    def _turn(self) -> Iterator[sqlite3.Connection]:
        with self._lock, refusals_told():
            if self._closed:  # work that began before a move, or before the end of the program
                raise LibraryUnavailable("The library is closed at the moment.", hint="Try again.", retryable=True)
            yield self._db


def _opened(folder: Path, steps: Sequence[str], *, found: bool) -> tuple[sqlite3.Connection, bool]:
    """The library, and whether it may only be read."""
    file = folder / FILE_NAME
    with refusals_told():
        if found and not file.exists():
            raise LibraryMissing(
                f"The library is not in {folder}.",
                hint="If it is on another disk, connect that and try again; or say where the library is now.",
                retryable=True,
            )
        try:
            make_folder(folder)
            return _opened_to_write(file, steps), False
        except (sqlite3.OperationalError, OSError):
            if not file.is_file() or all(os.access(path, os.W_OK) for path in (folder, file)):
                raise
        return _opened_to_read(file, steps), True


def _opened_to_write(file: Path, steps: Sequence[str]) -> sqlite3.Connection:
    db = sqlite3.connect(file, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        # One program at a time, also on network disks: with WAL the first look takes the lock, close gives it back.
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        _check(db)
        migrations.migrate(db, file, steps)
        db.execute("PRAGMA journal_mode = WAL")
        # A row says that an image is kept, so it must outlive a power cut like the image does; NORMAL would lose
        # the last rows. It costs one fsync for each row, a few in a run.
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA foreign_keys = ON")
        library_copies.keep_daily_copy(db, file.parent, datetime.now(UTC).date())
    except BaseException:
        db.close()
        raise
    return db


def _opened_to_read(file: Path, steps: Sequence[str]) -> sqlite3.Connection:
    """For a folder that may not be written: nobody else writes there either, so SQLite needs no locks and makes none.

    What a killed program had still in its journal is not seen.
    """
    db = sqlite3.connect(
        f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None, check_same_thread=False
    )
    try:
        _check(db)
        migrations.refuse_unless_current(db, file, steps)
    except BaseException:
        db.close()
        raise
    return db


def _check(db: sqlite3.Connection) -> None:
    """Damage is found when the library is opened, not in the middle of a run (50,000 entries: 30 ms)."""
    (verdict,) = db.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise damaged()
