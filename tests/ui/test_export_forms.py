"""The export panel's parts give options back as they were shown; a client's answer is checked while it is typed."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFormLayout, QMenu, QWidget

from imgvar_desktop.core.delivery import SheetRecord
from imgvar_desktop.core.export_options import (
    ExportOptions,
    Format,
    Metadata,
    Page,
    SheetField,
    SheetKind,
    SheetOptions,
)
from imgvar_desktop.ui.export_form import ExportForm
from imgvar_desktop.ui.name_field import NameField
from imgvar_desktop.ui.number_dialog import NumberDialog
from imgvar_desktop.ui.preset_strip import PresetStrip
from imgvar_desktop.ui.sheet_form import SheetForm

LEFT = Qt.MouseButton.LeftButton
OPTIONS = st.builds(
    ExportOptions,
    format=st.sampled_from(Format),
    quality=st.integers(1, 100),
    lossless=st.booleans(),
    flatten=st.integers(0, 0xFFFFFF).map("#{:06x}".format),
    longest_px=st.none() | st.integers(16, 20_000),
    metadata=st.sampled_from(Metadata),
    sidecar=st.booleans(),
)
SHEETS = st.builds(
    SheetOptions,
    kind=st.sampled_from(SheetKind),
    page=st.sampled_from(Page),
    columns=st.integers(1, 12),
    fields=st.sets(st.sampled_from(SheetField)).map(lambda found: tuple(one for one in SheetField if one in found)),
)
many = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)


@pytest.fixture
def panel(qtbot) -> QWidget:
    """Where forms are laid out."""
    shown = QWidget()
    QFormLayout(shown)
    qtbot.addWidget(shown)
    return shown


@pytest.fixture
def form(panel) -> ExportForm:
    made = ExportForm(panel.layout(), panel)
    made.show_options(ExportOptions())
    panel.show()
    return made


@many
@given(options=OPTIONS)
def test_options_come_back_as_they_were_shown(form, options):
    form.show_options(options)

    assert form.applied_to(ExportOptions()) == options


@many
@given(options=SHEETS)
def test_a_sheet_s_options_come_back_as_they_were_shown(panel, options):
    form = SheetForm(panel.layout(), panel)
    form.show_options(options, "lake, 4 variations")

    assert form.options == options


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        (ExportOptions(), set()),
        (ExportOptions(longest_px=512), {"quality"}),
        (ExportOptions(format=Format.PNG), set()),
        (ExportOptions(format=Format.JPEG), {"quality", "flatten"}),
        (ExportOptions(format=Format.WEBP), {"lossless"}),
        (ExportOptions(format=Format.WEBP, lossless=False), {"lossless", "quality"}),
        (ExportOptions(format=Format.TIFF), set()),
    ],
)
def test_only_what_the_format_knows_is_there(form, options, shown):
    form.show_options(options)

    controls = {"quality": form.quality, "lossless": form.lossless, "flatten": form.flatten}
    assert {name for name, control in controls.items() if control.isVisible()} == shown


def test_a_change_is_told(form, qtbot):
    with qtbot.waitSignal(form.changed):
        QTest.keyClick(form.format, Qt.Key.Key_Down)

    assert form.applied_to(ExportOptions()).format is Format.PNG


def test_a_token_is_put_in_where_one_types(qtbot):
    field = NameField()
    qtbot.addWidget(field)
    field.template.setText("a-b")
    field.template.setCursorPosition(2)

    run = next(action for action in field.tokens.menu().actions() if "{run}" in action.text())
    run.trigger()

    assert field.template.text() == "a-{run:02}b"


@pytest.fixture
def strip(qtbot) -> PresetStrip:
    shown = PresetStrip()
    qtbot.addWidget(shown)
    shown.show_folders(("/pictures/a", "", "/pictures/c"), "/pictures/now")
    shown.show()
    return shown


def test_an_empty_key_takes_the_folder_and_a_given_one_offers_its_own(strip, qtbot):
    with qtbot.waitSignal(strip.changed) as changed:
        QTest.mouseClick(strip.buttons[1], LEFT)
    with qtbot.waitSignal(strip.chosen) as chosen:
        QTest.mouseClick(strip.buttons[0], LEFT)

    assert changed.args == [("/pictures/a", "/pictures/now", "/pictures/c", *[""] * 6)]
    assert chosen.args == ["/pictures/a"]


@pytest.mark.qt_log_ignore(r"This plugin does not support (raise\(\)|grabbing the keyboard)")
@pytest.mark.parametrize(("choice", "folder"), [(0, "/pictures/now"), (1, "")])
def test_a_given_key_can_be_given_anew_or_emptied(strip, qtbot, choice, folder):
    strip.buttons[2].customContextMenuRequested.emit(QPoint(2, 2))
    menu = strip.findChild(QMenu)

    with qtbot.waitSignal(strip.changed):
        menu.actions()[choice].trigger()

    assert strip.folders[2] == folder
    menu.close()


def test_keys_say_where_they_lead(strip):
    assert strip.buttons[0].accessibleName() == "Folder 1: a"
    assert strip.buttons[1].accessibleName() == "Folder 2: none"
    assert "Ctrl+Alt+3" in strip.buttons[2].toolTip()


MADE_AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SHEET = SheetRecord("For Ada", "sheet.pdf", MADE_AT, ("a", "b", "c", "d"))


@pytest.fixture
def dialog(qtbot) -> NumberDialog:
    shown = NumberDialog((SHEET, replace(SHEET, title="Older", entry_ids=("x", "y"))))
    qtbot.addWidget(shown)
    shown.show()
    return shown


def test_an_answer_becomes_the_pictures_in_its_order(dialog, qtbot):
    QTest.keyClicks(dialog.answer, "we like 4 and 1-2")
    assert dialog.note == "3 chosen: 4, 1, 2"

    with qtbot.waitSignal(dialog.chosen) as chosen:
        QTest.mouseClick(dialog.select, LEFT)

    assert chosen.args == [("d", "a", "b")]


def test_an_answer_that_is_none_is_said(dialog):
    assert not dialog.select.isEnabled()
    assert dialog.note == ""

    QTest.keyClicks(dialog.answer, "5")

    assert dialog.note == "There is no number 5 on that sheet: it goes from 1 to 4."
    assert not dialog.select.isEnabled()


def test_an_older_sheet_can_be_meant(dialog, qtbot):
    dialog.sheet.setCurrentIndex(1)
    QTest.keyClicks(dialog.answer, "2")

    with qtbot.waitSignal(dialog.chosen) as chosen:
        QTest.mouseClick(dialog.select, LEFT)

    assert chosen.args == [("y",)]
