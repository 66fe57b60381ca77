"""Saves variations where a person wants them: the library's own bytes, or another format on request."""

import errno
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Final

from PIL import Image, ImageCms

from imgvar_desktop.adapters.file_names import safe_stem
from imgvar_desktop.adapters.picture_colour import plain, to_srgb, white_of
from imgvar_desktop.adapters.picture_file import shown_name, stored_picture
from imgvar_desktop.adapters.whole_file import Fill, put_new, put_whole
from imgvar_desktop.core.errors import ExportRefused, PictureRefused

_FORMATS: Final = {
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".webp": "WEBP",
    ".tif": "TIFF",
    ".tiff": "TIFF",
}
_SUFFIXES: Final = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp", "TIFF": ".tif"}
_OPTIONS: Final[dict[str, dict[str, Any]]] = {
    "PNG": {},
    "JPEG": {"quality": 92, "subsampling": "4:4:4"},  # halved colour smears red edges, and designers look
    "WEBP": {"quality": 92},
    "TIFF": {"compression": "tiff_adobe_deflate"},
}
_FULL: Final = ("The disk with {place} is full.", "Make room on it, or choose another folder.")
_LOCKED: Final = ("{place} may not be written to.", "Choose another folder.")
_GONE: Final = ("The folder {place} is not there.", "Choose another folder.")
_REFUSALS: Final = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EROFS: _LOCKED,
    errno.EACCES: _LOCKED,
    errno.EPERM: _LOCKED,
    errno.ENOENT: _GONE,
    errno.ENOTDIR: _GONE,
    errno.EISDIR: ("A folder in {place} already has this name.", "Choose another name."),
    errno.ENAMETOOLONG: ("The name is too long for {place}.", "Choose a shorter name."),
}
"""Sentence and hint, by what the disk said."""


class FileExporter:
    """Implements core.ports.Exporter. Holds nothing; any thread."""

    def save(self, files: Sequence[tuple[Path, str]], folder: Path) -> tuple[Path, ...]:
        """As in the port. The suffix is that of the file's content, the stem is made safe for every platform.

        Each file is on the disk before the next is begun; when one is refused, those before it stay, and the hint
        says how many.
        """
        saved: list[Path] = []
        for file, stem in files:
            try:
                saved.append(_save(file, safe_stem(stem), folder))
            except ExportRefused as error:
                if saved:
                    error.hint = f"{error.hint} {len(saved)} of {len(files)} are saved.".strip()
                raise
        return tuple(saved)

    def save_as(self, file: Path, target: Path) -> Path:
        """As in the port. The suffix decides: the file's own format is copied byte for byte, PNG, JPEG, WebP and TIFF
        are converted to, in sRGB and tagged so; JPEG gets white where the image is transparent.

        Without a suffix the file's own is appended. Nobody agreed to replace that name, so it is numbered if taken.
        """
        with _opened(file) as reader:
            own = _format_of(reader)
            if not target.suffix:
                with _telling(target.parent):
                    return put_new(target.parent, target.name, _own_suffix(file, own), _copy_of(reader))
            wanted = _FORMATS.get(target.suffix.lower())
            same = wanted == own if own is not None else target.suffix.lower() == file.suffix.lower()
            if same:
                fill = _copy_of(reader)
            elif wanted is None:
                raise ExportRefused(
                    f"Imgvar does not write “{target.suffix}” files.", hint="End the name in .png, .jpg, .webp or .tif."
                )
            else:
                fill = _bytes_of(_converted(file, wanted))
            with _telling(target.parent):
                put_whole(target, fill)
        return target


def _save(file: Path, stem: str, folder: Path) -> Path:
    with _opened(file) as reader, _telling(folder):
        return put_new(folder, stem, _own_suffix(file, _format_of(reader)), _copy_of(reader))


def _copy_of(reader: BinaryIO) -> Fill:
    return lambda writer: shutil.copyfileobj(reader, writer)


def _bytes_of(data: bytes) -> Fill:
    return lambda writer: writer.write(data)


def _format_of(reader: BinaryIO) -> str | None:
    """By content: a server's reply may have come under another name than its bytes."""
    head = reader.read(16)
    reader.seek(0)
    if head.startswith(b"\x89PNG\r\n"):
        return "PNG"
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith((b"II*\0", b"MM\0*")):
        return "TIFF"
    return "WEBP" if head.startswith(b"RIFF") and head[8:12] == b"WEBP" else None


def _own_suffix(file: Path, own: str | None) -> str:
    return _SUFFIXES[own] if own is not None else file.suffix


def _converted(file: Path, wanted: str) -> bytes:
    try:
        with stored_picture(file) as picture:
            image, _ = to_srgb(plain(picture.image, white_of(picture.image)), picture.profile)
            image = picture.turn.upright(image)
    except PictureRefused as error:
        raise ExportRefused(str(error), hint="The variation in the library is damaged.") from error
    if wanted == "JPEG" and image.mode == "RGBA":
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image).convert("RGB")
    image.info = {}
    encoded = BytesIO()
    try:
        image.save(encoded, wanted, icc_profile=_srgb_profile(), **_OPTIONS[wanted])
    except (OSError, ValueError) as error:
        raise ExportRefused(
            f"“{shown_name(file)}” cannot be written as {wanted}: {image.width:,} × {image.height:,} px are too many.",
            hint="Save it as PNG.",
        ) from error
    return encoded.getvalue()


def _srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    try:
        reader = file.open("rb")
    except OSError as error:
        raise ExportRefused(
            f"“{shown_name(file)}” cannot be read from the library: {error.strerror}.",
            hint="See whether the library's folder was moved.",
        ) from error
    with reader:
        yield reader


@contextmanager
def _telling(folder: Path) -> Iterator[None]:
    """Names the folder in every refusal of the disk it is on."""
    try:
        yield
    except (OSError, ValueError) as error:
        raise _refusal(folder, error) from error


def _refusal(folder: Path, error: OSError | ValueError) -> ExportRefused:
    place = str(folder).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if not isinstance(error, OSError):  # a null character, say
        return ExportRefused(f"This cannot be the name of a file in {place}.", hint="Choose another name.")
    sentence, hint = _REFUSALS.get(error.errno or 0, ("Saving to {place} failed: {reason}.", "Choose another folder."))
    return ExportRefused(sentence.format(place=place, reason=error.strerror or error), hint=hint)
