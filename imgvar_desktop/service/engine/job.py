"""One job from source to variations: analyse, compose many small candidates, pick, and make the picked ones at full
size.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from threading import Event

import numpy as np
from numpy.typing import NDArray

from imgvar_desktop.service.engine.actions import Move
from imgvar_desktop.service.engine.analysis import Kind
from imgvar_desktop.service.engine.arrange import Arranger
from imgvar_desktop.service.engine.candidates import Candidate, Source, better, composed_candidate, read
from imgvar_desktop.service.engine.colour import Recolouring, recoloured
from imgvar_desktop.service.engine.compositing import Placed, composed, ground_of, is_calm
from imgvar_desktop.service.engine.cutouts import Cutout, cutouts_of
from imgvar_desktop.service.engine.geometry import Recast
from imgvar_desktop.service.engine.grades import recolourings
from imgvar_desktop.service.engine.moves import moves_for, safe_move
from imgvar_desktop.service.engine.palette import Palette, another, exchanged, palette_of
from imgvar_desktop.service.engine.progress import Progress, Tally
from imgvar_desktop.service.engine.raster import Bytes, Floats, mirrored, premultiplied, resized, straight
from imgvar_desktop.service.engine.scoring import chosen

_LEAST_SIDE = 64
_CANDIDATES = 6
# Work is counted in candidates; the rest of a job grows with its pixels, as measured.
_CANDIDATE_WORK = 1.0
_ANALYSE_WORK = (7.0, 23.0)
_DETAIL_WORK = (4.5, 16.0)


@dataclass(frozen=True, slots=True)
class Variation:
    """One finished picture.

    ``index`` is 0-based; a job yields every index of ``range(count)`` once, in order of completion. ``pixels`` is
    ``(side, side, 3 or 4)`` uint8 sRGB, with 4 channels exactly when the source's alpha is not fully opaque.
    """

    index: int
    pixels: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class _Wish:
    """What was asked for."""

    count: int
    side_px: int
    seed: int
    strength: float
    colour: bool


_Plan = Callable[[], Bytes]


def vary(
    pixels: NDArray[np.uint8],
    *,
    count: int,
    side_px: int,
    seed: int,
    strength: float = 0.5,
    report: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    threads: int = 2,
    colour: bool = True,
) -> Iterator[Variation]:
    """Yields ``count`` variations of a square sRGB picture, each as soon as it is finished.

    ``pixels`` is ``(h, h, 3 or 4)`` uint8 with straight alpha, of any side; the results are ``side_px`` square.
    ``strength`` is 0 (hardly changed) to 1. The same arguments give the same pictures for any number of ``threads``.
    ``report`` may be called from worker threads. ``cancelled`` is asked often, also from workers; once it is true,
    Cancelled is raised within 200 ms. ``colour=False`` leaves light and colour alone, so that composition can be
    measured. Raises ValueError for wrong arguments.
    """
    _validate(pixels, count, side_px, strength)
    left = Event()
    tally = Tally(
        _work(_ANALYSE_WORK, side_px) + count * (_CANDIDATES * _CANDIDATE_WORK + _work(_DETAIL_WORK, side_px)),
        report,
        lambda: left.is_set() or (cancelled is not None and cancelled()),
    )
    wish = _Wish(count=count, side_px=side_px, seed=seed, strength=strength, colour=colour)
    return _run(pixels, wish, tally, left, threads=max(1, threads))


def _work(least_and_rise: tuple[float, float], side_px: int) -> float:
    """For a picture of ``side_px``: what any takes, and what a megapixel takes besides."""
    return least_and_rise[0] + least_and_rise[1] * (side_px / 1024) ** 2


def _run(pixels: NDArray[np.uint8], wish: _Wish, tally: Tally, left: Event, *, threads: int) -> Iterator[Variation]:
    keep_alpha = pixels.shape[2] == 4 and int(pixels[..., 3].min()) < 255
    rng = np.random.default_rng(wish.seed % (1 << 63))
    tally.check()
    with ThreadPoolExecutor(threads, thread_name_prefix="variation") as pool:
        try:
            with tally.portion(_work(_ANALYSE_WORK, wish.side_px), "analyse", step=0.3):
                source = read(resized(premultiplied(pixels), max(wish.side_px, _LEAST_SIDE)), wish.strength, tally)
            plans = _plans(source, wish.count, rng, pool, colour=wish.colour)
            running = {pool.submit(_finished, plan, source, wish.side_px): i for i, plan in enumerate(plans)}
            for done in as_completed(running):
                result = done.result()
                yield Variation(running[done], result if keep_alpha else np.ascontiguousarray(result[..., :3]))
        finally:
            # Also when the caller stops listening: what still runs ends at its next check.
            left.set()
            pool.shutdown(wait=True, cancel_futures=True)


def _validate(pixels: NDArray[np.uint8], count: int, side_px: int, strength: float) -> None:
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] not in {3, 4}:
        raise ValueError(f"expected (h, h, 3 or 4) uint8 pixels, not {pixels.shape} {pixels.dtype}")
    if pixels.shape[0] != pixels.shape[1] or pixels.shape[0] < 1:
        raise ValueError(f"expected a square picture, not {pixels.shape[1]} x {pixels.shape[0]}")
    if count < 1 or side_px < 1:
        raise ValueError("count and side_px must be at least 1")
    if not 0 <= strength <= 1:
        raise ValueError(f"strength must be within 0..1, not {strength}")


def _finished(plan: _Plan, source: Source, side_px: int) -> Bytes:
    with source.tally.portion(_work(_DETAIL_WORK, side_px), "detail"):
        done = plan()
        source.tally.check()
        return straight(resized(done, side_px))


def _plans(
    source: Source, count: int, rng: np.random.Generator, pool: ThreadPoolExecutor, *, colour: bool
) -> list[_Plan]:
    """What to do for each variation; everything random is drawn here, so the order of execution changes nothing."""
    flat = source.found.kind is Kind.GRAPHIC and source.found.flat
    cutouts = cutouts_of(source.pixels) if flat else ()
    grades = [None] * count if not colour else _grades(source, cutouts, count, rng)
    source.tally.check()
    ground = ground_of(source.pixels, cutouts) if cutouts else None
    # A single object is the picture's subject only when there is nothing beside it.
    if ground is not None and (len(cutouts) >= 2 or is_calm(ground)):
        arrangements = Arranger(cutouts, ground, source.strength, rng).arrangements(count)
        source.tally.forgo(_CANDIDATES * _CANDIDATE_WORK * count)
        return [_arranged_plan(source, ground, a, g) for a, g in zip(arrangements, grades, strict=True)]
    candidates = _composed(source, _CANDIDATES * count, rng, pool)
    ranked = chosen([c.judged for c in candidates], source.reference.thumbnail, 2 * count, source.strength)
    picked, rest = [candidates[i] for i in ranked[:count]], [candidates[i] for i in ranked[count:]]
    whole = [c for c in rest if isinstance(c.move.action, Recast)]
    seeds = [int(s) for s in rng.integers(1 << 30, size=count)]
    reserves = [
        whole[i]
        if i < len(whole)
        else composed_candidate(source, safe_move(source.found, source.cuts, source.strength, i, rng), rng)
        for i in range(count)
    ]
    return [
        _candidate_plan(source, *chances, grade, seed)
        for chances, grade, seed in zip(zip(picked, reserves, strict=True), grades, seeds, strict=True)
    ]


def _grades(
    source: Source, cutouts: tuple[Cutout, ...], count: int, rng: np.random.Generator
) -> list[Recolouring | None]:
    if source.found.kind is not Kind.GRAPHIC or not source.found.flat:
        return recolourings(source.found, source.strength, count, rng)
    palette = palette_of(source.pixels)
    if palette.is_dim:
        return recolourings(source.found, source.strength, count, rng)
    inks = _inks(source, cutouts) if cutouts and source.strength >= 0.3 else None
    used: set[int] = set()
    exchanges: set[tuple[int, ...]] = set()
    grades: list[Recolouring | None] = []
    for i in range(count):
        source.tally.check()
        exchange = exchanged(*inks, rng, exchanges) if inks is not None and i % 2 == 1 else None
        grades.append(None if i == 0 else exchange or another(palette, source.strength, rng, used))
    return grades


def _inks(source: Source, cutouts: tuple[Cutout, ...]) -> tuple[Palette, Palette]:
    """The palettes of the objects and of their ground."""
    objects = np.any([c.mask for c in cutouts], axis=0)
    return palette_of(source.pixels, objects), palette_of(source.pixels, ~objects)


def _arranged_plan(source: Source, ground: Floats, placed: list[Placed], grade: Recolouring | None) -> _Plan:
    def plan() -> Bytes:
        picture = composed(source.pixels, ground, placed, source.tally.check)
        source.tally.check()
        return picture if grade is None else recoloured(picture, grade)

    return plan


def _candidate_plan(
    source: Source, candidate: Candidate, reserve: Candidate, grade: Recolouring | None, seed: int
) -> _Plan:
    """The candidate at full size; the reserve, which cannot break, when the candidate turns out to be broken."""

    def plan() -> Bytes:
        move, picture = better(source, candidate, reserve, seed)
        source.tally.check()
        if move.mirrored:
            picture = mirrored(picture)
        source.tally.check()
        return picture if grade is None else recoloured(picture, grade)

    return plan


def _composed(source: Source, count: int, rng: np.random.Generator, pool: ThreadPoolExecutor) -> list[Candidate]:
    moves = moves_for(source.found, source.cuts, source.strength, count, rng)
    seeds = rng.integers(1 << 30, size=count)

    def compose(job: tuple[Move, int]) -> Candidate:
        with source.tally.portion(_CANDIDATE_WORK, "compose"):
            return composed_candidate(source, job[0], np.random.default_rng(job[1]))

    return list(pool.map(compose, zip(moves, (int(s) for s in seeds), strict=True)))
