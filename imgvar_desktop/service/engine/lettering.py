"""Finds text: rows of small, similar, crisp shapes. A mirrored word is the first thing anyone sees."""

import numpy as np
from PIL import Image, ImageFilter

from imgvar_desktop.service.engine.raster import Bytes, Floats, Mask, on_white, resized
from imgvar_desktop.service.engine.regions import Region, dilated, labelled, regions_of

_SIDE = 320
_CONTRAST = 0.14
_TALLEST = 56
_MOST_SHAPES = 4000
_LETTERS = 5


def has_lettering(pixels: Bytes) -> bool:
    """Whether premultiplied ``(n, n, 4)`` pixels hold at least one line of five letters or more. About 25 ms."""
    return max(longest_lines(pixels)) >= _LETTERS


def longest_lines(pixels: Bytes) -> tuple[int, int]:
    """The number of letters on the longest dark line and on the longest light one."""
    grey = _grey(pixels)
    local = _surroundings(grey)
    dark = _letters(grey < local - _CONTRAST)
    light = _letters(grey > local + _CONTRAST)
    return _longest_line(dark), _longest_line(light)


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
        and 0.15 * r.height * r.width <= r.area <= 0.9 * r.height * r.width
        # A stroke is thin; twice its area by its rim is about its width.
        and r.area <= 0.5 * (0.3 * r.height + 2) * float(rim[r.label])
    ]


def _longest_line(shapes: list[Region]) -> int:
    """The most letters on one line: next to each other, as high as each other, on one base line."""
    shapes = sorted(shapes, key=lambda r: r.left)
    best = 0
    length = [1] * len(shapes)
    for i, right in enumerate(shapes):
        for j in range(i - 1, max(-1, i - 60), -1):
            if _neighbours(shapes[j], right):
                length[i] = max(length[i], length[j] + 1)
        best = max(best, length[i])
    return best


def _neighbours(left: Region, right: Region) -> bool:
    height = max(left.height, right.height)
    gap = right.left - left.right
    same_base = abs(left.bottom - right.bottom) <= max(1, 0.12 * height)
    same_top = abs(left.top - right.top) <= max(1, 0.12 * height)
    similar = min(left.height, right.height) >= 0.55 * height
    return similar and (same_base or same_top) and -1 <= gap <= 0.4 * height
