"""What macOS gets, as far as that can be known elsewhere."""

import plistlib
import shutil
import subprocess

import pytest

from tests.packaging.conftest import PACKAGING

MACOS = PACKAGING / "macos"


@pytest.fixture(scope="module")
def plist() -> dict[str, object]:
    return plistlib.loads((MACOS / "Info.plist").read_bytes())


def test_the_bundle_follows_dark_mode_and_sharp_screens(plist):
    assert plist["NSRequiresAquaSystemAppearance"] is False
    assert plist["NSHighResolutionCapable"] is True


def test_the_bundle_is_known_by_the_name_that_its_settings_are_kept_under(plist):
    assert plist["CFBundleIdentifier"] == "io.github.imgvar.imgvar"
    assert tuple(int(part) for part in plist["LSMinimumSystemVersion"].split(".")) >= (13, 0)


def test_the_version_is_not_written_down_twice(plist):
    assert not {"CFBundleVersion", "CFBundleShortVersionString"} & set(plist)


def test_pictures_are_offered_and_no_default_is_taken(plist):
    (pictures,) = plist["CFBundleDocumentTypes"]

    assert pictures["LSHandlerRank"] == "Alternate"
    kinds = pictures["LSItemContentTypes"]
    assert {"public.png", "public.jpeg", "public.heic", "public.tiff", "com.adobe.photoshop-image"} <= set(kinds)
    assert len(set(kinds)) == len(kinds)
    assert "public.image" not in kinds  # also raw photographs and PDFs, which it cannot read


def test_nothing_is_asked_of_the_person_but_the_network_nearby(plist):
    assert [key for key in plist if key.endswith("UsageDescription")] == ["NSLocalNetworkUsageDescription"]


def test_the_runtime_is_hardened_but_for_callbacks():
    assert plistlib.loads((MACOS / "entitlements.plist").read_bytes()) == {
        "com.apple.security.cs.allow-unsigned-executable-memory": True
    }


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="not installed: shellcheck")
def test_the_script_is_sound():
    done = subprocess.run(
        ["shellcheck", str(MACOS / "make-dmg.sh")], check=False, capture_output=True, text=True, timeout=60
    )

    assert done.returncode == 0, done.stdout


def test_the_script_says_where_it_can_run(tmp_path):
    script = str(MACOS / "make-dmg.sh")
    alone = subprocess.run(["sh", script], check=False, capture_output=True, text=True, timeout=60)
    assert alone.returncode == 2
    assert "make-dmg.sh APP OUT.dmg" in alone.stderr

    elsewhere = tmp_path / "uname"
    elsewhere.write_text("#!/bin/sh\necho Plan9\n")
    elsewhere.chmod(0o755)
    done = subprocess.run(
        ["sh", script, "a", "b"],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
    )
    assert (done.returncode, done.stderr) == (3, "This needs macOS.\n")
