"""The settings of the moment, written down when they have rested."""

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from imgvar_desktop.bridge.office import Office
from imgvar_desktop.core.settings import Settings

REST_MS = 500
"""A slider is dragged in many steps; only where it ends is written."""


class SettingsKeeper(QObject):
    """GUI thread. The one place that knows the settings as they are now."""

    changed = Signal()
    refused = Signal(object)
    """An AppError: they could not be written; they hold for this launch."""

    def __init__(self, settings: Settings, office: Office, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now = settings
        self._office = office
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._on_rested)

    @property
    def now(self) -> Settings:
        return self._now

    def set(self, settings: Settings) -> None:
        if settings != self._now:
            self._now = settings
            self._rest.start()
            self.changed.emit()

    def stop(self) -> None:
        """From here on nothing is written any more by itself."""
        self._rest.stop()

    @Slot()
    def _on_rested(self) -> None:
        self._office.save_settings(self._now).failed.connect(self.refused)
