"""What the program asks of the system, in which order: a power cut may come between any two of its calls.

Bytes, fsync, name, fsync of the folder, row with its fsync, and only then is the variation told of.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

WRITER = Path(__file__).with_name("writes_until_killed.py")
TOLD = 6
CALLS = "openat,creat,write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,close"

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Of the library's writer, from its first run on, until it has told of TOLD variations. Files by their names."""
    folder = tmp_path_factory.mktemp("traced")
    trace = folder / "trace"
    command = ["strace", "-f", "-y", "-s", "64", "-e", f"trace={CALLS}", "-o", trace, sys.executable, WRITER]
    with subprocess.Popen(
        [*command, folder / "library"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as tracer:
        assert tracer.stdout is not None
        if not tracer.stdout.readline():
            pytest.skip("strace may not trace here")
        for _ in range(TOLD):
            tracer.stdout.readline()
        tracer.stdout.close()  # nobody listens any more: with its next line the writer ends
    lines = [line.partition(" ")[2].strip() for line in trace.read_text().splitlines()]
    begun = next(at for at, line in enumerate(lines) if _told(line) == "open")
    return lines[begun + 1 :]


def test_each_variation_is_on_the_disk_before_anybody_is_told(calls: list[str]) -> None:
    told = [at for at, line in enumerate(calls) if _told(line)]
    assert len(told) >= TOLD

    for begins, ends in zip([-1, *told], told, strict=False):
        steps = calls[begins + 1 : ends]
        named = _last(steps, r'rename\w*\(.*/images/2026-11/\.\w+\.part".*/images/2026-11/lake_v\d+-\d+\.png"')
        part = re.search(r"images/2026-11/(\.\w+\.part)", steps[named])
        assert part is not None
        written = _last(steps, rf"write\(\d+<.*{re.escape(part[1])}>")
        synced = _last(steps, rf"fsync\(\d+<.*{re.escape(part[1])}>\)")
        folder = _last(steps, r"fsync\(\d+<.*/images/2026-11>\)")
        row = _last(steps, r"pwrite64\(\d+<.*/library\.sqlite-wal>")
        row_synced = _last(steps, r"f(data)?sync\(\d+<.*/library\.sqlite-wal>\)")
        assert written < synced < named < folder < row < row_synced


def test_a_source_is_on_the_disk_before_a_run_of_it_is_written_down(calls: list[str]) -> None:
    named = _first(calls, r'rename\w*\(.*/sources/\.\w+\.part"')
    synced = _first(calls, r"fsync\(\d+<.*/sources/\.\w+\.part>\)")
    folder = _first(calls, r"fsync\(\d+<.*/sources>\)")
    row = _first(calls, r"pwrite64\(\d+<.*/library\.sqlite-wal>")

    assert synced < named < folder < row


def test_folders_that_were_made_are_on_the_disk_before_what_is_in_them_counts(calls: list[str]) -> None:
    told = next(at for at, call in enumerate(calls) if _told(call))

    for folder in ("library", "library/images", "library/images/2026-11"):
        assert _first(calls, rf"fsync\(\d+<.*/{folder}>\)") < told


def _told(call: str) -> str:
    """What was printed by this call; empty for any other."""
    match = re.match(r'write\(1<[^>]*>, "(\w+)', call)
    return match[1] if match else ""


def _first(calls: list[str], pattern: str) -> int:
    return next(at for at, call in enumerate(calls) if re.match(pattern, call))


def _last(calls: list[str], pattern: str) -> int:
    found = [at for at, call in enumerate(calls) if re.match(pattern, call)]
    assert found, f"no call is like {pattern}"
    return found[-1]
