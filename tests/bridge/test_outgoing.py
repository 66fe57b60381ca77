"""What is shown as outgoing is made of the very bytes that a run sends."""

import io
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from imgvar_desktop.adapters.settings_file import SettingsFile
from imgvar_desktop.bridge.office import Office
from imgvar_desktop.bridge.outgoing import Outgoing
from imgvar_desktop.core.errors import LibraryUnavailable
from imgvar_desktop.core.form import form_fields
from imgvar_desktop.core.framing import Fit, Framing
from imgvar_desktop.core.generate import ask
from imgvar_desktop.core.geometry import Square
from imgvar_desktop.core.request import Source, VariationRequest
from imgvar_desktop.core.services import ON_DEVICE, ServiceProfile

PATIENCE_MS = 15_000
CROPPED = Framing(Square(10, 5, 70))
TURNED = Framing(Square(20, 20, 40), turns=1, flipped=True, angle=7.5)
PADDED = Framing(Square(-10, -20, 120), fit=Fit.TRANSPARENT)
TIGHT = ServiceProfile(id="tight", name="Tight", base_url="https://host/v1", max_upload_bytes=3_000)


@pytest.fixture
def office(async_thread, get_workshop, tmp_path) -> Office:
    return Office(async_thread, get_workshop, SettingsFile(tmp_path / "settings.json"), QObject(async_thread))


@pytest.fixture
def source(workshop, tmp_path: Path) -> Source:
    """A photo with a place, a camera and a profile in it."""
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    exif.get_ifd(0x8825)[1] = "N"
    file = tmp_path / "photo.jpg"
    Image.effect_noise((100, 80), 90).convert("RGB").save(file, exif=exif, comment=b"a private word")
    key, _ = workshop.pixels.keep_source(file)
    return Source(key, "photo", 100, 80)


def wanted(source: Source, framing: Framing = CROPPED, size_px: int = 256) -> VariationRequest:
    return VariationRequest(source=source, framing=framing, count=2, size_px=size_px, service_id="x", seed=3)


def prepared(office: Office, qtbot, request: VariationRequest, profile: ServiceProfile = ON_DEVICE) -> Outgoing:
    call = office.prepare(request, profile)
    with qtbot.waitSignal(call.succeeded, timeout=PATIENCE_MS) as got:
        pass
    return got.args[0]


@pytest.mark.parametrize("profile", [ON_DEVICE, TIGHT], ids=["free", "tight"])
@pytest.mark.parametrize("framing", [CROPPED, TURNED, PADDED], ids=["cropped", "turned", "padded"])
def test_the_bytes_are_those_that_the_client_is_given(
    office, async_thread, workshop, client, source, qtbot, framing, profile
):
    request = wanted(source, framing)
    kept = workshop.pixels.source_path(source.key)

    async def run() -> None:
        ports = {"pictures": workshop.pictures, "endpoints": workshop.endpoints, "client": client}
        async for _ in ask(request, kept, profile, **ports):
            pass

    async_thread.submit(run()).result(PATIENCE_MS / 1000)
    outgoing = prepared(office, qtbot, request, profile)

    (call,) = client.calls
    assert outgoing.png == call.png
    assert len(outgoing.png) <= profile.max_upload_bytes
    assert (outgoing.request, outgoing.profile) == (request, profile)
    assert outgoing.fields == form_fields(request, profile)


@pytest.mark.parametrize("framing", [CROPPED, PADDED], ids=["opaque", "transparent"])
def test_the_image_is_what_is_in_the_bytes(office, source, qtbot, framing):
    outgoing = prepared(office, qtbot, wanted(source, framing))

    with Image.open(io.BytesIO(outgoing.png)) as inside:
        expected = inside.convert("RGBA")
    shown = outgoing.image.convertToFormat(QImage.Format.Format_RGBA8888)
    assert (shown.width(), shown.height()) == expected.size
    assert bytes(shown.constBits()) == expected.tobytes()
    assert outgoing.image.hasAlphaChannel() is (framing is PADDED)


def test_place_camera_and_words_are_not_in_it(office, source, qtbot):
    outgoing = prepared(office, qtbot, wanted(source))

    assert outgoing.clean
    assert b"camera" not in outgoing.png
    assert b"private" not in outgoing.png


def test_a_picture_that_is_gone_is_one_sentence(office, workshop, source, qtbot):
    workshop.pixels.source_path(source.key).unlink()

    call = office.prepare(wanted(source), ON_DEVICE)
    with qtbot.waitSignal(call.failed, timeout=PATIENCE_MS) as got:
        pass

    assert isinstance(got.args[0], LibraryUnavailable)
    assert str(got.args[0]).endswith(".")
