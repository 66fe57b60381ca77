from dataclasses import astuple
from pathlib import Path

import pytest

from imgvar_desktop.adapters.paths import Paths, find_paths


def test_one_folder_holds_everything_when_it_is_named(tmp_path: Path) -> None:
    paths = find_paths({"IMGVAR_HOME": str(tmp_path)})

    assert paths == Paths(tmp_path / "settings.json", tmp_path / "library", tmp_path / "logs")
    assert list(tmp_path.iterdir()) == []  # finding makes nothing


def test_a_named_folder_is_the_same_wherever_the_program_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "me"))

    assert find_paths({"IMGVAR_HOME": "here"}).logs == tmp_path / "here" / "logs"
    assert find_paths({"IMGVAR_HOME": "~/there"}).logs == tmp_path / "me" / "there" / "logs"


@pytest.mark.parametrize("environment", [{}, {"IMGVAR_HOME": ""}])
def test_the_platforms_own_places_are_apart_and_absolute(environment: dict[str, str]) -> None:
    paths = find_paths(environment)

    assert len(set(astuple(paths))) == 3
    for path in astuple(paths):
        assert path.is_absolute()
        assert "imgvar" in str(path).lower()
    assert paths.library not in paths.settings_file.parents


def test_this_process_is_asked_when_nothing_is_said(tmp_path: Path) -> None:
    assert find_paths().library == tmp_path / "library"  # every test's IMGVAR_HOME is its own folder
