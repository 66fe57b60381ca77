"""SVG: drawn at the size that is needed, by a child that a hostile file cannot lead further than its own end."""

import re
import subprocess
from dataclasses import dataclass
from typing import BinaryIO, Final

from PIL import Image

from imgvar_desktop.adapters.own_process import NO_WINDOW, child_environment, own_command, own_folder
from imgvar_desktop.core.errors import PictureRefused

LONGEST_PX: Final = 4096
"""The longest side of a drawing as a source: a quarter of it still gives a service all the pixels it takes."""
LIMIT_S: Final = 10.0
MAX_SVG_BYTES: Final = 50_000_000
_HEAD_BYTES: Final = 65_536
_SVG: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?+(?:\s++|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*+(?:\[[^\]]*+\]\s*+)?+>)*+<(?:svg:)?svg[\s/>]",
    re.DOTALL,
)
_GZIP: Final = b"\x1f\x8b\x08"
_NOT_A_DRAWING, _NO_QT = 3, 4
"""How the child says so; see bridge/draw_svg.py."""
_HINT: Final = "Export it as PNG from the program that made it, and choose that file."


@dataclass(frozen=True, slots=True)
class Drawing:
    image: Image.Image
    """RGBA, sRGB."""
    width: int
    height: int
    """Of the whole, of which ``image`` may show a reduction."""


def is_drawing(file: BinaryIO) -> bool:
    """By content; ``file`` stands at its start before and after. Anything packed with gzip: nothing else here is."""
    head = file.read(_HEAD_BYTES)
    file.seek(0)
    if head.startswith(_GZIP):
        return True
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", "replace").encode()
    return _SVG.match(head) is not None


def drawn(file: BinaryIO, name: str, factor: int) -> Drawing:
    """At LONGEST_PX / ``factor``. Raises PictureRefused; waits LIMIT_S at most."""
    svg = file.read(MAX_SVG_BYTES + 1)
    if len(svg) > MAX_SVG_BYTES:
        raise PictureRefused(f"“{name}” is too complicated to draw.", hint=_HINT)
    try:
        done = subprocess.run(
            own_command("draw", str(LONGEST_PX), str(factor)),
            input=svg,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=LIMIT_S,
            check=False,
            env=child_environment(),
            cwd=own_folder(),
            creationflags=NO_WINDOW,
        )
    except subprocess.TimeoutExpired as error:
        raise PictureRefused(f"“{name}” takes too long to draw.", hint=_HINT) from error
    except OSError as error:
        raise _cannot_draw(name) from error
    if done.returncode == _NOT_A_DRAWING:
        raise PictureRefused(f"“{name}” is damaged or incomplete.", hint=_HINT)
    if done.returncode == _NO_QT:
        raise _cannot_draw(name)
    header, _, pixels = done.stdout.partition(b"\n")
    if done.returncode != 0 or not pixels:
        raise PictureRefused(f"“{name}” is too complicated to draw.", hint=_HINT)
    width, height, across, down = map(int, header.split())
    return Drawing(Image.frombytes("RGBA", (across, down), pixels), width, height)


def _cannot_draw(name: str) -> PictureRefused:
    return PictureRefused(f"“{name}” is a drawing, and this computer lacks what is needed to draw it.", hint=_HINT)
