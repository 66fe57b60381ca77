"""A contact sheet shows every picture under its number, and its numbers can be looked up later."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage

from imgvar_desktop.bridge.contact_sheet import SCREEN_SCALE, drawn
from imgvar_desktop.bridge.exporting import Wish, items_of
from imgvar_desktop.bridge.workshop import Workshop
from imgvar_desktop.core.delivery import Item
from imgvar_desktop.core.errors import ExportRefused
from imgvar_desktop.core.export_options import Page, SheetField, SheetKind, SheetOptions
from imgvar_desktop.core.sheet_layout import PAGE_SIZES, Cell, laid_out
from tests.adapters.export_items import Follower
from tests.adapters.library_rows import REQUEST, an_entry
from tests.fakes import plain_png

pytestmark = pytest.mark.usefixtures("qapp")  # fonts
SCREEN = SheetOptions(kind=SheetKind.PNG, page=Page.SCREEN, columns=6, title="For the client")
COLOURS = [(200, 40 + 10 * at, 250 - 10 * at) for at in range(14)]


@pytest.fixture
def items(workshop: Workshop) -> tuple[Item, ...]:
    """More than a page of them, each of its own colour."""
    run = workshop.library.begin_run(REQUEST, "On this device")
    entries = []
    for index, colour in enumerate(COLOURS):
        data = plain_png(64, colour)
        file, sha256 = workshop.pixels.write_variation(
            data, stem=f"lake-{index}", media_type="image/png", month="2026-11"
        )
        entry = an_entry(run, index, file=file, sha256=sha256, width=64, height=64)
        workshop.library.add_entry(entry)
        entries.append(entry)
    return items_of(workshop, [Wish(entry, run) for entry in entries])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "Pictures"
    place.mkdir()
    return place


def middle_of(image: QImage, cell: Cell) -> tuple[int, int, int]:
    place = cell.picture
    x, y = (place.x + place.width / 2) * SCREEN_SCALE, (place.y + place.height / 2) * SCREEN_SCALE
    return QColor(image.pixel(round(x), round(y))).getRgb()[:3]


def ink_in(image: QImage, cell: Cell) -> int:
    """Dark pixels of the number above a picture."""
    place = cell.heading
    box = image.copy(*(round(one * SCREEN_SCALE) for one in (place.x, place.y, place.width, place.height)))
    return sum(QColor(box.pixel(x, y)).lightness() < 100 for x in range(box.width()) for y in range(box.height()))


def test_every_picture_is_in_its_cell_under_a_number(workshop, items, folder):
    report = drawn(workshop, items, SCREEN, folder / "sheet", Follower())

    assert report.target == folder / "sheet-1.png"
    pages = [QImage(str(folder / f"sheet-{page}.png")) for page in (1, 2)]
    assert {page.size().toTuple() for page in pages} == {(1920, 1080)}
    layout = laid_out(len(items), SCREEN)
    shown = [(page, cell) for page, cells in zip(pages, layout.pages, strict=True) for cell in cells]
    assert [middle_of(page, cell) for page, cell in shown] == COLOURS
    assert all(ink_in(page, cell) > 20 for page, cell in shown)
    assert [one.entry for one in report.delivered] == [item.entry for item in items]


@pytest.mark.parametrize("page", Page)
def test_a_pdf_has_pages_of_the_size_and_real_text(workshop, items, folder, page):
    options = SheetOptions(page=page, columns=4, title="Für Grüße", fields=(SheetField.NAME, SheetField.STARS))

    report = drawn(workshop, items, options, folder / "sheet", Follower())

    assert report.target is not None
    data = report.target.read_bytes()
    width, height = PAGE_SIZES[page]
    boxes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", data)
    assert len(boxes) == len(laid_out(len(items), options).pages)
    assert {(float(w), float(h)) for w, h in boxes} == {(width, height)}
    assert b"/Type /Font" in data or b"/FontDescriptor" in data
    assert data.count(b"/Subtype /Image") == len(items)


def test_its_numbers_are_remembered_newest_first(workshop, items, folder):
    drawn(workshop, items[:3], SCREEN, folder / "first", Follower())
    drawn(workshop, items[5:7], SCREEN, folder / "second", Follower())

    second, first = workshop.sheets.all()
    assert (second.title, second.file) == ("For the client", "second.png")
    assert second.entry_ids == tuple(item.entry.id for item in items[5:7])
    assert first.entry_ids == tuple(item.entry.id for item in items[:3])


def test_a_picture_that_cannot_be_read_keeps_its_number(workshop, items, folder):
    items[1].file.unlink()

    report = drawn(workshop, items[:3], SCREEN, folder / "sheet", Follower())

    image = QImage(str(folder / "sheet.png"))
    (cells,) = laid_out(3, SCREEN).pages
    assert [middle_of(image, cell) for cell in cells] == [COLOURS[0], (0xF0, 0xF0, 0xF0), COLOURS[2]]
    assert [one.entry for one in report.refused] == [items[1].entry]


def test_a_sheet_replaces_nothing(workshop, items, folder):
    (folder / "sheet.pdf").write_bytes(b"somebody's own")

    report = drawn(workshop, items, SheetOptions(), folder / "sheet", Follower())

    assert report.target == folder / "sheet (2).pdf"
    assert (folder / "sheet.pdf").read_bytes() == b"somebody's own"


def test_a_stopped_sheet_leaves_nothing(workshop, items, folder):
    report = drawn(workshop, items, SCREEN, folder / "sheet", Follower(2))

    assert report.stopped
    assert list(folder.iterdir()) == []
    assert workshop.sheets.all() == ()


def test_a_folder_that_is_gone_is_said(workshop, items, folder):
    with pytest.raises(ExportRefused, match="is not there"):
        drawn(workshop, items, SCREEN, folder / "gone" / "sheet", Follower())


def test_pictures_keep_their_shape_and_are_not_enlarged_beyond_their_cell(workshop, folder):
    run = workshop.library.begin_run(REQUEST, "On this device")
    wide = QImage(QSize(200, 100), QImage.Format.Format_RGB32)
    wide.fill(QColor(10, 200, 30))
    file = folder / "wide.png"
    wide.save(str(file))
    entry = an_entry(run, width=200, height=100)

    drawn(workshop, [Item(entry, run, file)], SCREEN, folder / "sheet", Follower())

    image = QImage(str(folder / "sheet.png"))
    ((cell,),) = laid_out(1, SCREEN).pages
    place = cell.picture
    above = QColor(image.pixel(round((place.x + 10) * SCREEN_SCALE), round((place.y + 5) * SCREEN_SCALE)))
    assert middle_of(image, cell) == (10, 200, 30)
    assert above.getRgb()[:3] == (255, 255, 255)
