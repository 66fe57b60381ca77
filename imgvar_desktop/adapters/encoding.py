"""The bytes of an exported file, made of a variation's own, and held against them when they have been written."""

import hashlib
import struct
from dataclasses import dataclass, replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageCms, ImageColor

from imgvar_desktop.adapters import xmp
from imgvar_desktop.adapters.picture_colour import plain, to_srgb, white_of
from imgvar_desktop.adapters.picture_file import quiet_decoders, shown_name, stored_picture
from imgvar_desktop.adapters.picture_metadata import (
    MAX_JPEG_XMP_BYTES,
    extras,
    rewritten,
    same_picture,
    xmp_of,
)
from imgvar_desktop.adapters.picture_pieces import container_of
from imgvar_desktop.adapters.picture_scale import scaled
from imgvar_desktop.core.errors import ExportRefused, PictureRefused
from imgvar_desktop.core.export_options import ExportOptions, Format, Metadata
from imgvar_desktop.core.recipe import Recipe

SUFFIXES: Final = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp", "TIFF": ".tif"}
_KINDS: Final = {Format.PNG: "PNG", Format.JPEG: "JPEG", Format.WEBP: "WEBP", Format.TIFF: "TIFF"}
_XMP_TAG: Final = 700
_PROFILE_DATE: Final = struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
_DAMAGED_HINT: Final = "The variation in the library is damaged."


@dataclass(frozen=True, slots=True)
class Made:
    """What is to be written, and what it must be when it is read again."""

    data: bytes
    kind: str
    """Pillow's name of the format."""
    size: tuple[int, int]
    stripped: tuple[str, ...] = ()
    """What the service had written besides pixels, and is not in ``data``."""
    recipe: Recipe | None = None
    """The one in ``data``."""
    pixels: str | None = None
    """Hash of the pixels, where decoding must give just these."""

    @property
    def suffix(self) -> str:
        return SUFFIXES[self.kind]


def exported_size(width: int, height: int, longest_px: int | None) -> tuple[int, int]:
    """Width and height of the file that is written: never larger than the variation."""
    longest = max(width, height)
    if longest_px is None or longest <= longest_px:
        return width, height
    return max(round(width * longest_px / longest), 1), max(round(height * longest_px / longest), 1)


def made(file: Path, data: bytes, options: ExportOptions, recipe: Recipe | None, *, software: str) -> Made:
    """``data`` is what ``file`` holds; ``recipe`` goes in when given. Raises ExportRefused."""
    own = container_of(data[:16]) or ""
    wanted = _KINDS.get(options.format, own)
    if options.metadata is Metadata.CLEAN:
        recipe = None
    try:
        stripped, size = extras(data), _size(data)
        if wanted != own or own == "TIFF" or exported_size(*size, options.longest_px) != size:
            encoded = _encoded(_pixels(file, options.longest_px), wanted, options, recipe, software=software)
            return replace(encoded, stripped=stripped)
        if recipe is None:
            # Bit for bit, unless there is something in it that has to go.
            return Made(rewritten(data) if stripped else data, own, size, stripped)
        return Made(rewritten(data, _packet(recipe, own, software)), own, size, stripped, recipe)
    except (ValueError, OSError, SyntaxError) as error:
        raise ExportRefused(f"“{shown_name(file)}” is damaged or incomplete.", hint=_DAMAGED_HINT) from error


def prove(written: bytes, wanted: Made, original: bytes) -> None:
    """Holds what a reader finds in ``written`` against what was to be there. Raises ExportRefused."""
    try:
        found, packet = extras(written), xmp_of(written)
        whole = written == wanted.data and _size(written) == wanted.size
        if wanted.pixels is not None:
            with Image.open(BytesIO(written)) as image:
                whole = whole and _pixel_hash(image) == wanted.pixels
        elif container_of(original[:16]) == wanted.kind and wanted.size == _size(original):
            whole = whole and same_picture(written, original)
    except (ValueError, OSError, SyntaxError):
        whole, found, packet = False, (), None
    if not whole:
        raise ExportRefused(
            "What was written could not be read again as it was.", hint="See whether the disk is sound.", retryable=True
        )
    if found != (() if wanted.recipe is None else ("XMP",)):
        raise ExportRefused(f"The file would have held more than pixels: {', '.join(found) or 'nothing'}.")
    if wanted.recipe is not None and (packet is None or xmp.recipe_in(packet) is None):
        raise ExportRefused("The recipe in the file could not be read again.")


def _encoded(image: Image.Image, kind: str, options: ExportOptions, recipe: Recipe | None, *, software: str) -> Made:
    if kind == "JPEG" and image.mode == "RGBA":
        ground = Image.new("RGBA", image.size, (*ImageColor.getrgb(options.flatten)[:3], 255))
        image = Image.alpha_composite(ground, image).convert("RGB")
    image.info = {}
    packet = _packet(recipe, kind, software) if recipe is not None else None
    tags = {"tiffinfo": {_XMP_TAG: packet}} if kind == "TIFF" and packet is not None else {}
    file = BytesIO()
    try:
        image.save(file, kind, icc_profile=_srgb_profile(), **_settings(kind, options), **tags)
    except (OSError, ValueError) as error:
        raise ExportRefused(
            f"{image.width:,} × {image.height:,} px are too many for {kind}.", hint="Choose PNG, or fewer pixels."
        ) from error
    data = file.getvalue()
    if packet is not None and kind != "TIFF":
        data = rewritten(data, packet)
    lossless = kind in {"PNG", "TIFF"} or (kind == "WEBP" and options.lossless)
    return Made(data, kind, image.size, recipe=recipe, pixels=_pixel_hash(image) if lossless else None)


def _settings(kind: str, options: ExportOptions) -> dict[str, Any]:
    match kind:
        case "JPEG":
            # Halved colour smears red edges, and designers look.
            return {"quality": options.quality, "subsampling": "4:4:4"}
        case "WEBP" if options.lossless:
            # More effort takes three times as long for a hundredth of the size.
            return {"lossless": True, "quality": 20, "method": 1, "exact": True}
        case "WEBP":
            return {"quality": options.quality}
        case "TIFF":
            return {"compression": "tiff_adobe_deflate"}
        case _:
            return {}


def _pixels(file: Path, longest_px: int | None) -> Image.Image:
    """Upright, in sRGB, RGB or RGBA. Raises ExportRefused."""
    try:
        with stored_picture(file) as picture:
            image, _ = to_srgb(plain(picture.image, white_of(picture.image)), picture.profile)
            image = picture.turn.upright(image)
    except PictureRefused as error:
        raise ExportRefused(str(error), hint=_DAMAGED_HINT) from error
    size = exported_size(*image.size, longest_px)
    return image if size == image.size else scaled(image, (0, 0, *image.size), size)


def _packet(recipe: Recipe, kind: str, software: str) -> bytes:
    """Without its prompt where the format has no room for one that long; the sidecar has room for all."""
    whole = xmp.packet(recipe, software=software)
    if kind == "JPEG" and len(whole) > MAX_JPEG_XMP_BYTES:
        return xmp.packet(recipe.without_prompt(), software=software)
    return whole


def _size(data: bytes) -> tuple[int, int]:
    quiet_decoders()
    with Image.open(BytesIO(data)) as image:
        return image.size


def _pixel_hash(image: Image.Image) -> str:
    return hashlib.sha256(image.tobytes()).hexdigest() + image.mode


@cache
def _srgb_profile() -> bytes:
    """Without the time at which it was made: the same export twice gives the same bytes."""
    made_now = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return made_now[:24] + _PROFILE_DATE + made_now[36:]
