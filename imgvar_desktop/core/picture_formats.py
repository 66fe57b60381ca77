"""Which picture files can be brought in: one list for the dialog, for folders, for pasted paths and for the words."""

from pathlib import PurePath
from typing import Final

SUFFIXES: Final = (
    *(".png", ".jpg", ".jpeg", ".jfif", ".webp", ".tif", ".tiff", ".gif", ".bmp", ".avif", ".heic", ".heif", ".hif"),
    *(".psd", ".psb", ".svg", ".svgz", ".jp2", ".ico", ".icns", ".tga", ".ppm", ".pgm", ".qoi", ".dds", ".pcx"),
)
"""Of the formats that Imgvar reads, the most used ones first. Content decides in the end, so this is a wish list."""
SHOWN: Final = ("PNG", "JPEG", "WebP", "TIFF", "GIF", "BMP", "AVIF", "HEIC", "PSD", "SVG")
"""What people call those they are likely to have."""


def is_named_like_picture(path: PurePath) -> bool:
    return path.suffix.lower() in SUFFIXES
