"""Caretaker over a library folder: what is done to it as a whole."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from imgvar_desktop.adapters.file_names import safe_stem
from imgvar_desktop.adapters.library_check import LibraryCheck
from imgvar_desktop.adapters.library_storage import storage_of
from imgvar_desktop.adapters.pixel_files import SUFFIXES
from imgvar_desktop.adapters.whole_file import Fill, put_new
from imgvar_desktop.core.errors import ExportRefused
from imgvar_desktop.core.library import RunRecord
from imgvar_desktop.core.library_check import LibraryReport, Progress, Storage
from imgvar_desktop.core.ports import LibraryStore, Pictures, PixelStore, ReplyImage


class LibraryCare:
    """Caretaker. Any thread, one piece of work at a time."""

    def __init__(self, folder: Path, *, library: LibraryStore, pixels: PixelStore, pictures: Pictures) -> None:
        self._folder = folder
        self._check = LibraryCheck(folder, library=library, pixels=pixels, pictures=pictures)

    def take_in(self, runs: Iterable[RunRecord]) -> int:
        return self._check.take_in(runs)

    def check(self, told: Callable[[Progress], None], stopped: Callable[[], bool]) -> LibraryReport:
        return self._check.run(told, stopped)

    def storage(self) -> Storage:
        return storage_of(self._folder)

    def put_aside(self, images: Sequence[tuple[str, ReplyImage]], folder: Path) -> tuple[Path, ...]:
        try:
            return tuple(
                put_new(folder, safe_stem(stem), SUFFIXES[image.media_type], _filling(image.data))
                for stem, image in images
            )
        except OSError as error:
            raise ExportRefused(
                f"Nothing can be saved in “{folder}”: {error.strerror or error}.", hint="Choose another folder."
            ) from error


def _filling(data: bytes) -> Fill:
    return lambda writer: writer.write(data)
