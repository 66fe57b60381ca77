"""What a picture file holds besides pixels and their colour space: told, taken out and put in, no pixel touched."""

import struct
from collections.abc import Iterator
from io import BytesIO
from typing import Final

from PIL import Image

from imgvar_desktop.adapters.picture_file import quiet_decoders
from imgvar_desktop.adapters.picture_pieces import (
    JPEG_XMP,
    MAX_SEGMENT_BYTES,
    ORIENTATION_TAG,
    PNG_XMP,
    container_of,
    jpeg_segment,
    orientation_exif,
    pieces,
    png_chunk,
    webp_chunk,
)

MAX_JPEG_XMP_BYTES: Final = MAX_SEGMENT_BYTES - len(JPEG_XMP)
_TIFF_OWN: Final = frozenset(
    {*range(254, 260), 262, 266, 273, ORIENTATION_TAG, *range(277, 280), *range(282, 285), 296, 317, 320}
    | {*range(322, 326), 338, 339, 347, 34675}
)
_TIFF_NAMES: Final = {700: "XMP", 34665: "EXIF", 34853: "GPS", 33723: "IPTC", 34377: "IPTC"} | dict.fromkeys(
    (270, 271, 272, 285, 305, 306, 315, 316, 33432), "text"
)


def extras(data: bytes) -> tuple[str, ...]:
    """The names of all that is no pixel and no colour, each once. Raises ValueError when the file is not whole."""
    names = _tiff_names(data) if container_of(data[:16]) == "TIFF" else (piece.name for piece in pieces(data))
    return tuple(dict.fromkeys(name for name in names if name))


def xmp_of(data: bytes) -> bytes | None:
    """The XMP packet inside. Raises ValueError when the file is not whole."""
    if container_of(data[:16]) == "TIFF":
        return _tiff_xmp(data)
    for piece in pieces(data):
        if piece.name == "XMP":
            return piece.content.partition(JPEG_XMP)[2] or piece.content
    return None


def rewritten(data: bytes, xmp: bytes | None = None) -> bytes:
    """PNG, JPEG or WebP: the picture's own pieces byte for byte, nothing else, and ``xmp`` when given.

    Where EXIF said which way is up, that one number stays: without it the picture would lie on its side.
    Raises ValueError when the file is not whole, or when ``xmp`` does not fit in.
    """
    parts = list(pieces(data))
    kept = [piece.data for piece in parts if not piece.name]
    exif = next((piece.content for piece in parts if piece.name == "EXIF"), None)
    upright = None if exif is None else _upright_exif(exif)
    match container_of(data[:16]):
        case "PNG":
            added = [png_chunk(b"eXIf", upright)] if upright else []
            if xmp is not None:
                added.append(png_chunk(b"iTXt", PNG_XMP + b"\0\0\0\0" + xmp))
            return b"".join([*kept[:2], *added, *kept[2:]])
        case "JPEG":
            added = [jpeg_segment(0xE1, b"Exif\0\0" + upright)] if upright else []
            if xmp is not None:
                added.append(jpeg_segment(0xE1, JPEG_XMP + xmp))
            first = 2 if len(kept) > 1 and kept[1][1] == 0xE0 else 1
            return b"".join([*kept[:first], *added, *kept[first:]])
        case _:
            return _webp(kept[1:], upright, xmp)


def same_picture(one: bytes, other: bytes) -> bool:
    """Whether all pieces that pixels are made of are equal, byte for byte."""
    return _own(one) == _own(other)


def _own(data: bytes) -> list[bytes]:
    own = (piece.data for piece in pieces(data) if not piece.name)
    # WebP's headers say which pieces there are besides, and which way is up may have had to be written anew.
    others = (b"RIFF", b"VP8X", b"EXIF")
    return [one for one in own if not one.startswith(others) and one[4:8] not in {b"eXIf", b"Exif"}]


# WebP


def _webp(kept: list[bytes], upright: bytes | None, xmp: bytes | None) -> bytes:
    """The chunks with a header that says what there is; in the order that the format wants: EXIF, then XMP, last."""
    exif = [chunk for chunk in kept if chunk[:4] == b"EXIF"]
    chunks = [chunk for chunk in kept if chunk[:4] not in {b"VP8X", b"EXIF"}]
    if upright:
        exif = [webp_chunk(b"EXIF", upright)]
    header = next((chunk for chunk in kept if chunk[:4] == b"VP8X"), None)
    if header is None and (exif or xmp is not None):
        header = _webp_header(chunks)
    if header is not None:
        flags = header[8] & ~0x0C | (0x08 if exif else 0) | (0x04 if xmp is not None else 0)
        chunks.insert(0, header[:8] + bytes([flags]) + header[9:])
    chunks += exif
    if xmp is not None:
        chunks.append(webp_chunk(b"XMP ", xmp))
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _webp_header(chunks: list[bytes]) -> bytes:
    """The extended header of a file that had none: it then holds a single picture of one chunk, VP8 or VP8L."""
    plain = b"WEBP" + b"".join(chunks)
    with Image.open(BytesIO(b"RIFF" + struct.pack("<I", len(plain)) + plain)) as image:
        width, height, alpha = image.width, image.height, "A" in image.getbands()
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return webp_chunk(b"VP8X", bytes([0x10 if alpha else 0, 0, 0, 0]) + sides)


# TIFF, which is only ever written here anew, and read again


def _tiff_names(data: bytes) -> Iterator[str]:
    with Image.open(BytesIO(data), formats=["TIFF"]) as image:
        for tag in image.tag_v2:  # type: ignore[attr-defined]  # formats=["TIFF"] gives nothing else
            if tag not in _TIFF_OWN:
                yield _TIFF_NAMES.get(tag, f"tag {tag}")


def _tiff_xmp(data: bytes) -> bytes | None:
    with Image.open(BytesIO(data), formats=["TIFF"]) as image:
        packet = image.tag_v2.get(700)  # type: ignore[attr-defined]  # as above
    return packet if isinstance(packet, bytes) else None


def _upright_exif(exif: bytes) -> bytes | None:
    """None when the picture stands as it is stored, or when ``exif`` makes no sense."""
    quiet_decoders()
    told = Image.Exif()
    try:
        told.load(exif)
        value = told.get(ORIENTATION_TAG, 1)
    except (ValueError, OSError, SyntaxError, struct.error):
        return None
    return orientation_exif(int(value)) if value in range(2, 9) else None
