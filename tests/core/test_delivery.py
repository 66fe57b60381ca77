"""What a client answers, and what may be wished for."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgvar_desktop.core.delivery import numbers_in
from imgvar_desktop.core.export_options import ExportOptions, Format, SheetField, SheetOptions


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("3, 7, 12", (3, 7, 12)),
        ("Hi! We love 7 and 3 (7 most of all).", (7, 3)),
        ("2-4 and 9", (2, 3, 4, 9)),
        ("2 – 4", (2, 3, 4)),
        ("5-3", (3, 4, 5)),
        ("#1;#2", (1, 2)),
        ("007", (7,)),
    ],
)
def test_numbers_are_found_in_what_people_write(text, numbers):
    assert numbers_in(text, 12) == numbers


@pytest.mark.parametrize(
    ("text", "words"), [("all of them", "no number in"), ("3, 13", "no number 13"), ("0", "number 0")]
)
def test_numbers_that_are_not_on_the_sheet_are_said(text, words):
    with pytest.raises(ValueError, match=words):
        numbers_in(text, 12)


@given(st.lists(st.integers(1, 500), min_size=1), st.sampled_from([", ", " ", ";", "\n", " and "]))
def test_every_list_of_numbers_comes_back(numbers, separator):
    assert numbers_in(separator.join(map(str, numbers)), 500) == tuple(dict.fromkeys(numbers))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"template": "{nope}"}, "There is no {nope}"),
        ({"quality": 0}, "quality"),
        ({"longest_px": 15}, "longest side"),
        ({"flatten": "white"}, "colour"),
        ({"flatten": "#FFFFFF0"}, "colour"),
    ],
)
def test_options_that_cannot_be_carried_out_are_refused(wrong, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        ExportOptions(**wrong)


@pytest.mark.parametrize("wrong", [{"columns": 0}, {"columns": 13}, {"fields": (SheetField.NAME, SheetField.NAME)}])
def test_sheets_that_cannot_be_made_are_refused(wrong):
    with pytest.raises(ValueError, match=r".+"):
        SheetOptions(**wrong)


def test_only_original_files_in_full_size_are_passed_on_as_they_are():
    assert ExportOptions().as_is
    assert not ExportOptions(longest_px=512).as_is
    assert not ExportOptions(format=Format.PNG).as_is
