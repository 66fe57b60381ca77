"""Started by test_library_killed: keeps runs and variations as the program does, until somebody kills it.

    python writes_until_killed.py LIBRARY

Prints one line once the library is open, then one for each variation that it has promised to keep.
"""

import hashlib
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path

from imgvar_desktop.adapters.pixel_files import PixelFiles
from imgvar_desktop.adapters.sqlite_library import SqliteLibrary
from imgvar_desktop.core.framing import Framing
from imgvar_desktop.core.geometry import Square
from imgvar_desktop.core.library import Entry, variation_name
from imgvar_desktop.core.request import Source, VariationRequest

COUNT = 4
IMAGE_BYTES = 300_000


def main(folder: Path) -> None:
    library, pixels = SqliteLibrary(folder), PixelFiles(folder)
    pixels.clean_leftovers()
    library.interrupted()
    print("open", flush=True)
    while True:
        key, _ = pixels.keep_source(uuid.uuid4().bytes * 1000)
        source = Source(key, "lake", 100, 100)
        run = library.begin_run(VariationRequest(source, Framing(Square(0, 0, 100)), COUNT, 256, "on-device"), "Here")
        for index in range(COUNT):
            data = hashlib.shake_256(uuid.uuid4().bytes).digest(IMAGE_BYTES)
            now = datetime.now(UTC)
            name = variation_name("lake", run.number, index)
            file, sha256 = pixels.write_variation(data, stem=name, media_type="image/png", month="2026-11")
            entry_id = uuid.uuid4().hex
            library.add_entry(
                Entry(entry_id, run.id, run.number, index, "lake", file, sha256, 256, 256, "image/png", now)
            )
            print(entry_id, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
