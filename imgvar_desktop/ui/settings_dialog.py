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
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from imgvar_desktop.bridge import resources
from imgvar_desktop.bridge.async_thread import Call
from imgvar_desktop.bridge.office import Office
from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.ports import Kept
from imgvar_desktop.core.services import ON_DEVICE_ID, ServiceProfile
from imgvar_desktop.core.settings import Settings, Theme
from imgvar_desktop.ui.message_bar import MessageBar

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
    def page(self) -> "ServicePage":
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


class ServicePage(QWidget):
    """One service of the person's own."""

    edited = Signal(object)
    """The ServiceProfile, when its fields make sense."""

    def __init__(self, office: Office) -> None:
        super().__init__()
        self._office = office
        self._profile: ServiceProfile | None = None
        self._asked: Call | None = None
        self._last_four = ""
        self.name = QLineEdit()
        self.base_url = QLineEdit()
        self.model = QLineEdit()
        self.model.setPlaceholderText(self.tr("As the server names it; may stay empty"))
        self.key = QLineEdit()
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.store = QPushButton(self.tr("Store key"))
        self.remove = QPushButton(self.tr("Remove key"))
        self._state = QLabel()
        self._state.setWordWrap(True)
        self._state.setProperty("role", "quiet")
        self.message = MessageBar()
        form = QFormLayout()
        form.setSpacing(8)
        for text, field in (
            (self.tr("&Name"), self.name),
            (self.tr("A&ddress"), self.base_url),
            (self.tr("&Model"), self.model),
            (self.tr("&Key"), self.key),
        ):
            field.setMinimumHeight(28)
            form.addRow(text, field)
        buttons = QHBoxLayout()
        for button in (self.store, self.remove):
            button.setMinimumHeight(28)
            button.setAutoDefault(False)
            buttons.addWidget(button)
        buttons.addStretch()
        form.addRow("", buttons)
        form.addRow("", self._state)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(form)
        layout.addWidget(self.message)
        layout.addStretch()
        for field in (self.name, self.base_url, self.model):
            field.editingFinished.connect(self._on_edited)
        self.key.textChanged.connect(self._on_key_typed)
        self.key.returnPressed.connect(self._on_store)
        self.store.clicked.connect(self._on_store)
        self.remove.clicked.connect(self.forget_key)

    @property
    def key_state(self) -> str:
        """What is known of the stored key, in words."""
        return self._state.text()

    def show_profile(self, profile: ServiceProfile) -> None:
        self._profile = profile
        self.name.setText(profile.name)
        self.base_url.setText(profile.base_url)
        self.model.setText(profile.model)
        self.key.clear()
        self.message.clear()
        self._on_key_typed()
        self._ask_for_key()

    @Slot()
    def forget_key(self) -> None:
        if self._profile is not None:
            call = self._office.forget_key(self._profile.id)
            call.succeeded.connect(self._on_forgotten)
            call.failed.connect(self._on_key_refused)

    def _ask_for_key(self) -> None:
        assert self._profile is not None
        self._state.setText(self.tr("Asking the keyring…"))
        self.remove.setEnabled(False)
        self._asked = call = self._office.key_of(self._profile.id)
        call.succeeded.connect(self._on_key_known)
        call.failed.connect(self._on_key_refused)

    @Slot()
    def _on_edited(self) -> None:
        if self._profile is None:
            return
        try:
            profile = replace(
                self._profile,
                name=self.name.text().strip(),
                base_url=self.base_url.text().strip().rstrip("/"),
                model=self.model.text().strip(),
            )
        except ValueError as refusal:
            self.message.show_error(str(refusal))
            return
        self.message.clear()
        if profile != self._profile:
            self._profile = profile
            self.edited.emit(profile)

    def _set_needs_key(self, *, needs_key: bool) -> None:
        """A key that was given is sent; a server without one is never asked of the keyring."""
        if self._profile is not None and self._profile.needs_key != needs_key:
            self._profile = replace(self._profile, needs_key=needs_key)
            self.edited.emit(self._profile)

    @Slot()
    def _on_key_typed(self) -> None:
        self.store.setEnabled(bool(self.key.text().strip()))

    @Slot()
    def _on_store(self) -> None:
        secret = self.key.text().strip()
        if self._profile is None or not secret:
            return
        call = self._office.keep_key(self._profile.id, secret)
        call.succeeded.connect(self._on_stored)
        call.failed.connect(self._on_key_refused)
        # The field lets go of it at once; from here on only the last four characters show.
        self._last_four = _last_four(secret)
        self.key.clear()

    @Slot(object)
    def _on_stored(self, kept: Kept) -> None:
        self._show_key(self._last_four)
        self._set_needs_key(needs_key=True)
        if kept is Kept.THIS_LAUNCH:
            self.message.show_warning(
                self.tr(
                    "The system's keyring is not available: the key is kept until you close Imgvar, and not stored."
                )
            )

    @Slot(object)
    def _on_key_known(self, secret: str | None) -> None:
        if self.sender() is not self._asked:
            return  # Another service shows by now; a keyring may take a person's time to answer.
        if secret is None:
            self._state.setText(self.tr("No key is stored."))
            self.remove.setEnabled(False)
        else:
            self._show_key(_last_four(secret))

    def _show_key(self, last_four: str) -> None:
        self._state.setText(self.tr("A key is stored: ••••{0}").format(last_four))
        self.remove.setEnabled(True)

    @Slot()
    def _on_forgotten(self) -> None:
        self._set_needs_key(needs_key=False)
        self._state.setText(self.tr("No key is stored."))
        self.remove.setEnabled(False)

    @Slot(object)
    def _on_key_refused(self, error: AppError) -> None:
        self._state.setText(self.tr("The keyring could not be asked."))
        self.message.show_warning(f"{error} {error.hint}".strip())


def _last_four(secret: str) -> str:
    """Enough to tell keys apart; nothing of one so short that four characters would give it away."""
    return secret[-4:] if len(secret) > 8 else ""
