"""Variations dragged into another program arrive as copies of its own, and the library keeps what it has."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from imgvar_desktop.adapters.paths import Paths
from imgvar_desktop.adapters.settings_file import SettingsFile
from imgvar_desktop.core.export_options import ExportOptions
from imgvar_desktop.core.settings import Settings
from tests.acceptance.desk import MISSING, Desk, a_screen, until

pytestmark = [
    pytest.mark.real_window,
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
]

DROP_TARGET = Path(__file__).with_name("drop_target.py")


@pytest.fixture(scope="module")
def display(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with a_screen(tmp_path_factory.mktemp("screen")) as display:
        yield display


@pytest.fixture
def desk(display: str, tmp_path: Path) -> Desk:
    return Desk(display, tmp_path)


def images(desk: Desk) -> list[Path]:
    return sorted((Paths.below(desk.home).library / "images").rglob("*.png"))


@pytest.mark.parametrize("several", [False, True], ids=["one", "all"])
def test_what_is_dragged_into_another_program_is_a_copy_with_a_name(desk, lake, tmp_path, several):
    taken = tmp_path / "taken"
    taken.mkdir()
    options = ExportOptions(template="{source} {run}-{index:03}")
    SettingsFile(Paths.below(desk.home).settings_file).save(Settings(count=2, size_px=256, export=options))
    with desk.imgvar(lake) as program, desk.started(sys.executable, str(DROP_TARGET), str(taken)) as other:
        until(lambda: program.title().startswith("lake"))
        desk.place(program.window(), 0, 30)
        desk.place(other.window(), 1350, 300)
        desk.press(program.window(), "ctrl+Return")
        until(lambda: len(images(desk)) == 2)
        before = {file: file.read_bytes() for file in images(desk)}
        at = desk.geometry(program.window())
        first = (at["X"] + 316 + 100, at["Y"] + 190)

        def dropped() -> bool:
            # The tile takes its picture a moment after the file is there; a drag of nothing does nothing.
            if several:
                desk.press(program.window(), "ctrl+a")
            desk.drag(first, desk.middle(other.window()))
            return bool(other.output)

        until(dropped)
        told = json.loads(other.output.splitlines()[0])

        names = sorted(path.name for path in taken.iterdir())
        assert names == (["lake 1-001.png", "lake 1-002.png"] if several else ["lake 1-001.png"])
        assert told["offered"] == ["CopyAction"]
        assert told["image"] is (not several)
        # The other program spoilt the very files that it was given: the library's are whole.
        assert {file: file.read_bytes() for file in images(desk)} == before
        assert {path.read_bytes() for path in taken.iterdir()} <= set(before.values())
