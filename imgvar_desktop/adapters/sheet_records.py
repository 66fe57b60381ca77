"""The contact sheets that were made and what their numbers stand for: ``sheets.json`` in the library folder."""

import json
import logging
import threading
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from imgvar_desktop.adapters.whole_file import put_whole
from imgvar_desktop.core.delivery import SheetRecord

log = logging.getLogger(__name__)

FILE_NAME: Final = "sheets.json"
MOST: Final = 200
"""The newest are kept."""


class SheetRecords:
    """Implements core.ports.SheetStore. Any thread, one at a time."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE_NAME
        self._lock = threading.Lock()

    def all(self) -> tuple[SheetRecord, ...]:
        """As in the port. A record that makes no sense is left out."""
        with self._lock:
            return self._read()

    def add(self, record: SheetRecord) -> None:
        """As in the port."""
        with self._lock:
            fields = [_fields(one) for one in (record, *self._read()[: MOST - 1])]
            data = json.dumps(fields, indent=1, ensure_ascii=False).encode("utf-8", "replace")
            try:
                put_whole(self._file, lambda file: file.write(data))
            except OSError as error:
                # The sheet is there; only its numbers will have to be looked up by hand.
                log.warning("the numbers of %s could not be kept: %s", record.file, error)

    def _read(self) -> tuple[SheetRecord, ...]:
        try:
            stored = json.loads(self._file.read_bytes())
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, RecursionError) as error:
            log.warning("%s could not be read: %s", self._file, error)
            return ()
        records = (_record(fields) for fields in (stored if isinstance(stored, list) else ()))
        return tuple(record for record in records if record is not None)


def _fields(record: SheetRecord) -> dict[str, Any]:
    return {
        "title": record.title,
        "file": record.file,
        "made_at": record.made_at.isoformat(),
        "entries": list(record.entry_ids),
    }


def _record(fields: Any) -> SheetRecord | None:
    try:
        made_at = datetime.fromisoformat(fields["made_at"])
        ids = tuple(map(str, fields["entries"]))
        return SheetRecord(str(fields["title"]), str(fields["file"]), made_at, ids) if made_at.tzinfo else None
    except (ValueError, TypeError, KeyError):
        return None
