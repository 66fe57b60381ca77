"""Makes the application icon for every system out of its two drawings: ``icons.py FOLDER``.

FOLDER/hicolor for Linux, FOLDER/imgvar.ico for Windows, FOLDER/imgvar.icns for macOS.
"""

import argparse
import io
import os
import shutil
from pathlib import Path
from typing import Final

from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

NAME: Final = "imgvar-desktop"
DRAWINGS: Final = Path(__file__).resolve().parents[1] / "resources" / "icons"
SMALL: Final = 24
"""Up to this many pixels the simpler drawing is used."""

HICOLOR: Final = (16, 22, 24, 32, 36, 48, 64, 72, 96, 128, 192, 256, 512)
ICO: Final = (16, 20, 24, 32, 40, 48, 64, 96, 128, 256)
"""What Windows asks for at 100, 125, 150 and 200 percent, small and large."""
ICNS: Final = (16, 32, 64, 128, 256, 512, 1024)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    make_icons(parser.parse_args().folder)


def make_icons(folder: Path) -> None:
    """Fills ``folder`` anew; the same drawings give the same bytes."""
    shutil.rmtree(folder, ignore_errors=True)
    for side in HICOLOR:
        place = folder / "hicolor" / f"{side}x{side}" / "apps"
        place.mkdir(parents=True)
        draw(side).save(place / f"{NAME}.png", optimize=True)
    scalable = folder / "hicolor" / "scalable" / "apps"
    scalable.mkdir(parents=True)
    shutil.copyfile(DRAWINGS / "imgvar.svg", scalable / f"{NAME}.svg")
    _save_all(folder / "imgvar.ico", ICO)
    _save_all(folder / "imgvar.icns", ICNS)


def draw(side: int) -> Image.Image:
    """The icon, ``side`` pixels wide and high, on nothing."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    _application = QGuiApplication.instance() or QGuiApplication([])
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    QSvgRenderer(str(DRAWINGS / ("imgvar-small.svg" if side <= SMALL else "imgvar.svg"))).render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs want bytes, the library wants text
    return Image.open(io.BytesIO(bytes(buffer.data().data()))).convert("RGBA")


def _save_all(file: Path, sides: tuple[int, ...]) -> None:
    """Every size as it is drawn, not as it would look made smaller."""
    images = [draw(side) for side in sides]
    images[-1].save(file, append_images=images[:-1], sizes=[(side, side) for side in sides])


if __name__ == "__main__":
    main()
