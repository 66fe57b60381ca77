"""Seconds and memory of the engine at several sides, beside those of the yardstick.

    python tests/benchmarks/engine_speed.py [--sides 256,512,1024] [--repeats 5] [--yardstick DIR] [PICTURE ...]

For each picture and side, in a fresh process each: the median seconds for one variation, until the first of four, and
for all four, and the peak memory of the process. The two engines take turns. Without pictures: one of each class.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from engine_sources import YARDSTICK, module_at, square

NAMES = ("astronaut", "coffee", "brick", "rocket", "shapes.png")
FIGURES = ("one", "first", "four", "peak_mb")
OURS = "ours"


def engine(name: str) -> Callable[..., Iterator[object]]:
    """``(pixels, count, seed)`` to results, one by one where the engine can."""
    if name == OURS:
        from imgvar_desktop.service.engine import vary

        return lambda pixels, count, seed: vary(pixels, count=count, side_px=pixels.shape[0], seed=seed)
    other = module_at(Path(name))
    assert other is not None
    return lambda pixels, count, seed: iter(other.vary(pixels, n=count, seed=seed))


def measure(name: str, source: str, side: int, repeats: int) -> dict[str, float]:
    """Median seconds and peak megabytes, in this process."""
    make = engine(name)
    pixels = square(source, side)
    seconds: dict[str, list[float]] = {figure: [] for figure in FIGURES[:3]}
    for seed in range(repeats + 1):
        began = time.perf_counter()
        list(make(pixels, 1, seed))
        seconds["one"].append(time.perf_counter() - began)
        began = time.perf_counter()
        for i, _ in enumerate(make(pixels, 4, seed)):
            if i == 0:
                seconds["first"].append(time.perf_counter() - began)
        seconds["four"].append(time.perf_counter() - began)
    found = {figure: statistics.median(values[1:]) for figure, values in seconds.items()}
    # Bytes on macOS, kilobytes elsewhere.
    unit = 1 if sys.platform == "darwin" else 1024
    return found | {"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6}


def in_own_process(name: str, source: str, side: int, repeats: int) -> dict[str, float]:
    """:func:`measure` in a process of its own, so that memory and caches are its own."""
    job = json.dumps([name, source, side, repeats])
    done = subprocess.run([sys.executable, __file__, "--job", job], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def print_table(pictures: list[str], sides: list[int], repeats: int, yardstick: Path) -> None:
    """Medians over the pictures, a line per side and figure, after a line per picture and side."""
    other = str(yardstick / "prototype.py") if (yardstick / "prototype.py").is_file() else None
    print(f"{'picture':20}{'side':>6}{'one s':>8}{'first s':>9}{'four s':>8}{'peak MB':>9}")
    found: dict[tuple[str, int, str], list[float]] = {}
    for source in pictures:
        for side in sides:
            for name in (OURS, other) if other else (OURS,):
                figures = in_own_process(name, source, side, repeats)
                for figure, value in figures.items():
                    found.setdefault((name, side, figure), []).append(value)
                if name == OURS:
                    one, first, four, peak = (figures[figure] for figure in FIGURES)
                    print(f"{Path(source).stem:20}{side:6}{one:8.2f}{first:9.2f}{four:8.2f}{peak:9.0f}", flush=True)
    if other is None:
        print(f"(no prototype.py in {yardstick}: nothing to hold it against)")
        return
    print(f"\n{'median':20}{'side':>6}{'prototype':>11}{'ours':>8}{'ratio':>7}")
    for side in sides:
        for figure in FIGURES:
            theirs, ours = (statistics.median(found[name, side, figure]) for name in (other, OURS))
            print(f"{figure:20}{side:6}{theirs:11.2f}{ours:8.2f}{ours / theirs:7.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pictures", nargs="*", default=list(NAMES))
    parser.add_argument("--sides", default="256,512,1024")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--yardstick", type=Path, default=YARDSTICK)
    parser.add_argument("--job", help=argparse.SUPPRESS)
    wish = parser.parse_args()
    if wish.job:
        print(json.dumps(measure(*json.loads(wish.job))))
        return
    print_table(wish.pictures, [int(side) for side in wish.sides.split(",")], wish.repeats, wish.yardstick)


if __name__ == "__main__":
    main()
