"""Whatever way a picture comes in, the same square of it is ready to be varied."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from imgvar_desktop.core.geometry import Square
from tests.acceptance.conftest import OFFSCREEN_CANNOT, Boot, quarters
from tests.acceptance.person import LEFT, Person, file_mime

pytestmark = pytest.mark.qt_log_ignore(OFFSCREEN_CANNOT)

RED, GREEN, BLUE, YELLOW = (200, 60, 40), (40, 160, 60), (50, 70, 190), (230, 200, 60)


def pixels_mime(file: Path) -> QMimeData:
    mime = QMimeData()
    mime.setImageData(QImage(str(file)))
    return mime


def browser_mime(file: Path) -> QMimeData:
    """As a browser offers a picture of a page: its address, which is not local, and its bytes."""
    mime = QMimeData()
    mime.setData("text/uri-list", b"https://example.org/lake.png\r\n")
    mime.setData("image/jpeg", file.read_bytes())
    return mime


GESTURES: dict[str, tuple[str, Callable[[Boot, Path], Person]]] = {}


def gesture(source_name: str) -> Callable[[Callable[[Boot, Path], Person]], Callable[[Boot, Path], Person]]:
    def kept(way: Callable[[Boot, Path], Person]) -> Callable[[Boot, Path], Person]:
        GESTURES[way.__name__] = (source_name, way)
        return way

    return kept


@gesture("lake")
def drop_on_the_well(boot: Boot, file: Path) -> Person:
    person = boot()
    person.drop(file_mime(file), person.window.source.well)
    return person


@gesture("lake")
def drop_on_the_gallery(boot: Boot, file: Path) -> Person:
    person = boot()
    person.drop(file_mime(file), person.window.gallery)
    return person


@gesture("pasted")
def drag_from_a_browser(boot: Boot, file: Path) -> Person:
    person = boot()
    person.drop(browser_mime(file))
    return person


@gesture("lake")
def paste_a_file(boot: Boot, file: Path) -> Person:
    person = boot()
    person.paste(file_mime(file))
    return person


@gesture("pasted")
def paste_pixels(boot: Boot, file: Path) -> Person:
    person = boot()
    person.paste(pixels_mime(file))
    return person


@gesture("lake")
def browse(boot: Boot, file: Path) -> Person:
    person = boot()
    person.browse(file)
    return person


@gesture("lake")
def open_from_the_command_line(boot: Boot, file: Path) -> Person:
    return boot(file)


@pytest.mark.parametrize("way", GESTURES)
def test_every_gesture_loads_the_same_crop(boot, lake, way):
    name, bring = GESTURES[way]

    person = bring(boot, lake)
    person.until_picture(name)

    chosen = person.window.source.chosen
    assert (chosen.source.width, chosen.source.height) == (640, 400)
    assert chosen.crop == Square(120, 0, 400)
    assert person.window.run.generate.isEnabled()
    assert shown_colours(person) == [RED, GREEN, BLUE, YELLOW]


def test_a_sample_is_a_click_away(person):
    sample = next(
        b for b in person.window.source.well.findChildren(QToolButton) if b.accessibleName() == "Sample picture: lake"
    )

    QTest.mouseClick(sample, LEFT)

    person.until_picture("lake")
    assert person.window.source.chosen.crop == Square(200, 0, 1200)


def test_a_turned_photo_stands_upright(boot, tmp_path):
    file = tmp_path / "portrait.jpg"
    turned = quarters().transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6  # shown upright by turning it right
    turned.save(file, exif=exif, quality=95)

    person = boot(file)
    person.until_picture("portrait")

    assert person.window.source.chosen.source.width == 640
    assert shown_colours(person) == [RED, GREEN, BLUE, YELLOW]


def test_the_picture_of_the_last_time_is_back_after_a_restart(boot, lake):
    first = boot(lake)
    first.until_picture("lake")
    assert first.leave()

    second = boot()

    second.until_picture("lake")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"This is a letter, not a picture.", "is not a picture"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "is damaged or incomplete"),
        (None, "is a folder"),
    ],
    ids=["empty", "text", "cut off", "a folder"],
)
def test_what_cannot_be_read_leaves_the_picture_and_says_why(person, lake, tmp_path, content, sentence):
    person.open(lake)
    before = person.window.source.chosen
    bad = tmp_path / "bad.png"
    bad.mkdir() if content is None else bad.write_bytes(content)

    person.drop(file_mime(bad))
    person.until(lambda: person.window.source.message.text)

    text = person.window.source.message.text
    assert text.startswith(f"“bad.png” {sentence}")
    assert text.endswith(".")
    assert person.window.source.chosen == before
    assert person.window.source.crop_view.isVisible()


def test_a_cut_off_photo_shows_what_there_is_or_says_so(person, lake, tmp_path):
    cut = tmp_path / "cut.jpg"
    cut.write_bytes(lake.read_bytes()[:3000])

    person.drop(file_mime(cut))

    person.until(lambda: person.source_name == "cut" or person.window.source.message.text)
    assert person.window.source.message.text.endswith(".")


def test_text_on_the_clipboard_is_no_picture_and_says_so(person):
    mime = QMimeData()
    mime.setText("a word")

    person.paste(mime)

    assert person.window.source.message.text == "There is no picture on the clipboard."


def test_text_cannot_be_dropped(person):
    mime = QMimeData()
    mime.setText("a word")

    person.drop(mime)

    assert not person.window.source.message.text
    assert person.window.source.chosen is None


def test_a_newer_picture_wins_over_one_that_is_still_opening(person, lake, tmp_path):
    slow = tmp_path / "slow.png"
    Image.effect_noise((2400, 2400), 80).convert("RGB").save(slow, compress_level=1)
    person.drop(file_mime(slow))

    person.open(lake)

    # What would come late has had every chance to: the worker has answered a question asked after both.
    with person.qtbot.waitSignal(person.program.office.load_image(slow).succeeded, timeout=10_000):
        pass
    assert person.source_name == "lake"


def shown_colours(person: Person) -> list[tuple[int, int, int]]:
    """The middle of each quarter of the crop, as the window paints it; rounded to what was drawn."""
    view = person.window.source.crop_view
    image = view.grab().toImage()
    ratio = image.devicePixelRatio()
    rect = view.crop_rect()
    found = []
    for down in (0.25, 0.75):
        for across in (0.25, 0.75):
            x = (rect.x() + rect.width() * across) * ratio
            y = (rect.y() + rect.height() * down) * ratio
            found.append(nearest(QColor(image.pixel(round(x), round(y)))))
    return found


def nearest(colour: QColor) -> tuple[int, int, int]:
    seen = (colour.red(), colour.green(), colour.blue())
    best = min((RED, GREEN, BLUE, YELLOW), key=lambda c: sum(abs(a - b) for a, b in zip(c, seen, strict=True)))
    assert all(abs(a - b) <= 8 for a, b in zip(best, seen, strict=True)), f"{seen} is none of the picture's colours"
    return best
