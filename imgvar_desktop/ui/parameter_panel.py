"""The parameters of a run: just those that the chosen service takes; hidden ones keep their values."""

from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSlider,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from imgvar_desktop.bridge import resources
from imgvar_desktop.core import contract
from imgvar_desktop.core.bracket import Bracket
from imgvar_desktop.core.contract import ResponseFormat
from imgvar_desktop.core.services import ServiceProfile
from imgvar_desktop.core.settings import Settings
from imgvar_desktop.ui.controls import CONTROL_HEIGHT, combo_box, refill, tool_button
from imgvar_desktop.ui.framings_button import FramingsButton

LABEL_WIDTH: Final = 92
STRENGTH_STOPS: Final = (0.15, 0.325, 0.5, 0.675, 0.85)
"""From subtle to bold, as the engine is tuned."""
RANDOM_SEED: Final = -1
MAX_SEED: Final = 2**31 - 1
"""The largest that a spin box holds; the contract allows twice as much."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """What the panel shows, hidden values as well."""

    service_id: str
    count: int
    size_px: int
    strength: float
    seed: int | None
    model: str
    response_format: ResponseFormat
    user: str
    framings: tuple[Bracket, ...]


class ParameterPanel(QWidget):
    changed = Signal()
    """Any of ``parameters`` is another one, by the person's hand."""
    settings_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services: tuple[ServiceProfile, ...] = ()
        self._filling = False
        self._wished = Settings()
        self._make_controls()
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        self._grid.setColumnStretch(1, 1)
        self._rows: dict[QWidget, QLabel] = {}
        self._add_row(self.tr("Ser&vice"), self._service, self._gear)
        self._add_row(self.tr("&Count"), self._count)
        self._add_row(self.tr("&Framings"), self._framings)
        self._add_row(self.tr("Si&ze"), self._size)
        self._add_row(self.tr("How &different"), self._strength, self._strength_name)
        self._add_row(self.tr("See&d"), self._seed, self._dice)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(self._grid)
        layout.addWidget(self._advanced_toggle)
        layout.addWidget(self._advanced)
        self._connect()

    @property
    def parameters(self) -> Parameters:
        seed = self._seed.value()
        return Parameters(
            service_id=self._service.currentData(),
            count=self._wished.count,
            size_px=self._wished.size_px,
            strength=self._exact_strength,
            seed=None if seed == RANDOM_SEED else seed,
            model=self._model.text().strip(),
            response_format=self._wished.response_format,
            user=self._user.text().strip(),
            framings=self._framings.ways,
        )

    @property
    def service(self) -> ServiceProfile:
        return next(s for s in self._services if s.id == self._service.currentData())

    @property
    def advanced_shown(self) -> bool:
        return self._advanced_toggle.isChecked()

    def fill(self, settings: Settings) -> None:
        """Shows the settings; ``changed`` stays silent."""
        self._filling = True
        self._wished = settings
        self._services = settings.all_services
        self._service.clear()
        for profile in self._services:
            icon = resources.icon("device" if profile.on_device else "cloud")
            self._service.addItem(icon, profile.name, profile.id)
        self._service.setCurrentIndex(self._service.findData(settings.service.id))
        self._exact_strength = settings.strength
        nearest = min(range(len(STRENGTH_STOPS)), key=lambda i: abs(STRENGTH_STOPS[i] - settings.strength))
        self._strength.setValue(nearest)
        self._seed.setValue(RANDOM_SEED if settings.seed is None else min(settings.seed, MAX_SEED))
        self._model.setText(settings.model)
        self._user.setText(settings.user)
        self._framings.fill(settings.framings)
        self._advanced_toggle.setChecked(settings.advanced_shown)
        self._show_abilities(settings.service)
        self._filling = False

    def applied_to(self, settings: Settings) -> Settings:
        """``settings`` with what the panel shows."""
        now = self.parameters
        return replace(
            settings,
            service_id=now.service_id,
            count=now.count,
            size_px=now.size_px,
            strength=now.strength,
            seed=now.seed,
            model=now.model,
            response_format=now.response_format,
            user=now.user,
            framings=now.framings,
            advanced_shown=self.advanced_shown,
        )

    def _make_controls(self) -> None:
        self._service = combo_box("service", self.tr("Service"))
        self._gear = tool_button("settings", self.tr("Set up services…"))
        self._framings = FramingsButton()
        self._framings.changed.connect(self._on_changed)
        self._count = QSpinBox()
        self._count.setObjectName("count")
        self._count.setRange(contract.MIN_COUNT, contract.MAX_COUNT)
        self._size = combo_box("size", self.tr("Size"))
        self._strength = QSlider(Qt.Orientation.Horizontal)
        self._strength.setObjectName("strength")
        self._strength.setRange(0, len(STRENGTH_STOPS) - 1)
        self._strength.setPageStep(1)
        self._strength.setTickPosition(QSlider.TickPosition.TicksBelow)
        self._exact_strength = STRENGTH_STOPS[2]
        self._strength_name = QLabel()
        self._strength_name.setMinimumWidth(self.fontMetrics().horizontalAdvance(self.tr("Balanced")) + 4)
        self._seed = QSpinBox()
        self._seed.setObjectName("seed")
        self._seed.setRange(RANDOM_SEED, MAX_SEED)
        self._seed.setSpecialValueText(self.tr("Random"))
        self._seed.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self._dice = tool_button("dice", self.tr("A random seed for each run"))
        self._advanced_toggle = QToolButton()
        self._advanced_toggle.setObjectName("advanced")
        self._advanced_toggle.setText(self.tr("Advanced"))
        self._advanced_toggle.setCheckable(True)
        self._advanced_toggle.setAutoRaise(True)
        self._advanced_toggle.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._advanced_toggle.setIcon(resources.icon("chevron-right"))
        self._make_advanced()
        for control in (self._service, self._count, self._framings, self._size, self._strength, self._seed):
            control.setMinimumHeight(CONTROL_HEIGHT)

    def _make_advanced(self) -> None:
        self._model = QLineEdit()
        self._model.setObjectName("model")
        self._format = combo_box("responseFormat", self.tr("Reply"))
        self._user = QLineEdit()
        self._user.setObjectName("user")
        self._user.setPlaceholderText(self.tr("Not sent"))
        self._user.setToolTip(self.tr("A name of your choice for the end user, if the service wants one."))
        self._advanced = QWidget()
        grid = QGridLayout(self._advanced)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        grid.setColumnStretch(1, 1)
        self._advanced_labels: dict[QWidget, QLabel] = {}
        rows = (
            (self.tr("&Model"), self._model),
            (self.tr("Repl&y"), self._format),
            (self.tr("End-&user id"), self._user),
        )
        for row, (text, control) in enumerate(rows):
            label = QLabel(text)
            label.setBuddy(control)
            control.setMinimumHeight(CONTROL_HEIGHT)
            grid.addWidget(label, row, 0)
            grid.addWidget(control, row, 1)
            self._advanced_labels[control] = label
        self._advanced.hide()

    def _add_row(self, text: str, control: QWidget, beside: QWidget | None = None) -> None:
        row = self._grid.rowCount()
        label = QLabel(text)
        label.setBuddy(control)
        self._grid.addWidget(label, row, 0)
        cell = QHBoxLayout()
        cell.setSpacing(4)
        cell.addWidget(control, stretch=1)
        if beside is not None:
            cell.addWidget(beside)
        self._grid.addLayout(cell, row, 1)
        self._rows[control] = label

    def _connect(self) -> None:
        self._service.currentIndexChanged.connect(self._on_service_changed)
        self._gear.clicked.connect(self.settings_asked)
        self._dice.clicked.connect(self._on_dice)
        self._strength.valueChanged.connect(self._on_strength_changed)
        self._count.valueChanged.connect(self._on_count_changed)
        self._size.currentIndexChanged.connect(self._on_size_changed)
        self._seed.valueChanged.connect(self._on_changed)
        self._model.textChanged.connect(self._on_changed)
        self._format.currentIndexChanged.connect(self._on_format_changed)
        self._user.textChanged.connect(self._on_changed)
        self._advanced_toggle.toggled.connect(self._on_advanced_toggled)

    def _show_abilities(self, profile: ServiceProfile) -> None:
        """The wishes as far as ``profile`` can meet them; what it cannot meet is still wished from the next one."""
        wished = self._wished
        self._count.setMaximum(profile.max_count)
        self._count.setValue(wished.count)
        refill(self._size, [(f"{px} × {px}", px) for px in profile.sizes_px], wished.size_px, profile.sizes_px[-1])
        formats = profile.response_formats
        names = {
            ResponseFormat.B64_JSON: self.tr("Images in the reply"),
            ResponseFormat.URL: self.tr("Links to images"),
        }
        refill(self._format, [(names[f], f.value) for f in formats], wished.response_format.value, formats[0].value)
        self._model.setPlaceholderText(profile.model or self.tr("The service's own"))
        self._set_row_shown(self._strength, self._strength_name, shown=profile.takes_strength)
        self._set_row_shown(self._seed, self._dice, shown=profile.takes_seed)
        for control, shown in (
            (self._model, profile.takes_model),
            (self._format, len(formats) > 1),
            (self._user, profile.takes_user),
        ):
            control.setVisible(shown)
            self._advanced_labels[control].setVisible(shown)

    def _set_row_shown(self, control: QWidget, beside: QWidget, *, shown: bool) -> None:
        for part in (self._rows[control], control, beside):
            part.setVisible(shown)

    @Slot()
    def _on_service_changed(self) -> None:
        if self._filling:
            return
        self._filling = True
        self._show_abilities(self.service)
        self._filling = False
        self.changed.emit()

    @Slot(int)
    def _on_strength_changed(self, stop: int) -> None:
        names = (self.tr("Subtle"), self.tr("Close"), self.tr("Balanced"), self.tr("Free"), self.tr("Bold"))
        self._strength_name.setText(names[stop])
        self._strength.setAccessibleDescription(names[stop])
        if not self._filling:
            self._exact_strength = STRENGTH_STOPS[stop]
        self._on_changed()

    @Slot()
    def _on_dice(self) -> None:
        self._seed.setValue(RANDOM_SEED)

    @Slot(bool)
    def _on_advanced_toggled(self, shown: bool) -> None:
        self._advanced_toggle.setIcon(resources.icon("chevron-down" if shown else "chevron-right"))
        self._advanced.setVisible(shown)
        self._on_changed()

    @Slot()
    def _on_count_changed(self) -> None:
        self._wish(replace(self._wished, count=self._count.value()))

    @Slot()
    def _on_size_changed(self) -> None:
        self._wish(replace(self._wished, size_px=self._size.currentData()))

    @Slot()
    def _on_format_changed(self) -> None:
        self._wish(replace(self._wished, response_format=ResponseFormat(self._format.currentData())))

    def _wish(self, wished: Settings) -> None:
        """By the person's hand; a service that cannot do it has only hidden an earlier wish."""
        if not self._filling:
            self._wished = wished
            self.changed.emit()

    @Slot()
    def _on_changed(self) -> None:
        if not self._filling:
            self.changed.emit()
