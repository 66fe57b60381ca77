"""PixelStore over the library folder: ``images/2026-11/lake_v03-02.png``, ``sources/…`` and ``thumbnails/…``.

A file gets its name only when it is whole and on the disk: written beside under a hidden name, fsynced, renamed, and
the folder fsynced. After a power cut a name therefore stands for all of its bytes or is not there.
"""

import errno
import hashlib
import logging
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

from imgvar_desktop.adapters.file_names import safe_stem
from imgvar_desktop.adapters.whole_file import PART, folder_to_disk, make_folder, part_in, put_new
from imgvar_desktop.core.errors import LibraryUnavailable, PictureRefused
from imgvar_desktop.core.library import Entry

log = logging.getLogger(__name__)

SUFFIXES: Final = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp"}
_MAX_SUFFIX: Final = 8
_BLOCK_BYTES: Final = 1 << 20


class PixelFiles:
    """PixelStore. Any thread; knows no facts but what the file names say."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._images = folder / "images"
        self._sources = folder / "sources"
        self._thumbnails = folder / "thumbnails"

    def clean_leftovers(self) -> int:
        """Deletes what a killed program left half written, and says how many files.

        Only by the program that has the library open: another one's files are still being written. What cannot be
        tidied now stays until the next time.
        """
        try:
            below = [*_children(self._images), *_children(self._thumbnails)]
            return sum(_clean(folder) for folder in (self._sources, *below) if folder.is_dir())
        except OSError as error:
            log.info("leftovers stay in %s: %s", self._folder, error)
            return 0

    def keep_source(self, original: Path | bytes) -> tuple[str, Path]:
        """As in the port. A file's bytes are read once, so one that changes meanwhile is kept as it was read.

        Raises PictureRefused when ``original`` cannot be read, LibraryUnavailable when it cannot be kept.
        """
        with _original(original) as (reader, suffix), disk_refusals_told(self._sources):
            make_folder(self._sources)
            part = part_in(self._sources)
            try:
                with part.open("xb") as writer:
                    key, size = _copied(reader, writer)
                    _to_disk(writer)
                known = self._kept(key)
                if known is not None and known.stat().st_size == size:
                    return key, known
                target = known or self._sources / f"{key}{suffix}"
                part.replace(target)
                folder_to_disk(self._sources)
            finally:
                part.unlink(missing_ok=True)
        return key, target

    def source_path(self, key: str) -> Path:
        with disk_refusals_told(self._sources):
            kept = self._kept(key)
        if kept is None:
            raise LibraryUnavailable(
                "The picture of this run is not in the library any more.", hint="Drop the picture in again."
            )
        return kept

    def drop_sources_except(self, keys: frozenset[str]) -> None:
        """As in the port. What cannot be deleted now, such as a file that another program holds, stays till later."""
        try:
            for path in _children(self._sources):
                if path.stem not in keys and path.suffix != PART:
                    _delete(path)
        except OSError as error:
            log.info("kept pictures stay in %s: %s", self._sources, error)

    def write_variation(self, data: bytes, *, stem: str, media_type: str, month: str) -> tuple[str, str]:
        """As in the port; a name that is taken gets a number behind it. Raises LibraryUnavailable."""
        folder = self._images / month
        with disk_refusals_told(folder):
            make_folder(folder)
            target = put_new(folder, safe_stem(stem), SUFFIXES[media_type], lambda file: file.write(data))
        return target.relative_to(self._folder).as_posix(), hashlib.sha256(data).hexdigest()

    def ensure_room(self, needed_bytes: int) -> None:
        with disk_refusals_told(self._folder):
            free = shutil.disk_usage(self._folder).free
        if free < needed_bytes:
            raise LibraryUnavailable(
                f"The disk with the library has {free / 1e6:.0f} MB left, and this run needs {needed_bytes / 1e6:.0f}.",
                hint="Make room on it, or move the library to another disk in the settings.",
                retryable=True,
            )

    def path_of(self, entry: Entry) -> Path:
        return self._folder / entry.file

    def thumbnail_path(self, sha256: str) -> Path:
        """As in the port. Without a suffix: it is JPEG or PNG, whichever suits the image."""
        return self._thumbnails / sha256[:2] / sha256

    def _kept(self, key: str) -> Path | None:
        return next((path for path in _children(self._sources) if path.stem == key and path.suffix != PART), None)


@contextmanager
def _original(original: Path | bytes) -> Iterator[tuple[BinaryIO, str]]:
    """What to read and which suffix it is kept with. Raises PictureRefused."""
    if isinstance(original, bytes):
        yield BytesIO(original), _suffix_of(original)
        return
    name = original.name.encode("utf-8", "replace").decode()
    try:
        # Looked at before it is opened: opening a pipe would wait for its writer.
        if not stat.S_ISREG(original.stat().st_mode):
            raise PictureRefused(f"“{name}” is not a file.", hint="Choose a picture file.")
        reader = original.open("rb")
    except (OSError, ValueError) as error:
        raise _unreadable(name) from error
    suffix = original.suffix.lower()
    with reader:
        yield reader, suffix if suffix[1:].isalnum() and suffix.isascii() and len(suffix) <= _MAX_SUFFIX else ""


def _unreadable(name: str) -> PictureRefused:
    return PictureRefused(f"“{name}” could not be read.", hint="See whether it is still there and may be read.")


def _suffix_of(data: bytes) -> str:
    """For people who look into the folder; the picture's reader goes by content."""
    if data.startswith(b"\x89PNG"):
        return ".png"
    return ".jpg" if data.startswith(b"\xff\xd8\xff") else ""


def _copied(reader: BinaryIO, writer: BinaryIO) -> tuple[str, int]:
    """The hash and the size of what was copied. Raises PictureRefused for the reader, OSError for the writer."""
    digest, size = hashlib.sha256(), 0
    while True:
        try:
            block = reader.read(_BLOCK_BYTES)
        except OSError as error:
            raise _unreadable(Path(reader.name).name) from error
        if not block:
            return digest.hexdigest(), size
        digest.update(block)
        size += len(block)
        writer.write(block)


def _to_disk(writer: BinaryIO) -> None:
    writer.flush()
    os.fsync(writer.fileno())


def _children(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except FileNotFoundError:
        return []


def _clean(folder: Path) -> int:
    children = _children(folder)
    left = [path for path in children if path.name.startswith(".") and path.suffix == PART]
    if left:
        # A part that is still there may have a name reserved: an empty file, which no variation ever is.
        left += [path for path in children if path not in left and path.is_file() and path.stat().st_size == 0]
    return sum(_delete(path) for path in left)


def _delete(path: Path) -> bool:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        log.info("%s is not deleted now: %s", path, error)
        return False
    return True


@contextmanager
def disk_refusals_told(folder: Path) -> Iterator[None]:
    """Raises LibraryUnavailable for what the disk refuses within."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise LibraryUnavailable(
                "The disk with the library is full.", hint="Make room on it, then try again.", retryable=True
            ) from error
        raise LibraryUnavailable(
            f"The library's folder could not be read or written: {error.strerror or error}.",
            hint=f"See whether {folder} is there, readable and writable.",
            retryable=True,
        ) from error
