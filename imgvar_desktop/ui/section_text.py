"""What a run's header says."""

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from imgvar_desktop.bridge.gallery_model import Section
from imgvar_desktop.core.library import RunRecord, RunState
from imgvar_desktop.ui.framings_button import framing_text


def _tr(text: str) -> str:
    return QCoreApplication.translate("section_text", text)


def title_text(run: RunRecord, locale: QLocale) -> str:
    """``Run 12 · 14:02`` today, with the date before that."""
    when = QDateTime.fromSecsSinceEpoch(int(run.created_at.timestamp()))
    today = when.date() == QDateTime.currentDateTime().date()
    short = QLocale.FormatType.ShortFormat
    text = locale.toString(when.time(), short) if today else locale.toString(when, short)
    return _tr("Run {0}").format(run.number) + f" · {text}"


def state_text(section: Section, locale: QLocale) -> str:
    """``lake · On this device · 4 of 4 · 3.8 s``, or how far it is, or what went wrong."""
    run = section.run
    parts = [run.request.source.name, run.service_name]
    if run.request.framing_name:
        parts.insert(1, framing_text(run.request.framing_name))
    if run.state is RunState.RUNNING:
        parts.append(section.activity or _tr("waiting"))
        if section.fraction is not None and section.activity:
            parts.append(f"{section.fraction * 100:.0f} %")
        return " · ".join(parts)
    parts.append(_tr("{0} of {1}").format(run.arrived, run.request.count))
    if run.state is RunState.STOPPED:
        parts.append(_tr("stopped"))
    elif run.state is RunState.INTERRUPTED:
        parts.append(_tr("interrupted"))
    elif run.seconds is not None and not run.message:
        parts.append(_tr("{0} s").format(locale.toString(run.seconds, "f", 1)))
    if run.message:
        parts.append(run.message)
    return " · ".join(parts)


def retry_text(run: RunRecord) -> str:
    """The link that asks for just what is missing; empty when nothing is."""
    if run.state is RunState.RUNNING or not run.missing:
        return ""
    return _tr("Retry {0}").format(run.missing)
