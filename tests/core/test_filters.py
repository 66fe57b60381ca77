"""Which variations pass, and in which order they stand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgvar_desktop.core.arrangement import Lens, arranged
from imgvar_desktop.core.filters import OPEN, Filter, Grouping, Order, sort_key
from imgvar_desktop.core.framing import Framing
from imgvar_desktop.core.geometry import Square
from imgvar_desktop.core.library import UNMARKED, Entry, Flag, Label, Marks, RunRecord, RunState
from imgvar_desktop.core.request import Source, VariationRequest
from imgvar_desktop.core.shelf import Shelf

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def run(number: int = 1, **changes: object) -> RunRecord:
    request = VariationRequest(
        source=Source("a" * 64, "lake", 64, 64),
        framing=Framing(Square(0, 0, 64)),
        count=4,
        size_px=512,
        service_id="on-device",
    )
    wanted = replace(request, **changes)
    return RunRecord(f"run-{number}", number, wanted, "Here", NOON, RunState.FINISHED, arrived=4)


def entry(of: RunRecord, index: int = 0, marks: Marks = UNMARKED, **changes: object) -> Entry:
    made = Entry(
        id=f"{of.number}-{index}",
        run_id=of.id,
        run_number=of.number,
        index=index,
        source_name=of.request.source.name,
        file=f"images/{of.number}-{index}.png",
        sha256=f"{of.number:032x}{index:032x}",
        width=512,
        height=341,
        media_type="image/png",
        created_at=NOON,
        marks=marks,
    )
    return replace(made, **changes)


def passes(filter_: Filter, of: RunRecord, tested: Entry, *, children: bool = False) -> bool:
    return filter_.passes(tested, of, lambda _: children)


@pytest.mark.parametrize(
    ("filter_", "marks", "passed"),
    [
        (OPEN, Marks(), True),
        (Filter(flags=(Flag.PICK,)), Marks(Flag.PICK), True),
        (Filter(flags=(Flag.PICK,)), Marks(), False),
        (Filter(flags=(Flag.PICK, Flag.NONE)), Marks(), True),
        (Filter(flags=(Flag.PICK, Flag.NONE)), Marks(Flag.REJECT), False),
        (Filter(stars=3), Marks(stars=3), True),
        (Filter(stars=3), Marks(stars=5), True),
        (Filter(stars=3), Marks(stars=2), False),
        (Filter(labels=(Label.RED, Label.BLUE)), Marks(label=Label.BLUE), True),
        (Filter(labels=(Label.RED, Label.BLUE)), Marks(label=Label.GREEN), False),
        (Filter(labels=(Label.RED,)), Marks(), False),
        (Filter(flags=(Flag.PICK,), stars=2), Marks(Flag.PICK, 1), False),
        (Filter(flags=(Flag.PICK,), stars=2), Marks(Flag.PICK, 2), True),
    ],
)
def test_marks_pass_when_all_that_is_asked_for_holds(filter_, marks, passed):
    assert passes(filter_, run(), entry(run(), marks=marks)) is passed


@pytest.mark.parametrize(
    ("filter_", "passed"),
    [
        (Filter(source_keys=("a" * 64,)), True),
        (Filter(source_keys=("b" * 64,)), False),
        (Filter(run_numbers=(7, 8)), True),
        (Filter(run_numbers=(8,)), False),
        (Filter(service_ids=("on-device",)), True),
        (Filter(service_ids=("cloud",)), False),
        (Filter(models=("m1",)), True),
        (Filter(models=("m2",)), False),
        (Filter(sizes_px=(512,)), True),
        (Filter(sizes_px=(341,)), False),
        (Filter(framing_names=("wide",)), True),
        (Filter(framing_names=("",)), False),
    ],
)
def test_what_a_run_was_asked_for_counts(filter_, passed):
    of = run(7, model="m1", framing_name="wide")

    assert passes(filter_, of, entry(of)) is passed


@pytest.mark.parametrize(
    ("first", "last", "passed"),
    [
        (0, None, True),
        (None, 0, True),
        (0, 0, True),
        (1, None, False),
        (None, -1, False),
        (-3, 3, True),
        (-3, -1, False),
    ],
)
def test_days_are_those_of_the_person_s_clock_and_both_ends_belong(first, last, passed):
    today = NOON.astimezone().date()
    first_day = None if first is None else today + timedelta(days=first)
    last_day = None if last is None else today + timedelta(days=last)

    assert passes(Filter(first_day=first_day, last_day=last_day), run(), entry(run())) is passed


def test_a_moment_before_midnight_belongs_to_its_own_day():
    late = datetime(2026, 11, 23, 23, 59).astimezone()
    day = Filter(first_day=date(2026, 11, 23), last_day=date(2026, 11, 23))

    assert passes(day, run(), entry(run(), created_at=late.astimezone(UTC)))
    assert not passes(day, run(), entry(run(), created_at=(late + timedelta(minutes=2)).astimezone(UTC)))


def test_what_was_made_from_saved_or_found_counts():
    saved = entry(run(), delivered_at=NOON)

    assert passes(Filter(childless=True), run(), saved)
    assert not passes(Filter(childless=True), run(), saved, children=True)
    assert not passes(Filter(undelivered=True), run(), saved)
    assert passes(Filter(undelivered=True), run(), entry(run()))
    assert passes(Filter(found=frozenset({"1-0"})), run(), saved)
    assert not passes(Filter(found=frozenset()), run(), saved)


def test_only_the_empty_filter_is_open():
    assert OPEN.open
    assert Filter(found=None).open
    assert not Filter(found=frozenset()).open
    assert not Filter(flags=(Flag.NONE,)).open


ENTRIES = st.lists(
    st.builds(
        lambda number, index, flag, stars, name: replace(
            entry(run(number), index, Marks(flag, stars)), source_name=name
        ),
        st.integers(1, 30),
        st.integers(0, 9),
        st.sampled_from(Flag),
        st.integers(0, 5),
        st.sampled_from(["lake", "Lake", "vase", "Änne"]),
    ),
    max_size=20,
    unique_by=lambda e: e.id,
)


@given(ENTRIES, st.sampled_from(Order), st.randoms(use_true_random=False))
def test_an_order_does_not_depend_on_what_was_before(entries, order, dice):
    mixed = list(entries)
    dice.shuffle(mixed)

    if order is Order.NAME:  # two spellings of one name are equals, and stay as they are found
        mixed, entries = ([replace(e, source_name=e.source_name.casefold()) for e in es] for es in (mixed, entries))

    assert sorted(mixed, key=sort_key(order)) == sorted(entries, key=sort_key(order))


@given(ENTRIES)
def test_by_rating_the_picked_come_first_and_the_rejected_last(entries):
    ordered = sorted(entries, key=sort_key(Order.RATING))

    ranks = [[Flag.PICK, Flag.NONE, Flag.REJECT].index(e.marks.flag) for e in ordered]
    assert ranks == sorted(ranks)
    for flag in Flag:
        stars = [e.marks.stars for e in ordered if e.marks.flag is flag]
        assert stars == sorted(stars, reverse=True)


@given(ENTRIES)
def test_newest_and_oldest_are_each_other_s_opposite_between_runs(entries):
    newest = [e.run_number for e in sorted(entries, key=sort_key(Order.NEWEST))]
    oldest = [e.run_number for e in sorted(entries, key=sort_key(Order.OLDEST))]

    assert newest == oldest[::-1]


@given(ENTRIES, st.sampled_from(Order), st.sampled_from(Grouping))
def test_every_arrangement_holds_what_passes_once_and_in_sections_that_belong_together(entries, order, grouping):
    runs = {e.run_number: run(e.run_number) for e in entries}
    wanted = Filter(stars=2)

    made = arranged(Shelf(runs.values(), entries), Lens(wanted, order, grouping))

    assert sorted(tile.key for tile in made.tiles) == sorted(e.id for e in entries if e.marks.stars >= 2)
    assert sum(section.count for section in made.sections) == len(made.tiles)
    assert len({section.group for section in made.sections}) == len(made.sections)
    rows = iter(made.tiles)
    for section in made.sections:
        inside = [tile.entry for tile in islice(rows, section.count)]
        assert inside == sorted(inside, key=sort_key(order))
        if grouping is Grouping.RUN:
            assert len({e.run_id for e in inside}) == 1
