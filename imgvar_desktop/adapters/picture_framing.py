"""A framing made of pixels: turned, mirrored, straightened and padded, at the size that is wanted."""

import math

from PIL import Image, ImageFilter, ImageStat

from imgvar_desktop.adapters.picture_colour import to_srgb
from imgvar_desktop.adapters.picture_file import StoredPicture
from imgvar_desktop.adapters.picture_scale import scaled
from imgvar_desktop.core import framing as rules
from imgvar_desktop.core.framing import Box, Fit, Framing
from imgvar_desktop.core.geometry import Square

_TURNS = (None, Image.Transpose.ROTATE_270, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_90)
"""By quarter turns clockwise; Pillow counts the other way round."""
_OVERSAMPLED = 2.0
"""A straightened picture is turned at up to this many times the wanted size: turning softens, reducing does not."""


def framed(picture: StoredPicture, framing: Framing, side: int) -> Image.Image:
    """What the framing shows, ``side`` pixels large, in sRGB: mode RGB, or RGBA where something may show through.

    ``side`` is at most the framing's own. Exact framings are resampled once; straightened ones are turned by bicubic
    interpolation at up to twice the size first.
    """
    scale = side / framing.square.side
    if framing.angle:
        scale = min(scale * _OVERSAMPLED, 1.0)
    reach = rules.reach(framing)
    canvas = _canvas(picture, framing, reach, scale)
    if framing.angle:
        canvas = canvas.rotate(-framing.angle, Image.Resampling.BICUBIC)
        inner = framing.square.side / reach.side * canvas.width
        start = (canvas.width - inner) / 2
        box = (start, start, start + inner, start + inner)
        return canvas.resize((side, side), Image.Resampling.LANCZOS, box)
    return canvas


def _canvas(picture: StoredPicture, framing: Framing, reach: Square, scale: float) -> Image.Image:
    """The square ``reach`` of the turned picture at ``scale``, padded where it lies outside the picture."""
    width, height = picture.upright_size
    across, down = rules.turned_size(framing, width=width, height=height)
    side = max(round(reach.side * scale), 1)
    box = (max(reach.x, 0), max(reach.y, 0), min(reach.right, across), min(reach.bottom, down))
    if framing.fit is Fit.MIRROR and box != (reach.x, reach.y, reach.right, reach.bottom):
        box = (0, 0, across, down)  # what is reflected far outside may not lie in the square itself
    # Both edges are rounded, not the size: neighbouring pixels then meet without a gap.
    left, top = round((box[0] - reach.x) * scale), round((box[1] - reach.y) * scale)
    right = max(round((box[2] - reach.x) * scale), left + 1)
    bottom = max(round((box[3] - reach.y) * scale), top + 1)
    part = _part(picture, framing, box, (right - left, bottom - top))
    if part.size == (side, side):
        return part
    return _padded(part, side, (left, top), framing.fit)


def _part(picture: StoredPicture, framing: Framing, box: Box, size: tuple[int, int]) -> Image.Image:
    """``box`` of the turned picture, ``size`` large, turned and in sRGB."""
    width, height = picture.upright_size
    upright = rules.upright_box(framing, box, width=width, height=height)
    stored = picture.turn.stored_box(upright, width=picture.width, height=picture.height)
    factor = picture.factor
    small = (stored[0] / factor, stored[1] / factor, stored[2] / factor, stored[3] / factor)
    swapped = picture.turn.swaps != bool(framing.turns % 2)
    image, _ = to_srgb(scaled(picture.image, small, size[::-1] if swapped else size), picture.profile)
    image = picture.turn.upright(image)
    turn = _TURNS[framing.turns]
    if turn is not None:
        image = image.transpose(turn)
    return image.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if framing.flipped else image


def _padded(part: Image.Image, side: int, at: tuple[int, int], fit: Fit) -> Image.Image:
    if fit is Fit.MIRROR:
        return _mirrored(part, side, at)
    if fit is Fit.BLUR:
        canvas = _blurred(part, side)
    elif fit is Fit.EDGE:
        canvas = Image.new("RGB", (side, side), _edge_colour(part))
    else:
        canvas = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    if part.mode == "RGBA":
        canvas = canvas.convert("RGBA")
        canvas.alpha_composite(part, at)
    else:
        canvas.paste(part, at)
    return canvas


def _edge_colour(part: Image.Image) -> tuple[int, int, int]:
    """The mean of the outermost pixels."""
    opaque = part.convert("RGB")
    width, height = opaque.size
    edges = ((0, 0, width, 1), (0, height - 1, width, height), (0, 0, 1, height), (width - 1, 0, width, height))
    sums, count = [0.0, 0.0, 0.0], 0
    for box in edges:
        edge = opaque.crop(box)
        sums = [total + more for total, more in zip(sums, ImageStat.Stat(edge).sum, strict=True)]
        count += edge.width * edge.height
    red, green, blue = (round(total / count) for total in sums)
    return red, green, blue


def _blurred(part: Image.Image, side: int) -> Image.Image:
    """The part enlarged until it covers the square, out of focus."""
    opaque = part.convert("RGB")
    share = side / min(opaque.size)
    cut = (
        (opaque.width - side / share) / 2,
        (opaque.height - side / share) / 2,
        (opaque.width + side / share) / 2,
        (opaque.height + side / share) / 2,
    )
    # Blurred small and then enlarged: the same look for a hundredth of the work.
    small = max(min(side, 128), 1)
    soft = opaque.resize((small, small), Image.Resampling.LANCZOS, cut).filter(ImageFilter.GaussianBlur(small / 24))
    return soft.resize((side, side), Image.Resampling.BICUBIC)


def _mirrored(part: Image.Image, side: int, at: tuple[int, int]) -> Image.Image:
    """The part reflected at its edges as often as it takes."""
    flips = {
        (0, 0): part,
        (1, 0): part.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        (0, 1): part.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
        (1, 1): part.transpose(Image.Transpose.ROTATE_180),
    }
    canvas = Image.new(part.mode, (side, side))
    columns = range(-math.ceil(at[0] / part.width), math.ceil((side - at[0]) / part.width))
    rows = range(-math.ceil(at[1] / part.height), math.ceil((side - at[1]) / part.height))
    for column in columns:
        for row in rows:
            tile = flips[column % 2, row % 2]
            canvas.paste(tile, (at[0] + column * part.width, at[1] + row * part.height))
    return canvas
