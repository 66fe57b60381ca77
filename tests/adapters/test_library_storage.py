from pathlib import Path

from PySide6.QtCore import QLocale

from imgvar_desktop.adapters.library_storage import storage_of
from imgvar_desktop.adapters.sqlite_library import SqliteLibrary
from imgvar_desktop.core.library_check import MonthSize
from imgvar_desktop.ui.library_text import storage_rows, total_text


def _put(file: Path, size: int) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(bytes(size))


def test_every_byte_is_counted_once_by_month(tmp_path: Path) -> None:
    SqliteLibrary(tmp_path).close()
    _put(tmp_path / "images/2026-10/a.png", 1000)
    _put(tmp_path / "images/2026-11/b.png", 2000)
    _put(tmp_path / "images/2026-11/c.png", 3000)
    _put(tmp_path / "images/sorted/d.png", 4)
    _put(tmp_path / "images/e.png", 5)
    _put(tmp_path / "thumbnails/ab/abc", 70)
    _put(tmp_path / "sources/x.jpg", 800)

    storage = storage_of(tmp_path)

    assert storage.months == (MonthSize("2026-11", 2, 5000), MonthSize("2026-10", 1, 1000), MonthSize("", 2, 9))
    assert (storage.thumbnail_bytes, storage.source_bytes) == (70, 800)
    assert storage.total_bytes == sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
    assert [backup.day for backup in storage.backups if backup.day] == [storage.backups[0].day]
    assert storage.free_bytes is not None
    english = QLocale("en_GB")
    assert storage_rows(storage, english)[0] == ("November 2026", "2", "5.0 kB")
    assert storage_rows(storage, english)[2][0] == "In other folders"
    assert "5 images" in total_text(storage, english)


def test_a_library_that_has_nothing_yet_takes_nothing(tmp_path: Path) -> None:
    storage = storage_of(tmp_path / "nowhere")

    assert (storage.total_bytes, storage.months, storage.free_bytes) == (0, (), None)
