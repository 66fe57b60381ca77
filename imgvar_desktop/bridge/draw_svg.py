"""A process of its own that draws one SVG, so that whatever is in the file ends with it: time, memory, a crash.

The file comes on standard input; ``width height`` of the whole drawing and of what was drawn, as one line, and then
straight RGBA pixels go to standard output. Arguments: the longest side in pixels, and by how much less to draw it.
"""

import base64
import contextlib
import os
import sys
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Sequence
from typing import Final
from urllib.parse import unquote_to_bytes

DRAWN, NOT_A_DRAWING, NO_QT = 0, 3, 4
MAX_SVG_BYTES: Final = 50_000_000
MEMORY_BYTES: Final = 3_000_000_000
"""Of addresses, not of what is used; Qt alone reserves about one."""
CPU_S: Final = 20
"""Should whoever started this not be there any more to end it."""
_LEAST_EXACT_PX: Final = 16
_SAME_SHAPE: Final = 0.01
_RASTER: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"RIFF")

ET.register_namespace("", "http://www.w3.org/2000/svg")
ET.register_namespace("xlink", "http://www.w3.org/1999/xlink")


def main(arguments: Sequence[str]) -> int:
    longest_px, factor = map(int, arguments)
    _limit()
    try:
        svg = harmless(_unpacked(sys.stdin.buffer.read(MAX_SVG_BYTES + 1)))
    except (ET.ParseError, LookupError, ValueError, RecursionError, zlib.error):
        return NOT_A_DRAWING
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        from PySide6.QtGui import QGuiApplication
    except ImportError:
        return NO_QT
    application = QGuiApplication(["draw"])  # text needs its fonts
    drawn = _drawn(svg, longest_px, factor)
    del application
    if drawn is None:
        return NOT_A_DRAWING
    sys.stdout.buffer.write(drawn)
    sys.stdout.buffer.flush()
    return DRAWN


def harmless(svg: bytes) -> bytes:
    """``svg`` with every reference to something outside of it taken away. Raises what parsing raises.

    Qt would read files that the drawing names. Parsing leaves out comments, instructions and the DTD, external
    entities included; expat stops those that multiply without end.
    """
    root = ET.fromstring(svg)  # noqa: S314  expat bounds what entities become, and this process is there to be lost
    for element in root.iter():
        for name in [name for name in element.attrib if name.rpartition("}")[2].lower() in {"href", "src", "base"}]:
            if not _stays_inside(element.attrib[name].strip()):
                del element.attrib[name]
    cleaned: bytes = ET.tostring(root, encoding="utf-8")
    return cleaned


def _stays_inside(address: str) -> bool:
    """A place in the same drawing, or pixels within it. Not a drawing within: what that one names is not seen here."""
    if address.startswith("#"):
        return True
    head, comma, body = address.partition(",")
    if not comma or not head.lower().startswith("data:"):
        return False
    start = unquote_to_bytes(body[:256])
    if ";base64" in head.lower():
        with contextlib.suppress(ValueError):
            start = base64.b64decode(b"".join(start.split())[:64])
    return start.startswith(_RASTER)


def _unpacked(data: bytes) -> bytes:
    """Of an SVGZ, what is packed in it. Raises ValueError for too much."""
    if data.startswith(b"\x1f\x8b"):
        data = zlib.decompressobj(wbits=31).decompress(data, MAX_SVG_BYTES + 1)
    if len(data) > MAX_SVG_BYTES:
        raise ValueError("too large")
    return data


def _drawn(svg: bytes, longest_px: int, factor: int) -> bytes | None:
    """None when there is nothing to draw."""
    from PySide6.QtCore import QByteArray, QRectF, Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    renderer = QSvgRenderer()
    if not renderer.load(QByteArray(svg)):
        return None
    box = renderer.viewBoxF().size()
    size = renderer.defaultSize().toSizeF()
    if min(size.width(), size.height()) < _LEAST_EXACT_PX:  # whole pixels say too little about its shape
        size = box
    if size.isEmpty() or box.isEmpty():
        return None
    if abs(size.width() * box.height() / (size.height() * box.width()) - 1) > _SAME_SHAPE:
        renderer.setAspectRatioMode(Qt.AspectRatioMode.KeepAspectRatio)
    scale = longest_px / max(size.width(), size.height())
    width, height = max(round(size.width() * scale), 1), max(round(size.height() * scale), 1)
    across, down = -(-width // factor), -(-height // factor)
    image = QImage(across, down, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    renderer.render(painter, QRectF(0, 0, across, down))  # to the edge, or the last row would show through
    painter.end()
    straight = image.convertToFormat(QImage.Format.Format_RGBA8888)
    return f"{width} {height} {across} {down}\n".encode() + bytes(straight.constBits())


def _limit() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # Windows has none of it
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
