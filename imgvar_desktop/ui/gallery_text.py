"""What the gallery says where there is no picture to look at."""

from PySide6.QtCore import QCoreApplication

from imgvar_desktop.core.arrangement import Lens
from imgvar_desktop.ui.tile_delegate import TileButton


def _tr(text: str) -> str:
    return QCoreApplication.translate("gallery_text", text)


def empty_text(lens: Lens) -> str:
    """Empty itself where a filter hides everything: no_match.py stands there, with the way out."""
    if not lens.filter.open:
        return ""
    return _tr("The trash is empty") if lens.trash else _tr("Variations appear here")


def button_text(button: TileButton) -> str:
    return {
        TileButton.PICK: _tr("Pick (P)"),
        TileButton.VARY: _tr("Make variations of this one (V)"),
        TileButton.SAVE: _tr("Save"),
    }[button]
