"""From whatever a gesture brought to pictures in the library, ready to be cropped."""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QObject
from PySide6.QtGui import QColor, QImage

from imgvar_desktop.bridge.arrivals import Arrivals
from imgvar_desktop.bridge.bringing import MOST, STRIP_PX, LoadedPicture, brought, brought_again, expanded, for_strip
from imgvar_desktop.bridge.dropped import Dropped, DroppedBytes, DroppedFile, DroppedPixels, DroppedUrl
from imgvar_desktop.bridge.workshop import Workshop
from imgvar_desktop.core.errors import PictureRefused
from imgvar_desktop.core.ports import FetchedPicture

PATIENCE_MS = 15_000
LAKE = "https://example.org/lake.png"

pytestmark = pytest.mark.usefixtures("qapp")


def png(width: int = 60, height: int = 40) -> bytes:
    file = BytesIO()
    Image.new("RGB", (width, height), (30, 60, 210)).save(file, "PNG")
    return file.getvalue()


def pixels(width: int, height: int) -> DroppedPixels:
    image = QImage(width, height, QImage.Format.Format_ARGB32)
    image.fill(QColor(220, 30, 40, 128))
    return DroppedPixels(image)


class Web:
    """core.ports.PictureFetcher over what is written down for each address."""

    def __init__(self, pages: Mapping[str, bytes]) -> None:
        self._pages = pages

    async def fetch(self, url: str) -> FetchedPicture:
        if url not in self._pages:
            raise PictureRefused("example.org has no picture there: it answered 404.", hint="Save it.")
        return FetchedPicture(self._pages[url], "fetched")

    async def aclose(self) -> None:
        pass


def bring(workshop: Workshop, dropped: Dropped, pages: Mapping[str, bytes] | None = None) -> LoadedPicture:
    return asyncio.run(brought(replace(workshop, fetcher=Web(pages or {})), dropped))


def facts(picture: LoadedPicture) -> tuple[str, int, int]:
    return picture.source.name, picture.source.width, picture.source.height


def test_every_kind_comes_in_and_stays_in_the_library(workshop, tmp_path):
    file = tmp_path / "a lake.png"
    file.write_bytes(png())
    cases: list[tuple[Dropped, tuple[str, int, int]]] = [
        (DroppedFile(file), ("a lake", 60, 40)),
        (DroppedBytes(png(61)), ("pasted", 61, 40)),
        (pixels(62, 40), ("pasted", 62, 40)),
        (DroppedUrl(LAKE), ("fetched", 63, 40)),
    ]
    for dropped, expected in cases:
        picture = bring(workshop, dropped, {LAKE: png(63)})

        assert facts(picture) == expected
        assert (picture.preview.width(), picture.preview.height()) == expected[1:]
        again = asyncio.run(brought_again(workshop, picture.source.key, "again"))
        assert again is not None
        assert (again.source.width, again.framing) == (expected[1], picture.framing)
    file.unlink()
    assert workshop.pixels.source_path(bring(workshop, pixels(62, 40)).source.key).is_file()


def test_pixels_keep_what_shows_through(workshop):
    picture = bring(workshop, pixels(8, 8))

    seen = picture.preview.pixelColor(4, 4)
    assert seen.alpha() == 128
    assert abs(seen.red() - 220) <= 2


def test_a_refusal_names_what_was_dropped_and_not_the_library_s_own_file(workshop):
    for dropped, name in ((DroppedBytes(b"no picture"), "pasted"), (DroppedUrl(LAKE), "fetched")):
        with pytest.raises(PictureRefused, match=f"^“{name}” is not a picture") as caught:
            bring(workshop, dropped, {LAKE: b"<p>Please sign in"})
        assert caught.value.hint


def test_what_cannot_be_fetched_is_refused_unless_something_came_along(workshop):
    with pytest.raises(PictureRefused, match="answered 404"):
        bring(workshop, DroppedUrl(LAKE))

    assert facts(bring(workshop, DroppedUrl(LAKE, DroppedBytes(png(50, 50)), "lake"))) == ("lake", 50, 50)
    assert facts(bring(workshop, DroppedUrl(LAKE, pixels(50, 30), "lake"))) == ("lake", 50, 30)


@pytest.mark.parametrize("along", [DroppedBytes(png(60, 40)), "pixels"], ids=["bytes", "pixels"])
@pytest.mark.parametrize(
    ("sent", "taken"),
    [
        (png(60, 40), "fetched"),
        (png(1200, 800), "fetched"),
        (png(601, 400), "fetched"),  # one of them rounded
        (png(59, 39), "lake"),  # a preview for strangers
        (png(400, 400), "lake"),  # "no hotlinking"
        (png(1, 1), "lake"),
        (b"<html>Sign in</html>", "lake"),
    ],
    ids=["the same", "larger", "rounded", "smaller", "of another shape", "a dot", "a page"],
)
def test_what_was_fetched_has_to_be_what_was_seen(workshop, along, sent, taken):
    fallback = pixels(60, 40) if along == "pixels" else along

    assert bring(workshop, DroppedUrl(LAKE, fallback, "lake"), {LAKE: sent}).source.name == taken


def test_bytes_that_qt_cannot_measure_do_not_stand_in_the_way(workshop):
    assert facts(bring(workshop, DroppedUrl(LAKE, DroppedBytes(b"?"), "lake"), {LAKE: png()})) == ("fetched", 60, 40)


def folder_with(folder: Path, *names: str) -> Path:
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x")
    return folder


def names_in(dropped: tuple[Dropped, ...]) -> list[str]:
    return [one.path.name for one in dropped if isinstance(one, DroppedFile)]


def test_a_folder_is_its_pictures_in_the_order_that_people_count_in(tmp_path):
    folder = folder_with(
        tmp_path / "trip", "lake 10.jpg", "lake 2.jpg", "Lake 1.JPG", "b.svg", "notes.txt", ".hidden.png", "more/c.png"
    )

    assert names_in(expanded([DroppedFile(folder)])) == ["b.svg", "Lake 1.JPG", "lake 2.jpg", "lake 10.jpg"]


def test_a_folder_of_folders_is_the_pictures_in_those(tmp_path):
    folder = folder_with(tmp_path / "trip", "day 10/a.png", "day 9/z.png", ".trash/x.png", "day 9/raw/deep.png")

    assert names_in(expanded([DroppedFile(folder)])) == ["z.png", "a.png"]


def test_what_is_no_folder_with_pictures_stays_as_it_is(tmp_path):
    empty = folder_with(tmp_path / "empty", "notes.txt")
    fallback = DroppedUrl(LAKE)
    given = [DroppedFile(tmp_path / "gone.png"), fallback, DroppedFile(empty), DroppedFile(tmp_path / ("n" * 300))]

    assert expanded(given) == tuple(given)


def test_one_gesture_brings_so_many_pictures_and_no_more(tmp_path):
    folder = folder_with(tmp_path / "many", *(f"{i}.png" for i in range(MOST + 3)))

    found = expanded([DroppedUrl(LAKE), DroppedFile(folder), DroppedFile(folder)])

    assert len(found) == MOST
    assert names_in(found)[-1] == f"{MOST - 2}.png"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_folder_s_odd_entries_are_passed_over(tmp_path):
    folder = folder_with(tmp_path / "odd", "a.png", "folder.png/inner.txt", "9" * 200 + ".png")
    os.mkfifo(folder / "pipe.png")
    (folder / "gone.png").symlink_to(folder / "nowhere")
    (folder / "loop").symlink_to(folder)
    (folder / "caf\udce9.png").write_bytes(b"x")

    assert names_in(expanded([DroppedFile(folder)])) == ["9" * 200 + ".png", "a.png", "caf\udce9.png"]


def test_a_strip_gets_small_previews_of_the_same_picture(workshop):
    large = bring(workshop, DroppedBytes(png(900, 600)))
    small = for_strip(large)

    assert (small.preview.width(), small.preview.height()) == (STRIP_PX, 170)
    assert replace(small, preview=large.preview) == large
    tiny = bring(workshop, DroppedBytes(png(9, 9)))
    assert for_strip(tiny) is tiny


class Heard:
    def __init__(self, arrivals: Arrivals) -> None:
        self.told: list[tuple[int, object]] = []
        self.ended = False
        arrivals.arrived.connect(lambda place, picture: self.told.append((place, picture)))
        arrivals.refused.connect(lambda place, error: self.told.append((place, error)))
        arrivals.over.connect(lambda: setattr(self, "ended", True))


def test_several_are_told_one_by_one_and_a_bad_one_costs_only_itself(qtbot, async_thread, get_workshop):
    parent = QObject()
    dropped = (DroppedBytes(png(300, 200)), DroppedBytes(b"no picture", "letter"), DroppedBytes(png(30, 20)))

    arrivals = Arrivals(async_thread, get_workshop, dropped, parent)
    heard = Heard(arrivals)
    with qtbot.waitSignal(arrivals.destroyed, timeout=PATIENCE_MS):
        pass

    assert heard.ended
    assert [place for place, _ in heard.told] == [0, 1, 2]
    first, refused, last = (outcome for _, outcome in heard.told)
    assert isinstance(first, LoadedPicture)
    assert isinstance(last, LoadedPicture)
    assert (first.source.width, first.preview.width(), last.source.width) == (300, STRIP_PX, 30)
    assert str(refused).startswith("“letter” is not a picture")


def test_after_cancelling_nothing_is_told_any_more(qtbot, async_thread, get_workshop):
    parent = QObject()
    arrivals = Arrivals(async_thread, get_workshop, [DroppedBytes(png(20 + i, 20)) for i in range(400)], parent)
    heard = Heard(arrivals)
    with qtbot.waitSignal(arrivals.arrived, timeout=PATIENCE_MS):
        pass
    before = len(heard.told)

    with qtbot.waitSignal(arrivals.destroyed, timeout=PATIENCE_MS):
        arrivals.cancel()

    assert 0 < len(heard.told) == before < 400
    assert not heard.ended
