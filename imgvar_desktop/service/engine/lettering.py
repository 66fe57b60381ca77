"""Finds text: rows of small, similar, crisp shapes. A mirrored word is the first thing anyone sees."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from imgvar_desktop.service.engine.raster import Bytes, Floats, Ints, Mask, on_white, resized
from imgvar_desktop.service.engine.regions import Region, dilated, labelled, regions_of

_SIDE = 320
_CONTRAST = 0.14
_TALLEST = 56
_MOST_SHAPES = 4000
_LETTERS = 5
# Beside a line that is surely text, shorter ones are text as well.
_SHORT = 3
# A letter is among so many shapes, from left to right, after the one before it.
_WITHIN = 60
# Between words there is no more than this, in heights of a line; one that was not made out may lie there.
_SPACE = 2.5
_MOST_WORDS = 40
_MUCH = 24


@dataclass(frozen=True, slots=True)
class Lettering:
    """The lines of text in a picture, and what all of them lie within; in 0..1 of its side.

    ``lines`` is ``(k, 4)``: top, bottom, left and right of each; words far apart are lines of their own.
    """

    top: float
    bottom: float
    left: float
    right: float
    lines: Floats


def lettering_of(pixels: Bytes) -> Lettering | None:
    """Where premultiplied ``(n, n, 4)`` pixels hold text; None without a line of five letters. About 15 ms."""
    grey = _grey(pixels)
    local = _surroundings(grey)
    lines = [line for mask in (grey < local - _CONTRAST, grey > local + _CONTRAST) for line in _lines(_letters(mask))]
    if max((_certain(line) for line in lines), default=0) < _LETTERS:
        return None
    certain = [line for line in lines if _certain(line) >= _SHORT]
    sure = _bounds(certain)
    top, left = (float(v) for v in sure[:, [0, 2]].min(0))
    bottom, right = (float(v) for v in sure[:, [1, 3]].max(0))
    # Where there is much text, a single shape beside it is a letter; elsewhere it is clutter.
    words = _bounds([line for line in lines if len(line) > 1 or sum(map(len, certain)) >= _MUCH])
    whole = _completed(sure, words) / np.float32(_SIDE)
    return Lettering(top / _SIDE, bottom / _SIDE, left / _SIDE, right / _SIDE, lines=whole)


def _bounds(lines: list[list[Region]]) -> Ints:
    """``(k, 4)``: top, bottom, left and right of each line, in pixels."""
    found = [
        (min(r.top for r in c), max(r.bottom for r in c), min(r.left for r in c), max(r.right for r in c))
        for c in lines
    ]
    return np.array(found, np.int32).reshape(-1, 4)


def _completed(sure: Ints, words: Ints) -> Floats:
    """Lines with the words beside them, each ``(k, 4)``; what was joined appears once."""
    rest = sure[np.argsort(sure[:, 2])]
    whole: list[Ints] = []
    while len(rest):
        line, rest = rest[0], rest[1:]
        for _ in range(_MOST_WORDS):
            near = words[_beside(words, line)]
            first, last = near[:, 2].min(initial=line[2]), near[:, 3].max(initial=line[3])
            if (first, last) == (line[2], line[3]):
                break
            # Never higher than it was, or clutter would join line to line.
            line = np.array([line[0], line[1], first, last])
        rest = rest[~_beside(rest, line)]
        whole.append(line)
    return np.array(whole, np.float32)


def _beside(shapes: Ints, line: Ints) -> Mask:
    """Which of the shapes ``(k, 4)`` stand on the same line ``(4,)``, no farther off than words are."""
    high = line[1] - line[0]
    heights = shapes[:, 1] - shapes[:, 0]
    shared = np.minimum(shapes[:, 1], line[1]) - np.maximum(shapes[:, 0], line[0])
    gap = np.maximum(shapes[:, 2] - line[3], line[2] - shapes[:, 3])
    beside: Mask = (shared >= 0.5 * np.minimum(heights, high)) & (heights <= 1.5 * high) & (gap <= _SPACE * high)
    return beside


def _grey(pixels: Bytes) -> Floats:
    rgb = on_white(resized(pixels, _SIDE) if pixels.shape[0] != _SIDE else pixels)
    grey: Floats = rgb @ np.array([0.299, 0.587, 0.114], np.float32)
    return grey


def _surroundings(grey: Floats) -> Floats:
    image = Image.fromarray(np.clip(grey * 255, 0, 255).astype(np.uint8)).filter(ImageFilter.BoxBlur(12))
    return np.asarray(image, np.float32) * np.float32(1 / 255)


def _letters(mask: Mask) -> list[Region]:
    """Components shaped like letters: small, neither specks nor slabs, mostly stroke."""
    labels, count = labelled(mask, diagonal=True)
    if count > _MOST_SHAPES:
        return []
    rim = np.bincount(labels[mask & dilated(~mask, 1)], minlength=count + 1)
    return [
        r
        for r in regions_of(labels, count)
        if 5 <= r.height <= _TALLEST
        and 2 <= r.width <= 1.8 * r.height
        and 0.15 * r.height * r.width <= r.area
        and (not _is_bar(r) or r.width <= 0.35 * r.height)
        # A stroke is thin; twice its area by its rim is about its width.
        and r.area <= 0.5 * (0.3 * r.height + 2) * float(rim[r.label])
    ]


def _is_bar(shape: Region) -> bool:
    """Solid: an l, an i without its dot, or a paling. Others are needed beside it to make a row of shapes a word."""
    return shape.area > 0.9 * shape.height * shape.width


def _certain(line: list[Region]) -> int:
    """How many shapes of a line can hardly be anything but letters."""
    return sum(not _is_bar(shape) for shape in line)


def _lines(shapes: list[Region]) -> list[list[Region]]:
    """Letters that stand on one line: next to each other, as high as each other, on one base line. Longest way each."""
    shapes = sorted(shapes, key=lambda r: r.left)
    bounds = np.array([(r.top, r.bottom, r.left, r.right) for r in shapes], np.int32).reshape(-1, 4)
    length = np.ones(len(shapes), np.int32)
    before = np.full(len(shapes), -1, np.int32)
    for i in range(1, len(shapes)):
        first = max(0, i - _WITHIN)
        candidates = np.where(_neighbours(bounds[first:i], bounds[i]), length[first:i], 0)
        best = int(candidates.argmax())
        if candidates[best]:
            length[i], before[i] = candidates[best] + 1, first + best
    return [_traced(shapes, before, last) for last in sorted(set(range(len(shapes))) - set(before.tolist()))]


def _traced(shapes: list[Region], before: Ints, last: int) -> list[Region]:
    line: list[Region] = []
    while last >= 0:
        line.append(shapes[last])
        last = int(before[last])
    return line


def _neighbours(left: Ints, right: Ints) -> Mask:
    """Which of the shapes ``left`` ``(k, 4)`` may be the letter before ``right`` ``(4,)``; top, bottom, left, right."""
    heights = left[:, 1] - left[:, 0]
    height = np.maximum(heights, right[1] - right[0])
    gap = right[2] - left[:, 3]
    off = np.maximum(1, 0.12 * height)
    aligned = (np.abs(left[:, 1] - right[1]) <= off) | (np.abs(left[:, 0] - right[0]) <= off)
    similar = np.minimum(heights, right[1] - right[0]) >= 0.55 * height
    near: Mask = similar & aligned & (gap >= -1) & (gap <= 0.4 * height)
    return near
