"""Saved files are the library's own bytes under names that replace nothing, or nothing is there at all."""

import os
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from imgvar_desktop.adapters.export import FileExporter
from imgvar_desktop.core.errors import ExportRefused
from tests.adapters.made_pictures import BLUE, RED, encoded, noise, quadrants, written
from tests.adapters.test_pictures_open import near


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Four variations: two PNG, a JPEG, and a WebP that a server called PNG."""
    folder = tmp_path / "library"
    folder.mkdir()
    written(folder / "a.png", encoded(quadrants(), "PNG"))
    written(folder / "b.png", encoded(Image.new("RGBA", (20, 20), (*RED, 0)), "PNG"))
    written(folder / "c.jpg", encoded(quadrants(), "JPEG"))
    written(folder / "d.png", encoded(quadrants(), "WEBP"))
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the designer wants them."""
    place = tmp_path / "Pictures"
    place.mkdir()
    return place


def names(folder: Path) -> list[str]:
    """All that is there, hidden files too."""
    return sorted(path.name for path in folder.iterdir())


def test_saved_files_are_the_library_s_bytes_under_the_wanted_names(library, folder):
    wanted = [
        (library / "a.png", "lake_v03-01"),
        (library / "c.jpg", "lake_v03-02"),
        (library / "d.png", "lake_v03-03"),
    ]

    saved = FileExporter().save(wanted, folder)

    assert [path.name for path in saved] == ["lake_v03-01.png", "lake_v03-02.jpg", "lake_v03-03.webp"]
    assert names(folder) == [path.name for path in saved]
    assert [path.read_bytes() for path in saved] == [file.read_bytes() for file, _ in wanted]


def test_a_name_that_is_taken_gets_a_number_and_nothing_is_replaced(library, folder):
    written(folder / "lake.png", b"somebody's own")
    written(folder / "lake (2).png", b"another one")
    exporter = FileExporter()

    first = exporter.save([(library / "a.png", "lake")], folder)
    again = exporter.save(
        [(library / "a.png", "lake"), (library / "b.png", "lake"), (library / "c.jpg", "lake")], folder
    )

    assert [path.name for path in (*first, *again)] == ["lake (3).png", "lake (4).png", "lake (5).png", "lake.jpg"]
    assert (folder / "lake.png").read_bytes() == b"somebody's own"
    assert (folder / "lake (2).png").read_bytes() == b"another one"


def test_two_savers_at_once_never_share_a_name(tmp_path, folder):
    files = [written(tmp_path / f"{i}.png", encoded(Image.new("L", (9, 9), i), "PNG")) for i in range(40)]
    start = threading.Barrier(8)

    def save(share: int) -> list[tuple[Path, bytes]]:
        start.wait(10)
        mine = files[share::8]
        saved = FileExporter().save([(file, "lake") for file in mine], folder)
        return [(path, file.read_bytes()) for path, file in zip(saved, mine, strict=True)]

    with ThreadPoolExecutor(8) as pool:
        results = [result for share in pool.map(save, range(8)) for result in share]

    assert len({path for path, _ in results}) == 40
    assert all(path.read_bytes() == data for path, data in results)
    assert len(names(folder)) == 40


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("con", "_con.png"),
        ("LPT1.final", "_LPT1.final.png"),
        ("a/b\\c:d*e", "a_b_c_d_e.png"),
        ("trailing. . ", "trailing.png"),
        (".hidden", "hidden.png"),
        ("tab\tand\nline", "tab_and_line.png"),
        ("../../etc/passwd", "_.._etc_passwd.png"),
        ("été à 湖", "été à 湖.png"),
    ],
)
def test_names_suit_every_platform_on_every_platform(library, folder, stem, name):
    (saved,) = FileExporter().save([(library / "a.png", stem)], folder)

    assert saved == folder / name
    assert names(folder) == [name]


@given(stem=st.text(max_size=300))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_makes_a_file_in_the_folder_and_nowhere_else(library, folder, stem):
    (saved,) = FileExporter().save([(library / "a.png", stem)], folder)

    assert saved.parent == folder
    assert len(saved.name.encode()) <= 200
    assert saved.read_bytes() == (library / "a.png").read_bytes()
    saved.unlink()
    assert names(folder) == []


def test_a_folder_that_is_not_there_is_named(library, tmp_path):
    for place in (tmp_path / "unplugged", library / "a.png"):
        with pytest.raises(ExportRefused) as caught:
            FileExporter().save([(library / "a.png", "lake")], place)

        assert str(caught.value) == f"The folder {place} is not there."
        assert caught.value.hint == "Choose another folder."


def test_a_variation_that_left_the_library_is_named(library, folder):
    with pytest.raises(ExportRefused, match=r"“gone\.png” cannot be read from the library") as caught:
        FileExporter().save([(library / "a.png", "lake"), (library / "gone.png", "lake")], folder)

    assert "1 of 2 are saved." in caught.value.hint
    assert names(folder) == ["lake.png"]


@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files as Linux does")
def test_a_disk_that_stops_in_the_middle_leaves_whole_files_alone(library, folder):
    import resource

    large = written(library / "large.png", encoded(noise(200, 200), "PNG"))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, limits[1]))
    try:
        with pytest.raises(ExportRefused) as caught:
            FileExporter().save([(library / "a.png", "small"), (large, "large")], folder)
        with pytest.raises(ExportRefused):
            FileExporter().save_as(large, written(folder / "mine.png", b"older"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert str(caught.value) == f"Saving to {folder} failed: File too large."
    assert caught.value.hint == "Choose another folder. 1 of 2 are saved."
    assert names(folder) == ["mine.png", "small.png"]
    assert (folder / "mine.png").read_bytes() == b"older"


ON_A_SMALL_DISK = """
import sys
from pathlib import Path
from imgvar_desktop.adapters.export import FileExporter
from imgvar_desktop.core.errors import ExportRefused
small, large, disk = map(Path, sys.argv[1:])
for place, save in (("full", FileExporter().save), ("read-only", FileExporter().save)):
    if place == "read-only":
        import subprocess
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    try:
        save([(small, "small"), (large, "large")], disk)
    except ExportRefused as refused:
        print(refused, sorted(path.name for path in disk.iterdir()), sep="|")
"""


def test_a_full_disk_and_a_read_only_one_say_so(library, tmp_path):
    disk = tmp_path / "stick"
    disk.mkdir()
    unshare = shutil.which("unshare")
    prepare = f'mount -t tmpfs -o size=64k tmpfs "{disk}"'
    able = unshare and subprocess.run([unshare, "-rm", "sh", "-c", prepare], check=False, capture_output=True)
    if not able or able.returncode:
        pytest.skip("no small disk can be made here")
    large = written(library / "large.png", encoded(noise(200, 200), "PNG"))
    command = [sys.executable, "-c", ON_A_SMALL_DISK, str(library / "a.png"), str(large), str(disk)]

    done = subprocess.run(
        [unshare, "-rm", "sh", "-c", f'{prepare} && exec "$@"', "sh", *command],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )

    assert done.stdout.splitlines() == [
        f"The disk with {disk} is full.|['small.png']",
        f"{disk} may not be written to.|['small.png']",
    ]


@pytest.mark.parametrize(
    ("source", "name"), [("a.png", "mine.png"), ("a.png", "MINE.PNG"), ("c.jpg", "mine.jpeg"), ("d.png", "mine.webp")]
)
def test_saving_under_the_file_s_own_format_copies_its_bytes(library, folder, source, name):
    target = written(folder / name, b"older, and agreed to be replaced")

    assert FileExporter().save_as(library / source, target) == target

    assert target.read_bytes() == (library / source).read_bytes()
    assert names(folder) == [name]


@pytest.mark.parametrize("source", ["a.png", "b.png", "c.jpg", "d.png"])
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("x.png", "PNG"),
        ("x.jpg", "JPEG"),
        ("x.JPEG", "JPEG"),
        ("x.webp", "WEBP"),
        ("x.tif", "TIFF"),
        ("x.tiff", "TIFF"),
    ],
)
def test_another_suffix_converts_and_tags(library, folder, source, name, kind):
    with Image.open(library / source) as image:
        same, size, alpha = image.format == kind, image.size, image.mode == "RGBA"

    saved = FileExporter().save_as(library / source, folder / name)

    with Image.open(saved) as image:
        assert (image.format, image.size) == (kind, size)
        if not same:
            profile = ImageCms.getOpenProfile(BytesIO(image.info["icc_profile"]))
            assert "sRGB" in ImageCms.getProfileDescription(profile)
        pixel = image.convert("RGBA").getpixel((2, 2))
    if not alpha:
        assert near(pixel, RED, 12)
    elif kind == "JPEG":
        assert pixel == (255, 255, 255, 255)
    else:
        assert pixel[3] == 0


def test_half_transparent_colours_are_laid_on_white_for_jpeg(library, folder):
    source = written(library / "veil.png", encoded(Image.new("RGBA", (16, 16), (*BLUE, 128)), "PNG"))

    saved = FileExporter().save_as(source, folder / "veil.jpg")

    with Image.open(saved) as image:
        assert near(image.getpixel((8, 8)), tuple(round((255 + value) / 2) for value in BLUE), 3)


def test_a_name_without_a_suffix_gets_the_file_s_own_and_replaces_nothing(library, folder):
    written(folder / "lake.webp", b"nobody agreed to replace this")

    saved = FileExporter().save_as(library / "d.png", folder / "lake")

    assert saved == folder / "lake (2).webp"
    assert saved.read_bytes() == (library / "d.png").read_bytes()
    assert (folder / "lake.webp").read_bytes() == b"nobody agreed to replace this"


@pytest.mark.parametrize("name", ["lake.gif", "lake.psd", "lake.v2"])
def test_a_format_that_cannot_be_written_is_refused_before_anything_is(library, folder, name):
    with pytest.raises(ExportRefused, match=r"does not write “\.") as caught:
        FileExporter().save_as(library / "a.png", folder / name)

    assert ".png" in caught.value.hint
    assert names(folder) == []


def test_refused_conversions_and_targets_leave_the_folder_as_it_was(library, folder):
    (folder / "taken.jpg").mkdir()
    broken = written(library / "broken.png", (library / "a.png").read_bytes()[:60])
    wide = written(library / "wide.png", encoded(Image.new("L", (66_000, 1)), "PNG"))
    expected = {
        (library / "a.png", folder / "taken.jpg"): "already has this name",
        (library / "c.jpg", folder / "taken.jpg"): "already has this name",
        (broken, folder / "x.jpg"): "“broken.png” is ",
        (wide, folder / "x.jpg"): "cannot be written as JPEG",
        (wide, folder / "x.webp"): "cannot be written as WEBP",
        (library / "a.png", folder / ("n" * 300 + ".png")): "too long",
        (library / "a.png", folder / "a\0b.png"): "cannot be the name",
        (library / "a.png", folder / "gone" / "x.png"): "is not there",
    }
    for (file, target), words in expected.items():
        with pytest.raises(ExportRefused, match=words) as caught:
            FileExporter().save_as(file, target)
        assert caught.value.hint

    assert names(folder) == ["taken.jpg"]
