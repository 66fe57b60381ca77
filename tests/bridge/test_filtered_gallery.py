"""The gallery with one framing alone: what passes is shown as it comes, what does not is kept for later."""

from dataclasses import replace

import pytest

from imgvar_desktop.bridge.filtered_gallery import FilteredGallery
from imgvar_desktop.core.library import RunState
from imgvar_desktop.core.runs import RunFinished, RunProgress, RunQueued, RunStarted, VariationArrived
from tests.bridge.test_gallery_model import closed, entry, run


def framed(number: int, name: str):
    record = run(number, 2)
    return replace(record, request=replace(record.request, framing_name=name))


@pytest.fixture
def gallery(qtbot) -> FilteredGallery:
    gallery = FilteredGallery()
    for number, name in ((1, ""), (2, "wide"), (3, "tight")):
        record = framed(number, name)
        gallery.on_reported(RunQueued(record))
        gallery.on_reported(VariationArrived(record.id, entry(record, 0)))
    return gallery


def numbers(gallery: FilteredGallery) -> list[int]:
    return [section.run.number for section in gallery.sections]


def test_all_show_until_one_is_asked_for(gallery):
    assert numbers(gallery) == [3, 2, 1]
    assert gallery.framings == ("", "tight", "wide")


def test_one_framing_alone_and_back_to_all(gallery, qtmodeltester):
    gallery.show_framing("wide")
    assert (numbers(gallery), gallery.rowCount()) == ([2], 2)
    qtmodeltester.check(gallery)

    gallery.show_framing(None)
    assert (numbers(gallery), gallery.rowCount()) == ([3, 2, 1], 6)


def test_the_persons_own_framing_is_one_too(gallery):
    gallery.show_framing("")
    assert numbers(gallery) == [1]


def test_what_happens_to_a_hidden_run_is_there_when_it_shows(gallery):
    gallery.show_framing("wide")
    hidden = framed(4, "tight")
    for event in (
        RunQueued(hidden),
        RunStarted(hidden.id, None),
        RunProgress(hidden.id, 0.5, "Composing"),
        VariationArrived(hidden.id, entry(hidden, 1)),
        RunFinished(closed(hidden, 1, RunState.FINISHED)),
    ):
        gallery.on_reported(event)
    assert numbers(gallery) == [2]

    gallery.show_framing("tight")

    assert numbers(gallery) == [4, 3]
    assert [gallery.tile(row).entry is not None for row in range(gallery.rowCount())] == [True, True, False]


def test_a_run_that_passes_shows_at_once(gallery, qtbot):
    gallery.show_framing("wide")
    with qtbot.waitSignal(gallery.rowsInserted):
        gallery.on_reported(RunQueued(framed(5, "wide")))
    assert numbers(gallery) == [5, 2]
