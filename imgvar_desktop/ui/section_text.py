"""What a section's header says."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale

from imgvar_desktop.bridge.gallery_model import GalleryModel
from imgvar_desktop.core.arrangement import DayGroup, RunGroup, SourceGroup, WholeGroup
from imgvar_desktop.core.library import RunRecord, RunState
from imgvar_desktop.core.shelf import Progress
from imgvar_desktop.ui.framings_button import framing_text

MINUTE_S = 60


def _tr(text: str) -> str:
    return QCoreApplication.translate("section_text", text)


@dataclass(frozen=True, slots=True)
class Heading:
    title: str
    text: str
    urgent: bool = False
    """Something went wrong: ``text`` says what."""
    retry: str = ""
    """The link that asks for just what is missing; empty when nothing is."""
    of_run: bool = False
    """Whether it may be run again."""
    source_key: str = ""
    """Of the picture that all of it was made from; empty: of several."""


def heading(model: GalleryModel, place: int, locale: QLocale) -> Heading:
    section = model.sections[place]
    count = count_text(section.total)
    match section.group:
        case RunGroup(run_id):
            shelf = model.catalogue.shelf
            run = shelf.runs[run_id]
            text = state_text(run, shelf.progress(run_id), locale)
            failed, key = run.state is RunState.FAILED, source_key(model, place)
            return Heading(title_text(run, locale), text, failed, retry_text(run), of_run=True, source_key=key)
        case SourceGroup(key, name):
            return Heading(name, count, source_key=key)
        case DayGroup(day):
            long = locale.toString(QDate(day.year, day.month, day.day), QLocale.FormatType.LongFormat)
            return Heading(long, count)
        case WholeGroup():
            return Heading(_tr("All variations"), count)


def source_key(model: GalleryModel, place: int) -> str:
    """Of the picture that all of a section was made from; empty: of several."""
    match model.sections[place].group:
        case RunGroup(run_id):
            return model.catalogue.shelf.runs[run_id].request.source.key
        case SourceGroup(key, _):
            return key
        case _:
            return ""


def count_text(count: int) -> str:
    return _tr("1 variation") if count == 1 else _tr("{0} variations").format(count)


def title_text(run: RunRecord, locale: QLocale) -> str:
    """``Run 12 · 14:02`` today, with the date before that."""
    when = QDateTime.fromSecsSinceEpoch(int(run.created_at.timestamp()))
    today = when.date() == QDateTime.currentDateTime().date()
    short = QLocale.FormatType.ShortFormat
    text = locale.toString(when.time(), short) if today else locale.toString(when, short)
    return _tr("Run {0}").format(run.number) + f" · {text}"


def state_text(run: RunRecord, progress: Progress, locale: QLocale) -> str:
    """``lake · On this device · 512 px · 4 of 4 · 3.8 s``, or how far it is, or what went wrong."""
    request = run.request
    parts = [request.source.name]
    if request.framing_name:
        parts.append(framing_text(request.framing_name))
    parts.append(f"{run.service_name} {request.model}".rstrip())
    if run.state is RunState.RUNNING:
        parts.append(progress.activity or _tr("waiting"))
        if progress.fraction is not None and progress.activity:
            parts.append(f"{progress.fraction * 100:.0f} %")
        return " · ".join(parts)
    parts += [_tr("{0} px").format(request.size_px), _tr("{0} of {1}").format(run.arrived, request.count)]
    if run.state is RunState.STOPPED:
        parts.append(_tr("stopped"))
    elif run.state is RunState.INTERRUPTED:
        parts.append(_tr("interrupted"))
    elif run.seconds is not None and not run.message:
        parts.append(duration_text(run.seconds, locale))
    if run.cost_usd:
        parts.append(f"${locale.toString(run.cost_usd, 'f', 2 if run.cost_usd >= 0.1 else 3)}")
    if run.message:
        parts.append(run.message)
    return " · ".join(parts)


def duration_text(seconds: float, locale: QLocale) -> str:
    """``3.8 s``, ``1 min 12 s``."""
    if seconds < MINUTE_S:
        return _tr("{0} s").format(locale.toString(seconds, "f", 1))
    return _tr("{0} min {1} s").format(*divmod(round(seconds), MINUTE_S))


def retry_text(run: RunRecord) -> str:
    """The link that asks for just what is missing; empty when nothing is."""
    if run.state is RunState.RUNNING or not run.missing:
        return ""
    return _tr("Retry {0}").format(run.missing)
