"""How many preset folders there are: the keys have one digit."""

from typing import Final

PRESET_FOLDERS: Final = 9
