"""Settings: services are added, changed and removed; keys go to the keyring and show as four characters."""

import asyncio
import threading
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QListWidget, QMenu, QPlainTextEdit, QPushButton
from shiboken6 import isValid

from imgvar_desktop.adapters.paths import Paths
from imgvar_desktop.adapters.settings_file import SettingsFile
from imgvar_desktop.bridge.async_thread import AsyncThread, Call
from imgvar_desktop.bridge.office import Office
from imgvar_desktop.bridge.workshop import Workshop
from imgvar_desktop.core import service_check, service_presets
from imgvar_desktop.core.appearance import Theme
from imgvar_desktop.core.errors import SecretStoreUnavailable, ServerFailed
from imgvar_desktop.core.ports import Kept
from imgvar_desktop.core.service_check import Finding, Learned, Topic, Verdict
from imgvar_desktop.core.services import ServiceProfile
from imgvar_desktop.core.settings import Settings
from imgvar_desktop.ui.check_dialog import CheckDialog
from imgvar_desktop.ui.message_bar import MessageBar
from imgvar_desktop.ui.settings_dialog import SettingsDialog
from tests.bridge.conftest import async_thread, client, get_workshop, workshop
from tests.fakes import FakeSecretStore, FakeServiceChecker

__all__ = ["async_thread", "client", "get_workshop", "workshop"]  # fixtures of the bridge, used here as well

PATIENCE_MS = 10_000
LEFT = Qt.MouseButton.LeftButton
NO_POPUPS = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
"""The offscreen platform says so of every list that opens."""
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

    def add(self, name: str) -> None:
        menu = self.dialog.findChild(QMenu, "presets")
        next(action for action in menu.actions() if action.text() == name).trigger()

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

    def open_on(settings: Settings, keys: FakeSecretStore | None = None, **others) -> Watched:
        async def get() -> Workshop:
            shop = await get_workshop()
            return replace(shop, **others) if keys is None else replace(shop, secrets=keys, **others)

        office = Office(async_thread, get, SettingsFile(Paths.below(tmp_path).settings_file), async_thread)
        made.append(Watched(office, settings, qtbot))
        return made[-1]

    yield open_on
    for watched in made:
        if isValid(watched.dialog):
            watched.dialog.close()


def test_a_service_is_added_and_chosen(opened):
    watched = opened(Settings())

    watched.add("Another server…")
    watched.until_key_state("No key is stored.")
    assert watched.page.base_url.hasFocus()  # what only the person knows
    watched.write(watched.page.name, "Studio")
    watched.write(watched.page.base_url, "https://studio.example/v1/")
    watched.write(watched.page.model.lineEdit(), "dall-e-2")

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
    watched.dialog.tabs.setCurrentIndex(watched.dialog.tabs.count() - 1)
    combo = watched.dialog.findChild(QComboBox, "theme")

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


# Services that are known


def test_openai_is_added_with_all_that_is_known_of_it(opened):
    watched = opened(Settings())

    watched.add("OpenAI")
    watched.until_key_state("No key is stored.")

    assert watched.service == service_presets.OPENAI.new_service(())
    assert watched.page.key.hasFocus()  # the one thing that is missing
    assert not watched.page.price.isVisible()  # it has a price list


def test_two_of_a_kind_are_told_apart(opened):
    watched = opened(Settings())

    watched.add("Xinference")
    watched.add("Xinference")

    assert [service.id for service in watched.settings.services] == ["xinference", "xinference-2"]


def test_a_price_is_entered_and_taken_back(opened):
    watched = opened(Settings(services=(MINE,), service_id="mine"))

    watched.page.price.setValue(0.04)
    watched.write(watched.page.name, "Other")
    assert watched.service.price_usd == 0.04
    watched.page.price.setValue(watched.page.price.minimum())
    watched.write(watched.page.name, "Mine")

    assert watched.service.price_usd is None


def test_an_address_without_encryption_is_warned_of_before_a_key_is_sent(opened):
    watched = opened(Settings(services=(MINE,), service_id="mine"))

    watched.write(watched.page.base_url, "http://studio.example/v1")
    assert "can be read by whoever is on the network" in watched.page.message.text
    watched.write(watched.page.base_url, "https://studio.example/v1")

    assert watched.page.message.text == ""


@NO_POPUPS
def test_the_models_of_a_service_are_listed_where_its_model_is_chosen(opened, workshop):
    workshop.models.names = ("paint-1", "paint-2")
    watched = opened(Settings(services=(MINE,), service_id="mine"))

    watched.page.model.showPopup()
    watched.until(lambda: watched.page.model.findText("paint-2") >= 0)
    watched.page.model.setCurrentIndex(1)
    watched.page.model.activated.emit(1)
    watched.page.model.hidePopup()

    assert watched.service.model == "paint-2"


# Checking a service

LEARNED = replace(MINE, honours_count=False)
FOUND = (
    service_check.Checking("Asking for its models"),
    Finding(Verdict.OK, Topic.REACHABLE, "mine.example answers."),
    Finding(Verdict.WARN, Topic.COUNT, "It makes one image at a time.", "Imgvar asks once for each.", "req_7"),
    Learned(LEARNED),
)


def check_dialog(watched: Watched) -> CheckDialog:
    watched.press_button("Check this service…")
    return watched.dialog.findChild(CheckDialog)


def test_a_check_says_first_what_it_sends_and_sends_nothing_yet(opened, workshop):
    watched = opened(Settings(services=(MINE,), service_id="mine"))

    dialog = check_dialog(watched)

    assert "No picture is sent and no image is made." in " ".join(x.text() for x in dialog.findChildren(QLabel))
    assert not dialog.images.isChecked()  # what it would cost is not known
    assert workshop.checker.asked == []


def test_a_check_tells_what_it_finds_and_stores_what_it_learned_when_asked(opened, workshop, get_workshop):
    checker = FakeServiceChecker(*FOUND)
    watched = opened(Settings(services=(MINE,), service_id="mine"), checker=checker)
    dialog = check_dialog(watched)
    dialog.images.setChecked(True)

    QTest.mouseClick(dialog.start, LEFT)
    watched.until(dialog.store.isVisible)

    assert checker.asked == [(MINE, workshop.endpoints.found, True)]
    assert dialog.findings == (
        "mine.example answers.",
        "It makes one image at a time.",
        "Images are asked for one at a time.",
    )
    assert watched.service == MINE
    QTest.mouseClick(dialog.store, LEFT)
    assert watched.service == LEARNED


def test_a_key_that_is_typed_but_not_stored_is_the_one_that_is_checked(opened):
    checker = FakeServiceChecker(*FOUND)
    watched = opened(Settings(services=(MINE,), service_id="mine"), checker=checker)
    watched.page.key.setText(KEY)
    dialog = check_dialog(watched)

    QTest.mouseClick(dialog.start, LEFT)
    watched.until(lambda: checker.asked)

    assert checker.asked[0][1].key == KEY


def test_a_check_is_stopped_by_its_button_and_by_closing_it(opened):
    checker = FakeServiceChecker(FOUND[1], hang=True)
    watched = opened(Settings(services=(MINE,), service_id="mine"), checker=checker)
    dialog = check_dialog(watched)

    for stop in (lambda: QTest.mouseClick(dialog.start, LEFT), dialog.reject):
        checker.left.clear()
        QTest.mouseClick(dialog.start, LEFT)
        watched.until(lambda: dialog.findings)
        stop()
        watched.until(checker.left.is_set)


# Serving other programs


def test_other_programs_are_served_when_asked_for_and_not_before(opened, workshop):
    watched = opened(Settings())
    switch = watched.dialog.findChild(QCheckBox)
    lines = watched.dialog.findChild(QPlainTextEdit, "sharedText")
    assert not switch.isChecked()
    assert not lines.isVisible()

    QTest.mouseClick(switch, LEFT, pos=switch.rect().center() - QPoint(switch.width() // 2 - 10, 0))
    watched.until(lines.isVisible)

    assert workshop.sharing.at == watched.settings.shared_port == 8434
    assert watched.settings.shared
    assert lines.toPlainText() == "http://127.0.0.1:8434/v1\n••••ar-1"
    watched.press_button("Copy")
    assert QGuiApplication.clipboard().text() == "http://127.0.0.1:8434/v1\nsk-imgvar-1"
    watched.press_button("New key")
    watched.until(lambda: lines.toPlainText().endswith("ar-2"))

    QTest.mouseClick(switch, LEFT, pos=switch.rect().center() - QPoint(switch.width() // 2 - 10, 0))
    watched.until(lambda: not watched.settings.shared)
    assert workshop.sharing.at is None


def test_a_port_that_is_taken_turns_the_switch_back(opened, workshop):
    workshop.sharing.refuse = ServerFailed("Port 8434 is taken by another program.", hint="Choose another port.")
    watched = opened(Settings())
    switch = watched.dialog.findChild(QCheckBox)

    switch.toggle()
    watched.until(switch.isEnabled)

    assert not switch.isChecked()
    assert not watched.settings.shared
    messages = [bar.text for bar in watched.dialog.findChildren(MessageBar)]
    assert "Port 8434 is taken by another program. Choose another port." in messages


def test_a_service_that_has_ended_is_told_and_the_switch_says_so(opened):
    watched = opened(Settings(shared=True))
    switch = watched.dialog.findChild(QCheckBox)
    watched.until(switch.isEnabled)

    assert not switch.isChecked()
    assert not watched.settings.shared
    messages = [bar.text for bar in watched.dialog.findChildren(MessageBar)]
    assert "The service for other programs has ended. Switch it on to start it again." in messages


def test_a_service_that_is_just_starting_is_waited_for(opened, workshop):
    workshop.sharing.starting = 8434
    watched = opened(Settings(shared=True))
    switch = watched.dialog.findChild(QCheckBox)
    watched.until(switch.isEnabled)

    assert switch.isChecked()
    assert watched.settings.shared


# Answers that come when one has gone on

OTHER = ServiceProfile(id="other", name="Other", base_url="https://other.example/v1", needs_key=False)


class Held(FakeSecretStore):
    """A keyring that asks the person first: what is stored is stored when ``answered`` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.answered, self.done = threading.Event(), threading.Event(), threading.Event()

    def set(self, service_id: str, secret: str) -> Kept:
        self.asked.set()
        assert self.answered.wait(10)
        kept = super().set(service_id, secret)
        self.done.set()
        return kept


def test_a_key_that_is_stored_late_is_that_of_its_service_alone(opened):
    keys = Held()
    watched = opened(Settings(services=(MINE, OTHER), service_id="mine"), keys)
    watched.until_key_state("No key is stored.")
    watched.write(watched.page.key, KEY)
    assert keys.asked.wait(10)

    names = watched.dialog.findChild(QListWidget)
    names.setCurrentRow(2)
    watched.until_key_state("No key is stored.")
    keys.answered.set()
    watched.until(lambda: watched.settings.services[0].needs_key)

    assert keys.secrets == {"mine": KEY}
    assert not watched.settings.services[1].needs_key
    assert watched.page.key_state == "No key is stored."
    assert [names.item(row).text() for row in range(3)] == ["On this device", "Mine", "Other"]


def test_a_service_that_was_removed_does_not_come_back(opened, qtbot, async_thread):
    keys = Held()
    watched = opened(Settings(services=(MINE,), service_id="mine"), keys)
    watched.until_key_state("No key is stored.")
    watched.write(watched.page.key, KEY)
    assert keys.asked.wait(10)

    watched.page.name.setText("Written and not left")
    watched.press_button("Remove")
    watched.page.name.editingFinished.emit()  # where a press on a button takes no focus, the field is left after it
    keys.answered.set()
    watched.until(keys.done.is_set)
    later = Call(async_thread.submit(asyncio.sleep(0)), async_thread)
    with qtbot.waitSignal(later.succeeded, timeout=PATIENCE_MS):
        pass

    assert watched.settings.services == ()


def test_a_key_that_was_typed_outlives_a_check(opened):
    watched = opened(Settings(services=(MINE,), service_id="mine"), checker=FakeServiceChecker(*FOUND))
    watched.page.key.setText(KEY)
    dialog = check_dialog(watched)
    QTest.mouseClick(dialog.start, LEFT)
    watched.until(dialog.store.isVisible)

    QTest.mouseClick(dialog.store, LEFT)

    assert watched.service == LEARNED
    assert watched.page.key.text() == KEY


def test_models_of_another_address_are_not_listed(opened):
    watched = opened(Settings(services=(MINE,), service_id="mine"))
    watched.page.model.show_models(("paint-1",))

    watched.write(watched.page.base_url, "https://elsewhere.example/v1")

    assert watched.page.model.count() == 0


def test_a_servers_own_words_are_no_markup(opened):
    hostile = Finding(Verdict.BAD, Topic.CALL, 'It says: <a href="https://bad.example">press here</a>', "<b>bold</b>")
    watched = opened(Settings(services=(MINE,), service_id="mine"), checker=FakeServiceChecker(hostile, FOUND[-1]))
    dialog = check_dialog(watched)
    QTest.mouseClick(dialog.start, LEFT)
    watched.until(dialog.store.isVisible)

    said = [label for label in dialog.findChildren(QLabel) if "<" in label.text()]
    assert len(said) == 2
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in said)
