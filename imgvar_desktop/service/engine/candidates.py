"""Candidates: a move carried out small enough to be judged, with the way to its full-size picture."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from imgvar_desktop.service.engine.actions import Move, Rearranged
from imgvar_desktop.service.engine.analysis import Analysis, Kind, analyse
from imgvar_desktop.service.engine.detail import Broken, detailed
from imgvar_desktop.service.engine.fields import Offsets, gathered
from imgvar_desktop.service.engine.geometry import Recast, recast, stretch
from imgvar_desktop.service.engine.matching import LADDER, offsets_of, searched
from imgvar_desktop.service.engine.progress import Tally
from imgvar_desktop.service.engine.quilt import Quilt, quilted
from imgvar_desktop.service.engine.raster import Bytes, Floats, on_white, resized
from imgvar_desktop.service.engine.scales import Scales
from imgvar_desktop.service.engine.scoring import Judged, Reference, doubled, thumbnail, torn
from imgvar_desktop.service.engine.seams import Bands
from imgvar_desktop.service.engine.splice import Cuts, Spliced, cuts_of, spliced

_SMALL = 96
_PREVIEW_LEVEL = 38
# Of two equally good ideas, the one that keeps the source's own pixels.
_RESAMPLED = 0.2
_WORSE = 0.03
# What may show in strokes and foliage is a fault beside a face or a cup.
_WORST_SEAM = {Kind.SUBJECT: 0.2, Kind.SCENE: 0.5}

_Finish = Callable[[np.random.Generator], Bytes]
_Made = tuple[Floats, float, _Finish]


@dataclass(frozen=True, slots=True)
class Source:
    """The picture at working size, what is known about it, and what was asked for. Read-only, any thread."""

    pixels: Bytes
    small: Bytes
    found: Analysis
    cuts: Cuts
    base: Scales
    bands: Bands
    reference: Reference
    strength: float
    tally: Tally


@dataclass(frozen=True, slots=True)
class Candidate:
    """A move as far as it was made to be judged, and how to make its picture at full size."""

    move: Move
    judged: Judged
    finish: _Finish


def read(pixels: Bytes, strength: float, tally: Tally) -> Source:
    """Analyses premultiplied ``(n, n, 4)`` pixels of the working side."""
    found = analyse(pixels, tally.check)
    tally.check()
    small = resized(pixels, min(pixels.shape[0], _SMALL))
    return Source(
        pixels=pixels,
        small=small,
        found=found,
        cuts=cuts_of(small, resized(pixels, 4 * small.shape[0]), found.importance, found.rounds),
        base=Scales(small, found.uniqueness),
        bands=Bands(pixels),
        reference=Reference(pixels, found.uniqueness),
        strength=strength,
        tally=tally,
    )


def composed_candidate(source: Source, move: Move, rng: np.random.Generator) -> Candidate:
    """The candidate of a move, its preview judged. Raises Cancelled."""
    match move.action:
        case Recast() as whole:
            preview, faults, finish = _recast_candidate(source, whole)
        case Rearranged() as parts:
            preview, faults, finish = _rearranged_candidate(source, parts, rng)
        case Quilt() as quilt:
            preview, faults, finish = _quilted_candidate(source, quilt, rng)
        case Spliced() as splice:
            preview, faults, finish = _spliced_candidate(source, splice)
    shown = preview[:, ::-1] if move.mirrored else preview
    return Candidate(move, Judged(faults, thumbnail(shown), move.mirrored), finish)


def better(source: Source, candidate: Candidate, reserve: Candidate, seed: int) -> tuple[Move, Bytes]:
    """The move and the full-size picture of the candidate; those of the reserve, a map of the whole picture, when the
    candidate's is not what its preview promised and the reserve's is better.

    Raises Cancelled.
    """
    try:
        picture = candidate.finish(np.random.default_rng(seed))
    except Broken:
        return reserve.move, reserve.finish(np.random.default_rng(seed))
    # A map of the whole picture is what its preview is.
    if isinstance(candidate.move.action, Recast):
        return candidate.move, picture
    faults = _faults(source, picture)
    if faults <= candidate.judged.faults + _WORSE:
        return candidate.move, picture
    source.tally.check()
    other = reserve.finish(np.random.default_rng(seed))
    if _faults(source, other) < faults:
        return reserve.move, other
    return candidate.move, picture


def _faults(source: Source, picture: Bytes) -> float:
    return source.reference.faults(on_white(resized(picture, source.small.shape[0])))


def _recast_candidate(source: Source, move: Recast) -> _Made:
    preview = on_white(recast(source.small, move, _SMALL))

    def finish(_: np.random.Generator) -> Bytes:
        return recast(source.pixels, move, source.pixels.shape[0], source.tally.check)

    return preview, source.reference.faults(preview) + _RESAMPLED * stretch(move), finish


def _rearranged_candidate(source: Source, move: Rearranged, rng: np.random.Generator) -> _Made:
    scales = source.base
    if move.zoom != 1:
        scales = Scales(source.small, source.found.uniqueness, move.zoom)
    layout = searched(scales, move, rng, upto=_PREVIEW_LEVEL)
    preview = layout.picture[..., :3] + 1 - layout.picture[..., 3:]
    level = scales.at(layout.side)
    faults = source.reference.faults(preview)
    faults += 0.12 * doubled(layout, level) + 5 * torn(layout, level, source.found.uniqueness)

    def finish(rng: np.random.Generator) -> Bytes:
        final = searched(scales, move, rng, upto=LADDER[-1], found=layout)
        source.tally.check()
        return _detailed(source, offsets_of(final), move.zoom)

    return preview, faults, finish


def _detailed(source: Source, field: Offsets, zoom: float) -> Bytes:
    side = source.pixels.shape[0]
    worst = _WORST_SEAM.get(source.found.kind, 1.0)
    if zoom == 1:
        return detailed(source.bands, field, 1.0, source.tally, worst_seam=worst)
    zoomed = Bands(resized(source.pixels, round(side * zoom)))
    return detailed(zoomed, field, zoomed.pixels.shape[0] / side, source.tally, worst_seam=worst)


def _quilted_candidate(source: Source, move: Quilt, rng: np.random.Generator) -> _Made:
    field = quilted(source.small, move, rng)
    preview = on_white(gathered(resized(source.small, field.side), field))

    def finish(_: np.random.Generator) -> Bytes:
        return _detailed(source, field, 1.0)

    return preview, source.reference.faults(preview), finish


def _spliced_candidate(source: Source, move: Spliced) -> _Made:
    field = spliced(move, source.small.shape[0])
    preview = on_white(gathered(source.small, field))

    def finish(_: np.random.Generator) -> Bytes:
        return _detailed(source, field, 1.0)

    return preview, source.reference.faults(preview), finish
