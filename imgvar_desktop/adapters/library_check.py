"""Looks at every file of the library, mends what can be mended from what is there, and never deletes anything."""

import hashlib
import logging
import os
import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from imgvar_desktop.adapters.file_names import safe_stem
from imgvar_desktop.adapters.handouts import FOLDER as HANDOUTS
from imgvar_desktop.adapters.pixel_files import disk_refusals_told
from imgvar_desktop.adapters.results import MAX_RESULT_BYTES, Checked, checked
from imgvar_desktop.adapters.whole_file import PART, put_new
from imgvar_desktop.core.contract import MAX_COUNT
from imgvar_desktop.core.errors import AppError, BadReply, LibraryUnavailable
from imgvar_desktop.core.generate import THUMBNAIL_PX
from imgvar_desktop.core.library import Entry, RunRecord, RunState, variation_name
from imgvar_desktop.core.library_check import (
    RECOVERED_NAME,
    LibraryReport,
    Progress,
    place_in_run,
    recovered_request,
)
from imgvar_desktop.core.ports import LibraryStore, Pictures, PixelStore

log = logging.getLogger(__name__)

_NOT_IMAGES: Final = frozenset({"thumbnails", "sources", "backups", HANDOUTS})
_BLOCK_BYTES: Final = 1 << 20


@dataclass(slots=True)
class _Found:
    """What a check under way has met so far."""

    images: int = 0
    moved: list[str] = field(default_factory=list)
    restored: list[str] = field(default_factory=list)
    adopted: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    missing_sources: list[str] = field(default_factory=list)
    thumbnails: int = 0
    database: str = ""

    def report(self, *, stopped: bool) -> LibraryReport:
        return LibraryReport(
            images=self.images,
            moved=tuple(self.moved),
            restored=tuple(self.restored),
            adopted=tuple(self.adopted),
            missing=tuple(self.missing),
            changed=tuple(self.changed),
            damaged=tuple(self.damaged),
            strangers=tuple(self.strangers),
            missing_sources=tuple(self.missing_sources),
            thumbnails=self.thumbnails,
            database=self.database,
            stopped=stopped,
        )


class LibraryCheck:
    """One look at the library in ``folder``. Blocking; no run may be under way, for its newest file has no row yet."""

    def __init__(self, folder: Path, *, library: LibraryStore, pixels: PixelStore, pictures: Pictures) -> None:
        self._folder = folder
        self._library = library
        self._pixels = pixels
        self._pictures = pictures

    def run(self, told: Callable[[Progress], None], stopped: Callable[[], bool]) -> LibraryReport:
        """``told`` how far it is, by files; ends early when ``stopped``. Raises LibraryUnavailable."""
        found = _Found()
        for done, total in self._steps(found):
            told(Progress(done, total))
            if stopped():
                return found.report(stopped=True)
        return found.report(stopped=False)

    def take_in(self, runs: Iterable[RunRecord]) -> int:
        """How many images of these interrupted runs were whole when the program was killed, but had no row yet."""
        by_number = {run.number: run for run in runs}
        if not by_number:
            return 0
        entries = self._library.entries()
        known = {entry.file for entry in entries if not entry.purged}
        lost = [file for file in self._files() if file not in known]
        return len(self._into_their_runs(lost, by_number, entries))

    def _steps(self, found: _Found) -> Iterator[tuple[int, int]]:
        """Yields (done, total) between files: there the check may be stopped."""
        # Files first: what is written from here on has a row in what is read after it, or is left for the next check.
        files = self._files()
        entries = [entry for entry in self._library.entries() if not entry.purged]
        lost = [file for file in files if file not in {entry.file for entry in entries}]
        done, total = 0, 2 * (len(entries) + len(lost))
        yield done, total
        found.database = self._library.damage()
        elsewhere: dict[str, str] = {}
        for file in lost:
            elsewhere.setdefault(_hash(self._folder / file), file)
            yield (done := done + 1), total
        for entry in entries:
            self._look_at(entry, elsewhere, found)
            yield (done := done + 1), total
        self._adopt([file for file in lost if file not in found.moved], {e.sha256 for e in entries}, found)
        found.missing_sources += self._missing_sources()
        for entry in self._library.entries():
            if not entry.purged:
                found.thumbnails += self._thumbnail_made(entry)
                yield (done := done + 1), total
        yield total, total

    def _files(self) -> list[str]:
        """Below the folder, all but what is no image's place and what is half written."""
        found = []
        for place, folders, names in os.walk(self._folder):
            if Path(place) == self._folder:
                folders[:] = [name for name in folders if name not in _NOT_IMAGES]
                continue  # beside the folders stands the database
            folders[:] = [name for name in folders if not name.startswith(".")]
            found += [Path(place, name) for name in names if not name.startswith(".")]
        return sorted(path.relative_to(self._folder).as_posix() for path in found if path.suffix != PART)

    def _look_at(self, entry: Entry, elsewhere: dict[str, str], found: _Found) -> None:
        found.images += 1
        path = self._pixels.path_of(entry)
        there = path.is_file()
        if there and _hash(path) == entry.sha256:
            return
        moved_to = elsewhere.get(entry.sha256)
        if moved_to is not None:
            self._library.reconnect({entry.id: moved_to})
            found.moved.append(moved_to)
        elif self._restored(entry):
            found.restored.append(entry.file)
        elif there:
            (found.changed if _is_image(path) else found.damaged).append(entry.file)
        else:
            found.missing.append(entry.file)

    def _restored(self, entry: Entry) -> bool:
        """A variation that was made into others is kept a second time, as their source."""
        try:
            kept = self._pixels.source_path(entry.sha256)
        except LibraryUnavailable:
            return False
        if _hash(kept) != entry.sha256:
            return False
        wanted = self._pixels.path_of(entry)
        with disk_refusals_told(wanted.parent), kept.open("rb") as reader:
            wanted.parent.mkdir(parents=True, exist_ok=True)
            target = put_new(wanted.parent, wanted.stem, wanted.suffix, lambda file: shutil.copyfileobj(reader, file))
        if target != wanted:
            self._library.reconnect({entry.id: target.relative_to(self._folder).as_posix()})
        return True

    def _adopt(self, lost: list[str], known: set[str], found: _Found) -> None:
        pictures = []
        for file in lost:
            if not _is_image(self._folder / file):
                found.strangers.append(file)
            elif (sha256 := _hash(self._folder / file)) not in known:
                known.add(sha256)  # a second copy of it is no second variation
                pictures.append(file)
        entries = self._library.entries()
        in_place = self._into_their_runs(pictures, {run.number: run for run in self._library.runs()}, entries)
        rest = [file for file in pictures if file not in in_place]
        for start in range(0, len(rest), MAX_COUNT):
            self._into_a_run_of_their_own(rest[start : start + MAX_COUNT])
        found.adopted += pictures

    def _into_their_runs(
        self, files: Iterable[str], runs: dict[int, RunRecord], entries: Iterable[Entry]
    ) -> frozenset[str]:
        """Those whose names say in which run and place they arrived."""
        taken = {(entry.run_number, entry.index) for entry in entries}
        taken_in = set()
        for file in files:
            stem = Path(file).stem
            place = place_in_run(stem, runs, taken)
            if place is None or not _is_image(self._folder / file):
                continue
            run = runs[place[0]]
            if stem.startswith(safe_stem(variation_name(run.request.source.name, *place))):
                self._library.add_entry(self._entry(file, run, place[1]))
                taken.add(place)
                taken_in.add(file)
                log.info("%s is back in run %s", file, run.number)
        return frozenset(taken_in)

    def _into_a_run_of_their_own(self, files: list[str]) -> None:
        image = _checked(self._folder / files[0])
        run = self._library.begin_run(recovered_request(len(files), max(image.width, image.height)), RECOVERED_NAME)
        for index, file in enumerate(files):
            self._library.add_entry(self._entry(file, run, index))
        self._library.close_run(replace(run, state=RunState.FINISHED, arrived=len(files)))

    def _entry(self, file: str, run: RunRecord, index: int) -> Entry:
        path = self._folder / file
        image = _checked(path)
        with disk_refusals_told(path.parent):
            changed_at = path.stat().st_mtime
        return Entry(
            id=uuid.uuid4().hex,
            run_id=run.id,
            run_number=run.number,
            index=index,
            source_name=run.request.source.name,
            file=file,
            sha256=hashlib.sha256(image.data).hexdigest(),
            width=image.width,
            height=image.height,
            media_type=image.media_type,
            created_at=datetime.fromtimestamp(changed_at, UTC),
        )

    def _missing_sources(self) -> list[str]:
        missing = {}
        for run in self._library.runs():
            key = run.request.source.key
            if not key or key in missing:
                continue
            try:
                self._pixels.source_path(key)
            except LibraryUnavailable:
                missing[key] = run.request.source.name
        return sorted(missing.values())

    def _thumbnail_made(self, entry: Entry) -> bool:
        target, image = self._pixels.thumbnail_path(entry.sha256), self._pixels.path_of(entry)
        if (target.is_file() and target.stat().st_size) or not image.is_file():
            return False
        try:
            self._pictures.thumbnail(image, target, THUMBNAIL_PX)
        except AppError as error:
            log.info("no thumbnail for %s: %s", entry.file, error)
            return False
        return True


def _hash(path: Path) -> str:
    """Empty when it cannot be read: no image has that one."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as reader:
            while block := reader.read(_BLOCK_BYTES):
                digest.update(block)
    except OSError as error:
        log.info("%s could not be read: %s", path, error)
        return ""
    return digest.hexdigest()


def _checked(path: Path) -> Checked:
    """Raises LibraryUnavailable, and BadReply when it is no image any more."""
    with disk_refusals_told(path.parent):
        return checked(path.read_bytes())


def _is_image(path: Path) -> bool:
    try:
        if path.stat().st_size > MAX_RESULT_BYTES:
            return False
        checked(path.read_bytes())
    except (BadReply, OSError):
        return False
    return True
