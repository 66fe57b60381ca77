import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from imgvar_desktop.adapters.library_copies import FOLDER
from imgvar_desktop.adapters.migrations import APPLICATION_ID, MIGRATIONS
from imgvar_desktop.adapters.sqlite_library import FILE_NAME, SqliteLibrary
from imgvar_desktop.core.contract import ResponseFormat
from imgvar_desktop.core.errors import LibraryUnavailable
from imgvar_desktop.core.framing import Fit, Framing
from imgvar_desktop.core.geometry import Square
from imgvar_desktop.core.library import UNMARKED, Flag, Label, Marks, RunState

VERSIONS = Path(__file__).parent / "library_versions"
"""One library of each version that people may have, as ``N.sql``. They are never changed, only added to."""

LATEST = len(MIGRATIONS)
FAVOURITE = Marks(Flag.PICK, 4, Label.GREEN, "the client's favourite")
ADDS_NOTES = "ALTER TABLE runs ADD COLUMN note TEXT NOT NULL DEFAULT 'none yet'"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "library"
    folder.mkdir()
    return folder


def test_each_version_has_a_stored_library() -> None:
    assert sorted(path.name for path in VERSIONS.iterdir()) == [f"{number}.sql" for number in range(1, LATEST + 1)]


@pytest.mark.parametrize("version", range(1, LATEST + 1))
def test_a_library_of_each_version_opens_with_all_it_held(folder: Path, version: int) -> None:
    _store(folder, version)

    library = SqliteLibrary(folder)

    runs, entries, found = library.runs(), library.entries(), library.search("lake_v01")
    library.close()
    assert _version(folder) == LATEST
    assert [(run.number, run.state, run.arrived) for run in runs] == [
        (3, RunState.RUNNING, 1),
        (2, RunState.FAILED, 0),
        (1, RunState.FINISHED, 2),
    ]
    assert (runs[1].request.response_format, runs[1].request.model) == (ResponseFormat.URL, "dall-e-2")
    assert (runs[1].message, runs[1].request_id) == ("The account has no money left.", "req_1")
    told = (runs[1].request.prompt, runs[1].request.quality, runs[1].cost_usd)
    # Before version 3 nobody asked in words, and nobody knew what it cost.
    assert told == (("make it blue", "high", 0.25) if version > 2 else ("", "", None))
    assert [entry.file for entry in entries] == [f"images/2026-11/lake_v{v}.png" for v in ("03-01", "01-01", "01-02")]
    assert entries[0].revised_prompt == "a lake"
    by_hand = (entries[1].marks, entries[1].delivered_at, entries[2].trashed_at, [entry.purged for entry in entries])
    # Version 4 is the first one in which a person could say what they think of a variation, or delete it.
    assert by_hand == (
        (FAVOURITE, *(datetime(2026, 11, 23, hour, tzinfo=UTC) for hour in (14, 13)), [True, False, False])
        if version > 3
        else (UNMARKED, None, None, [False] * 3)
    )
    assert found == {entries[1].id, entries[2].id}
    turned = Framing(Square(0, 0, 500), turns=1, flipped=True, angle=2.5, fit=Fit.BLUR)
    # Version 1 knew squares of the upright picture alone.
    assert runs[1].request.framing == (turned if version > 1 else Framing(Square(10, 20, 2000)))


@pytest.mark.parametrize("version", range(1, LATEST + 1))
def test_an_old_library_has_the_schema_of_a_new_one(folder: Path, tmp_path: Path, version: int) -> None:
    _store(folder, version)
    SqliteLibrary(folder).close()
    new = tmp_path / "new"
    SqliteLibrary(new).close()

    assert _schema(folder) == _schema(new)


def test_an_older_library_is_copied_before_it_is_changed(folder: Path) -> None:
    _store(folder, LATEST)
    before = _dump(folder / FILE_NAME)

    SqliteLibrary(folder, steps=[*MIGRATIONS, ADDS_NOTES]).close()

    assert _version(folder) == LATEST + 1
    assert _dump(folder / FOLDER / f"library-before-version-{LATEST + 1}.sqlite") == before
    with closing(sqlite3.connect(folder / FILE_NAME)) as db:
        assert db.execute("SELECT DISTINCT note FROM runs").fetchall() == [("none yet",)]


def test_a_library_that_is_up_to_date_is_not_copied(folder: Path) -> None:
    SqliteLibrary(folder).close()
    SqliteLibrary(folder).close()

    assert not list((folder / FOLDER).glob("*before*"))


def test_a_migration_that_fails_half_way_leaves_the_version_before_it(folder: Path) -> None:
    _store(folder, LATEST)
    before = _dump(folder / FILE_NAME)

    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        SqliteLibrary(folder, steps=[*MIGRATIONS, f"{ADDS_NOTES}; DROP TABLE nowhere"])

    assert _version(folder) == LATEST
    assert _dump(folder / FILE_NAME) == before
    library = SqliteLibrary(folder)  # the program before still opens it
    assert len(library.runs()) == 3
    library.close()


def test_the_steps_before_a_failing_one_are_kept(folder: Path) -> None:
    _store(folder, LATEST)

    with pytest.raises(sqlite3.OperationalError):
        SqliteLibrary(folder, steps=[*MIGRATIONS, ADDS_NOTES, "DROP TABLE nowhere"])
    assert _version(folder) == LATEST + 1

    SqliteLibrary(folder, steps=[*MIGRATIONS, ADDS_NOTES, "DROP INDEX runs_open"]).close()
    assert _version(folder) == LATEST + 2


def test_a_copy_that_was_cut_short_is_made_anew(folder: Path) -> None:
    _store(folder, LATEST)
    before = _dump(folder / FILE_NAME)
    backup = folder / FOLDER / f"library-before-version-{LATEST + 1}.sqlite"
    backup.parent.mkdir()
    backup.with_name(f"{backup.name}.part").write_bytes(b"half of a")

    SqliteLibrary(folder, steps=[*MIGRATIONS, ADDS_NOTES]).close()

    assert _dump(backup) == before
    assert not list(folder.rglob("*.part"))


def test_a_library_that_cannot_be_copied_is_not_changed(folder: Path) -> None:
    _store(folder, LATEST)
    before = _dump(folder / FILE_NAME)
    (folder / FOLDER).write_bytes(b"in the way")

    with pytest.raises(LibraryUnavailable, match="could not be written"):
        SqliteLibrary(folder, steps=[*MIGRATIONS, ADDS_NOTES])

    assert _dump(folder / FILE_NAME) == before


def test_a_library_of_a_newer_program_is_refused_and_left_as_it_is(folder: Path) -> None:
    SqliteLibrary(folder, steps=[*MIGRATIONS, ADDS_NOTES]).close()
    content = (folder / FILE_NAME).read_bytes()

    with pytest.raises(LibraryUnavailable, match="newer Imgvar") as caught:
        SqliteLibrary(folder)

    assert "Update Imgvar" in caught.value.hint
    assert (folder / FILE_NAME).read_bytes() == content


def _store(folder: Path, version: int) -> None:
    with closing(sqlite3.connect(folder / FILE_NAME)) as db:
        db.executescript((VERSIONS / f"{version}.sql").read_text())


def _version(folder: Path) -> int:
    with closing(sqlite3.connect(folder / FILE_NAME)) as db:
        assert db.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        (version,) = db.execute("PRAGMA user_version").fetchone()
        return int(version)


def _schema(folder: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(folder / FILE_NAME)) as db:
        return sorted(db.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall())


def _dump(file: Path) -> str:
    with closing(sqlite3.connect(file)) as db:
        return "\n".join(db.iterdump())
