"""Takes variations out of the library: as files under names of the person's own, or all in one archive.

Every file is written under a hidden name, read again and held against what it should be, and only then gets its name.
"""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from imgvar_desktop import __version__
from imgvar_desktop.adapters.archive import Archive
from imgvar_desktop.adapters.encoding import Made, exported_size, made, prove
from imgvar_desktop.adapters.export_refusals import library_file, telling
from imgvar_desktop.adapters.file_names import safe_stem
from imgvar_desktop.adapters.picture_file import shown_name
from imgvar_desktop.adapters.whole_file import Check, Fill, put_new, put_whole
from imgvar_desktop.core.delivery import (
    SHOWN_NAMES,
    Delivered,
    ExportPlan,
    ExportReport,
    Item,
    Outcome,
    Refused,
    Skipped,
    Taken,
    Watcher,
)
from imgvar_desktop.core.errors import ExportRefused
from imgvar_desktop.core.export_options import ExportOptions, Format, Target
from imgvar_desktop.core.file_template import filled, values_of
from imgvar_desktop.core.recipe import recipe_of, recipe_text

SOFTWARE: Final = f"Imgvar {__version__}"
_FORMATS: Final = {".png": Format.PNG, ".jpg": Format.JPEG, ".jpeg": Format.JPEG, ".webp": Format.WEBP} | {
    ".tif": Format.TIFF,
    ".tiff": Format.TIFF,
}
_FORMAT_SUFFIXES: Final = {Format.PNG: ".png", Format.JPEG: ".jpg", Format.WEBP: ".webp", Format.TIFF: ".tif"}
_MEDIA_SUFFIXES: Final = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp"}
_SIDECAR: Final = ".json"


class FileExporter:
    """Implements core.ports.Exporter. Holds nothing; any thread."""

    def plan(self, items: Sequence[Item], options: ExportOptions, folder: Path) -> ExportPlan:
        """As in the port."""
        names = [stem_of(item, options) + _suffix(item, options) for item in items]
        there = 0
        seen: set[str] = set()
        for name in names:
            with suppress(OSError):  # a folder that may not be looked into; writing there will say so
                there += name.casefold() in seen or (folder / name).exists()
            seen.add(name.casefold())
        writable = folder.is_dir() and os.access(folder, os.W_OK)
        return ExportPlan(tuple(names[:SHOWN_NAMES]), 0 if options.target is Target.ZIP else there, writable)

    def export(
        self, items: Sequence[Item], options: ExportOptions, target: Path, *, taken: Taken, watcher: Watcher
    ) -> ExportReport:
        """As in the port."""
        if options.target is Target.ZIP:
            return _archived(items, options, target, watcher)
        outcomes = tuple(_each(items, options, _Folder(target, taken).put, watcher))
        return ExportReport(outcomes, stopped=len(outcomes) < len(items))

    def put(self, data: bytes, folder: Path, stem: str, suffix: str) -> Path:
        """As in the port."""
        with telling(folder):
            return put_new(folder, safe_stem(stem), suffix, lambda file: file.write(data), _check_equal(data))

    def save_as(self, file: Path, target: Path) -> Path:
        """As in the port. The suffix decides on the format: PNG, JPEG, WebP or TIFF, in sRGB and tagged so; the file's
        own format is copied byte for byte, unless there is more in it than pixels. JPEG gets white where the image is
        transparent.

        Without a suffix the file's own is appended. Nobody agreed to replace that name, so it is numbered if taken.
        """
        wanted = _FORMATS.get(target.suffix.lower(), Format.ORIGINAL)
        if target.suffix and wanted is Format.ORIGINAL:
            raise ExportRefused(
                f"Imgvar does not write “{target.suffix}” files.", hint="End the name in .png, .jpg, .webp or .tif."
            )
        if "\0" in str(target):
            raise ExportRefused("This cannot be the name of a file.", hint="Choose another name.")
        data = library_file(file)
        new = made(file, data, ExportOptions(format=wanted), None, software=SOFTWARE)
        with telling(target.parent):
            if not target.suffix:
                return put_new(target.parent, target.name, new.suffix, _fill(new), _check(new, data))
            put_whole(target, _fill(new), _check(new, data))
        return target


Put = Callable[[str, str, Fill, Check], tuple[Path, bool]]
"""Puts a file there by stem and suffix, checked before it gets its name: where it is, and whether it is the new one."""


class _Folder:
    """A folder that files are put into, and what was put there already: that is never replaced by the next."""

    def __init__(self, folder: Path, taken: Taken) -> None:
        self._folder = folder
        self._taken = taken
        self._put: set[str] = set()

    def put(self, stem: str, suffix: str, fill: Fill, check: Check) -> tuple[Path, bool]:
        target = self._folder / f"{stem}{suffix}"
        mine = target.name.casefold() in self._put
        with telling(self._folder):
            # The sidecar of a picture that was put there is wanted, whatever an older one of that name says.
            if self._taken is Taken.SKIP and target.exists() and not mine and suffix != _SIDECAR:
                return target, False
            if self._taken is Taken.REPLACE and not mine:
                put_whole(target, fill, check)
            else:
                target = put_new(self._folder, stem, suffix, fill, check)
        self._put.add(target.name.casefold())
        return target, True


def _archived(items: Sequence[Item], options: ExportOptions, target: Path, watcher: Watcher) -> ExportReport:
    with telling(target.parent), Archive(target.parent) as archive:
        outcomes = tuple(_each(items, options, archive.put, watcher))
        stopped = len(outcomes) < len(items)
        if stopped or all(isinstance(one, Refused) for one in outcomes):
            return ExportReport(outcomes, stopped=stopped)
        return ExportReport(outcomes, archive.finish(safe_stem(target.stem)))


def _each(items: Sequence[Item], options: ExportOptions, put: Put, watcher: Watcher) -> Iterator[Outcome]:
    for item in items:
        if watcher.stopped():
            return
        outcome: Outcome
        try:
            outcome = _exported(item, options, put)
        except ExportRefused as error:
            outcome = Refused(item.entry, shown_name(item.file), error)
        watcher.tell(outcome)
        yield outcome


def _exported(item: Item, options: ExportOptions, put: Put) -> Outcome:
    data = library_file(item.file)
    if hashlib.sha256(data).hexdigest() != item.entry.sha256:
        raise ExportRefused(
            f"“{shown_name(item.file)}” is no longer what was made: its file was changed or is damaged.",
            hint="See whether something else writes into the library's folder.",
        )
    recipe = recipe_of(item.entry, item.run, item.parent)
    new = made(item.file, data, options, recipe, software=SOFTWARE)
    path, written = put(stem_of(item, options), new.suffix, _fill(new), _check(new, data))
    if not written:
        return Skipped(item.entry, path)
    if options.sidecar:
        text = recipe_text(recipe, software=SOFTWARE).encode("utf-8", "replace")
        put(path.name, _SIDECAR, lambda file: file.write(text), _check_equal(text))
    return Delivered(item.entry, path, new.stripped)


def stem_of(item: Item, options: ExportOptions) -> str:
    """Its name by the template, without a suffix."""
    width, height = exported_size(item.entry.width, item.entry.height, options.longest_px)
    return safe_stem(filled(options.template, values_of(item.entry, item.run, width=width, height=height)))


def _suffix(item: Item, options: ExportOptions) -> str:
    """Before anything is read: the library knows by content what each file is."""
    return _FORMAT_SUFFIXES.get(options.format) or _MEDIA_SUFFIXES.get(item.entry.media_type, item.file.suffix)


def _fill(new: Made) -> Fill:
    return lambda file: file.write(new.data)


def _check(new: Made, original: bytes) -> Check:
    return lambda part: prove(part.read_bytes(), new, original)


def _check_equal(data: bytes) -> Check:
    def check(part: Path) -> None:
        if part.read_bytes() != data:
            raise ExportRefused("What was written could not be read again as it was.", retryable=True)

    return check
