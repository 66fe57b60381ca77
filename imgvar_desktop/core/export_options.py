"""What a person chose for saving and exporting, kept between starts."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from imgvar_desktop.core.file_template import DEFAULT_TEMPLATE, parsed

QUALITIES: Final = range(1, 101)
LONGEST_PX: Final = range(16, 20_001)
SHEET_COLUMNS: Final = range(1, 13)
_COLOUR: Final = re.compile(r"#[0-9a-f]{6}")


class Format(StrEnum):
    ORIGINAL = "original"
    """The bytes that the service sent."""
    PNG = "png"
    JPEG = "jpeg"
    WEBP = "webp"
    TIFF = "tiff"


class Metadata(StrEnum):
    CLEAN = "clean"
    """Pixels and their colour space, and nothing else."""
    PROVENANCE = "provenance"
    """The recipe, and how the picture came about in the words of IPTC."""


class Clash(StrEnum):
    """What is to be done when a name is taken."""

    NUMBER = "number"
    SKIP = "skip"
    ASK = "ask"


class Target(StrEnum):
    FILES = "files"
    ZIP = "zip"
    SHEET = "sheet"


class SheetKind(StrEnum):
    PDF = "pdf"
    PNG = "png"


class Page(StrEnum):
    A4 = "a4"
    LETTER = "letter"
    SCREEN = "screen"
    """16 to 9, for a screen or a projector."""


class SheetField(StrEnum):
    """What stands below a picture on a contact sheet, besides its number."""

    NAME = "name"
    STARS = "stars"
    LABEL = "label"
    NOTE = "note"
    MODEL = "model"
    DATE = "date"
    SIZE = "size"


@dataclass(frozen=True, slots=True)
class SheetOptions:
    """Raises ValueError for what no sheet could be made of."""

    kind: SheetKind = SheetKind.PDF
    page: Page = Page.A4
    columns: int = 4
    title: str = ""
    """Empty: the names of the sources."""
    fields: tuple[SheetField, ...] = (SheetField.NAME,)

    def __post_init__(self) -> None:
        if self.columns not in SHEET_COLUMNS:
            raise ValueError(f"a sheet has {SHEET_COLUMNS[0]} to {SHEET_COLUMNS[-1]} columns, not {self.columns}")
        if len(set(self.fields)) != len(self.fields):
            raise ValueError(f"the fields are {self.fields}")


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What Save and the export panel used last. Raises ValueError with a sentence for what cannot be carried out."""

    template: str = DEFAULT_TEMPLATE
    clash: Clash = Clash.NUMBER
    format: Format = Format.ORIGINAL
    quality: int = 92
    """Of JPEG, and of WebP unless ``lossless``."""
    lossless: bool = True
    """Of WebP."""
    flatten: str = "#ffffff"
    """What JPEG shows where the picture is transparent."""
    longest_px: int | None = None
    """The longer side is made this small where it is larger; None: as it is."""
    metadata: Metadata = Metadata.CLEAN
    sidecar: bool = False
    """The recipe as JSON beside each file."""
    target: Target = Target.FILES
    sheet: SheetOptions = SheetOptions()

    def __post_init__(self) -> None:
        parsed(self.template)
        if self.quality not in QUALITIES:
            raise ValueError(f"the quality goes from {QUALITIES[0]} to {QUALITIES[-1]}, not {self.quality}")
        if self.longest_px is not None and self.longest_px not in LONGEST_PX:
            raise ValueError(f"the longest side has {LONGEST_PX[0]} to {LONGEST_PX[-1]} pixels, not {self.longest_px}")
        if not _COLOUR.fullmatch(self.flatten):
            raise ValueError(f"{self.flatten!r} is not a colour such as #ffffff")

    @property
    def as_is(self) -> bool:
        """Whether no pixel is encoded again."""
        return self.format is Format.ORIGINAL and self.longest_px is None
