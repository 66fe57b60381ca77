"""The library in words: sizes, months, and what a check found."""

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from imgvar_desktop.core.library_check import LibraryReport, Storage


def _tr(text: str) -> str:
    return QCoreApplication.translate("library", text)


def size_text(size: int, locale: QLocale) -> str:
    """As disks are sold: 1 GB is a thousand million bytes."""
    return locale.formattedDataSize(size, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def month_text(month: str, locale: QLocale) -> str:
    """``2026-11`` → November 2026; what stands in no month's folder has no date."""
    year, _, number = month.partition("-")
    return f"{locale.standaloneMonthName(int(number))} {year}" if number else _tr("In other folders")


def day_text(day: str, locale: QLocale) -> str:
    """``2026-11-23`` as the locale writes it."""
    return locale.toString(QDate.fromString(day, "yyyy-MM-dd"), QLocale.FormatType.LongFormat)


def storage_rows(storage: Storage, locale: QLocale) -> tuple[tuple[str, str, str], ...]:
    """What takes room, how many images it holds, how much: the months first, newest at the top."""
    months = tuple(
        (month_text(month.month, locale), locale.toString(month.images), size_text(month.image_bytes, locale))
        for month in storage.months
    )
    others = (
        (_tr("Sources"), storage.source_bytes),
        (_tr("Thumbnails"), storage.thumbnail_bytes),
        (_tr("Database"), storage.database_bytes),
        (_tr("Backups of the database"), storage.backup_bytes),
    )
    return (*months, *((name, "", size_text(size, locale)) for name, size in others if size))


def total_text(storage: Storage, locale: QLocale) -> str:
    images = sum(month.images for month in storage.months)
    total = _tr("{0} in all, {1} images").format(size_text(storage.total_bytes, locale), locale.toString(images))
    if storage.free_bytes is None:
        return total
    return f"{total} · " + _tr("{0} free on this disk").format(size_text(storage.free_bytes, locale))


def headline(report: LibraryReport) -> str:
    """One sentence that says how it stands."""
    if report.stopped:
        return _tr("Stopped before everything was looked at. What was mended until then is mended.")
    if report.whole:
        return _tr("Everything is in its place.")
    if not report.left:
        return _tr("Everything is mended.")
    if report.repaired:
        return _tr("Some of it is mended; some needs you.")
    return _tr("Some of it needs you. Nothing was changed or deleted.")


def findings(report: LibraryReport) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """(icon, sentence, files) for each kind of thing that was found, what needs a person first."""
    bad = (
        ("error", _tr("Missing: not found anywhere in the library folder"), report.missing),
        ("error", _tr("Damaged: no longer pictures, left as they are"), report.damaged),
        ("warning", _tr("Changed by another program, left as they are"), report.changed),
        ("warning", _tr("Pictures that runs were made from are gone"), report.missing_sources),
        ("warning", _tr("Files that are no variations, left as they are"), report.strangers),
    )
    good = (
        ("check", _tr("Found at another place in the library folder"), report.moved),
        ("check", _tr("Restored from a second copy"), report.restored),
        ("check", _tr("Back in the gallery: no run knew them"), report.adopted),
    )
    found = [one for one in (*bad, *good) if one[2]]
    if report.database:
        hint = _tr("The library's own file is damaged. Restore a backup in the settings.")
        found.insert(0, ("error", hint, (report.database,)))
    if report.thumbnails:
        found.append(("check", _tr("Thumbnails made again: {0}").format(report.thumbnails), ()))
    return tuple(found)
