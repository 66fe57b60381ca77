"""Settings: who makes variations, and with which key."""

from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from imgvar_desktop.bridge import resources
from imgvar_desktop.bridge.office import Office
from imgvar_desktop.core.service_presets import PRESETS
from imgvar_desktop.core.services import ON_DEVICE_ID, ServiceProfile
from imgvar_desktop.core.settings import Settings
from imgvar_desktop.ui.check_dialog import CheckDialog
from imgvar_desktop.ui.controls import CONTROL_HEIGHT
from imgvar_desktop.ui.on_device_page import OnDevicePage
from imgvar_desktop.ui.service_page import ServicePage

LIST_WIDTH = 200


class ServicesTab(QWidget):
    """A service is stored when its fields make sense."""

    changed = Signal(object)
    """The Settings as they are now."""

    def __init__(self, settings: Settings, office: Office) -> None:
        super().__init__()
        self._settings = settings
        self._office = office
        self._list = QListWidget()
        self._list.setAccessibleName(self.tr("Services"))
        self._list.setFixedWidth(LIST_WIDTH)
        self._list.setIconSize(QSize(20, 20))
        self._add = QPushButton(resources.icon("plus"), self.tr("Add a service"))
        self._add.setMenu(self._presets_menu())
        self._remove = QPushButton(resources.icon("trash"), self.tr("Remove"))
        self._on_device = OnDevicePage(settings, office)
        self.page = ServicePage(office)
        self._pages = QStackedWidget()
        self._pages.addWidget(_scrolled(self._on_device))
        self._pages.addWidget(_scrolled(self.page))
        self._lay_out()
        self._fill(settings.service.id)
        self._list.currentRowChanged.connect(self._on_row_changed)
        self._remove.clicked.connect(self._on_remove)
        self._on_device.edited.connect(self._on_sharing_edited)
        self.page.edited.connect(self._on_edited)
        self.page.check_asked.connect(self._on_check)
        self._on_row_changed(self._list.currentRow())

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self._list, stretch=1)
        for button in (self._add, self._remove):
            button.setMinimumHeight(CONTROL_HEIGHT)
            button.setAutoDefault(False)
            left.addWidget(button)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addLayout(left)
        layout.addWidget(self._pages, stretch=1)

    def _presets_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setObjectName("presets")
        for preset in PRESETS:
            if preset is PRESETS[-1]:
                menu.addSeparator()
            name = preset.profile.name if preset is not PRESETS[-1] else self.tr("Another server…")
            action = menu.addAction(resources.icon("cloud"), name)
            action.setData(preset)
        menu.triggered.connect(self._on_add)
        return menu

    def _fill(self, chosen_id: str) -> None:
        self._list.blockSignals(True)
        self._list.clear()
        for profile in self._settings.all_services:
            icon = resources.icon("device" if profile.on_device else "cloud")
            item = QListWidgetItem(icon, profile.name)
            item.setData(Qt.ItemDataRole.UserRole, profile.id)
            self._list.addItem(item)
            if profile.id == chosen_id:
                self._list.setCurrentItem(item)
        self._list.blockSignals(False)

    def _chosen(self) -> ServiceProfile:
        chosen = self._list.currentItem().data(Qt.ItemDataRole.UserRole)
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
        self._pages.setCurrentIndex(0 if profile.on_device else 1)
        if not profile.on_device:
            self.page.show_profile(profile)

    @Slot(QAction)
    def _on_add(self, action: QAction) -> None:
        preset = action.data()
        profile = preset.new_service([s.id for s in self._settings.all_services])
        self._set(replace(self._settings.with_service(profile), service_id=profile.id))
        self._fill(profile.id)
        self._on_row_changed(self._list.currentRow())
        # What the person has to give: an address that was only shown as an example, or else the key.
        field = self.page.key if preset.address_known else self.page.base_url
        field.setFocus()
        field.selectAll()

    @Slot()
    def _on_remove(self) -> None:
        profile = self._chosen()
        self.page.show_nothing()
        self._office.forget_key(profile.id)
        self._set(self._settings.without_service(profile.id))
        self._fill(ON_DEVICE_ID)
        self._on_row_changed(self._list.currentRow())

    @Slot(object)
    def _on_edited(self, profile: ServiceProfile) -> None:
        """Not always the one that shows: a keyring may answer when one has gone on."""
        services = self._settings.services
        place = next((at for at, service in enumerate(services) if service.id == profile.id), None)
        if place is not None:
            self._set(self._settings.with_service(profile))
            self._list.item(place + 1).setText(profile.name)  # below the on-device service

    @Slot(object)
    def _on_sharing_edited(self, edited: Settings) -> None:
        self._set(replace(self._settings, shared=edited.shared, shared_port=edited.shared_port))

    @Slot(object, object)
    def _on_check(self, profile: ServiceProfile, key: str) -> None:
        dialog = CheckDialog(profile, key, self._office, self)
        dialog.learned.connect(self._on_learned)
        dialog.open()

    @Slot(object)
    def _on_learned(self, profile: ServiceProfile) -> None:
        self._on_edited(profile)
        self.page.show_profile(profile)


def _scrolled(page: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(page)
    return area
