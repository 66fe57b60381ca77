"""What of the settings file the first paint needs, read without the rest: that would load half of the program."""

import json
from pathlib import Path
from typing import Any

from imgvar_desktop.core.appearance import Appearance, Theme


def first_look(settings_file: Path) -> Appearance:
    """Whatever makes sense, else the defaults. What does not is told by SettingsFile, which reads all of it later."""
    try:
        stored = json.loads(settings_file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return Appearance()
    if not isinstance(stored, dict):
        return Appearance()
    theme, surround = stored.get("theme"), stored.get("surround")
    return Appearance(
        theme=Theme(theme) if theme in list(Theme) else Theme.SYSTEM,
        surround=surround if type(surround) is int and 0 <= surround <= 255 else None,
        window_geometry=_text(stored.get("window_geometry")),
        window_state=_text(stored.get("window_state")),
    )


def _text(stored: Any) -> str:
    return stored if isinstance(stored, str) else ""
