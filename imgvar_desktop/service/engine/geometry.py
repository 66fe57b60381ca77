"""Moves that keep the picture whole: reframe, shift the interest, bend. One smooth map, resampled once."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from imgvar_desktop.service.engine.progress import Pause, no_pause
from imgvar_desktop.service.engine.raster import (
    Bytes,
    Cell,
    Floats,
    as_image,
    as_pixels,
    resized_floats,
    sharpened,
)

LINES = 17
"""Grid lines per axis of a map; 16 by 16 cells."""
# Chosen so that the mean step between pixels stays what it was in the source.
_SHARPEN = 1.6
_SHARPEN_MESH = 0.2


@dataclass(frozen=True, slots=True)
class Recast:
    """A whole-picture map, output to source.

    ``rows`` and ``columns`` hold, for 17 evenly spaced output lines, the source coordinate each shows, in 0..1 of the
    side and rising. ``bend`` is the standard deviation of a smooth random displacement, in sides; ``bend_seed`` fixes
    it. ``turn`` is a rotation about the middle, in radians (only for pictures with room around them).
    """

    rows: tuple[float, ...]
    columns: tuple[float, ...]
    bend: float = 0.0
    bend_seed: int = 0
    turn: float = 0.0


def straight_axis(start: float, stop: float) -> tuple[float, ...]:
    """An axis that shows the source from ``start`` to ``stop`` evenly."""
    return tuple(float(v) for v in np.linspace(start, stop, LINES))


def stiffness_profiles(importance: Floats) -> tuple[Floats, Floats]:
    """How stiff each row and each column is, 0..1: the most important places on it decide."""
    found = []
    for axis in (1, 0):
        line = np.percentile(importance, 92, axis=axis)
        low, high = float(line.min()), float(line.max())
        found.append(((line - low) / max(1e-3, high - low)).astype(np.float32) ** 0.7)
    return found[0], found[1]


def axis_moving(stiffness: Floats, shift: float, zoom: float, give: float) -> tuple[float, ...]:
    """An axis that moves the stiff places by ``shift`` (of the side) and scales them by ``zoom``; soft places make
    room.

    ``stiffness`` runs along the source axis, 0 soft to 1 stiff. ``give`` bounds how far soft places may stretch:
    between ``1 - give`` and ``1 + give`` times.
    """
    stiffness = np.convolve(np.pad(stiffness, 3, mode="edge"), np.hanning(9)[1:-1] / np.hanning(9).sum(), "valid")
    count = len(stiffness)
    middles = (np.arange(count) + 0.5) / count
    centre = float((stiffness * middles).sum() / max(1e-6, stiffness.sum()))
    before = middles < centre
    widths = np.empty(count)
    for side, room in ((before, centre + shift), (~before, 1 - centre - shift)):
        stiff = float(stiffness[side].sum()) / count
        soft = float((1 - stiffness[side]).sum()) / count
        factor = (room - stiff * zoom) / max(soft, 1e-3)
        factor = float(np.clip(factor, 1 - give, 1 + give))
        widths[side] = stiffness[side] * zoom + (1 - stiffness[side]) * factor
    edges = np.concatenate([[0.0], np.cumsum(widths)])
    edges /= edges[-1]
    source = np.interp(np.linspace(0, 1, LINES), edges, np.linspace(0, 1, count + 1))
    return tuple(float(v) for v in source)


def _grid(recast: Recast) -> tuple[Floats, Floats]:
    """Source coordinates ``(17, 17)`` in 0..1, vertical and horizontal, of the output grid's crossings."""
    down, across = np.meshgrid(recast.rows, recast.columns, indexing="ij")
    if recast.turn:
        sine, cosine = np.sin(recast.turn), np.cos(recast.turn)
        y, x = down - 0.5, across - 0.5
        down, across = 0.5 + cosine * y - sine * x, 0.5 + sine * y + cosine * x
    if recast.bend:
        noise = np.random.default_rng(recast.bend_seed).normal(0, 1, (3, 3, 2)).astype(np.float32)
        smooth = resized_floats(noise, LINES) * recast.bend
        # No displacement at the border, or the map would look outside the picture.
        edge = np.minimum(np.minimum(down, 1 - down), np.minimum(across, 1 - across))
        window = np.clip(4 * edge, 0, 1)
        down = down + smooth[..., 0] * window
        across = across + smooth[..., 1] * window
    return down.astype(np.float32), across.astype(np.float32)


def _cells(down: Floats, across: Floats, side: int, source_side: int) -> list[Cell]:
    lines = np.round(np.linspace(0, side, LINES)).astype(int)
    ys, xs = down * source_side, across * source_side
    cells: list[Cell] = []
    for i in range(LINES - 1):
        for j in range(LINES - 1):
            box = (int(lines[j]), int(lines[i]), int(lines[j + 1]), int(lines[i + 1]))
            if box[0] == box[2] or box[1] == box[3]:
                continue
            corners = ((i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1))
            quad = tuple(float(v) for y, x in corners for v in (xs[y, x], ys[y, x]))
            cells.append((box, quad))  # type: ignore[arg-type]  # mypy does not count the generator's eight values
    return cells


def _stretched(image: Image.Image, lines: tuple[float, ...], side: int, pause: Pause) -> Image.Image:
    """An image of any height whose width is ``side`` and whose columns follow ``lines`` (source coordinates, 0..1).

    Strip by strip: a resize is faster than a general map, and its filter widens where it shrinks, so nothing aliases.
    """
    edges = np.round(np.linspace(0, side, len(lines))).astype(int)
    height = image.height
    done = Image.new(image.mode, (side, height))
    for i in range(len(lines) - 1):
        pause()
        width = int(edges[i + 1] - edges[i])
        if width:
            box = (max(0.0, lines[i]) * image.width, 0, min(1.0, lines[i + 1]) * image.width, height)
            done.paste(image.resize((width, height), Image.Resampling.LANCZOS, box=box), (int(edges[i]), 0))
    return done


def stretch(move: Recast) -> float:
    """How far a map scales, on the mean of its places and both axes: 0.1 is about a tenth."""
    scales = [np.abs(np.log((LINES - 1) * np.maximum(np.diff(axis), 1e-3))) for axis in (move.rows, move.columns)]
    return float(np.mean(scales))


def _meshed(image: Image.Image, cells: list[Cell], side: int, pause: Pause) -> Image.Image:
    """The image through a mesh, row of cells by row of cells, so that it can be stopped in between."""
    done = Image.new(image.mode, (side, side))
    for top, bottom in sorted({(box[1], box[3]) for box, _ in cells}):
        pause()
        row = [((box[0], 0, box[2], bottom - top), quad) for box, quad in cells if box[1] == top]
        strip = image.transform((side, bottom - top), Image.Transform.MESH, row, Image.Resampling.BICUBIC)
        done.paste(strip, (0, top))
    return done


def _whole(axis: tuple[float, ...]) -> bool:
    return axis[0] >= -1e-6 and axis[-1] <= 1 + 1e-6


def recast(pixels: Bytes, move: Recast, side: int, pause: Pause = no_pause) -> Bytes:
    """The picture ``move`` describes, ``(side, side, 4)``, from premultiplied pixels of any side, as sharp as its
    source.
    """
    image = as_image(pixels)
    if not move.bend and not move.turn and _whole(move.rows) and _whole(move.columns):
        across = _stretched(image, move.columns, side, pause)
        down = _stretched(across.transpose(Image.Transpose.TRANSPOSE), move.rows, side, pause)
        shown = as_pixels(down.transpose(Image.Transpose.TRANSPOSE))
    else:
        shown = as_pixels(_meshed(image, _cells(*_grid(move), side, pixels.shape[0]), side, pause))
    enlarged = float(np.sqrt((LINES - 1) ** 2 * np.median(np.diff(move.rows)) * np.median(np.diff(move.columns))))
    return sharpened(
        shown, _SHARPEN_MESH * bool(move.bend or move.turn) + min(0.8, max(0.0, _SHARPEN * (1 / enlarged - 1)))
    )
