import errno
import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from imgvar_desktop.adapters.pixel_files import PixelFiles
from imgvar_desktop.core.errors import LibraryUnavailable, PictureRefused
from imgvar_desktop.core.library import RunRecord
from tests.adapters.library_rows import REQUEST, an_entry
from tests.fakes import plain_png

PNG = plain_png(8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def pixels(folder: Path) -> PixelFiles:
    return PixelFiles(folder)


def _write(pixels: PixelFiles, data: bytes = PNG, stem: str = "lake_v03-02", media_type: str = "image/png") -> str:
    file, sha256 = pixels.write_variation(data, stem=stem, media_type=media_type, month="2026-11")
    assert sha256 == hashlib.sha256(data).hexdigest()
    return file


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("media_type", "suffix"), [("image/png", ".png"), ("image/jpeg", ".jpg"), ("image/webp", ".webp")]
)
def test_a_variation_has_a_readable_name(pixels: PixelFiles, folder: Path, media_type: str, suffix: str) -> None:
    file = _write(pixels, media_type=media_type)

    assert _files(folder) == {file: PNG}
    assert file == f"images/2026-11/lake_v03-02{suffix}"


def test_a_taken_name_is_never_written_over(pixels: PixelFiles, folder: Path) -> None:
    files = [_write(pixels, data) for data in (b"first", b"second", b"third")]

    names = ["lake_v03-02.png", "lake_v03-02 (2).png", "lake_v03-02 (3).png"]
    assert files == [f"images/2026-11/{name}" for name in names]
    assert [_files(folder)[file] for file in files] == [b"first", b"second", b"third"]


def test_writers_that_want_one_name_each_get_their_own(pixels: PixelFiles, folder: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        files = list(pool.map(lambda n: _write(pixels, b"%d" % n), range(40)))

    assert _files(folder) == {file: b"%d" % n for n, file in enumerate(files)}


def test_a_name_cannot_lead_out_of_the_library(pixels: PixelFiles, folder: Path) -> None:
    file = _write(pixels, stem="../../../escape_v01-01")

    assert (folder / file).resolve().parent == (folder / "images" / "2026-11").resolve()


def test_where_an_entry_says_its_file_is_there_it_is(pixels: PixelFiles) -> None:
    run = RunRecord("id", 3, REQUEST, "A", datetime.now(UTC))

    assert pixels.path_of(an_entry(run, file=_write(pixels))).read_bytes() == PNG


def test_a_source_is_kept_once_under_its_bytes(pixels: PixelFiles, folder: Path, tmp_path: Path) -> None:
    first, again = tmp_path / "Lake.JPG", tmp_path / "copy of lake.jpeg"
    first.write_bytes(PNG)
    again.write_bytes(PNG)

    key, kept = pixels.keep_source(first)

    assert key == hashlib.sha256(PNG).hexdigest()
    assert kept == folder / "sources" / f"{key}.jpg" == pixels.source_path(key)
    assert pixels.keep_source(again) == pixels.keep_source(PNG) == pixels.keep_source(kept) == (key, kept)
    assert _files(folder) == {f"sources/{key}.jpg": PNG}


@pytest.mark.parametrize(
    ("name", "suffix"),
    [("a.tga", ".tga"), ("a", ""), ("a.", ""), ("a.b c", ""), ("a.bücher", ""), ("a.muchtoolong", ""), (".png", "")],
)
def test_a_source_keeps_a_suffix_that_means_something(
    pixels: PixelFiles, tmp_path: Path, name: str, suffix: str
) -> None:
    (tmp_path / name).write_bytes(PNG)

    assert pixels.keep_source(tmp_path / name)[1].suffix == suffix


@pytest.mark.parametrize(("data", "suffix"), [(PNG, ".png"), (b"\xff\xd8\xff\xe0", ".jpg"), (b"who knows", "")])
def test_pasted_bytes_are_kept_too(pixels: PixelFiles, data: bytes, suffix: str) -> None:
    key, kept = pixels.keep_source(data)

    assert (kept.read_bytes(), kept.name) == (data, f"{hashlib.sha256(data).hexdigest()}{suffix}")
    assert pixels.source_path(key) == kept


def test_a_kept_source_that_was_cut_short_is_made_whole(pixels: PixelFiles, tmp_path: Path) -> None:
    key, kept = pixels.keep_source(PNG)
    kept.write_bytes(PNG[:10])

    assert pixels.keep_source(PNG) == (key, kept)
    assert kept.read_bytes() == PNG


def test_a_source_outlives_its_original(pixels: PixelFiles, tmp_path: Path) -> None:
    original = tmp_path / "lake.png"
    original.write_bytes(PNG)
    key, _ = pixels.keep_source(original)

    original.write_bytes(b"painted over")

    assert pixels.source_path(key).read_bytes() == PNG


def test_an_original_that_changes_while_it_is_read_is_kept_as_read(
    pixels: PixelFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = tmp_path / "lake.png"
    original.write_bytes(b"a" * 3_000_000)
    digests: list[int] = []

    class Changing:
        """SHA-256 that paints over the end of the file once the first block was read."""

        def __init__(self) -> None:
            self._real = hashlib.new("sha256")

        def update(self, block: bytes) -> None:
            self._real.update(block)
            if not digests:
                digests.append(len(block))
                with original.open("r+b") as file:
                    file.seek(2_500_000)
                    file.write(b"b" * 500_000)

        def hexdigest(self) -> str:
            return self._real.hexdigest()

    monkeypatch.setattr("imgvar_desktop.adapters.pixel_files.hashlib.sha256", Changing)

    key, kept = pixels.keep_source(original)

    assert digests == [1 << 20]
    assert key == hashlib.new("sha256", kept.read_bytes()).hexdigest()


def _missing(path: Path) -> Path:
    return path / "gone.png"


def _a_folder(path: Path) -> Path:
    return path


def _a_pipe(path: Path) -> Path:
    if not hasattr(os, "mkfifo"):
        pytest.skip("only Unix has named pipes")
    os.mkfifo(path / "pipe.png")
    return path / "pipe.png"


def _no_name(path: Path) -> Path:
    return path / "a\x00b.png"


@pytest.mark.parametrize("make", [_missing, _a_folder, _a_pipe, _no_name])
def test_what_cannot_be_read_is_refused_and_leaves_nothing(
    pixels: PixelFiles, folder: Path, tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    with pytest.raises(PictureRefused) as caught:
        pixels.keep_source(make(tmp_path))

    assert str(caught.value).startswith("“")
    assert caught.value.hint
    assert not folder.exists()


def test_an_original_that_stops_being_readable_is_refused_and_leaves_nothing(
    pixels: PixelFiles, folder: Path, tmp_path: Path
) -> None:
    memory = Path("/proc/self/mem")  # a regular file whose first bytes cannot be read: EIO
    if not memory.exists():
        pytest.skip("no file here that opens and then cannot be read")

    with pytest.raises(PictureRefused, match="“mem” could not be read"):
        pixels.keep_source(memory)

    assert _files(folder) == {}


def test_a_source_that_is_gone_is_told(pixels: PixelFiles) -> None:
    with pytest.raises(LibraryUnavailable, match="not in the library any more"):
        pixels.source_path("0" * 64)

    key, kept = pixels.keep_source(PNG)
    kept.unlink()
    with pytest.raises(LibraryUnavailable):
        pixels.source_path(key)


def test_only_sources_that_nothing_refers_to_are_dropped(pixels: PixelFiles, folder: Path) -> None:
    wanted, unwanted = pixels.keep_source(PNG), pixels.keep_source(b"another")
    under_way = folder / "sources" / ".0123.part"
    under_way.write_bytes(b"half")
    file = _write(pixels)

    pixels.drop_sources_except(frozenset({wanted[0], "f" * 64}))

    assert _files(folder) == {f"sources/{wanted[1].name}": PNG, "sources/.0123.part": b"half", file: PNG}
    assert not unwanted[1].exists()


def test_dropping_from_a_library_that_has_nothing_is_no_error(pixels: PixelFiles) -> None:
    pixels.drop_sources_except(frozenset())


def test_leftovers_of_a_killed_program_are_deleted(pixels: PixelFiles, folder: Path) -> None:
    file = _write(pixels)
    key, kept = pixels.keep_source(PNG)
    thumbnail = pixels.thumbnail_path(key)
    thumbnail.parent.mkdir(parents=True)
    thumbnail.write_bytes(b"small")
    for left in (folder / "images" / "2026-11", kept.parent, thumbnail.parent):
        (left / ".0123.part").write_bytes(b"half")
    (folder / "images" / "2026-11" / "reserved_v01-01.png").touch()

    assert pixels.clean_leftovers() == 4
    assert pixels.clean_leftovers() == 0

    assert _files(folder) == {
        file: PNG,
        kept.relative_to(folder).as_posix(): PNG,
        thumbnail.relative_to(folder).as_posix(): b"small",
    }


@pytest.mark.parametrize("step", ["iterdir", "unlink"])
def test_what_cannot_be_tidied_stays_and_the_library_opens(
    pixels: PixelFiles, folder: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    key, _ = pixels.keep_source(PNG)
    (folder / "sources" / ".0123.part").touch()

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "held by another program")

    with monkeypatch.context() as patch:
        patch.setattr(Path, step, refuse)
        assert pixels.clean_leftovers() == 0
        pixels.drop_sources_except(frozenset())

    assert pixels.source_path(key).read_bytes() == PNG
    assert pixels.clean_leftovers() == 1


def test_what_a_person_put_there_is_not_a_leftover(pixels: PixelFiles, folder: Path) -> None:
    _write(pixels)
    (folder / "images" / "notes.part").write_bytes(b"mine")
    (folder / "images" / "2026-11" / "empty.txt").touch()

    assert pixels.clean_leftovers() == 0


def test_thumbnails_are_spread_over_folders_by_hash(pixels: PixelFiles, folder: Path) -> None:
    assert pixels.thumbnail_path("ab" + "c" * 62) == folder / "thumbnails" / "ab" / ("ab" + "c" * 62)


STEPS = [(os, "fsync"), (Path, "replace"), (Path, "touch"), (Path, "mkdir")]


@pytest.mark.parametrize(("owner", "step"), STEPS)
@pytest.mark.parametrize(
    ("number", "sentence"), [(errno.ENOSPC, "is full"), (errno.EIO, "could not be read or written")]
)
def test_a_disk_that_refuses_at_any_step_is_told_and_leaves_no_file(
    pixels: PixelFiles,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    owner: Any,
    step: str,
    number: int,
    sentence: str,
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(owner, step, refuse)
        with pytest.raises(LibraryUnavailable, match=sentence) as caught:
            _write(pixels)

    assert caught.value.retryable
    assert _files(folder) == {}
    assert _write(pixels) == "images/2026-11/lake_v03-02.png"


def test_a_disk_that_loses_the_folder_takes_the_name_back(
    pixels: PixelFiles, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(pixels, stem="earlier")  # so that the folders are there
    real, calls = os.fsync, []

    def second_fails(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 2:  # the first is the file's, the second the folder's
            raise OSError(errno.EIO, "Input/output error")
        real(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", second_fails)
        with pytest.raises(LibraryUnavailable):
            _write(pixels)

    assert list(_files(folder)) == ["images/2026-11/earlier.png"]


def test_a_write_that_the_system_cuts_off_is_told_and_leaves_no_file(pixels: PixelFiles, folder: Path) -> None:
    resource = pytest.importorskip("resource", reason="only Unix limits the size of files")
    _write(pixels, stem="earlier")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(LibraryUnavailable, match="could not be read or written"):
            _write(pixels, b"x" * 5000)
        with pytest.raises(LibraryUnavailable, match="could not be read or written"):
            pixels.keep_source(b"x" * 5000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert list(_files(folder)) == ["images/2026-11/earlier.png"]
