"""A ZIP archive that is there whole or not at all."""

import zipfile
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from imgvar_desktop.adapters.whole_file import Check, Fill, claim, folder_to_disk, part_in, to_disk
from imgvar_desktop.core.errors import ExportRefused

SUFFIX: Final = ".zip"


class Archive:
    """Written under a hidden name in its folder; gone when it is left without ``finish``. One thread at a time.

    Raises OSError for what the disk refuses.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._part = part_in(folder)
        self._names: set[str] = set()

    def __enter__(self) -> Self:
        self._file = self._part.open("xb")
        # Pictures are as small as they get.
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_STORED)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Not the archive's own close, which would write its directory to a disk that may be full.
        self._zip.fp = None
        self._file.close()
        self._part.unlink(missing_ok=True)

    def put(self, stem: str, suffix: str, fill: Fill, check: Check) -> tuple[Path, bool]:
        """The member's name as a path, and True: a name that is taken gets a number behind it."""
        name, number = f"{stem}{suffix}", 1
        while name.casefold() in self._names:
            number += 1
            name = f"{stem} ({number}){suffix}"
        self._names.add(name.casefold())
        beside = part_in(self._folder)
        try:
            with beside.open("xb") as file:
                fill(file)
            check(beside)
            self._zip.write(beside, name)
        finally:
            beside.unlink(missing_ok=True)
        return Path(name), True

    def finish(self, stem: str) -> Path:
        """Ends the archive, reads it all again and gives it the first free name. Raises ExportRefused too."""
        self._zip.close()
        to_disk(self._file)
        self._file.close()
        with zipfile.ZipFile(self._part) as written:
            if written.testzip() is not None or len(written.namelist()) != len(self._names):
                raise ExportRefused(
                    "The archive could not be read again as it was written.",
                    hint="See whether the disk is sound.",
                    retryable=True,
                )
        target = claim(self._folder, stem, SUFFIX)
        try:
            self._part.replace(target)
            folder_to_disk(self._folder)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
        return target
