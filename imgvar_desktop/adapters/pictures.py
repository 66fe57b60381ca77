"""Pictures with Pillow: the window's preview, the service's PNG, the library's thumbnails."""

import os
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image

from imgvar_desktop.adapters.picture_colour import plain, to_srgb, white_of
from imgvar_desktop.adapters.picture_file import LARGE_PIXELS, StoredPicture, stored_picture
from imgvar_desktop.core.errors import LibraryUnavailable, PictureRefused
from imgvar_desktop.core.geometry import Square
from imgvar_desktop.core.ports import OpenedPicture, Pixels

PREVIEW_PX: Final = 2048
_STRIP_PIXELS: Final = 16_000_000
"""How much is unpacked at a time: a palette or CMYK picture grows up to fourfold in memory when it is."""


class PillowPictures:
    """Implements core.ports.Pictures. Holds nothing; any thread."""

    def open(self, path: Path) -> OpenedPicture:
        # A decoder's own reduction that comes within a tenth of the preview spares the resizing: 4,032 px halved.
        with stored_picture(path, lambda longest: int(longest / PREVIEW_PX + 0.1)) as picture:
            image, notes = _fitted(picture, PREVIEW_PX)
            width, height = picture.upright_size
            if width * height > LARGE_PIXELS:
                notes = (f"{width:,} × {height:,} px, read at reduced size for the screen.", *notes)
            return OpenedPicture(width, height, _pixels(image), notes)

    def upload_png(self, path: Path, crop: Square, size_px: int, max_bytes: int) -> bytes:
        """RGB, or RGBA where something shows through; the side is the crop's or ``size_px``, whichever is smaller.

        A crop smaller than ``size_px`` stays as it is: enlarging is the service's own work, and it says so.

        What is over ``max_bytes`` is packed harder first, which loses nothing, and then made smaller step by step,
        each time to the side that the bytes so far suggest, until it fits. Only a limit below any PNG's size (some
        70 bytes) is exceeded, by a single pixel.

        Resized with Lanczos on encoded values, as image editors do; alpha is multiplied in before and out after, so
        that what is transparent does not bleed into edges.
        """
        # A decoder that makes a picture smaller must leave twice the pixels that are needed: Lanczos does the rest.
        with stored_picture(path, lambda _: crop.side // (2 * size_px)) as picture:
            width, height = picture.upright_size
            if not crop.is_inside(width=width, height=height):
                raise PictureRefused(
                    f"“{picture.name}” has changed since its crop was chosen.", hint="Open it again and choose a crop."
                )
            image = _square(picture, crop, min(crop.side, size_px))
        return png_within(image, max_bytes)

    def thumbnail(self, image: Path, target: Path, side_px: int) -> None:
        """As in the port; the folder is made, and ``target`` appears whole or not at all.

        Never larger than ``image``. JPEG when it is opaque, else lossless WebP, whatever ``target`` is called: readers
        go by content. Chosen by what a tile waits for, 512 px read by QImageReader: JPEG 4 ms, WebP 6 ms, PNG 12 ms;
        written: 2, 9 and 40 ms. Raises LibraryUnavailable when it cannot be written.
        """
        with stored_picture(image, lambda longest: longest // (2 * side_px)) as picture:
            small, _ = _fitted(picture, side_px)
        encoded = BytesIO()
        if small.mode == "RGBA" and not _is_opaque(small):
            small.save(encoded, "WEBP", lossless=True, quality=0, method=0)
        else:
            small.convert("RGB").save(encoded, "JPEG", quality=90)
        _write(target, encoded.getvalue())


def png_within(image: Image.Image, max_bytes: int) -> bytes:
    """``image`` as PNG of at most ``max_bytes``: packed harder, then made smaller; see ``upload_png``."""
    packed = b""
    for level in (1, 6, 9):
        packed = png(image, level)
        if len(packed) <= max_bytes:
            return packed
    while len(packed) > max_bytes and max(image.size) > 1:
        shrink = min((max_bytes / len(packed)) ** 0.5, 0.98)
        side = max(int(image.width * shrink), 1)
        image = image.resize((side, max(image.height * side // image.width, 1)), Image.Resampling.LANCZOS)
        packed = png(image, 9)
    return packed


def png(image: Image.Image, level: int = 1) -> bytes:
    """``image`` as PNG: its pixels and nothing else."""
    bare = image.copy()
    bare.info = {}
    encoded = BytesIO()
    bare.save(encoded, "PNG", compress_level=level)
    return encoded.getvalue()


def _fitted(picture: StoredPicture, longest_px: int) -> tuple[Image.Image, tuple[str, ...]]:
    """The whole picture, upright and in sRGB, reduced so that no side is over ``longest_px``; and what to know."""
    share = min(longest_px / max(picture.width, picture.height), 1.0)
    size = (max(round(picture.width * share), 1), max(round(picture.height * share), 1))
    size = min(size, picture.image.size)
    image = _reduced(picture.image, size)
    if image.size != size:
        image = image.resize(size, Image.Resampling.LANCZOS)
    image, notes = to_srgb(image, picture.image.info.get("icc_profile"))
    return picture.turn.upright(image), picture.notes + notes


def _reduced(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """``image`` in a plain mode, averaged down by whole factors to no less than twice ``size``, strip by strip."""
    factor = (max(image.width // (2 * size[0]), 1), max(image.height // (2 * size[1]), 1))
    white = white_of(image)
    if factor == (1, 1):
        return plain(image, white)
    rows = max(_STRIP_PIXELS // image.width // factor[1], 1) * factor[1]
    strips = [
        plain(image.crop((0, top, image.width, min(top + rows, image.height))), white).reduce(factor)
        for top in range(0, image.height, rows)
    ]
    joined = Image.new(strips[0].mode, (strips[0].width, sum(strip.height for strip in strips)))
    top = 0
    for strip in strips:
        joined.paste(strip, (0, top))
        top += strip.height
    return joined


def _square(picture: StoredPicture, crop: Square, side: int) -> Image.Image:
    """The crop, upright, in sRGB and ``side`` pixels large; without alpha when nothing shows through."""
    stored = picture.turn.stored(crop, width=picture.width, height=picture.height)
    image = picture.image
    # Other than 1 when the decoder has made the picture smaller.
    across, down = image.width / picture.width, image.height / picture.height
    box = (stored.x * across, stored.y * down, stored.right * across, stored.bottom * down)
    whole = (int(box[0]), int(box[1]), min(-int(-box[2] // 1), image.width), min(-int(-box[3] // 1), image.height))
    part = plain(image.crop(whole), white_of(image))
    if part.size != (side, side):
        inner = (
            box[0] - whole[0],
            box[1] - whole[1],
            min(box[2] - whole[0], part.width),
            min(box[3] - whole[1], part.height),
        )
        part = part.resize((side, side), Image.Resampling.LANCZOS, inner, reducing_gap=3.0)
    part, _ = to_srgb(part, image.info.get("icc_profile"))
    part = picture.turn.upright(part)
    return part.convert("RGB") if _is_opaque(part) else part


def _is_opaque(image: Image.Image) -> bool:
    return image.mode != "RGBA" or image.getchannel("A").getextrema() == (255, 255)


def _pixels(image: Image.Image) -> Pixels:
    return Pixels(image.width, image.height, image.convert("RGBA").tobytes())


def _write(target: Path, data: bytes) -> None:
    """``data`` at ``target``, whole or not at all."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".", suffix=".part", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(temporary).replace(target)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise LibraryUnavailable(
            f"A thumbnail could not be written to {target.parent}: {error.strerror}.", hint="Free some space there."
        ) from error
