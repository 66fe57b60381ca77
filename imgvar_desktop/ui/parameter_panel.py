"""The parameters of a run: just those that the chosen service takes; hidden ones keep their values."""

from dataclasses import replace
from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QLineEdit, QSlider, QSpinBox, QToolButton, QVBoxLayout, QWidget

from imgvar_desktop.bridge import resources
from imgvar_desktop.core import contract
from imgvar_desktop.core.contract import ResponseFormat
from imgvar_desktop.core.services import ServiceProfile
from imgvar_desktop.core.settings import Settings
from imgvar_desktop.ui.controls import combo_box, refill, tool_button
from imgvar_desktop.ui.form_rows import FormRows
from imgvar_desktop.ui.framings_button import FramingsButton
from imgvar_desktop.ui.model_box import ModelBox
from imgvar_desktop.ui.prompt_box import PromptBox

STRENGTH_STOPS: Final = (0.15, 0.325, 0.5, 0.675, 0.85)
"""From subtle to bold, as the engine is tuned."""
RANDOM_SEED: Final = -1
MAX_SEED: Final = 2**31 - 1
"""The largest that a spin box holds; the contract allows twice as much."""


class ParameterPanel(QWidget):
    changed = Signal()
    """``applied_to`` gives something else, by the person's hand."""
    settings_asked = Signal()
    models_asked = Signal(object)
    """The ServiceProfile whose models are wanted: ``models`` then gets them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._filling = False
        self._listed = ("", "")
        """Whose models the list is of: a service's id, and its address."""
        self._settings = Settings()
        """With all wishes, those as well that the chosen service cannot meet."""
        self._make_controls()
        self._rows = FormRows()
        self._advanced = FormRows()
        self._lay_out()
        self._connect()

    @property
    def service(self) -> ServiceProfile:
        return next(s for s in self._settings.all_services if s.id == self._service.currentData())

    def fill(self, settings: Settings) -> None:
        """Shows the settings; ``changed`` stays silent."""
        self._filling = True
        self._settings = settings
        self._service.clear()
        for profile in settings.all_services:
            icon = resources.icon("device" if profile.on_device else "cloud")
            self._service.addItem(icon, profile.name, profile.id)
        self._service.setCurrentIndex(self._service.findData(settings.service.id))
        self._exact_strength = settings.strength
        nearest = min(range(len(STRENGTH_STOPS)), key=lambda i: abs(STRENGTH_STOPS[i] - settings.strength))
        self._strength.setValue(nearest)
        self._seed.setValue(RANDOM_SEED if settings.seed is None else min(settings.seed, MAX_SEED))
        self._user.setText(settings.user)
        self._framings.fill(settings.framings)
        self._count.setValue(settings.count)
        self._prompt.fill(settings.prompt, settings.own_prompts)
        self._advanced_toggle.setChecked(settings.advanced_shown)
        self._show_abilities(settings.service)
        self._filling = False

    def applied_to(self, settings: Settings) -> Settings:
        """``settings`` with what the panel shows."""
        seed, profile = self._seed.value(), self.service
        for own in settings.services:
            if own.id == profile.id and own.model != profile.model:
                settings = settings.with_service(replace(own, model=profile.model))
        return replace(
            settings,
            service_id=profile.id,
            count=self._count.value(),
            size_px=self._settings.size_px,
            strength=self._exact_strength,
            seed=None if seed == RANDOM_SEED else seed,
            response_format=self._settings.response_format,
            user=self._user.text().strip(),
            framings=self._framings.ways,
            prompt=settings.prompt if self._prompt.refusal else self._prompt.text,
            own_prompts=self._prompt.kept,
            quality=self._settings.quality,
            advanced_shown=self._advanced_toggle.isChecked(),
        )

    def refusal(self, profile: ServiceProfile) -> str:
        """Why ``profile`` cannot be asked for what is set; empty: it can."""
        if profile.needs_model and not profile.model:
            return self.tr("Choose a model of {0} first.").format(profile.name)
        return self._prompt.refusal if profile.takes_prompt else ""

    @property
    def models(self) -> ModelBox:
        return self._model

    def _make_controls(self) -> None:
        self._service = combo_box("service", self.tr("Service"))
        self._gear = tool_button("settings", self.tr("Set up services…"))
        self._prompt = PromptBox()
        self._model = ModelBox()
        self._quality = combo_box("quality", self.tr("Quality"))
        self._framings = FramingsButton()
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
        self._format = combo_box("responseFormat", self.tr("Reply"))
        self._user = QLineEdit()
        self._user.setObjectName("user")
        self._user.setPlaceholderText(self.tr("Not sent"))
        self._user.setToolTip(self.tr("A name of your choice for the end user, if the service wants one."))
        self._advanced_toggle = QToolButton()
        self._advanced_toggle.setObjectName("advanced")
        self._advanced_toggle.setText(self.tr("Advanced"))
        self._advanced_toggle.setCheckable(True)
        self._advanced_toggle.setAutoRaise(True)
        self._advanced_toggle.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._advanced_toggle.setIcon(resources.icon("chevron-right"))

    def _lay_out(self) -> None:
        rows, advanced = self._rows, self._advanced
        rows.add(self.tr("Ser&vice"), self._service, self._gear)
        rows.add(self.tr("&Model"), self._model)
        rows.add(self.tr("Pr&ompt"), self._prompt)
        rows.add(self.tr("&Count"), self._count)
        rows.add(self.tr("&Framings"), self._framings)
        rows.add(self.tr("Si&ze"), self._size)
        rows.add(self.tr("&Quality"), self._quality)
        rows.add(self.tr("How &different"), self._strength, self._strength_name)
        rows.add(self.tr("See&d"), self._seed, self._dice)
        advanced.add(self.tr("Repl&y"), self._format)
        advanced.add(self.tr("End-&user id"), self._user)
        advanced.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(rows)
        layout.addWidget(self._advanced_toggle)
        layout.addWidget(advanced)

    def _connect(self) -> None:
        self._service.currentIndexChanged.connect(self._on_service_changed)
        self._gear.clicked.connect(self.settings_asked)
        self._dice.clicked.connect(self._on_dice)
        self._model.list_asked.connect(self._on_models_asked)
        self._model.changed.connect(self._on_model_changed)
        self._strength.valueChanged.connect(self._on_strength_changed)
        self._size.currentIndexChanged.connect(self._on_size_changed)
        self._quality.currentIndexChanged.connect(self._on_quality_changed)
        self._format.currentIndexChanged.connect(self._on_format_changed)
        for told in (
            self._prompt.changed,
            self._framings.changed,
            self._count.valueChanged,
            self._seed.valueChanged,
            self._user.textChanged,
        ):
            told.connect(self._on_changed)
        self._advanced_toggle.toggled.connect(self._on_advanced_toggled)

    def _show_abilities(self, profile: ServiceProfile) -> None:
        """The wishes as far as ``profile`` can meet them; what it cannot meet is still wished from the next one."""
        wished, formats = self._settings, profile.response_formats
        refill(self._size, [(f"{px} × {px}", px) for px in profile.sizes_px], wished.size_px, profile.sizes_px[-1])
        names = {
            ResponseFormat.B64_JSON: self.tr("Images in the reply"),
            ResponseFormat.URL: self.tr("Links to images"),
        }
        first = formats[0].value if formats else None
        refill(self._format, [(names[f], f.value) for f in formats], wished.response_format.value, first)
        qualities = {"low": self.tr("Low"), "medium": self.tr("Medium"), "high": self.tr("High")}
        qualities["auto"] = self.tr("As the service likes")
        usual = next(iter(profile.qualities), None)
        refill(self._quality, [(qualities.get(q, q), q) for q in profile.qualities], wished.quality, usual)
        listed = (profile.id, profile.base_url)
        if self._listed != listed:
            self._listed = listed
            self._model.forget_list()
        if self._model.named != profile.model:
            self._model.set_model(profile.model)
        self._model.set_placeholder(self.tr("Name one") if profile.needs_model else self.tr("The service's own"))
        for control, shown in (
            (self._model, profile.takes_model),
            (self._prompt, profile.takes_prompt),
            (self._quality, len(profile.qualities) > 1),
            (self._strength, profile.takes_strength),
            (self._seed, profile.takes_seed),
        ):
            self._rows.set_shown(control, shown=shown)
        self._advanced.set_shown(self._format, shown=len(formats) > 1)
        self._advanced.set_shown(self._user, shown=profile.takes_user)
        some = len(formats) > 1 or profile.takes_user
        self._advanced_toggle.setVisible(some)
        self._advanced.setVisible(some and self._advanced_toggle.isChecked())

    @Slot()
    def _on_service_changed(self) -> None:
        if self._filling:
            return
        self._filling = True
        self._show_abilities(self.service)
        self._filling = False
        self.changed.emit()

    @Slot()
    def _on_models_asked(self) -> None:
        self.models_asked.emit(self.service)

    @Slot()
    def _on_model_changed(self) -> None:
        """A model belongs to its service: another one would not know it."""
        self._wish(self._settings.with_service(replace(self.service, model=self._model.named)))

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
    def _on_size_changed(self) -> None:
        self._wish(replace(self._settings, size_px=self._size.currentData()))

    @Slot()
    def _on_quality_changed(self) -> None:
        self._wish(replace(self._settings, quality=self._quality.currentData()))

    @Slot()
    def _on_format_changed(self) -> None:
        self._wish(replace(self._settings, response_format=ResponseFormat(self._format.currentData())))

    def _wish(self, wished: Settings) -> None:
        """By the person's hand; a service that cannot do it has only hidden an earlier wish."""
        if not self._filling:
            self._settings = wished
            self.changed.emit()

    @Slot()
    def _on_changed(self) -> None:
        if not self._filling:
            self.changed.emit()
