"""What every test may rely on: a place of its own, no screen, no keys, and nothing left running behind it.

Ask for ``expected_log`` in a test that makes the program warn; it is the list of what was logged. The marker of the
same name does it without the list, and takes patterns: ``@pytest.mark.expected_log("kept until you close")``.
"""

import logging
import os
import re
import sys
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from hypothesis import settings
from keyring.backend import KeyringBackend

# Before anything makes an application object: a test must not need a screen, nor flash windows on one.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Before numpy is loaded, as the service process does: more BLAS threads spin beside other busy processes, and the
# engine's tests took twenty times as long.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# The same examples on every machine, and no deadline: a busy machine is not a wrong program.
settings.register_profile("imgvar", deadline=None, derandomize=True)
settings.load_profile("imgvar")

GRACE_S = 2.0
"""How long a thread that was told to stop may take to be gone after its test."""


class MemoryKeyring(KeyringBackend):
    """Keeps secrets for the length of one test."""

    viable = False  # for keyring's own search: a test gets this one by being handed it, or not at all
    priority = 5  # as a keyring of the system has: one below 1 counts as unsafe

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring leaves it without types
        self.secrets: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.secrets.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.secrets[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        try:
            del self.secrets[service, username]
        except KeyError:
            raise keyring.errors.PasswordDeleteError("no such password") from None


class _Warnings(logging.Handler):
    """Collects what is logged at WARNING and above, from any thread."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(scope="session")
def qapp_cls() -> type:
    """The program's own, for all tests: there is one application object in a process."""
    from imgvar_desktop.ui.application import Application

    return Application


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Settings, library and logs go to this test's folder; no key, address or proxy of this machine is seen."""
    for name in list(os.environ):
        if name.startswith(("OPENAI_", "IMGVAR_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("IMGVAR_HOME", str(tmp_path))


@pytest.fixture(autouse=True)
def _own_keyring(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A keyring in memory, and one that forgets for the processes a test starts; the real one for ``real_keyring``."""
    before = keyring.get_keyring()
    if request.node.get_closest_marker("real_keyring"):
        monkeypatch.delenv("PYTHON_KEYRING_BACKEND", raising=False)
        keyring.core.init_backend()
    else:
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
        keyring.set_keyring(MemoryKeyring())
    yield
    keyring.set_keyring(before)


@pytest.fixture(autouse=True)
def _logged(request: pytest.FixtureRequest) -> Iterator[list[logging.LogRecord]]:
    """Fails a test in which something was logged at WARNING or above that the test did not expect."""
    watch = _Warnings()
    logging.getLogger().addHandler(watch)
    try:
        yield watch.records
    finally:
        logging.getLogger().removeHandler(watch)
    if "expected_log" in request.fixturenames:
        return
    messages = [f"{record.levelname} {record.name}: {record.getMessage()}" for record in watch.records]
    for marker in request.node.iter_markers("expected_log"):
        missing = [pattern for pattern in marker.args if not any(re.search(pattern, text) for text in messages)]
        assert not missing, f"expected in the log, but not there: {missing}; there was {messages}"
        patterns = marker.args or (".",)
        messages = [text for text in messages if not any(re.search(pattern, text) for pattern in patterns)]
    assert not messages, "not expected in the log: " + "; ".join(messages)


@pytest.fixture
def expected_log(_logged: list[logging.LogRecord]) -> list[logging.LogRecord]:
    """What was logged at WARNING and above so far; such records do not fail this test."""
    return _logged


@pytest.fixture(autouse=True)
def _no_thread_left_behind() -> Iterator[None]:
    """Fails a test that leaves a thread which would keep the process alive. Daemon threads may stay."""
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before and not thread.daemon]
    for thread in left:
        thread.join(GRACE_S)
    alive = [f"{thread.name}, now {_where(thread)}" for thread in left if thread.is_alive()]
    assert not alive, f"still running: {alive}"


def _where(thread: threading.Thread) -> str:
    """The line that a thread stands at, as the traceback module words it."""
    frame = sys._current_frames().get(thread.ident or 0)
    return traceback.format_stack(frame)[-1].strip() if frame else "ending"


@pytest.fixture(autouse=True)
def _no_qthread_left_behind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fails a test that leaves a QThread running: at exit such a thread aborts the whole process.

    Only in tests that have an application object, so the others never load Qt for it.
    """
    if "qapp" not in request.fixturenames:
        yield
        return
    from PySide6.QtCore import QThread
    from shiboken6 import isValid

    begun: list[tuple[QThread, str]] = []
    real_start = QThread.start

    def start(thread: QThread, *arguments: QThread.Priority) -> None:
        caller = sys._getframe(1)
        begun.append((thread, f"started at {Path(caller.f_code.co_filename).name}:{caller.f_lineno}"))
        real_start(thread, *arguments)

    monkeypatch.setattr(QThread, "start", start)
    yield
    running = [(thread, text) for thread, text in begun if isValid(thread) and thread.isRunning()]
    alive = [f"{thread!r} {text}" for thread, text in running if not thread.wait(int(GRACE_S * 1000))]
    assert not alive, f"still running: {alive}"
