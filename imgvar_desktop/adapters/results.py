"""A result's bytes: recognised by content, bounded before they are decoded, and decoded to be sure of them."""

import base64
import binascii
import re
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin
from PIL.ImageFile import ImageFile

from imgvar_desktop.adapters.picture_scale import scaled
from imgvar_desktop.core.errors import BadReply

MAX_RESULT_BYTES: Final = 64 * 1024 * 1024
"""One encoded image; a 1024 x 1024 PNG has about 2 MB."""
MAX_BASE64_CHARS: Final = MAX_RESULT_BYTES // 3 * 4 + 4
MAX_PIXELS: Final = 8192 * 8192
"""256 MB once decoded, which is what the check below needs at most."""

_PNG_END: Final = b"\0\0\0\0IEND\xae\x42\x60\x82"
_DATA_URL: Final = re.compile(r"data:image/[\w.+-]+;base64,", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Checked:
    """Bytes that are an image."""

    data: bytes
    media_type: str
    width: int
    height: int


def from_base64(text: str) -> bytes:
    """The bytes, with or without padding, line breaks or a data URL's head. Raises BadReply."""
    if len(text) > MAX_BASE64_CHARS:
        raise BadReply("The service sent an image that is far too large.")
    if head := _DATA_URL.match(text):
        text = text[head.end() :]
    try:
        return base64.b64decode(text)
    except ValueError:
        pass
    try:
        return base64.b64decode("".join(text.split()).rstrip("=") + "==")
    except (binascii.Error, ValueError) as exc:
        raise BadReply("The service sent an image that is cut off or garbled.", retryable=True) from exc


def checked(data: bytes) -> Checked:
    """``data`` as an image that really decodes. CPU work of some 20 ms: for a thread. Raises BadReply."""
    plugin, media_type = _format(data)
    try:
        # The format's own class and not Image.open: that one guesses among all formats and warns by itself.
        with plugin(BytesIO(data)) as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                raise BadReply(f"The service sent an image of {width} × {height} pixels, far more than was asked for.")
            image.load()
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError, IndexError, TypeError, KeyError) as exc:
        # Pillow's decoders tell a broken file in all these ways.
        raise BadReply("The service sent an image that is cut off or garbled.", retryable=True) from exc
    except Image.DecompressionBombError as exc:
        raise BadReply("The service sent an image with far more pixels than was asked for.") from exc
    # Pillow is content once it has the pixels; other readers refuse a PNG without its end.
    if media_type == "image/png" and _PNG_END not in data:
        raise BadReply("The service sent an image that is cut off or garbled.", retryable=True)
    return Checked(data, media_type, width, height)


def scaled_down(image: Checked, side_px: int) -> Checked:
    """``image`` with its longer side ``side_px`` at most; a smaller one is PNG. CPU work of some 10 ms: for a thread.

    For services that cannot make an image as small as it is wanted. Its colour profile stays.
    """
    longer = max(image.width, image.height)
    if longer <= side_px:
        return image
    size = (max(image.width * side_px // longer, 1), max(image.height * side_px // longer, 1))
    plugin, _ = _format(image.data)
    with plugin(BytesIO(image.data)) as opened:
        profile = opened.info.get("icc_profile")
        small = scaled(opened, (0.0, 0.0, float(image.width), float(image.height)), size)
    if small.mode not in {"L", "LA", "RGB", "RGBA"}:  # what JPEG may hold and PNG may not
        small, profile = small.convert("RGB"), None
    file = BytesIO()
    small.save(file, "PNG", compress_level=1, icc_profile=profile)
    return Checked(file.getvalue(), "image/png", *size)


def _format(data: bytes) -> tuple[type[ImageFile], str]:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PngImagePlugin.PngImageFile, "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return JpegImagePlugin.JpegImageFile, "image/jpeg"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WebPImagePlugin.WebPImageFile, "image/webp"
    raise BadReply("The service sent something that is not a PNG, JPEG or WebP image.")
