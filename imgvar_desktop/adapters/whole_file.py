"""Files that are there whole or not at all: written beside under a hidden name, fsynced, then renamed."""

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count, takewhile
from pathlib import Path
from typing import BinaryIO, Final

PART: Final = ".part"
"""Ends the name of a file that is being written; a dot stands in front of it."""

Fill = Callable[[BinaryIO], object]
"""Writes a file's bytes."""
Check = Callable[[Path], object]
"""Looks at a file that is on the disk and has no name yet; what it raises leaves nothing there."""


def put_whole(target: Path, fill: Fill, check: Check | None = None) -> None:
    """What ``fill`` writes is at ``target``, in the place of what was there.

    Raises OSError and what ``fill`` and ``check`` do.
    """
    with _part(target.parent, fill) as part:
        if check is not None:
            check(part)
        part.replace(target)


def put_new(folder: Path, stem: str, suffix: str, fill: Fill, check: Check | None = None) -> Path:
    """What ``fill`` writes has the first free name of ``lake.png``, ``lake (2).png``…; nothing is replaced.

    Raises OSError and what ``fill`` and ``check`` do.
    """
    with _part(folder, fill) as part:
        if check is not None:
            check(part)
        target = claim(folder, stem, suffix)
        try:
            part.replace(target)
            folder_to_disk(folder)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
    return target


def to_disk(file: BinaryIO) -> None:
    """So that the bytes outlive a power cut."""
    file.flush()
    os.fsync(file.fileno())


def make_folder(folder: Path) -> None:
    """With all that is missing above it, each name on the disk: a file is only as safe as the folders it is in."""
    missing = list(takewhile(lambda each: not each.is_dir(), (folder, *folder.parents)))
    folder.mkdir(parents=True, exist_ok=True)
    for made in reversed(missing):
        with suppress(PermissionError):  # a folder may be ours to write in and not to read
            folder_to_disk(made.parent)


def folder_to_disk(folder: Path) -> None:
    """So that a name outlives a power cut. Windows has no such call for folders, and needs none on NTFS."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def part_in(folder: Path) -> Path:
    """The name of a file that is being written: hidden, and like no other."""
    return folder / f".{uuid.uuid4().hex}{PART}"


def claim(folder: Path, stem: str, suffix: str) -> Path:
    """An empty file with the first free name: of two programs only one can make it, on every kind of disk.

    A link would take the name and bring the bytes in one step, but exFAT and many network disks have none.
    """
    for number in count(1):
        target = folder / (f"{stem}{suffix}" if number == 1 else f"{stem} ({number}){suffix}")
        try:
            target.touch(exist_ok=False)
        except FileExistsError:
            continue
        return target
    raise AssertionError("numbers do not end")


@contextmanager
def _part(folder: Path, fill: Fill) -> Iterator[Path]:
    """A hidden file in ``folder`` with its bytes on the disk; gone afterwards unless it was renamed."""
    part = part_in(folder)
    try:
        with part.open("xb") as file:
            fill(file)
            to_disk(file)
        yield part
    finally:
        part.unlink(missing_ok=True)
