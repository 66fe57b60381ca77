"""What is known of a variation, as names and values."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from imgvar_desktop.core.library import Entry, RunRecord
from imgvar_desktop.ui.framings_button import framing_text
from imgvar_desktop.ui.generate_panel import money_text


def _tr(text: str) -> str:
    return QCoreApplication.translate("inspector_text", text)


def facts_of(entry: Entry, run: RunRecord, locale: QLocale) -> tuple[tuple[str, str], ...]:
    """Those that there are; an answer to "how was this made" first, then what it is as a file."""
    return (*made_with(entry, run, locale), *_facts_of_file(entry, run, locale))


def made_with(entry: Entry, run: RunRecord, locale: QLocale) -> tuple[tuple[str, str], ...]:
    """What a run depends on."""
    request = run.request
    crop = request.crop
    facts = (
        (_tr("Service"), run.service_name),
        (_tr("Model"), request.model),
        (_tr("Prompt"), request.prompt),
        (_tr("Revised prompt"), entry.revised_prompt or ""),
        (_tr("Quality"), request.quality),
        (_tr("How different"), "" if request.strength is None else locale.toString(request.strength, "f", 2)),
        (_tr("Seed"), "" if entry.seed is None else str(entry.seed)),
        (_tr("Framing"), framing_text(request.framing_name) if request.framing_name else ""),
        (_tr("Crop"), f"{crop.side} × {crop.side} px"),
    )
    return _known(facts)


def differences(two: Sequence[Entry], runs: Mapping[str, RunRecord], locale: QLocale) -> str:
    """What they were made differently with: ``Seed 7 | 8 · How different 0.50 | 0.85``."""
    first, second = (dict(made_with(entry, runs[entry.run_id], locale)) for entry in two)
    names = [name for name in (first | second) if first.get(name) != second.get(name)]
    return " · ".join(f"{name} {first.get(name, '–')} | {second.get(name, '–')}" for name in names)


def _facts_of_file(entry: Entry, run: RunRecord, locale: QLocale) -> tuple[tuple[str, str], ...]:
    each = None if run.seconds is None or not run.arrived else run.seconds / run.arrived
    made = QDateTime.fromSecsSinceEpoch(int(entry.created_at.timestamp()))
    short = QLocale.FormatType.ShortFormat
    facts = (
        (_tr("Time"), "" if each is None else _tr("{0} s").format(locale.toString(each, "f", 1))),
        (_tr("Cost"), "" if not run.cost_usd or not run.arrived else money_text(run.cost_usd / run.arrived)),
        (_tr("Request id"), run.request_id or ""),
        (_tr("Made"), locale.toString(made, short)),
        (_tr("Size"), f"{entry.width} × {entry.height} px"),
        (_tr("Format"), entry.media_type.rpartition("/")[2].upper()),
    )
    return _known(facts)


def _known(facts: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in facts if value)
