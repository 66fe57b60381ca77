"""Light and colour: gentle looks for photographs and paintings, in OKLab."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from imgvar_desktop.service.engine.analysis import Analysis, Kind
from imgvar_desktop.service.engine.colour import Recolouring
from imgvar_desktop.service.engine.raster import Floats

Look: TypeAlias = Callable[[Floats, float], Floats]


def _contrast(lightness: Floats, amount: float) -> Floats:
    """An S curve through 0, 1/2 and 1; ``amount`` counts up to 0.45, beyond which it would turn back at its ends."""
    amount = min(amount, 0.45)
    curved: Floats = lightness + amount * (lightness - lightness**2) * (2 * lightness - 1) * 2
    return curved


def _tinted(lab: Floats, green_red: Floats | float, blue_yellow: Floats | float) -> Floats:
    """Adds a tint that fades towards black and white, so that both stay neutral."""
    lightness = np.clip(lab[:, 0], 0, 1)
    room = np.clip(4.5 * lightness * (1.12 - lightness), 0, 1)
    tinted = lab.copy()
    tinted[:, 1] += green_red * room
    tinted[:, 2] += blue_yellow * room
    return tinted


def warm(lab: Floats, amount: float) -> Floats:
    return _tinted(lab, 0.012 * amount, 0.034 * amount)


def cool(lab: Floats, amount: float) -> Floats:
    return _tinted(lab, -0.010 * amount, -0.034 * amount)


def golden(lab: Floats, amount: float) -> Floats:
    """Low sun: light turns yellow, shade stays what it is."""
    lightness = lab[:, 0]
    graded = _tinted(lab, 0.022 * amount * lightness, amount * (0.06 * lightness - 0.012))
    graded[:, 0] = _contrast(graded[:, 0], 0.25 * amount)
    return graded


def dusk(lab: Floats, amount: float) -> Floats:
    """After sunset: warm light, blue shade, darker."""
    lightness = lab[:, 0]
    graded = _tinted(lab, 0.018 * amount, (amount * 0.05 * (2 * lightness - 1)).astype(np.float32))
    graded[:, 0] *= 1 - 0.09 * amount
    return graded


def moody(lab: Floats, amount: float) -> Floats:
    """Deep and quiet: darker, contrasty, less colour, a trace of blue."""
    graded = _tinted(lab, 0.0, -0.012 * amount)
    # A very dark picture has no light to give away.
    graded[:, 0] = _contrast(graded[:, 0] * (1 - 0.11 * amount), 0.3 * amount)
    graded[:, 1:] *= 1 - 0.22 * amount
    return graded


def airy(lab: Floats, amount: float) -> Floats:
    """Bright and light: lifted middle tones, a little less colour."""
    graded = lab.copy()
    lightness = np.clip(lab[:, 0], 0, 1)
    graded[:, 0] = lightness + 0.55 * amount * lightness * (1 - lightness) ** 1.3
    graded[:, 1:] *= 1 - 0.1 * amount
    return graded


def vivid(lab: Floats, amount: float) -> Floats:
    """More colour where there is some, and a little more contrast."""
    graded = lab.copy()
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    graded[:, 1:] *= (1 + 0.35 * amount * np.exp(-chroma / 0.2))[:, None]
    graded[:, 0] = _contrast(graded[:, 0], 0.2 * amount)
    return graded


def deep(lab: Floats, amount: float) -> Floats:
    """For greys: blacker shade, brighter light."""
    graded = lab.copy()
    graded[:, 0] = _contrast(lab[:, 0], 0.7 * amount)
    return graded


def toned(lab: Floats, amount: float) -> Floats:
    """For greys: a breath of sepia, as of an old print."""
    graded = _tinted(lab, 0.004 * amount, 0.014 * amount)
    graded[:, 0] = _contrast(graded[:, 0], 0.2 * amount)
    return graded


_LOOKS: dict[Kind, tuple[Look | None, ...]] = {
    Kind.PLAIN: (airy, warm, cool, moody, golden, dusk),
    Kind.TEXTURE: (None, warm, cool, moody, airy),
    Kind.SCENE: (None, golden, cool, dusk, airy, vivid),
    Kind.SUBJECT: (None, warm, airy, moody, cool, vivid),
}
# In the dark, only looks that take no light away.
_DARK: tuple[Look | None, ...] = (None, airy, warm, cool)
_VERY_DARK = 0.25
_COLOURLESS: tuple[Look | None, ...] = (None, deep, airy, toned)


def recolourings(found: Analysis, strength: float, count: int, rng: np.random.Generator) -> list[Recolouring | None]:
    """A look for each of ``count`` variations; the first keeps the source's colours. Later rounds come in other
    amounts.
    """
    looks = _looks_for(found)
    first, rest = looks[0], [looks[i] for i in 1 + rng.permutation(len(looks) - 1)]
    made: list[Recolouring | None] = []
    for i in range(count):
        look = first if i == 0 else rest[(i - 1) % len(rest)]
        amount = float(rng.uniform(1.0, 1.5)) * strength * (1.0 if i < len(looks) else 1.35)
        made.append(None if look is None else _at(look, amount))
    return made


def _looks_for(found: Analysis) -> tuple[Look | None, ...]:
    if found.lightness < _VERY_DARK:
        return _DARK
    if found.colourless:
        return _COLOURLESS
    return _LOOKS[Kind.SUBJECT if found.kind is Kind.GRAPHIC else found.kind]


def _at(look: Look, amount: float) -> Recolouring:
    def recolouring(lab: Floats) -> Floats:
        return look(lab, amount)

    return recolouring
