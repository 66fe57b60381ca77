"""How a camera was held: stored pixels against upright ones."""

from dataclasses import dataclass
from typing import Final

from PIL import Image

from imgvar_desktop.core.framing import Box


@dataclass(frozen=True, slots=True)
class Turn:
    """How stored pixels become upright, and where upright ones are stored."""

    swaps: bool
    """Stored rows are upright columns."""
    mirrors_columns: bool
    """Stored columns are counted from the right."""
    mirrors_rows: bool
    """Stored rows are counted from the bottom."""
    transpose: Image.Transpose | None
    """All of it as one of Pillow's own steps; None: nothing to do."""

    def upright(self, image: Image.Image) -> Image.Image:
        return image if self.transpose is None else image.transpose(self.transpose)

    def upright_size(self, width: int, height: int) -> tuple[int, int]:
        return (height, width) if self.swaps else (width, height)

    def stored_box(self, upright: Box, *, width: int, height: int) -> Box:
        """Where a box of the upright picture lies among the stored pixels, ``width`` × ``height`` of them."""
        left, top, right, bottom = upright
        if self.swaps:
            left, top, right, bottom = top, left, bottom, right
        if self.mirrors_columns:
            left, right = width - right, width - left
        if self.mirrors_rows:
            top, bottom = height - bottom, height - top
        return left, top, right, bottom


def turn_of(image: Image.Image) -> Turn:
    """Ask after the pixels are read: a decoder that turned them has taken the orientation away."""
    try:
        orientation = image.getexif().get(0x0112, 1)
    except Exception:  # noqa: BLE001  broken EXIF raises what its bytes lead to, and is no reason to refuse the pixels
        return UPRIGHT
    return _TURNS.get(orientation, UPRIGHT) if isinstance(orientation, int) else UPRIGHT


UPRIGHT: Final = Turn(swaps=False, mirrors_columns=False, mirrors_rows=False, transpose=None)
_TURNS: Final = {
    2: Turn(False, True, False, Image.Transpose.FLIP_LEFT_RIGHT),
    3: Turn(False, True, True, Image.Transpose.ROTATE_180),
    4: Turn(False, False, True, Image.Transpose.FLIP_TOP_BOTTOM),
    5: Turn(True, False, False, Image.Transpose.TRANSPOSE),
    6: Turn(True, False, True, Image.Transpose.ROTATE_270),
    7: Turn(True, True, True, Image.Transpose.TRANSVERSE),
    8: Turn(True, True, False, Image.Transpose.ROTATE_90),
}
"""By EXIF orientation."""
