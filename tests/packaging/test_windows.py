"""What Windows gets, as far as that can be known elsewhere: the installer compiles, and says what it should."""

import re
import shutil
import struct
import subprocess
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image

from imgvar_desktop import __version__
from imgvar_desktop.core.picture_formats import SUFFIXES
from tests.packaging.conftest import PACKAGING, loaded

SCRIPT = PACKAGING / "windows" / "installer.nsi"


@pytest.fixture(scope="module")
def version_resource() -> ModuleType:
    return loaded("windows/version_resource.py")


@pytest.fixture
def frozen(tmp_path: Path) -> Path:
    """A folder such as the one that the frozen program is in, with its icon where freezing puts it."""
    folder = tmp_path / "build" / "frozen" / "imgvar-desktop"
    (folder / "_internal").mkdir(parents=True)
    for name in ("imgvar-desktop.exe", "imgvar.exe", "_internal/a.dll"):
        (folder / name).write_bytes(b"MZ")
    icon = tmp_path / "build" / "icons" / "imgvar.ico"
    icon.parent.mkdir()
    Image.new("RGBA", (256, 256)).save(icon, sizes=[(16, 16), (32, 32), (256, 256)])
    return folder


@pytest.mark.skipif(shutil.which("makensis") is None, reason="not installed: nsis")
def test_the_installer_compiles_without_a_warning(frozen: Path, tmp_path: Path) -> None:
    made = tmp_path / f"Imgvar-{__version__}-setup.exe"
    defines = [f"-DVERSION={__version__}", f"-DSOURCE={frozen}", f"-DOUT={made}"]

    done = subprocess.run(
        ["makensis", "-V2", "-WX", *defines, str(SCRIPT)], check=False, capture_output=True, text=True, timeout=120
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert made.read_bytes()[:2] == b"MZ"
    # Asked of Windows before the installer runs: with the rights of whoever started it.
    assert b'requestedExecutionLevel level="asInvoker"' in made.read_bytes()


@pytest.mark.skipif(shutil.which("makensis") is None, reason="not installed: nsis")
def test_the_installer_wants_to_know_what_it_is_for() -> None:
    done = subprocess.run(["makensis", "-V2", str(SCRIPT)], check=False, capture_output=True, text=True, timeout=60)

    assert done.returncode != 0
    assert "-DVERSION=" in done.stdout + done.stderr


def test_the_installer_offers_every_kind_of_picture_that_the_program_opens() -> None:
    offered = re.findall(r'insertmacro \$\{DO\} "(\.\w+)"', SCRIPT.read_text(encoding="utf-8"))

    assert offered == list(SUFFIXES)


def test_the_installer_takes_nobodys_default_and_touches_one_users_keys_alone() -> None:
    code = re.sub(r"(?m)^\s*;.*$", "", SCRIPT.read_text(encoding="utf-8"))

    assert "HKLM" not in code
    assert "HKCR" not in code
    assert "SHCTX" not in code
    assert re.search(r"RequestExecutionLevel user\b", code)
    # An extension's own value is the default program: only its list of others is written.
    keys = re.findall(r'WriteRegStr HKCU "(\$\{CLASSES\}\\\$\{SUFFIX\}[^"]*)"', code)
    assert keys == [r"${CLASSES}\${SUFFIX}\OpenWithProgids"]


def test_the_uninstaller_removes_what_was_installed_and_no_folder_of_a_persons() -> None:
    code = SCRIPT.read_text(encoding="utf-8")

    removed = re.findall(r'RMDir /r "([^"]+)"', code)
    assert removed == [r"$INSTDIR\_internal"]
    assert "$LOCALAPPDATA\\Imgvar" not in code
    assert "$APPDATA" not in code
    written = set(re.findall(r'WriteReg\w+ HKCU "([^"]+)"', code))
    gone = set(re.findall(r'DeleteReg\w+ HKCU "([^"]+)"', code))
    assert all(any(key.startswith(other) for other in gone) for key in written)


def test_the_version_stands_in_the_executables(version_resource: ModuleType) -> None:
    assert version_resource.numbers("1.20.3") == (1, 20, 3, 0)
    assert version_resource.strings("1.20.3")["ProductVersion"] == "1.20.3"
    with pytest.raises(ValueError, match="20rc1"):
        version_resource.numbers("1.20rc1.0")


def test_the_versions_resource_is_as_pyinstaller_writes_it(
    version_resource: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pefile", reason="not installed: pefile, which PyInstaller reads executables with")
    pytest.importorskip("PyInstaller", reason="not installed: PyInstaller")
    # Windows' own, for reading resources; it is asked for at the import and used for nothing here.
    monkeypatch.setattr("PyInstaller.compat.win32api", None, raising=False)

    raw = version_resource.version_resource(__version__).toRaw()

    length, _, _ = struct.unpack("<HHH", raw[:6])
    assert length == len(raw)
    assert "VS_VERSION_INFO".encode("utf-16-le") in raw
    assert __version__.encode("utf-16-le") in raw
