"""Our variations beside those of another program, as figures and as contact sheets.

    python tests/benchmarks/engine_quality.py SOURCES_DIR OUT_DIR [--other PROGRAM.py] [--metrics METRICS.py]
        [--other-python PYTHON] [--seed 0] [--count 4] [--strength 0.5] [--colour]

``PROGRAM.py PICTURE.png... -o DIR seed=N n=N colour=0`` must write ``DIR/<stem>_<k>.png``; ``METRICS.py --all SOURCES
A B`` must print the comparison. Both may come from the environment: IMGVAR_OTHER_ENGINE, IMGVAR_ENGINE_METRICS.
Colour is off unless asked for, because a regrade changes every patch the metrics look at. Look at OUT_DIR/sheet_*.png
before believing any figure.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from PIL import Image

TILE = 256
ROWS = 6


def load(path: Path) -> np.ndarray:
    image = Image.open(path)
    return np.asarray(image.convert("RGBA" if image.mode in {"RGBA", "LA", "P"} else "RGB"))


def make_ours(sources: list[Path], out: Path, wish: argparse.Namespace) -> list[float]:
    """Writes ``out/<stem>_<k>.png``; returns the seconds each source took."""
    from imgvar_desktop.service.engine import vary

    out.mkdir(parents=True, exist_ok=True)
    seconds = []
    for source in sources:
        pixels = load(source)
        began = time.perf_counter()
        made = list(
            vary(
                pixels,
                count=wish.count,
                side_px=pixels.shape[0],
                seed=wish.seed,
                strength=wish.strength,
                colour=wish.colour,
            )
        )
        seconds.append(time.perf_counter() - began)
        for variation in made:
            Image.fromarray(variation.pixels).save(out / f"{source.stem}_{variation.index}.png", compress_level=1)
    return seconds


def make_others(sources: list[Path], out: Path, wish: argparse.Namespace) -> list[float]:
    """The same by the other program, one process per source; start-up is included in its seconds."""
    out.mkdir(parents=True, exist_ok=True)
    seconds = []
    for source in sources:
        options = [f"seed={wish.seed}", f"n={wish.count}", *([] if wish.colour else ["colour=0"])]
        command = [wish.other_python, wish.other, str(source), "-o", str(out), *options]
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        seconds.append(time.perf_counter() - began)
    return seconds


def tile(path: Path) -> Image.Image:
    """A thumbnail on light grey, so that transparency shows."""
    image = Image.open(path).convert("RGBA").resize((TILE, TILE), Image.Resampling.LANCZOS)
    ground = Image.new("RGBA", image.size, (235, 235, 235, 255))
    ground.alpha_composite(image)
    return ground.convert("RGB")


def write_sheets(sources: list[Path], made: Path, out: Path, count: int) -> None:
    """Contact sheets, a row per source: the source, then its variations."""
    for page in range(0, len(sources), ROWS):
        rows = sources[page : page + ROWS]
        sheet = Image.new("RGB", ((count + 1) * (TILE + 4), len(rows) * (TILE + 4)), "white")
        for y, source in enumerate(rows):
            paths = [source, *(made / f"{source.stem}_{k}.png" for k in range(count))]
            for x, path in enumerate(paths):
                sheet.paste(tile(path), (x * (TILE + 4), y * (TILE + 4)))
        sheet.save(out / f"sheet_{made.name}_{page // ROWS}.png")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sources", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--other", default=os.environ.get("IMGVAR_OTHER_ENGINE"))
    parser.add_argument("--other-python", default=sys.executable)
    parser.add_argument("--metrics", default=os.environ.get("IMGVAR_ENGINE_METRICS"))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=4)
    parser.add_argument("--strength", type=float, default=0.5)
    parser.add_argument("--colour", action="store_true")
    wish = parser.parse_args()
    sources = sorted(wish.sources.glob("*.png"))
    folders = [wish.out / "ours"]
    print(f"ours: median {statistics.median(make_ours(sources, folders[0], wish)):.2f} s for {wish.count}")
    if wish.other:
        folders.insert(0, wish.out / "other")
        seconds = make_others(sources, folders[0], wish)
        print(f"other: median {statistics.median(seconds):.2f} s for {wish.count}, with its start")
    for folder in folders:
        write_sheets(sources, folder, wish.out, wish.count)
    if wish.metrics:
        command = [sys.executable, wish.metrics, "--all", str(wish.sources), *(str(f) for f in folders)]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
