"""What the Debian package puts beside the program, and the scripts that build and try it."""

import configparser
import json
import mimetypes
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from imgvar_desktop import app, cli
from imgvar_desktop.core.picture_formats import SUFFIXES
from tests.packaging.conftest import PACKAGING

LINUX = PACKAGING / "linux"
SCRIPTS = sorted([*PACKAGING.glob("*.sh"), *LINUX.glob("*.sh")])
ENTRY = LINUX / "imgvar-desktop.desktop"
COMPONENT = "io.github.imgvar.imgvar"
METAINFO = LINUX / f"{COMPONENT}.metainfo.xml"
OF_NO_TYPE = {
    ".psb",
    ".qoi",
    ".dds",
    ".pcx",
    ".tga",
    ".icns",
    ".jp2",
    ".jfif",
    ".hif",
    ".heic",
    ".heif",
    ".avif",
    ".psd",
}
"""Suffixes that Python's own table does not know; some of their types stand in the entry all the same."""


@pytest.fixture
def entry() -> configparser.SectionProxy:
    parser = configparser.RawConfigParser(strict=True)
    parser.optionxform = str
    parser.read(ENTRY, encoding="utf-8")
    return parser["Desktop Entry"]


def test_entry_starts_the_program_with_files(entry):
    assert entry["Exec"] == "imgvar-desktop %F"
    assert entry["TryExec"] == entry["Icon"] == entry["StartupWMClass"] == ENTRY.stem
    told = Path(app.__file__).read_text(encoding="utf-8")
    assert f'setDesktopFileName("{ENTRY.stem}")' in told
    assert f'setApplicationName("{ENTRY.stem}")' in told  # what X11 calls the class of the window


def test_entry_is_offered_for_every_common_format(entry):
    types = entry["MimeType"].removesuffix(";").split(";")
    known = {mimetypes.types_map.get(suffix) for suffix in SUFFIXES if suffix not in OF_NO_TYPE}

    assert known - {None} - {"image/x-portable-anymap"} <= set(types)
    assert {"image/heif", "image/avif", "image/vnd.adobe.photoshop", "image/svg+xml-compressed"} <= set(types)
    assert len(types) == len(set(types))
    assert all(kind.startswith("image/") for kind in types)


@pytest.mark.skipif(shutil.which("desktop-file-validate") is None, reason="desktop-file-utils is not installed")
def test_entry_is_valid():
    done = subprocess.run(["desktop-file-validate", str(ENTRY)], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "")


def test_metainfo_leads_to_the_entry():
    component = ET.parse(METAINFO).getroot()

    assert component.findtext("id") == METAINFO.name.removesuffix(".metainfo.xml")
    assert component.findtext("launchable") == ENTRY.name
    assert component.findtext("icon") == ENTRY.stem
    assert component.find("screenshots/screenshot/image").text.endswith("/packaging/screenshot.png")
    assert (PACKAGING / "screenshot.png").is_file()
    assert component.find("releases/release").attrib == {"version": "@VERSION@", "date": "@DATE@"}


@pytest.mark.skipif(shutil.which("appstreamcli") is None, reason="appstream is not installed")
def test_metainfo_is_valid(tmp_path):
    filled = METAINFO.read_text(encoding="utf-8").replace("@VERSION@", "1.2.3").replace("@DATE@", "2026-01-31")
    (tmp_path / METAINFO.name).write_text(filled, encoding="utf-8")

    done = subprocess.run(
        ["appstreamcli", "validate", "--no-net", str(tmp_path / METAINFO.name)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("place", ["imgvar-desktop.1", "completion.bash"])
def test_options_of_the_commands_are_all_told(place, capsys):
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    options = set(re.findall(r"--[a-z-]+", capsys.readouterr().out))

    told = (LINUX / place).read_text(encoding="utf-8").replace("\\-", "-")

    assert options
    assert not {option for option in options if option not in told}


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_script_is_clean(script):
    done = subprocess.run(["shellcheck", "-x", str(script)], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_system_libraries_are_those_of_the_checkout():
    """What the package is built against is what a checkout installs to run."""
    libraries = re.search(r"libraries='\n(.*?)'", (PACKAGING / "dev.sh").read_text(encoding="utf-8"), re.DOTALL)
    wanted = {line.split()[1] for line in libraries[1].splitlines()}

    assert len(wanted) > 10
    assert wanted <= set((LINUX / "build-deb.sh").read_text(encoding="utf-8").split())


def test_lintian_overrides_each_come_with_a_reason():
    blocks = (LINUX / "lintian-overrides").read_text(encoding="utf-8").strip().split("\n\n")

    assert len(blocks) > 3
    for block in blocks:
        said, *overrides = re.split(r"^(?=imgvar-desktop: )", block, flags=re.MULTILINE)
        assert overrides
        assert all(line.startswith("# ") for line in said.splitlines())
        assert len(said) > 60


@pytest.mark.parametrize("original", [None, "", "/opt/lib"])
def test_children_get_the_library_path_that_the_person_has(original):
    environment = {**os.environ, "LD_LIBRARY_PATH": "/usr/lib/imgvar-desktop/_internal"}
    environment.pop("LD_LIBRARY_PATH_ORIG", None)
    if original is not None:
        environment["LD_LIBRARY_PATH_ORIG"] = original
    hook = PACKAGING / "pyinstaller" / "library_path.py"
    show = f"import os, runpy; runpy.run_path({str(hook)!r}); print(os.environ.get('LD_LIBRARY_PATH'))"

    done = subprocess.run([sys.executable, "-c", show], env=environment, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == str(original).strip()


def test_flatpak_takes_what_the_package_takes():
    """Looked at only: its tools fetch their runtime from Flathub."""
    manifest = json.loads((PACKAGING / "flatpak" / f"{COMPONENT}.json").read_text(encoding="utf-8"))

    assert manifest["id"] == COMPONENT
    assert manifest["rename-desktop-file"] == ENTRY.name
    assert manifest["rename-icon"] == manifest["command"] == ENTRY.stem
    assert "--talk-name=org.freedesktop.secrets" in manifest["finish-args"]
    assert not {"--filesystem=home", "--filesystem=host"} & set(manifest["finish-args"])
    (module,) = manifest["modules"]
    (source,) = module["sources"]
    assert source["path"] == "../../build/tree"
    assert "tree=$out/tree" in (LINUX / "build-deb.sh").read_text(encoding="utf-8")
