"""From any of Pillow's modes and any embedded profile to eight-bit sRGB."""

import math
from io import BytesIO
from typing import Final

from PIL import Image, ImageCms

_PLAIN: Final = frozenset({"L", "LA", "RGB", "RGBA", "CMYK", "LAB"})
_SIXTEEN_BIT: Final = frozenset({"I;16", "I;16B", "I;16L", "I;16N"})
_SPACES: Final = {"L": "GRAY", "RGB": "RGB ", "CMYK": "CMYK"}

NOTE_BROKEN_PROFILE: Final = "Its colour profile cannot be read; its colours are taken as sRGB."
NOTE_PLAIN_CMYK: Final = "It is CMYK without a colour profile; its colours are approximate."


def white_of(image: Image.Image) -> float:
    """The value that stands for white in a picture of mode I or F, which do not say it themselves."""
    if image.mode not in {"I", "F"}:
        return 65535.0
    top = float(image.getextrema()[1])  # type: ignore[arg-type]  # one band: (lowest, highest)
    if not math.isfinite(top):
        top = _highest_number(image)
    steps = (1.0, 255.0, 65535.0) if image.mode == "F" else (255.0, 65535.0)
    return next((step for step in steps if top <= step), top)


def plain(image: Image.Image, white: float) -> Image.Image:
    """``image`` in one of the modes L, LA, RGB, RGBA, CMYK and LAB, in its own colour space."""
    if image.mode in _SIXTEEN_BIT or image.mode in {"I", "F"}:
        return _eight_bit(image, white)
    if "transparency" in image.info and image.mode in {"1", "L", "P", "RGB"}:
        return image.convert("RGBA")
    if image.mode in _PLAIN:
        return image
    if image.mode == "P" and image.palette is not None and image.palette.mode == "RGBA":
        return image.convert("RGBA")
    return image.convert({"1": "L", "La": "LA", "PA": "RGBA", "RGBa": "RGBA"}.get(image.mode, "RGB"))


def to_srgb(image: Image.Image, profile: bytes | None) -> tuple[Image.Image, tuple[str, ...]]:
    """``image``, of a mode that ``plain`` gives, as RGB or RGBA in sRGB, and what a person should know about it."""
    alpha = image.getchannel("A") if image.mode in {"LA", "RGBA"} else None
    colour = image.convert({"LA": "L", "RGBA": "RGB"}.get(image.mode, image.mode))
    converted, notes = _colour_to_srgb(colour, profile)
    if alpha is not None:
        converted.putalpha(alpha)
    return converted, notes


def _colour_to_srgb(image: Image.Image, profile: bytes | None) -> tuple[Image.Image, tuple[str, ...]]:
    try:
        source = _source_profile(image, profile)
        if source is not None:
            return _transformed(image, source), ()
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image.convert("RGB"), (NOTE_BROKEN_PROFILE,)
    return image.convert("RGB"), (NOTE_PLAIN_CMYK,) if image.mode == "CMYK" else ()


def _source_profile(image: Image.Image, profile: bytes | None) -> ImageCms.ImageCmsProfile | None:
    """The profile that says what ``image``'s numbers mean; None where they are to be taken as sRGB."""
    if image.mode == "LAB":
        return ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    if not profile:
        return None
    return ImageCms.getOpenProfile(BytesIO(profile))


def _transformed(image: Image.Image, source: ImageCms.ImageCmsProfile) -> Image.Image:
    space = source.profile.xcolor_space
    if image.mode == "L" and space == "RGB ":
        image = image.convert("RGB")
    if image.mode != "LAB" and space != _SPACES[image.mode]:
        # A profile for other numbers than these: it says nothing about them.
        return image.convert("RGB")
    transform = ImageCms.buildTransform(
        source,
        ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")),
        image.mode,
        "RGB",
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        # Prepared for speed, a transform of grey has few points, and between the darkest ones it is off by ΔE 4.
        ImageCms.Flags.BLACKPOINTCOMPENSATION | (ImageCms.Flags.NOOPTIMIZE if image.mode == "L" else 0),
    )
    if image.mode == "L":
        return _each_grey(image, transform)
    if image.mode == "RGB" and _changes_nothing(transform):
        return image.copy()
    converted = ImageCms.applyTransform(image, transform)
    assert converted is not None  # only in-place transforms give None
    return converted


def _each_grey(image: Image.Image, transform: ImageCms.ImageCmsTransform) -> Image.Image:
    """Each of the 256 values through ``transform`` once, exactly, and then every pixel by its value."""
    table = ImageCms.applyTransform(Image.frombytes("L", (256, 1), bytes(range(256))), transform)
    assert table is not None  # only in-place transforms give None
    return Image.merge("RGB", [image.point(list(band.tobytes())) for band in table.split()])


def _changes_nothing(transform: ImageCms.ImageCmsTransform) -> bool:
    """Whether the profile is sRGB under whatever name: most are, and the pixels can stay as they are."""
    levels = range(0, 256, 51)
    probe = bytes(value for r in levels for g in levels for b in levels for value in (r, g, b))
    image = Image.frombytes("RGB", (len(probe) // 3, 1), probe)
    converted = ImageCms.applyTransform(image, transform)
    assert converted is not None
    return all(abs(a - b) <= 1 for a, b in zip(probe, converted.tobytes(), strict=True))


def _highest_number(image: Image.Image) -> float:
    import numpy as np

    values = np.asarray(image)
    return float(values[np.isfinite(values)].max(initial=1.0))


def _eight_bit(image: Image.Image, white: float) -> Image.Image:
    """Mode I;16, I or F as L, each value rounded to the nearest of 256: Pillow itself would cut or clip them."""
    import numpy as np

    values = np.nan_to_num(np.asarray(image, dtype=np.float32) * np.float32(255) / np.float32(white), posinf=255.0)
    return Image.fromarray(np.clip(values + 0.5, 0.0, 255.0).astype(np.uint8), "L")
