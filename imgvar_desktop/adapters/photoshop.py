"""The flattened picture of a Photoshop file where Pillow does not find it: 16 bit, and PSB, the large kind.

Photoshop may be told to save none beside the layers; then the file holds a white sheet, which nobody means.
"""

import struct
from dataclasses import dataclass
from typing import BinaryIO, Final

from PIL import Image

_MODES: Final = {1: "L", 3: "RGB", 4: "CMYK"}
_DEPTHS: Final = frozenset({8, 16})
_LARGE: Final = 2
_ICC, _VERSION_INFO = 1039, 1057
_RAW, _PACKED = 0, 1
MAX_RESOURCE_BYTES: Final = 100_000_000


@dataclass(frozen=True, slots=True)
class PhotoshopHeader:
    version: int
    channels: int
    height: int
    width: int
    depth: int
    mode: int

    @property
    def is_for_pillow(self) -> bool:
        return self.version != _LARGE and self.depth != 16

    @property
    def is_readable(self) -> bool:
        mode = _MODES.get(self.mode)
        return mode is not None and self.depth in _DEPTHS and self.channels >= len(mode)


def photoshop_header(file: BinaryIO) -> PhotoshopHeader | None:
    """None for any other file. ``file`` stands at its start before and after."""
    head = file.read(26)
    file.seek(0)
    if len(head) < 26 or not head.startswith(b"8BPS"):
        return None
    return PhotoshopHeader(*struct.unpack(">4xH6xHIIHH", head))


def has_flattened_picture(file: BinaryIO) -> bool:
    """What Photoshop itself says; True where it says nothing. ``file`` stands at its start before and after."""
    said = _resources(file).get(_VERSION_INFO, b"")
    file.seek(0)
    return len(said) < 5 or said[4] != 0


def flattened(file: BinaryIO, header: PhotoshopHeader) -> Image.Image:
    """In eight bits, upright, with its profile in ``info``; ``header`` is readable.

    Raises ValueError, struct.error or OSError for what is damaged.
    """
    resources = _resources(file)
    size = struct.Struct(">Q" if header.version == _LARGE else ">I")
    (layers,) = size.unpack(file.read(size.size))
    file.seek(layers, 1)
    mode = _MODES[header.mode]
    planes = [_eight_bit(data, header) for data in _planes(file, header, len(mode))]
    image = Image.merge(mode, planes) if len(planes) > 1 else planes[0]
    if mode == "CMYK":
        image = image.point(lambda value: 255 - value)  # Photoshop counts the paper that is left, not the ink
    if _ICC in resources:
        image.info["icc_profile"] = resources[_ICC]
    return image


def _planes(file: BinaryIO, header: PhotoshopHeader, count: int) -> list[Image.Image]:
    """The first ``count`` channels as bytes in rows; of 16 bit, two of them are one pixel."""
    across = header.width * header.depth // 8
    (compression,) = struct.unpack(">H", file.read(2))
    if compression == _RAW:
        return [_rows(file, across, header.height, across * header.height, "raw") for _ in range(count)]
    if compression != _PACKED:
        raise ValueError("not compressed in a way that flattened pictures are")
    row = struct.Struct(">" + ("I" if header.version == _LARGE else "H") * header.height)
    lengths = [sum(row.unpack(file.read(row.size))) for _ in range(header.channels)]
    return [_rows(file, across, header.height, length, "packbits") for length in lengths[:count]]


def _rows(file: BinaryIO, across: int, down: int, length: int, packing: str) -> Image.Image:
    if length > 2 * across * down:
        raise ValueError("more bytes than packing ever makes")
    return Image.frombytes("L", (across, down), file.read(length), packing, "L")


def _eight_bit(plane: Image.Image, header: PhotoshopHeader) -> Image.Image:
    if header.depth == 8:
        return plane
    import numpy as np

    deep = np.frombuffer(plane.tobytes(), ">u2").reshape(header.height, header.width)
    return Image.fromarray(((deep.astype(np.uint32) + 128) // 257).astype(np.uint8), "L")


def _resources(file: BinaryIO) -> dict[int, bytes]:
    """Those that matter here, by number; ``file`` stands behind all of them afterwards, and at its start before."""
    file.seek(26)
    (palette,) = struct.unpack(">I", file.read(4))
    file.seek(palette, 1)
    (length,) = struct.unpack(">I", file.read(4))
    end = file.tell() + length
    found: dict[int, bytes] = {}
    while file.tell() + 12 <= end:
        signature, number, name = struct.unpack(">4sHB", file.read(7))
        if signature not in {b"8BIM", b"MeSa", b"AgHg", b"PHUT", b"DCSR"}:
            break
        file.seek(name + (name + 1) % 2, 1)  # the name and its length are even together
        (size,) = struct.unpack(">I", file.read(4))
        if number in {_ICC, _VERSION_INFO}:
            found[number] = file.read(min(size, MAX_RESOURCE_BYTES, max(end - file.tell(), 0)))
            file.seek(size - len(found[number]) + size % 2, 1)
        else:
            file.seek(size + size % 2, 1)
    file.seek(end)
    return found
