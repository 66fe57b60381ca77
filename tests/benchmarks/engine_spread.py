"""Ten at once, and weak to strong: are they ten, how near do any two come, does more strength go further.

    python tests/benchmarks/engine_spread.py [PICTURE ...] [--yardstick DIR] [--side 512] [--seeds 2] [--out DIR]

Ten variations of each picture: near-copies by metrics.py's measure, and the smallest distance between any two or to the
source. Then four at each of five strengths: the mean distance from the source, and whether it rises. Distances: root
mean square in OKLab at 64 px. Colours are on, as a person sees them. With --out: contact sheets as well.
"""

import argparse
import itertools
import os
import statistics
import tempfile
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from engine_sources import YARDSTICK, all_names, module_at, square, write_sheets
from PIL import Image

STRENGTHS = (0.0, 0.15, 0.5, 0.85, 1.0)
MANY = 10
# One part in twenty: what the luck of a seed may take back.
RISING = 0.95


def small(pixels: np.ndarray) -> np.ndarray:
    """``(64, 64, 3)`` OKLab over white."""
    from imgvar_desktop.service.engine.colour import oklab
    from imgvar_desktop.service.engine.raster import on_white, premultiplied, resized

    return oklab(np.clip(on_white(resized(premultiplied(pixels), 64)), 0, 1))


def distance(first: np.ndarray, second: np.ndarray) -> float:
    return float(np.sqrt(((first - second) ** 2).sum(-1).mean()))


def made(pixels: np.ndarray, count: int, seed: int, strength: float) -> list[np.ndarray]:
    from imgvar_desktop.service.engine import vary

    found = vary(pixels, count=count, side_px=pixels.shape[0], seed=seed, strength=strength)
    return [v.pixels for v in sorted(found, key=lambda v: v.index)]


def written(pictures: list[np.ndarray], folder: Path, stem: str) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{stem}_{k}.png" for k in range(len(pictures))]
    for path, picture in zip(paths, pictures, strict=True):
        Image.fromarray(picture).save(path, compress_level=1)
    return paths


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pictures", nargs="*", default=all_names())
    parser.add_argument("--yardstick", type=Path, default=YARDSTICK)
    parser.add_argument("--side", type=int, default=512)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--out", type=Path)
    wish = parser.parse_args()
    metrics = module_at(wish.yardstick / "metrics.py")
    folder = wish.out or Path(tempfile.mkdtemp(prefix="engine-spread-"))
    tens: list[list[Path]] = []
    strong: list[list[Path]] = []
    print(f"{'picture':20}{'copies':>7}{'mindist':>9}   " + "".join(f"{s:>8}" for s in STRENGTHS) + "  rises")
    for source in wish.pictures:
        pixels, stem = square(source, wish.side), Path(source).stem
        origin = written([pixels], folder / "source", stem)[0]
        copies, nearest = 0, []
        for seed in range(wish.seeds):
            ten = made(pixels, MANY, seed, 0.5)
            files = written(ten, folder / f"ten{seed}", stem)
            tens.append([origin, *files])
            if metrics is not None:
                copies += metrics.evaluate(str(origin), [str(file) for file in files])["copies"]
            nearest.append(
                min(distance(a, b) for a, b in itertools.combinations([small(p) for p in [pixels, *ten]], 2))
            )
        means = []
        strong.append([origin])
        for strength in STRENGTHS:
            sets = [made(pixels, 4, seed, strength) for seed in range(wish.seeds)]
            strong[-1].append(written(sets[0][-1:], folder / f"strength{strength}", stem)[0])
            means.append(statistics.mean(distance(small(pixels), small(p)) for four in sets for p in four))
        rises = all(after > RISING * before for before, after in itertools.pairwise(means))
        told = f"{copies:7}" if metrics is not None else f"{'?':>7}"
        print(f"{stem:20}{told}{min(nearest):9.3f}   " + "".join(f"{m:8.3f}" for m in means) + f"  {rises}", flush=True)
    if wish.out:
        print(*write_sheets(tens, folder, "sheet_ten"), *write_sheets(strong, folder, "sheet_strength"), sep="\n")


if __name__ == "__main__":
    main()
