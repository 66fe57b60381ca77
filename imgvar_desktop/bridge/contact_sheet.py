"""Draws contact sheets, as PDF with real text or as PNG. Any thread, once there is a QGuiApplication."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QBuffer, QCoreApplication, QIODevice, QMarginsF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QColorSpace,
    QFont,
    QFontMetricsF,
    QImage,
    QImageReader,
    QImageWriter,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
)

from imgvar_desktop.core.delivery import Delivered, ExportReport, Item, Outcome, Refused, SheetRecord, Watcher
from imgvar_desktop.core.errors import ExportRefused
from imgvar_desktop.core.export_options import Page, SheetKind, SheetOptions
from imgvar_desktop.core.sheet_layout import LINE_HEIGHT, Cell, Rect, laid_out, lines_of

if TYPE_CHECKING:  # At run time the first paint would wait for it.
    from imgvar_desktop.bridge.workshop import Workshop

PDF_DPI: Final = 300
PAPER_SCALE: Final = 3
"""Pixels for a point of a PNG sheet: 216 dpi."""
SCREEN_SCALE: Final = 2
"""So that a sheet of the screen's shape has 1920 × 1080 pixels."""
_INK, _QUIET, _PAPER, _EMPTY = (
    QColor(0x1C, 0x1C, 0x1C),
    QColor(0x60, 0x60, 0x60),
    QColor("white"),
    QColor(0xF0, 0xF0, 0xF0),
)


def drawn(
    shop: "Workshop", items: Sequence[Item], options: SheetOptions, place: Path, watcher: Watcher
) -> ExportReport:
    """Writes the sheet beside or at ``place`` and remembers its numbers. Blocking. Raises ExportRefused."""
    sheet = _Sheet(items, options, options.title or place.stem, watcher)
    files = sheet.pdf() if options.kind is SheetKind.PDF else sheet.pngs()
    if sheet.stopped:
        return ExportReport(tuple(sheet.outcomes), stopped=True)
    suffix = f".{options.kind.value}"
    paths = [shop.exporter.put(data, place.parent, place.stem + part, suffix) for part, data in files]
    record = SheetRecord(sheet.title, paths[0].name, datetime.now(UTC), tuple(item.entry.id for item in items))
    shop.sheets.add(record)
    return ExportReport(tuple(sheet.outcomes), paths[0])


class _Sheet:
    """One sheet being drawn."""

    def __init__(self, items: Sequence[Item], options: SheetOptions, title: str, watcher: Watcher) -> None:
        self.title = title
        self.outcomes: list[Outcome] = []
        self.stopped = False
        self._items = items
        self._options = options
        self._watcher = watcher
        self._layout = laid_out(len(items), options)

    def pdf(self) -> list[tuple[str, bytes]]:
        """One file, its name's end empty."""
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        writer = QPdfWriter(buffer)
        writer.setTitle(self.title)
        writer.setCreator("Imgvar")
        writer.setResolution(PDF_DPI)
        size = QSizeF(self._layout.width, self._layout.height)
        page = QPageSize(size, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch)
        writer.setPageLayout(QPageLayout(page, QPageLayout.Orientation.Portrait, QMarginsF()))
        painter = QPainter(writer)
        painter.scale(PDF_DPI / 72, PDF_DPI / 72)
        for number in range(len(self._layout.pages)):
            if number:
                writer.newPage()
            self._draw_page(painter, number, PDF_DPI / 72)
        painter.end()
        return [("", bytes(buffer.data().data()))]

    def pngs(self) -> list[tuple[str, bytes]]:
        """A file for each page, with the end of its name."""
        scale = SCREEN_SCALE if self._options.page is Page.SCREEN else PAPER_SCALE
        return [(end, self._png(number, scale)) for number, end in enumerate(_ends(len(self._layout.pages)))]

    def _png(self, number: int, scale: int) -> bytes:
        size = QSize(round(self._layout.width * scale), round(self._layout.height * scale))
        image = QImage(size, QImage.Format.Format_RGB888)
        image.fill(_PAPER)
        painter = QPainter(image)
        painter.scale(scale, scale)
        self._draw_page(painter, number, scale)
        painter.end()
        image.setColorSpace(QColorSpace(QColorSpace.NamedColorSpace.SRgb))
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        QImageWriter(buffer, b"png").write(image)
        return bytes(buffer.data().data())

    def _draw_page(self, painter: QPainter, number: int, scale: float) -> None:
        """``scale``: device pixels for a point."""
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        self._draw_edges(painter, number)
        for cell in self._layout.pages[number]:
            self.stopped = self.stopped or self._watcher.stopped()
            if self.stopped:
                return
            self._draw_cell(painter, cell, scale)

    def _draw_edges(self, painter: QPainter, number: int) -> None:
        title, foot = self._layout.title, self._layout.foot
        _write(painter, title, self.title, _font(15, bold=True), _INK)
        pages = f"{number + 1} / {len(self._layout.pages)}"
        _write(painter, foot, pages, _font(8), _QUIET, where=Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom)
        asked = QCoreApplication.translate("ContactSheet", "Answer with the numbers that you choose, such as 3, 7, 12.")
        _write(painter, foot, asked, _font(8), _QUIET, where=Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom)

    def _draw_cell(self, painter: QPainter, cell: Cell, scale: float) -> None:
        item = self._items[cell.number - 1]
        _write(painter, cell.heading, str(cell.number), _font(10, bold=True), _INK)
        lines = lines_of(item.entry, item.run, self._options)
        for at, line in enumerate(lines):
            place = Rect(cell.lines.x, cell.lines.y + 2 + at * LINE_HEIGHT, cell.lines.width, LINE_HEIGHT)
            last = at == len(lines) - 1
            _write(painter, place, line, _font(6 if last else 7.5), _QUIET if last else _INK)
        outcome: Outcome
        try:
            image = _read(item.file, cell.picture.width * scale)
        except ExportRefused as error:
            painter.fillRect(_rect(cell.picture), _EMPTY)
            outcome = Refused(item.entry, item.file.name, error)
        else:
            painter.drawImage(_centred(cell.picture, image), image)
            outcome = Delivered(item.entry, item.file)
        self.outcomes.append(outcome)
        self._watcher.tell(outcome)


def _ends(pages: int) -> Iterable[str]:
    return [""] if pages == 1 else [f"-{page + 1}" for page in range(pages)]


def _read(file: Path, side_px: float) -> QImage:
    """At most ``side_px`` a side, upright and in sRGB. Raises ExportRefused."""
    reader = QImageReader(str(file))
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    image = reader.read()
    if image.isNull():
        raise ExportRefused(f"“{file.name}” cannot be read from the library.")
    srgb = QColorSpace(QColorSpace.NamedColorSpace.SRgb)
    if image.colorSpace().isValid() and image.colorSpace() != srgb:
        image.convertToColorSpace(srgb)
    wanted = QSize(round(side_px), round(side_px))
    if image.width() > wanted.width() or image.height() > wanted.height():
        how = Qt.TransformationMode.SmoothTransformation
        image = image.scaled(wanted, Qt.AspectRatioMode.KeepAspectRatio, how)
    return image


def _centred(place: Rect, image: QImage) -> QRectF:
    size = QSizeF(image.size()).scaled(QSizeF(place.width, place.height), Qt.AspectRatioMode.KeepAspectRatio)
    left, top = place.x + (place.width - size.width()) / 2, place.y + (place.height - size.height()) / 2
    return QRectF(left, top, size.width(), size.height())


def _font(size: float, *, bold: bool = False) -> QFont:
    """``size`` in points of the sheet, whatever it is drawn on."""
    font = QFont()
    font.setPixelSize(round(size * _FINE))
    font.setBold(bold)
    # Widths must not depend on the resolution: what fits in the PDF fits in the PNG.
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


_FINE: Final = 10
"""Fonts have whole sizes only, so text is drawn this much larger and scaled down."""


def _write(
    painter: QPainter,
    place: Rect,
    text: str,
    font: QFont,
    ink: QColor,
    *,
    where: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop,
) -> None:
    """In one line, shortened in its middle where it is too long."""
    width, height = place.width * _FINE, place.height * _FINE
    short = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideMiddle, width)
    painter.save()
    painter.translate(place.x, place.y)
    painter.scale(1 / _FINE, 1 / _FINE)
    painter.setFont(font)
    painter.setPen(ink)
    painter.drawText(QRectF(0, 0, width, height), where | Qt.TextFlag.TextSingleLine, short)
    painter.restore()


def _rect(place: Rect) -> QRectF:
    return QRectF(place.x, place.y, place.width, place.height)
