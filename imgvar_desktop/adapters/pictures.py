"""Pictures with Pillow: the window's preview, the service's PNG, the library's thumbnails."""

import zlib
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image

from imgvar_desktop.adapters.picture_colour import to_srgb
from imgvar_desktop.adapters.picture_file import LARGE_PIXELS, StoredPicture, stored_picture
from imgvar_desktop.adapters.picture_framing import framed
from imgvar_desktop.adapters.picture_scale import SPARE, scaled
from imgvar_desktop.adapters.whole_file import put_whole
from imgvar_desktop.core.errors import LibraryUnavailable, PictureRefused
from imgvar_desktop.core.framing import Framing, is_right
from imgvar_desktop.core.ports import OpenedPicture, Pixels

PREVIEW_PX: Final = 2048


class PillowPictures:
    """Implements core.ports.Pictures. Holds nothing; any thread."""

    def open(self, path: Path) -> OpenedPicture:
        # A decoder's own reduction that comes within a tenth of the preview spares the resizing: 4,032 px halved.
        with stored_picture(path, lambda longest_px: int(longest_px / PREVIEW_PX + 0.1)) as picture:
            image, notes = _fitted(picture, PREVIEW_PX)
            width, height = picture.upright_size
        if width * height > LARGE_PIXELS:
            notes = (f"{width:,} × {height:,} px, read at reduced size for the screen.", *notes)
        return OpenedPicture(width, height, Pixels(*image.size, image.convert("RGBA").tobytes()), notes)

    def upload_png(self, path: Path, framing: Framing, size_px: int, max_bytes: int) -> bytes:
        """RGB, or RGBA where something shows through; the side is the framing's or ``size_px``, whichever is smaller.

        A framing smaller than ``size_px`` stays as it is: enlarging is the service's own work, and it says so.

        What is over ``max_bytes`` is packed harder first, which loses nothing, and then made smaller step by step,
        each time to the side that the bytes so far suggest, until it fits. Only a limit below any PNG's size (some
        70 bytes) is exceeded, by a single pixel.

        Resized with Lanczos on encoded values, as image editors do; alpha is multiplied in before and out after, so
        that what is transparent does not bleed into edges.
        """
        with stored_picture(path, lambda _: int(framing.square.side / size_px / SPARE)) as picture:
            width, height = picture.upright_size
            if not is_right(framing, width=width, height=height):
                raise PictureRefused(
                    f"“{picture.name}” has changed since its crop was chosen.", hint="Open it again and choose a crop."
                )
            image = framed(picture, framing, min(framing.square.side, size_px))
            image = image.convert("RGB") if is_opaque(image) else image
        return png_within(image, max_bytes)

    def thumbnail(self, image: Path, target: Path, side_px: int) -> None:
        """As in the port; the folder is made, and ``target`` appears whole or not at all.

        Never larger than ``image``. JPEG when it is opaque, else PNG, whatever ``target`` is called: readers go by
        content. A tile waits 4 ms for QImageReader to read 512 px of JPEG, 12 ms for PNG. WebP would take 6 ms, but
        Qt refuses very small files of it. Raises LibraryUnavailable when it cannot be written.
        """
        with stored_picture(image, lambda longest_px: int(longest_px / side_px / SPARE)) as picture:
            small, _ = _fitted(picture, side_px)
        _write(target, _jpeg(small) if is_opaque(small) else _png(small, level=1, strategy=zlib.Z_RLE))


def png_within(image: Image.Image, max_bytes: int) -> bytes:
    """``image`` as PNG of at most ``max_bytes``: packed harder, then made smaller; see ``upload_png``."""
    # Run lengths first: for a photo twice as fast as zlib's own choice, and no larger.
    packed = _png(image, level=1, strategy=zlib.Z_RLE)
    for level in (6, 9):
        if len(packed) <= max_bytes:
            return packed
        packed = _png(image, level=level)
    while len(packed) > max_bytes and image.width > 1:
        side = max(int(image.width * min((max_bytes / len(packed)) ** 0.5, 0.98)), 1)
        image = image.resize((side, side), Image.Resampling.LANCZOS)
        packed = _png(image, level=9)
    return packed


def is_opaque(image: Image.Image) -> bool:
    return image.mode != "RGBA" or image.getchannel("A").getextrema() == (255, 255)


def _jpeg(image: Image.Image) -> bytes:
    encoded = BytesIO()
    _bare(image).convert("RGB").save(encoded, "JPEG", quality=90)
    return encoded.getvalue()


def _png(image: Image.Image, *, level: int, strategy: int = zlib.Z_DEFAULT_STRATEGY) -> bytes:
    encoded = BytesIO()
    _bare(image).save(encoded, "PNG", compress_level=level, compress_type=strategy)
    return encoded.getvalue()


def _bare(image: Image.Image) -> Image.Image:
    """The pixels alone: an encoder of Pillow's writes what it finds in ``info``."""
    bare = image.copy()
    bare.info = {}
    return bare


def _fitted(picture: StoredPicture, longest_px: int) -> tuple[Image.Image, tuple[str, ...]]:
    """The whole picture, upright and in sRGB, reduced so that no side is over ``longest_px``; and what to know."""
    share = min(longest_px / max(picture.width, picture.height), 1.0)
    # The decoder may have come a little below already.
    size = (
        min(max(round(picture.width * share), 1), picture.image.width),
        min(max(round(picture.height * share), 1), picture.image.height),
    )
    box = (0.0, 0.0, picture.width / picture.factor, picture.height / picture.factor)
    image, notes = to_srgb(scaled(picture.image, box, size), picture.profile)
    return picture.turn.upright(image), picture.notes + notes


def _write(target: Path, data: bytes) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        put_whole(target, lambda file: file.write(data))
    except OSError as error:
        raise LibraryUnavailable(
            f"A thumbnail could not be written to {target.parent}: {error.strerror}.", hint="Free some space there."
        ) from error
