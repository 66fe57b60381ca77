"""What designers bring and what tears most easily: faces, type, flags, interfaces, horizons, next to nothing."""

from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from tests.service.engine import pictures
from tests.service.engine.pictures import Pixels

HERE = Path(__file__).parent
SAMPLES = HERE.parents[2] / "resources" / "samples"
INK, PAPER = (32, 30, 38), (250, 248, 243)


def _font(height_px: float) -> ImageFont.FreeTypeFont:
    found = ImageFont.load_default(size=height_px)
    assert isinstance(found, ImageFont.FreeTypeFont)
    return found


def _reduced(drawn: Image.Image, side: int) -> Pixels:
    return np.asarray(drawn.resize((side, side), Image.Resampling.LANCZOS))


@cache
def _file(path: Path, side: int) -> Pixels:
    with Image.open(path) as opened:
        return _reduced(opened.convert("RGB"), side)


def astronaut(side: int = 256) -> Pixels:
    """Eileen Collins before a flag; NASA S99-05164, in the public domain."""
    return _file(HERE / "astronaut.jpg", side)


def vase(side: int = 256) -> Pixels:
    """One object in soft light, in the middle."""
    return _file(SAMPLES / "vase.jpg", side)


def lake(side: int = 256) -> Pixels:
    return _file(SAMPLES / "lake.jpg", side)


def shapes(side: int = 256) -> Pixels:
    return _file(SAMPLES / "shapes.png", side)


def page(side: int = 256) -> Pixels:
    """A heading and two columns of text."""
    big = 4 * side
    image = Image.new("RGB", (big, big), PAPER)
    draw = ImageDraw.Draw(image)
    draw.text((0.08 * big, 0.07 * big), "The quiet harbour", font=_font(0.085 * big), fill=INK)
    words = [
        "boats",
        "rope",
        "tide",
        "lantern",
        "salt",
        "morning",
        "gull",
        "pier",
        "anchor",
        "wind",
        "drift",
        "stone",
        "harbour",
        "slow",
        "bright",
    ]
    rng = np.random.default_rng(11)
    for left in (0.08, 0.53):
        for line in range(11):
            text = " ".join(rng.choice(words, 4))[:24]
            draw.text((left * big, (0.24 + 0.062 * line) * big), text, font=_font(0.036 * big), fill=INK)
    return _reduced(image, side)


def poster(side: int = 256) -> Pixels:
    """Large type over flat shapes that touch the border and one another."""
    big = 4 * side
    image = Image.new("RGB", (big, big), (24, 58, 92))
    draw = ImageDraw.Draw(image)
    draw.ellipse([0.5 * big, 0.12 * big, 0.92 * big, 0.54 * big], fill=(242, 180, 60))
    draw.polygon(
        [(0, 0.62 * big), (0.45 * big, 0.38 * big), (big, 0.66 * big), (big, big), (0, big)], fill=(214, 84, 66)
    )
    draw.text((0.07 * big, 0.08 * big), "JAZZ", font=_font(0.2 * big), fill=(250, 244, 230))
    draw.text((0.08 * big, 0.76 * big), "Friday 21 June, old dock", font=_font(0.06 * big), fill=(250, 244, 230))
    draw.text((0.08 * big, 0.85 * big), "doors open at eight", font=_font(0.045 * big), fill=(24, 58, 92))
    return _reduced(image, side)


def logo(side: int = 256) -> Pixels:
    """A mark above its name."""
    big = 4 * side
    image = Image.new("RGB", (big, big), "white")
    draw = ImageDraw.Draw(image)
    draw.regular_polygon((0.5 * big, 0.38 * big, 0.2 * big), 6, fill=(20, 120, 110))
    draw.ellipse([0.42 * big, 0.3 * big, 0.58 * big, 0.46 * big], fill="white")
    draw.text((0.5 * big, 0.72 * big), "meridian", font=_font(0.14 * big), fill=(20, 60, 60), anchor="mm")
    return _reduced(image, side)


def flag(side: int = 256) -> Pixels:
    """Stripes with a canton, which belongs to the left."""
    big = 4 * side
    image = Image.new("RGB", (big, big), (180, 30, 50))
    draw = ImageDraw.Draw(image)
    for i in range(1, 13, 2):
        draw.rectangle([0, i * big / 13, big, (i + 1) * big / 13], fill="white")
    draw.rectangle([0, 0, 0.45 * big, 7 * big / 13], fill=(40, 50, 110))
    for i in range(5):
        for j in range(6):
            place = ((j + 0.5) * 0.075 * big, (i + 0.5) * 7 / 65 * big, 0.02 * big)
            draw.regular_polygon(place, 5, fill="white")
    return _reduced(image, side)


def interface(side: int = 256) -> Pixels:
    """A window with a side bar, cards, a button and small text."""
    big = 4 * side
    image = Image.new("RGB", (big, big), (246, 247, 249))
    draw = ImageDraw.Draw(image)

    def box(left: float, top: float, right: float, bottom: float, colour: tuple[int, int, int], radius: float) -> None:
        draw.rounded_rectangle([v * big for v in (left, top, right, bottom)], radius * big, fill=colour)

    def text(left: float, top: float, height: float, words: str, colour: tuple[int, int, int]) -> None:
        draw.text((left * big, top * big), words, font=_font(height * big), fill=colour)

    box(0, 0, 1, 0.09, (52, 60, 82), 0)
    text(0.03, 0.025, 0.035, "Projects   Reports   Team", (235, 238, 245))
    box(0, 0.09, 0.22, 1, (232, 235, 241), 0)
    for i, name in enumerate(("Overview", "Invoices", "Clients", "Archive", "Settings")):
        text(0.03, 0.14 + 0.08 * i, 0.032, name, (60, 66, 80))
    for i in range(4):
        left, top = 0.27 + 0.36 * (i % 2), 0.15 + 0.34 * (i // 2)
        box(left, top, left + 0.32, top + 0.29, (255, 255, 255), 0.015)
        text(left + 0.03, top + 0.03, 0.035, f"Quarter {i + 1}", (40, 44, 56))
        for j in range(5):
            high = 0.03 + 0.12 * ((3 * i + 2 * j) % 5) / 5
            box(left + 0.03 + 0.05 * j, top + 0.25 - high, left + 0.065 + 0.05 * j, top + 0.25, (86, 126, 234), 0.004)
    box(0.75, 0.86, 0.95, 0.93, (86, 126, 234), 0.012)
    text(0.79, 0.877, 0.035, "Save all", (255, 255, 255))
    return _reduced(image, side)


def doodle(side: int = 256) -> Pixels:
    """Ink on paper: a house, a tree, a path, drawn in thin lines that touch."""
    big = 4 * side
    image = Image.new("L", (big, big), 255)
    draw = ImageDraw.Draw(image)
    wide = max(1, big // 110)

    def line(*points: float) -> None:
        draw.line([p * big for p in points], fill=20, width=wide, joint="curve")

    line(0.0, 0.75, 0.3, 0.72, 0.62, 0.77, 1.0, 0.73)
    line(0.2, 0.73, 0.2, 0.48, 0.5, 0.48, 0.5, 0.74)
    line(0.16, 0.5, 0.35, 0.32, 0.54, 0.5)
    line(0.3, 0.73, 0.3, 0.58, 0.39, 0.58, 0.39, 0.73)
    draw.ellipse([0.65 * big, 0.3 * big, 0.88 * big, 0.56 * big], outline=20, width=wide)
    line(0.76, 0.54, 0.76, 0.75)
    line(0.76, 0.66, 0.82, 0.6)
    draw.ellipse([0.08 * big, 0.08 * big, 0.2 * big, 0.2 * big], outline=20, width=wide)
    line(0.36, 0.75, 0.42, 0.86, 0.3, 0.94, 0.34, 1.0)
    return np.asarray(Image.fromarray(_reduced(image, side)).convert("RGB"))


def horizon(side: int = 256) -> Pixels:
    """Sea under an evening sky: one straight line across, and a boat upon it."""
    rng = np.random.default_rng(12)
    y = np.linspace(0, 1, side, dtype=np.float32)[:, None, None]
    sky = np.array([0.98, 0.78, 0.55], np.float32) * y / 0.55 + np.array([0.45, 0.6, 0.85], np.float32) * (1 - y / 0.55)
    sea = np.array([0.1, 0.25, 0.36], np.float32) + 0.05 * pictures._smooth(side, side // 6, rng)
    picture = np.where(y < 0.55, sky, sea) + rng.normal(0, 0.008, (side, side, 3))
    image = Image.fromarray((np.clip(picture, 0, 1) * 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    hull = [(0.6, 0.55), (0.72, 0.55), (0.7, 0.58), (0.62, 0.58)]
    sail = [(0.66, 0.4), (0.66, 0.54), (0.72, 0.54)]
    for points, colour in ((hull, (60, 34, 28)), (sail, (250, 246, 238))):
        draw.polygon([(px * side, py * side) for px, py in points], fill=colour)
    return np.asarray(image)


def very_flat(side: int = 256) -> Pixels:
    """A gradient of a few steps, as of a studio wall."""
    ramp = np.linspace(196, 206, side)[:, None] + np.linspace(-2, 2, side)[None]
    return np.repeat(np.round(ramp)[..., None], 3, axis=2).astype(np.uint8)


def two_fills(side: int = 256) -> Pixels:
    """A disc of one colour on another: four hundred lines of a designer's work, and nothing to rearrange."""
    big = 4 * side
    image = Image.new("RGB", (big, big), (238, 226, 208))
    ImageDraw.Draw(image).ellipse([0.3 * big, 0.3 * big, 0.7 * big, 0.7 * big], fill=(196, 62, 48))
    return _reduced(image, side)


def cut_out(side: int = 256) -> Pixels:
    """A bottle cut out of its photograph, with a soft shadow: RGBA."""
    big = 2 * side
    image = Image.new("RGBA", (big, big), (0, 0, 0, 0))
    shadow = Image.new("L", (big, big), 0)
    ImageDraw.Draw(shadow).ellipse([0.3 * big, 0.82 * big, 0.8 * big, 0.92 * big], fill=110)
    image.putalpha(shadow.filter(ImageFilter.GaussianBlur(big / 40)))
    mask = Image.new("L", (big, big), 0)
    draw = ImageDraw.Draw(mask)
    draw.rounded_rectangle([0.36 * big, 0.34 * big, 0.62 * big, 0.88 * big], 0.05 * big, fill=255)
    draw.rectangle([0.44 * big, 0.12 * big, 0.54 * big, 0.4 * big], fill=255)
    rng = np.random.default_rng(13)
    across = np.linspace(0, 1, big)[None, :, None]
    glass = np.array([40, 120, 90]) + 90 * np.exp(-(((across - 0.42) / 0.03) ** 2)) + rng.normal(0, 4, (big, big, 3))
    bottle = Image.fromarray(np.clip(glass, 0, 255).astype(np.uint8))
    image.paste(bottle, (0, 0), mask)
    return _reduced(image, side)


def gradient_alpha(side: int = 256) -> Pixels:
    """A photograph that fades out downwards: RGBA."""
    alpha = np.linspace(255, 0, side).round().astype(np.uint8)
    return np.dstack([lake(side), np.repeat(alpha[:, None], side, axis=1)])


def nothing(side: int = 256) -> Pixels:
    """Alpha is zero everywhere, over colours that nobody sees."""
    return np.dstack([pictures.portrait(side), np.zeros((side, side), np.uint8)])


KINDS = {
    "astronaut": astronaut,
    "vase": vase,
    "lake": lake,
    "shapes": shapes,
    "page": page,
    "poster": poster,
    "logo": logo,
    "flag": flag,
    "interface": interface,
    "doodle": doodle,
    "horizon": horizon,
    "very flat": very_flat,
    "two fills": two_fills,
    "cut out": cut_out,
    "gradient alpha": gradient_alpha,
    "portrait": pictures.portrait,
    "sign": pictures.sign,
    "icons": pictures.icons,
    "sticker": pictures.sticker,
    "line art": pictures.line_art,
    "very dark": pictures.very_dark,
    "symmetric": pictures.symmetric,
    "noise": pictures.noise,
}
"""Every hard case with something in it, each a function of its side."""
