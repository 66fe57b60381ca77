"""Where a picture goes and what goes with it, in words and in pixels."""

import io

import pytest
from PIL import Image
from PySide6.QtCore import QLocale, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from imgvar_desktop.bridge.outgoing import Outgoing
from imgvar_desktop.core.errors import PictureRefused
from imgvar_desktop.core.form import form_fields, holds_pixels_alone
from imgvar_desktop.core.framing import Framing
from imgvar_desktop.core.geometry import Square
from imgvar_desktop.core.request import Source, VariationRequest
from imgvar_desktop.core.services import ON_DEVICE, ServiceProfile
from imgvar_desktop.ui import theme
from imgvar_desktop.ui.destination_line import DestinationLine
from imgvar_desktop.ui.outgoing_dialog import OutgoingDialog
from imgvar_desktop.ui.outgoing_text import picture_text
from imgvar_desktop.ui.pixel_view import PixelView

HTTPS = ServiceProfile(id="a", name="Cloud", base_url="https://api.example.com/v1", model="dall-e-2")
HTTP = ServiceProfile(id="b", name="Studio", base_url="http://studio.example:8000/v1", needs_key=False)
LOOPBACK = ServiceProfile(id="c", name="Local", base_url="http://127.0.0.1:13305/api/v1", needs_key=False)
EVERY = [ON_DEVICE, HTTPS, HTTP, LOOPBACK]
IDS = ["on device", "https", "http", "loopback"]


def made(profile: ServiceProfile, mode: str = "RGB", side: int = 64, **options: object) -> Outgoing:
    source = Source(key="0" * 64, name="lake", width=64, height=64)
    framing = Framing(Square(0, 0, 64))
    request = VariationRequest(source, framing, count=3, size_px=256, service_id=profile.id, user="<b>ada</b>")
    file = io.BytesIO()
    Image.effect_noise((side, side), 90).convert(mode).save(file, "PNG", **options)
    png = file.getvalue()
    fields = form_fields(request, profile)
    return Outgoing(request, profile, png, QImage.fromData(png), holds_pixels_alone(png), fields)


@pytest.fixture
def dialog(qtbot) -> OutgoingDialog:
    shown = OutgoingDialog()
    shown.setLocale(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    qtbot.addWidget(shown)
    shown.show()
    return shown


@pytest.mark.parametrize(
    ("profile", "head", "place"),
    [
        (ON_DEVICE, "Stays on this computer", "This computer"),
        (HTTPS, "Goes to api.example.com", "api.example.com"),
        (HTTP, "Goes to studio.example, not encrypted", "studio.example:8000"),
        (LOOPBACK, "Stays on this computer", "This computer (127.0.0.1:13305)"),
    ],
    ids=IDS,
)
def test_it_says_where_the_picture_goes(dialog, profile, head, place):
    dialog.show_outgoing(made(profile))

    assert dialog.texts[0] == head
    assert dict(dialog.place.facts)["Server"] == place


@pytest.mark.parametrize(
    ("profile", "promise"),
    [
        (ON_DEVICE, "Nothing goes over a network"),
        (HTTPS, "encrypted on its way"),
        (HTTP, "can see it"),
        (LOOPBACK, "may pass it on"),
    ],
    ids=IDS,
)
def test_it_promises_no_more_than_is_so(dialog, profile, promise):
    dialog.show_outgoing(made(profile))

    assert promise in dialog.texts[1]


@pytest.mark.parametrize(
    ("profile", "path", "key"),
    [
        (ON_DEVICE, "/v1/images/variations", "Yes, one made for this session"),
        (HTTPS, "/v1/images/variations", "Yes, in the Authorization header"),
        (HTTP, "/v1/images/variations", "No"),
        (LOOPBACK, "/api/v1/images/variations", "No"),
    ],
    ids=IDS,
)
def test_it_says_on_which_path_and_whether_a_key_goes_along(dialog, profile, path, key):
    dialog.show_outgoing(made(profile))

    assert dialog.place.facts[1:] == (("Path", path), ("Key", key))


@pytest.mark.parametrize("profile", EVERY, ids=IDS)
def test_the_form_is_shown_field_by_field(dialog, profile):
    outgoing = made(profile)

    dialog.show_outgoing(outgoing)

    assert dialog.form.facts == (("image", "image.png"), *outgoing.fields)


def test_a_form_with_fewer_fields_leaves_none_of_the_longer_one(dialog):
    dialog.show_outgoing(made(HTTPS))
    before = {label.text() for label in dialog.form.findChildren(type(dialog._removed)) if label.isVisible()}
    dialog.show_outgoing(made(HTTP))

    after = {label.text() for label in dialog.form.findChildren(type(dialog._removed)) if label.isVisible()}
    assert before - after == {"model", "dall-e-2"}
    assert "<b>ada</b>" in after  # as it is sent, not as mark-up


def test_the_picture_is_measured(dialog):
    outgoing = made(HTTPS)

    dialog.show_outgoing(outgoing)

    assert dialog.picture.caption.startswith("64 × 64 px · ")
    assert dialog.picture.caption.endswith(" of 4.00 MB · PNG")
    assert dialog.picture.view.accessibleDescription() == dialog.picture.caption


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (QLocale.Language.English, "1024 × 1024 px · 1.34 MB of 4.00 MB · PNG"),
        (QLocale.Language.German, "1024 × 1024 px · 1,34 MB of 4,00 MB · PNG"),
    ],
)
def test_bytes_are_written_as_the_locale_does(language, text):
    assert picture_text(1024, 1_341_000, 4_000_000, QLocale(language)) == text


def test_what_is_said_of_the_file_is_what_is_in_it(dialog):
    dialog.show_outgoing(made(HTTPS))
    assert dialog.texts[2:] == ("Location and camera data removed: yes", "Colours: converted to sRGB")

    dialog.show_outgoing(made(HTTPS, icc_profile=b"a profile"))
    assert dialog.texts[2:] == ("Location and camera data removed: no", "Colours: with a profile of their own")


def test_a_refusal_takes_the_place_of_the_picture(dialog):
    dialog.show_outgoing(made(HTTPS))
    dialog.picture.set_busy(busy=True)

    dialog.show_refusal(PictureRefused("It is gone.", hint="Open it again."))

    assert dialog.outgoing is None
    assert dialog.picture.view.image.isNull()
    assert dialog.picture.view.accessibleDescription() == "It is gone. Open it again."
    assert not dialog.picture.busy
    assert dialog.texts[0] == "Goes to api.example.com"
    assert len(dialog.texts) == 2  # nothing is said of a file that is not there


def test_being_busy_and_done_leaves_the_caption_as_it_was(dialog):
    dialog.show_outgoing(made(HTTPS))
    caption = dialog.picture.caption

    dialog.picture.set_busy(busy=True)
    assert dialog.picture.caption == "Preparing the picture…"
    dialog.picture.set_busy(busy=False)

    assert dialog.picture.caption == caption


def test_a_long_host_does_not_widen_the_dialog(dialog):
    dialog.show_outgoing(made(HTTPS))
    dialog.adjustSize()
    width = dialog.width()
    host = "a-very-long-name-of-a-server.in-a-very-long-domain.example"

    dialog.show_outgoing(made(ServiceProfile(id="x", name="X", base_url=f"https://{host}/v1")))
    dialog.adjustSize()

    assert dialog.width() == width
    assert dialog.texts[0] == f"Goes to {host}"


# The line under Generate


@pytest.fixture
def line(qtbot) -> DestinationLine:
    shown = DestinationLine()
    shown.resize(284, shown.height())
    qtbot.addWidget(shown)
    return shown


@pytest.mark.parametrize(
    ("profile", "text"),
    [
        (ON_DEVICE, "Stays on this computer"),
        (HTTPS, "Goes to api.example.com"),
        (HTTP, "Goes to studio.example, not encrypted"),
        (LOOPBACK, "Stays on this computer"),
    ],
    ids=IDS,
)
def test_the_line_says_it_in_a_few_words(line, profile, text):
    line.show_service(profile)

    assert line.text() == text
    assert line.accessibleName() == f"{text}. What will be sent…"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("profile", EVERY, ids=IDS)
def test_the_line_is_amber_where_others_can_read_along(line, profile, dark):
    app = QApplication.instance()
    before = app.palette()
    app.setPalette(theme.palette(dark=dark))
    try:
        line.show_service(profile)
        image = line.grab().toImage()
    finally:
        app.setPalette(before)

    tinted = [
        colour
        for x in range(image.width())
        for y in range(image.height())
        if (colour := image.pixelColor(x, y)).red() - colour.blue() > 60
    ]
    assert bool(tinted) is (profile is HTTP)
    if tinted:
        assert (theme.AMBER_ON_DARK if dark else theme.AMBER_ON_LIGHT) in tinted


# The picture's pixels


@pytest.fixture
def view(qtbot) -> PixelView:
    shown = PixelView()
    shown.resize(100, 100)
    qtbot.addWidget(shown)
    shown.show()
    qtbot.waitExposed(shown)
    return shown


def picture(side: int, mode: str = "RGB") -> QImage:
    return made(HTTPS, mode, side).image


def test_a_small_picture_is_in_the_middle_pixel_by_pixel(view):
    image = picture(40)

    view.show_image(image)

    shown = view.grab(QRect(QPoint(30, 30), QSize(40, 40))).toImage()
    assert shown.convertToFormat(QImage.Format.Format_RGB888) == image.convertToFormat(QImage.Format.Format_RGB888)


def test_a_large_picture_fits_and_is_exact_on_demand(view, qtbot):
    image = picture(300)
    view.show_image(image)
    assert view.horizontalScrollBar().maximum() == 0

    with qtbot.waitSignal(view.exact_changed):
        QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(view.horizontalScrollBar().isVisible)
    for bar in (view.horizontalScrollBar(), view.verticalScrollBar()):
        bar.setValue(0)

    inside = view.viewport().rect().adjusted(4, 4, -4, -4)  # without the ring of the focus
    shown = view.viewport().grab(inside).toImage().convertToFormat(QImage.Format.Format_RGB888)
    assert shown == image.copy(inside).convertToFormat(QImage.Format.Format_RGB888)
    assert view.horizontalScrollBar().maximum() == 300 - view.viewport().width()


def test_an_exact_picture_is_moved_by_mouse_and_by_keys(view, qtbot):
    view.show_image(picture(300))
    view.set_exact(True)
    qtbot.waitUntil(view.horizontalScrollBar().isVisible)
    start = view.horizontalScrollBar().value()

    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(60, 40))
    QTest.mouseMove(view.viewport(), QPoint(45, 40))
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(45, 40))
    assert view.horizontalScrollBar().value() == start + 15

    QTest.keyClick(view, Qt.Key.Key_Left)
    assert view.horizontalScrollBar().value() < start + 15


def test_checks_show_where_a_picture_is_transparent(view):
    clear = QImage(50, 50, QImage.Format.Format_ARGB32)
    clear.fill(Qt.GlobalColor.transparent)

    view.show_image(clear)

    shown = view.grab().toImage()
    inside = {shown.pixelColor(x, y).name() for x in range(26, 74) for y in range(26, 74)}
    assert inside == {"#a0a0a0", "#c8c8c8"}
    assert shown.pixelColor(10, 10) == QColor(theme.surround(view.palette(), None))
