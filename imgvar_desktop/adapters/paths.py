"""Where settings, library and logs are kept."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HOME_VARIABLE: Final = "IMGVAR_HOME"
"""Names one folder for everything: for tests, and for a program that is carried on a stick."""

_NAME: Final = "Imgvar"


@dataclass(frozen=True, slots=True)
class Paths:
    """Absolute; none of it has to exist yet, its user makes it."""

    settings_file: Path
    library: Path
    """A folder: the database, the images, sources and thumbnails."""
    logs: Path
    """A folder."""

    def library_for(self, chosen: str) -> Path:
        """``chosen``: Settings.library_folder, which counts before the usual place, also below IMGVAR_HOME."""
        return Path(chosen) if chosen else self.library

    @classmethod
    def below(cls, home: Path) -> "Paths":
        home = home.expanduser().absolute()
        return cls(settings_file=home / "settings.json", library=home / "library", logs=home / "logs")


def find_paths(environment: Mapping[str, str] = os.environ) -> Paths:
    """Below IMGVAR_HOME when it is set, else in the platform's own places."""
    home = environment.get(HOME_VARIABLE)
    if home:
        return Paths.below(Path(home))
    from platformdirs import PlatformDirs

    # On Windows and macOS the name as people see it; on Linux, folders are in lower case.
    places = PlatformDirs(_NAME if sys.platform in {"win32", "darwin"} else _NAME.lower(), appauthor=False)
    return Paths(
        settings_file=places.user_config_path / "settings.json",
        library=places.user_data_path / "library",
        logs=places.user_log_path,
    )
