"""Settings: who makes variations, with which key, and how the program looks."""

import uuid
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from imgvar_desktop.bridge import resources
from imgvar_desktop.bridge.office import Office
from imgvar_desktop.core.services import ON_DEVICE_ID, ServiceProfile
from imgvar_desktop.core.settings import Settings, Theme
from imgvar_desktop.ui.service_page import ServicePage

NEW_ADDRESS: Final = "http://localhost:8000/v1"


class SettingsDialog(QDialog):
    """Changes take effect when they are made; a service is stored when its fields make sense."""

    changed = Signal(object)
    """The Settings as they are now."""

    def __init__(self, settings: Settings, office: Office, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumSize(640, 420)
        self._settings = settings
        self._office = office
        self._services = QListWidget()
        self._services.setAccessibleName(self.tr("Services"))
        self._services.setFixedWidth(200)
        self._services.setIconSize(QSize(20, 20))
        self._add = QPushButton(resources.icon("plus"), self.tr("Add a service"))
        self._remove = QPushButton(resources.icon("trash"), self.tr("Remove"))
        self._on_device = _OnDevicePage()
        self._page = ServicePage(office)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._on_device)
        self._pages.addWidget(self._page)
        self._theme = QComboBox()
        for theme, name in (
            (Theme.SYSTEM, self.tr("As the system")),
            (Theme.LIGHT, self.tr("Light")),
            (Theme.DARK, self.tr("Dark")),
        ):
            self._theme.addItem(name, theme.value)
        self._theme.setCurrentIndex(self._theme.findData(settings.theme.value))
        self._lay_out()
        self._fill(settings.service.id)
        self._services.currentRowChanged.connect(self._on_row_changed)
        self._add.clicked.connect(self._on_add)
        self._remove.clicked.connect(self._on_remove)
        self._page.edited.connect(self._on_edited)
        self._theme.currentIndexChanged.connect(self._on_theme_changed)
        self._on_row_changed(self._services.currentRow())

    @property
    def page(self) -> ServicePage:
        return self._page

    def _lay_out(self) -> None:
        heading = QLabel(self.tr("Services"))
        heading.setProperty("role", "heading")
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(heading)
        left.addWidget(self._services, stretch=1)
        for button in (self._add, self._remove):
            button.setMinimumHeight(28)
            button.setAutoDefault(False)
            left.addWidget(button)
        look = QHBoxLayout()
        look.addWidget(label := QLabel(self.tr("&Appearance")))
        label.setBuddy(self._theme)
        look.addWidget(self._theme)
        look.addStretch()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        close.setIcon(QIcon())
        close.setAutoDefault(False)  # Enter in a field finishes that field, not the dialog
        close.setMinimumHeight(28)
        look.addWidget(buttons)
        columns = QHBoxLayout()
        columns.setSpacing(16)
        columns.addLayout(left)
        columns.addWidget(self._pages, stretch=1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addLayout(columns, stretch=1)
        layout.addLayout(look)

    def _fill(self, chosen_id: str) -> None:
        self._services.blockSignals(True)
        self._services.clear()
        for profile in self._settings.all_services:
            icon = resources.icon("device" if profile.on_device else "cloud")
            item = QListWidgetItem(icon, profile.name)
            item.setData(Qt.ItemDataRole.UserRole, profile.id)
            self._services.addItem(item)
            if profile.id == chosen_id:
                self._services.setCurrentItem(item)
        self._services.blockSignals(False)

    def _chosen(self) -> ServiceProfile:
        chosen = self._services.currentItem().data(Qt.ItemDataRole.UserRole)
        return next(s for s in self._settings.all_services if s.id == chosen)

    def _set(self, settings: Settings) -> None:
        self._settings = settings
        self.changed.emit(settings)

    @Slot(int)
    def _on_row_changed(self, row: int) -> None:
        if row < 0:
            return
        profile = self._chosen()
        self._remove.setEnabled(not profile.on_device)
        self._pages.setCurrentWidget(self._on_device if profile.on_device else self._page)
        if not profile.on_device:
            self._page.show_profile(profile)

    @Slot()
    def _on_add(self) -> None:
        profile = ServiceProfile(
            id=uuid.uuid4().hex[:12], name=self.tr("New service"), base_url=NEW_ADDRESS, needs_key=False
        )
        self._set(replace(self._settings.with_service(profile), service_id=profile.id))
        self._fill(profile.id)
        self._on_row_changed(self._services.currentRow())
        self._page.name.setFocus()
        self._page.name.selectAll()

    @Slot()
    def _on_remove(self) -> None:
        profile = self._chosen()
        self._office.forget_key(profile.id)
        self._set(self._settings.without_service(profile.id))
        self._fill(ON_DEVICE_ID)
        self._on_row_changed(self._services.currentRow())

    @Slot(object)
    def _on_edited(self, profile: ServiceProfile) -> None:
        self._set(self._settings.with_service(profile))
        self._services.currentItem().setText(profile.name)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._set(replace(self._settings, theme=Theme(self._theme.currentData())))


class _OnDevicePage(QWidget):
    def __init__(self) -> None:
        super().__init__()
        heading = QLabel(self.tr("On this device"))
        heading.setProperty("role", "heading")
        text = QLabel(
            self.tr(
                "Makes variations on this computer: free, without a key and without a network. Your pictures stay "
                "here.\n\nIt recomposes what is in the picture: it moves, reframes, mirrors and regrades, and invents "
                "nothing."
            )
        )
        text.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(heading)
        layout.addWidget(text)
        layout.addStretch()
