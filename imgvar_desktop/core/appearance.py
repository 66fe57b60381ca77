"""How the window looks before anything is in it: what of the settings its first paint needs."""

from dataclasses import dataclass
from enum import StrEnum


class Theme(StrEnum):
    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True)  # without slots: the class would be made twice, before the first paint
class Appearance:
    theme: Theme = Theme.SYSTEM
    surround: int | None = None
    """Grey behind the pictures, 0 black to 255 white; None: the theme's own."""
    window_geometry: str = ""
    window_state: str = ""
