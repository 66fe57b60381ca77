"""Seconds and memory of the engine at several sides, one fresh process per figure.

    python tests/benchmarks/engine_speed.py [--sides 256,512,1024] [--repeats 5] [PICTURE.png ...]

Prints, for each picture and side, the median seconds for one variation, for four, and until the first of the four, and
the peak memory of the process. Without pictures: those that scikit-image carries.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from PIL import Image

NAMES = ("astronaut", "coffee", "brick", "rocket")


def square(source: str, side: int) -> np.ndarray:
    """``(side, side, 3 or 4)`` from a file, or from scikit-image by name."""
    if Path(source).suffix:
        image = Image.open(source)
        image = image.convert("RGBA" if image.mode in {"RGBA", "LA", "P"} else "RGB")
    else:
        from skimage import data

        image = Image.fromarray(getattr(data, source)()).convert("RGB")
    length = min(image.size)
    left, top = (image.width - length) // 2, (image.height - length) // 2
    box = (left, top, left + length, top + length)
    return np.asarray(image.resize((side, side), Image.Resampling.LANCZOS, box=box))


def measure(source: str, side: int, count: int, repeats: int) -> dict[str, float]:
    """Median seconds for all and until the first, and peak megabytes, in this process."""
    from imgvar_desktop.service.engine import vary

    pixels = square(source, side)
    first, whole = [], []
    for seed in range(repeats + 1):
        began = time.perf_counter()
        for i, _ in enumerate(vary(pixels, count=count, side_px=side, seed=seed)):
            if i == 0:
                first.append(time.perf_counter() - began)
        whole.append(time.perf_counter() - began)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"first": statistics.median(first[1:]), "all": statistics.median(whole[1:]), "peak_mb": peak_mb}


def in_own_process(source: str, side: int, count: int, repeats: int) -> dict[str, float]:
    """:func:`measure` in a process of its own, so that memory and caches are its own."""
    job = json.dumps([source, side, count, repeats])
    done = subprocess.run([sys.executable, __file__, "--job", job], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pictures", nargs="*", default=list(NAMES))
    parser.add_argument("--sides", default="256,512,1024")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--job", help=argparse.SUPPRESS)
    wish = parser.parse_args()
    if wish.job:
        print(json.dumps(measure(*json.loads(wish.job))))
        return
    print(f"{'picture':24}{'side':>6}{'one s':>8}{'four s':>8}{'first s':>9}{'peak MB':>9}")
    for source in wish.pictures:
        for side in (int(s) for s in wish.sides.split(",")):
            one = in_own_process(source, side, 1, wish.repeats)
            four = in_own_process(source, side, 4, wish.repeats)
            name = Path(source).stem
            print(
                f"{name:24}{side:6}{one['all']:8.2f}{four['all']:8.2f}{four['first']:9.2f}{four['peak_mb']:9.0f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
