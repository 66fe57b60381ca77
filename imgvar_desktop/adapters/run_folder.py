"""Saves a run's variations straight into a person's folder: ``lake_v03-02.png``, and never over another file."""

import os
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from imgvar_desktop.adapters.file_names import safe_stem
from imgvar_desktop.core.errors import ExportRefused
from imgvar_desktop.core.library import variation_name

_SUFFIXES: Final = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp"}


class RunFolder:
    """One run's files in ``folder``, which is made when it is missing. Raises ExportRefused from every method.

    The run has the first number after those of all earlier runs of that source found there.
    """

    def __init__(self, folder: Path, source_name: str) -> None:
        self._folder = folder
        self._source_name = source_name
        with _disk_refusals_told(folder):
            folder.mkdir(parents=True, exist_ok=True)
            # Better refused now than after the images have been made and paid for.
            with TemporaryFile(dir=folder):
                pass
            self.number = _next_number(folder, safe_stem(source_name))

    def save(self, index: int, data: bytes, media_type: str) -> Path:
        """Under its name only once it is whole and on the disk."""
        stem = safe_stem(variation_name(self._source_name, self.number, index))
        part = self._folder / f".{uuid.uuid4().hex}.part"
        with _disk_refusals_told(self._folder):
            try:
                with part.open("xb") as writer:
                    writer.write(data)
                    writer.flush()
                    os.fsync(writer.fileno())
                target = _reserved(self._folder, stem, _SUFFIXES[media_type])
                part.replace(target)
            finally:
                part.unlink(missing_ok=True)
        return target


def _next_number(folder: Path, stem: str) -> int:
    known = re.compile(re.escape(stem) + r"_v(\d{1,9})-\d+", re.IGNORECASE)
    found = [known.match(path.name) for path in folder.iterdir()]
    return max((int(match.group(1)) for match in found if match), default=0) + 1


def _reserved(folder: Path, stem: str, suffix: str) -> Path:
    """An empty file that is ours; a name taken by another program meanwhile gets a number behind it."""
    for number in count(1):
        target = folder / (f"{stem}{suffix}" if number == 1 else f"{stem} ({number}){suffix}")
        try:
            target.touch(exist_ok=False)
        except FileExistsError:
            continue
        return target
    raise AssertionError("numbers do not end")


@contextmanager
def _disk_refusals_told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ExportRefused(
            f"Nothing can be saved in “{folder}”: {reason}.", hint="Choose another folder, or make room there."
        ) from error
