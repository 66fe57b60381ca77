"""How honest the engine's progress is, and how soon it stops when it is told to.

    python tests/benchmarks/engine_progress.py [--side 1024] [--count 10] [--cancels 40] [--nice 0] [PICTURE ...]

For each picture: the largest difference between the fraction that was reported and the share of the time that had
passed by then, and over runs cancelled at random moments the median and the longest time until the engine had let go of
every thread. Pictures are files, or names that scikit-image carries. Aims: 0.2, and 200 ms.
"""

import argparse
import itertools
import os
import random
import statistics
import threading
import time
from pathlib import Path

from engine_speed import NAMES, square

SEED = 7


def timed(pixels, wish: argparse.Namespace) -> tuple[float, float]:
    """Seconds of a whole run, and how far its progress strays from its time, 0 to 1."""
    from imgvar_desktop.service.engine import vary

    told: list[tuple[float, float]] = []
    began = time.perf_counter()

    def report(progress) -> None:
        told.append((time.perf_counter() - began, progress.fraction))

    list(vary(pixels, count=wish.count, side_px=wish.side, seed=SEED, report=report))
    whole = time.perf_counter() - began
    # Between two reports the last one stands.
    told = [(0.0, 0.0), *told, (whole, 1.0)]
    stray = max(
        max(abs(moment / whole - fraction), abs(until / whole - fraction))
        for (moment, fraction), (until, _) in itertools.pairwise(told)
    )
    return whole, stray


def stopped(pixels, wish: argparse.Namespace, after_s: float) -> float | None:
    """Seconds from the cancelling until the engine was done; None when it was done before."""
    from imgvar_desktop.service.engine import Cancelled, vary

    told: list[float] = []
    cancelled = threading.Event()

    def cancel() -> None:
        told.append(time.perf_counter())
        cancelled.set()

    timer = threading.Timer(after_s, cancel)
    timer.start()
    try:
        list(vary(pixels, count=wish.count, side_px=wish.side, seed=SEED, cancelled=cancelled.is_set))
    except Cancelled:
        return time.perf_counter() - told[0]
    finally:
        timer.cancel()
        timer.join()
    return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pictures", nargs="*", default=list(NAMES))
    parser.add_argument("--side", type=int, default=1024)
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--cancels", type=int, default=40)
    parser.add_argument("--nice", type=int, default=0, help="as the program's own child runs")
    wish = parser.parse_args()
    if wish.nice:
        os.nice(wish.nice)
    rng = random.Random(SEED)
    print(f"{'picture':24}{'run s':>8}{'stray':>8}{'stop ms':>9}{'p95':>7}{'longest':>9}")
    for source in wish.pictures:
        pixels = square(source, wish.side)
        timed(pixels, argparse.Namespace(side=64, count=1))
        runs = [timed(pixels, wish) for _ in range(3)]
        whole = statistics.median(seconds for seconds, _ in runs)
        stops = [stopped(pixels, wish, rng.uniform(0, whole)) for _ in range(wish.cancels)]
        ms = sorted(1000 * s for s in stops if s is not None)
        print(
            f"{Path(source).stem:24}{whole:8.2f}{statistics.median(stray for _, stray in runs):8.2f}"
            f"{statistics.median(ms):9.0f}{ms[int(0.95 * len(ms))]:7.0f}{ms[-1]:9.0f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
