"""The spec of the frozen program, evaluated as PyInstaller would on each system, with its parts written down."""

import os
import runpy
import shutil
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import httpx
import pytest

import imgvar_desktop
from tests.packaging.conftest import PACKAGING

VERSION_RESOURCE = "def version_resource(version):\n    return f'resource of {version}'\n"
PLIST = """<?xml version="1.0" encoding="UTF-8"?><plist version="1.0"><dict>
<key>CFBundleIdentifier</key><string>org.example.imgvar</string></dict></plist>"""
KEPT = ("httpx/__init__.py", httpx.__file__, "DATA")
LEFT_OUT = ("PySide6/Qt/lib/libQt6Quick.so.6", "/nowhere/libQt6Quick.so.6", "BINARY")


@pytest.fixture
def room(tmp_path) -> Path:
    """The spec with stand-ins for what the systems' own folders hold."""
    shutil.copytree(PACKAGING / "pyinstaller", tmp_path / "pyinstaller")
    for name, text in {
        "windows/version_resource.py": VERSION_RESOURCE,
        "macos/Info.plist": PLIST,
        "macos/entitlements.plist": PLIST,
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def evaluate(room, monkeypatch):
    """``evaluate(platform)``: the calls that the spec makes, by name."""

    def run(platform: str) -> dict[str, list[SimpleNamespace]]:
        calls: dict[str, list[SimpleNamespace]] = {}

        def noting(name: str, result: object = None):
            def call(*args, **keywords):
                calls.setdefault(name, []).append(SimpleNamespace(args=args, **keywords))
                return result or name

            return call

        hooks = ModuleType("PyInstaller.utils.hooks")
        hooks.collect_data_files = lambda package: [(f"{package}/resources", package)]
        hooks.copy_metadata = lambda name: [(f"{name}.dist-info", name)]
        licences = ModuleType("licences")
        licences.write_licences = lambda folder, _shipped: [("licences.json", str(folder), "DATA")]
        monkeypatch.setitem(sys.modules, "PyInstaller.utils.hooks", hooks)
        monkeypatch.setitem(sys.modules, "licences", licences)
        monkeypatch.setattr(sys, "platform", platform)
        monkeypatch.setattr(sys, "path", list(sys.path))
        monkeypatch.setenv("IMGVAR_BUILD", str(room / "build"))
        found = SimpleNamespace(
            pure=[], scripts=[("launch", "launch.py", "PYSOURCE")], binaries=[LEFT_OUT], datas=[KEPT]
        )
        given = {"SPECPATH": str(room / "pyinstaller"), "Analysis": noting("Analysis", found)}
        given |= {name: noting(name) for name in ("PYZ", "EXE", "COLLECT", "BUNDLE")}
        runpy.run_path(str(room / "pyinstaller" / "imgvar.spec"), init_globals=given)
        return calls

    return run


@pytest.mark.parametrize("platform", ["linux", "win32", "darwin"])
def test_one_folder_with_the_resources_and_without_what_is_pruned(evaluate, platform):
    calls = evaluate(platform)

    (analysis,), (folder,) = calls["Analysis"], calls["COLLECT"]
    assert ("imgvar_desktop/resources", "imgvar_desktop") in analysis.datas
    assert [Path(script).is_file() for script in analysis.args[0]] == [True]
    assert "readline" in analysis.excludes
    assert KEPT in folder.args[-1]
    assert LEFT_OUT not in folder.args[-1]
    assert ("licences.json", str(Path(os.environ["IMGVAR_BUILD"]) / "licences"), "DATA") in folder.args[-1]
    assert not any(program.console for program in calls["EXE"] if program.name == "imgvar-desktop")


def test_linux_finds_its_keyring_and_gives_children_their_library_path(evaluate):
    (analysis,) = evaluate("linux")["Analysis"]

    assert {"keyring.backends.SecretService", "secretstorage"} <= set(analysis.hiddenimports)
    assert [Path(hook).name for hook in analysis.runtime_hooks] == ["library_path.py"]


def test_windows_has_a_program_with_a_console_as_well(evaluate):
    calls = evaluate("win32")

    assert [(program.name, program.console) for program in calls["EXE"]] == [
        ("imgvar-desktop", False),
        ("imgvar", True),
    ]
    assert {program.version for program in calls["EXE"]} == {f"resource of {imgvar_desktop.__version__}"}
    assert all(program.icon.endswith("imgvar.ico") for program in calls["EXE"])
    assert "keyring.backends.Windows" in calls["Analysis"][0].hiddenimports
    assert len(calls["PYZ"]) == 1
    assert "BUNDLE" not in calls


def test_macos_gets_a_bundle_of_this_version(evaluate, room):
    calls = evaluate("darwin")

    (bundle,), (program,) = calls["BUNDLE"], calls["EXE"]
    assert bundle.version == imgvar_desktop.__version__
    assert bundle.bundle_identifier == "org.example.imgvar"
    assert bundle.icon.endswith("imgvar.icns")
    assert program.entitlements_file == str(room / "macos" / "entitlements.plist")
    assert "keyring.backends.macOS" in calls["Analysis"][0].hiddenimports
