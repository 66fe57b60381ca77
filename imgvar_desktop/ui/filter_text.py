"""What a filter is called, one chip for each thing that it asks for."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from imgvar_desktop.bridge.spoken import label_text
from imgvar_desktop.core.filters import Filter
from imgvar_desktop.core.library import Flag
from imgvar_desktop.core.shelf import Shelf
from imgvar_desktop.ui.framings_button import framing_text


def _tr(text: str) -> str:
    return QCoreApplication.translate("filter_text", text)


@dataclass(frozen=True, slots=True)
class FilterChip:
    text: str
    without: Filter
    """The filter once the chip is taken off."""


def flag_text(flag: Flag) -> str:
    return {Flag.PICK: _tr("Picked"), Flag.REJECT: _tr("Rejected"), Flag.NONE: _tr("No flag")}[flag]


def chips(filter_: Filter, shelf: Shelf, locale: QLocale) -> Iterator[FilterChip]:
    """From the left, in the order of the bar. ``shelf`` knows what sources and services are called."""
    if filter_.text:
        yield FilterChip(f"“{filter_.text}”", replace(filter_, text="", found=None))
    if filter_.flags:
        yield FilterChip(_any_of(map(flag_text, filter_.flags)), replace(filter_, flags=()))
    if filter_.stars:
        yield FilterChip(f"★ ≥ {filter_.stars}", replace(filter_, stars=0))
    if filter_.labels:
        yield FilterChip(_any_of(map(label_text, filter_.labels)), replace(filter_, labels=()))
    yield from _run_chips(filter_, shelf)
    if filter_.first_day or filter_.last_day:
        text = days_text(filter_.first_day, filter_.last_day, locale)
        yield FilterChip(text, replace(filter_, first_day=None, last_day=None))
    if filter_.childless:
        yield FilterChip(_tr("Nothing made from it"), replace(filter_, childless=False))
    if filter_.undelivered:
        yield FilterChip(_tr("Not saved"), replace(filter_, undelivered=False))


def _run_chips(filter_: Filter, shelf: Shelf) -> Iterator[FilterChip]:
    if filter_.source_keys:
        names = {run.request.source.key: run.request.source.name for run in shelf.runs.values()}
        text = _any_of(names.get(key, _tr("Another source")) for key in filter_.source_keys)
        yield FilterChip(text, replace(filter_, source_keys=()))
    if filter_.run_numbers:
        text = _any_of(_tr("Run {0}").format(number) for number in filter_.run_numbers)
        yield FilterChip(text, replace(filter_, run_numbers=()))
    if filter_.service_ids:
        names = {run.request.service_id: run.service_name for run in shelf.runs.values()}
        text = _any_of(names.get(key, key) for key in filter_.service_ids)
        yield FilterChip(text, replace(filter_, service_ids=()))
    if filter_.models:
        yield FilterChip(_any_of(filter_.models), replace(filter_, models=()))
    if filter_.sizes_px:
        text = _any_of(_tr("{0} px").format(side) for side in filter_.sizes_px)
        yield FilterChip(text, replace(filter_, sizes_px=()))
    if filter_.framing_names:
        yield FilterChip(_any_of(map(framing_text, filter_.framing_names)), replace(filter_, framing_names=()))


def days_text(first: date | None, last: date | None, locale: QLocale) -> str:
    if first == last and first is not None:
        return _day(first, locale)
    if last is None and first is not None:
        return _tr("Since {0}").format(_day(first, locale))
    if first is None and last is not None:
        return _tr("Until {0}").format(_day(last, locale))
    assert first is not None
    assert last is not None
    return f"{_day(first, locale)} – {_day(last, locale)}"


def _day(day: date, locale: QLocale) -> str:
    return locale.toString(QDate(day.year, day.month, day.day), QLocale.FormatType.ShortFormat)


def _any_of(names: "Iterator[str] | tuple[str, ...] | map[str]") -> str:
    return _tr(" or ").join(names)
