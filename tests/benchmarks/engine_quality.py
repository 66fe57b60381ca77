"""Our variations beside the yardstick's: seconds, memory and every metric, per class, and contact sheets.

    python tests/benchmarks/engine_quality.py OUT_DIR [PICTURE ...] [--yardstick DIR] [--side 512] [--count 4]
        [--seed 0] [--strength 0.5] [--colour] [--no-speed]

``DIR`` holds ``prototype.py`` (``vary(pixels, n=, seed=, colour=)``) and ``metrics.py`` (``evaluate(source, files)``);
without it the seconds and the sheets are ours alone. Colour is off for the metrics unless asked for, because a regrade
changes every patch that they look at. Look at OUT_DIR/sheet_*.png before believing any figure.
"""

import argparse
import statistics
from collections.abc import Callable
from pathlib import Path

import engine_speed
import numpy as np
from engine_sources import YARDSTICK, all_names, class_of, module_at, square, write_sheets
from PIL import Image

METRICS = (
    *("coh1", "coh2", "coh4", "cmp1", "cmp2", "cmp4", "swd1", "swd2", "swd4"),
    *("seam", "struct", "keep", "sharp", "copy", "div", "divc", "mindist", "copies"),
)
HIGHER_IS_BETTER = {"div", "divc", "mindist"}

Figures = dict[str, float]
Make = Callable[[np.ndarray], list[np.ndarray]]


def makers(wish: argparse.Namespace) -> dict[str, Make]:
    """Our engine and, where it is there, the other one."""
    from imgvar_desktop.service.engine import vary

    def ours(pixels: np.ndarray) -> list[np.ndarray]:
        options = {"count": wish.count, "seed": wish.seed, "strength": wish.strength, "colour": wish.colour}
        found = sorted(vary(pixels, side_px=pixels.shape[0], **options), key=lambda v: v.index)
        return [v.pixels for v in found]

    other = module_at(wish.yardstick / "prototype.py")
    if other is None:
        return {"ours": ours}
    # Its own default strength: the two scales have nothing in common.
    colour = {} if wish.colour else {"colour": 0}
    return {"prototype": lambda pixels: other.vary(pixels, n=wish.count, seed=wish.seed, **colour), "ours": ours}


def make_all(wish: argparse.Namespace) -> dict[str, dict[str, list[Path]]]:
    """Writes ``OUT/source/NAME.png`` and ``OUT/ENGINE/NAME_K.png``; per engine and picture, its files."""
    found: dict[str, dict[str, list[Path]]] = {}
    for engine, make in makers(wish).items():
        for source in wish.pictures:
            pixels = square(source, wish.side)
            original = wish.out / "source" / f"{Path(source).stem}.png"
            original.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(pixels).save(original, compress_level=1)
            files = [wish.out / engine / f"{original.stem}_{k}.png" for k in range(wish.count)]
            files[0].parent.mkdir(parents=True, exist_ok=True)
            for file, made in zip(files, make(pixels), strict=True):
                shown = made if pixels.shape[2] == 4 else made[..., :3]
                Image.fromarray(np.ascontiguousarray(shown)).save(file, compress_level=1)
            found.setdefault(engine, {})[source] = [original, *files]
    return found


def print_metrics(title: str, by_engine: dict[str, list[Figures]]) -> None:
    """One block: a line per metric with each engine's median, and ours over the other's."""
    engines = list(by_engine)
    print(f"\n{title:12}" + "".join(f"{engine:>11}" for engine in engines) + ("  ratio" if len(engines) > 1 else ""))
    for metric in METRICS:
        values = [statistics.median(figures[metric] for figures in by_engine[engine]) for engine in engines]
        line = f"{metric:12}" + "".join(f"{value:11.4f}" for value in values)
        if len(values) > 1 and values[0]:
            better = (values[1] > values[0]) == (metric in HIGHER_IS_BETTER)
            line += f"{values[1] / values[0]:7.2f}" + ("" if metric in {"sharp", "copy"} else " better" * better)
        print(line)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("pictures", nargs="*", default=all_names())
    parser.add_argument("--yardstick", type=Path, default=YARDSTICK)
    parser.add_argument("--side", type=int, default=512)
    parser.add_argument("--count", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--strength", type=float, default=0.5)
    parser.add_argument("--colour", action="store_true")
    parser.add_argument("--no-speed", action="store_true")
    wish = parser.parse_args()
    if not wish.no_speed:
        engine_speed.print_table(list(engine_speed.NAMES), [256, 512, 1024], 3, wish.yardstick)
    found = make_all(wish)
    for engine, rows in found.items():
        for sheet in write_sheets(list(rows.values()), wish.out, f"sheet_{engine}"):
            print(sheet)
    metrics = module_at(wish.yardstick / "metrics.py")
    if metrics is None:
        print(f"(no metrics.py in {wish.yardstick}: look at the sheets)")
        return
    per_class: dict[str, dict[str, list[Figures]]] = {}
    for engine, rows in found.items():
        for source, (original, *files) in rows.items():
            figures = metrics.evaluate(str(original), [str(file) for file in files])
            for title in ("all", class_of(source)):
                per_class.setdefault(title, {}).setdefault(engine, []).append(figures)
    for title, by_engine in per_class.items():
        print_metrics(title, by_engine)


if __name__ == "__main__":
    main()
