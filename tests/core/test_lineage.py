from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from imgvar_desktop.core.framing import Framing
from imgvar_desktop.core.geometry import Square
from imgvar_desktop.core.library import Entry, RunRecord
from imgvar_desktop.core.lineage import Lineage
from imgvar_desktop.core.request import Source, VariationRequest

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PHOTO = "photo"


def a_run(number: int, source_key: str) -> RunRecord:
    request = VariationRequest(Source(source_key, "lake", 100, 100), Framing(Square(0, 0, 100)), 4, 256, "on-device")
    return RunRecord(f"run-{number}", number, request, "On this device", NOW)


def an_entry(run: RunRecord, index: int, sha256: str) -> Entry:
    file = f"images/{sha256}-{run.number}.png"
    ends = ("lake", file, sha256, 256, 256, "image/png", NOW)
    return Entry(f"{run.id}-{index}", run.id, run.number, index, *ends)


@pytest.fixture
def family() -> tuple[list[RunRecord], dict[str, Entry]]:
    """photo → a, b; a → c, d; c → e; and another photo → x."""
    runs = [a_run(1, PHOTO), a_run(2, "a"), a_run(3, "c"), a_run(4, "another photo")]
    made = {1: "ab", 2: "cd", 3: "e", 4: "x"}
    return runs, {name: an_entry(run, index, name) for run in runs for index, name in enumerate(made[run.number])}


def names(entries: Sequence[Entry]) -> str:
    return "".join(entry.sha256 for entry in entries)


def test_a_variation_was_made_from_the_one_whose_bytes_were_its_source(family):
    runs, entries = family
    lineage = Lineage(runs, entries.values())

    assert lineage.parent(entries["a"]) is None
    assert lineage.parent(entries["c"]) is entries["a"]
    assert names(lineage.ancestors(entries["e"])) == "ac"
    assert names(lineage.ancestors(entries["a"])) == ""
    assert names(lineage.children(entries["a"])) == "cd"
    assert names(lineage.children(entries["b"])) == ""
    assert names(lineage.siblings(entries["a"])) == "ab"
    assert names(lineage.siblings(entries["e"])) == "e"


def test_the_order_in_which_the_library_tells_does_not_matter(family):
    runs, entries = family
    lineage = Lineage(reversed(runs), reversed(entries.values()))

    assert names(lineage.ancestors(entries["e"])) == "ac"
    assert names(lineage.siblings(entries["a"])) == "ab"


def test_the_chain_holds_when_one_in_it_is_deleted_and_gone(family):
    runs, entries = family
    entries["a"] = replace(entries["a"], trashed_at=NOW)
    entries["c"] = replace(entries["c"], trashed_at=NOW, purged=True)
    lineage = Lineage(runs, entries.values())

    assert names(lineage.ancestors(entries["e"])) == "ac"
    assert names(lineage.children(entries["a"])) == "d"
    assert names(lineage.siblings(entries["d"])) == "d"
    assert names(lineage.children(entries["c"])) == "e"


def test_runs_and_variations_that_come_later_are_known(family):
    runs, entries = family
    lineage = Lineage(runs, entries.values())

    again = a_run(5, "a")
    lineage.add_run(again)
    lineage.add_run(again)
    lineage.add(an_entry(again, 0, "f"))

    assert names(lineage.children(entries["a"])) == "cdf"
    assert names(lineage.siblings(entries["d"])) == "cdf"


def test_a_variation_that_changed_takes_its_own_place(family):
    runs, entries = family
    lineage = Lineage(runs, entries.values())

    lineage.add(replace(entries["a"], trashed_at=NOW))
    assert names(lineage.siblings(entries["b"])) == "b"
    lineage.add(entries["a"])

    assert names(lineage.siblings(entries["b"])) == "ab"
    assert lineage.parent(entries["c"]) is entries["a"]


def test_of_equal_bytes_the_oldest_is_the_parent(family):
    runs, entries = family
    copy = an_entry(a_run(6, PHOTO), 0, "a")
    lineage = Lineage([*runs, a_run(6, PHOTO)], [copy, *entries.values()])

    assert lineage.parent(entries["c"]) is entries["a"]
    assert names(lineage.children(copy)) == "cd"


def test_a_service_that_gives_the_picture_back_is_not_its_own_parent():
    run = a_run(1, "same")
    entry = an_entry(run, 0, "same")
    lineage = Lineage([run], [entry])

    assert lineage.parent(entry) is None
    assert lineage.ancestors(entry) == ()


def test_equal_bytes_make_no_ring():
    runs = [a_run(1, "b"), a_run(2, "a")]
    a, b = an_entry(runs[0], 0, "a"), an_entry(runs[1], 0, "b")
    lineage = Lineage(runs, [a, b])

    assert lineage.ancestors(a) == ()  # what is older came of the picture from outside
    assert lineage.ancestors(b) == (a,)


def test_a_variation_of_an_unknown_run_stands_alone():
    entry = an_entry(a_run(9, PHOTO), 0, "z")
    lineage = Lineage([], [entry])

    assert lineage.parent(entry) is None
    assert lineage.siblings(entry) == ()
    assert lineage.children(entry) == ()


def test_a_service_that_gives_the_picture_back_makes_nobody_their_own_parent():
    """``photo`` is a picture from outside, and one of the two that came back of it has its very bytes."""
    outside, later = a_run(1, PHOTO), a_run(2, PHOTO)
    echo, sibling = an_entry(outside, 0, PHOTO), an_entry(outside, 1, "b")
    second = an_entry(later, 0, "c")
    lineage = Lineage([outside, later], [echo, sibling, second])

    assert lineage.parent(echo) is None
    assert lineage.parent(sibling) is None  # made at its side, not of it
    assert names(lineage.children(echo)) == "c"
    assert names(lineage.children(second)) == ""
    assert lineage.parent(second) is echo
