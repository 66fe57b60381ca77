"""The parameters show just what the chosen service takes, and forget nothing."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QComboBox,
    QInputDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSlider,
    QSpinBox,
    QToolButton,
    QWidget,
)

from imgvar_desktop.core import prompts
from imgvar_desktop.core.contract import ResponseFormat
from imgvar_desktop.core.prompts import Prompt
from imgvar_desktop.core.service_presets import OPENAI
from imgvar_desktop.core.services import ON_DEVICE_ID, ServiceProfile
from imgvar_desktop.core.settings import Settings
from imgvar_desktop.ui.parameter_panel import ParameterPanel

ABLE = ServiceProfile(id="able", name="Able", base_url="https://able.example/v1", takes_seed=True, takes_strength=True)
MODEST = ServiceProfile(
    id="modest",
    name="Modest",
    base_url="https://modest.example/v1",
    sizes_px=(256, 512),
    max_count=2,
    response_formats=(ResponseFormat.URL,),
    takes_model=False,
    takes_user=False,
)
SETTINGS = Settings(services=(ABLE, MODEST), service_id="able", count=7, seed=11, strength=0.85, user="me")


@pytest.fixture
def panel(qtbot) -> ParameterPanel:
    panel = ParameterPanel()
    qtbot.addWidget(panel)
    panel.fill(SETTINGS)
    panel.show()
    QTest.mouseClick(panel.findChild(QToolButton, "advanced"), Qt.MouseButton.LeftButton)
    return panel


def shown(panel: ParameterPanel) -> set[str]:
    names = ("count", "size", "strength", "seed", "model", "responseFormat", "user", "promptText", "quality")
    return {name for name in names if panel.findChild(QWidget, name).isVisible()}


def choose_service(panel: ParameterPanel, service_id: str) -> None:
    combo = panel.findChild(QComboBox, "service")
    QTest.keyClick(combo, Qt.Key.Key_Home)
    while combo.currentData() != service_id:
        before = combo.currentIndex()
        QTest.keyClick(combo, Qt.Key.Key_Down)
        assert combo.currentIndex() > before


def test_a_service_that_takes_everything_shows_everything(panel):
    assert shown(panel) == {"count", "size", "strength", "seed", "model", "responseFormat", "user"}


def test_what_a_service_does_not_take_is_not_shown(panel):
    choose_service(panel, "modest")

    assert shown(panel) == {"count", "size"}
    sizes = panel.findChild(QComboBox, "size")
    assert [sizes.itemData(i) for i in range(sizes.count())] == [256, 512]


def test_what_a_service_cannot_do_comes_back_with_one_that_can(panel):
    before = panel.applied_to(SETTINGS)

    choose_service(panel, "modest")
    choose_service(panel, "able")

    assert panel.findChild(QSpinBox, "count").value() == 7
    assert panel.findChild(QComboBox, "size").currentData() == 1024
    assert panel.applied_to(SETTINGS) == before


def test_what_was_chosen_meanwhile_counts(panel):
    choose_service(panel, "modest")
    panel.findChild(QSpinBox, "count").setValue(1)
    choose_service(panel, "able")

    assert panel.applied_to(SETTINGS).count == 1


def test_the_on_device_service_has_no_model_and_no_user(panel):
    choose_service(panel, ON_DEVICE_ID)

    assert shown(panel) == {"count", "size", "strength", "seed", "responseFormat"}


def test_filling_tells_nobody(panel, qtbot):
    with qtbot.assertNotEmitted(panel.changed):
        panel.fill(SETTINGS)


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        (lambda p: p.findChild(QSpinBox, "count").setValue(3), "count", 3),
        (lambda p: QTest.keyClick(p.findChild(QComboBox, "size"), Qt.Key.Key_Home), "size_px", 256),
        (lambda p: QTest.keyClick(p.findChild(QSlider, "strength"), Qt.Key.Key_Home), "strength", 0.15),
        (lambda p: p.findChild(QSpinBox, "seed").setValue(99), "seed", 99),
        (lambda p: p.findChild(QSpinBox, "seed").setValue(-1), "seed", None),
        (lambda p: p.findChild(QLineEdit, "user").setText("you"), "user", "you"),
    ],
)
def test_each_change_is_told_once_and_changes_just_its_field(panel, qtbot, change, field, value):
    before = panel.applied_to(SETTINGS)

    with qtbot.waitSignal(panel.changed):
        change(panel)

    after = panel.applied_to(SETTINGS)
    assert getattr(after, field) == value
    others = set(Settings.__dataclass_fields__) - {field}
    assert all(getattr(after, name) == getattr(before, name) for name in others)


def test_a_strength_between_the_stops_is_kept_until_the_slider_moves(panel):
    panel.fill(Settings(strength=0.6))
    assert panel.applied_to(SETTINGS).strength == 0.6

    QTest.keyClick(panel.findChild(QSlider, "strength"), Qt.Key.Key_End)

    assert panel.applied_to(SETTINGS).strength == 0.85


# OpenAI's edits, and whatever else takes more than a picture

NO_POPUPS = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
"""The offscreen platform says so of every list that opens."""
PAINTER = OPENAI.new_service(())
PAINTED = replace(SETTINGS, services=(ABLE, PAINTER), service_id=PAINTER.id)


def test_a_service_of_edits_shows_its_model_its_prompt_and_its_quality(panel):
    panel.fill(PAINTED)

    assert shown(panel) == {"count", "size", "model", "promptText", "quality"}
    assert panel.findChild(QComboBox, "model").currentText() == "gpt-image-2.6-flare"
    assert panel.findChild(QPlainTextEdit, "promptText").toPlainText() == prompts.DEFAULT.text
    assert panel.findChild(QComboBox, "quality").currentData() == "medium"


def test_a_model_stays_with_its_service(panel):
    panel.fill(PAINTED)
    model = panel.findChild(QComboBox, "model")

    model.setEditText(" gpt-image-2 ")
    choose_service(panel, "able")
    assert model.currentText() == ""
    choose_service(panel, PAINTER.id)

    assert model.currentText() == "gpt-image-2"
    stored = panel.applied_to(PAINTED)
    assert [s.model for s in stored.services] == ["", "gpt-image-2"]


@NO_POPUPS
def test_the_list_of_models_is_asked_for_when_it_is_opened_and_can_be_typed_over(panel, qtbot):
    panel.fill(PAINTED)
    model = panel.models

    with qtbot.waitSignal(panel.models_asked) as asked:
        model.showPopup()
    assert asked.args == [PAINTER]
    assert not model.model().index(0, 0).flags() & Qt.ItemFlag.ItemIsEnabled  # it says that it asks
    model.show_models(("gpt-image-2", "gpt-image-2.6-sunburst"))
    model.hidePopup()
    with qtbot.assertNotEmitted(panel.models_asked):
        model.showPopup()
    model.hidePopup()

    assert [model.itemText(i) for i in range(model.count())] == ["gpt-image-2", "gpt-image-2.6-sunburst"]
    assert model.named == "gpt-image-2.6-flare"
    model.setCurrentIndex(1)
    assert panel.applied_to(PAINTED).services[1].model == "gpt-image-2.6-sunburst"


@NO_POPUPS
def test_a_list_that_was_refused_is_asked_for_again(panel, qtbot):
    panel.fill(PAINTED)
    panel.models.showPopup()
    panel.models.show_refusal("No key.")
    panel.models.hidePopup()

    with qtbot.waitSignal(panel.models_asked):
        panel.models.showPopup()
    panel.models.hidePopup()
    assert panel.models.named == "gpt-image-2.6-flare"


def test_a_prompt_is_chosen_by_name_and_read_in_full(panel):
    panel.fill(PAINTED)
    choice = panel.findChild(QComboBox, "prompt")

    QTest.keyClick(choice, Qt.Key.Key_Home)

    assert panel.findChild(QPlainTextEdit, "promptText").toPlainText() == prompts.PRESETS[0].text
    assert panel.applied_to(PAINTED).prompt == prompts.PRESETS[0].text


def test_a_prompt_of_ones_own_is_kept_under_a_name_and_forgotten(panel):
    panel.fill(PAINTED)
    text = panel.findChild(QPlainTextEdit, "promptText")
    keep = next(b for b in panel.findChildren(QToolButton) if b.accessibleName().startswith("Keep this prompt"))

    text.setPlainText("As a linocut.")
    assert panel.findChild(QComboBox, "prompt").currentText() == "Your own"
    QTest.mouseClick(keep, Qt.MouseButton.LeftButton)
    dialog = panel.findChild(QInputDialog, "promptName")
    dialog.setTextValue("Linocut")
    dialog.accept()

    assert panel.applied_to(PAINTED).own_prompts == (Prompt("Linocut", "As a linocut."),)
    assert panel.findChild(QComboBox, "prompt").currentText() == "Linocut"
    QTest.mouseClick(keep, Qt.MouseButton.LeftButton)
    assert panel.applied_to(PAINTED).own_prompts == ()
    assert panel.applied_to(PAINTED).prompt == "As a linocut."


def test_a_prompt_that_asks_for_several_is_warned_of(panel):
    panel.fill(PAINTED)
    hint = next(label for label in panel.findChildren(QLabel) if "collage" in label.text())
    assert not hint.isVisible()

    panel.findChild(QPlainTextEdit, "promptText").setPlainText("Three variations of this picture")

    assert hint.isVisible()


def test_a_prompt_too_long_for_any_service_is_told_and_not_lost(qtbot):
    painter = OPENAI.new_service(())
    settings = Settings(services=(painter,), service_id=painter.id, prompt="short")
    panel = ParameterPanel()
    qtbot.addWidget(panel)
    panel.fill(settings)
    text = panel.findChild(QPlainTextEdit, "promptText")

    text.setPlainText("x" * 40_000)
    assert panel.refusal(painter) == "The prompt has 40000 characters; 32000 are the most."
    assert panel.refusal(ABLE) == ""  # which is sent none
    kept = panel.applied_to(settings)
    panel.fill(kept)

    assert kept.prompt == "short"
    assert text.toPlainText() == "x" * 40_000
    text.setPlainText("x" * 32_000)
    assert panel.refusal(painter) == ""
    assert len(panel.applied_to(kept).prompt) == 32_000


def test_a_service_at_another_address_has_other_models(panel):
    panel.models.show_models(("paint-1",))

    moved = replace(ABLE, base_url="https://other.example/v1")
    panel.fill(replace(SETTINGS, services=(moved, MODEST)))

    assert panel.models.count() == 0
