"""The gallery's model: what the catalogue tells becomes rows in sections, and each row is in the one that counts it."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QAbstractListModel, QPersistentModelIndex, Qt

from imgvar_desktop.bridge.catalogue import Catalogue
from imgvar_desktop.bridge.gallery_model import GRANULAR, GalleryModel, Role
from imgvar_desktop.core.arrangement import Lens, RunGroup
from imgvar_desktop.core.errors import ServerFailed
from imgvar_desktop.core.filters import Filter, Grouping, Order
from imgvar_desktop.core.framing import Framing
from imgvar_desktop.core.geometry import Square
from imgvar_desktop.core.library import UNMARKED, Entry, Flag, Label, Marks, RunRecord, RunState
from imgvar_desktop.core.request import Source, VariationRequest
from imgvar_desktop.core.runs import (
    RunFailed,
    RunFinished,
    RunProgress,
    RunQueued,
    RunStarted,
    RunStopped,
    VariationArrived,
)
from imgvar_desktop.core.shelf import Shelf

SOURCE = Source("0" * 64, "lake", 64, 64)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def run(number: int, count: int = 3, source: Source = SOURCE) -> RunRecord:
    request = VariationRequest(
        source=source, framing=Framing(Square(0, 0, 64)), count=count, size_px=256, service_id="on-device"
    )
    return RunRecord(f"run-{number}", number, request, "On this device", NOON)


def entry(of: RunRecord, index: int, marks: Marks = UNMARKED) -> Entry:
    return Entry(
        id=f"{of.id}-{index}",
        run_id=of.id,
        run_number=of.number,
        index=index,
        source_name=of.request.source.name,
        file=f"images/2026-11/lake_v{of.number:02}-{index + 1:02}.png",
        sha256=f"{of.number:032x}{index:032x}",
        width=256,
        height=256,
        media_type="image/png",
        created_at=of.created_at,
        marks=marks,
    )


def closed(of: RunRecord, arrived: int, state: RunState) -> RunRecord:
    return replace(of, state=state, arrived=arrived, seconds=1.0)


def finished(number: int, count: int, source: Source = SOURCE) -> tuple[RunRecord, list[Entry]]:
    record = closed(run(number, count, source), count, RunState.FINISHED)
    return record, [entry(record, index) for index in range(count)]


def filled(catalogue: Catalogue, model: GalleryModel, *runs: tuple[RunRecord, list[Entry]]) -> None:
    catalogue.fill(Shelf((r for r, _ in runs), (e for _, entries in runs for e in entries)))
    model.look(model.lens)


@pytest.fixture
def catalogue(qtbot) -> Catalogue:
    return Catalogue()


@pytest.fixture
def model(catalogue, qtmodeltester) -> GalleryModel:
    """Watched by Qt's own model tester for as long as the test lasts."""
    model = GalleryModel(catalogue)
    qtmodeltester.check(model, force_py=False)
    return model


def shown(model: GalleryModel) -> list[tuple[int, int, bool]]:
    """Run, place and whether it is filled, row by row, as the sections see them."""
    rows = []
    for place, section in enumerate(model.sections):
        for row in model.rows_of(place):
            tile = model.tile(row)
            assert model.place_of(row) == place
            assert model.row_of(tile.key) == row
            if isinstance(section.group, RunGroup):
                assert tile.run_id == section.group.run_id
            rows.append((model.run_of(row).number, tile.index, tile.entry is not None))
    assert len(rows) == model.rowCount()
    return rows


def test_a_run_that_waits_has_its_places_on_top(catalogue, model):
    catalogue.on_reported(RunQueued(run(1, 2)))
    catalogue.on_reported(RunQueued(run(2, 1)))

    assert shown(model) == [(2, 0, False), (1, 0, False), (1, 1, False)]


def test_what_arrives_fills_its_place_and_tells_just_that_row(catalogue, model, qtbot):
    first = run(1)
    catalogue.on_reported(RunQueued(first))
    catalogue.on_reported(RunStarted(first.id, None))

    with qtbot.waitSignal(model.dataChanged) as got, qtbot.waitSignal(model.appeared) as appeared:
        catalogue.on_reported(VariationArrived(first.id, entry(first, 1)))

    top, bottom, roles = got.args
    assert (top.row(), bottom.row(), appeared.args) == (1, 1, [1])
    assert int(Role.TILE) in [int(role) for role in roles]
    assert shown(model) == [(1, 0, False), (1, 1, True), (1, 2, False)]
    assert model.run_at(0).arrived == 1


@pytest.mark.parametrize("close", [RunStopped, lambda r: RunFailed(r, ServerFailed("Broken.")), RunFinished])
def test_places_that_stayed_empty_go_when_the_run_closes(catalogue, model, close):
    first, second = run(1), run(2)
    for each in (first, second):
        catalogue.on_reported(RunQueued(each))
    catalogue.on_reported(VariationArrived(second.id, entry(second, 1)))

    catalogue.on_reported(close(closed(second, 1, RunState.STOPPED)))

    assert shown(model) == [(2, 1, True), (1, 0, False), (1, 1, False), (1, 2, False)]
    assert model.run_at(0).missing == 2


def test_a_run_of_which_nothing_came_keeps_its_header(catalogue, model):
    first = run(1)
    catalogue.on_reported(RunQueued(first))

    catalogue.on_reported(RunFailed(closed(first, 0, RunState.FAILED), ServerFailed("Broken.")))

    assert model.rowCount() == 0
    assert [model.run_at(place).state for place in range(len(model.sections))] == [RunState.FAILED]
    model.look(model.lens)
    assert len(model.sections) == 1


def test_one_more_than_was_asked_for_is_kept_at_the_end_of_its_run(catalogue, model):
    first, second = run(1, 1), run(2, 1)
    for each in (first, second):
        catalogue.on_reported(RunQueued(each))
        catalogue.on_reported(VariationArrived(each.id, entry(each, 0)))

    catalogue.on_reported(VariationArrived(second.id, entry(second, 1)))

    assert shown(model) == [(2, 0, True), (2, 1, True), (1, 0, True)]


def test_an_index_that_one_holds_stays_with_its_tile(catalogue, model):
    first, second = run(1, 2), run(2, 4)
    catalogue.on_reported(RunQueued(first))
    catalogue.on_reported(VariationArrived(first.id, entry(first, 1)))
    held = QPersistentModelIndex(model.index(1))

    catalogue.on_reported(RunQueued(second))
    catalogue.on_reported(RunStopped(closed(second, 0, RunState.STOPPED)))
    catalogue.on_reported(RunStopped(closed(first, 1, RunState.STOPPED)))

    assert model.tile(held.row()).entry == entry(first, 1)


def test_the_library_s_contents_go_below_what_was_reported_meanwhile(catalogue, model):
    new = run(2, 1)
    catalogue.on_reported(RunQueued(new))

    filled(catalogue, model, finished(1, 2), (new, []))

    assert shown(model) == [(2, 0, False), (1, 0, True), (1, 1, True)]


def test_progress_never_loses_what_is_known(catalogue, model):
    first = run(1)
    catalogue.on_reported(RunQueued(first))
    catalogue.on_reported(RunStarted(first.id, 4.0))
    catalogue.on_reported(RunProgress(first.id, 0.4, "Composing"))
    catalogue.on_reported(RunProgress(first.id, None, "Receiving 3.2 MB"))

    assert catalogue.shelf.progress(first.id).fraction == 0.4
    assert catalogue.shelf.progress(first.id).activity == "Receiving 3.2 MB"


def test_a_tile_is_read_out_with_its_place_and_its_marks(catalogue, model):
    first = run(12, 4)
    catalogue.on_reported(RunQueued(first))
    marks = Marks(Flag.PICK, 4, Label.GREEN, "the light is right")
    catalogue.on_reported(VariationArrived(first.id, entry(first, 2, marks)))

    spoken = [model.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in (1, 2)]

    assert spoken == [
        "Variation 2 of 4, run 12, on its way",
        "Variation 3 of 4, run 12, picked, 4 stars, green label, note: the light is right",
    ]


def test_marks_show_at_once_and_move_nothing_even_when_sorted_by_rating(catalogue, model, qtbot):
    filled(catalogue, model, finished(1, 3))
    model.look(Lens(order=Order.RATING))
    marked = entry(run(1), 2, Marks(stars=5))

    with qtbot.waitSignal(model.dataChanged) as got:
        catalogue.change([marked])

    assert got.args[0].row() == 2
    assert model.tile(2).entry == marked
    model.look(model.lens)
    assert model.tile(0).entry == marked


def test_what_a_filter_no_longer_lets_through_leaves_and_comes_back_to_its_place(catalogue, model):
    record, entries = finished(1, 4)
    filled(catalogue, model, (record, entries))
    model.look(Lens(filter=Filter(flags=(Flag.NONE,))))

    catalogue.change([replace(entries[1], marks=Marks(Flag.REJECT))])
    assert [index for _, index, _ in shown(model)] == [0, 2, 3]

    catalogue.change([entries[1]])
    assert [index for _, index, _ in shown(model)] == [0, 1, 2, 3]


def test_the_trash_shows_what_was_deleted_and_nothing_else(catalogue, model):
    (one, ones), (two, twos) = finished(1, 2), finished(2, 2)
    filled(catalogue, model, (two, twos), (one, ones))

    catalogue.change([replace(ones[0], trashed_at=NOON), *(replace(e, trashed_at=NOON) for e in twos)])
    assert shown(model) == [(1, 1, True)]
    assert len(model.sections) == 1, "a run of which all was deleted has no header"

    model.look(Lens(trash=True))
    assert shown(model) == [(2, 0, True), (2, 1, True), (1, 0, True)]

    catalogue.change([replace(twos[0], trashed_at=NOON, purged=True)])
    assert shown(model) == [(2, 1, True), (1, 0, True)]


def test_a_result_that_the_filter_does_not_let_through_stays_out(catalogue, model):
    filled(catalogue, model, finished(1, 2))
    model.look(Lens(filter=Filter(flags=(Flag.PICK,))))
    second = run(2)

    catalogue.on_reported(RunQueued(second))
    catalogue.on_reported(VariationArrived(second.id, entry(second, 0)))
    catalogue.on_reported(RunFinished(closed(second, 1, RunState.FINISHED)))

    assert shown(model) == []
    model.look(Lens())
    assert shown(model) == [(2, 0, True), (1, 0, True), (1, 1, True)]


@pytest.mark.parametrize(
    ("lens", "numbers"),
    [
        (Lens(), [3, 2, 1]),
        (Lens(order=Order.OLDEST), [1, 2, 3]),
        (Lens(order=Order.NAME), [2, 1, 3]),
        (Lens(grouping=Grouping.SOURCE), [3, 1, 2]),
        (Lens(grouping=Grouping.SOURCE, order=Order.NAME), [2, 1, 3]),
        (Lens(grouping=Grouping.DAY), [3, 2, 1]),
        (Lens(grouping=Grouping.NONE), [3, 2, 1]),
    ],
)
def test_sections_and_tiles_are_in_the_lens_s_order(catalogue, model, lens, numbers):
    cat = replace(SOURCE, key="1" * 64, name="cat")
    runs = [finished(1, 1), finished(2, 1, cat), finished(3, 1)]
    filled(catalogue, model, *(([(replace(r, created_at=NOON + timedelta(days=r.number))), e]) for r, e in runs))

    model.look(lens)

    assert [number for number, _, _ in shown(model)] == numbers


def test_folded_sections_keep_their_tiles_to_themselves(catalogue, model):
    (one, ones), (two, twos) = finished(1, 2), finished(2, 3)
    filled(catalogue, model, (two, twos), (one, ones))

    model.fold(0)
    assert shown(model) == [(1, 0, True), (1, 1, True)]
    assert [section.total for section in model.sections] == [3, 2]
    catalogue.change([replace(twos[1], trashed_at=NOON)])
    assert [section.total for section in model.sections] == [2, 2]
    model.fold(0)

    assert shown(model) == [(2, 0, True), (2, 2, True), (1, 0, True), (1, 1, True)]


def test_how_many_were_made_from_it_is_told_to_its_tile(catalogue, model):
    record, entries = finished(1, 1)
    filled(catalogue, model, (record, entries))
    child = run(2, 2, Source(entries[0].sha256, "lake_v01-01", 256, 256))

    catalogue.on_reported(RunQueued(child))
    catalogue.on_reported(VariationArrived(child.id, entry(child, 0)))

    assert [model.index(row).data(Role.CHILDREN) for row in range(3)] == [0, 0, 1]


@pytest.mark.parametrize("count", [4, 4 * GRANULAR])
def test_many_leave_and_come_back_however_they_are_told(catalogue, model, count):
    record, entries = finished(1, 10)
    others = [finished(number, 2) for number in range(2 + count // 2, 1, -1)]
    filled(catalogue, model, *others, (record, entries))
    before = shown(model)
    every_other = [twos[0] for _, twos in others][:count]

    catalogue.change([replace(each, trashed_at=NOON) for each in every_other])
    assert len(shown(model)) == len(before) - len(every_other)
    catalogue.change(every_other)

    assert shown(model) == before


@pytest.mark.parametrize("grouping", Grouping)
def test_any_story_keeps_rows_and_sections_together(catalogue, model, grouping):
    model.look(Lens(grouping=grouping))
    dice = random.Random(7)
    open_runs: list[RunRecord] = []
    arrived: dict[str, list[Entry]] = {}
    for number in range(1, 60):
        story = dice.random()
        kept = [e for entries in arrived.values() for e in entries]
        if story < 0.3 or not open_runs:
            open_runs.append(run(number, dice.randint(1, 5)))
            arrived[open_runs[-1].id] = []
            catalogue.on_reported(RunQueued(open_runs[-1]))
        elif story < 0.7:
            lucky = dice.choice(open_runs)
            arrived[lucky.id].append(entry(lucky, len(arrived[lucky.id])))
            catalogue.on_reported(VariationArrived(lucky.id, arrived[lucky.id][-1]))
        elif story < 0.8 and kept:
            catalogue.change([replace(dice.choice(kept), trashed_at=dice.choice([NOON, None]))])
        elif story < 0.9 and model.sections:
            model.fold(dice.randrange(len(model.sections)))
        else:
            done = open_runs.pop(dice.randrange(len(open_runs)))
            catalogue.on_reported(RunFinished(closed(done, len(arrived[done.id]), RunState.FINISHED)))
        shown(model)
    assert isinstance(model, QAbstractListModel)
    told = [(s.group, s.total) for s in model.sections]
    before = sorted(tile.key for tile in model.tiles)
    model.look(model.lens)
    assert sorted(tile.key for tile in model.tiles) == before
    assert sorted(map(str, told)) == sorted(str((s.group, s.total)) for s in model.sections)
