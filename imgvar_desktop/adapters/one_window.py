"""One window for each library and user: whoever starts second hands over what it was to open, before it loads Qt."""

import os
import sys
import threading
import time
from dataclasses import dataclass, field
from io import RawIOBase
from pathlib import Path
from stat import S_ISDIR
from typing import Final

from imgvar_desktop.adapters.paths import Paths
from imgvar_desktop.core.opening import HELLO, MAX_BYTES, TAKEN, OpenRequest

PATIENCE_S: Final = 10.0
"""For a window that is starting, closing or hanging. Then there are two, and the library's own lock says so."""
AGAIN_S: Final = 0.03
LONGEST_ADDRESS: Final = 100
"""Bytes: a Unix socket's address has 104 on macOS, 108 on Linux, and Qt puts a few more beside it while it makes it."""

ACTIVATION: Final = ("XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID")
"""Where Wayland's and X11's launchers leave the right to take the focus."""


@dataclass(frozen=True, slots=True)
class First:
    """The one window is this process. The lock goes with the process, however it ends, or with ``give_up``."""

    address: str
    """For QLocalServer: a path, on Windows the name of a pipe."""
    _lock_file: Path
    _lock: int

    def give_up(self) -> None:
        if sys.platform != "win32":  # there a file that is open cannot be removed
            self._lock_file.unlink(missing_ok=True)
        os.close(self._lock)


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The open window has taken it. There is nothing left to do."""


@dataclass(frozen=True, slots=True)
class Alone:
    """No window answers, or there is no place to meet at: open as if there were no other."""

    reason: str = field(compare=False)


Standing = First | HandedOver | Alone


def request_for(files: list[Path]) -> OpenRequest:
    """Takes the desktop's token along: the window may show itself with it, this process will not."""
    token = next((os.environ[name] for name in ACTIVATION if os.environ.get(name)), "")
    return OpenRequest(tuple(Path(os.path.abspath(file)) for file in files), token)  # noqa: PTH100 - Path keeps ".."


def come_first_or_hand_over(paths: Paths, request: OpenRequest, *, patience_s: float = PATIENCE_S) -> Standing:
    """Waits for a window that is starting or closing, ``patience_s`` at most."""
    try:
        return _settled(*_meeting_place(paths), request.encoded(), time.monotonic() + patience_s)
    except OSError as error:
        return Alone(str(error))


def _settled(address: str, lock_file: Path, line: bytes, ends: float) -> Standing:
    """Raises OSError for a place where nothing can be locked."""
    while (lock := _take(lock_file)) is None:
        if len(line) <= MAX_BYTES and _Visit(address, line).succeeds(ends - time.monotonic()):
            return HandedOver()
        if time.monotonic() >= ends or len(line) > MAX_BYTES:
            return Alone("the open window does not answer")
        # The window with the lock does not listen yet, or no longer: nothing tells when that changes.
        time.sleep(AGAIN_S)
    return First(address, lock_file, lock)


def _meeting_place(paths: Paths) -> tuple[str, Path]:
    """The address and the lock's file. Raises OSError."""
    name = f"imgvar-{_fingerprint(os.path.realpath(paths.library))}"
    if sys.platform == "win32":
        user = _fingerprint(f"{os.environ.get('USERDOMAIN')}/{os.environ.get('USERNAME')}")
        return f"{name}-{user}", Path(os.environ.get("LOCALAPPDATA", os.environ["TEMP"]), f"{name}.lock")
    folder = _private_folder(len(f"/{name}"))
    return str(folder / name), folder / f"{name}.lock"


def _private_folder(room: int) -> Path:
    """A folder on this computer that is this user's alone, with ``room`` left in an address. Raises OSError."""
    given = Path(os.environ.get("XDG_RUNTIME_DIR") or "/nowhere")
    if len(os.fsencode(given)) + room <= LONGEST_ADDRESS and _is_private(given):
        return given
    # macOS has a temporary folder for each user; in the /tmp of all, anybody may have made ours before us.
    temporary = os.environ.get("TMPDIR", "/tmp") if sys.platform == "darwin" else "/tmp"  # noqa: S108 - looked at below
    folder = Path(temporary, f"imgvar-{os.getuid()}")
    folder.mkdir(mode=0o700, exist_ok=True)
    if not _is_private(folder):
        raise PermissionError(f"{folder} is not this user's alone")
    return folder


def _is_private(folder: Path) -> bool:
    try:
        found = folder.lstat()
    except OSError:
        return False
    return S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and found.st_mode & 0o077 == 0


def _fingerprint(text: str) -> str:
    """FNV-1a: it tells a few folders apart and withstands nobody; hashlib would load OpenSSL before the window."""
    value = 0xCBF29CE484222325
    for byte in os.fsencode(text):
        value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return f"{value:016x}"


def _take(lock_file: Path) -> int | None:
    """The lock, or None while another process has it. Python hands it to no child. Raises OSError."""
    descriptor = os.open(lock_file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        if not isinstance(error, BlockingIOError | PermissionError):  # as Unix and as Windows say "taken"
            raise
        return None
    if not _is_still(lock_file, descriptor):
        os.close(descriptor)
        return None
    return descriptor


def _is_still(lock_file: Path, descriptor: int) -> bool:
    """Whether the file that is locked is the one there now: whoever had it before may just have removed it."""
    try:
        return os.path.samestat(lock_file.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


class _Visit:
    """One attempt to hand ``line`` over, in a thread: a pipe of Windows knows no time-out."""

    def __init__(self, address: str, line: bytes) -> None:
        self._address = address
        self._line = line
        self._too_late = threading.Event()
        self._taken = False

    def succeeds(self, patience_s: float) -> bool:
        thread = threading.Thread(target=self._go, name="visit", daemon=True)
        thread.start()
        thread.join(max(patience_s, 0.0))
        self._too_late.set()
        return self._taken

    def _go(self) -> None:
        try:
            with _door(self._address) as door:
                # A window that was hanging says hello at last, and must not open what was opened without it.
                if door.readline() != HELLO or self._too_late.is_set():
                    return
                _let_it_take_the_focus()
                _write_all(door, self._line)
                self._taken = door.readline() == TAKEN
        except OSError:
            return  # nobody is there, or left in the middle


def _door(address: str) -> RawIOBase:
    """Raises OSError while nobody listens."""
    if sys.platform == "win32":
        return open(rf"\\.\pipe\{address}", "r+b", buffering=0)  # noqa: PTH123 - a pipe is no path
    from socket import AF_UNIX, socket

    with socket(AF_UNIX) as wire:
        wire.connect(address)
        return wire.makefile("rwb", buffering=0)  # keeps the connection open until it is closed itself


def _let_it_take_the_focus() -> None:
    """Windows lets nobody come to the front but whom the person has just started, or whom that one lets."""
    if sys.platform == "win32":
        import ctypes

        anybody = -1
        ctypes.windll.user32.AllowSetForegroundWindow(anybody)


def _write_all(door: RawIOBase, line: bytes) -> None:
    left = memoryview(line)
    while left:
        left = left[door.write(left) or 0 :]
