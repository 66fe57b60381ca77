"""A library of any size, made in seconds: real rows, real PNGs and thumbnails, few pixels under many names.

    .venv/bin/python -m tests.benchmarks.made_library HOME 10000

Each variation has a file, a hash and a thumbnail of its own, hard links to a few dozen that were drawn. Runs of four,
ten sources, one run every 22 minutes; marks, labels and notes as somebody leaves them who culls.
"""

import argparse
import colorsys
import hashlib
import os
import random
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

from imgvar_desktop.adapters.paths import Paths
from imgvar_desktop.adapters.pictures import PillowPictures
from imgvar_desktop.adapters.pixel_files import PixelFiles
from imgvar_desktop.adapters.sqlite_library import FILE_NAME, SqliteLibrary
from imgvar_desktop.core.framing import Framing
from imgvar_desktop.core.generate import THUMBNAIL_PX
from imgvar_desktop.core.geometry import Square
from imgvar_desktop.core.library import Entry
from imgvar_desktop.core.request import Source, VariationRequest

SIDE_PX: Final = 768
SHAPES: Final = ((SIDE_PX, SIDE_PX), (SIDE_PX, SIDE_PX * 2 // 3), (SIDE_PX * 3 // 4, SIDE_PX))
DRAWN: Final = 48
PER_RUN: Final = 4
SOURCES: Final = ("lake", "vase", "harbour", "chair", "atlas", "bottle", "cathedral", "dunes", "ember", "ferry")
NOTES: Final = ("the light is right", "for the client", "crop tighter", "too busy", "cover?")
NEWEST: Final = datetime(2026, 11, 20, 18, tzinfo=UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path, help="what IMGVAR_HOME will be; must not exist")
    parser.add_argument("count", type=int, help="variations")
    chosen = parser.parse_args()
    make_library(chosen.home, chosen.count)


def make_library(home: Path, count: int, *, marked: bool = True) -> None:
    folder = Paths.below(home).library
    folder.mkdir(parents=True)
    drawn = _draw(folder.parent / "drawn")
    _one_of_each(folder)
    dice = random.Random(count)
    db = sqlite3.connect(folder / FILE_NAME)
    run, entry = _row(db, "runs"), _row(db, "entries")
    for table in ("words", "entries"):
        db.execute(f"DELETE FROM {table}")
    db.execute("DELETE FROM runs")
    runs = -(-count // PER_RUN)
    moments = [NEWEST - timedelta(minutes=22 * (runs - number)) for number in range(runs + 1)]
    names = [SOURCES[number % len(SOURCES)] for number in range(runs + 1)]
    made_runs = [
        run
        | {
            "number": number,
            "id": f"{number:032x}",
            "source_key": hashlib.sha256(names[number].encode()).hexdigest(),
            "source_name": names[number],
            "created_at": moments[number].isoformat(),
            "state": "finished",
            "seconds": 3.8,
            "wanted": PER_RUN,
            "size_px": SIDE_PX,
        }
        for number in range(1, runs + 1)
    ]
    for name, (image, _) in zip(SOURCES, drawn, strict=False):
        _link(image, folder / "sources" / f"{hashlib.sha256(name.encode()).hexdigest()}.png")
    entries = []
    for i in range(count):
        number, place = i // PER_RUN + 1, i % PER_RUN
        file = f"images/{moments[number]:%Y-%m}/{names[number]}_v{number:02}-{place + 1:02}.png"
        sha256 = hashlib.sha256(f"{count}-{i}".encode()).hexdigest()
        entries.append(
            entry
            | {
                "number": i + 1,
                "id": f"{i:032x}",
                "run_number": number,
                "place": place,
                "file": file,
                "sha256": sha256,
                "width": SHAPES[i % DRAWN % len(SHAPES)][0],
                "height": SHAPES[i % DRAWN % len(SHAPES)][1],
                "created_at": moments[number].isoformat(),
            }
            | (_marks(dice) if marked else {})
        )
        image, thumbnail = drawn[i % DRAWN]
        _link(image, folder / file)
        _link(thumbnail, PixelFiles(folder).thumbnail_path(sha256))
    for table, rows in (("runs", made_runs), ("entries", entries)):
        columns = ", ".join(rows[0])
        marks = ", ".join(f":{column}" for column in rows[0])
        db.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)  # names of this file
    db.commit()
    db.close()


def _marks(dice: random.Random) -> dict[str, object]:
    return {
        "flag": dice.choices(("", "pick", "reject"), (6, 1, 2))[0],
        "stars": dice.choices(range(6), (8, 1, 1, 2, 1, 1))[0],
        "label": dice.choices(("", "red", "yellow", "green", "blue"), (12, 1, 1, 1, 1))[0],
        "note": dice.choice(NOTES) if dice.random() < 0.05 else "",
    }


def _one_of_each(folder: Path) -> None:
    """A run and a variation as the program writes them: what the many are copied from."""
    library = SqliteLibrary(folder)
    request = VariationRequest(
        source=Source("0" * 64, "lake", 2000, 1400),
        framing=Framing(Square(0, 0, 1400)),
        count=PER_RUN,
        size_px=SIDE_PX,
        service_id="on-device",
    )
    run = library.begin_run(request, "On this device")
    library.add_entry(
        Entry("0", run.id, run.number, 0, "lake", "images/x.png", "0" * 64, 1, 1, "image/png", run.created_at)
    )
    library.close()


def _row(db: sqlite3.Connection, table: str) -> dict[str, object]:
    cursor = db.execute(f"SELECT * FROM {table}")  # names of this file
    return dict(zip((column[0] for column in cursor.description), cursor.fetchone(), strict=True))


def _draw(folder: Path) -> list[tuple[Path, Path]]:
    """Pictures and their thumbnails, as the program makes them."""
    folder.mkdir()
    pictures, made = PillowPictures(), []
    for number in range(DRAWN):
        image, thumbnail = folder / f"{number}.png", folder / f"{number}.jpg"
        _picture(number).save(image)
        pictures.thumbnail(image, thumbnail, THUMBNAIL_PX)
        made.append((image, thumbnail))
    return made


def _picture(number: int) -> Image.Image:
    """Of its own colour and shape, and not so plain that it costs nothing to read."""
    dice = random.Random(number)
    tall = SHAPES[number % len(SHAPES)]
    noise = Image.effect_noise((tall[0] // 8, tall[1] // 8), 40).resize(tall).convert("RGB")
    hue = number / DRAWN
    drawn = Image.new("RGB", tall, _colour(hue, 0.35, 0.75))
    pen = ImageDraw.Draw(drawn)
    for _ in range(24):
        x, y, reach = dice.randrange(tall[0]), dice.randrange(tall[1]), dice.randrange(40, 260)
        box = (x - reach, y - reach, x + reach, y + reach)
        pen.ellipse(box, fill=_colour(hue + dice.uniform(-0.1, 0.1), dice.uniform(0.2, 0.8), dice.uniform(0.2, 0.95)))
    return Image.blend(drawn, noise, 0.12)


def _colour(hue: float, saturation: float, value: float) -> tuple[int, int, int]:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)


def _link(target: Path, name: Path) -> None:
    name.parent.mkdir(parents=True, exist_ok=True)
    os.link(target, name)


if __name__ == "__main__":
    main()
