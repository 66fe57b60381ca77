"""Reads a picture file that nobody vouches for: limits first, then pixels, and PictureRefused for all that is wrong.

Three rules keep it safe. The bytes decide what a file is, never its name. Only decoders that stay inside this process
are asked: EPS and WMF would start other programs, FITS, GRIB and their like hold no picture for a person. And what a
header promises is checked before memory is spent on it.
"""

import logging
import stat
import threading
import unicodedata
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from PIL import Image, UnidentifiedImageError
from PIL.ImageFile import ImageFile

from imgvar_desktop.adapters.drawings import LONGEST_PX, drawn, is_drawing
from imgvar_desktop.adapters.photoshop import PhotoshopHeader, flattened, has_flattened_picture, photoshop_header
from imgvar_desktop.adapters.picture_turn import UPRIGHT, Turn, turn_of
from imgvar_desktop.core.errors import PictureRefused

MAX_PIXELS: Final = 400_000_000
"""1.6 GB while it is decoded: Pillow keeps RGB in four bytes."""
MAX_SIDE_PX: Final = 100_000
MAX_SLOW_PIXELS: Final = 20_000_000
"""For formats that Pillow decodes in Python: a minute at the most, and the window shares the interpreter with it."""
MAX_FILE_BYTES: Final = 2_000_000_000
LARGE_PIXELS: Final = 50_000_000
"""Above it, one picture at a time is decoded in this process, so that memory has a bound whoever asks."""

_FORMATS: Final = (
    *("JPEG", "PNG", "WEBP", "TIFF", "GIF", "AVIF", "PSD", "BMP", "JPEG2000", "ICO", "ICNS", "QOI", "DDS"),
    *("PPM", "SGI", "SUN", "CUR", "DIB", "DCX", "PCX", "XBM", "XPM", "BLP", "FTEX", "FLI", "GBR", "MSP"),
    *("PCD", "PIXAR"),
)
_SLOW: Final = frozenset({"QOI", "BLP", "MSP"})
_TGA_SUFFIXES: Final = frozenset({".tga", ".icb", ".vda", ".vst"})
"""A TGA file has no signature: noise often passes for one, so its name has to say so too."""
_FRAMES: Final = {"GIF": "frame", "PNG": "frame", "WEBP": "frame", "AVIF": "frame", "TIFF": "page", "DCX": "page"}

_REFUSED_HINT: Final = "Save it as PNG or JPEG in the program that made it, and choose that file."
_DECODERS: Final = r"(PIL|pi_heif)\."
_SMALLER_HINT: Final = "Make a smaller copy in an image editor, and choose that."
_FILE_HINT: Final = "Choose a picture file."
_FLATTEN_HINT: Final = "Save it in Photoshop with “Maximize Compatibility”, or as PNG."
_DAMAGED_HINT: Final = "Get the file again, or open it in an image editor and save it anew."

# Pillow's own limit stays behind ours, for the pictures inside a picture (an icon's PNG). It raises at twice this
# number and warns above it; see quiet_decoders for the warning.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS // 2
# What a decoder thinks of a file is told to the person in one sentence; its own lines would only repeat it.
logging.getLogger("PIL").setLevel(logging.CRITICAL)

_large = threading.Lock()


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """The first picture of a file, decoded and as stored: not yet upright, in its own mode and colour space."""

    name: str
    image: Image.Image
    width: int
    height: int
    """Stored pixels at full size."""
    factor: float
    """How many of them, on each axis, became one of ``image``'s: more than 1 when the decoder was allowed to."""
    turn: Turn
    notes: tuple[str, ...]

    @property
    def profile(self) -> bytes | None:
        """The embedded ICC profile."""
        profile = self.image.info.get("icc_profile")
        return profile if isinstance(profile, bytes) else None

    @property
    def upright_size(self) -> tuple[int, int]:
        return self.turn.upright_size(self.width, self.height)


@contextmanager
def stored_picture(path: Path, may_reduce: Callable[[int], int] = lambda _longest_px: 1) -> Iterator[StoredPicture]:
    """Decodes ``path``. Raises PictureRefused, and turns a lack of memory inside the ``with`` into one.

    ``may_reduce`` gets the longest side and says by which whole factor the decoder may make the picture smaller if
    that saves it work; it reduces by as much or less.
    """
    quiet_decoders()
    name = shown_name(path)
    with _readable(path, name) as file:
        if is_drawing(file):
            yield _drawing(file, name, may_reduce(LONGEST_PX))
            return
        (width, height), kind, decode = _decoder(file, path, name)
        _check_size(name, kind, width, height)
        try:
            with _large if width * height > LARGE_PIXELS else nullcontext():
                yield decode(may_reduce(max(width, height)))
        except MemoryError as error:
            raise _no_memory(name) from error


def shown_name(path: Path) -> str:
    """The file's name for a sentence; what is no text in it shows as a replacement character."""
    name = path.name or str(path)
    return "".join("\ufffd" if unicodedata.category(c) in {"Cc", "Cs"} else c for c in name)


def _decoder(file: BinaryIO, path: Path, name: str) -> tuple[tuple[int, int], str, Callable[[int], StoredPicture]]:
    """Size and format as the header says, and what reads the pixels, given by how much it may reduce them."""
    header = photoshop_header(file)
    if header is not None:
        with _refusing(name):
            flat = has_flattened_picture(file)
        if not flat:
            raise PictureRefused(f"“{name}” holds layers alone, and no flattened picture.", hint=_FLATTEN_HINT)
        if header.is_readable and not header.is_for_pillow:
            return (header.width, header.height), "PSD", lambda _: _photoshop(file, header, name)
    with _refusing(name):
        image = Image.open(file, formats=_formats(path))
    return image.size, image.format or "", lambda factor: _load(image, name, factor)


def _photoshop(file: BinaryIO, header: PhotoshopHeader, name: str) -> StoredPicture:
    with _refusing(name):
        image = flattened(file, header)
    return StoredPicture(name, image, header.width, header.height, 1.0, UPRIGHT, ())


def _drawing(file: BinaryIO, name: str, factor: int) -> StoredPicture:
    factor = max(factor, 1)
    drawing = drawn(file, name, factor)
    note = f"A drawing, taken as {drawing.width:,} × {drawing.height:,} px."
    return StoredPicture(name, drawing.image, drawing.width, drawing.height, float(factor), UPRIGHT, (note,))


def _load(image: ImageFile, name: str, factor: int) -> StoredPicture:
    with _refusing(name):
        width, height = image.size
        notes = _frame_notes(image)
        reduced = 1.0
        if factor > 1:
            # Only JPEG's decoder follows; the others leave the picture as it is.
            draft = image.draft(None, (max(width // factor, 1), max(height // factor, 1)))
            reduced = width / draft[1][2] if draft else 1.0
        drafted = image.size
        image.load()
    if image.size != drafted:
        # TIFF's decoder has turned the picture itself; an icon's holds another size than its directory said.
        width, height = image.size
        _check_size(name, image.format or "", width, height)
    return StoredPicture(name, image, width, height, reduced, turn_of(image), notes)


def _frame_notes(image: ImageFile) -> tuple[str, ...]:
    kind = _FRAMES.get(image.format or "")
    if kind is None or not getattr(image, "is_animated", False):
        return ()
    image.seek(0)
    return (f"The first {kind} is used.",)


@contextmanager
def _readable(path: Path, name: str) -> Iterator[BinaryIO]:
    """The open file. Looked at first: opening a pipe would wait for its writer."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise PictureRefused(f"“{name}” is a folder, not a picture.", hint="Choose a picture inside it.")
        if not stat.S_ISREG(status.st_mode):
            raise PictureRefused(f"“{name}” is not a file.", hint=_FILE_HINT)
        if status.st_size == 0:
            raise PictureRefused(f"“{name}” is empty.", hint="Get the file again: its copy or download did not finish.")
        if status.st_size > MAX_FILE_BYTES:
            raise PictureRefused(f"“{name}” is larger than {MAX_FILE_BYTES / 1e9:.0f} GB.", hint=_SMALLER_HINT)
        file = path.open("rb")
    except (OSError, ValueError) as error:
        raise _unreadable(name, error) from error
    with file:
        yield file


@contextmanager
def _refusing(name: str) -> Iterator[None]:
    try:
        yield
    except UnidentifiedImageError as error:
        raise PictureRefused(
            f"“{name}” is not a picture that Imgvar can read, or it is damaged.", hint=_REFUSED_HINT
        ) from error
    except Image.DecompressionBombError as error:
        raise _too_many_pixels(name, MAX_PIXELS) from error
    except MemoryError as error:
        raise _no_memory(name) from error
    except Exception as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise _unreadable(name, error) from error
        # A decoder raises whatever the bytes lead it to, from SyntaxError to ZeroDivisionError. Only decoding
        # stands inside this manager, so none of it is a mistake of ours.
        raise PictureRefused(f"“{name}” is damaged or incomplete.", hint=_DAMAGED_HINT) from error


def _unreadable(name: str, error: OSError | ValueError) -> PictureRefused:
    match error:
        case FileNotFoundError() | NotADirectoryError():
            return PictureRefused(f"“{name}” is not there any more.", hint="Choose it again where it is now.")
        case PermissionError():
            return PictureRefused(f"“{name}” may not be read.", hint="Change its permissions, or choose a copy.")
        case OSError():
            return PictureRefused(f"“{name}” could not be read: {error.strerror}.", hint="Choose a copy elsewhere.")
        case _:
            return PictureRefused(f"“{name}” is not the name of a file.", hint=_FILE_HINT)


def _check_size(name: str, kind: str, width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise PictureRefused(f"“{name}” has no pixels.", hint=_DAMAGED_HINT)
    most = MAX_SLOW_PIXELS if kind in _SLOW else MAX_PIXELS
    if width * height > most:
        raise _too_many_pixels(name, most)
    if max(width, height) > MAX_SIDE_PX:
        raise PictureRefused(
            f"“{name}” has a side of {max(width, height):,} px; {MAX_SIDE_PX:,} px are the most that can be opened.",
            hint=_SMALLER_HINT,
        )


def _too_many_pixels(name: str, most: int) -> PictureRefused:
    return PictureRefused(
        f"“{name}” has more than {most // 1_000_000} megapixels, which is too large to open.", hint=_SMALLER_HINT
    )


def _no_memory(name: str) -> PictureRefused:
    return PictureRefused(f"There is not enough free memory to open “{name}”.", hint=_SMALLER_HINT)


def _formats(path: Path) -> list[str]:
    Image.init()
    formats: list[str] = [name for name in _FORMATS if name in Image.OPEN]
    if path.suffix.lower() in _TGA_SUFFIXES:
        formats.append("TGA")
    if "HEIF" not in Image.OPEN:
        from pi_heif import register_heif_opener  # type: ignore[import-untyped]

        register_heif_opener()
    return [*formats, "HEIF"]


def quiet_decoders() -> None:
    """Pillow's warnings about a file's oddities go nowhere: a filter for good, and looked for at each use.

    ``catch_warnings`` would change the filters of every other thread while it lasts.
    """
    if not any(item[0] == "ignore" and item[3] and item[3].pattern == _DECODERS for item in warnings.filters):
        warnings.filterwarnings("ignore", module=_DECODERS)
