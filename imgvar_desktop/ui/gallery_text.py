"""What the gallery says where there is no picture to look at."""

from PySide6.QtCore import QCoreApplication

from imgvar_desktop.core.arrangement import Lens
from imgvar_desktop.ui.tile_delegate import TileButton


def _tr(text: str) -> str:
    return QCoreApplication.translate("gallery_text", text)


def empty_text(lens: Lens) -> str:
    if lens.trash:
        return _tr("The trash is empty")
    return _tr("Variations appear here") if lens.filter.open else _tr("No images match")


def button_text(button: TileButton) -> str:
    return {
        TileButton.PICK: _tr("Pick (P)"),
        TileButton.VARY: _tr("Make variations of this one (V)"),
        TileButton.SAVE: _tr("Save"),
    }[button]
