import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from imgvar_desktop.adapters.sqlite_library import FILE_NAME, SqliteLibrary
from imgvar_desktop.adapters.sqlite_refusals import refusal
from imgvar_desktop.core.contract import MAX_SEED, ResponseFormat
from imgvar_desktop.core.errors import LibraryUnavailable
from imgvar_desktop.core.framing import Framing
from imgvar_desktop.core.geometry import Square
from imgvar_desktop.core.library import RunState
from imgvar_desktop.core.request import VariationRequest
from tests.adapters.library_rows import LAKE, REQUEST, a_finished_run, an_entry


@pytest.fixture
def library(tmp_path: Path) -> Iterator[SqliteLibrary]:
    library = SqliteLibrary(tmp_path)
    yield library
    library.close()


def test_a_run_comes_back_as_it_was_written(library: SqliteLibrary, tmp_path: Path) -> None:
    request = VariationRequest(
        source=LAKE,
        framing=Framing(Square(1, 2, 3)),
        count=10,
        size_px=256,
        service_id="cloud",
        model="dall-e-2",
        response_format=ResponseFormat.URL,
        user="someone",
        seed=MAX_SEED,
        strength=1.0,
    )

    run = library.begin_run(request, "The cloud")
    closed = replace(
        run, state=RunState.FAILED, seconds=1.5, message="The server broke.", request_id="req_1", arrived=0
    )
    library.close_run(closed)
    library.close()

    reopened = SqliteLibrary(tmp_path)
    assert reopened.runs() == (closed,)
    reopened.close()


def test_a_run_that_leaves_everything_out_comes_back_too(library: SqliteLibrary) -> None:
    run = library.begin_run(replace(REQUEST, seed=None, strength=None), "On this device")

    assert library.runs() == (run,)
    assert run.created_at.tzinfo is UTC
    assert (run.state, run.seconds, run.request_id) == (RunState.RUNNING, None, None)


def test_variations_come_newest_run_first_and_in_their_runs_order(library: SqliteLibrary) -> None:
    first, second = library.begin_run(REQUEST, "A"), library.begin_run(REQUEST, "A")
    given = {
        (run.number, index): an_entry(run, index) for run, index in [(second, 1), (first, 2), (second, 0), (first, 0)]
    }
    for entry in given.values():
        library.add_entry(entry)

    assert library.entries() == tuple(given[place] for place in [(2, 0), (2, 1), (1, 0), (1, 2)])
    assert [(run.number, run.arrived) for run in library.runs()] == [(2, 2), (1, 2)]


def test_optional_facts_of_a_variation_come_back(library: SqliteLibrary) -> None:
    run = library.begin_run(REQUEST, "A")
    local = timezone(timedelta(hours=5, minutes=30))
    entry = an_entry(run, seed=None, revised_prompt="a lake, ✓", created_at=datetime(2026, 1, 2, 3, 4, 5, 6, local))

    library.add_entry(entry)

    assert library.entries() == (entry,)


def test_numbers_count_on_after_a_restart(tmp_path: Path) -> None:
    for expected in (1, 2, 3):
        library = SqliteLibrary(tmp_path)
        assert library.begin_run(REQUEST, "A").number == expected
        library.close()


def test_only_runs_of_an_earlier_start_are_interrupted(library: SqliteLibrary, tmp_path: Path) -> None:
    left_open = library.begin_run(REQUEST, "A")
    library.add_entry(an_entry(left_open))
    done = a_finished_run(library, seconds=2.0)
    library.close()

    reopened = SqliteLibrary(tmp_path)
    running = reopened.begin_run(REQUEST, "A")
    expected = replace(left_open, state=RunState.INTERRUPTED, arrived=1)
    assert reopened.interrupted() == (expected,)
    assert reopened.interrupted() == ()
    assert reopened.runs() == (running, done, expected)
    reopened.close()


def test_a_picture_is_known_by_its_newest_run(library: SqliteLibrary) -> None:
    renamed = replace(LAKE, name="lake at night")
    library.begin_run(REQUEST, "A")
    library.begin_run(replace(REQUEST, source=renamed, framing=Framing(Square(5, 5, 50))), "A")
    library.begin_run(replace(REQUEST, source=replace(LAKE, key="b" * 64)), "A")

    assert library.last_framing(LAKE.key) == Framing(Square(5, 5, 50))
    assert library.source(LAKE.key) == renamed
    assert library.source_keys() == {LAKE.key, "b" * 64}
    assert (library.last_framing("c" * 64), library.source("c" * 64)) == (None, None)


def test_usual_seconds_is_the_median_per_image_of_the_last_five(library: SqliteLibrary) -> None:
    assert library.usual_seconds("on-device", "", 1024) is None
    a_finished_run(library, seconds=1000.0)  # the sixth from the end
    for seconds, arrived in [(4.0, 4), (2.0, 1), (9.0, 3), (80.0, 2), (5.0, 1)]:
        a_finished_run(library, seconds=seconds, arrived=arrived)
    a_finished_run(library, seconds=500.0, size_px=256)
    a_finished_run(library, seconds=500.0, model="another")
    library.close_run(replace(library.begin_run(REQUEST, "A"), state=RunState.STOPPED, seconds=500.0))

    assert library.usual_seconds("on-device", "", 1024) == 3.0  # of 1, 2, 3, 40 and 5


def test_half_characters_do_not_keep_a_run_from_being_written(library: SqliteLibrary) -> None:
    # As Linux hands out a file name that is not UTF-8, and as a server's JSON may spell one.
    name = b"caf\xe9".decode("utf-8", "surrogateescape")
    run = library.begin_run(replace(REQUEST, source=replace(LAKE, name=name), user="\ud800"), "A")
    library.add_entry(an_entry(run, revised_prompt="a \udfff"))
    library.close_run(replace(run, state=RunState.FAILED, message="said \ud83d", request_id="\udc80"))

    (entry,), (stored,) = library.entries(), library.runs()
    assert (entry.source_name, entry.revised_prompt) == ("caf?", "a ?")
    assert (stored.request.user, stored.message, stored.request_id) == ("?", "said ?", "?")


def test_a_second_window_is_refused_and_may_come_in_later(library: SqliteLibrary, tmp_path: Path) -> None:
    with pytest.raises(LibraryUnavailable, match="open in another Imgvar window") as caught:
        SqliteLibrary(tmp_path)
    assert caught.value.hint

    library.begin_run(REQUEST, "A")
    library.close()
    second = SqliteLibrary(tmp_path)
    assert len(second.runs()) == 1
    second.close()


def test_a_second_window_is_refused_while_the_first_one_has_only_looked(library: SqliteLibrary, tmp_path: Path) -> None:
    library.close()
    first = SqliteLibrary(tmp_path)

    with pytest.raises(LibraryUnavailable, match="open in another Imgvar window"):
        SqliteLibrary(tmp_path)

    first.close()


def test_a_refused_window_does_not_harm_the_one_that_is_open(library: SqliteLibrary, tmp_path: Path) -> None:
    library.begin_run(REQUEST, "A")
    with pytest.raises(LibraryUnavailable):
        SqliteLibrary(tmp_path)

    library.begin_run(REQUEST, "A")

    assert [run.number for run in library.runs()] == [2, 1]


def test_threads_take_turns(library: SqliteLibrary) -> None:
    start = threading.Barrier(8)

    def write(_: int) -> list[int]:
        start.wait()
        runs = [library.begin_run(REQUEST, "A") for _ in range(5)]
        for run in runs:
            library.add_entry(an_entry(run))
        return [run.number for run in runs]

    with ThreadPoolExecutor(8) as pool:
        numbers = [number for part in pool.map(write, range(8)) for number in part]

    assert sorted(numbers) == list(range(1, 41))
    assert len(library.entries()) == 40
    assert all(run.arrived == 1 for run in library.runs())


def test_what_cannot_be_a_variation_is_a_bug_and_travels(library: SqliteLibrary) -> None:
    run = library.begin_run(REQUEST, "A")
    library.add_entry(an_entry(run))

    with pytest.raises(sqlite3.IntegrityError):
        library.add_entry(an_entry(run, id="another one in the same place", file="images/other.png"))
    with pytest.raises(sqlite3.IntegrityError):
        library.add_entry(an_entry(replace(run, number=99)))

    assert len(library.entries()) == 1


NOT_TOUCHED = {
    "not a database": b"A shopping list: eggs, milk. " * 200,
    "cut short": b"SQLite format 3\x00" + b"\x10\x00\x01\x01",
    "a header and nothing": b"SQLite format 3\x00" + bytes(4080),
}


@pytest.mark.parametrize("content", NOT_TOUCHED.values(), ids=NOT_TOUCHED.keys())
def test_what_is_no_library_is_refused_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / FILE_NAME
    file.write_bytes(content)

    with pytest.raises(LibraryUnavailable) as caught:
        SqliteLibrary(tmp_path)

    assert "library" in str(caught.value).lower()
    assert "left it as it is" in caught.value.hint
    assert file.read_bytes() == content
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


def _all_but_the_schema(content: bytearray) -> None:
    content[4096:] = bytes(len(content) - 4096)


def _one_page_in_the_middle(content: bytearray) -> None:
    middle = len(content) // 4096 // 2 * 4096
    content[middle : middle + 4096] = bytes(4096)


def _the_end(content: bytearray) -> None:
    del content[-3 * 4096 :]


@pytest.mark.parametrize("damage", [_all_but_the_schema, _one_page_in_the_middle, _the_end])
def test_a_damaged_library_is_refused_and_left_as_it_is(
    library: SqliteLibrary, tmp_path: Path, damage: Callable[[bytearray], None]
) -> None:
    for _ in range(200):
        library.begin_run(REQUEST, "A")
    library.close()
    file = tmp_path / FILE_NAME
    content = bytearray(file.read_bytes())
    damage(content)
    file.write_bytes(content)

    with pytest.raises(LibraryUnavailable, match="damaged"):
        SqliteLibrary(tmp_path)

    assert file.read_bytes() == bytes(content)


def test_another_programs_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / FILE_NAME
    other = sqlite3.connect(file)
    other.execute("CREATE TABLE recipes (name TEXT)")
    other.close()
    content = file.read_bytes()

    with pytest.raises(LibraryUnavailable, match="another program"):
        SqliteLibrary(tmp_path)

    assert file.read_bytes() == content


def test_an_empty_file_is_a_library_that_never_began(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).touch()  # as a kill right after the first opening leaves it

    library = SqliteLibrary(tmp_path)

    assert library.runs() == ()
    library.close()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(LibraryUnavailable, match="folder could not be written") as caught:
        SqliteLibrary(tmp_path / "file" / "library")

    assert isinstance(caught.value.__cause__, OSError)


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()

    with pytest.raises(LibraryUnavailable, match="could not be opened"):
        SqliteLibrary(tmp_path)


def test_a_full_disk_is_told_and_the_library_goes_on_when_there_is_room(library: SqliteLibrary) -> None:
    kept = library.begin_run(REQUEST, "A")
    library._db.execute("PRAGMA max_page_count = 1")  # SQLite's own way to fill a disk; it takes the present size

    with pytest.raises(LibraryUnavailable, match="full") as caught:
        _fill(library)
    assert caught.value.retryable
    last = library.runs()[0]
    library._db.execute("PRAGMA max_page_count = 1000000")
    after = library.begin_run(REQUEST, "A")

    assert after.number == last.number + 1
    assert library.runs()[-1] == kept


def test_a_disk_that_refuses_a_write_is_told_and_nothing_is_half_there(library: SqliteLibrary, tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="only Unix limits the size of files")
    kept = library.begin_run(REQUEST, "A")
    limit, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    written = sum(path.stat().st_size for path in tmp_path.iterdir())

    resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))  # every write beyond the first byte fails, for real
    try:
        with pytest.raises(LibraryUnavailable, match="could not be read or written"):
            library.begin_run(REQUEST, "A")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))

    assert written > 1
    assert library.runs() == (kept,)
    assert library.begin_run(REQUEST, "A").number == 2


ENVIRONMENT = [
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_READONLY_DBMOVED,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_IOERR_FSYNC,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_NOLFS,
    sqlite3.SQLITE_AUTH,
    sqlite3.SQLITE_NOTADB,
]
BUGS = [
    sqlite3.SQLITE_ERROR,
    sqlite3.SQLITE_INTERNAL,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_SCHEMA,
    sqlite3.SQLITE_TOOBIG,
    sqlite3.SQLITE_CONSTRAINT_UNIQUE,
    sqlite3.SQLITE_MISMATCH,
    sqlite3.SQLITE_MISUSE,
    sqlite3.SQLITE_RANGE,
]


@pytest.mark.parametrize("code", ENVIRONMENT)
def test_what_the_environment_refuses_is_a_sentence(code: int) -> None:
    told = refusal(_error(code))

    assert told is not None
    assert str(told).endswith(".")
    assert told.hint.endswith(".")


@pytest.mark.parametrize("code", BUGS)
def test_what_is_our_mistake_is_not_explained_away(code: int) -> None:
    assert refusal(_error(code)) is None


def test_an_error_of_pythons_own_module_is_a_bug() -> None:
    assert refusal(sqlite3.ProgrammingError("Cannot operate on a closed database.")) is None


def test_fifty_thousand_variations_load_at_once(library: SqliteLibrary) -> None:
    library._db.execute("BEGIN")  # one fsync for all of them
    for _ in range(5_000):
        a_finished_run(library, seconds=2.0, arrived=10, count=10)
    library._db.execute("COMMIT")

    started = time.process_time()
    runs, entries = library.runs(), library.entries()
    spent = time.process_time() - started

    assert (len(runs), len(entries)) == (5_000, 50_000)
    assert spent < 2.0  # 0.5 s of this thread, with room for a slower machine


def test_closing_twice_is_closing_once(library: SqliteLibrary) -> None:
    library.close()
    library.close()


def _fill(library: SqliteLibrary) -> None:
    for _ in range(1000):
        library.begin_run(replace(REQUEST, user="x" * 500), "A")


def _error(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("as SQLite words it")
    error.sqlite_errorcode = code
    return error
