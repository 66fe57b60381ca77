"""A glazed vase with eucalyptus and two pears, in the light of a window on the left."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from paint import Field, Point, blurred, clouds, colour, drawn, mix, picture, ramp, smooth
from PIL import Image, ImageDraw

SIDE = 1400
TABLE = 985
"""The row where the wall ends and the table begins."""
LIGHT = np.array([-0.60, -0.56, 0.57])
ROWS, COLUMNS = np.mgrid[0:SIDE, 0:SIDE].astype(float)


@dataclass(frozen=True, slots=True)
class Solid:
    """A turned body: an outline (share of the way down, radius) around an upright axis, seen a little from above."""

    axis: float
    top: float
    bottom: float
    outline: Sequence[Point]
    tilt: float = 16.0
    """How far the front of a ring hangs below its sides, in pixels."""


@dataclass(frozen=True, slots=True)
class Surface:
    """What a solid shows: where it covers, how far down its axis each pixel lies, and its normals."""

    cover: Field
    down: Field
    normal: Field


def vase() -> Image.Image:
    rng = np.random.default_rng(11)
    body = surface(Solid(640, 560, 1168, VASE))
    pears = [surface(Solid(1010, 862, 1196, PEAR, 12)), surface(Solid(1160, 905, 1150, SMALL_PEAR, 10))]
    branches = Image.new("RGBA", (SIDE * 2, SIDE * 2))
    eucalyptus(rng, ImageDraw.Draw(branches))
    leaves = np.asarray(branches.resize((SIDE, SIDE), Image.Resampling.BOX), dtype=float) / 255
    scene = room(rng)
    scene = shadows(scene, body, leaves[..., 3])
    scene = pear(rng, scene, pears[1], "b9a23c", "7c7a2f")
    scene = pear(rng, scene, pears[0], "d9b84a", "97902f")
    scene = stems(scene)
    scene = mix(scene, colour("2a1d1b"), ellipse(640, 566, 74, 15))
    scene = mix(scene, leaves[..., :3], leaves[..., 3])
    scene = glazed(rng, scene, body)
    grain = clouds(rng, (SIDE, SIDE), (SIDE / 2, SIDE / 2), 1) - 0.5
    edge = np.hypot(COLUMNS / SIDE - 0.45, ROWS / SIDE - 0.48)
    return picture(scene * (1.03 - 0.30 * edge**2)[..., None] + 0.028 * grain[..., None])


VASE = [
    (0, 82),
    (0.03, 75),
    (0.09, 61),
    (0.17, 68),
    (0.31, 132),
    (0.46, 183),
    (0.56, 191),
    (0.68, 178),
    (0.84, 138),
    (0.97, 104),
    (1, 104),
]
PEAR = [
    (0, 0),
    (0.03, 22),
    (0.12, 42),
    (0.30, 61),
    (0.46, 90),
    (0.60, 116),
    (0.72, 126),
    (0.84, 116),
    (0.94, 84),
    (1, 40),
]
SMALL_PEAR = [
    (0, 0),
    (0.04, 20),
    (0.14, 36),
    (0.32, 52),
    (0.48, 76),
    (0.62, 95),
    (0.73, 101),
    (0.85, 93),
    (0.95, 64),
    (1, 30),
]


def surface(solid: Solid) -> Surface:
    steps = np.linspace(0, 1, 1200)
    radii = curve(np.array(solid.outline), steps)
    tall = solid.bottom - solid.top
    slopes = np.gradient(radii) / (tall / (len(steps) - 1))
    front = np.ones_like(ROWS)
    for _ in range(4):  # the ring a pixel lies on depends on how far in front it is, and that on the ring
        down = (ROWS - solid.top - solid.tilt * (front - 1)) / tall
        radius = np.maximum(np.interp(down, steps, radii), 1)
        side = np.clip((COLUMNS - solid.axis) / radius, -1, 1)
        front = np.sqrt(1 - side**2)
    inside = smooth(0.8, -0.8, np.abs(COLUMNS - solid.axis) - radius)
    cover = inside * smooth(-0.8, 0.8, down * tall) * smooth(0.8, -0.8, (down - 1) * tall)
    normal = np.stack([side, -np.interp(down, steps, slopes), front], axis=-1)
    return Surface(cover, np.clip(down, 0, 1), normal / np.linalg.norm(normal, axis=-1, keepdims=True))


def curve(points: Field, at: Field) -> Field:
    """A smooth line through points of rising first coordinate."""
    x, y = points.T
    slope = np.gradient(y, x)
    here = np.clip(np.searchsorted(x, at, side="right") - 1, 0, len(x) - 2)
    wide = x[here + 1] - x[here]
    t = (at - x[here]) / wide
    ends = (1 + 2 * t) * (1 - t) ** 2 * y[here] + t**2 * (3 - 2 * t) * y[here + 1]
    return np.asarray(ends + wide * (t * (1 - t) ** 2 * slope[here] - t**2 * (1 - t) * slope[here + 1]))


def lit(normal: Field) -> Field:
    """How much window light falls on a surface; goes a little around the edge, as it does in a bright room."""
    return np.asarray(np.clip((normal @ (LIGHT / np.linalg.norm(LIGHT)) + 0.28) / 1.28, 0, 1))


def shine(normal: Field, sharpness: float) -> Field:
    half = LIGHT / np.linalg.norm(LIGHT) + np.array([0, 0, 1])
    return np.asarray(np.clip(normal @ (half / np.linalg.norm(half)), 0, 1) ** sharpness)


def ellipse(x: float, y: float, wide: float, high: float) -> Field:
    return smooth(1.0, 0.97, np.hypot((COLUMNS - x) / wide, (ROWS - y) / high))


def room(rng: np.random.Generator) -> Field:
    """A plastered wall with the window's light on it, and a table top."""
    plaster = clouds(rng, (SIDE, SIDE), (5, 5), 6) - 0.5
    wall = ramp([(0, "d9cdb8"), (0.55, "c7b7a0"), (1, "a08f80")], np.hypot(COLUMNS - 250, ROWS - 300) / 1250)
    wall = wall * (1 + 0.07 * plaster[..., None])

    def panes(pen: ImageDraw.ImageDraw, scale: int) -> None:
        for column in range(2):
            for row in range(3):
                x, y = 560 + 300 * column, 40 + 268 * row + 62 * column
                corners = [(x, y), (x + 268, y + 55), (x + 268, y + 292), (x, y + 237)]
                pen.polygon([(a * scale, b * scale) for a, b in corners], fill=255)

    wall = mix(wall, colour("ffeccb"), 0.46 * blurred(drawn((SIDE, SIDE), panes), 11))
    far = np.clip((ROWS - TABLE) / (SIDE - TABLE), 0, 1)
    fibre = clouds(rng, (SIDE, SIDE), (70, 3), 4) - 0.5 + 0.5 * (clouds(rng, (SIDE, SIDE), (16, 1), 3) - 0.5)
    wood = ramp([(0, "8d5f42"), (0.35, "a87450"), (1, "7a4c35")], far) * (1 + 0.26 * fibre[..., None])
    wood = mix(wood, colour("ffd9a8"), 0.22 * np.exp(-(((COLUMNS - 330) / 420) ** 2) - ((far - 0.45) / 0.5) ** 2))
    scene = mix(wall, wood, smooth(TABLE - 1, TABLE + 1, ROWS))
    return mix(scene, colour("4a2f28"), 0.55 * np.exp(-np.abs(ROWS - TABLE) / 5))


def shadows(scene: Field, body: Surface, leaves: Field) -> Field:
    """On the wall the whole arrangement again, soft and to the right; on the table a pool under each thing."""
    everything = np.clip(body.cover + leaves, 0, 1)
    on_wall = blurred(np.roll(everything, (70, 250), axis=(0, 1)), 13) * smooth(TABLE, TABLE - 6, ROWS)
    on_wall *= smooth(240, 300, COLUMNS)
    scene = mix(scene, scene * colour("7d7590"), 0.62 * on_wall)
    table = smooth(TABLE - 1, TABLE + 2, ROWS)
    long = blurred(ellipse(640 + 190, 1136, 290, 44), 20) * 0.85 + blurred(ellipse(640 + 470, 1080, 330, 60), 34) * 0.35
    for x, y, wide in ((1010, 1180, 150), (1160, 1136, 120)):
        long = np.maximum(long, blurred(ellipse(x + wide * 0.55, y - 6, wide, wide * 0.24), 13) * 0.85)
    scene = mix(scene, scene * colour("453248"), np.clip(long, 0, 1) * table * 0.9)
    for x, y, wide in ((640, 1166, 112), (1010, 1188, 80), (1160, 1144, 64)):
        scene = mix(scene, colour("1f1216"), 0.75 * blurred(ellipse(x + 4, y + 2, wide, wide * 0.17), 5))
    return scene


def glazed(rng: np.random.Generator, scene: Field, body: Surface) -> Field:
    """Teal glaze that ran down over raw clay and stopped where it would."""
    throwing = np.sin(body.down * 190) * 0.022
    normal = body.normal + np.stack([0 * throwing, throwing, 0 * throwing], axis=-1)
    light = lit(normal)
    around = np.arcsin(np.clip(body.normal[..., 0], -1, 1))
    drips = 0.70 + 0.030 * np.sin(around * 3.1 + 0.6) + 0.022 * np.sin(around * 7.3 + 2) + 0.012 * np.sin(around * 15)
    drips = drips + 0.055 * np.exp(-(((around + 0.32) / 0.085) ** 2)) + 0.04 * np.exp(-(((around - 0.55) / 0.07) ** 2))
    glaze = smooth(0.003, -0.003, body.down - drips)
    speck = clouds(rng, (SIDE, SIDE), (SIDE / 5, SIDE / 5), 2)
    clay = mix(colour("6a3527"), colour("d88a5c"), light[..., None] ** 1.1)
    clay = clay * (1 + 0.12 * (clouds(rng, (SIDE, SIDE), (90, 12), 3) - 0.5)[..., None])
    pool = np.exp(-np.clip(drips - body.down, 0, 1) / 0.035)
    cloudy = clouds(rng, (SIDE, SIDE), (9, 7), 4)
    tint = ramp(
        [(0, "3f9a93"), (0.5, "2c7f80"), (1, "1f5d68")], np.clip(0.35 + 0.5 * (cloudy - 0.5) + 0.45 * pool, 0, 1)
    )
    teal = mix(tint * colour("33405c"), tint * 1.18, light)
    teal = mix(teal, colour("12363f"), 0.75 * smooth(0.80, 0.86, speck))
    teal = mix(teal, colour("b9ded0"), 0.55 * np.exp(-body.down / 0.02))
    window = shine(normal, 260) + 0.30 * shine(normal, 26)
    teal = mix(teal, colour("fff8e8"), np.clip(0.85 * window, 0, 1))
    edge = np.exp(-(((body.down - drips + 0.004) / 0.0045) ** 2))
    pot = mix(clay, teal, glaze) + 0.16 * edge[..., None] * light[..., None]
    bounce = np.clip(body.normal[..., 1], 0, 1) * smooth(0.55, 1, body.down) + 0.35 * smooth(
        0.75, 1, body.normal[..., 0]
    )
    pot = pot + bounce[..., None] * np.array([0.16, 0.085, 0.045])
    return mix(scene, pot * (1 - 0.35 * smooth(0.94, 1, body.down))[..., None], body.cover * (1 - 0.999 * mouth()))


def mouth() -> Field:
    """The opening, which shows what stands in the vase."""
    return ellipse(640, 566, 70, 10) * smooth(572, 566, ROWS)


def pear(rng: np.random.Generator, scene: Field, body: Surface, ripe: str, green: str) -> Field:
    light = lit(body.normal)
    blush = smooth(
        0.35, 0.95, body.normal[..., 0] * 0.5 + body.down * 0.7 + 0.25 * (clouds(rng, (SIDE, SIDE), (14, 14), 4) - 0.5)
    )
    skin = mix(mix(colour(ripe), colour(green), 1 - body.down * 0.9), colour("b4552f"), 0.55 * blush)
    skin = mix(skin, colour("6d4f25"), 0.5 * smooth(0.74, 0.80, clouds(rng, (SIDE, SIDE), (SIDE / 6, SIDE / 6), 1)))
    fruit = mix(skin * colour("5a3f4a"), skin * 1.2, light)
    fruit = mix(fruit, colour("fff3d2"), np.clip(0.5 * shine(body.normal, 70) + 0.12 * shine(body.normal, 12), 0, 1))
    fruit = fruit + (np.clip(body.normal[..., 1], 0, 1) * 0.5)[..., None] * np.array([0.17, 0.085, 0.03])
    return mix(scene, fruit, body.cover)


def stems(scene: Field) -> Field:
    def draw(pen: ImageDraw.ImageDraw, scale: int) -> None:
        for x, y, lean in ((1010, 872, 26), (1160, 914, -20)):
            path = [(x + lean * t * t, y - 58 * t) for t in np.linspace(0, 1, 14)]
            pen.line([(a * scale, b * scale) for a, b in path], fill=255, width=8 * scale, joint="curve")

    cover = drawn((SIDE, SIDE), draw)
    lighter = np.clip(cover - np.roll(cover, 3, axis=1), 0, 1)
    return mix(mix(scene, colour("4a3222"), cover), colour("b48a5c"), 0.7 * lighter)


def eucalyptus(rng: np.random.Generator, pen: ImageDraw.ImageDraw) -> None:
    """Branches with round, paired leaves; those behind are darker. Twice the size of the picture."""
    ends = [(235, 395), (1035, 322), (455, 118), (872, 150), (610, 52), (322, 232), (985, 505), (300, 560)]
    for depth, (x, y) in enumerate(ends):
        near = depth / (len(ends) - 1)
        foot = (640 + (x - 640) * 0.10, 575.0)
        bend = (
            640 + (x - 640) * rng.uniform(0.16, 0.42),
            575 - (575 - y) * 0.62 - abs(x - 640) * rng.uniform(0.1, 0.3),
        )
        path = [bezier(foot, bend, (x, y), t) for t in np.linspace(0, 1, 60)]
        pen.line([(2 * a, 2 * b) for a, b in path], fill=shade("6b5a45", 0.75 + 0.35 * near), width=9, joint="curve")
        for at in range(12, 60, 6):
            (ax, ay), (bx, by) = path[at - 1], path[at]
            heading = float(np.arctan2(by - ay, bx - ax))
            size = 58 * (1 - 0.55 * at / 60) * rng.uniform(0.85, 1.15)
            for turn in (-1, 1):
                if rng.random() > 0.08:
                    away = heading + turn * rng.uniform(0.6, 1.35)
                    leaf(pen, rng, (bx, by), heading=away, size=size * rng.uniform(0.8, 1.15), near=near)
        leaf(pen, rng, path[-1], heading=heading, size=26, near=near)


def bezier(one: Point, two: Point, three: Point, at: float) -> Point:
    along = ((1 - at) ** 2, 2 * at * (1 - at), at**2)
    return (
        sum(share * point[0] for share, point in zip(along, (one, two, three), strict=True)),
        sum(share * point[1] for share, point in zip(along, (one, two, three), strict=True)),
    )


def leaf(
    pen: ImageDraw.ImageDraw, rng: np.random.Generator, foot: Point, *, heading: float, size: float, near: float
) -> None:
    """One leaf in two halves, of which one looks to the window; ``heading`` in radians, ``near`` from 0 to 1."""
    along = np.array([np.cos(heading), np.sin(heading)])
    across = np.array([-along[1], along[0]]) * (1 if rng.random() < 0.5 else -1)
    wide = size * rng.uniform(0.34, 0.46)
    steps = np.linspace(0, 1, 24)
    bulge = np.sin(np.pi * steps**0.82) ** 0.8
    spine = np.array(foot) + np.outer(steps * size * 1.45, along)
    facing = float(np.clip(-(across @ LIGHT[:2]), -1, 1))
    tone = rng.uniform(0.92, 1.08) * (0.62 + 0.42 * near)
    for side, light in ((1, facing), (-1, -facing)):
        rim = spine + np.outer(bulge * wide * side, across)
        half = [(2 * a, 2 * b) for a, b in (*spine, *rim[::-1])]
        pen.polygon(half, fill=shade("7f9c86", tone * (1 + 0.20 * light)))
    pen.line([(2 * a, 2 * b) for a, b in spine[:-2]], fill=shade("b4c6ae", tone), width=3)


def shade(code: str, strength: float) -> tuple[int, int, int, int]:
    """A colour made darker (cooler too) or lighter."""
    red, green, blue = np.clip(colour(code) * strength * [1, 1, 1.12 - 0.12 * strength], 0, 1) * 255
    return int(red), int(green), int(blue), 255
