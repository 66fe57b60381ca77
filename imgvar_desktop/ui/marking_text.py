"""What marks are called: in menus, after “Undo”, and in the chip over the larger view."""

from PySide6.QtCore import QCoreApplication

from imgvar_desktop.bridge.spoken import label_text
from imgvar_desktop.core.library import Flag, Label
from imgvar_desktop.core.marking import Marking, SetFlag, SetLabel, SetNote, SetStars


def _tr(text: str) -> str:
    return QCoreApplication.translate("marking_text", text)


def marking_text(marking: Marking) -> str:
    """``Pick``, ``4 stars``, ``Red label``."""
    match marking:
        case SetFlag(flag):
            return {Flag.PICK: _tr("Pick"), Flag.REJECT: _tr("Reject"), Flag.NONE: _tr("No flag")}[flag]
        case SetStars(stars):
            return [_tr("No stars"), _tr("1 star"), _tr("{0} stars").format(stars)][min(stars, 2)]
        case SetLabel(Label.NONE):
            return _tr("No label")
        case SetLabel(label):
            return _tr("{0} label").format(label_text(label))
        case SetNote():
            return _tr("Note")


def chip_text(marking: Marking) -> str:
    """``★ 4 → this image``: in the larger view a mark is for the one that is seen, whatever is selected."""
    sign = marking_text(marking)
    if isinstance(marking, SetStars) and marking.stars:
        sign = f"★ {marking.stars}"
    return _tr("{0} → this image").format(sign)


def of_several(name: str, count: int) -> str:
    """``Pick of 3``, for the menu's “Undo Pick of 3”."""
    return _tr("{0} of {1}").format(name, count) if count > 1 else name
