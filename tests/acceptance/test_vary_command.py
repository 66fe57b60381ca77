"""``vary`` and the real on-device service: two processes, real pictures, files that open."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from tests.acceptance.conftest import children_of
from tests.acceptance.desk import is_running, until

SAMPLES = Path(__file__).parents[2] / "resources" / "samples"
LIMIT_S = 100


def vary(*arguments: object) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "imgvar_desktop", "vary", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False)


def difference(one: Path, other: Path) -> float:
    """Mean difference of two images' pixels, 0 to 255."""
    with Image.open(one) as a, Image.open(other) as b:
        return sum(ImageStat.Stat(ImageChops.difference(a.convert("RGB"), b.convert("RGB"))).mean) / 3


def test_a_picture_becomes_four_different_files(tmp_path: Path) -> None:
    done = vary(SAMPLES / "lake.jpg", "-n", 4, "--size", "256x256", "-o", tmp_path / "out")

    files = [Path(line) for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(path.name for path in files) == [f"lake_v01-0{number}.png" for number in (1, 2, 3, 4)]
    for path in files:
        with Image.open(path) as image:
            assert (image.size, image.format) == ((256, 256), "PNG")
    assert all(difference(files[0], other) > 0.5 for other in files[1:])
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(path.name for path in files)


def test_the_same_seed_makes_the_same_files_and_the_object_names_it(tmp_path: Path) -> None:
    arguments = (SAMPLES / "vase.jpg", "-n", 2, "--size", "256x256", "--seed", 11, "--strength", 0.6, "--json")
    first, second = (vary(*arguments, "-o", tmp_path / name) for name in ("a", "b"))

    said = json.loads(first.stdout)
    assert (said["requests"], said["failed"], len(said["saved"])) == (1, [], 2)
    assert said["model"] == "imgvar-on-device"
    assert {one["seed"] for one in said["saved"]} == {11}
    assert second.returncode == 0
    for one in (tmp_path / "a").iterdir():
        assert one.read_bytes() == (tmp_path / "b" / one.name).read_bytes()


def test_strength_decides_how_far_it_goes(tmp_path: Path) -> None:
    crop = tmp_path / "crop.png"
    with Image.open(SAMPLES / "lake.jpg") as lake:
        lake.crop((0, 0, 256, 256)).save(crop)
    for name, strength in (("near", 0.05), ("far", 1.0)):
        done = vary(crop, "-n", 1, "--size", "256x256", "--seed", 3, "--strength", strength, "-o", tmp_path / name)
        assert done.returncode == 0, done.stderr

    near, far = (tmp_path / name / "crop_v01-01.png" for name in ("near", "far"))
    assert difference(near, crop) < difference(far, crop)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks for the service in /proc")
def test_ctrl_c_leaves_whole_files_and_no_service_behind(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "imgvar_desktop", "vary", SAMPLES / "lake.jpg", SAMPLES / "vase.jpg"]
    process = subprocess.Popen([*command, "-n", "10", "-o", tmp_path], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()  # the first file is saved: the service runs
    children = children_of(process.pid)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=LIMIT_S)

    assert process.returncode == 130
    assert b"Traceback" not in err
    assert children
    until(lambda: not any(map(is_running, children)), within_s=10)
    saved = list(tmp_path.glob("*_v01-*.png"))
    assert saved
    for path in saved:
        with Image.open(path) as image:
            image.load()
    assert not list(tmp_path.glob(".*.part"))
