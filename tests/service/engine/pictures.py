"""Small pictures of every kind the engine must know how to treat, drawn here so that no file is needed."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

Pixels = NDArray[np.uint8]


def _smooth(side: int, cells: int, rng: np.random.Generator, channels: int = 1) -> NDArray[np.float32]:
    """Smooth noise of unit variance, ``(side, side, channels)``."""
    planes = [
        np.asarray(
            Image.fromarray(rng.normal(size=(cells, cells)).astype(np.float32)).resize(
                (side, side), Image.Resampling.BICUBIC
            )
        )
        for _ in range(channels)
    ]
    return np.stack(planes, -1)


def landscape(side: int = 256) -> Pixels:
    """Sky, hills in layers and grass, with grain."""
    rng = np.random.default_rng(4)
    y = np.linspace(0, 1, side, dtype=np.float32)[:, None, None]
    picture = (1 - y) * np.array([0.4, 0.6, 0.9], np.float32) + y * np.array([0.9, 0.85, 0.8], np.float32)
    picture = picture + 0.06 * _smooth(side, 9, rng)
    for depth, colour in ((0.45, (0.4, 0.5, 0.6)), (0.6, (0.2, 0.35, 0.25)), (0.8, (0.35, 0.4, 0.15))):
        ridge = depth + 0.04 * _smooth(side, 12, rng)[0, :, 0]
        below = y[:, :, 0] > ridge[None]
        rough = np.array(colour, np.float32) + 0.05 * _smooth(side, side // 4, rng)
        picture = np.where(below[..., None], rough, picture)
    picture = picture + rng.normal(0, 0.01, picture.shape)
    return (np.clip(picture, 0, 1) * 255).astype(np.uint8)


def portrait(side: int = 256) -> Pixels:
    """One round head with eyes and mouth, shaded, on a soft ground."""
    rng = np.random.default_rng(5)
    ground = np.clip(0.5 + 0.06 * _smooth(side, 5, rng, 3), 0, 1)
    image = Image.fromarray((ground * 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)

    def oval(cx: float, cy: float, rx: float, ry: float, colour: tuple[int, int, int]) -> None:
        draw.ellipse([(cx - rx) * side, (cy - ry) * side, (cx + rx) * side, (cy + ry) * side], fill=colour)

    oval(0.5, 1.0, 0.38, 0.34, (60, 80, 150))
    oval(0.5, 0.45, 0.2, 0.26, (226, 178, 150))
    oval(0.5, 0.25, 0.21, 0.12, (70, 45, 30))
    for x in (0.42, 0.58):
        oval(x, 0.42, 0.035, 0.02, (250, 250, 250))
        oval(x, 0.42, 0.014, 0.018, (40, 60, 40))
    oval(0.5, 0.57, 0.06, 0.02, (180, 60, 70))
    soft = np.asarray(image.filter(ImageFilter.GaussianBlur(side / 200)), np.float32)
    return np.clip(soft + rng.normal(0, 3, soft.shape), 0, 255).astype(np.uint8)


def texture(side: int = 256) -> Pixels:
    """Pebbles: alike all over."""
    rng = np.random.default_rng(6)
    value = 0.5 + 0.16 * _smooth(side, side // 8, rng) + 0.05 * _smooth(side, side // 3, rng)
    tinted = value * np.array([1.0, 0.95, 0.88], np.float32)
    return (np.clip(tinted, 0, 1) * 255).astype(np.uint8)


def painting(side: int = 256) -> Pixels:
    """Brush strokes in three colour zones."""
    rng = np.random.default_rng(7)
    image = Image.new("RGB", (side, side), (40, 50, 90))
    draw = ImageDraw.Draw(image)
    for _ in range(2500):
        x, y = rng.uniform(0, side, 2)
        zone = np.array([(60, 80, 170), (180, 150, 70), (50, 90, 60)][min(2, int(3 * y / side))])
        red, green, blue = np.clip(zone + rng.normal(0, 18, 3), 0, 255).astype(int)
        angle = 3 * np.sin(x / side * 4) + y / side
        end = (x + 14 * np.cos(angle), y + 9 * np.sin(angle))
        draw.line([(x, y), end], fill=(int(red), int(green), int(blue)), width=int(rng.integers(2, 5)))
    return np.asarray(image)


def icons(side: int = 256) -> Pixels:
    """Nine shapes in four colours on a light ground."""
    big = 4 * side
    image = Image.new("RGB", (big, big), (245, 245, 250))
    draw = ImageDraw.Draw(image)
    colours = ((150, 90, 200), (255, 105, 110), (75, 205, 195), (255, 200, 60))
    for i in range(9):
        cy, cx, r = (i // 3 + 0.5) * big / 3, (i % 3 + 0.5) * big / 3, big * 0.09
        box = [cx - r, cy - r, cx + r, cy + r]
        if i % 2:
            draw.ellipse(box, fill=colours[i % 4])
        else:
            draw.rectangle(box, fill=colours[i % 4])
    return np.asarray(image.resize((side, side), Image.Resampling.LANCZOS))


def sign(side: int = 256, word: str = "HARBOUR") -> Pixels:
    """A word on a photograph-like ground: must not be mirrored."""
    rng = np.random.default_rng(8)
    ground = np.clip(0.72 + 0.05 * _smooth(side, 6, rng, 3) + 0.02 * _smooth(side, side // 2, rng), 0, 1)
    image = Image.fromarray((ground * 255).astype(np.uint8))
    font = ImageFont.load_default(size=side / 7)
    ImageDraw.Draw(image).text((side / 2, side / 2), word, font=font, fill=(25, 25, 45), anchor="mm")
    return np.asarray(image)


def sticker(side: int = 256) -> Pixels:
    """A soft-edged disc with a face on nothing: RGBA."""
    big = 4 * side
    image = Image.new("RGBA", (big, big), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.ellipse([0.25 * big, 0.25 * big, 0.75 * big, 0.75 * big], fill=(250, 190, 40, 255))
    for x in (0.42, 0.58):
        draw.ellipse([(x - 0.03) * big, 0.4 * big, (x + 0.03) * big, 0.46 * big], fill=(60, 30, 20, 255))
    draw.arc([0.38 * big, 0.45 * big, 0.62 * big, 0.65 * big], 20, 160, fill=(60, 30, 20, 255), width=big // 40)
    return np.asarray(image.resize((side, side), Image.Resampling.LANCZOS))


def line_art(side: int = 256) -> Pixels:
    """Black lines on white."""
    big = 4 * side
    image = Image.new("L", (big, big), 255)
    draw = ImageDraw.Draw(image)
    draw.ellipse([0.2 * big, 0.2 * big, 0.8 * big, 0.8 * big], outline=0, width=big // 60)
    draw.line([0.5 * big, 0.1 * big, 0.5 * big, 0.9 * big], fill=0, width=big // 60)
    return np.asarray(image.resize((side, side), Image.Resampling.LANCZOS).convert("RGB"))


def noise(side: int = 256) -> Pixels:
    return np.random.default_rng(9).integers(0, 256, (side, side, 3), dtype=np.uint8)


def one_colour(side: int = 256, colour: tuple[int, int, int] = (90, 140, 200)) -> Pixels:
    return np.broadcast_to(np.array(colour, np.uint8), (side, side, 3)).copy()


def very_dark(side: int = 256) -> Pixels:
    return (landscape(side) // 12).astype(np.uint8)


def symmetric(side: int = 256) -> Pixels:
    """Equal to its mirror image, so mirroring makes nothing new."""
    half = portrait(side)
    return ((half.astype(np.uint16) + half[:, ::-1]) // 2).astype(np.uint8)


KINDS = {
    "landscape": landscape,
    "portrait": portrait,
    "texture": texture,
    "painting": painting,
    "icons": icons,
    "sign": sign,
    "sticker": sticker,
    "line art": line_art,
    "noise": noise,
    "very dark": very_dark,
    "symmetric": symmetric,
}
"""Every kind of picture with something in it, each a function of its side."""
