"""Saves a run's variations straight into a person's folder: ``lake_v03-02.png``, and never over another file."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from imgvar_desktop.adapters.file_names import safe_stem
from imgvar_desktop.adapters.whole_file import put_new
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
        with _disk_refusals_told(self._folder):
            return put_new(self._folder, stem, _SUFFIXES[media_type], lambda file: file.write(data))


def _next_number(folder: Path, stem: str) -> int:
    known = re.compile(re.escape(stem) + r"_v(\d{1,9})-\d+", re.IGNORECASE)
    found = [known.match(path.name) for path in folder.iterdir()]
    return max((int(match.group(1)) for match in found if match), default=0) + 1


@contextmanager
def _disk_refusals_told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ExportRefused(
            f"Nothing can be saved in “{folder}”: {reason}.", hint="Choose another folder, or make room there."
        ) from error
