"""A kill at any moment loses at most the image in flight, and never leaves a row without its whole file."""

import hashlib
import random
import subprocess
import sys
import time
from pathlib import Path

from imgvar_desktop.adapters.pixel_files import PixelFiles
from imgvar_desktop.adapters.sqlite_library import SqliteLibrary
from imgvar_desktop.core.library import RunState

WRITER = Path(__file__).with_name("writes_until_killed.py")
KILLS = 12


def test_whatever_was_promised_is_whole_after_a_kill(tmp_path: Path) -> None:
    moments = random.Random(20261123)
    promised: set[str] = set()

    for _ in range(KILLS):
        promised |= _killed(tmp_path, after_lines=moments.randrange(6), then_s=moments.uniform(0, 0.02))

        library, pixels = SqliteLibrary(tmp_path), PixelFiles(tmp_path)
        entries = library.entries()
        assert promised <= {entry.id for entry in entries}
        for entry in entries:
            assert hashlib.sha256(pixels.path_of(entry).read_bytes()).hexdigest() == entry.sha256
        for key in library.source_keys():
            assert hashlib.sha256(pixels.source_path(key).read_bytes()).hexdigest() == key
        library.close()

    library, pixels = SqliteLibrary(tmp_path), PixelFiles(tmp_path)
    pixels.clean_leftovers()
    library.interrupted()
    files = {path.relative_to(tmp_path).as_posix() for path in (tmp_path / "images").rglob("*") if path.is_file()}
    rows = {entry.file for entry in library.entries()}
    assert rows <= files
    assert len(files - rows) <= KILLS  # the image in flight, once for each kill
    assert all((tmp_path / file).stat().st_size for file in files)
    assert {run.state for run in library.runs()} == {RunState.INTERRUPTED}
    library.close()


def _killed(folder: Path, *, after_lines: int, then_s: float) -> set[str]:
    """The ids that the writer had printed when it was killed, ``then_s`` after its line number ``after_lines``."""
    with subprocess.Popen([sys.executable, WRITER, folder], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        first = writer.stdout.readline()
        assert first == "open\n", "the writer could not open what the killed one left"
        lines = [writer.stdout.readline() for _ in range(after_lines)]
        # Not to wait for anything: the moment of the kill is what is tried out.
        time.sleep(then_s)
        writer.kill()
        lines += writer.stdout.readlines()
    # A line that the kill has cut was no promise yet.
    return {line.rstrip("\n") for line in lines if line.endswith("\n")}
