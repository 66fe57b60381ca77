"""Where the engine's time goes: seconds by function of ours, and what a PNG costs beside it.

    python tests/benchmarks/engine_profile.py [PICTURE ...] [--side 1024] [--count 4] [--lines 12]

Everything in one thread, so that the seconds add up. ``own``: a function with what it calls of numpy and Pillow;
``all``: with what it calls of ours as well. The profiler makes small calls look dearer than they are.
"""

import argparse
import cProfile
import io
import os
import pstats
import statistics
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from engine_speed import NAMES, square

Function = tuple[str, int, str]


class AtOnce(Executor):
    """Carries out each job where and when it is submitted, for a profiler sees one thread alone."""

    def __init__(self, *_threads: int, **_options: str) -> None:
        pass

    def submit(self, job: Callable, /, *args, **options) -> Future:
        done: Future = Future()
        done.set_result(job(*args, **options))
        return done


def profiled(pixels: np.ndarray, wish: argparse.Namespace) -> pstats.Stats:
    from imgvar_desktop.service.engine import job, vary

    def run() -> None:
        list(vary(pixels, count=wish.count, side_px=wish.side, seed=0))

    run()
    job.ThreadPoolExecutor = AtOnce
    with cProfile.Profile() as profiler:
        run()
    return pstats.Stats(profiler)


def is_ours(function: Function) -> bool:
    return "imgvar_desktop" in Path(function[0]).parts or Path(function[0]).name == Path(__file__).name


def own_seconds(stats: pstats.Stats) -> Counter[Function]:
    """What others spend counts for whichever of our functions called them."""
    own: Counter[Function] = Counter()
    for function, (_, _, itself, _, callers) in stats.stats.items():
        if is_ours(function):
            own[function] += itself
            continue
        for caller, (_, _, _, cumulated) in callers.items():
            if is_ours(caller):
                own[caller] += cumulated
    return own


def print_profile(stats: pstats.Stats, lines: int) -> None:
    whole = stats.total_tt
    print(f"{'own s':>8}{'share':>7}{'all s':>8}{'calls':>8}  function")
    for function, seconds in own_seconds(stats).most_common(lines):
        _, calls, _, cumulated, _ = stats.stats[function]
        name = f"{Path(function[0]).stem}.{function[2]}"
        print(f"{seconds:8.2f}{seconds / whole:7.0%}{cumulated:8.2f}{calls:8}  {name}")


def print_png(pixels: np.ndarray) -> None:
    """Ours against Pillow's, for one picture: median milliseconds of five, and kilobytes."""
    from PIL import Image

    from imgvar_desktop.service.pixels import encode_png

    def by_pillow(level: int) -> bytes:
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "PNG", compress_level=level)
        return file.getvalue()

    ways = {
        "ours": lambda: encode_png(pixels),
        "Pillow, level 1": lambda: by_pillow(1),
        "level 6": lambda: by_pillow(6),
    }
    told = []
    for name, encode in ways.items():
        seconds = []
        for _ in range(5):
            began = time.perf_counter()
            png = encode()
            seconds.append(time.perf_counter() - began)
        told.append(f"{name} {1000 * statistics.median(seconds):.0f} ms, {len(png) / 1000:.0f} kB")
    print("a PNG: " + "; ".join(told))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pictures", nargs="*", default=list(NAMES))
    parser.add_argument("--side", type=int, default=1024)
    parser.add_argument("--count", type=int, default=4)
    parser.add_argument("--lines", type=int, default=12)
    wish = parser.parse_args()
    for source in wish.pictures:
        pixels = square(source, wish.side)
        stats = profiled(pixels, wish)
        print(f"\n{Path(source).stem}: {wish.count} at {wish.side} px, {stats.total_tt:.2f} s in one thread")
        print_profile(stats, wish.lines)
        print_png(pixels)


if __name__ == "__main__":
    main()
