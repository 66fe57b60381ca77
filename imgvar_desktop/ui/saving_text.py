"""What is said of an export when it is over."""

from PySide6.QtCore import QCoreApplication

from imgvar_desktop.bridge.exporting import ExportOrder
from imgvar_desktop.core.delivery import ExportReport
from imgvar_desktop.core.export_options import Clash, Target


def report_text(order: ExportOrder, report: ExportReport) -> str:
    """Nothing was refused."""
    count, wanted = len(report.delivered), len(order.entries)
    if report.stopped:
        text = _tr("Stopped: {0} of {1} saved.").format(count if order.options.target is Target.FILES else 0, wanted)
    elif report.target is not None and order.options.target is Target.SHEET:
        text = _tr("{0} on the contact sheet {1}").format(count, report.target.name)
    elif report.target is not None:
        text = _tr("{0} saved in {1}").format(count, report.target.name)
    elif count:
        text = _tr("{0} saved to {1}").format(count, order.place.name or order.place)
    else:
        text = _tr("Nothing was saved.")
    notes = _notes(order, report)
    return ". ".join([text.rstrip("."), " ".join(notes)]) if notes else text


def worth_reading(report: ExportReport) -> bool:
    """Whether not all went as it was wished, though nothing was refused."""
    return report.stopped or bool(report.skipped)


def failure_text(order: ExportOrder, report: ExportReport) -> str:
    """Something was refused: the first reason, in a sentence."""
    refused = report.refused[0]
    text = _tr("{0} of {1} saved.").format(len(report.delivered), len(order.entries))
    reason = str(refused.error)
    return " ".join([text, *_notes(order, report), reason if refused.name in reason else f"{refused.name}: {reason}"])


def clash_text(clashes: int, clash: Clash) -> str:
    """What would become of names that are taken."""
    if not clashes:
        return _tr("No name is taken.")
    match clash:
        case Clash.NUMBER:
            text = _tr("{0} of the names are taken: the new ones get a number.")
        case Clash.SKIP:
            text = _tr("{0} of the names are taken: the new ones are left out.")
        case Clash.ASK:
            text = _tr("{0} of the names are taken: you will be asked.")
    return text.format(clashes)


def _notes(order: ExportOrder, report: ExportReport) -> list[str]:
    notes = []
    if report.skipped:
        notes.append(_tr("{0} left out: their names are taken.").format(len(report.skipped)))
    if order.options.as_is and (names := stripped(report)):
        notes.append(_tr("Left out of the service's files: {0}.").format(", ".join(names)))
    return notes


def stripped(report: ExportReport) -> tuple[str, ...]:
    """What the service had written besides pixels, and is not in the files that were saved."""
    return tuple(dict.fromkeys(name for one in report.delivered for name in one.stripped))


def _tr(text: str) -> str:
    return QCoreApplication.translate("SavingText", text)
