"""Settings: services, and how the program looks and whom it trusts. Changes take effect when they are made."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTabWidget, QVBoxLayout, QWidget

from imgvar_desktop.bridge.office import Office
from imgvar_desktop.core.settings import Settings
from imgvar_desktop.ui.controls import CONTROL_HEIGHT
from imgvar_desktop.ui.general_tab import GeneralTab
from imgvar_desktop.ui.service_page import ServicePage
from imgvar_desktop.ui.services_tab import ServicesTab


class SettingsDialog(QDialog):
    changed = Signal(object)
    """The Settings as they are now: those fields count that a tab of this dialog shows."""

    def __init__(self, settings: Settings, office: Office, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumSize(720, 560)
        self._settings = settings
        self._services = ServicesTab(settings, office)
        self._general = GeneralTab(settings)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self._services, self.tr("&Services"))
        self.tabs.addTab(self._general, self.tr("&General"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        close.setIcon(QIcon())
        close.setAutoDefault(False)  # Enter in a field finishes that field, not the dialog
        close.setMinimumHeight(CONTROL_HEIGHT)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 16)
        layout.setSpacing(8)
        layout.addWidget(self.tabs, stretch=1)
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 0, 16, 0)
        foot.addWidget(buttons)
        layout.addLayout(foot)
        self._services.changed.connect(self._on_services_changed)
        self._general.changed.connect(self._on_general_changed)

    @property
    def page(self) -> ServicePage:
        return self._services.page

    def add_page(self, page: QWidget, title: str) -> None:
        """Of what is no field of the settings."""
        self.tabs.addTab(page, title)

    def _set(self, settings: Settings) -> None:
        self._settings = settings
        self.changed.emit(settings)

    @Slot(object)
    def _on_services_changed(self, now: Settings) -> None:
        services, service_id = now.services, now.service_id
        shared, shared_port = now.shared, now.shared_port
        self._set(
            replace(self._settings, services=services, service_id=service_id, shared=shared, shared_port=shared_port)
        )

    @Slot(object)
    def _on_general_changed(self, now: Settings) -> None:
        self._set(replace(self._settings, theme=now.theme, ca_file=now.ca_file))
