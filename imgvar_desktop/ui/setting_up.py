"""The services: their settings, their models, and this device's for other programs."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from imgvar_desktop.bridge.async_thread import Call
from imgvar_desktop.bridge.office import Office
from imgvar_desktop.bridge.settings_keeper import SettingsKeeper
from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.services import ON_DEVICE_ID, ServiceProfile
from imgvar_desktop.core.settings import Settings
from imgvar_desktop.ui.failure import Details, Remedy
from imgvar_desktop.ui.main_window import MainWindow
from imgvar_desktop.ui.theme import ThemeKeeper

SHOWN = ("services", "service_id", "theme", "ca_file", "shared", "shared_port")
"""The fields of Settings that the dialog changes."""


class SettingUp(QObject):
    """GUI thread."""

    opened = Signal(object)
    """The SettingsDialog, before it shows: others may add their pages."""

    def __init__(self, window: MainWindow, office: Office, settings: SettingsKeeper, themes: ThemeKeeper) -> None:
        super().__init__(window)
        self._window = window
        self._office = office
        self._settings = settings
        self._themes = themes
        self._listing: Call | None = None
        self._listed: ServiceProfile | None = None
        """Whose models are asked for."""
        window.actions_.settings.triggered.connect(self.show_settings)
        window.parameters.settings_asked.connect(self.show_settings)
        window.message.answered.connect(self._on_answered)
        window.parameters.models_asked.connect(self._on_models_asked)

    def start(self) -> None:
        """After the first paint: serves other programs, if that is switched on."""
        if self._settings.now.shared:
            call = self._office.share(self._settings.now.shared_port)
            call.failed.connect(self._on_sharing_refused)

    @Slot()
    def show_settings(self) -> None:
        # Not at the start: the first paint would wait for it and for all that it needs.
        from imgvar_desktop.ui.settings_dialog import SettingsDialog

        dialog = SettingsDialog(self._settings.now, self._office, self._window)
        dialog.setObjectName("settingsDialog")
        dialog.changed.connect(self._on_settings_changed)
        self.opened.emit(dialog)
        dialog.open()

    @Slot(object)
    def _on_settings_changed(self, settings: Settings) -> None:
        if settings.theme is not self._settings.now.theme:
            self._themes.choose(settings.theme)
        # Just what the dialog changes: a picture may have come, or a folder been chosen, since it was opened.
        changed = {name: getattr(settings, name) for name in SHOWN}
        self._settings.set(replace(self._settings.now, **changed))
        self._window.parameters.fill(self._settings.now)

    @Slot(object)
    def _on_answered(self, token: object) -> None:
        """What is offered with a failure."""
        match token:
            case Remedy.SETTINGS:
                self.show_settings()
            case Remedy.THIS_DEVICE:
                self._settings.set(replace(self._settings.now, service_id=ON_DEVICE_ID))
                self._window.parameters.fill(self._settings.now)
            case Details(text):
                from imgvar_desktop.ui.details_dialog import DetailsDialog

                DetailsDialog(text, self._window).open()

    @Slot(object)
    def _on_models_asked(self, profile: ServiceProfile) -> None:
        self._listed = profile
        self._listing = call = self._office.models(profile)
        call.succeeded.connect(self._on_models)
        call.failed.connect(self._on_models_refused)

    @Slot(object)
    def _on_models(self, models: tuple[str, ...]) -> None:
        if self._awaited():
            self._window.parameters.models.show_models(models)

    @Slot(object)
    def _on_models_refused(self, error: AppError) -> None:
        if self._awaited():
            self._window.parameters.models.show_refusal(str(error))

    def _awaited(self) -> bool:
        """Whether the answer that is being told is of the service that is still chosen."""
        chosen, listed = self._window.parameters.service, self._listed
        same = listed is not None and (chosen.id, chosen.base_url) == (listed.id, listed.base_url)
        return same and self.sender() is self._listing

    @Slot(object)
    def _on_sharing_refused(self, error: AppError) -> None:
        self._window.message.show_warning(
            self.tr("Other programs are not served: {0}").format(f"{error} {error.hint}".strip())
        )
