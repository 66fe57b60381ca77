"""The gallery's model: what is reported becomes rows in sections, and every row is in the section that counts it."""

import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QAbstractListModel, QPersistentModelIndex, Qt

from imgvar_desktop.bridge.gallery_model import GalleryModel, Role
from imgvar_desktop.core.errors import ServerFailed
from imgvar_desktop.core.framing import Framing
from imgvar_desktop.core.geometry import Square
from imgvar_desktop.core.library import Entry, RunRecord, RunState
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

SOURCE = Source("0" * 64, "lake", 64, 64)


def run(number: int, count: int = 3) -> RunRecord:
    request = VariationRequest(
        source=SOURCE, framing=Framing(Square(0, 0, 64)), count=count, size_px=256, service_id="on-device"
    )
    return RunRecord(f"run-{number}", number, request, "On this device", datetime(2026, 11, 23, tzinfo=UTC))


def entry(of: RunRecord, index: int) -> Entry:
    return Entry(
        id=f"{of.id}-{index}",
        run_id=of.id,
        run_number=of.number,
        index=index,
        source_name="lake",
        file=f"images/2026-11/lake_v{of.number:02}-{index + 1:02}.png",
        sha256=f"{of.number:032x}{index:032x}",
        width=256,
        height=256,
        media_type="image/png",
        created_at=of.created_at,
    )


def closed(of: RunRecord, arrived: int, state: RunState) -> RunRecord:
    return replace(of, state=state, arrived=arrived, seconds=1.0)


@pytest.fixture
def model(qtbot, qtmodeltester) -> GalleryModel:
    """Watched by Qt's own model tester for as long as the test lasts."""
    model = GalleryModel()
    qtmodeltester.check(model, force_py=False)
    return model


def shown(model: GalleryModel) -> list[tuple[int, int, bool]]:
    """Run, place and whether it is filled, row by row, as the sections see them."""
    rows = []
    for section in model.sections:
        for row in range(section.first, section.first + section.count):
            tile = model.tile(row)
            assert model.section_of(row) is section
            assert tile.run_id == section.run.id
            rows.append((section.run.number, tile.index, tile.entry is not None))
    assert len(rows) == model.rowCount()
    return rows


def test_a_run_that_waits_has_its_places_on_top(model):
    model.on_reported(RunQueued(run(1, 2)))
    model.on_reported(RunQueued(run(2, 1)))

    assert shown(model) == [(2, 0, False), (1, 0, False), (1, 1, False)]


def test_what_arrives_fills_its_place_and_tells_just_that_row(model, qtbot):
    first = run(1)
    model.on_reported(RunQueued(first))
    model.on_reported(RunStarted(first.id, None))

    with qtbot.waitSignal(model.dataChanged) as got:
        model.on_reported(VariationArrived(first.id, entry(first, 1)))

    top, bottom, roles = got.args
    assert (top.row(), bottom.row()) == (1, 1)
    assert int(Role.TILE) in [int(role) for role in roles]
    assert shown(model) == [(1, 0, False), (1, 1, True), (1, 2, False)]
    assert model.sections[0].run.arrived == 1


@pytest.mark.parametrize("close", [RunStopped, lambda r: RunFailed(r, ServerFailed("Broken.")), RunFinished])
def test_places_that_stayed_empty_go_when_the_run_closes(model, close):
    first, second = run(1), run(2)
    for each in (first, second):
        model.on_reported(RunQueued(each))
    model.on_reported(VariationArrived(second.id, entry(second, 1)))

    model.on_reported(close(closed(second, 1, RunState.STOPPED)))

    assert shown(model) == [(2, 1, True), (1, 0, False), (1, 1, False), (1, 2, False)]
    assert model.sections[0].run.missing == 2


def test_one_more_than_was_asked_for_is_kept_at_the_end_of_its_run(model):
    first, second = run(1, 1), run(2, 1)
    for each in (first, second):
        model.on_reported(RunQueued(each))
        model.on_reported(VariationArrived(each.id, entry(each, 0)))

    model.on_reported(VariationArrived(second.id, entry(second, 1)))

    assert shown(model) == [(2, 0, True), (2, 1, True), (1, 0, True)]


def test_an_index_that_one_holds_stays_with_its_tile(model):
    first, second = run(1, 2), run(2, 4)
    model.on_reported(RunQueued(first))
    model.on_reported(VariationArrived(first.id, entry(first, 1)))
    held = QPersistentModelIndex(model.index(1))

    model.on_reported(RunQueued(second))
    model.on_reported(RunStopped(closed(second, 0, RunState.STOPPED)))
    model.on_reported(RunStopped(closed(first, 1, RunState.STOPPED)))

    assert model.tile(held.row()).entry == entry(first, 1)


def test_the_library_s_contents_go_below_what_was_reported_meanwhile(model):
    old, new = run(1, 2), run(2, 1)
    model.on_reported(RunQueued(new))

    model.fill([new, closed(old, 2, RunState.FINISHED)], [entry(old, 0), entry(old, 1)])

    assert shown(model) == [(2, 0, False), (1, 0, True), (1, 1, True)]


def test_progress_never_loses_what_is_known(model):
    first = run(1)
    model.on_reported(RunQueued(first))
    model.on_reported(RunStarted(first.id, 4.0))
    model.on_reported(RunProgress(first.id, 0.4, "Composing"))
    model.on_reported(RunProgress(first.id, None, "Receiving 3.2 MB"))

    assert model.sections[0].fraction == 0.4
    assert model.sections[0].activity == "Receiving 3.2 MB"


def test_a_tile_is_read_out_with_its_place(model):
    first = run(12, 4)
    model.on_reported(RunQueued(first))
    model.on_reported(VariationArrived(first.id, entry(first, 2)))

    spoken = [model.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in (1, 2)]

    assert spoken == ["Variation 2 of 4, run 12, on its way", "Variation 3 of 4, run 12"]


def test_any_story_keeps_rows_and_sections_together(model):
    dice = random.Random(7)
    open_runs: list[RunRecord] = []
    arrived: dict[str, int] = {}
    for number in range(1, 40):
        story = dice.random()
        if story < 0.4 or not open_runs:
            open_runs.append(run(number, dice.randint(1, 5)))
            arrived[open_runs[-1].id] = 0
            model.on_reported(RunQueued(open_runs[-1]))
        elif story < 0.8:
            lucky = dice.choice(open_runs)
            model.on_reported(VariationArrived(lucky.id, entry(lucky, arrived[lucky.id])))
            arrived[lucky.id] += 1
        else:
            done = open_runs.pop(dice.randrange(len(open_runs)))
            model.on_reported(RunFinished(closed(done, arrived[done.id], RunState.FINISHED)))
        shown(model)
    assert isinstance(model, QAbstractListModel)
    assert sum(arrived.values()) == sum(filled for _, _, filled in shown(model))
