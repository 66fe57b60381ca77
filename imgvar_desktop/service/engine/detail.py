"""Makes a chosen layout at full size."""

from imgvar_desktop.service.engine.fields import Offsets, contained, enlarged, nudged, seam_damage, settled
from imgvar_desktop.service.engine.progress import Tally
from imgvar_desktop.service.engine.raster import Bytes
from imgvar_desktop.service.engine.seams import Bands, seamless

_COARSE_LIMIT = 300
_FIRST = 58


class Broken(Exception):
    """The candidate's seams show; it should be made again in another way."""


def level_sides(side: int) -> list[int]:
    """The output sides to refine at, from about 64 px up to ``side``, each twice the one before."""
    sides = [side]
    while sides[-1] / 2 >= _FIRST:
        sides.append(round(sides[-1] / 2))
    return sides[::-1]


def detailed(bands: Bands, field: Offsets, zoom: float, tally: Tally, *, worst_seam: float = 1.0) -> Bytes:
    """The full-size picture of a coarse field over a source that is ``zoom`` times as large as the output.

    ``worst_seam`` is the colour step, 0..2, that its worst seams may have. Raises Broken when theirs is larger, and
    Cancelled.
    """
    source = bands.pixels
    side = round(source.shape[0] / zoom)
    for level in level_sides(side):
        if level < field.side < side:
            continue
        small = bands.at(source.shape[0] if level == side else max(8, round(level * zoom)))
        field = contained(enlarged(field, level), small.shape[0])
        if level <= _COARSE_LIMIT:
            field = settled(small, field, sweeps=2)
            field = nudged(small, field)
            field = settled(small, field, sweeps=2)
        else:
            field = settled(small, field, sweeps=1)
        tally.check()
        if level <= _COARSE_LIMIT < 2 * level and seam_damage(small, field) > worst_seam:
            raise Broken
    return seamless(bands, field, tally.check)
