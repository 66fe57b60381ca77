"""A lake between mountains at dusk, in brush strokes."""

from collections.abc import Sequence

import numpy as np
from paint import Field, Point, blurred, clouds, colour, drawn, mix, picture, ramp, smooth
from PIL import Image, ImageDraw, ImageFilter

LAKE = (1600, 1200)
SHORE = 690
"""The row where land ends and water begins."""
SUN = (1040.0, 505.0)
RIDGES: tuple[tuple[Sequence[Point], float, str, str], ...] = (
    (
        [
            (-80, 520),
            (70, 380),
            (190, 425),
            (395, 178),
            (500, 300),
            (575, 268),
            (800, 520),
            (980, 600),
            (1150, 570),
            (1330, 330),
            (1405, 372),
            (1500, 285),
            (1680, 450),
        ],
        16,
        "8a6c9e",
        "eda58e",
    ),
    (
        [
            (-60, 470),
            (110, 500),
            (235, 425),
            (420, 560),
            (640, 520),
            (760, 566),
            (960, 628),
            (1130, 606),
            (1270, 505),
            (1390, 545),
            (1660, 450),
        ],
        14,
        "66558a",
        "cf8c96",
    ),
    (
        [
            (-60, 580),
            (190, 545),
            (380, 600),
            (560, 560),
            (800, 632),
            (1010, 650),
            (1240, 590),
            (1440, 545),
            (1660, 590),
        ],
        11,
        "474777",
        "93719a",
    ),
    ([(-60, 618), (260, 640), (520, 612), (760, 664), (1090, 672), (1330, 632), (1660, 612)], 8, "2c3560", "565986"),
    ([(-60, 668), (300, 660), (620, 676), (1000, 684), (1380, 672), (1660, 656)], 5, "1b2848", "27395a"),
)
"""From the farthest to the nearest: the peaks and passes of its outline, its roughness, its colour above and below."""


def lake() -> Image.Image:
    rng = np.random.default_rng(7)
    width, height = LAKE
    rows, columns = np.mgrid[0:height, 0:width].astype(float)
    scene = sky(rng, rows, columns)
    for number in range(5):
        scene = ridge(rng, scene, rows, number)
    scene = water(rng, scene, rows, columns)
    scene = mix(scene, colour("fff7da"), smooth(25, 22, np.hypot(columns - SUN[0], rows - SUN[1])))
    scene = near_shore(rng, scene)
    scene = stars(rng, brushed(rng, scene))
    grain = clouds(rng, (height, width), (height / 3, width / 3), 1) - 0.5
    vignette = 1 - 0.22 * ((columns / width - 0.5) ** 2 + (rows / height - 0.5) ** 2) * 2
    return picture(scene * vignette[..., None] + grain[..., None] * 0.035)


def sky(rng: np.random.Generator, rows: Field, columns: Field) -> Field:
    """Night above, embers at the horizon, and streaks of cloud lit from below."""
    stops = [(0, "1b2450"), (0.3, "4a4583"), (0.52, "96608f"), (0.72, "e08a7c"), (0.88, "f8bb7c"), (1, "ffe0a3")]
    scene = ramp(stops, rows / SHORE)
    away = np.hypot((columns - SUN[0]) / 1.5, rows - SUN[1])
    scene = mix(scene, colour("fff0c4"), 0.75 * np.exp(-away / 110))
    scene = mix(scene, colour("ff9e66"), 0.38 * np.exp(-away / 330))
    streaks = smooth(0.52, 0.78, clouds(rng, rows.shape, (9, 2.2))) * smooth(-0.1, 0.35, rows / SHORE)
    lit = ramp([(0, "5d5590"), (0.45, "b0668c"), (0.75, "ff9b7a"), (1, "ffd394")], rows / SHORE)
    return mix(scene, lit, 0.8 * streaks)


def stars(rng: np.random.Generator, scene: Field) -> Field:
    """Points of light in the upper sky, denser and brighter towards the top."""
    rows, columns = np.mgrid[0 : LAKE[1], 0 : LAKE[0]].astype(float)
    for _ in range(130):
        x, y = rng.uniform(8, LAKE[0] - 8), 8 + rng.uniform(0, 1) ** 1.7 * 300
        size, light = rng.uniform(0.9, 1.9), rng.uniform(0.3, 1) * (1 - y / 330)
        box = np.s_[int(y) - 7 : int(y) + 8, int(x) - 7 : int(x) + 8]
        glow = np.exp(-(np.hypot(columns[box] - x, rows[box] - y) ** 2) / size**2)
        scene[box] = mix(scene[box], colour("fff3d6"), glow * light)
    return scene


def ridge(rng: np.random.Generator, scene: Field, rows: Field, number: int) -> Field:
    """One row of mountains in front of ``scene``, hazy at its foot; the two farthest catch the sun and carry snow."""
    points, rough, high, low = RIDGES[number]
    across = np.arange(LAKE[0], dtype=float)
    jagged = clouds(rng, (2, LAKE[0]), (2, 18), 6)[0] - 0.5
    line = np.interp(across, [x for x, _y in points], [y for _x, y in points]) + 3.4 * rough * jagged
    drop = rows - line[None, :]
    below = np.clip(drop / (SHORE - line[None, :]), 0, 1)
    rock = clouds(rng, rows.shape, (14, 15), 6) - 0.5
    land = mix(np.broadcast_to(colour(high), scene.shape), colour(low), 0.85 * below**1.5)
    if number < 2:
        lit = sunlit(points, drop, across, rock)
        land = mix(land, mix(colour("ffb596"), colour(low), below), (0.75 - 0.3 * number) * lit * (1 - below) ** 1.2)
        line_of_snow = np.clip((430 - line) / 150, 0, 1.2)[None, :] * 120
        snow = smooth(14, -14, drop - line_of_snow + 190 * rock) * smooth(1, 8, line_of_snow)
        land = mix(land, mix(colour("a697cb"), colour("ffe3cf"), lit), 0.85 * snow)
    land = land * (1 + 0.16 * rock[..., None])
    return mix(scene, land, smooth(-0.8, 0.8, drop))


def sunlit(points: Sequence[Point], drop: Field, across: Field, rock: Field) -> Field:
    """How far each pixel of a ridge faces the sun: a spine winds down from every peak, with light on its sunny side."""
    peaks = [b[0] for a, b, c in zip(points, points[1:], points[2:], strict=False) if b[1] < a[1] and b[1] < c[1]]
    share = np.zeros_like(drop)
    for at, peak in enumerate(peaks):
        left = (peaks[at - 1] + peak) / 2 if at else -1e9
        right = (peaks[at + 1] + peak) / 2 if at + 1 < len(peaks) else 1e9
        spine = peak + 150 * rock + 0.12 * drop * np.sin(drop / 34)
        side = np.sign(SUN[0] - peak) * (across[None, :] - spine)
        wander = across[None, :] + 170 * rock - 0.25 * drop
        near = smooth(left - 9, left + 9, wander) * smooth(right + 9, right - 9, wander)
        share = share + near * smooth(-9, 9, side)
    return np.clip(share, 0, 1)


def waves(rng: np.random.Generator, rows: Field, columns: Field) -> Field:
    """Lying waves, -0.5 to 0.5, small at the shore and growing towards us."""
    height, width = rows.shape
    depth = np.clip((rows - SHORE) / (height - SHORE), 0, 1)
    flat = clouds(rng, (2048, 2048), (130, 26), 3) - 0.5
    down = (2000 * depth**0.42).astype(int)
    across = (1024 + (columns - width / 2) / (0.55 + depth)).astype(int) % 2048
    return np.asarray(flat[down, across])


def water(rng: np.random.Generator, scene: Field, rows: Field, columns: Field) -> Field:
    """The land and sky upside down below the shore, broken by waves, with a path of light under the sun."""
    height, width = rows.shape
    depth = np.clip((rows - SHORE) / (height - SHORE), 0, 1)
    wave = waves(rng, rows, columns)
    shift = wave * (16 + 130 * depth)
    source = np.clip(2 * SHORE - rows + shift, 0, SHORE - 2).astype(int)
    across = np.clip(columns + shift * 0.35, 0, width - 1).astype(int)
    mirror = mix(scene[source, across], colour("16224a"), 0.14 + 0.40 * depth**1.3)
    path = np.exp(-(((columns - SUN[0]) / (36 + 170 * depth)) ** 2))
    glints = smooth(0.06, 0.16, wave + 0.12 * path - 0.06) * path
    mirror = mix(mirror, colour("ffe0a8"), 0.9 * glints * (1 - 0.35 * depth))
    mirror = mix(mirror, colour("f2b79a"), 0.30 * np.exp(-(rows - SHORE) / 16))
    return mix(scene, mirror, smooth(SHORE - 1, SHORE + 1, rows))


def near_shore(rng: np.random.Generator, scene: Field) -> Field:
    """A wooded point on the left with its reflection, and a boat on the water."""
    foot = 842

    def firs(pen: ImageDraw.ImageDraw, scale: int) -> None:
        bank = [
            (0, 826),
            (120, 824),
            (230, 829),
            (330, 835),
            (410, foot),
            (300, foot + 4),
            (130, foot + 3),
            (0, foot + 6),
        ]
        pen.polygon([(x * scale, y * scale) for x, y in bank], fill=255)
        for x in np.sort(rng.uniform(-30, 360, 34)):
            tall = rng.uniform(110, 300) * (1.05 - x / 470)
            fir(pen, rng, (float(x), 836 + rng.uniform(-8, 2)), float(tall), scale)

    cover = drawn(LAKE, firs)
    rows, columns = np.mgrid[0 : LAKE[1], 0 : LAKE[0]].astype(float)
    depth = np.clip((rows - foot) / (LAKE[1] - foot), 0, 1)
    wobble = (clouds(rng, cover.shape, (110, 6), 3) - 0.5) * (14 + 60 * depth)
    source = np.clip(2 * foot - rows + wobble * 0.6, 0, LAKE[1] - 1).astype(int)
    echo = cover[source, np.clip(columns + wobble, 0, LAKE[0] - 1).astype(int)] * smooth(foot - 2, foot + 2, rows)
    scene = mix(scene, colour("141d3c"), (0.86 - 0.3 * depth) * echo)
    rim = np.clip(cover - np.roll(cover, -4, axis=1), 0, 1) * smooth(60, 360, columns)
    dark = mix(colour("0e1630"), colour("2c2a4c"), smooth(520, 840, rows) * 0.6)
    scene = mix(scene, mix(dark, colour("c5786f"), 0.55 * rim), cover)
    return boat(scene)


def fir(pen: ImageDraw.ImageDraw, rng: np.random.Generator, foot: Point, tall: float, scale: int) -> None:
    x, y = foot
    wide = tall * rng.uniform(0.19, 0.27)
    pen.rectangle([(x - 2) * scale, (y - tall) * scale, (x + 2) * scale, y * scale], fill=255)
    steps = int(tall / 13)
    for step in range(steps):
        at, reach = y - tall + tall * 0.95 * step / steps, wide * (step + 1) / steps * rng.uniform(0.75, 1.15)
        drop = tall * 0.10
        pen.polygon(
            [
                (x * scale, (at - drop * 0.4) * scale),
                ((x + reach) * scale, (at + drop) * scale),
                (x * scale, (at + drop * 0.55) * scale),
                ((x - reach) * scale, (at + drop) * scale),
            ],
            fill=255,
        )


def boat(scene: Field) -> Field:
    """A rowing boat on the glittering path, against the light: dark, with a bright rim."""
    x, y, long = 745.0, 955.0, 210.0
    along = np.linspace(0, 1, 60)
    rim = y - 24 * (2 * along - 1) ** 2 - 6 * along
    keel = y + 33 * (1 - np.abs(2 * along - 1) ** 3.2) - 30 * np.abs(2 * along - 1) ** 3.2
    far_rim = rim - 9 * (1 - (2 * along - 1) ** 2)

    def outline(upper: Field, lower: Field) -> Field:
        points = [*zip(x + long * along, upper, strict=True), *zip((x + long * along)[::-1], lower[::-1], strict=True)]

        def draw(pen: ImageDraw.ImageDraw, scale: int) -> None:
            pen.polygon([(float(a) * scale, float(b) * scale) for a, b in points], fill=255)

        return drawn(LAKE, draw)

    rows = np.mgrid[0 : LAKE[1], 0 : LAKE[0]][0].astype(float)
    hull, inside = outline(rim, np.maximum(keel, rim)), outline(far_rim, rim)
    edge = outline(rim - 2, rim + 3)
    surface = 2 * (y + 27)
    echo = blurred(outline(surface - np.maximum(keel, rim), surface - rim + 6), 4)
    scene = mix(scene, colour("1a1f40"), 0.75 * echo)
    scene = mix(scene, ramp([(0, "5c3346"), (1, "1d1a34")], (rows - y + 20) / 60), hull)
    scene = mix(scene, colour("a3605a"), inside)
    return mix(scene, colour("ffcf9f"), edge)


def brushed(rng: np.random.Generator, scene: Field) -> Field:
    """The scene painted again in strokes: broad ones first, finer ones where they were not enough."""
    height, width = scene.shape[:2]
    canvas = picture(scene).filter(ImageFilter.GaussianBlur(6))
    relief = Image.new("L", (width, height), 128)
    grey = blurred(scene.mean(axis=2), 4)
    down, along = np.gradient(grey, axis=0), np.gradient(grey, axis=1)
    for broad, count, spare in ((22, 9000, 0), (11, 26000, 14), (5, 60000, 20), (3, 90000, 26), (2, 60000, 40)):
        wanted = np.asarray(picture(scene).filter(ImageFilter.GaussianBlur(broad / 3)), dtype=float)
        wrong = np.abs(wanted - np.asarray(canvas, dtype=float)).sum(axis=2)
        pen, bump = ImageDraw.Draw(canvas), ImageDraw.Draw(relief)
        ys, xs = np.nonzero(wrong >= spare)
        for pick in rng.integers(0, len(ys), min(count, len(ys) // broad)):
            y, x = ys[pick], xs[pick]
            steep = np.hypot(down[y, x], along[y, x])
            angle = np.arctan2(along[y, x], -down[y, x]) if steep > 0.0035 else rng.normal(0, 0.12)
            reach = broad * rng.uniform(1.1, 2.6)
            dx, dy = np.cos(angle) * reach, np.sin(angle) * reach
            tint = wanted[y, x] + rng.normal(0, 4.5) + rng.normal(0, 2, 3)
            ends = (x - dx, y - dy, x + dx, y + dy)
            pen.line(ends, fill=tuple(int(v) for v in np.clip(tint, 0, 255)), width=broad)
            bump.line(ends, fill=int(rng.integers(96, 160)), width=broad)
    paint = np.asarray(canvas.filter(ImageFilter.GaussianBlur(0.7)), dtype=float) / 255
    thick = np.asarray(relief.filter(ImageFilter.GaussianBlur(1.2)), dtype=float) / 255
    light = np.gradient(thick, axis=0) + np.gradient(thick, axis=1)
    return np.asarray(paint + light[..., None] * 0.22)
