"""The page of one service of the person's own: its address, its model, its key, its price, and what it can do."""

from dataclasses import replace
from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from imgvar_desktop.bridge.async_thread import Call
from imgvar_desktop.bridge.office import Office
from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.ports import Kept
from imgvar_desktop.core.services import ServiceProfile
from imgvar_desktop.ui.controls import CONTROL_HEIGHT
from imgvar_desktop.ui.message_bar import MessageBar
from imgvar_desktop.ui.model_box import ModelBox
from imgvar_desktop.ui.service_text import abilities_text

NONE_SHOWN: Final = " "
"""In the place of the last four characters of a key too short to show any."""
UNKNOWN_USD: Final = -0.001
"""The price box's lowest value, which stands for none."""


class ServicePage(QWidget):
    """One service of the person's own."""

    edited = Signal(object)
    """The ServiceProfile, when its fields make sense."""
    check_asked = Signal(object, object)
    """The ServiceProfile, and a key that was typed and not stored: a str, empty when there is none."""

    def __init__(self, office: Office) -> None:
        super().__init__()
        self._office = office
        self._profile: ServiceProfile | None = None
        self._asked: Call | None = None
        self._listing: Call | None = None
        self._storing: dict[Call, tuple[ServiceProfile, str]] = {}
        """Keys on their way into the keyring or out of it: whose, and the last four characters; empty: out of it."""
        self.name = QLineEdit()
        self.base_url = QLineEdit()
        self.model = ModelBox()
        self.key = QLineEdit()
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.key.setPlaceholderText(self.tr("Paste it here"))
        self.price = QDoubleSpinBox()
        self.price.setRange(UNKNOWN_USD, 100.0)
        self.price.setDecimals(3)
        self.price.setSingleStep(0.005)
        self.price.setPrefix("$ ")
        self.price.setSpecialValueText(self.tr("Not known"))
        self.store = QPushButton(self.tr("Store key"))
        self.remove = QPushButton(self.tr("Remove key"))
        self.check = QPushButton(self.tr("C&heck this service…"))
        self._state, self._about, self._abilities = QLabel(), QLabel(), QLabel()
        for quiet in (self._state, self._about, self._abilities):
            quiet.setWordWrap(True)
            quiet.setProperty("role", "quiet")
        self._about.setOpenExternalLinks(True)
        self.message = MessageBar()
        self._lay_out()
        line = self.model.lineEdit()
        assert line is not None
        for field in (self.name, self.base_url, line, self.price):
            field.editingFinished.connect(self._on_edited)
        self.model.activated.connect(self._on_edited)
        self.model.list_asked.connect(self._on_models_asked)
        self.key.textChanged.connect(self._on_key_typed)
        self.key.returnPressed.connect(self._on_store)
        self.store.clicked.connect(self._on_store)
        self.remove.clicked.connect(self.forget_key)
        self.check.clicked.connect(self._on_check)

    def _lay_out(self) -> None:
        self._form = form = QFormLayout()
        form.setSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.store, self.remove):
            buttons.addWidget(button)
        buttons.addStretch()
        for text, field in (
            (self.tr("&Name"), self.name),
            (self.tr("A&ddress"), self.base_url),
            (self.tr("&Model"), self.model),
            (self.tr("&Key"), self.key),
            (self.tr("&Price per image"), self.price),
        ):
            field.setMinimumHeight(CONTROL_HEIGHT)
            form.addRow(text, field)
            form.labelForField(field).setMinimumHeight(CONTROL_HEIGHT)  # Both centre their text on the same line.
            if field is self.key:
                form.addRow("", self._state)
                form.addRow("", buttons)
        for button in (self.store, self.remove, self.check):
            button.setMinimumHeight(CONTROL_HEIGHT)
            button.setAutoDefault(False)
        checking = QHBoxLayout()
        checking.addWidget(self.check)
        checking.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self._about)
        layout.addLayout(form)
        layout.addWidget(self._abilities)
        layout.addLayout(checking)
        layout.addWidget(self.message)
        layout.addStretch()

    @property
    def key_state(self) -> str:
        """What is known of the stored key, in words."""
        return self._state.text()

    def show_profile(self, profile: ServiceProfile) -> None:
        other = self._profile is None or profile.id != self._profile.id
        self._profile = profile
        self.name.setText(profile.name)
        self.base_url.setText(profile.base_url)
        if other:
            self._forget_list()
            self.key.clear()
        self.model.set_model(profile.model)
        self.model.set_placeholder(self.tr("Needed here") if profile.needs_model else self.tr("The service's own"))
        self._form.setRowVisible(self.model, profile.takes_model)
        self.price.setValue(UNKNOWN_USD if profile.price_usd is None else profile.price_usd)
        self._form.setRowVisible(self.price, not profile.image_prices)
        self.message.clear()
        self._show_facts()
        self._on_key_typed()
        self._ask_for_key()

    def _show_facts(self) -> None:
        assert self._profile is not None
        profile = self._profile
        link = f'<a href="{profile.docs_url}">{self.tr("Its documentation")}</a>' if profile.docs_url else ""
        self._about.setText(" ".join(part for part in (profile.notes, link) if part))
        self._about.setVisible(bool(self._about.text()))
        self._abilities.setText(abilities_text(profile, self.locale()))
        if profile.readable_on_the_way:
            self.message.show_warning(
                self.tr(
                    "This address begins with http://. The key and your pictures can be read by whoever is on the "
                    "network in between; use https:// if the server has it."
                )
            )

    def show_nothing(self) -> None:
        """The service is gone: what is still in a field belongs to nobody, and what comes late is not for this page."""
        self._profile = self._asked = None
        self._storing.clear()
        self.key.clear()

    def _forget_list(self) -> None:
        self._listing = None
        self.model.forget_list()

    @Slot()
    def forget_key(self) -> None:
        if self._profile is not None:
            self._hear(self._office.forget_key(self._profile.id), self._profile, "")

    def _hear(self, call: Call, profile: ServiceProfile, last_four: str) -> None:
        self._asked = None  # what the keyring held before is no news any more
        self._storing[call] = (profile, last_four)
        call.succeeded.connect(self._on_stored if last_four else self._on_forgotten)
        call.failed.connect(self._on_not_stored)

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
        price = self.price.value()
        try:
            profile = replace(
                self._profile,
                name=self.name.text().strip(),
                base_url=self.base_url.text().strip().rstrip("/"),
                model=self.model.named if self._profile.takes_model else self._profile.model,
                price_usd=self._profile.price_usd if self._profile.image_prices else (None if price < 0 else price),
            )
        except ValueError as refusal:
            self.message.show_error(str(refusal))
            return
        self.message.clear()
        if profile != self._profile:
            if profile.base_url != self._profile.base_url:
                self._forget_list()
            self._profile = profile
            self.edited.emit(profile)
        self._show_facts()

    @Slot()
    def _on_models_asked(self) -> None:
        if self._profile is not None:
            self._listing = call = self._office.models(self._profile)
            call.succeeded.connect(self._on_models)
            call.failed.connect(self._on_models_refused)

    @Slot(object)
    def _on_models(self, models: tuple[str, ...]) -> None:
        if self.sender() is self._listing:
            self.model.show_models(models)

    @Slot(object)
    def _on_models_refused(self, error: AppError) -> None:
        if self.sender() is self._listing:
            self.model.show_refusal(str(error))

    @Slot()
    def _on_check(self) -> None:
        if self._profile is not None:
            self.check_asked.emit(self._profile, self.key.text().strip())

    def _stored(self, *, needs_key: bool) -> str | None:
        """The last four characters of the key that the call which speaks is about; None: another service shows by now.

        A key that was given is sent; a server without one is never asked of the keyring.
        """
        call = self.sender()
        found = self._storing.pop(call, None) if isinstance(call, Call) else None
        if found is None:
            return None
        profile, last_four = found
        shown = self._profile is not None and self._profile.id == profile.id
        profile = self._profile if shown and self._profile is not None else profile
        if profile.needs_key != needs_key:
            profile = replace(profile, needs_key=needs_key)
            if shown:
                self._profile = profile
            self.edited.emit(profile)
        return last_four if shown else None

    @Slot()
    def _on_key_typed(self) -> None:
        self.store.setEnabled(bool(self.key.text().strip()))

    @Slot()
    def _on_store(self) -> None:
        secret = self.key.text().strip()
        if self._profile is None or not secret:
            return
        # The field lets go of it at once; from here on only the last four characters show.
        self._hear(self._office.keep_key(self._profile.id, secret), self._profile, _last_four(secret) or NONE_SHOWN)
        self.key.clear()
        self._forget_list()  # another key may be shown other models

    @Slot(object)
    def _on_stored(self, kept: Kept) -> None:
        last_four = self._stored(needs_key=True)
        if last_four is None:
            return
        self._show_key(last_four.strip())
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
        if self._stored(needs_key=False) is None:
            return
        self._state.setText(self.tr("No key is stored."))
        self.remove.setEnabled(False)

    @Slot(object)
    def _on_not_stored(self, error: AppError) -> None:
        call = self.sender()
        found = self._storing.pop(call, None) if isinstance(call, Call) else None
        if found is not None and self._profile is not None and found[0].id == self._profile.id:
            self._say_refused(error)

    @Slot(object)
    def _on_key_refused(self, error: AppError) -> None:
        if self.sender() is self._asked:
            self._say_refused(error)

    def _say_refused(self, error: AppError) -> None:
        self._state.setText(self.tr("The keyring could not be asked."))
        self.message.show_warning(f"{error} {error.hint}".strip())


def _last_four(secret: str) -> str:
    """Enough to tell keys apart; nothing of one so short that four characters would give it away."""
    return secret[-4:] if len(secret) > 8 else ""
