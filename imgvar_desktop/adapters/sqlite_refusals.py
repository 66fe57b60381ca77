"""What SQLite and the disk may refuse a library, in sentences; everything else is a bug and travels."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from imgvar_desktop.adapters import library_copies
from imgvar_desktop.core.errors import LibraryUnavailable

_DAMAGED_HINT: Final = (
    f"Imgvar left it as it is. Your images are safe beside it; put the newest file of “{library_copies.FOLDER}” in its"
    " place."
)

# What the environment may refuse, by SQLite's primary result code: (sentence, hint). Any other code is a bug of ours.
_REFUSALS: Final = {
    sqlite3.SQLITE_BUSY: (
        "This library is open in another Imgvar window.",
        "Go on in that window, or close it and try again.",
    ),
    sqlite3.SQLITE_FULL: ("The disk with the library is full.", "Make room on it, then try again."),
    sqlite3.SQLITE_IOERR: (
        "The library's disk could not be read or written.",
        "See whether the disk is full, failing or unplugged, then try again.",
    ),
    sqlite3.SQLITE_READONLY: ("The library may only be read here, not changed.", "Allow writing to its folder."),
    sqlite3.SQLITE_PERM: ("The library may not be opened.", "Allow reading and writing its folder."),
    sqlite3.SQLITE_AUTH: ("The library may not be opened.", "Allow reading and writing its folder."),
    sqlite3.SQLITE_CANTOPEN: (
        "The library could not be opened.",
        "See whether its folder is there and may be written.",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "The library's file is damaged.",
        _DAMAGED_HINT,
    ),
    sqlite3.SQLITE_NOTADB: (
        "The library's file is not a library, or is damaged.",
        _DAMAGED_HINT,
    ),
    sqlite3.SQLITE_PROTOCOL: ("The library could not be locked.", "Try again, or use a folder on this computer."),
    sqlite3.SQLITE_NOLFS: ("The library is too large for this disk.", "Move it to another disk."),
}


def refusal(error: sqlite3.Error) -> LibraryUnavailable | None:
    """What the environment refused with ``error``, in a sentence; None when ``error`` is a bug."""
    code = getattr(error, "sqlite_errorcode", None)  # not there when Python's module, not SQLite, is the one to refuse
    if code is None or (code & 0xFF) not in _REFUSALS:
        return None
    sentence, hint = _REFUSALS[code & 0xFF]
    return LibraryUnavailable(sentence, hint=hint, retryable=True)


def damaged() -> LibraryUnavailable:
    """What to say when the file itself tells that it is damaged, without an error."""
    sentence, hint = _REFUSALS[sqlite3.SQLITE_CORRUPT]
    return LibraryUnavailable(sentence, hint=hint)


@contextmanager
def refusals_told() -> Iterator[None]:
    """Raises LibraryUnavailable for what the environment refuses within; everything else as it comes."""
    try:
        yield
    except sqlite3.Error as error:
        told = refusal(error)
        if told is None:
            raise
        raise told from error
    except OSError as error:
        raise LibraryUnavailable(
            f"The library's folder could not be written: {error.strerror or error}.",
            hint="See whether its disk is there, has room and may be written.",
            retryable=True,
        ) from error
