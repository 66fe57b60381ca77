"""The pictures that the engine's benchmarks work on, the yardstick they hold it against, and contact sheets."""

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from PIL import Image

REPOSITORY = Path(__file__).parents[2]
SAMPLES = REPOSITORY / "resources" / "samples"
YARDSTICK = REPOSITORY.parent / "shared" / "engine"
"""A folder with prototype.py, another engine, and metrics.py, which compares; both are optional."""
CLASSES = {
    "texture": ("brick", "grass", "gravel"),
    "scene": ("lake.jpg", "rocket", "hubble_deep_field"),
    "subject": ("astronaut", "coffee", "chelsea", "vase.jpg"),
    "graphic": ("shapes.png", "page", "logo"),
}
"""What a person would call them. Names with an ending are samples of our own, the others scikit-image carries."""
TILE = 200
ROWS = 7


def all_names() -> list[str]:
    return [name for names in CLASSES.values() for name in names]


def square(source: str, side: int) -> np.ndarray:
    """``(side, side, 3 or 4)`` uint8 from the middle of a file, of a sample by its name, or of scikit-image's."""
    if Path(source).suffix:
        path = Path(source) if Path(source).is_file() else SAMPLES / source
        image = Image.open(path)
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    else:
        from skimage import data

        pixels = getattr(data, source)()
        image = Image.fromarray(pixels)
        image = image.convert("RGBA" if image.mode == "RGBA" and pixels[..., 3].min() < 255 else "RGB")
    length = min(image.size)
    left, top = (image.width - length) // 2, (image.height - length) // 2
    box = (left, top, left + length, top + length)
    return np.asarray(image.resize((side, side), Image.Resampling.LANCZOS, box=box))


def class_of(source: str) -> str:
    """``other`` for pictures that are not among ours."""
    return next((kind for kind, names in CLASSES.items() if source in names), "other")


def module_at(path: Path) -> ModuleType | None:
    """A Python file as a module, with its folder to import from; None where there is no such file."""
    if not path.is_file():
        return None
    sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def tile(path: Path) -> Image.Image:
    """A thumbnail on light grey, so that transparency shows."""
    image = Image.open(path).convert("RGBA").resize((TILE, TILE), Image.Resampling.LANCZOS)
    ground = Image.new("RGBA", image.size, (235, 235, 235, 255))
    ground.alpha_composite(image)
    return ground.convert("RGB")


def write_sheets(rows: list[list[Path]], out: Path, name: str) -> list[Path]:
    """``out/NAME_K.png``, seven rows each: in a row the source, then its variations."""
    written = []
    for page in range(0, len(rows), ROWS):
        some = rows[page : page + ROWS]
        sheet = Image.new("RGB", (max(len(row) for row in some) * (TILE + 4), len(some) * (TILE + 4)), "white")
        for y, row in enumerate(some):
            for x, path in enumerate(row):
                sheet.paste(tile(path), (x * (TILE + 4), y * (TILE + 4)))
        written.append(out / f"{name}_{page // ROWS}.png")
        sheet.save(written[-1])
    return written
