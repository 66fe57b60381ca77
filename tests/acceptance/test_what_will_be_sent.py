"""What is shown before Generate is what a server receives after it, byte for byte."""

import io
from dataclasses import replace

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSpinBox
from shiboken6 import isValid

from imgvar_desktop.core.bracket import Bracket
from imgvar_desktop.core.framing import Fit
from imgvar_desktop.core.request import VariationRequest
from imgvar_desktop.core.services import ServiceProfile
from imgvar_desktop.ui.outgoing_dialog import OutgoingDialog
from tests.acceptance.conftest import OFFSCREEN_CANNOT, Boot
from tests.acceptance.person import LEFT, SHIFT, Person
from tests.acceptance.test_accessibility import nameless, reached_by_tab
from tests.acceptance.test_runs import a_server
from tests.adapters.wire import Received, images_json, picture, says

pytestmark = pytest.mark.qt_log_ignore(OFFSCREEN_CANNOT)

TWO = says(200, images_json(picture("red"), picture("blue")))
ONE = says(200, images_json(picture("red")))


def the_dialog(person: Person) -> OutgoingDialog:
    return person.control(OutgoingDialog, "outgoingDialog")


def shown(person: Person) -> OutgoingDialog:
    """The panel, opened by a press on the line, with a picture in it."""
    QTest.mouseClick(person.window.run.destination, LEFT)
    dialog = the_dialog(person)
    until_settled(person)
    return dialog


def until_settled(person: Person) -> None:
    """What is shown is what Generate would send now."""

    def settled() -> bool:
        outgoing = the_dialog(person).outgoing
        return outgoing is not None and outgoing.request in person.program.studio.running.requests()

    person.until(settled)


def uploaded(call: Received) -> bytes:
    """The picture's part of the body, cut out by hand: no parser stands in between."""
    boundary = call.headers["content-type"].partition("boundary=")[2].encode()
    (part,) = [part for part in call.body.split(b"--" + boundary) if b'name="image"' in part]
    return part.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n")


@pytest.fixture
def served(boot: Boot, lake):
    """A picture in the well, and a service of the person's own at work."""
    with a_server(TWO) as server:
        person = boot(lake)
        person.until_picture("lake")
        person.choose(count=2, size_px=256)
        yield person, server
        assert person.leave()


def test_a_server_receives_what_was_shown(served):
    person, server = served
    dialog = shown(person)
    outgoing = dialog.outgoing

    person.generate()
    person.until_closed()

    (call,) = server.calls
    assert uploaded(call) == outgoing.png
    assert call.target == dict(dialog.place.facts)["Path"]
    (file_field, *fields) = dialog.form.facts
    assert call.fields == dict(fields)
    assert f'name="{file_field[0]}"; filename="{file_field[1]}"'.encode() in call.body
    assert ("authorization" in call.headers) is (dict(dialog.place.facts)["Key"] != "No")


def test_the_pixels_are_those_of_the_bytes(served):
    person, server = served
    dialog = shown(person)

    person.generate()
    person.until_closed()

    with Image.open(io.BytesIO(uploaded(server.calls[0]))) as received:
        expected = received.convert("RGB").tobytes()
    image = dialog.picture.view.image.convertToFormat(QImage.Format.Format_RGB888)
    rows = (bytes(image.constScanLine(y))[: image.width() * 3] for y in range(image.height()))
    assert b"".join(rows) == expected


def test_it_follows_the_crop_and_the_parameters(served):
    person, server = served
    dialog = shown(person)
    first = dialog.outgoing

    for _ in range(5):
        person.press(Qt.Key.Key_Left, SHIFT, on=person.window.source.crop_view)
    person.program.studio.crop.set_fit(Fit.TRANSPARENT)
    spin = person.control(QSpinBox, "count")
    spin.setValue(1)
    until_settled(person)

    assert dialog.outgoing.png != first.png
    assert ("n", "1") in dialog.form.facts
    person.generate()
    person.until_closed()
    assert uploaded(server.calls[0]) == dialog.outgoing.png
    assert server.calls[0].fields == dict(dialog.form.facts[1:])


def test_what_came_too_late_is_never_shown(served, monkeypatch):
    """The worker is at one crop when the next one is chosen: only that is shown."""
    person, _ = served
    dialog = shown(person)
    view = person.window.source.crop_view
    asked: list[VariationRequest] = []
    told: list[VariationRequest] = []
    prepare, show = person.program.office.prepare, dialog.show_outgoing

    def watched_prepare(request, profile):
        asked.append(request)
        if len(asked) == 1:
            person.press(Qt.Key.Key_Left, SHIFT, on=view)
        return prepare(request, profile)

    def watched_show(outgoing):
        told.append(outgoing.request)
        show(outgoing)

    monkeypatch.setattr(person.program.office, "prepare", watched_prepare)
    monkeypatch.setattr(dialog, "show_outgoing", watched_show)
    person.press(Qt.Key.Key_Left, SHIFT, on=view)
    person.until(lambda: told)

    assert [request.crop.x for request in asked] == [110, 100]
    assert told == asked[1:]
    assert not dialog.picture.busy


def test_each_framing_of_a_bracket_is_shown(boot: Boot, lake):
    with a_server(ONE) as server:
        person = boot(lake)
        person.until_picture("lake")
        person.choose(count=2, size_px=256)
        settings = person.program.settings
        settings.set(replace(settings.now, framings=(Bracket.AS_FRAMED, Bracket.FLIPPED)))
        dialog = shown(person)
        assert dialog.picture.step == "1 of 2 · As framed"
        pictures = [dialog.outgoing.png]

        QTest.mouseClick(dialog.picture.after, LEFT)
        person.until(lambda: dialog.outgoing.png != pictures[0])
        assert dialog.picture.step == "2 of 2 · Flipped"
        pictures.append(dialog.outgoing.png)
        assert not dialog.picture.after.isEnabled()

        person.generate()
        person.until_closed(2)
        assert [uploaded(call) for call in server.calls] == pictures
        assert person.leave()


def test_without_a_picture_it_says_where_one_would_go(person):
    QTest.mouseClick(person.window.run.destination, LEFT)
    dialog = the_dialog(person)
    assert dialog.texts[0] == "Stays on this computer"
    assert "Drop a picture" in dialog.picture.view.accessibleDescription()


def test_a_picture_that_comes_later_is_shown(person, lake):
    QTest.mouseClick(person.window.run.destination, LEFT)

    person.open(lake)

    until_settled(person)
    assert the_dialog(person).picture.caption.startswith("400 × 400 px")


def test_a_picture_that_is_gone_is_one_sentence(with_lake: Person, tmp_path):
    (kept,) = (tmp_path / "library" / "sources").iterdir()
    kept.unlink()

    QTest.mouseClick(with_lake.window.run.destination, LEFT)

    view = the_dialog(with_lake).picture.view
    with_lake.until(view.accessibleDescription)
    assert view.accessibleDescription().count(".") in (1, 2)
    assert the_dialog(with_lake).outgoing is None


def test_another_service_is_told_at_once(with_lake: Person):
    dialog = shown(with_lake)
    remote = ServiceProfile(id="r", name="Remote", base_url="http://studio.example/v1")

    settings = with_lake.program.settings
    settings.set(replace(settings.now, services=(remote,), service_id="r"))

    assert dialog.texts[0] == "Goes to studio.example, not encrypted"
    assert with_lake.window.run.destination.text() == dialog.texts[0]
    until_settled(with_lake)
    assert "seed" not in dict(dialog.form.facts)


def by_key(person: Person) -> None:
    person.window.run.destination.setFocus()
    person.press(Qt.Key.Key_Space)


def by_menu(person: Person) -> None:
    person.choose_from_menu("Run", person.window.actions_.outgoing)


@pytest.mark.parametrize("ask", [by_key, by_menu])
def test_it_is_opened_without_a_mouse_and_closed_by_escape(with_lake: Person, ask):
    ask(with_lake)
    dialog = the_dialog(with_lake)
    assert dialog.isVisible()
    assert not dialog.isModal()

    QTest.keyClick(dialog, Qt.Key.Key_Escape)

    with_lake.until(lambda: not isValid(dialog))
    ask(with_lake)
    until_settled(with_lake)


def test_asking_again_brings_the_one_that_is_open(with_lake: Person):
    first = shown(with_lake)

    QTest.mouseClick(with_lake.window.run.destination, LEFT)

    assert with_lake.window.findChildren(OutgoingDialog) == [first]


def test_every_control_has_a_name_and_is_reached_by_tab(with_lake: Person):
    dialog = shown(with_lake)

    assert nameless(dialog) == []
    assert {dialog.picture.view, dialog.picture.exact} <= reached_by_tab(dialog)


def test_it_goes_with_the_window(with_lake: Person):
    QTest.mouseClick(with_lake.window.run.destination, LEFT)
    dialog = the_dialog(with_lake)

    with_lake.window.close()  # while the picture is being prepared

    assert not dialog.isVisible()
