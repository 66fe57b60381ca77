"""PNG, JPEG and WebP files cut into pieces at the borders of their own chunks and segments, and such pieces made.

What is known to belong to the picture has no name; whatever nobody thought of counts as something else.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
ORIENTATION_TAG: Final = 274
MAX_SEGMENT_BYTES: Final = 65_533
"""Of a JPEG segment's content: its length has 16 bits, and counts its own two bytes."""
_PNG_OWN: Final = frozenset(
    b"IHDR PLTE tRNS IDAT IEND sRGB gAMA cHRM iCCP cICP mDCV cLLI sBIT bKGD hIST pHYs acTL fcTL fdAT".split()
)
_PNG_NAMES: Final = {b"eXIf": "EXIF", b"tEXt": "text", b"zTXt": "text", b"iTXt": "text", b"tIME": "time"} | {
    b"caBX": "Content Credentials"
}
PNG_XMP: Final = b"XML:com.adobe.xmp\0"
_WEBP_OWN: Final = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_WEBP_NAMES: Final = {b"EXIF": "EXIF", b"XMP ": "XMP", b"C2PA": "Content Credentials"}
JPEG_XMP: Final = b"http://ns.adobe.com/xap/1.0/\0"
_JPEG_APPS: Final = (
    (0xE0, b"JFXX\0", "thumbnail"),
    (0xE1, b"Exif\0", "EXIF"),
    (0xE1, b"http://ns.adobe.com/x", "XMP"),
    (0xE2, b"ICC_PROFILE\0", ""),
    (0xE2, b"MPF\0", "further pictures"),
    (0xEB, b"JP", "Content Credentials"),
    (0xED, b"Photoshop 3.0\0", "IPTC"),
    (0xEE, b"Adobe", ""),
)
_COMMENT: Final = 0xFE


@dataclass(frozen=True, slots=True)
class Piece:
    data: bytes
    """With all that frames it: length, kind, checksum."""
    name: str = ""
    """What it is, for a person; empty when it belongs to the picture."""
    content: bytes = b""
    """Of a named piece: what is inside the frame."""


def container_of(head: bytes) -> str | None:
    """Pillow's name of the format, by the first 16 bytes: a server's reply may have come under another name."""
    if head.startswith(PNG_SIGNATURE):
        return "PNG"
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith((b"II*\0", b"MM\0*")):
        return "TIFF"
    return "WEBP" if head.startswith(b"RIFF") and head[8:12] == b"WEBP" else None


def pieces(data: bytes) -> Iterator[Piece]:
    """All of ``data``, in its order. Raises ValueError, while they are taken, when the file is not whole."""
    match container_of(data[:16]):
        case "PNG":
            return _png_pieces(data)
        case "JPEG":
            return _jpeg_pieces(data)
        case "WEBP":
            return _webp_pieces(data)
        case _:
            raise ValueError("neither PNG nor JPEG nor WebP")


# PNG


def _png_pieces(data: bytes) -> Iterator[Piece]:
    yield Piece(data[:8])
    at, kind = 8, b""
    while kind != b"IEND":
        length, kind = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        whole, content = data[at : at + 12 + length], data[at + 8 : at + 8 + length]
        if len(whole) < 12 + length:
            raise ValueError("the file ends too soon")
        at += len(whole)
        yield Piece(whole) if kind in _PNG_OWN else Piece(whole, _png_name(kind, content), _png_content(content))
    if at < len(data):
        yield Piece(data[at:], "data behind its end")


def _png_name(kind: bytes, content: bytes) -> str:
    if kind == b"iTXt" and content.startswith(PNG_XMP):
        return "XMP"
    if kind == b"eXIf" and _is_upright_exif(content):
        return ""
    return _PNG_NAMES.get(kind, kind.decode("latin-1"))


def _png_content(content: bytes) -> bytes:
    """Of XMP, the packet; compressed ones are another program's, and nothing is looked for in them."""
    if not content.startswith(PNG_XMP) or content[len(PNG_XMP) : len(PNG_XMP) + 1] != b"\0":
        return b"" if content.startswith(PNG_XMP) else content
    language_and_more = content[len(PNG_XMP) + 2 :]
    return language_and_more.split(b"\0", 2)[-1]


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


# JPEG


def _jpeg_pieces(data: bytes) -> Iterator[Piece]:
    yield Piece(data[:2])
    at = 2
    while True:
        while data[at : at + 2] == b"\xff\xff":  # fill bytes in front of a marker
            at += 1
        marker = data[at + 1] if data[at : at + 1] == b"\xff" and at + 1 < len(data) else None
        if marker is None:
            raise ValueError("the file ends too soon, or its segments do not follow one another")
        if marker == 0xD9:
            yield Piece(data[at : at + 2])
            break
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        if end > len(data) or end < at + 4:
            raise ValueError("the file ends too soon")
        content = data[at + 4 : end]
        if marker == 0xDA:
            end = _scan_end(data, end)
        yield Piece(data[at:end], _jpeg_name(marker, content), content)
        at = end
    if at + 2 < len(data):
        yield Piece(data[at + 2 :], "data behind its end")


def _scan_end(data: bytes, at: int) -> int:
    """Where the next marker stands that is neither a stuffed byte nor a restart."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise ValueError("the file ends too soon")
        if data[at + 1] == 0 or 0xD0 <= data[at + 1] <= 0xD7:
            at += 2
        elif data[at + 1] == 0xFF:
            at += 1
        else:
            return at


def _jpeg_name(marker: int, content: bytes) -> str:
    if marker == _COMMENT:
        return "comment"
    if not 0xE0 <= marker <= 0xEF:
        return ""
    if marker == 0xE0 and content.startswith(b"JFIF\0"):
        return "thumbnail" if any(content[12:14]) else ""
    if marker == 0xE1 and content.startswith(b"Exif\0\0") and _is_upright_exif(content[6:]):
        return ""
    known = (name for app, start, name in _JPEG_APPS if app == marker and content.startswith(start))
    return next(known, f"APP{marker - 0xE0}")


def jpeg_segment(marker: int, content: bytes) -> bytes:
    if len(content) > MAX_SEGMENT_BYTES:
        raise ValueError("too much for one segment")
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


# WebP


def _webp_pieces(data: bytes) -> Iterator[Piece]:
    yield Piece(data[:12])
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        raise ValueError("the file ends too soon")
    at = 12
    while at < end:
        kind, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        whole, content = data[at : at + 8 + length + length % 2], data[at + 8 : at + 8 + length]
        if len(content) < length or len(kind) < 4:
            raise ValueError("the file ends too soon")
        at += len(whole)
        yield Piece(whole) if kind in _WEBP_OWN else Piece(whole, _webp_name(kind, content), content)
    if end < len(data):
        yield Piece(data[end:], "data behind its end")


def _webp_name(kind: bytes, content: bytes) -> str:
    if kind == b"EXIF" and _is_upright_exif(content):
        return ""
    return _WEBP_NAMES.get(kind, kind.decode("latin-1"))


def webp_chunk(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


# EXIF with nothing but which way is up


def orientation_exif(value: int) -> bytes:
    """Big-endian, one directory of one entry: tag, SHORT, one value."""
    return struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, ORIENTATION_TAG, 3, 1, value, 0, 0)


def _is_upright_exif(content: bytes) -> bool:
    return any(content == orientation_exif(value) for value in range(2, 9))
