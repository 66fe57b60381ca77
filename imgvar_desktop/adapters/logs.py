"""The log: a file that rotates, standard error for warnings, and no secret in either."""

import logging
import re
import sys
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from logging.handlers import RotatingFileHandler

log = logging.getLogger(__name__)

MAX_BYTES: Final = 1_000_000
KEPT_FILES: Final = 3
HIDDEN: Final = "[hidden]"
MIN_SECRET: Final = 6
"""Shorter ones are not looked for: hiding every "abc" would make the log unreadable, and guard nothing."""

_LINE: Final = "%(asctime)s %(levelname)-7s %(threadName)s %(name)s: %(message)s"
_TALKATIVE: Final = ("httpx", "httpcore")
"""At INFO they say the address of each request."""

# Whoever asks for help pastes a log into a public page. Each pattern keeps its first group and hides the rest.
_PATTERNS: Final = (
    r"(\bauthorization\b[\"']?\s*[:=,]\s*(?:b?[\"'])?(?:(?:bearer|basic|token)\s+)?)[^\s\"',;)}\]]+",
    r"(\bbearer\s+)[^\s\"',;)}\]]+",
    r"(\b(?:x-)?(?:api|access|auth)[-_]?(?:key|token)\b[\"']?\s*[:=,]\s*(?:b?[\"'])?)[^\s\"',;)}\]&]+",
    r"([?&](?:key|token|sig|signature|x-amz-signature|x-amz-credential|x-goog-signature)=)[^\s\"'&]+",
    r"(https?://)[^/\s:@\"']*:[^/\s@\"']*(?=@)",
    r"()\b(?:sk|pk|rk|hf|gsk|xai)[-_][A-Za-z0-9_-]{8,}",
)

_lock = threading.Lock()
_secrets: frozenset[str] = frozenset()


def redact(secret: str) -> None:
    """From now on ``secret`` is hidden in what is logged, wherever it stands. Any thread."""
    global _secrets  # noqa: PLW0603  one log in a process, one set of what it hides
    if len(secret) >= MIN_SECRET:
        with _lock:
            _secrets |= {secret}


def without_secrets(text: str) -> str:
    # Longest first: a key that begins with another one is hidden as a whole.
    for secret in sorted(_secrets, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    for pattern in _compiled():
        text = pattern.sub(rf"\1{HIDDEN}", text)
    return text


@cache
def _compiled() -> tuple[re.Pattern[str], ...]:
    """At the first line that is logged: the window's first paint does not wait for it."""
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in _PATTERNS)


class RedactingFormatter(logging.Formatter):
    """Works on the finished lines, so that arguments and tracebacks are covered too."""

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))


class _LateFile(logging.Handler):
    """A file that rotates, made at the first record: its module brings sockets and pickles along, which take 8 ms."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._path = file
        with file.open("a", encoding="utf-8"):  # refused now or never: start_logging tells
            pass
        self._file: RotatingFileHandler | None = None

    def emit(self, record: logging.LogRecord) -> None:
        if self._file is None:
            from logging.handlers import RotatingFileHandler

            self._file = RotatingFileHandler(self._path, maxBytes=MAX_BYTES, backupCount=KEPT_FILES, encoding="utf-8")
            self._file.setFormatter(self.formatter)
        self._file.emit(record)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
        super().close()


def start_logging(folder: Path, *, name: str = "imgvar") -> Callable[[], None]:
    """Logs INFO and above to ``folder/name.log``, warnings to standard error too. Returns what stops it.

    A folder that cannot be written costs the file, not the program.
    """
    root = logging.getLogger()
    handlers: list[logging.Handler] = []
    if sys.stderr is not None:  # a windowed program on Windows has none
        console = logging.StreamHandler()
        console.setLevel(logging.WARNING)
        handlers.append(console)
    refused: OSError | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handlers.append(_LateFile(folder / f"{name}.log"))
    except OSError as error:
        refused = error
    level_before = root.level
    root.setLevel(logging.INFO)
    for talkative in _TALKATIVE:
        logging.getLogger(talkative).setLevel(logging.WARNING)
    for handler in handlers:
        handler.setFormatter(RedactingFormatter(_LINE))
        root.addHandler(handler)
    logging.captureWarnings(True)
    if refused is not None:
        log.warning("no log file: %s", refused)

    def stop() -> None:
        logging.captureWarnings(False)
        root.setLevel(level_before)
        for handler in handlers:
            root.removeHandler(handler)
            handler.close()

    return stop
