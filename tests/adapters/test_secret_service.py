"""Keys in a real Secret Service: gnome-keyring in a session bus, home and runtime folder of its own."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from imgvar_desktop.core.errors import SecretStoreUnavailable
from imgvar_desktop.core.ports import Kept
from tests.contracts.secret_store import SecretStoreContract

DRIVER = Path(__file__).with_name("keyring_driver.py")

UNLOCKED = 'eval "$(printf test-password | gnome-keyring-daemon --unlock --components=secrets 2>/dev/null)"; exec "$@"'
NOT_SET_UP = 'gnome-keyring-daemon --start --components=secrets >/dev/null 2>&1; exec "$@"'

pytestmark = pytest.mark.skipif(
    not (shutil.which("gnome-keyring-daemon") and shutil.which("dbus-run-session")),
    reason="needs gnome-keyring and dbus-run-session (Debian: gnome-keyring, dbus)",
)


class Driver:
    """A SecretStore in another process, by lines of JSON."""

    def __init__(self, process: "subprocess.Popen[str]", store: str = "keyring") -> None:
        self.process = process
        self._store = store

    def get(self, service_id: str) -> str | None:
        value = self.call("get", service_id)
        assert value is None or isinstance(value, str)
        return value

    def set(self, service_id: str, secret: str) -> Kept:
        return Kept(self.call("set", service_id, secret))

    def forget(self, service_id: str) -> None:
        self.call("forget", service_id)

    def call(self, name: str, *arguments: str) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps({"store": self._store, "call": name, "with": arguments}), file=self.process.stdin, flush=True)
        answer = json.loads(self.process.stdout.readline())
        if "refused" in answer:
            raise SecretStoreUnavailable(answer["says"])
        return answer["value"]

    def in_session(self) -> "Driver":
        return Driver(self.process, "session")


class Home:
    """Where one person's keyring is; outlives the sessions in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("share", "config", "run"):
            (folder / name).mkdir(mode=0o700)
        # All else that could lead to this machine's own keyring is left out.
        self._environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(Path.cwd()),
            "HOME": str(folder),
            "XDG_DATA_HOME": str(folder / "share"),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_RUNTIME_DIR": str(folder / "run"),
        }

    @contextmanager
    def session(self, start: str = UNLOCKED, *, answer_s: float = 20.0) -> Iterator[Driver]:
        command = ["dbus-run-session", "--", "sh", "-c", start, "sh", sys.executable, str(DRIVER), str(answer_s)]
        with self._running(command) as driver:
            pid = driver.call("pid") if start == UNLOCKED else None
            try:
                yield driver
            finally:
                if pid is not None:
                    os.kill(pid, signal.SIGCONT)
                    os.kill(pid, signal.SIGTERM)

    @contextmanager
    def without_a_bus(self) -> Iterator[Driver]:
        with self._running([sys.executable, str(DRIVER), "20"]) as driver:
            yield driver

    @contextmanager
    def _running(self, command: list[str]) -> Iterator[Driver]:
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=self._environment
        ) as process:
            yield Driver(process)


@contextmanager
def _a_home() -> Iterator[Home]:
    # Not tmp_path: the address of a socket has room for a hundred characters only.
    folder = Path(tempfile.mkdtemp(prefix="keys-"))
    try:
        yield Home(folder)
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def home() -> Iterator[Home]:
    with _a_home() as home:
        yield home


@pytest.fixture(scope="module")
def unlocked() -> Iterator[Driver]:
    with _a_home() as home, home.session() as driver:
        yield driver


class TestSecretService(SecretStoreContract):
    @pytest.fixture
    def store(self, unlocked: Driver) -> Driver:
        return unlocked


def test_a_key_outlives_the_program_and_the_session(home: Home) -> None:
    with home.session() as first:
        assert first.set("cloud", "sk-kept-for-good") is Kept.KEYRING

    with home.session() as second:
        assert second.get("cloud") == "sk-kept-for-good"


def test_a_key_never_stands_in_a_file_in_clear(home: Home) -> None:
    with home.session() as driver:
        driver.set("cloud", "sk-kept-for-good")

    files = [path for path in home.folder.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if b"sk-kept-for-good" in path.read_bytes()]


def test_a_keyring_that_was_never_set_up_is_told(home: Home) -> None:
    with home.session(NOT_SET_UP) as driver:
        with pytest.raises(SecretStoreUnavailable, match=r"The keyring is locked\."):
            driver.set("cloud", "sk-nowhere-to-go")

        session = driver.in_session()
        assert session.set("cloud", "sk-nowhere-to-go") is Kept.THIS_LAUNCH
        assert session.get("cloud") == "sk-nowhere-to-go"


def test_a_computer_without_a_keyring_is_told(home: Home) -> None:
    with home.without_a_bus() as driver:
        with pytest.raises(SecretStoreUnavailable, match="no keyring"):
            driver.get("cloud")

        session = driver.in_session()
        assert session.get("cloud") is None
        assert session.set("cloud", "sk-nowhere-to-go") is Kept.THIS_LAUNCH
        session.forget("cloud")
        assert session.get("cloud") is None


def test_a_hanging_keyring_is_left_waiting_and_used_again_when_it_wakes(home: Home) -> None:
    with home.session(answer_s=1.0) as driver:
        driver.set("cloud", "sk-before")
        pid = driver.call("pid")

        os.kill(pid, signal.SIGSTOP)
        started = time.monotonic()
        for _ in range(3):
            with pytest.raises(SecretStoreUnavailable, match="did not answer"):
                driver.get("cloud")
        assert time.monotonic() - started < 2.5  # waited for once, not three times
        assert driver.in_session().set("cloud", "sk-meanwhile") is Kept.THIS_LAUNCH
        os.kill(pid, signal.SIGCONT)

        assert _once_it_answers(driver, "cloud") == "sk-before"
        assert driver.in_session().get("cloud") == "sk-meanwhile"


def _once_it_answers(driver: Driver, service_id: str) -> str | None:
    deadline = time.monotonic() + 30
    while True:
        try:
            return driver.get(service_id)
        except SecretStoreUnavailable:
            if time.monotonic() > deadline:
                raise
