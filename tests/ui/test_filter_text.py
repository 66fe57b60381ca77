"""Each thing that a filter asks for is one chip, and taking all chips off leaves nothing hidden."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QLocale

from imgvar_desktop.core.filters import OPEN, Filter
from imgvar_desktop.core.library import Flag, Label
from imgvar_desktop.core.shelf import Shelf
from imgvar_desktop.ui.filter_text import chips, days_text
from tests.bridge.test_gallery_model import finished

LOCALE = QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom)
SHELF = Shelf([finished(7, 1)[0]])
KEY = "0" * 64

WORDS = st.text("abc ", max_size=4)
FILTERS = st.builds(
    Filter,
    flags=st.lists(st.sampled_from(Flag), unique=True).map(tuple),
    stars=st.integers(0, 5),
    labels=st.lists(st.sampled_from(Label), unique=True).map(tuple),
    source_keys=st.lists(st.sampled_from([KEY, "1" * 64]), unique=True).map(tuple),
    run_numbers=st.lists(st.integers(1, 9), unique=True).map(tuple),
    service_ids=st.lists(st.sampled_from(["on-device", "gone"]), unique=True).map(tuple),
    models=st.lists(WORDS, unique=True).map(tuple),
    sizes_px=st.lists(st.sampled_from([256, 1024]), unique=True).map(tuple),
    framing_names=st.lists(st.sampled_from(["", "wide"]), unique=True).map(tuple),
    first_day=st.none() | st.dates(),
    last_day=st.none() | st.dates(),
    childless=st.booleans(),
    undelivered=st.booleans(),
    text=st.sampled_from(["", "lake"]),
)


@given(FILTERS)
def test_taking_off_chip_after_chip_leaves_everything(filter_):
    taken = 0
    while shown := list(chips(filter_, SHELF, LOCALE)):
        assert all(chip.text for chip in shown if chip.without.models == filter_.models)
        assert len(list(chips(shown[0].without, SHELF, LOCALE))) == len(shown) - 1
        filter_, taken = shown[0].without, taken + 1

    assert filter_ == OPEN
    assert taken <= 13


@pytest.mark.parametrize(
    ("filter_", "text"),
    [
        (Filter(flags=(Flag.PICK,)), "Picked"),
        (Filter(flags=(Flag.PICK, Flag.NONE)), "Picked or No flag"),
        (Filter(stars=3), "★ ≥ 3"),
        (Filter(labels=(Label.GREEN, Label.RED)), "Green or Red"),
        (Filter(source_keys=(KEY,)), "lake"),
        (Filter(source_keys=("1" * 64,)), "Another source"),
        (Filter(run_numbers=(7,)), "Run 7"),
        (Filter(service_ids=("on-device",)), "On this device"),
        (Filter(sizes_px=(512,)), "512 px"),
        (Filter(framing_names=("wide",)), "Wide"),
        (Filter(undelivered=True), "Not saved"),
        (Filter(text="the light"), "“the light”"),
    ],
)
def test_a_chip_says_what_it_asks_for(filter_, text):
    assert [chip.text for chip in chips(filter_, SHELF, LOCALE)] == [text]


def test_days_are_said_as_briefly_as_can_be():
    one, other = date(2026, 11, 2), date(2026, 11, 9)

    assert days_text(one, one, LOCALE) == "02/11/2026"
    assert days_text(one, None, LOCALE) == "Since 02/11/2026"
    assert days_text(None, other, LOCALE) == "Until 09/11/2026"
    assert days_text(one, other, LOCALE) == "02/11/2026 – 09/11/2026"
