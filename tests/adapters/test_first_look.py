"""What the first paint knows of the settings, whatever is in their file."""

import json
from pathlib import Path

import pytest

from imgvar_desktop.adapters.first_look import first_look
from imgvar_desktop.adapters.settings_file import SettingsFile
from imgvar_desktop.core.appearance import Appearance, Theme
from imgvar_desktop.core.settings import Settings


def test_it_sees_what_the_settings_file_keeps(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    kept = Settings(theme=Theme.DARK, surround=0x77, window_geometry="QUJD", window_state="REVG", count=7)
    SettingsFile(file).save(kept)

    seen = first_look(file)

    assert seen == Appearance(Theme.DARK, 0x77, "QUJD", "REVG")


def test_its_defaults_are_those_of_the_settings() -> None:
    settings, seen = Settings(), Appearance()

    assert seen == Appearance(settings.theme, settings.surround, settings.window_geometry, settings.window_state)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"[" * 100_000, b"null"])
def test_what_is_no_settings_file_looks_as_at_the_first_start(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "settings.json"
    file.write_bytes(content)

    assert first_look(file) == Appearance()


def test_without_a_file_it_looks_as_at_the_first_start(tmp_path: Path) -> None:
    assert first_look(tmp_path / "settings.json") == Appearance()


@pytest.mark.parametrize(
    "fields",
    [
        {"theme": "purple"},
        {"theme": ["dark"]},
        {"surround": 256},
        {"surround": True},
        {"surround": 1.5},
        {"window_geometry": 1},
        {"window_state": None},
    ],
)
def test_each_field_is_read_alone(tmp_path: Path, fields: dict[str, object]) -> None:
    file = tmp_path / "settings.json"
    sound = {"theme": "light", "surround": 16, "window_geometry": "a", "window_state": "b"}
    file.write_text(json.dumps({**sound, **fields}), encoding="utf-8")

    seen = first_look(file)

    (damaged,) = fields
    for name, value in sound.items():
        assert getattr(seen, name) == (getattr(Appearance(), name) if name == damaged else value)
