"""LibraryStore over one SQLite file, ``library.sqlite`` in the library folder."""

import re
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
from imgvar_desktop.core.contract import ResponseFormat
from imgvar_desktop.core.errors import LibraryUnavailable
from imgvar_desktop.core.framing import Fit, Framing
from imgvar_desktop.core.geometry import Square
from imgvar_desktop.core.library import UNMARKED, Entry, Flag, Label, Marks, RunRecord, RunState
from imgvar_desktop.core.request import Source, VariationRequest

FILE_NAME: Final = "library.sqlite"

BUSY_S: Final = 1.0
"""How long an opening program waits for one that is just closing."""

_DAMAGED_HINT: Final = (
    f"Imgvar left it as it is. Your images are safe beside it; put the newest file of “{library_copies.FOLDER}” in its"
    " place."
)

# What the environment may refuse, by SQLite's primary result code: (sentence, hint). Any other code is a bug of ours.
_REFUSALS: Final = {
    sqlite3.SQLITE_BUSY: (
        "This library is open in another Imgvar window.",
        "Go on in that window, or close it and try again.",
    ),
    sqlite3.SQLITE_FULL: ("The disk with the library is full.", "Make room on it, then try again."),
    sqlite3.SQLITE_IOERR: (
        "The library's disk could not be read or written.",
        "See whether the disk is full, failing or unplugged, then try again.",
    ),
    sqlite3.SQLITE_READONLY: ("The library may only be read here, not changed.", "Allow writing to its folder."),
    sqlite3.SQLITE_PERM: ("The library may not be opened.", "Allow reading and writing its folder."),
    sqlite3.SQLITE_AUTH: ("The library may not be opened.", "Allow reading and writing its folder."),
    sqlite3.SQLITE_CANTOPEN: (
        "The library could not be opened.",
        "See whether its folder is there and may be written.",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "The library's file is damaged.",
        _DAMAGED_HINT,
    ),
    sqlite3.SQLITE_NOTADB: (
        "The library's file is not a library, or is damaged.",
        _DAMAGED_HINT,
    ),
    sqlite3.SQLITE_PROTOCOL: ("The library could not be locked.", "Try again, or use a folder on this computer."),
    sqlite3.SQLITE_NOLFS: ("The library is too large for this disk.", "Move it to another disk."),
}

_RUNS: Final = (
    "SELECT number, id, source_key, source_name, source_width, source_height, crop_x, crop_y, crop_side, turns,"
    " flipped, angle, fit, framing_name, wanted, size_px, service_id, model, response_format, user, seed, strength,"
    " prompt, quality, service_name, created_at, state, seconds, message, request_id, cost_usd,"
    " (SELECT count(*) FROM entries WHERE run_number = runs.number) FROM runs"
)
_INSERT_RUN: Final = (
    "INSERT INTO runs (id, source_key, source_name, source_width, source_height, crop_x, crop_y, crop_side, turns,"
    " flipped, angle, fit, framing_name, wanted, size_px, service_id, model, response_format, user, seed, strength,"
    " prompt, quality, service_name, created_at, state)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_INSERT_ENTRY: Final = (
    "INSERT INTO entries (id, run_number, place, file, sha256, width, height, media_type, created_at, seed,"
    " revised_prompt, flag, stars, label, note, delivered_at, trashed_at, purged)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_ENTRIES: Final = (
    "SELECT e.id, r.id, r.number, e.place, r.source_name, e.file, e.sha256, e.width, e.height, e.media_type,"
    " e.created_at, e.seed, e.revised_prompt, e.flag, e.stars, e.label, e.note, e.delivered_at, e.trashed_at, e.purged"
    " FROM entries e JOIN runs r ON r.number = e.run_number ORDER BY e.run_number DESC, e.place"
)
_WORD: Final = re.compile(r"\w+")


def refusal(error: sqlite3.Error) -> LibraryUnavailable | None:
    """What the environment refused with ``error``, in a sentence; None when ``error`` is a bug."""
    code = getattr(error, "sqlite_errorcode", None)  # not there when Python's module, not SQLite, is the one to refuse
    if code is None or (code & 0xFF) not in _REFUSALS:
        return None
    sentence, hint = _REFUSALS[code & 0xFF]
    return LibraryUnavailable(sentence, hint=hint, retryable=True)


@contextmanager
def _refusals_told() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        told = refusal(error)
        if told is None:
            raise
        raise told from error
    except OSError as error:
        raise LibraryUnavailable(
            f"The library's folder could not be written: {error.strerror or error}.",
            hint="See whether its disk is there, has room and may be written.",
            retryable=True,
        ) from error


class SqliteLibrary:
    """LibraryStore. One connection behind one lock: any thread may call, and calls take turns.

    Every write is one statement, so it is wholly there or not at all.
    """

    def __init__(self, folder: Path, *, steps: Sequence[str] = migrations.MIGRATIONS) -> None:
        """Opens the library in ``folder``, or starts one there. Raises LibraryUnavailable; nothing stays open then."""
        self._lock = threading.Lock()
        self._db = _opened(folder, steps)
        with _refusals_told():
            (self._last_before,) = self._db.execute("SELECT coalesce(max(number), 0) FROM runs").fetchone()

    def begin_run(self, request: VariationRequest, service_name: str) -> RunRecord:
        run_id, now = uuid.uuid4().hex, datetime.now(UTC)
        source, framing, crop = request.source, request.framing, request.crop
        values = (
            *(run_id, source.key, _storable(source.name), source.width, source.height, crop.x, crop.y, crop.side),
            *(framing.turns, framing.flipped, framing.angle, framing.fit.value, request.framing_name),
            *(request.count, request.size_px, request.service_id, request.model, request.response_format.value),
            *(_storable(request.user), request.seed, request.strength),
            *(_storable(request.prompt), request.quality),
            *(service_name, now.isoformat(), RunState.RUNNING.value),
        )
        with self._turn() as db:
            cursor = db.execute(_INSERT_RUN, values)
        assert cursor.lastrowid is not None
        return RunRecord(run_id, cursor.lastrowid, request, service_name, now)

    def add_entry(self, entry: Entry) -> None:
        values = (
            *(entry.id, entry.run_number, entry.index, entry.file, entry.sha256, entry.width, entry.height),
            *(entry.media_type, _utc_text(entry.created_at), entry.seed, _storable(entry.revised_prompt)),
            *_marks_row(entry.marks),
            *(_moment_text(entry.delivered_at), _moment_text(entry.trashed_at), entry.purged),
        )
        with self._turn() as db:
            db.execute(_INSERT_ENTRY, values)

    def mark(self, marks: Mapping[str, Marks]) -> None:
        rows = [(*_marks_row(mark), entry_id) for entry_id, mark in marks.items()]
        self._change_all("UPDATE entries SET flag = ?, stars = ?, label = ?, note = ? WHERE id = ?", rows)

    def trash(self, entry_ids: Collection[str], at: datetime | None) -> None:
        rows = [(_moment_text(at), entry_id) for entry_id in entry_ids]
        self._change_all("UPDATE entries SET trashed_at = ? WHERE id = ?", rows)

    def purge(self, entry_ids: Collection[str]) -> None:
        self._change_all("UPDATE entries SET purged = 1 WHERE id = ?", [(entry_id,) for entry_id in entry_ids])

    def deliver(self, entry_ids: Collection[str], at: datetime) -> None:
        rows = [(_utc_text(at), entry_id) for entry_id in entry_ids]
        self._change_all("UPDATE entries SET delivered_at = ? WHERE id = ?", rows)

    def search(self, text: str) -> frozenset[str]:
        # Each word as a phrase of its own, so that nothing a person types is taken for the index's own language.
        words = " ".join(f'"{word}"*' for word in _WORD.findall(_storable(text) or ""))
        question = "SELECT e.id FROM words w JOIN entries e ON e.number = w.rowid WHERE words MATCH ?"
        return frozenset(entry_id for (entry_id,) in self._rows(question, words)) if words else frozenset()

    def close_run(self, run: RunRecord) -> None:
        with self._turn() as db:
            db.execute(
                "UPDATE runs SET state = ?, seconds = ?, message = ?, request_id = ?, cost_usd = ? WHERE number = ?",
                (
                    *(run.state.value, run.seconds, _storable(run.message), _storable(run.request_id)),
                    *(run.cost_usd, run.number),
                ),
            )

    def interrupted(self) -> tuple[RunRecord, ...]:
        # Runs of this start are left alone, so it does not matter when this is called.
        question = " WHERE state = ? AND number <= ?"
        with self._turn() as db:
            rows = db.execute(
                f"{_RUNS}{question} ORDER BY number DESC", (RunState.RUNNING.value, self._last_before)
            ).fetchall()
            db.execute(
                f"UPDATE runs SET state = '{RunState.INTERRUPTED.value}'{question}",  # noqa: S608  # constants alone
                (RunState.RUNNING.value, self._last_before),
            )
        return tuple(replace(_run(row), state=RunState.INTERRUPTED) for row in rows)

    def runs(self) -> tuple[RunRecord, ...]:
        return tuple(_run(row) for row in self._rows(f"{_RUNS} ORDER BY number DESC"))

    def entries(self) -> tuple[Entry, ...]:
        return tuple(_entry(row) for row in self._rows(_ENTRIES))

    def last_framing(self, source_key: str) -> Framing | None:
        rows = self._rows(
            "SELECT crop_x, crop_y, crop_side, turns, flipped, angle, fit FROM runs"
            " WHERE source_key = ? AND framing_name = '' ORDER BY number DESC LIMIT 1",
            source_key,
        )
        return _framing(*rows[0]) if rows else None

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

    def close(self) -> None:
        """Lets another program open the library. Twice is once."""
        with self._lock:
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
        with self._lock, _refusals_told():
            yield self._db


def _opened(folder: Path, steps: Sequence[str]) -> sqlite3.Connection:
    file = folder / FILE_NAME
    with _refusals_told():
        folder.mkdir(parents=True, exist_ok=True)
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
            library_copies.keep_daily_copy(db, folder, datetime.now(UTC).date())
        except BaseException:
            db.close()
            raise
    return db


def _check(db: sqlite3.Connection) -> None:
    """Damage is found when the library is opened, not in the middle of a run (50,000 entries: 30 ms)."""
    (verdict,) = db.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        sentence, hint = _REFUSALS[sqlite3.SQLITE_CORRUPT]
        raise LibraryUnavailable(sentence, hint=hint)


def _run(row: Sequence[Any]) -> RunRecord:
    number, run_id, key, name, width, height, x, y, side, turns, flipped, angle, fit, framing_name, *rest = row
    count, size_px, service_id, model, response_format, user, seed, strength, prompt, quality, *rest = rest
    service_name, created_at, state, seconds, message, request_id, cost_usd, arrived = rest
    request = VariationRequest(
        source=Source(key, name, width, height),
        framing=_framing(x, y, side, turns, flipped, angle, fit),
        count=count,
        size_px=size_px,
        service_id=service_id,
        model=model,
        response_format=ResponseFormat(response_format),
        user=user,
        seed=seed,
        strength=strength,
        prompt=prompt,
        quality=quality,
        framing_name=framing_name,
    )
    return RunRecord(
        id=run_id,
        number=number,
        request=request,
        service_name=service_name,
        created_at=datetime.fromisoformat(created_at),
        state=RunState(state),
        arrived=arrived,
        seconds=seconds,
        message=message,
        request_id=request_id,
        cost_usd=cost_usd,
    )


def _framing(x: int, y: int, side: int, turns: int, flipped: int, angle: float, fit: str) -> Framing:  # noqa: PLR0917  # a row's columns
    return Framing(Square(x, y, side), turns=turns, flipped=bool(flipped), angle=angle, fit=Fit(fit))


def _entry(row: Sequence[Any]) -> Entry:
    entry_id, run_id, run_number, place, name, file, sha256, width, height, media_type, created_at, *rest = row
    seed, prompt, flag, stars, label, note, delivered_at, trashed_at, purged = rest
    return Entry(
        id=entry_id,
        run_id=run_id,
        run_number=run_number,
        index=place,
        source_name=name,
        file=file,
        sha256=sha256,
        width=width,
        height=height,
        media_type=media_type,
        created_at=datetime.fromisoformat(created_at),
        seed=seed,
        revised_prompt=prompt,
        marks=Marks(Flag(flag), stars, Label(label), note) if flag or stars or label or note else UNMARKED,
        delivered_at=_moment(delivered_at),
        trashed_at=_moment(trashed_at),
        purged=bool(purged),
    )


def _marks_row(marks: Marks) -> tuple[object, ...]:
    return (marks.flag.value, marks.stars, marks.label.value, _storable(marks.note))


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _moment_text(moment: datetime | None) -> str | None:
    return None if moment is None else _utc_text(moment)


def _utc_text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _storable(text: str | None) -> str | None:
    """``text`` without half characters, which a file's name or a server's JSON may hold and SQLite refuses."""
    return None if text is None else text.encode("utf-8", "replace").decode()
