"""A library's way to another folder: copied and compared first, and only then does anybody call it the library."""

import hashlib
import logging
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

from imgvar_desktop.adapters.library_storage import free_bytes
from imgvar_desktop.adapters.pixel_files import disk_refusals_told
from imgvar_desktop.adapters.sqlite_library import FILE_NAME
from imgvar_desktop.adapters.whole_file import PART, folder_to_disk, put_whole
from imgvar_desktop.core.errors import LibraryUnavailable
from imgvar_desktop.core.library_check import Progress

log = logging.getLogger(__name__)

OWN_FOLDER: Final = "Imgvar library"
"""Made in a folder that holds other things already."""
NOTE: Final = "moved.txt"

_MARK: Final = ".imgvar-library-on-its-way"
"""In a folder that a copy has begun in, until it is whole."""
_BLOCK_BYTES: Final = 1 << 20
_SPARE_BYTES: Final = 50_000_000


def target_in(chosen: Path, library: Path) -> Path:
    """Where the library would stand if a person chose that folder. Raises LibraryUnavailable when it cannot."""
    with disk_refusals_told(chosen):
        others = [path for path in chosen.iterdir() if not path.name.startswith(".")] if chosen.exists() else []
    target = chosen / OWN_FOLDER if others and not (chosen / _MARK).exists() else chosen
    if _is_same(target, library) or _is_same(chosen, library):
        raise LibraryUnavailable("The library is in that folder already.", hint="Choose another folder.")
    if library.resolve() in target.resolve().parents:
        raise LibraryUnavailable("A library cannot be moved into itself.", hint="Choose a folder outside of it.")
    if library_in(chosen) is not None:
        raise LibraryUnavailable(
            f"There is another library in {chosen} already.", hint="Choose another folder; that one is left as it is."
        )
    return target


def library_in(chosen: Path) -> Path | None:
    """The library that a person means by that folder: itself, or one right below it. Raises LibraryUnavailable."""
    with disk_refusals_told(chosen):
        places = (chosen, chosen / OWN_FOLDER, chosen / "library")
        return next((folder for folder in places if (folder / FILE_NAME).is_file()), None)


def copy_library(library: Path, target: Path, told: Callable[[Progress], None], stopped: Callable[[], bool]) -> bool:
    """Copies the closed library, each file read again and compared; the database last, so that what was cut short is
    no library yet, and is gone on with the next time. The old one is only read.

    Progress is in bytes. False: it was ``stopped``. Raises LibraryUnavailable.
    """
    with disk_refusals_told(library):
        files = _files(library)
        sizes = {file: (library / file).stat().st_size for file in files}
    total, done = sum(sizes.values()), 0
    with disk_refusals_told(target):
        target.mkdir(parents=True, exist_ok=True)
        (target / _MARK).touch()
        there = {file for file in files if _is_copied(library / file, target / file, sizes[file])}
        room = free_bytes(target)
        needed = total - sum(sizes[file] for file in there)
        if room is not None and room < needed + _SPARE_BYTES:
            raise LibraryUnavailable(
                f"There is not enough room for the library: {needed / 1e9:.1f} GB are needed and {room / 1e9:.1f} GB"
                " are free.",
                hint="Make room on that disk, or choose another one.",
            )
        for file in files:
            if stopped():
                return False
            told(Progress(done, total, file))
            if file not in there:
                _copy(library / file, target / file)
            done += sizes[file]
        for place, _, _ in os.walk(target):
            folder_to_disk(Path(place))
        (target / _MARK).unlink(missing_ok=True)
        folder_to_disk(target.parent)
    told(Progress(total, total))
    return True


def leave_note(library: Path, target: Path) -> None:
    """For whoever looks into the old folder. What cannot be written is not missed."""
    with suppress(OSError):
        (library / NOTE).write_text(f"Imgvar's library is now in {target}\nThis is what it was when it was moved.\n")


def remove_library(library: Path, target: Path) -> None:
    """Deletes what has been copied to ``target``, and folders that are empty then. What cannot be deleted stays."""
    for file in reversed(_files(library)):
        old, new = library / file, target / file
        with suppress(OSError):
            # The database has been written to since; it is there, which is what counts.
            if file.startswith(FILE_NAME) or new.stat().st_size == old.stat().st_size:
                old.unlink(missing_ok=True)
    for place, _, _ in os.walk(library, topdown=False):
        with suppress(OSError):
            Path(place).rmdir()
    log.info("the old library %s is gone", library)


def _files(library: Path) -> list[str]:
    """Below ``library``, whatever they are: a person may have sorted images there. The database comes last."""
    found = []
    for place, _, names in os.walk(library):
        found += [Path(place, name).relative_to(library).as_posix() for name in names if not name.endswith(PART)]
    own = {FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm", NOTE, _MARK}
    journal = [path.name for path in library.glob(f"{FILE_NAME}-wal")]  # what a kill left there belongs to it
    return [*sorted(file for file in found if file not in own), *journal, FILE_NAME]


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()

    def fill(writer: BinaryIO) -> None:
        with source.open("rb") as reader:
            while block := reader.read(_BLOCK_BYTES):
                digest.update(block)
                writer.write(block)

    put_whole(target, fill)
    times = source.stat()
    os.utime(target, ns=(times.st_atime_ns, times.st_mtime_ns))  # not its rights: a disc's files may only be read
    if _hash(target) != digest.digest():
        target.unlink(missing_ok=True)
        raise LibraryUnavailable(
            f"{source.name} did not arrive in the new folder as it was.",
            hint="See whether that disk is failing. The library is where it was, unharmed.",
        )


def _is_copied(source: Path, target: Path, size: int) -> bool:
    """By an earlier try that was cut short."""
    if not target.is_file() or target.stat().st_size != size:
        return False
    return source.name != FILE_NAME and _hash(source) == _hash(target)


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.exists() and other.exists() and one.samefile(other)
    except OSError:
        return False


def _hash(path: Path) -> bytes:
    digest = hashlib.sha256()
    with path.open("rb") as reader:
        while block := reader.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.digest()
