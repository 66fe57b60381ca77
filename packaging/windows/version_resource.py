"""What Windows shows of an executable: its name, its version, whose it is. Read by the spec."""

from importlib import import_module
from typing import Any, Final

ENGLISH: Final = 0x0409
UNICODE: Final = 1200
WINDOWS_NT: Final = 0x40004
APPLICATION: Final = 1


def numbers(version: str) -> tuple[int, int, int, int]:
    """Of ``0.1.0``: 0, 1, 0, 0. Raises ValueError for a version that is not three numbers."""
    first, second, third = (int(part) for part in version.split("."))
    return first, second, third, 0


def strings(version: str) -> dict[str, str]:
    """As the Explorer's "Details" name them. The task manager shows the description as the program's name."""
    return {
        "CompanyName": "The Imgvar founders",
        "FileDescription": "Imgvar",
        "FileVersion": version,
        "InternalName": "imgvar-desktop",
        "LegalCopyright": "MIT licence",
        "OriginalFilename": "imgvar-desktop.exe",
        "ProductName": "Imgvar",
        "ProductVersion": version,
    }


def version_resource(version: str) -> Any:
    """PyInstaller's VSVersionInfo."""
    # By its name: only who freezes has PyInstaller.
    parts: Any = import_module("PyInstaller.utils.win32.versioninfo")
    both = numbers(version)
    named = [parts.StringStruct(name, text) for name, text in strings(version).items()]
    return parts.VSVersionInfo(
        ffi=parts.FixedFileInfo(filevers=both, prodvers=both, OS=WINDOWS_NT, fileType=APPLICATION),
        kids=[
            parts.StringFileInfo([parts.StringTable(f"{ENGLISH:04X}{UNICODE:04X}", named)]),
            parts.VarFileInfo([parts.VarStruct("Translation", [ENGLISH, UNICODE])]),
        ],
    )
