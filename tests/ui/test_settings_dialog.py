"""Settings: services are added, changed and removed; keys go to the keyring and show as four characters."""

import asyncio
import threading
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QListWidget, QPushButton
from shiboken6 import isValid

from imgvar_desktop.adapters.paths import Paths
from imgvar_desktop.adapters.settings_file import SettingsFile
from imgvar_desktop.bridge.async_thread import AsyncThread, Call
from imgvar_desktop.bridge.office import Office
from imgvar_desktop.bridge.workshop import Workshop
from imgvar_desktop.core.errors import SecretStoreUnavailable
from imgvar_desktop.core.ports import Kept
from imgvar_desktop.core.services import ServiceProfile
from imgvar_desktop.core.settings import Settings, Theme
from imgvar_desktop.ui.settings_dialog import SettingsDialog
from tests.bridge.conftest import async_thread, client, get_workshop, workshop
from tests.fakes import FakeSecretStore

__all__ = ["async_thread", "client", "get_workshop", "workshop"]  # fixtures of the bridge, used here as well

PATIENCE_MS = 10_000
LEFT = Qt.MouseButton.LeftButton
KEY = "not-a-real-key-0123456789abcdef"
MINE = ServiceProfile(id="mine", name="Mine", base_url="https://mine.example/v1", model="m", needs_key=False)


class Watched:
    """The dialog, opened on settings that follow what it says."""

    def __init__(self, office: Office, settings: Settings, qtbot) -> None:
        self.settings = settings
        self.dialog = SettingsDialog(settings, office)
        self.page = self.dialog.page
        self.dialog.changed.connect(self._on_changed)
        self._qtbot = qtbot
        self.dialog.open()
        self.dialog.activateWindow()  # a field is left only in a window that has the focus
        self.until(self.dialog.isActiveWindow)

    def _on_changed(self, settings: Settings) -> None:
        self.settings = settings

    @property
    def service(self) -> ServiceProfile:
        (service,) = self.settings.services
        return service

    def until(self, fact) -> None:
        self._qtbot.waitUntil(lambda: bool(fact()), timeout=PATIENCE_MS)

    def until_key_state(self, text: str) -> None:
        self.until(lambda: self.page.key_state == text)

    def press_button(self, text: str) -> None:
        button = next(b for b in self.dialog.findChildren(QPushButton) if b.text().replace("&", "") == text)
        assert button.isEnabled()
        QTest.mouseClick(button, LEFT)

    def write(self, field: QLineEdit, text: str, end: Qt.Key = Qt.Key.Key_Return) -> None:
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, end)


@pytest.fixture
def secrets(workshop: Workshop) -> FakeSecretStore:
    return workshop.secrets


@pytest.fixture
def opened(qtbot, async_thread: AsyncThread, get_workshop, tmp_path):
    """``opened(settings)``: the dialog on them."""
    made: list[Watched] = []

    def open_on(settings: Settings, keys: FakeSecretStore | None = None) -> Watched:
        async def get() -> Workshop:
            shop = await get_workshop()
            return shop if keys is None else replace(shop, secrets=keys)

        office = Office(async_thread, get, SettingsFile(Paths.below(tmp_path).settings_file), async_thread)
        made.append(Watched(office, settings, qtbot))
        return made[-1]

    yield open_on
    for watched in made:
        if isValid(watched.dialog):
            watched.dialog.close()


def test_a_service_is_added_and_chosen(opened):
    watched = opened(Settings())

    watched.press_button("Add a service")
    watched.until_key_state("No key is stored.")
    watched.write(watched.page.name, "Studio")
    watched.write(watched.page.base_url, "https://studio.example/v1/")
    watched.write(watched.page.model, "dall-e-2")

    assert watched.settings.service == watched.service
    assert (watched.service.name, watched.service.base_url, watched.service.model) == (
        "Studio",
        "https://studio.example/v1",
        "dall-e-2",
    )
    names = watched.dialog.findChild(QListWidget)
    assert [names.item(i).text() for i in range(names.count())] == ["On this device", "Studio"]


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("name", "   ", "Give the service a name."),
        ("base_url", "studio.example", "The address starts with https:// or http://"),
        ("base_url", "https://me:secret@studio.example/v1", "The address is without a key"),
    ],
)
def test_what_makes_no_sense_is_told_and_not_taken(opened, field, text, sentence):
    watched = opened(Settings(services=(MINE,), service_id="mine"))

    watched.write(getattr(watched.page, field), text)

    assert watched.page.message.text.startswith(sentence)
    assert watched.service == MINE


@pytest.mark.parametrize("end", [Qt.Key.Key_Return, Qt.Key.Key_Tab])
def test_a_field_counts_when_one_leaves_it(opened, end):
    watched = opened(Settings(services=(MINE,), service_id="mine"))

    watched.write(watched.page.name, "Other", end)

    assert watched.service.name == "Other"
    assert watched.dialog.isVisible()


def test_a_field_counts_when_the_dialog_is_left_with_escape(opened):
    watched = opened(Settings(services=(MINE,), service_id="mine"))

    watched.write(watched.page.name, "Other", Qt.Key.Key_Escape)

    assert watched.service.name == "Other"


def test_a_key_is_kept_and_from_then_on_sent(opened, secrets):
    watched = opened(Settings(services=(MINE,), service_id="mine"))
    watched.until_key_state("No key is stored.")

    watched.write(watched.page.key, KEY)
    watched.until_key_state("A key is stored: ••••cdef")

    assert secrets.secrets == {"mine": KEY}
    assert watched.page.key.text() == ""
    assert watched.page.message.text == ""
    assert watched.service.needs_key
    assert KEY not in repr(watched.settings)


def test_a_key_is_removed(opened, secrets):
    secrets.secrets["mine"] = KEY
    watched = opened(Settings(services=(MINE,), service_id="mine"))
    watched.until_key_state("A key is stored: ••••cdef")

    watched.press_button("Remove key")
    watched.until_key_state("No key is stored.")

    assert secrets.secrets == {}
    assert not watched.page.remove.isEnabled()
    assert not watched.service.needs_key


def test_of_a_short_key_nothing_shows(opened, secrets):
    watched = opened(Settings(services=(MINE,), service_id="mine"))

    watched.write(watched.page.key, "abc12345")
    watched.until(lambda: secrets.secrets and "••••" in watched.page.key_state)

    assert watched.page.key_state == "A key is stored: ••••"


def test_a_key_for_this_launch_only_says_so(opened, secrets):
    secrets.kept = Kept.THIS_LAUNCH
    watched = opened(Settings(services=(MINE,), service_id="mine"))
    watched.until_key_state("No key is stored.")

    watched.write(watched.page.key, KEY)
    watched.until(lambda: watched.page.message.text)

    assert "until you close Imgvar" in watched.page.message.text


def test_a_keyring_that_refuses_is_told(opened, secrets):
    secrets.unavailable = SecretStoreUnavailable("The keyring is locked.", hint="Unlock it.")

    watched = opened(Settings(services=(MINE,), service_id="mine"))
    watched.until(lambda: watched.page.message.text)

    assert watched.page.message.text == "The keyring is locked. Unlock it."


def test_a_removed_service_takes_its_key_along(opened, secrets):
    secrets.secrets["mine"] = KEY
    watched = opened(Settings(services=(MINE,), service_id="mine"))
    watched.until_key_state("A key is stored: ••••cdef")

    watched.press_button("Remove")
    watched.until(lambda: not secrets.secrets)

    assert watched.settings.services == ()
    assert watched.settings.service.on_device


def test_the_on_device_service_cannot_be_removed(opened):
    watched = opened(Settings())

    remove = next(b for b in watched.dialog.findChildren(QPushButton) if b.text() == "Remove")

    assert not remove.isEnabled()
    assert not watched.page.isVisible()


def test_the_appearance_is_chosen(opened):
    watched = opened(Settings())
    combo = watched.dialog.findChild(QComboBox)

    QTest.keyClick(combo, Qt.Key.Key_End)

    assert watched.settings.theme is Theme.DARK


def test_an_answer_after_the_dialog_is_gone_is_dropped(opened, qtbot, async_thread):
    asked = threading.Event()
    answered = threading.Event()

    class Slow(FakeSecretStore):
        def get(self, service_id: str) -> str | None:  # noqa: ARG002 - the port's signature
            asked.set()
            assert answered.wait(10)
            return KEY

    watched = opened(Settings(services=(MINE,), service_id="mine"), Slow())
    assert asked.wait(10)

    watched.dialog.close()
    watched.until(lambda: not isValid(watched.dialog))
    answered.set()

    # Whatever the answer would have done, it has done before a later one comes.
    later = Call(async_thread.submit(asyncio.sleep(0)), async_thread)
    with qtbot.waitSignal(later.succeeded, timeout=PATIENCE_MS):
        pass
