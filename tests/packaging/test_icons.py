"""The icon in every size that a system asks for, as it was drawn for that size."""

import hashlib
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from tests.packaging.conftest import loaded


@pytest.fixture(scope="module")
def icons(qapp):
    return loaded("icons.py")


@pytest.fixture(scope="module")
def made(icons, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("icons")
    icons.make_icons(folder)
    return folder


def test_every_png_has_the_size_of_its_folder(icons, made):
    found = {path.parts[-3]: path for path in (made / "hicolor").rglob("*.png")}

    assert set(found) == {f"{side}x{side}" for side in icons.HICOLOR}
    for folder, path in found.items():
        with Image.open(path) as image:
            assert f"{image.width}x{image.height}" == folder
            assert image.getpixel((0, 0))[3] == 0, "the corners are round"
            assert image.getpixel((image.width // 2, image.height // 2))[3] == 255
    assert (made / "hicolor/scalable/apps/imgvar-desktop.svg").read_bytes().startswith(b"<svg")


def test_windows_and_macos_find_their_sizes_in_one_file(icons, made):
    with Image.open(made / "imgvar.ico") as ico:
        assert ico.info["sizes"] == {(side, side) for side in icons.ICO}
    with Image.open(made / "imgvar.icns") as icns:
        assert {width * scale for width, _, scale in icns.info["sizes"]} >= set(icons.ICNS) - {16, 64}


@pytest.mark.parametrize("side", [16, 24, 32, 256])
def test_ico_holds_each_size_as_it_was_drawn(icons, made, side):
    with Image.open(made / "imgvar.ico") as ico:
        stored = ico.ico.getimage((side, side)).convert("RGBA")

    assert ImageChops.difference(stored, icons.draw(side)).getbbox() is None


def test_small_drawing_is_used_where_it_is_sharper(icons):
    small, large = icons.draw(16), icons.draw(32)

    # The four pictures meet in the middle of the small one, and are apart in the large one.
    assert small.getpixel((7, 7)) == (0xE4, 0x57, 0x2E, 255)
    assert large.getpixel((15, 15))[:3] != small.getpixel((7, 7))[:3]


def test_same_drawings_give_the_same_bytes(icons, made, tmp_path):
    icons.make_icons(tmp_path)

    assert checksums(tmp_path) == checksums(made)


def checksums(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
