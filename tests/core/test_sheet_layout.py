"""Every picture has a place of its own on the page, whatever is asked for."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgvar_desktop.core.export_options import Page, SheetField, SheetOptions
from imgvar_desktop.core.library import Label, Marks
from imgvar_desktop.core.sheet_layout import PAGE_SIZES, Rect, laid_out, lines_of
from tests.core.test_file_template import ENTRY, RUN

OPTIONS = st.builds(
    SheetOptions,
    page=st.sampled_from(Page),
    columns=st.integers(1, 12),
    fields=st.lists(st.sampled_from(SheetField), unique=True).map(tuple),
)


def within(inner: Rect, outer: Rect) -> bool:
    slack = 1e-6
    return (
        inner.x >= outer.x - slack
        and inner.y >= outer.y - slack
        and inner.x + inner.width <= outer.x + outer.width + slack
        and inner.y + inner.height <= outer.y + outer.height + slack
    )


def apart(one: Rect, other: Rect) -> bool:
    slack = 1e-6
    return (
        one.x + one.width <= other.x + slack
        or other.x + other.width <= one.x + slack
        or one.y + one.height <= other.y + slack
        or other.y + other.height <= one.y + slack
    )


@given(st.integers(0, 200), OPTIONS)
def test_cells_are_on_the_page_and_apart_from_each_other(count, options):
    sheet = laid_out(count, options)

    page = Rect(0, 0, *PAGE_SIZES[options.page])
    for cells in sheet.pages:
        parts = [part for cell in cells for part in (cell.heading, cell.picture, cell.lines)]
        assert all(within(part, page) for part in parts)
        assert all(apart(part, other) for part in parts for other in (sheet.title, sheet.foot))
        assert all(apart(a, b) for i, a in enumerate(parts) for b in parts[:i])


@given(st.integers(1, 200), OPTIONS)
def test_every_picture_has_one_square_cell_and_its_number(count, options):
    sheet = laid_out(count, options)

    cells = [cell for cells in sheet.pages for cell in cells]
    assert [cell.number for cell in cells] == list(range(1, count + 1))
    assert all(abs(cell.picture.width - cell.picture.height) < 1e-6 for cell in cells)
    assert all(cell.picture.width > 20 for cell in cells)
    assert all(sheet.pages)


def test_an_empty_sheet_is_one_empty_page():
    assert laid_out(0, SheetOptions()).pages == ((),)


@pytest.mark.parametrize(("columns", "rows"), [(1, 1), (4, 4), (6, 5)])
def test_a_page_holds_as_many_rows_as_fit(columns, rows):
    sheet = laid_out(500, SheetOptions(columns=columns))

    assert len(sheet.pages[0]) == columns * rows


def test_lines_say_what_was_asked_for_and_what_it_is_found_by():
    entry = replace(ENTRY, marks=Marks(stars=4, label=Label.GREEN, note="for\nthe poster"))
    options = SheetOptions(fields=tuple(SheetField))

    assert lines_of(entry, RUN, options) == (
        "lake_v03-02.png",
        "★★★★☆",
        "green",
        "for the poster",
        "m-1",
        f"{entry.created_at.astimezone():%Y-%m-%d %H:%M}",
        "1024 × 1024",
        "3-2 · 01234567",
    )


def test_facts_that_are_not_there_take_no_line():
    entry = replace(ENTRY, marks=Marks())

    assert lines_of(entry, RUN, SheetOptions(fields=(SheetField.LABEL, SheetField.NOTE))) == ("3-2 · 01234567",)
