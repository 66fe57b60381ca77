"""Marks and deletions show at once, are written down in their order, and can be undone one by one."""

import gc
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from imgvar_desktop.adapters.settings_file import SettingsFile
from imgvar_desktop.adapters.sqlite_library import SqliteLibrary
from imgvar_desktop.bridge.catalogue import Catalogue
from imgvar_desktop.bridge.history import History
from imgvar_desktop.bridge.office import Office
from imgvar_desktop.core.errors import LibraryUnavailable
from imgvar_desktop.core.library import Entry, Flag, Label, Marks
from imgvar_desktop.core.shelf import Shelf
from tests.bridge.conftest import PATIENCE_MS
from tests.bridge.test_gallery_model import entry, run

REFUSAL = LibraryUnavailable("The disk with the library is full.")


class FullDisk:
    """A library whose disk is full while ``full`` is set; for all else the real one."""

    def __init__(self, library: SqliteLibrary) -> None:
        self._library = library
        self.full = False

    def mark(self, marks) -> None:
        if self.full:
            raise REFUSAL
        self._library.mark(marks)

    def __getattr__(self, name: str) -> object:
        return getattr(self._library, name)


@pytest.fixture
def entries(workshop) -> list[Entry]:
    record = workshop.library.begin_run(run(1, 3).request, "On this device")
    made = [replace(entry(record, index), run_number=record.number) for index in range(3)]
    for each in made:
        workshop.library.add_entry(each)
    return made


@pytest.fixture
def disk(workshop) -> FullDisk:
    return FullDisk(workshop.library)


@pytest.fixture
def catalogue(qtbot, workshop, entries) -> Catalogue:
    catalogue = Catalogue()
    catalogue.fill(Shelf(workshop.library.runs(), entries))
    return catalogue


@pytest.fixture
def history(catalogue, async_thread, workshop, disk, tmp_path) -> History:
    async def shop():
        return replace(workshop, library=disk)

    return History(catalogue, Office(async_thread, shop, SettingsFile(tmp_path / "settings.json")))


def picked(marks: Marks) -> Marks:
    return replace(marks, flag=Flag.PICK)


def starred(stars: int):
    return lambda marks: replace(marks, stars=stars)


def seen(catalogue: Catalogue) -> list[Marks]:
    return [e.marks for e in sorted(catalogue.entries(t.key for t in catalogue.shelf.tiles), key=lambda e: e.index)]


def kept(workshop) -> list[Marks]:
    return [e.marks for e in workshop.library.entries()]


def test_a_mark_is_seen_at_once_and_written_down(qtbot, history, catalogue, entries, workshop):
    history.mark(entries[:2], picked, "Pick of 2")

    assert seen(catalogue) == [Marks(Flag.PICK), Marks(Flag.PICK), Marks()]
    assert history.stack.undoText() == "Pick of 2"
    qtbot.waitUntil(lambda: kept(workshop) == seen(catalogue), timeout=PATIENCE_MS)


def test_everything_is_undone_and_redone_in_its_order(qtbot, history, catalogue, entries, workshop):
    history.mark(entries, starred(3), "Stars of 3")
    history.mark(catalogue.entries([entries[0].id]), starred(5), "Stars of 1")
    history.mark(catalogue.entries([entries[0].id]), lambda m: replace(m, label=Label.RED, note="sky"), "Note of 1")
    history.trash(catalogue.entries([entries[1].id]), "Delete of 1")
    after = seen(catalogue)

    for _ in range(4):
        history.stack.undo()
    assert seen(catalogue) == [Marks()] * 3
    assert catalogue.entries([entries[1].id])[0].trashed_at is None
    gc.collect()
    for _ in range(4):
        history.stack.redo()

    assert seen(catalogue) == after
    assert after[0] == Marks(stars=5, label=Label.RED, note="sky")
    assert catalogue.entries([entries[1].id])[0].trashed_at is not None
    qtbot.waitUntil(lambda: kept(workshop) == after, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: workshop.library.entries()[1].trashed_at is not None, timeout=PATIENCE_MS)


def test_quick_changes_of_mind_end_as_they_were_made(qtbot, history, catalogue, entries, workshop):
    for stars in (1, 2, 3, 4, 5, 4, 3, 2, 1) * 10:
        history.mark(catalogue.entries([entries[0].id]), starred(stars), "Stars")

    qtbot.waitUntil(lambda: not history._writing, timeout=PATIENCE_MS)
    assert kept(workshop)[0] == Marks(stars=1)


def test_what_stays_as_it_was_is_no_step(history, entries):
    history.mark(entries, starred(0), "Stars of 3")

    assert history.stack.count() == 0


def test_what_the_disk_refuses_is_taken_back_and_told(qtbot, history, catalogue, entries, workshop, disk):
    history.mark(entries[:1], starred(2), "Stars of 1")
    qtbot.waitUntil(lambda: not history._writing, timeout=PATIENCE_MS)
    disk.full = True

    with qtbot.waitSignal(history.refused, timeout=PATIENCE_MS) as got:
        history.mark(catalogue.entries(e.id for e in entries), picked, "Pick of 3")
        assert seen(catalogue)[2] == Marks(Flag.PICK)

    assert got.args == [REFUSAL]
    assert seen(catalogue) == kept(workshop) == [Marks(stars=2), Marks(), Marks()]
    assert history.stack.undoText() == "Stars of 1"
    disk.full = False
    history.stack.undo()
    assert seen(catalogue) == [Marks()] * 3


def test_what_was_done_since_is_not_taken_back_with_it(qtbot, history, catalogue, entries, workshop, disk):
    disk.full = True
    with qtbot.waitSignal(history.refused, timeout=PATIENCE_MS):
        history.mark(entries[:2], picked, "Pick of 2")
        newer = replace(catalogue.entries([entries[0].id])[0], marks=Marks(Flag.REJECT))
        catalogue.change([newer])

    assert seen(catalogue) == [Marks(Flag.REJECT), Marks(), Marks()]


def test_putting_back_and_undoing_it_keeps_the_moments_of_deletion(qtbot, history, catalogue, entries, workshop):
    history.trash(entries[:1], "Delete of 1")
    history.trash(catalogue.entries([entries[1].id]), "Delete of 1")
    moments = [e.trashed_at for e in catalogue.entries(e.id for e in entries)]
    assert None not in moments[:2]
    assert moments[2] is None

    history.put_back(catalogue.entries(e.id for e in entries), "Put back 2")
    assert [e.trashed_at for e in catalogue.entries(e.id for e in entries)] == [None] * 3
    history.stack.undo()

    assert [e.trashed_at for e in catalogue.entries(e.id for e in entries)] == moments
    qtbot.waitUntil(lambda: [e.trashed_at for e in workshop.library.entries()] == moments, timeout=PATIENCE_MS)
    assert all(moment is None or moment <= datetime.now(UTC) for moment in moments)
