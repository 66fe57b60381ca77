"""How long the crop keeps a person waiting: from the file to a crop that can be dragged, and from Generate to bytes.

12, 50 and 100 megapixels as JPEG and PNG, made here of a sample with grain, against plain Pillow doing the same; and
the longest frame of the large editor while a handle is dragged and while the picture is straightened.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageOps
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from imgvar_desktop.adapters.pictures import PREVIEW_PX, PillowPictures
from imgvar_desktop.bridge import resources
from imgvar_desktop.bridge.bringing import LoadedPicture, _preview
from imgvar_desktop.bridge.crop_model import CropModel
from imgvar_desktop.core.framing import Fit, first_framing
from imgvar_desktop.core.geometry import Handle
from imgvar_desktop.core.request import Source
from imgvar_desktop.ui.crop_editor import CropEditor

SIZES: Final = {12: (4032, 3024), 50: (8192, 6144), 100: (11552, 8664)}
SIDE_PX: Final = 1024
LIMIT_BYTES: Final = 4_000_000
FRAMES: Final = 30
AIM_MS: Final = 16.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", "--repeats", type=int, default=3, help="turns of each (default: %(default)s)")
    parser.add_argument("-m", "--megapixels", type=int, nargs="*", default=list(SIZES), choices=list(SIZES))
    parser.add_argument("-s", "--scale", type=int, default=1, help="the screen's scale factor (default: %(default)s)")
    arguments = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_SCALE_FACTOR"] = str(arguments.scale)
    app = QApplication(["crop"])
    editor = CropEditor(CropModel(app))
    editor.resize(1280, 800)
    editor.show()
    if not QTest.qWaitForWindowExposed(editor):
        raise RuntimeError("a window that is not exposed paints nothing")
    print(f"medians of {arguments.repeats} in turn; aims: a crop in at most 0.5 of Pillow's time, bytes in at most 1.0")
    with tempfile.TemporaryDirectory() as folder:
        for megapixels in arguments.megapixels:
            for suffix in (".jpg", ".png"):
                path = Path(folder) / f"{megapixels}{suffix}"
                photo(path, *SIZES[megapixels])
                compare(editor, path, arguments.repeats)
                path.unlink()
    measure_frames(editor)


def photo(path: Path, width: int, height: int) -> None:
    """A sample enlarged, with grain as a sensor gives it: what is smooth would compress and decode too easily."""
    with Image.open(resources.root() / "samples" / "lake.jpg") as lake:
        image = lake.convert("RGB").resize((width, height), Image.Resampling.BICUBIC)
    grain = np.random.default_rng(7).normal(0, 6, (512, 512, 3)).astype(np.int16)
    for top in range(0, height, 512):
        box = (0, top, width, min(top + 512, height))
        tiles = np.tile(grain, (1, -(-width // 512), 1))[: box[3] - top, :width]
        strip = np.clip(np.asarray(image.crop(box), np.int16) + tiles, 0, 255).astype(np.uint8)
        image.paste(Image.fromarray(strip), box[:2])
    image.save(path, quality=90, compress_level=1)


def compare(editor: CropEditor, path: Path, repeats: int) -> None:
    def ours() -> None:
        opened = PillowPictures().open(path)
        framing = first_framing(width=opened.width, height=opened.height)
        source = Source(path.name, path.stem, opened.width, opened.height)
        show(editor, LoadedPicture(source, _preview(opened), framing, opened.notes))

    def ours_bytes() -> None:
        with Image.open(path) as image:
            framing = first_framing(width=image.width, height=image.height)
        PillowPictures().upload_png(path, framing, SIDE_PX, LIMIT_BYTES)

    crop = _medians({"ours": ours, "Pillow": lambda: plain_open(path)}, repeats)
    sent = _medians({"ours": ours_bytes, "Pillow": lambda: plain_bytes(path)}, repeats)
    print(
        f"{path.name:8} to a crop {crop['ours']:6.0f} ms, Pillow {crop['Pillow']:6.0f}, ratio"
        f" {crop['ours'] / crop['Pillow']:.2f}    to bytes {sent['ours']:6.0f} ms, Pillow {sent['Pillow']:6.0f},"
        f" ratio {sent['ours'] / sent['Pillow']:.2f}",
        flush=True,
    )


def plain_open(path: Path) -> bytes:
    with Image.open(path) as stored:
        image = ImageOps.exif_transpose(stored).convert("RGB")
    image.thumbnail((PREVIEW_PX, PREVIEW_PX), Image.Resampling.LANCZOS)
    return image.convert("RGBA").tobytes()


def plain_bytes(path: Path) -> bytes:
    with Image.open(path) as stored:
        image = ImageOps.exif_transpose(stored).convert("RGB")
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    cut = image.crop((left, top, left + side, top + side)).resize((SIDE_PX, SIDE_PX), Image.Resampling.LANCZOS)
    encoded = BytesIO()
    cut.save(encoded, "PNG")
    return encoded.getvalue()


def show(editor: CropEditor, picture: LoadedPicture) -> None:
    """Up to the first paint of it."""
    source, model = picture.source, editor.view._model
    model.set_picture(source.key, width=source.width, height=source.height, framing=picture.framing)
    editor.start(picture.preview)
    editor.repaint()


def measure_frames(editor: CropEditor) -> None:
    """What one move of the mouse costs, from the model to the last pixel; the processor time of this thread alone."""
    width, height = SIZES[100]
    noise = np.random.default_rng(7).integers(0, 255, (1536, 2048, 4), np.uint8)
    preview = QImage(noise.data, 2048, 1536, QImage.Format.Format_RGBX8888).convertToFormat(
        QImage.Format.Format_ARGB32_Premultiplied
    )
    source = Source("frames", "frames", width, height)
    show(editor, LoadedPicture(source, preview, first_framing(width=width, height=height)))
    view = editor.view
    model = view._model
    for fit in Fit:
        model.reset()
        model.set_fit(fit)
        editor.repaint()
        model.begin()
        handle = _frames(
            editor,
            lambda step: model.drag_handle(Handle.TOP_LEFT, 60 * step, 60 * step, min_side=50, from_centre=False),
        )
        model.abandon()
        model.begin()
        angle = _frames(editor, lambda step: model.drag_angle(1.4 * step))
        model.abandon()
        print(f"{fit.value:12} longest frame: handle {handle:5.1f} ms, straighten {angle:5.1f} ms (aim {AIM_MS:.0f})")


def _frames(editor: CropEditor, change: Callable[[int], None]) -> float:
    longest, paints = 0.0, Paints()
    editor.view.installEventFilter(paints)
    for step in range(1, FRAMES + 1):
        start = time.thread_time()
        change(step)
        editor.view.repaint()
        longest = max(longest, time.thread_time() - start)
    editor.view.removeEventFilter(paints)
    if paints.count < FRAMES:
        raise RuntimeError(f"{paints.count} of {FRAMES} frames were painted")
    return longest * 1000


class Paints(QObject):
    """Counts them: a frame that was not painted would look fast."""

    count = 0

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


def _medians(works: dict[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    """In milliseconds; each in turn, after one turn that does not count."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for repeat in range(repeats + 1):
        for name, work in works.items():
            start = time.perf_counter()
            work()
            if repeat:
                times[name].append((time.perf_counter() - start) * 1000)
    return {name: statistics.median(found) for name, found in times.items()}


if __name__ == "__main__":
    main()
