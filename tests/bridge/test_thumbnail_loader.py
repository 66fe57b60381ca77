"""Thumbnails come from threads, newest wish first, at the size that was asked for."""

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtGui import QPixmap

from imgvar_desktop.bridge.image_cache import PixmapCache
from imgvar_desktop.bridge.thumbnail_loader import KEPT_PX, ThumbnailKey, ThumbnailLoader, Wish


@pytest.fixture
def loader(qtbot):
    loader = ThumbnailLoader()
    yield loader
    assert loader.stop(5000)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    file = tmp_path / "picture.png"
    Image.new("RGB", (300, 200), (10, 120, 200)).save(file)
    return file


def wait_for(loader, qtbot, key, thumbnail, image):
    if loader.pixmap(key, thumbnail, image) is None:
        with qtbot.waitSignal(loader.loaded, timeout=10_000, check_params_cb=lambda sha256: sha256 == key.sha256):
            pass
    return loader.pixmap(key, thumbnail, image)


def test_a_thumbnail_is_scaled_down_to_its_tile(loader, qtbot, picture):
    pixmap = wait_for(loader, qtbot, ThumbnailKey("a", 150), picture, picture)

    assert (pixmap.width(), pixmap.height()) == (150, 100)
    assert pixmap.toImage().pixelColor(75, 50).getRgb()[:3] == (10, 120, 200)


def test_a_small_picture_is_not_enlarged(loader, qtbot, picture):
    pixmap = wait_for(loader, qtbot, ThumbnailKey("a", 1000), picture, picture)

    assert (pixmap.width(), pixmap.height()) == (300, 200)


def test_where_the_thumbnail_is_missing_the_image_is_read(loader, qtbot, picture, tmp_path):
    pixmap = wait_for(loader, qtbot, ThumbnailKey("a", 150), tmp_path / "missing.jpg", picture)

    assert pixmap.width() == 150


def test_each_size_is_a_thumbnail_of_its_own(loader, qtbot, picture):
    small = wait_for(loader, qtbot, ThumbnailKey("a", 30), picture, picture)
    large = wait_for(loader, qtbot, ThumbnailKey("a", 90), picture, picture)

    assert (small.width(), large.width()) == (30, 90)


def test_what_cannot_be_read_is_not_announced_and_the_rest_goes_on(loader, qtbot, picture, tmp_path):
    announced: list[str] = []
    loader.loaded.connect(announced.append)
    missing = tmp_path / "missing.png"
    assert loader.pixmap(ThumbnailKey("gone", 50), missing, missing) is None

    wait_for(loader, qtbot, ThumbnailKey("there", 50), picture, picture)

    assert "gone" not in announced


def test_more_wishes_than_it_remembers_still_end_with_the_newest(loader, qtbot, picture):
    keys = [ThumbnailKey(f"{i}", 40) for i in range(600)]
    for key in keys:
        loader.pixmap(key, picture, picture)

    assert wait_for(loader, qtbot, keys[-1], picture, picture) is not None


def test_stopping_drops_what_waits(qtbot, picture):
    loader = ThumbnailLoader()
    for i in range(300):
        loader.pixmap(ThumbnailKey(f"{i}", 200), picture, picture)

    assert loader.stop(5000)

    assert len(loader._work) == 0


def test_the_cache_keeps_to_its_bytes_and_what_was_looked_at_last(qtbot):
    cache: PixmapCache[str] = PixmapCache(3 * 10 * 10 * 4)
    for name in "abc":
        cache.put(name, QPixmap(10, 10))
    assert cache.get("a") is not None

    cache.put("d", QPixmap(10, 10))

    assert [name for name in "abcd" if cache.get(name) is not None] == ["a", "c", "d"]


def test_a_pixmap_larger_than_the_cache_is_kept_alone(qtbot):
    cache: PixmapCache[str] = PixmapCache(100)
    cache.put("small", QPixmap(2, 2))

    cache.put("large", QPixmap(50, 50))

    assert cache.get("large") is not None
    assert len(cache) == 1


def test_what_is_looked_at_is_read_in_its_order_and_what_was_scrolled_past_is_forgotten(loader, qtbot, picture):
    read: list[str] = []
    loader.loaded.connect(read.append)
    passed = [Wish(ThumbnailKey(f"passed-{i}", 60), picture, picture) for i in range(200)]
    seen = [Wish(ThumbnailKey(f"seen-{i}", 60), picture, picture) for i in range(8)]

    loader.look_at(passed)
    loader.look_at(seen)
    qtbot.waitUntil(lambda: loader.idle, timeout=10_000)

    assert {name for name in read if name.startswith("seen")} == {wish.key.sha256 for wish in seen}
    assert len(read) < len(passed), "only what was being read already is read to its end"


def test_what_is_asked_for_outright_comes_before_what_is_looked_at(loader, qtbot, picture):
    read: list[str] = []
    loader.loaded.connect(read.append)
    loader.look_at([Wish(ThumbnailKey(f"{i}", 60), picture, picture) for i in range(100)])

    wait_for(loader, qtbot, ThumbnailKey("asked", 60), picture, picture)

    assert len(read) < 100


def test_what_is_larger_than_a_kept_thumbnail_is_read_from_the_image(loader, qtbot, picture, tmp_path):
    small = tmp_path / "small.png"
    Image.new("RGB", (30, 20)).save(small)

    assert wait_for(loader, qtbot, ThumbnailKey("a", KEPT_PX), small, picture).width() == 30
    assert wait_for(loader, qtbot, ThumbnailKey("a", KEPT_PX + 1), small, picture).width() == 300
    assert loader.any_size("a").width() == 300
