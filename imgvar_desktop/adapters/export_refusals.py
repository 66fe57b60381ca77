"""What a disk says when it refuses a saved file, in a sentence for a person."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from imgvar_desktop.adapters.picture_file import shown_name
from imgvar_desktop.core.errors import ExportRefused

_FULL: Final = ("The disk with {place} is full.", "Make room on it, or choose another folder.")
_LOCKED: Final = ("{place} may not be written to.", "Choose another folder.")
_GONE: Final = ("The folder {place} is not there.", "Choose another folder.")
_REFUSALS: Final = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EROFS: _LOCKED,
    errno.EACCES: _LOCKED,
    errno.EPERM: _LOCKED,
    errno.ENOENT: _GONE,
    errno.ENOTDIR: _GONE,
    errno.EISDIR: ("A folder in {place} already has this name.", "Choose another name."),
    errno.ENAMETOOLONG: ("The name is too long for {place}.", "Choose a shorter name."),
}
"""Sentence and hint, by what the disk said."""


def library_file(file: Path) -> bytes:
    """What the library keeps in ``file``. Raises ExportRefused."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise ExportRefused(
            f"“{shown_name(file)}” cannot be read from the library: {error.strerror}.",
            hint="See whether the library's folder was moved.",
        ) from error


@contextmanager
def telling(folder: Path) -> Iterator[None]:
    """Names the folder in every refusal of the disk it is on."""
    try:
        yield
    except OSError as error:
        unknown = ("Saving to {place} failed: {reason}.", "Choose another folder.")
        sentence, hint = _REFUSALS.get(error.errno or 0, unknown)
        place = str(folder).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        reason = error.strerror or str(error)
        raise ExportRefused(sentence.format(place=place, reason=reason), hint=hint, retryable=True) from error
