"""Whose work is in the program: as the packaging wrote it down, and as it is installed in a checkout."""

import json
from pathlib import Path

import pytest

from imgvar_desktop.bridge import licences

TEXT = "Permission is hereby granted, free of charge, to any person"


@pytest.fixture
def bundled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a frozen program, beside its resources."""
    (tmp_path / "resources").mkdir()
    folder = tmp_path / "licences"
    folder.mkdir()
    monkeypatch.setattr(licences.resources, "root", lambda: tmp_path / "resources")
    return folder


def test_a_bundle_tells_what_was_written_down_for_it(bundled: Path) -> None:
    (bundled / "b.txt").write_text(TEXT, encoding="utf-8")
    (bundled / "b-notice.txt").write_text("And a notice.", encoding="utf-8")
    listed = [
        {"name": "b", "version": "2", "licence": "MIT", "homepage": "https://b", "texts": ["b.txt", "b-notice.txt"]},
        {"name": "A", "version": "1", "licence": "ISC", "homepage": "", "texts": []},
    ]
    (bundled / licences.LIST).write_text(json.dumps(listed), encoding="utf-8")

    first, second = licences.parts()

    assert (first.name, first.version, first.licence, first.read()) == ("A", "1", "ISC", "")
    assert second.read() == f"{TEXT}\n\n\nAnd a notice."


def test_a_list_cannot_name_files_elsewhere(bundled: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    one = {"name": "b", "version": "2", "licence": "MIT", "homepage": "", "texts": ["../secret"]}
    (bundled / licences.LIST).write_text(json.dumps([one]), encoding="utf-8")

    (part,) = licences.parts()

    with pytest.raises(OSError, match="secret"):
        part.read()


def test_a_checkout_tells_what_is_installed_for_it() -> None:
    found = {part.name.lower().replace("_", "-"): part for part in licences.parts()}

    # What we require, and what that requires; not what checks us.
    assert {"pyside6-essentials", "shiboken6", "httpx", "h11", "pillow", "numpy"} <= set(found)
    assert not {"pytest", "ruff", "mypy", "imgvar-desktop"} & set(found)
    assert all(part.licence for part in found.values())
    assert "Redistribution" in found["httpx"].read()


def test_our_own_text_is_in_a_checkout() -> None:
    assert TEXT in licences.our_text()


def test_our_own_text_is_in_a_bundle_which_has_no_list_of_its_files(
    bundled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "imgvar_desktop-0.0.0.dist-info"
    (kept / "licenses").mkdir(parents=True)
    (kept / "METADATA").write_text("Metadata-Version: 2.4\nName: imgvar-desktop\nVersion: 0.0.0\n", encoding="utf-8")
    (kept / "licenses" / "LICENSE").write_text("Ours.", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)

    assert licences.our_text() == "Ours."
