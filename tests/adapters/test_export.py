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
from imgvar_desktop.core.delivery import ExportPlan, Taken
from imgvar_desktop.core.errors import ExportRefused
from imgvar_desktop.core.export_options import ExportOptions, Format
from tests.adapters.export_items import Follower, an_item, exported
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


def saved(files: list[tuple[Path, str]], folder: Path, taken: Taken = Taken.NUMBER) -> list[Path]:
    """Each under the name of its source; what is refused is raised."""
    paths = []
    for file, stem in files:
        report = exported([an_item(file, source_name=stem)], folder, taken, template="{source}")
        for one in report.refused:
            raise one.error
        paths += [one.path for one in report.delivered]
    return paths


def names(folder: Path) -> list[str]:
    """All that is there, hidden files too."""
    return sorted(path.name for path in folder.iterdir())


def test_saved_files_are_the_library_s_bytes_under_the_wanted_names(library, folder):
    wanted = [
        (library / "a.png", "lake_v03-01"),
        (library / "c.jpg", "lake_v03-02"),
        (library / "d.png", "lake_v03-03"),
    ]

    paths = saved(wanted, folder)

    assert [path.name for path in paths] == ["lake_v03-01.png", "lake_v03-02.jpg", "lake_v03-03.webp"]
    assert names(folder) == [path.name for path in paths]
    assert [path.read_bytes() for path in paths] == [file.read_bytes() for file, _ in wanted]


def test_a_name_that_is_taken_gets_a_number_and_nothing_is_replaced(library, folder):
    written(folder / "lake.png", b"somebody's own")
    written(folder / "lake (2).png", b"another one")

    first = saved([(library / "a.png", "lake")], folder)
    again = saved([(library / "a.png", "lake"), (library / "b.png", "lake"), (library / "c.jpg", "lake")], folder)

    assert [path.name for path in (*first, *again)] == ["lake (3).png", "lake (4).png", "lake (5).png", "lake.jpg"]
    assert (folder / "lake.png").read_bytes() == b"somebody's own"
    assert (folder / "lake (2).png").read_bytes() == b"another one"


def test_two_savers_at_once_never_share_a_name(tmp_path, folder):
    files = [written(tmp_path / f"{i}.png", encoded(Image.new("L", (9, 9), i), "PNG")) for i in range(40)]
    start = threading.Barrier(8)

    def save(share: int) -> list[tuple[Path, bytes]]:
        start.wait(10)
        mine = files[share::8]
        paths = saved([(file, "lake") for file in mine], folder)
        return [(path, file.read_bytes()) for path, file in zip(paths, mine, strict=True)]

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
    (path,) = saved([(library / "a.png", stem)], folder)

    assert path == folder / name
    assert names(folder) == [name]


@given(stem=st.text(max_size=300))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_makes_a_file_in_the_folder_and_nowhere_else(library, folder, stem):
    (path,) = saved([(library / "a.png", stem)], folder)

    assert path.parent == folder
    assert len(path.name.encode()) <= 200
    assert path.read_bytes() == (library / "a.png").read_bytes()
    path.unlink()
    assert names(folder) == []


def test_a_folder_that_is_not_there_is_named(library, tmp_path):
    for place in (tmp_path / "unplugged", library / "a.png"):
        with pytest.raises(ExportRefused) as caught:
            saved([(library / "a.png", "lake")], place)

        assert str(caught.value) == f"The folder {place} is not there."
        assert caught.value.hint == "Choose another folder."


def test_a_file_that_is_refused_keeps_no_other_from_being_saved(library, folder):
    items = [an_item(library / name, at) for at, name in enumerate(("a.png", "b.png", "c.jpg"))]
    items[1].file.unlink()
    watcher = Follower()

    report = exported(items, folder, watcher=watcher)

    (refused,) = report.refused
    assert (refused.entry, refused.name) == (items[1].entry, "b.png")
    assert "“b.png” cannot be read from the library" in str(refused.error)
    assert names(folder) == ["lake_v03-01.png", "lake_v03-03.jpg"]
    assert watcher.told == list(report.outcomes)


def test_a_file_that_changed_in_the_library_is_not_passed_on(library, folder):
    item = an_item(library / "a.png")
    written(item.file, encoded(quadrants(30, 30), "PNG"))

    (refused,) = exported([item], folder).refused

    assert "“a.png” is no longer what was made" in str(refused.error)
    assert names(folder) == []


def test_a_stopped_export_leaves_whole_files_and_no_part_of_one(library, folder):
    items = [an_item(library / name, at) for at, name in enumerate(("a.png", "b.png", "c.jpg", "d.png"))]

    report = exported(items, folder, watcher=Follower(2))

    assert report.stopped
    assert [one.path.name for one in report.delivered] == names(folder) == ["lake_v03-01.png", "lake_v03-02.png"]
    assert [one.path.read_bytes() for one in report.delivered] == [item.file.read_bytes() for item in items[:2]]


def test_exporting_twice_replaces_nothing(library, folder):
    items = [an_item(library / "a.png"), an_item(library / "c.jpg", 1)]

    exported(items, folder)
    again = exported(items, folder)

    assert [one.path.name for one in again.delivered] == ["lake_v03-01 (2).png", "lake_v03-02 (2).jpg"]
    assert len(names(folder)) == 4


def test_names_that_are_taken_may_be_left_out(library, folder):
    written(folder / "lake_v03-01.png", b"somebody's own")

    report = exported([an_item(library / "a.png"), an_item(library / "b.png", 1)], folder, Taken.SKIP)

    assert [one.path.name for one in report.skipped] == ["lake_v03-01.png"]
    assert [one.path.name for one in report.delivered] == ["lake_v03-02.png"]
    assert (folder / "lake_v03-01.png").read_bytes() == b"somebody's own"


def test_a_person_may_agree_to_replace_but_two_of_one_export_never_replace_each_other(library, folder):
    written(folder / "lake.png", b"older")
    items = [an_item(library / "a.png"), an_item(library / "b.png", 1)]

    report = exported(items, folder, Taken.REPLACE, template="{source}")

    assert [one.path.name for one in report.delivered] == ["lake.png", "lake (2).png"]
    assert [one.path.read_bytes() for one in report.delivered] == [item.file.read_bytes() for item in items]


def test_two_of_one_export_are_both_there_when_taken_names_are_left_out(library, folder):
    items = [an_item(library / "a.png"), an_item(library / "b.png", 1)]

    report = exported(items, folder, Taken.SKIP, template="{source}")

    assert [one.path.name for one in report.delivered] == ["lake.png", "lake (2).png"]


def test_the_plan_says_names_clashes_and_whether_it_can_be_done(library, folder, tmp_path):
    items = [an_item(library / name, at) for at, name in enumerate(("a.png", "b.png", "c.jpg", "d.png"))]
    written(folder / "lake_v03-03.jpg", b"older")
    exporter = FileExporter()

    plan = exporter.plan(items, ExportOptions(), folder)
    same = exporter.plan(items, ExportOptions(template="{source}", format=Format.JPEG), folder)
    nowhere = exporter.plan(items, ExportOptions(), tmp_path / "unplugged")

    assert plan == ExportPlan(("lake_v03-01.png", "lake_v03-02.png", "lake_v03-03.jpg"), 1, writable=True)
    assert (same.names[0], same.clashes) == ("lake.jpg", 3)
    assert (nowhere.clashes, nowhere.writable) == (0, False)


@pytest.mark.parametrize("kind", Format)
def test_what_is_planned_is_what_is_done(library, folder, kind):
    items = [an_item(library / name, at) for at, name in enumerate(("a.png", "b.png", "c.jpg"))]
    options = {"format": kind, "template": "{source}_{index}_{size}", "longest_px": 30}

    plan = FileExporter().plan(items, ExportOptions(**options), folder)
    report = exported(items, folder, **options)

    assert tuple(one.path.name for one in report.delivered) == plan.names


@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files as Linux does")
def test_a_disk_that_stops_in_the_middle_leaves_whole_files_alone(library, folder):
    import resource

    large = written(library / "large.png", encoded(noise(200, 200), "PNG"))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, limits[1]))
    try:
        with pytest.raises(ExportRefused) as caught:
            saved([(library / "a.png", "small"), (large, "large")], folder)
        with pytest.raises(ExportRefused):
            FileExporter().save_as(large, written(folder / "mine.png", b"older"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert str(caught.value) == f"Saving to {folder} failed: File too large."
    assert caught.value.hint == "Choose another folder."
    assert names(folder) == ["mine.png", "small.png"]
    assert (folder / "mine.png").read_bytes() == b"older"


ON_A_SMALL_DISK = """
import subprocess
import sys
from pathlib import Path
from imgvar_desktop.core.errors import ExportRefused
from imgvar_desktop.core.export_options import Target
from tests.adapters.export_items import an_item, exported
small, large, disk = map(Path, sys.argv[1:])
items = [an_item(small), an_item(large, 1)]
for target in (Target.FILES, Target.ZIP):
    place = disk if target is Target.FILES else disk / "all.zip"
    try:
        told = [str(one.error) for one in exported(items, place, target=target).refused]
    except ExportRefused as refused:
        told = [str(refused)]
    print(*told, sorted(path.name for path in disk.iterdir()), sep="|")
subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
print(*(one.error for one in exported(items, disk).refused), sep="|")
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
        f"The disk with {disk} is full.|['lake_v03-01.png']",
        f"The disk with {disk} is full.|['lake_v03-01.png']",
        f"{disk} may not be written to.|{disk} may not be written to.",
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

    target = FileExporter().save_as(library / source, folder / name)

    with Image.open(target) as image:
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

    target = FileExporter().save_as(source, folder / "veil.jpg")

    with Image.open(target) as image:
        assert near(image.getpixel((8, 8)), tuple(round((255 + value) / 2) for value in BLUE), 3)


def test_a_name_without_a_suffix_gets_the_file_s_own_and_replaces_nothing(library, folder):
    written(folder / "lake.webp", b"nobody agreed to replace this")

    target = FileExporter().save_as(library / "d.png", folder / "lake")

    assert target == folder / "lake (2).webp"
    assert target.read_bytes() == (library / "d.png").read_bytes()
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
        (wide, folder / "x.jpg"): "too many for JPEG",
        (wide, folder / "x.webp"): "too many for WEBP",
        (library / "a.png", folder / ("n" * 300 + ".png")): "too long",
        (library / "a.png", folder / "a\0b.png"): "cannot be the name of a file",
        (library / "a.png", folder / "gone" / "x.png"): "is not there",
    }
    for (file, target), words in expected.items():
        with pytest.raises(ExportRefused, match=words) as caught:
            FileExporter().save_as(file, target)
        assert caught.value.hint

    assert names(folder) == ["taken.jpg"]
