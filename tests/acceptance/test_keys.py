"""A key that a person gives to a service: kept in a real keyring, or for this launch only, and never in a file."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adapters.test_secret_service import UNLOCKED, Home

KEEPER = Path(__file__).with_name("key_keeper.py")
KEY = "not-a-real-key-0123456789abcdef"

needs_a_keyring = pytest.mark.skipif(
    not (shutil.which("gnome-keyring-daemon") and shutil.which("dbus-run-session")),
    reason="needs gnome-keyring and dbus-run-session (Debian: gnome-keyring, dbus)",
)


@pytest.fixture
def home() -> Iterator[Home]:
    # Not tmp_path: the address of a socket has room for a hundred characters only.
    folder = Path(tempfile.mkdtemp(prefix="keys-"))
    yield Home(folder)
    shutil.rmtree(folder)


def told(home: Home, *command: str) -> dict[str, str]:
    """What the keeper says, all lines in one."""
    environment = {**home._environment, "IMGVAR_HOME": str(home.folder / "imgvar"), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True, timeout=90)
    assert done.returncode == 0, done.stderr
    facts: dict[str, str] = {}
    for line in done.stdout.splitlines():
        facts |= json.loads(line)
    return facts


def files_with_the_key(home: Home) -> list[Path]:
    files = [path for path in home.folder.rglob("*") if path.is_file()]
    assert home.folder / "imgvar" / "settings.json" in files
    assert any(path.suffix == ".log" for path in files)
    return [path for path in files if KEY.encode() in path.read_bytes()]


@needs_a_keyring
def test_a_key_is_kept_in_the_system_s_keyring_and_shows_its_last_four_characters(home):
    keeper = [sys.executable, str(KEEPER), KEY, "twice"]

    facts = told(home, "dbus-run-session", "--", "sh", "-c", UNLOCKED, "sh", *keeper)

    assert facts["at_first"] == "No key is stored."
    assert facts["state"] == "A key is stored: ••••cdef"
    assert facts["field"] == ""
    assert facts["message"] == ""
    assert facts["after_a_restart"] == "A key is stored: ••••cdef"
    assert facts["backend"] == "keyring.backends.SecretService"
    assert files_with_the_key(home) == []


def test_without_a_keyring_a_key_is_kept_for_this_launch_and_the_window_says_so(home):
    facts = told(home, sys.executable, str(KEEPER), KEY)

    assert "••••cdef" in facts["state"]
    assert "until you close Imgvar" in facts["message"]
    assert files_with_the_key(home) == []
