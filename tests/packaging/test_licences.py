"""The licences of what ships: every file has an owner, every owner has a text."""

import json
import sys
from importlib.metadata import distribution
from pathlib import Path

import httpx
import pytest
import shiboken6


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "build" / "licences"


@pytest.fixture(autouse=True)
def _pyinstaller_is_like_httpx(licences, monkeypatch):
    """PyInstaller is not among the libraries that the tests run with."""
    monkeypatch.setattr(licences, "ALWAYS", ("httpx",))


def parts(folder: Path) -> dict[str, dict[str, object]]:
    return {part["name"]: part for part in json.loads((folder / "licences.json").read_text(encoding="utf-8"))}


def test_every_part_is_listed_with_its_texts(licences, folder):
    shipped = [("httpx", httpx.__file__, "PYMODULE"), ("shiboken6", shiboken6.__file__, "PYMODULE")]

    added = licences.write_licences(folder, shipped)

    listed = parts(folder)
    assert set(listed) == {"Python", "httpx", "shiboken6"}
    assert listed["httpx"]["version"] == distribution("httpx").version
    assert listed["httpx"]["licence"] == "BSD License"
    assert listed["httpx"]["homepage"].startswith("https://")
    assert listed["shiboken6"]["texts"] == ["LGPL-3.0.txt", "GPL-3.0.txt"]
    texts = {text for part in listed.values() for text in part["texts"]}
    assert {name for name, _, _ in added} == {f"imgvar_desktop/licences/{name}" for name in (*texts, "licences.json")}
    assert all((folder / text).stat().st_size > 500 for text in texts)


def test_python_itself_is_no_wheel(licences, folder):
    licences.write_licences(folder, [("json", json.__file__, "PYMODULE"), ("link", "lib/python", "SYMLINK")])

    assert parts(folder)["Python"]["version"] == ".".join(map(str, sys.version_info[:3]))


def test_file_of_nobody_stops_the_build(licences, folder, tmp_path):
    stray = tmp_path / "stray.so"
    stray.touch()

    with pytest.raises(licences.OwnerUnknown, match=r"stray\.so"):
        licences.write_licences(folder, [("stray.so", str(stray), "BINARY")])


def test_part_without_a_text_stops_the_build(licences, folder, monkeypatch):
    monkeypatch.setattr(licences, "ADDED", {})

    with pytest.raises(licences.OwnerUnknown, match="shiboken6"):
        licences.write_licences(folder, [("shiboken6", shiboken6.__file__, "PYMODULE")])


def test_added_texts_are_all_there_and_all_used(licences):
    named = {text for texts in licences.ADDED.values() for text in texts}

    assert named == {path.name for path in licences.TEXTS.iterdir()}
