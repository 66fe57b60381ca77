"""The parameters show just what the chosen service takes, and forget nothing."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QSlider, QSpinBox, QToolButton, QWidget

from imgvar_desktop.core.contract import ResponseFormat
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
SETTINGS = Settings(
    services=(ABLE, MODEST), service_id="able", count=7, seed=11, strength=0.85, model="dall-e-2", user="me"
)


@pytest.fixture
def panel(qtbot) -> ParameterPanel:
    panel = ParameterPanel()
    qtbot.addWidget(panel)
    panel.fill(SETTINGS)
    panel.show()
    QTest.mouseClick(panel.findChild(QToolButton, "advanced"), Qt.MouseButton.LeftButton)
    return panel


def shown(panel: ParameterPanel) -> set[str]:
    names = ("count", "size", "strength", "seed", "model", "responseFormat", "user")
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
    assert panel.findChild(QSpinBox, "count").maximum() == 2
    sizes = panel.findChild(QComboBox, "size")
    assert [sizes.itemData(i) for i in range(sizes.count())] == [256, 512]


def test_what_a_service_cannot_do_comes_back_with_one_that_can(panel):
    before = panel.applied_to(SETTINGS)

    choose_service(panel, "modest")
    assert panel.findChild(QSpinBox, "count").value() == 2
    choose_service(panel, "able")

    assert panel.findChild(QSpinBox, "count").value() == 7
    assert panel.findChild(QComboBox, "size").currentData() == 1024
    assert panel.applied_to(SETTINGS) == before


def test_what_was_chosen_meanwhile_counts(panel):
    choose_service(panel, "modest")
    panel.findChild(QSpinBox, "count").setValue(1)
    choose_service(panel, "able")

    assert panel.parameters.count == 1


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
        (lambda p: p.findChild(QLineEdit, "model").setText(" dall-e-3 "), "model", "dall-e-3"),
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
    assert panel.parameters.strength == 0.6

    QTest.keyClick(panel.findChild(QSlider, "strength"), Qt.Key.Key_End)

    assert panel.parameters.strength == 0.85
