"""What is said when an export is over says just what became of it."""

from pathlib import Path

import pytest

from imgvar_desktop.bridge.exporting import ExportOrder, Wish
from imgvar_desktop.core.delivery import Delivered, ExportReport, Refused, Skipped
from imgvar_desktop.core.errors import ExportRefused
from imgvar_desktop.core.export_options import Clash, ExportOptions, Format, Target
from imgvar_desktop.ui.saving_text import clash_text, failure_text, report_text, worth_reading
from tests.core.test_file_template import ENTRY, RUN

FOLDER = Path("/pictures/For the client")
DONE = Delivered(ENTRY, FOLDER / "a.png")
STRIPPED = Delivered(ENTRY, FOLDER / "b.png", ("EXIF", "Content Credentials"))
LEFT_OUT = Skipped(ENTRY, FOLDER / "c.png")
REFUSED = Refused(ENTRY, "d.png", ExportRefused("The disk with /pictures is full.", hint="Make room on it."))
NAMED = Refused(ENTRY, "d.png", ExportRefused("“d.png” is damaged or incomplete."))


def order(count: int = 2, **options: object) -> ExportOrder:
    return ExportOrder((Wish(ENTRY, RUN),) * count, ExportOptions(**options), FOLDER)


@pytest.mark.parametrize(
    ("wanted", "report", "text", "reading"),
    [
        (order(), ExportReport((DONE, DONE)), "2 saved to For the client", False),
        (
            order(),
            ExportReport((DONE, STRIPPED)),
            "2 saved to For the client. Left out of the service's files: EXIF, Content Credentials.",
            False,
        ),
        (order(format=Format.JPEG), ExportReport((DONE, STRIPPED)), "2 saved to For the client", False),
        (
            order(),
            ExportReport((DONE, LEFT_OUT)),
            "1 saved to For the client. 1 left out: their names are taken.",
            True,
        ),
        (order(1), ExportReport((LEFT_OUT,)), "Nothing was saved. 1 left out: their names are taken.", True),
        (order(4), ExportReport((DONE, DONE), stopped=True), "Stopped: 2 of 4 saved.", True),
        (order(4, target=Target.ZIP), ExportReport((DONE, DONE), stopped=True), "Stopped: 0 of 4 saved.", True),
        (order(target=Target.ZIP), ExportReport((DONE, DONE), FOLDER / "lake.zip"), "2 saved in lake.zip", False),
        (
            order(target=Target.SHEET),
            ExportReport((DONE, DONE), FOLDER / "lake.pdf"),
            "2 on the contact sheet lake.pdf",
            False,
        ),
    ],
)
def test_it_is_said_how_it_went(wanted, report, text, reading):
    assert report_text(wanted, report) == text
    assert worth_reading(report) is reading


@pytest.mark.parametrize(
    ("refused", "text"),
    [
        (REFUSED, "1 of 2 saved. d.png: The disk with /pictures is full."),
        (NAMED, "1 of 2 saved. “d.png” is damaged or incomplete."),
    ],
)
def test_a_refusal_names_its_file_once(refused, text):
    assert failure_text(order(), ExportReport((DONE, refused))) == text


@pytest.mark.parametrize(
    ("clash", "words"), [(Clash.NUMBER, "get a number"), (Clash.SKIP, "are left out"), (Clash.ASK, "will be asked")]
)
def test_names_that_are_taken_say_what_becomes_of_them(clash, words):
    assert words in clash_text(3, clash)
    assert clash_text(0, clash) == "No name is taken."
