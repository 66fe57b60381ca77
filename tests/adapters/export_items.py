"""Variations on their way out, and somebody who follows."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PIL import Image

from imgvar_desktop.adapters.export import FileExporter
from imgvar_desktop.adapters.picture_file import quiet_decoders
from imgvar_desktop.core.delivery import ExportReport, Item, Outcome, Taken
from imgvar_desktop.core.export_options import ExportOptions
from imgvar_desktop.core.library import Entry, RunRecord
from tests.adapters.library_rows import REQUEST

RUN = RunRecord(
    "r" * 32, 3, replace(REQUEST, user="ada@example.com"), "On this device", datetime(2026, 11, 1, tzinfo=UTC)
)
MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}


def an_item(file: Path, index: int = 0, run: RunRecord = RUN, **changes: Any) -> Item:
    """Of a file that is there; what the library would know of it."""
    quiet_decoders()
    data = file.read_bytes()
    try:
        with Image.open(file) as image:
            size, media_type = image.size, MEDIA_TYPES[image.format or ""]
    except OSError:
        size, media_type = (1, 1), "image/png"
    entry = Entry(
        id=f"{index:032x}",
        run_id=run.id,
        run_number=run.number,
        index=index,
        source_name=run.request.source.name,
        file=file.name,
        sha256=hashlib.sha256(data).hexdigest(),
        width=size[0],
        height=size[1],
        media_type=media_type,
        created_at=datetime(2026, 11, 23, 12, 0, index % 60, tzinfo=UTC),
        seed=7 + index,
    )
    return Item(replace(entry, **changes), run, file)


class Follower:
    """A Watcher: remembers, and stops the export after ``most`` files."""

    def __init__(self, most: int | None = None, then: Callable[[], object] = lambda: None) -> None:
        self.told: list[Outcome] = []
        self._most = most
        self._then = then

    def tell(self, outcome: Outcome) -> None:
        self.told.append(outcome)
        self._then()

    def stopped(self) -> bool:
        return self._most is not None and len(self.told) >= self._most


def exported(
    items: list[Item], place: Path, taken: Taken = Taken.NUMBER, watcher: Follower | None = None, **options: Any
) -> ExportReport:
    return FileExporter().export(items, ExportOptions(**options), place, taken=taken, watcher=watcher or Follower())
