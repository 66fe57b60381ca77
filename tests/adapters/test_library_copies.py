import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from imgvar_desktop.adapters.library_copies import FOLDER, KEPT, keep_daily_copy, restore_copy
from imgvar_desktop.adapters.sqlite_library import FILE_NAME, SqliteLibrary
from tests.adapters.library_rows import REQUEST, a_finished_run

TODAY = date(2026, 11, 23)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)) as db:
        db.execute("CREATE TABLE notes (text TEXT)")
        yield db


def _copies(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / FOLDER).iterdir())


def test_there_is_one_copy_a_day_and_it_is_not_touched_again(database: sqlite3.Connection, tmp_path: Path) -> None:
    database.execute("INSERT INTO notes VALUES ('in the morning')")
    keep_daily_copy(database, tmp_path, TODAY)
    database.execute("INSERT INTO notes VALUES ('in the evening')")
    keep_daily_copy(database, tmp_path, TODAY)

    assert _copies(tmp_path) == ["library-2026-11-23.sqlite"]
    with closing(sqlite3.connect(tmp_path / FOLDER / "library-2026-11-23.sqlite")) as copy:
        assert copy.execute("SELECT text FROM notes").fetchall() == [("in the morning",)]


def test_the_newest_copies_are_kept_and_other_files_left_alone(database: sqlite3.Connection, tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    others = ["library-before-version-2.sqlite", "notes.txt"]
    for name in others:
        (tmp_path / FOLDER / name).touch()

    for day in range(KEPT + 5):
        keep_daily_copy(database, tmp_path, TODAY + timedelta(days=day))

    days = [TODAY + timedelta(days=day) for day in range(5, KEPT + 5)]
    assert _copies(tmp_path) == sorted([f"library-{day}.sqlite" for day in days] + others)


@pytest.mark.expected_log("no copy of the library today")
def test_a_copy_that_cannot_be_made_does_not_keep_the_library_shut(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_bytes(b"in the way")

    library = SqliteLibrary(tmp_path)

    assert library.runs() == ()
    library.close()


def test_a_damaged_library_is_as_its_copy_was_once_that_takes_its_place(tmp_path: Path) -> None:
    library = SqliteLibrary(tmp_path)
    a_finished_run(library, seconds=1.0, arrived=3)
    expected = (library.runs(), library.entries())
    library.close()
    shutil.rmtree(tmp_path / FOLDER)  # as if that had been yesterday
    SqliteLibrary(tmp_path).close()
    (tmp_path / FILE_NAME).write_bytes(b"damaged")

    (copy,) = (tmp_path / FOLDER).iterdir()
    shutil.copy(copy, tmp_path / FILE_NAME)

    restored = SqliteLibrary(tmp_path)
    assert (restored.runs(), restored.entries()) == expected
    assert restored.begin_run(REQUEST, "A").number == 2
    restored.close()


def test_going_back_to_a_copy_puts_the_present_one_aside(tmp_path: Path) -> None:
    library = SqliteLibrary(tmp_path)
    a_finished_run(library, seconds=1.0)
    library.close()
    (today,) = (tmp_path / FOLDER).iterdir()
    today.unlink()
    SqliteLibrary(tmp_path).close()  # the day's copy, with one run
    library = SqliteLibrary(tmp_path)
    a_finished_run(library, seconds=1.0)
    library.close()

    aside = restore_copy(tmp_path / FILE_NAME, today.name, datetime(2026, 11, 23, 12, tzinfo=UTC))

    restored = SqliteLibrary(tmp_path)
    assert len(restored.runs()) == 1
    restored.close()
    with closing(sqlite3.connect(aside)) as before:
        assert before.execute("SELECT count(*) FROM runs").fetchone() == (2,)
    assert aside.name == "library-put-aside-2026-11-23-120000.sqlite"


def test_a_copy_that_is_not_there_changes_nothing(tmp_path: Path) -> None:
    SqliteLibrary(tmp_path).close()
    content = (tmp_path / FILE_NAME).read_bytes()

    with pytest.raises(FileNotFoundError):
        restore_copy(tmp_path / FILE_NAME, "library-1999-01-01.sqlite", datetime.now(UTC))

    assert (tmp_path / FILE_NAME).read_bytes() == content
