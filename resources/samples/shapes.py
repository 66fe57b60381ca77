"""A poster of flat shapes on a grid: quarter discs, arches, petals, stairs."""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

SIDE = 1500
CELL = 300
FINE = 4
"""Pixels drawn for one pixel kept, each way."""

INK, CREAM, CORAL, AMBER, TEAL, ROSE = "#1f2a44", "#f6ead6", "#e2583e", "#f0b23e", "#2b7a78", "#f2b8a6"
GRID = (
    ("quarter", "petals", "arches", "disc", "stairs"),
    ("halves", "rings", "quarter", "petals", "arches"),
    ("sun", "sun", "stairs", "rings", "quarter"),
    ("sun", "sun", "petals", "halves", "disc"),
    ("dots", "arches", "disc", "quarter", "petals"),
)
PAIRS = (
    ((INK, CORAL), (CREAM, TEAL), (AMBER, INK), (ROSE, CORAL), (TEAL, CREAM)),
    ((CREAM, INK), (CORAL, CREAM), (ROSE, TEAL), (INK, AMBER), (CREAM, CORAL)),
    ((TEAL, AMBER), (TEAL, AMBER), (CREAM, INK), (TEAL, ROSE), (AMBER, CORAL)),
    ((TEAL, AMBER), (TEAL, AMBER), (CORAL, ROSE), (CREAM, TEAL), (INK, CREAM)),
    ((ROSE, INK), (INK, CREAM), (AMBER, CORAL), (CREAM, INK), (TEAL, AMBER)),
)
"""Ground and figure of each cell."""
TURNS = ((0, 0, 0, 0, 1), (1, 0, 3, 1, 2), (0, 0, 0, 0, 2), (0, 0, 1, 0, 0), (0, 3, 0, 1, 0))
"""Quarter turns of each cell, against the clock."""


def shapes() -> Image.Image:
    poster = Image.new("RGB", (SIDE, SIDE))
    for row, names in enumerate(GRID):
        for column, name in enumerate(names):
            if name != "sun":
                poster.paste(tile(name, CELL, PAIRS[row][column], TURNS[row][column]), (column * CELL, row * CELL))
    poster.paste(tile("sun", 2 * CELL, (TEAL, AMBER), 0), (0, 2 * CELL))
    return poster


def tile(name: str, side: int, pair: tuple[str, str], turns: int) -> Image.Image:
    ground, figure = pair
    large = Image.new("RGB", (side * FINE, side * FINE), ground)
    FIGURES[name](ImageDraw.Draw(large), side * FINE, ground, figure)
    return large.rotate(90 * turns).resize((side, side), Image.Resampling.BOX)


def disc_at(pen: ImageDraw.ImageDraw, x: float, y: float, radius: float, fill: str) -> None:
    pen.ellipse((x - radius, y - radius, x + radius - 1, y + radius - 1), fill=fill)


def quarter(pen: ImageDraw.ImageDraw, side: int, ground: str, figure: str) -> None:
    """Two quarter discs from opposite corners, the smaller one with a hole."""
    disc_at(pen, 0, side, side, figure)
    disc_at(pen, 0, side, side * 0.5, ground)
    disc_at(pen, side * 0.83, side * 0.17, side * 0.10, figure)


def petals(pen: ImageDraw.ImageDraw, side: int, ground: str, figure: str) -> None:
    """Four leaves meeting in the middle."""
    half = side / 2
    share = np.linspace(0, np.pi / 2, 120)
    arc = np.stack([half * np.sin(share), half * (1 - np.cos(share))], axis=1)
    leaf = np.concatenate([arc, arc[::-1, ::-1]])
    for x, y, flip in ((0, 0, False), (half, 0, True), (0, half, True), (half, half, False)):
        spots = [(x + (half - a if flip else a), y + b) for a, b in leaf]
        pen.polygon(spots, fill=figure)
    disc_at(pen, half, half, side * 0.085, ground)
    disc_at(pen, half, half, side * 0.045, figure)


def arches(pen: ImageDraw.ImageDraw, side: int, ground: str, figure: str) -> None:
    """A rainbow standing on the lower edge."""
    for at, radius in enumerate((0.46, 0.34, 0.22, 0.10)):
        fill = (figure, ground)[at % 2]
        disc_at(pen, side / 2, side / 2, side * radius, fill)
        pen.rectangle((side * (0.5 - radius), side / 2, side * (0.5 + radius) - 1, side), fill=fill)


def disc(pen: ImageDraw.ImageDraw, side: int, ground: str, figure: str) -> None:
    """A disc whose lower half is cut into stripes."""
    disc_at(pen, side / 2, side / 2, side * 0.4, figure)
    for at in range(4):
        top = side * (0.53 + 0.10 * at)
        pen.rectangle((0, top, side, top + side * (0.025 + 0.012 * at)), fill=ground)


def stairs(pen: ImageDraw.ImageDraw, side: int, ground: str, figure: str) -> None:
    """Five steps up to the right."""
    del ground
    for at in range(5):
        pen.rectangle((side * at / 5, side * (4 - at) / 5, side * (at + 1) / 5 - 1, side), fill=figure)


def halves(pen: ImageDraw.ImageDraw, side: int, ground: str, figure: str) -> None:
    """Half discs stacked like bowls."""
    del ground
    for top in (0.0, 0.5):
        pen.pieslice((0, side * (top - 0.5), side - 1, side * (top + 0.5) - 1), 0, 180, fill=figure)


def rings(pen: ImageDraw.ImageDraw, side: int, ground: str, figure: str) -> None:
    """A target."""
    for at, radius in enumerate((0.42, 0.33, 0.24, 0.15, 0.06)):
        disc_at(pen, side / 2, side / 2, side * radius, (figure, ground)[at % 2])


def dots(pen: ImageDraw.ImageDraw, side: int, ground: str, figure: str) -> None:
    """Sixteen dots that grow towards one corner."""
    del ground
    for row in range(4):
        for column in range(4):
            disc_at(
                pen, side * (column + 0.5) / 4, side * (row + 0.5) / 4, side * (0.03 + 0.012 * (row + column)), figure
            )


def sun(pen: ImageDraw.ImageDraw, side: int, ground: str, figure: str) -> None:
    """A large sun with two rows of rays, and a face of four quarters."""
    middle = side / 2
    for count, inner, outer, fill in ((24, 0.30, 0.47, figure), (24, 0.30, 0.40, CREAM)):
        for ray in range(count):
            turn = 2 * np.pi * (ray + (0.5 if fill == CREAM else 0)) / count
            wide = 0.62 * np.pi / count
            corners = [(inner, turn - wide), (outer, turn), (inner, turn + wide)]
            pen.polygon([(middle + side * r * np.cos(a), middle + side * r * np.sin(a)) for r, a in corners], fill=fill)
    disc_at(pen, middle, middle, side * 0.30, ground)
    disc_at(pen, middle, middle, side * 0.27, figure)
    box = (middle - side * 0.19, middle - side * 0.19, middle + side * 0.19, middle + side * 0.19)
    for start, fill in ((0, CORAL), (90, CREAM), (180, CORAL), (270, CREAM)):
        pen.pieslice(box, start, start + 90, fill=fill)
    disc_at(pen, middle, middle, side * 0.07, INK)


FIGURES: dict[str, Callable[[ImageDraw.ImageDraw, int, str, str], None]] = {
    one.__name__: one for one in (quarter, petals, arches, disc, stairs, halves, rings, dots, sun)
}
