"""Where things stand on a contact sheet: pages, cells and their parts, in points (1/72 inch), origin top left."""

from dataclasses import dataclass
from typing import Final

from imgvar_desktop.core.export_options import Page, SheetField, SheetOptions
from imgvar_desktop.core.file_template import SHORT_ID
from imgvar_desktop.core.library import MAX_STARS, Entry, RunRecord

PAGE_SIZES: Final = {Page.A4: (595.0, 842.0), Page.LETTER: (612.0, 792.0), Page.SCREEN: (960.0, 540.0)}
"""Width and height in points."""
MARGIN: Final = 36.0
GAP: Final = 12.0
TITLE_HEIGHT: Final = 30.0
FOOT_HEIGHT: Final = 16.0
NUMBER_HEIGHT: Final = 14.0
LINE_HEIGHT: Final = 10.0
_STAR, _NO_STAR = "★", "☆"


@dataclass(frozen=True, slots=True)
class Rect:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Cell:
    """One picture's place: its number above it, its lines below."""

    number: int
    """From 1."""
    heading: Rect
    picture: Rect
    lines: Rect


@dataclass(frozen=True, slots=True)
class SheetLayout:
    width: float
    height: float
    title: Rect
    foot: Rect
    pages: tuple[tuple[Cell, ...], ...]


def laid_out(count: int, options: SheetOptions) -> SheetLayout:
    """Square places for ``count`` pictures, row by row, on as many pages as they need; one page for none."""
    width, height = PAGE_SIZES[options.page]
    inner = width - 2 * MARGIN
    top, bottom = MARGIN + TITLE_HEIGHT, height - MARGIN - FOOT_HEIGHT
    side = (inner - (options.columns - 1) * GAP) / options.columns
    below = LINE_HEIGHT * (len(options.fields) + 1)
    # Few columns on a low page: the picture is as high as one row of them may be.
    side = min(side, bottom - top - NUMBER_HEIGHT - below)
    step_x, step_y = (inner - side) / max(options.columns - 1, 1), side + NUMBER_HEIGHT + below + GAP
    rows = max(int((bottom - top + GAP) / step_y), 1)
    cells = [
        _cell(
            at + 1,
            MARGIN + at % options.columns * step_x,
            top + at // options.columns % rows * step_y,
            side,
            below,
        )
        for at in range(count)
    ]
    on_page = rows * options.columns
    pages = tuple(tuple(cells[start : start + on_page]) for start in range(0, max(count, 1), on_page))
    return SheetLayout(
        width, height, Rect(MARGIN, MARGIN, inner, TITLE_HEIGHT), Rect(MARGIN, bottom, inner, FOOT_HEIGHT), pages
    )


def _cell(number: int, x: float, y: float, side: float, below: float) -> Cell:
    return Cell(
        number,
        Rect(x, y, side, NUMBER_HEIGHT),
        Rect(x, y + NUMBER_HEIGHT, side, side),
        Rect(x, y + NUMBER_HEIGHT + side, side, below),
    )


def lines_of(entry: Entry, run: RunRecord, options: SheetOptions) -> tuple[str, ...]:
    """What stands below a picture: a line for each field that is not empty, and last what it is found again by."""
    made = entry.created_at.astimezone()
    texts = {
        SheetField.NAME: entry.file.rpartition("/")[2],
        SheetField.STARS: _STAR * entry.marks.stars + _NO_STAR * (MAX_STARS - entry.marks.stars),
        SheetField.LABEL: entry.marks.label.value,
        SheetField.NOTE: " ".join(entry.marks.note.split()),
        SheetField.MODEL: run.request.model or run.service_name,
        SheetField.DATE: f"{made:%Y-%m-%d %H:%M}",
        SheetField.SIZE: f"{entry.width} × {entry.height}",
    }
    found_by = f"{entry.run_number}-{entry.index + 1} · {entry.id[:SHORT_ID]}"
    return (*(texts[field] for field in options.fields if texts[field]), found_by)
