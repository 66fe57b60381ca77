"""The trial of a frozen program, tried itself on programs that are well and on some that are not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging.conftest import PACKAGING

ROOT = PACKAGING.parent
PYTHON = f'exec "{sys.executable}" -m imgvar_desktop "$@"'
AS_IT_IS = PYTHON
OF_ANOTHER_VERSION = f'[ "$1" != --version ] || {{ echo Imgvar 9.9.9; exit; }}\n{PYTHON}'
WITHOUT_AN_ENGINE = f'[ "$1" != vary ] || exit 1\n{PYTHON}'
WITHOUT_A_WINDOW = f'case "$1" in /*) exit 134 ;; esac\n{PYTHON}'

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the programs tried are shell scripts")


def tried(folder: Path, script: str) -> subprocess.CompletedProcess[str]:
    place = folder / "Contents" / "MacOS" if sys.platform == "darwin" else folder
    place.mkdir(parents=True)
    program = place / "imgvar-desktop"
    # The trial takes every Python variable away, as a frozen program has none.
    program.write_text(f'#!/bin/sh\nexport PYTHONPATH="{ROOT}"\n{script}\n')
    program.chmod(0o755)
    environment = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    command = [sys.executable, str(PACKAGING / "smoke.py"), str(folder)]
    return subprocess.run(command, env=environment, check=False, capture_output=True, text=True, timeout=110)


def test_a_program_that_is_well_passes(tmp_path: Path) -> None:
    done = tried(tmp_path / "program", AS_IT_IS)

    assert done.returncode == 0, done.stderr
    assert [line[:3] for line in done.stdout.splitlines()] == ["ok "] * 5


@pytest.mark.parametrize(
    ("script", "complaint"),
    [
        (OF_ANOTHER_VERSION, "it says it is 'Imgvar 9.9.9"),
        (WITHOUT_AN_ENGINE, "ended with 1"),
        (WITHOUT_A_WINDOW, "it ended with 134, waiting for the picture"),
    ],
    ids=["another version", "no engine", "no window"],
)
def test_a_program_that_is_not_well_fails(tmp_path: Path, script: str, complaint: str) -> None:
    done = tried(tmp_path / "program", script)

    assert done.returncode == 1
    assert complaint in done.stderr
