"""What a screen reader says of a tile, and what is said of marks elsewhere."""

from PySide6.QtCore import QCoreApplication

from imgvar_desktop.core.library import Flag, Label, Marks, RunRecord, RunState
from imgvar_desktop.core.shelf import Tile


def _tr(text: str) -> str:
    return QCoreApplication.translate("spoken", text)


def spoken(tile: Tile, run: RunRecord, children: int = 0) -> str:
    """``Variation 3 of 4, run 12, picked, 4 stars``."""
    parts = [_tr("Variation {0} of {1}, run {2}").format(tile.index + 1, run.request.count, run.number)]
    if tile.entry is None:
        parts.append(_tr("on its way") if run.state is RunState.RUNNING else _tr("missing"))
        return ", ".join(parts)
    parts += marks_in_words(tile.entry.marks)
    if tile.entry.marks.note:
        parts.append(_tr("note: {0}").format(tile.entry.marks.note))
    if children:
        parts.append(_tr("{0} made from it").format(children))
    if tile.entry.delivered_at is not None:
        parts.append(_tr("saved"))
    return ", ".join(parts)


def marks_in_words(marks: Marks) -> list[str]:
    """``picked``, ``4 stars``, ``green label``; nothing for what is not set."""
    flags = {Flag.PICK: _tr("picked"), Flag.REJECT: _tr("rejected")}
    parts = [flags[marks.flag]] if marks.flag in flags else []
    if marks.stars:
        parts.append(_tr("1 star") if marks.stars == 1 else _tr("{0} stars").format(marks.stars))
    if marks.label is not Label.NONE:
        parts.append(_tr("{0} label").format(label_text(marks.label).lower()))
    return parts


def label_text(label: Label) -> str:
    return {
        Label.NONE: _tr("No label"),
        Label.RED: _tr("Red"),
        Label.YELLOW: _tr("Yellow"),
        Label.GREEN: _tr("Green"),
        Label.BLUE: _tr("Blue"),
    }[label]
