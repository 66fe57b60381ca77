"""Services of other people in the window: what they make, what they cost, and every way in which they refuse."""

import json
import os
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QPushButton

from imgvar_desktop.adapters.paths import find_paths
from imgvar_desktop.adapters.settings_file import SettingsFile
from imgvar_desktop.core import prompts
from imgvar_desktop.core.runs import RunFailed, RunFinished, RunProgress, RunStopped
from imgvar_desktop.core.service_presets import OPENAI
from imgvar_desktop.core.services import ON_DEVICE_ID, ServiceProfile
from imgvar_desktop.core.settings import Settings
from imgvar_desktop.ui.details_dialog import DetailsDialog
from imgvar_desktop.ui.settings_dialog import SettingsDialog
from tests.acceptance.conftest import OFFSCREEN_CANNOT, Boot, children_of
from tests.acceptance.person import CTRL, LEFT, Person
from tests.adapters.wire import Answer, images_json, picture, says, wire_in_a_thread

pytestmark = pytest.mark.qt_log_ignore(OFFSCREEN_CANNOT)

REPLIES = json.loads((Path(__file__).parents[1] / "adapters" / "data" / "error-replies.json").read_text("utf-8"))
USAGE = {
    "usage": {
        "input_tokens": 1_000,
        "input_tokens_details": {"text_tokens": 200, "image_tokens": 800},
        "output_tokens": 4_000,
    }
}


def choose(profile: ServiceProfile, **others: object) -> None:
    """The service that the next start of the program finds chosen."""
    SettingsFile(find_paths().settings_file).save(Settings(services=(profile,), service_id=profile.id, **others))


def hurried(person: Person) -> Person:
    """One whose waits between two tries take no time."""

    async def no_time(_: float) -> None:
        pass

    person.until(lambda: person.program._house._made)
    person.program._house._made.client._pause = no_time
    return person


def buttons(person: Person) -> list[str]:
    return [button.text() for button in person.window.message.buttons]


def answer_message(person: Person, text: str) -> None:
    button = next(b for b in person.window.message.buttons if b.text() == text)
    QTest.mouseClick(button, LEFT)


# OpenAI, through edits


@pytest.fixture
def painter(boot: Boot, lake: Path) -> Iterator[tuple[Person, list[Answer]]]:
    answer = says(200, images_json(picture(side=1024), picture("olive", side=1024)) | USAGE)
    with wire_in_a_thread(answer) as server:
        choose(replace(OPENAI.new_service(()), base_url=server.base_url, needs_key=False), count=2, size_px=512)
        person = boot(lake)
        person.until_picture("lake")
        yield person, server


def test_openai_makes_variations_through_edits_and_says_what_they_cost(painter):
    person, server = painter
    assert person.window.run.generate.text() == "Generate 2 · about $0.026"

    person.generate()
    closing = person.until_closed()

    (call,) = server.calls
    assert call.target == "/v1/images/edits"
    fields = {name: value for name, value in call.fields.items() if name != "image"}
    assert fields == {
        "model": "gpt-image-2.6-flare",
        "prompt": prompts.DEFAULT.text,
        "n": "2",
        "size": "1024x1024",
        "quality": "medium",
        "output_format": "png",
    }
    # 512 is below what these models make, so 1024 were made and scaled here.
    assert [(entry.width, entry.height) for entry in person.filled_tiles] == [(512, 512)] * 2
    assert closing.run.cost_usd == pytest.approx((200 * 5 + 800 * 8 + 4_000 * 30) / 1e6)
    assert person.window.spent.text() == "$0.13 today"


def test_prompt_and_quality_are_chosen_in_the_window_and_sent(painter):
    person, server = painter
    person.pick("quality", "high")
    text = person.control(QPlainTextEdit, "promptText")
    text.setFocus()
    text.selectAll()
    QTest.keyClicks(text, "As a linocut.")
    assert person.window.run.generate.text() == "Generate 2 · about $0.11"

    QTest.keyClick(text, Qt.Key.Key_Return, CTRL)
    person.until_closed()

    assert (server.calls[0].fields["prompt"], server.calls[0].fields["quality"]) == ("As a linocut.", "high")
    assert text.toPlainText() == "As a linocut."  # Ctrl+Enter is Generate's, not a new line
    run = person.shown_runs[0].request
    assert (run.prompt, run.quality) == ("As a linocut.", "high")


# Models


def test_a_service_that_needs_a_model_waits_for_one(boot: Boot, lake):
    listed = says(200, {"data": [{"id": "sdxl"}, {"id": "flux-1"}]})
    with wire_in_a_thread(says(200, images_json(picture())), gets={"/v1/models": listed}) as server:
        choose(ServiceProfile("mine", "Mine", server.base_url, needs_key=False, needs_model=True), count=1)
        person = boot(lake)
        person.until_picture("lake")
        assert not person.window.run.generate.isEnabled()
        assert person.window.run.generate.toolTip() == "Choose a model of Mine first."
        person.press(Qt.Key.Key_Return, CTRL)  # the key does not go round the button

        model = person.control(QComboBox, "model")
        model.showPopup()
        person.until(lambda: model.findText("flux-1") >= 0)
        model.setCurrentText("flux-1")
        model.hidePopup()
        person.generate()
        person.until_closed()

    assert [call.fields["model"] for call in server.calls] == ["flux-1"]


@pytest.mark.parametrize("by_key", [False, True], ids=["generate", "vary"])
def test_a_prompt_that_is_too_long_is_one_sentence_and_nothing_is_sent(painter, by_key):
    person, server = painter
    if by_key:
        person.generate()
        person.until_closed()
        person.click_tile(0)
    before = len(server.calls)
    text = person.control(QPlainTextEdit, "promptText")

    text.setPlainText("x" * 40_000)

    sentence = "The prompt has 40000 characters; 32000 are the most."
    assert not person.window.run.generate.isEnabled()
    assert person.window.run.generate.toolTip() == sentence
    person.press(Qt.Key.Key_Return, CTRL, on=text)
    if by_key:
        person.press(Qt.Key.Key_V, on=person.window.gallery)
        person.until(lambda: person.window.message.text == sentence)
    assert len(text.toPlainText()) == 40_000
    text.setPlainText("As a linocut.")
    assert person.window.run.generate.isEnabled()
    assert len(server.calls) == before


def test_a_list_that_comes_late_is_not_shown_for_another_service(boot: Boot):
    with wire_in_a_thread(gets={"/v1/models": says(200, {"data": [{"id": "hers"}]})}) as server:
        first = ServiceProfile("first", "First", server.base_url, needs_key=False)
        second = replace(first, id="second", name="Second", base_url="https://second.example/v1")
        SettingsFile(find_paths().settings_file).save(Settings(services=(first, second), service_id="first"))
        person = boot()
        asked = person.program.studio.setting_up
        asked._on_models_asked(first)
        answered: list[object] = []
        asked._listing.succeeded.connect(answered.append)

        person.pick("service", "second")
        person.until(lambda: answered)

        assert person.window.parameters.models.count() == 0


# Refusals


@pytest.mark.parametrize("reply", REPLIES, ids=lambda reply: reply["id"])
def test_every_refusal_is_one_sentence_in_the_window(boot: Boot, lake, reply):
    body = reply["body"]
    answer = says(reply["status"], body, reply.get("headers"))
    with wire_in_a_thread(*[answer] * 12) as server:
        choose(ServiceProfile("mine", "Mine", server.base_url, needs_key=False), count=1)
        person = hurried(boot(lake))
        person.until_picture("lake")
        person.generate()
        closing = person.until_closed()

    assert isinstance(closing, RunFailed)
    expected = reply["expect"]
    assert closing.error.kind == expected["kind"]
    text = person.window.message.text
    assert text.startswith(f"Run 1: {closing.error}")
    assert str(closing.error).endswith(".")
    assert "<" not in text
    assert "Details" in buttons(person)
    if expected["kind"] in {"endpoint_gone", "server", "billing"}:
        assert "Use this device" in buttons(person)
    if expected["kind"] in {"auth", "endpoint_gone", "model_unavailable"}:
        assert "Settings…" in buttons(person)


def test_a_retired_service_is_left_for_this_device_by_one_press(boot: Boot, lake):
    with wire_in_a_thread(says(404, "")) as server:
        choose(ServiceProfile("mine", "Mine", server.base_url, needs_key=False), count=2, size_px=256)
        person = boot(lake)
        person.until_picture("lake")
        person.generate()
        person.until_closed()

        answer_message(person, "Use this device")
        person.generate()
        closing = person.until_closed(2)

    assert person.program.settings.now.service_id == ON_DEVICE_ID
    assert isinstance(closing, RunFinished)
    assert len(person.filled_tiles) == 2


def test_a_wrong_key_leads_to_the_settings(boot: Boot, lake):
    with wire_in_a_thread(says(401, {"error": {"message": "Incorrect API key provided."}})) as server:
        choose(ServiceProfile("mine", "Mine", server.base_url, needs_key=False), count=1)
        person = boot(lake)
        person.until_picture("lake")
        person.generate()
        person.until_closed()

        answer_message(person, "Settings…")

    dialog = person.window.findChild(SettingsDialog)
    assert dialog.isVisible()
    assert dialog.page.name.text() == "Mine"
    dialog.reject()


def test_the_details_are_there_to_copy_and_hold_no_key(boot: Boot, lake):
    key = "sk-secret-0123456789"
    refusal = {"error": {"message": f"Bad request for {key}.", "type": "invalid_request_error", "param": "size"}}
    with wire_in_a_thread(says(400, refusal, {"x-request-id": "req_42"})) as server:
        choose(ServiceProfile("mine", "Mine", server.base_url), count=1)
        person = boot(lake)
        person.until_picture("lake")
        kept = person.program.office.keep_key("mine", key)
        with person.qtbot.waitSignal(kept.succeeded):
            pass
        person.generate()
        person.until_closed()

        answer_message(person, "Details")
    dialog = person.window.findChild(DetailsDialog)
    QTest.mouseClick(dialog.copy, LEFT)
    text = QGuiApplication.clipboard().text()

    assert server.calls[0].headers["authorization"] == f"Bearer {key}"
    for fact in ("Kind: bad_parameter", "Status: HTTP 400", "Field: size", "Request id: req_42", "Service: Mine"):
        assert fact in text
    assert key not in text
    dialog.accept()


# Waiting


def test_the_wait_before_another_try_is_counted_down_and_can_be_stopped(boot: Boot, lake):
    limited = says(429, {"error": {"message": "Slow down."}}, {"retry-after": "60"})
    with wire_in_a_thread(limited) as server:
        choose(ServiceProfile("mine", "Mine", server.base_url, needs_key=False), count=1)
        person = boot(lake)
        person.until_picture("lake")
        person.generate()
        person.until(lambda: "Waiting 60 s, then trying again (1 of 2)" in person.window.run.status)
        person.until(lambda: "Waiting 59 s" in person.window.run.status)

        QTest.mouseClick(person.window.run.stop, LEFT)
        closing = person.until_closed()

    assert isinstance(closing, RunStopped)
    assert len(server.calls) == 1
    assert any(isinstance(event, RunProgress) for event in person.events)


def test_a_paid_answer_that_never_came_is_not_asked_for_again_by_itself(boot: Boot, lake):
    async def goes_away(_: object, writer) -> None:
        writer.close()

    with wire_in_a_thread(goes_away, says(200, images_json(picture()))) as server:
        choose(ServiceProfile("mine", "Mine", server.base_url, needs_key=False, price_usd=0.04), count=1)
        person = hurried(boot(lake))
        person.until_picture("lake")
        assert person.window.run.generate.text() == "Generate 1 · about $0.040"
        person.generate()
        person.until_closed()
        assert len(server.calls) == 1
        assert "charged for them" in person.window.message.text
        assert "Retry 1" in buttons(person)

        answer_message(person, "Retry 1")
        closing = person.until_closed(2)

    assert isinstance(closing, RunFinished)
    assert len(server.calls) == 2
    assert closing.run.cost_usd == pytest.approx(0.04)


# Serving others


def test_sharing_that_was_on_is_on_again_at_the_next_start(boot: Boot, lake):
    person = boot(lake)
    person.press(Qt.Key.Key_Comma, CTRL)
    dialog = person.window.findChild(SettingsDialog)
    page = dialog._services._on_device
    page.port.setValue(20_000 + hash(str(find_paths().library)) % 40_000)
    page.shared.toggle()
    person.until(page.lines.isVisible)
    page.copy.click()
    before = QGuiApplication.clipboard().text()
    dialog.reject()
    assert person.leave()

    again = boot(lake)
    again.press(Qt.Key.Key_Comma, CTRL)
    dialog = again.window.findChild(SettingsDialog)
    page = dialog._services._on_device
    again.until(lambda: again.program._house._made and again.program._house._made.sharing.endpoint)
    page._ask(again.program.office.shared())
    again.until(page.lines.isVisible)
    page.copy.click()

    assert QGuiApplication.clipboard().text() == before
    assert any(b.text() == "&New key" for b in dialog.findChildren(QPushButton))
    dialog.reject()


# Serving other programs


def test_a_window_that_closes_while_it_begins_to_serve_leaves_nobody_behind(boot: Boot):
    SettingsFile(find_paths().settings_file).save(Settings(shared=True, shared_port=free_port()))
    person = boot()  # which looks for processes left behind

    assert person.leave()


def test_the_key_for_other_programs_is_in_no_command_line_and_no_log(boot: Boot):
    SettingsFile(find_paths().settings_file).save(Settings(shared=True, shared_port=free_port()))
    person = boot()
    person.until(lambda: person.program._house._made and person.program._house._made.sharing.endpoint)
    endpoint = person.program._house._made.sharing.endpoint

    assert endpoint.key not in " ".join(children_of(os.getpid()).values())
    assert endpoint.key not in repr(endpoint)
    assert all(endpoint.key not in log.read_text() for log in find_paths().logs.glob("*"))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
