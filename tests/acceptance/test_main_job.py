"""The main job, from the square to the saved files, on the real service and the real disk."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from imgvar_desktop.core.geometry import Handle, Square
from imgvar_desktop.core.library import RunState
from imgvar_desktop.core.runs import RunFinished
from tests.acceptance.conftest import OFFSCREEN_CANNOT
from tests.acceptance.person import CTRL, LEFT, PLAIN, SHIFT, Person

pytestmark = pytest.mark.qt_log_ignore(OFFSCREEN_CANNOT)

ALT = Qt.KeyboardModifier.AltModifier


# The crop


@pytest.mark.parametrize(
    ("key", "keys", "crop"),
    [
        (Qt.Key.Key_Left, PLAIN, Square(119, 0, 400)),
        (Qt.Key.Key_Right, SHIFT, Square(130, 0, 400)),
        (Qt.Key.Key_Up, PLAIN, Square(120, 0, 400)),  # at the edge already
        (Qt.Key.Key_Left, ALT, Square(120, 0, 399)),
        (Qt.Key.Key_Up, ALT | SHIFT, Square(120, 0, 390)),
    ],
)
def test_the_crop_follows_the_keys(with_lake, key, keys, crop):
    with_lake.press(key, keys, on=with_lake.window.source.crop_view)

    assert with_lake.window.source.chosen.crop == crop


def test_the_crop_is_chosen_and_reset_without_a_mouse(with_lake):
    with_lake.window.gallery.setFocus()
    with_lake.press(Qt.Key.Key_C, CTRL | SHIFT)
    view = with_lake.window.editor.view
    assert view.hasFocus()
    for _ in range(7):
        with_lake.press(Qt.Key.Key_Left, SHIFT)
    assert with_lake.window.source.chosen.crop == Square(50, 0, 400)

    with_lake.press(Qt.Key.Key_0)

    assert with_lake.window.source.chosen.crop == Square(120, 0, 400)


def test_the_crop_follows_the_mouse(with_lake):
    view = with_lake.window.source.crop_view
    px = view.crop_rect().width() / 400  # of the widget for one of the picture

    drag(view, view.crop_rect().center(), QPointF(-60 * px, 0))

    moved = with_lake.window.source.chosen.crop
    assert moved.side == 400
    assert moved.x == pytest.approx(60, abs=2)

    drag(view, view.handle_point(Handle.BOTTOM_RIGHT), QPointF(-100 * px, -100 * px))

    smaller = with_lake.window.source.chosen.crop
    assert (smaller.x, smaller.y) == (moved.x, moved.y)
    assert smaller.side == pytest.approx(300, abs=3)


def test_a_crop_that_would_be_enlarged_says_so_in_amber(with_lake):
    view = with_lake.window.source.crop_view
    label = next(label for label in with_lake.window.source.findChildren(QLabel) if "400 × 400" in label.text())
    calm = label.palette().windowText().color()
    for _ in range(20):
        with_lake.press(Qt.Key.Key_Left, ALT | SHIFT, on=view)

    assert label.text().startswith("200 px, enlarged 1.3")
    amber = label.palette().windowText().color()
    assert amber != calm
    assert amber.red() > amber.blue() + 60


# Generating


def by_button(person: Person) -> None:
    person.generate()


def by_key(person: Person) -> None:
    person.press(Qt.Key.Key_Return, CTRL)


def by_keypad(person: Person) -> None:
    person.press(Qt.Key.Key_Enter, CTRL | Qt.KeyboardModifier.KeypadModifier)


def by_menu(person: Person) -> None:
    person.choose_from_menu("Run", person.window.actions_.generate)


@pytest.mark.parametrize("ask", [by_button, by_key, by_keypad, by_menu])
def test_every_gesture_generates(with_lake, ask):
    ask(with_lake)

    closing = with_lake.until_closed()
    assert isinstance(closing, RunFinished)
    assert [entry.index for entry in with_lake.filled_tiles] == [0, 1]


def test_tiles_fill_one_by_one_with_pictures_that_differ(with_lake, lake):
    with_lake.choose(count=3, size_px=256)
    assert with_lake.window.run.generate.text() == "Generate 3 · free"
    filled: list[int] = []
    with_lake.program.model.dataChanged.connect(lambda *_: filled.append(len(with_lake.filled_tiles)))

    with_lake.generate()
    with_lake.until(lambda: with_lake.program.model.rowCount() == 3)
    assert with_lake.filled_tiles == []
    with_lake.until_closed()

    assert filled == [1, 2, 3]
    images = [read(file) for file in with_lake.files]
    assert [image.size for image in images] == [(256, 256)] * 3
    with Image.open(lake) as source:
        square = source.convert("RGB").crop((120, 0, 520, 400)).resize((256, 256))
    every = [square, *images]
    assert len({image.tobytes() for image in every}) == 4


def test_what_is_generated_is_what_was_cropped(with_lake):
    for _ in range(12):
        with_lake.press(Qt.Key.Key_Left, SHIFT, on=with_lake.window.source.crop_view)

    with_lake.generate()
    with_lake.until_closed()

    run = with_lake.program.model.run_at(0)
    assert run.request.crop == Square(0, 0, 400)
    assert run.state is RunState.FINISHED
    assert run.seconds > 0


def test_a_new_run_moves_neither_selection_nor_what_one_looks_at(with_four):
    with_four.click_tile(2)
    chosen = with_four.window.gallery.selected_rows()
    entry = with_four.program.model.tile(2).entry

    with_four.generate()
    with_four.until_closed()

    assert chosen == [2]
    assert [with_four.program.model.tile(row).entry for row in with_four.window.gallery.selected_rows()] == [entry]
    assert with_four.program.model.tile(with_four.window.gallery.currentIndex().row()).entry == entry


# Choosing


def test_two_are_chosen_by_mouse(with_four):
    with_four.click_tile(0)
    with_four.click_tile(3, CTRL)

    assert with_four.window.gallery.selected_rows() == [0, 3]
    assert with_four.window.selected.text() == "2 selected of 4"


def test_a_range_is_chosen_by_mouse(with_four):
    with_four.click_tile(0)
    with_four.click_tile(2, SHIFT)

    assert with_four.window.gallery.selected_rows() == [0, 1, 2]


def test_a_rubber_band_chooses_what_it_touches(with_four):
    gallery = with_four.window.gallery
    first, second = gallery.visualRect(gallery.model().index(0, 0)), gallery.visualRect(gallery.model().index(1, 0))

    drag(gallery.viewport(), QPointF(4, first.bottom() + 2), QPointF(second.left() + 9, -20))

    assert gallery.selected_rows() == [0, 1]


def test_two_are_chosen_by_keyboard(with_four):
    with_four.press(Qt.Key.Key_Home)
    with_four.press(Qt.Key.Key_Right)
    with_four.press(Qt.Key.Key_Down, SHIFT)

    assert with_four.window.gallery.selected_rows() == [1, 2, 3]

    with_four.press(Qt.Key.Key_Home)
    with_four.press(Qt.Key.Key_End, CTRL)
    with_four.press(Qt.Key.Key_Space, CTRL)

    assert with_four.window.gallery.selected_rows() == [0, 3]


def test_all_and_none_are_a_key_away(with_four):
    with_four.press(Qt.Key.Key_A, CTRL)
    assert with_four.window.gallery.selected_rows() == [0, 1, 2, 3]

    with_four.press(Qt.Key.Key_A, CTRL | SHIFT)
    assert with_four.window.gallery.selected_rows() == []


# Saving


def test_chosen_ones_are_saved_and_never_over_another_file(with_four, tmp_path):
    folder = tmp_path / "saved"
    folder.mkdir()
    with_four.click_tile(0)
    with_four.click_tile(3, CTRL)

    with_four.press(Qt.Key.Key_S, CTRL)
    with_four.answer_file_dialog("saveDialog", folder)
    with_four.until(lambda: with_four.window.toast.text)

    assert with_four.window.toast.text == "2 saved to saved"
    first = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert sorted(first) == ["lake_v01-02.png", "lake_v02-01.png"]
    assert all(read(file).size == (256, 256) for file in folder.iterdir())

    with_four.window.toast.hide()
    with_four.press(Qt.Key.Key_S, CTRL)  # the last folder, without a question
    with_four.until(lambda: with_four.window.toast.text)

    assert len(list(folder.iterdir())) == 4
    assert {name: (folder / name).read_bytes() for name in first} == first


@pytest.mark.parametrize(("name", "kind"), [("chosen.png", "PNG"), ("chosen.jpg", "JPEG"), ("chosen.webp", "WEBP")])
def test_one_is_saved_under_a_name_and_a_format_of_choice(with_four, tmp_path, name, kind):
    with_four.click_tile(1)

    with_four.press(Qt.Key.Key_S, CTRL | SHIFT)
    with_four.answer_file_dialog("saveAsDialog", tmp_path / name)
    with_four.until(lambda: with_four.window.toast.text)

    with Image.open(tmp_path / name) as saved:
        assert saved.format == kind
        assert saved.size == (256, 256)


def test_a_last_folder_that_is_gone_is_asked_for_again(with_four, tmp_path):
    gone = tmp_path / "gone"
    with_four.program.settings.set(replace(with_four.program.settings.now, save_folder=str(gone)))
    with_four.click_tile(0)

    with_four.press(Qt.Key.Key_S, CTRL)
    with_four.answer_file_dialog("saveDialog", tmp_path)

    with_four.until((tmp_path / "lake_v02-01.png").exists)


def test_copy_brings_the_picture_and_its_file(with_four):
    with_four.click_tile(1)

    with_four.press(Qt.Key.Key_C, CTRL)
    with_four.until(lambda: (mime := QGuiApplication.clipboard().mimeData()) is not None and mime.hasImage())

    mime = QGuiApplication.clipboard().mimeData()
    (url,) = mime.urls()
    copy = Path(url.toLocalFile())
    assert copy.name == with_four.files[1].name
    assert copy.read_bytes() == with_four.files[1].read_bytes()
    assert copy != with_four.files[1]  # another program may do with it what it likes
    assert (mime.imageData().width(), mime.imageData().height()) == (256, 256)


# Looking closer


def by_enter(person: Person) -> None:
    person.press(Qt.Key.Key_Return)


def by_keypad_enter(person: Person) -> None:
    person.press(Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)


def by_space(person: Person) -> None:
    person.press(Qt.Key.Key_Space)


def by_double_click(person: Person) -> None:
    person.double_click_tile(1)


@pytest.mark.parametrize("look", [by_enter, by_keypad_enter, by_space, by_double_click])
def test_every_gesture_opens_the_larger_view(with_four, look: Callable[[Person], None]):
    window = with_four.window
    with_four.click_tile(1)

    look(with_four)
    assert window.viewer_shown
    assert "lake_v02-02.png" in window.viewer.accessibleDescription()

    with_four.press(Qt.Key.Key_Right)
    assert "lake_v01-01.png" in window.viewer.accessibleDescription()
    with_four.press(Qt.Key.Key_Left)
    with_four.press(Qt.Key.Key_Left)
    with_four.press(Qt.Key.Key_Left)  # the first one stays
    assert "lake_v02-01.png" in window.viewer.accessibleDescription()

    with_four.press(Qt.Key.Key_Escape)
    assert not window.viewer_shown
    assert window.gallery.hasFocus()
    assert window.gallery.selected_rows() == [0]


def test_the_larger_view_shows_exact_pixels(with_four):
    with_four.click_tile(0)
    with_four.press(Qt.Key.Key_Return)
    viewer = with_four.window.viewer
    expected = read(with_four.files[0])

    with_four.press(Qt.Key.Key_1, CTRL)

    assert viewer.zoom == 1.0
    corner = QPoint(round(viewer.width() / 2 - 128), round((viewer.height() - 32) / 2 - 128))
    with_four.until(lambda: pixels(viewer.grab(QRect(corner, QSize(256, 256)))) == expected.tobytes())


def test_in_the_larger_view_commands_act_on_what_is_shown(with_four, tmp_path):
    with_four.press(Qt.Key.Key_A, CTRL)
    with_four.double_click_tile(2)
    with_four.program.settings.set(replace(with_four.program.settings.now, save_folder=str(tmp_path)))

    with_four.press(Qt.Key.Key_S, CTRL)
    with_four.until(lambda: with_four.window.toast.text)

    assert [file.name for file in tmp_path.glob("*.png")] == ["lake_v01-01.png"]


def drag(widget, start: QPointF, way: QPointF) -> None:
    """Presses at ``start``, moves there in steps and lets go."""
    at = start.toPoint()
    QTest.mousePress(widget, LEFT, PLAIN, at)
    for step in range(1, 6):
        at = (start + way * step / 5).toPoint()
        QTest.mouseMove(widget, at)
    QTest.mouseRelease(widget, LEFT, PLAIN, at)


def pixels(pixmap: QPixmap) -> bytes:
    image = pixmap.toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = (bytes(image.constScanLine(y))[: image.width() * 3] for y in range(image.height()))
    return b"".join(rows)


def read(file: Path) -> Image.Image:
    with Image.open(file, formats=["PNG"]) as opened:
        return opened.convert("RGB")
