"""Readable file names that every platform takes."""

import re
import unicodedata
from typing import Final

MAX_STEM_BYTES: Final = 120
"""In UTF-8. Half of what most disks take, so that a number, a suffix or an encrypting disk still has room."""

_KEPT_TAIL: Final = 24
"""Characters at the end that outlive shortening: there stands what tells one variation from the next."""

_FORBIDDEN: Final = re.compile(r'[<>:"/\\|?*]')
_DEVICES: Final = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\..*)?", re.IGNORECASE)
"""Names that Windows keeps for devices, whatever suffix follows."""
_TURNING: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Writing-direction marks: with them a name can be shown other than it is."""
_CATEGORIES_OUT: Final = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})


def safe_stem(text: str, *, fallback: str = "picture") -> str:
    """``text`` as a file name without its suffix: never empty, hidden, reserved or longer than MAX_STEM_BYTES.

    Letters of all scripts stay. What some platform forbids becomes ``_``. Safe stems come back unchanged.
    """
    shown = "".join("_" if unicodedata.category(c) in _CATEGORIES_OUT else c for c in text if c not in _TURNING)
    stem = _trimmed(_FORBIDDEN.sub("_", unicodedata.normalize("NFC", shown)))
    if _DEVICES.fullmatch(stem):
        stem = f"_{stem}"
    return _trimmed(_shortened(stem)) or fallback


def _trimmed(stem: str) -> str:
    """Windows drops spaces and dots at the end; a dot in front hides a file."""
    return re.sub(r"^[\s.]+|[\s.]+$", "", stem)


def _shortened(stem: str) -> str:
    if len(stem.encode()) <= MAX_STEM_BYTES:
        return stem
    tail = stem[-_KEPT_TAIL:]
    while len(tail.encode()) > MAX_STEM_BYTES // 2:
        tail = tail[1:]
    head = stem[: MAX_STEM_BYTES - len(tail.encode())]
    while len(f"{head}…{tail}".encode()) > MAX_STEM_BYTES:
        head = head[:-1]
    return f"{head}…{tail}"
