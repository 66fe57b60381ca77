"""The page of one service of the person's own: its address, its model, its key."""

from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from imgvar_desktop.bridge.async_thread import Call
from imgvar_desktop.bridge.office import Office
from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.ports import Kept
from imgvar_desktop.core.services import ServiceProfile
from imgvar_desktop.ui.message_bar import MessageBar


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
            form.labelForField(field).setMinimumHeight(28)  # Both centre their text on the same line.
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
