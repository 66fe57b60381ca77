"""Marks, trash and words in the library's database."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from imgvar_desktop.adapters.sqlite_library import SqliteLibrary
from imgvar_desktop.core.errors import LibraryUnavailable
from imgvar_desktop.core.library import UNMARKED, Entry, Flag, Label, Marks
from tests.adapters.library_rows import LAKE, REQUEST, an_entry

LATER = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
FAVOURITE = Marks(Flag.PICK, 5, Label.BLUE, "for the cover")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[SqliteLibrary]:
    library = SqliteLibrary(tmp_path)
    yield library
    library.close()


@pytest.fixture
def four(library: SqliteLibrary) -> tuple[Entry, ...]:
    run = library.begin_run(REQUEST, "On this device")
    for index in range(4):
        library.add_entry(an_entry(run, index))
    return library.entries()


def _reopened(library: SqliteLibrary, folder: Path) -> tuple[Entry, ...]:
    library.close()
    again = SqliteLibrary(folder)
    entries = again.entries()
    again.close()
    return entries


def test_marks_outlive_a_restart_and_touch_nothing_else(
    library: SqliteLibrary, four: tuple[Entry, ...], tmp_path: Path
) -> None:
    library.mark({four[1].id: FAVOURITE, four[3].id: Marks(Flag.REJECT)})

    entries = _reopened(library, tmp_path)

    assert entries == (
        four[0],
        replace(four[1], marks=FAVOURITE),
        four[2],
        replace(four[3], marks=Marks(Flag.REJECT)),
    )


def test_marks_are_taken_back(library: SqliteLibrary, four: tuple[Entry, ...]) -> None:
    library.mark({entry.id: FAVOURITE for entry in four})
    library.mark({entry.id: UNMARKED for entry in four})

    assert library.entries() == four


def test_what_is_marked_under_an_unknown_id_changes_nothing(library: SqliteLibrary, four: tuple[Entry, ...]) -> None:
    library.mark({"never seen": FAVOURITE})

    assert library.entries() == four


def test_a_variation_comes_with_the_marks_it_was_added_with(library: SqliteLibrary) -> None:
    run = library.begin_run(REQUEST, "A")
    entry = an_entry(run, marks=FAVOURITE, delivered_at=LATER, trashed_at=LATER + timedelta(days=1), purged=True)

    library.add_entry(entry)

    assert library.entries() == (entry,)


def test_deleted_ones_come_back_with_all_that_was_thought_of_them(
    library: SqliteLibrary, four: tuple[Entry, ...], tmp_path: Path
) -> None:
    library.mark({four[0].id: FAVOURITE})
    library.trash([entry.id for entry in four[:2]], LATER)
    assert [entry.trashed_at for entry in library.entries()] == [LATER, LATER, None, None]
    assert [entry.kept for entry in library.entries()] == [False, False, True, True]

    library.trash([entry.id for entry in four[:2]], None)

    assert _reopened(library, tmp_path) == (replace(four[0], marks=FAVOURITE), *four[1:])


def test_moments_are_kept_in_utc_whatever_clock_they_come_from(library: SqliteLibrary, four: tuple[Entry, ...]) -> None:
    local = LATER.astimezone(timezone(timedelta(hours=-8)))

    library.trash([four[0].id], local)
    library.deliver([four[0].id], local)

    (changed, *_) = library.entries()
    assert (changed.trashed_at, changed.delivered_at) == (LATER, LATER)
    assert changed.trashed_at is not None
    assert changed.trashed_at.tzinfo is UTC


def test_a_purged_variation_keeps_its_row_and_frees_its_files_name(
    library: SqliteLibrary, four: tuple[Entry, ...]
) -> None:
    library.purge([four[0].id])
    run = library.begin_run(REQUEST, "A")
    library.add_entry(an_entry(run, file=four[0].file))

    assert [entry.purged for entry in library.entries()] == [False, True, False, False, False]
    assert [run.arrived for run in library.runs()] == [1, 4]  # what is gone did arrive: nobody is to pay for it again
    with pytest.raises(sqlite3.IntegrityError):
        library.add_entry(an_entry(run, 1, file=four[0].file))


def test_a_file_that_was_found_elsewhere_is_known_there(library: SqliteLibrary, four: tuple[Entry, ...]) -> None:
    library.reconnect({four[2].id: "images/sorted/sunrise.png"})

    assert library.entries()[2] == replace(four[2], file="images/sorted/sunrise.png")
    assert library.search("sunrise") == {four[2].id}


def test_all_of_many_are_changed_or_none(library: SqliteLibrary, four: tuple[Entry, ...]) -> None:
    library._db.execute(
        f"CREATE TRIGGER refuses BEFORE UPDATE ON entries WHEN new.id = '{four[3].id}'"
        " BEGIN SELECT RAISE(ABORT, 'no'); END"
    )
    ids = [entry.id for entry in four]

    for change in (
        lambda: library.mark(dict.fromkeys(ids, FAVOURITE)),
        lambda: library.trash(ids, LATER),
        lambda: library.purge(ids),
        lambda: library.deliver(ids, LATER),
        lambda: library.reconnect({entry_id: f"images/{entry_id}.png" for entry_id in ids}),
    ):
        with pytest.raises(sqlite3.IntegrityError, match="no"):
            change()

    assert library.entries() == four
    library.mark({four[0].id: FAVOURITE})  # and the library is open for the next change
    assert library.entries()[0].marks == FAVOURITE


def test_a_full_disk_keeps_all_marks_as_they_were(library: SqliteLibrary, four: tuple[Entry, ...]) -> None:
    long = Marks(note="a very long note " * 20_000)
    library._db.execute("PRAGMA max_page_count = 1")

    with pytest.raises(LibraryUnavailable, match="full"):
        library.mark({entry.id: long for entry in four})

    assert library.entries() == four
    library._db.execute("PRAGMA max_page_count = 1000000")
    library.mark({four[0].id: FAVOURITE})
    assert library.entries()[0].marks == FAVOURITE


@pytest.fixture
def worded(library: SqliteLibrary) -> dict[str, str]:
    """Ids of variations by what a person would know them by."""
    named = {
        "lake": REQUEST,
        "café": replace(REQUEST, source=replace(LAKE, name="Café Zürich"), model="dall-e-2", prompt="at night, rain"),
        "garden": replace(REQUEST, source=replace(LAKE, name="garden"), user="studio-7"),
    }
    ids = {}
    for name, request in named.items():
        run = library.begin_run(request, "The cloud" if name == "café" else "On this device")
        file = f"images/2026-11/{name}_v{run.number:02}-01.png"
        entry = an_entry(run, file=file, revised_prompt="a heron" if name == "garden" else None)
        library.add_entry(entry)
        ids[name] = entry.id
    notes = {"lake": 'say "NOT" or 5*3 🎨 100%_x', "garden": "湖の写真を送る; Москва, Straße"}
    library.mark({ids[name]: Marks(note=note) for name, note in notes.items()})
    return ids


FOUND = {
    "nothing": ("", ""),
    "blanks": (" \t ", ""),
    "the source's name": ("lake", "lake"),
    "its beginning, in capitals": ("LAK", "lake"),
    "its end": ("ake", ""),
    "the file's name": ("lake_v01-01", "lake"),
    "the file's month": ("2026-11/", "lake café garden"),
    "the day": ("2026-11-23", "lake café garden"),
    "another day": ("2026-11-24", ""),
    "the model": ("dall-e-2", "café"),
    "the service": ("cloud", "café"),
    "what was asked for": ("night rain", "café"),
    "what the service made of it": ("heron", "garden"),
    "the user": ("studio-7", "garden"),
    "without its accents": ("cafe zurich", "café"),
    "with accents in two characters": ("cafe\u0301 zu\u0308", "café"),
    "all words": ("café garden", ""),
    "in any order": ("zürich 2026 café", "café"),
    "a word of the index's language": ("NOT", "lake"),
    "another one": ("lake OR garden", ""),
    "and NEAR": ("NEAR(lake)", ""),
    "a star": ("5*3", "lake"),
    "a star alone": ("*", "lake"),
    "quotes": ('"NOT"', "lake"),
    "a quote that does not end": ('say "', "lake"),
    "brackets and colons": ("text:lake", ""),
    "a minus in front": ("-lake", "lake"),
    "an emoji": ("🎨", "lake"),
    "an emoji beside a word": ("say 🎨", "lake"),
    "another emoji": ("🎭", ""),
    "signs that LIKE knows": ("%_", "lake"),
    "and one of them": ("_%", ""),
    "a word within a line without spaces": ("写真", "garden"),
    "its first sign": ("湖", "garden"),
    "a word that is not there": ("山", ""),
    "Cyrillic": ("моск", "garden"),
    "a sharp s": ("straße", "garden"),
    "a zero byte": ("lake\0", "lake"),
    "half a character": ("\ud83c", ""),
    "very many words": ("lake " * 3000, "lake"),
}


@pytest.mark.parametrize(("text", "expected"), FOUND.values(), ids=FOUND.keys())
def test_words_find(library: SqliteLibrary, worded: dict[str, str], text: str, expected: str) -> None:
    assert library.search(text) == {worded[name] for name in expected.split()}


def test_a_note_is_found_by_its_words_of_now(library: SqliteLibrary, worded: dict[str, str]) -> None:
    library.mark({worded["lake"]: Marks(note="sunset"), worded["café"]: Marks(stars=3)})

    assert library.search("sunset") == {worded["lake"]}
    assert library.search("NOT") == frozenset()
    assert library.search("rain") == {worded["café"]}


def test_what_was_deleted_is_found_all_the_same(library: SqliteLibrary, worded: dict[str, str]) -> None:
    # Whether the trash is looked into is for the one who asks: the words are the same.
    library.trash([worded["lake"]], LATER)
    library.purge([worded["garden"]])

    assert library.search("lake") == {worded["lake"]}
    assert library.search("heron") == {worded["garden"]}


def test_a_whole_library_says_so_and_finds_its_words_again(library: SqliteLibrary, worded: dict[str, str]) -> None:
    assert library.damage() == ""
    assert library.search("lake") == {worded["lake"]}
