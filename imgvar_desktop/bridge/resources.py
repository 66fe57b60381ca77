"""The files that ship beside the code: icons, samples, the style sheet."""

from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QIconEngine, QImage, QPainter, QPalette, QPixmap


@cache
def root() -> Path:
    """The resources folder: inside the package when installed, at the top of a checkout otherwise.

    Found from this file: importlib.resources would say the same of every package that is unpacked, and takes 5 ms to
    load before the first paint.
    """
    package = Path(__file__).resolve().parents[1]
    packaged = package / "resources"
    return packaged if packaged.is_dir() else package.parent / "resources"


@cache
def _text(relative: str) -> str:
    return root().joinpath(relative).read_text(encoding="utf-8")


def stylesheet() -> str:
    return _text("stylesheets/imgvar.qss")


def samples() -> tuple[Path, ...]:
    """The bundled pictures for a first try."""
    folder = root() / "samples"
    return tuple(sorted(p for p in folder.iterdir() if p.suffix in {".png", ".jpg"}))


def application_icon() -> QIcon:
    return QIcon(str(root() / "icons" / "imgvar.svg"))


def icon(name: str, colour: QColor | None = None) -> QIcon:
    """The icon ``icons/<name>.svg``, sharp at every scale.

    Drawn in ``colour``, else in the palette's text colour of the moment.
    """
    return QIcon(_TintedSvg(name, colour))


class _TintedSvg(QIconEngine):
    """Draws an SVG whose ``currentColor`` is the palette's: a change of theme needs no new icons."""

    def __init__(self, name: str, own: QColor | None) -> None:
        super().__init__()
        self._name = name
        self._own = own

    def clone(self) -> QIconEngine:
        return _TintedSvg(self._name, self._own)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:  # noqa: ARG002 - Qt's signature
        from PySide6.QtSvg import QSvgRenderer

        svg = _text(f"icons/{self._name}.svg").replace("currentColor", (self._own or _colour(mode)).name())
        QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(rect))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return QPixmap.fromImage(image)


def _colour(mode: QIcon.Mode) -> QColor:
    palette = QGuiApplication.palette()
    if mode == QIcon.Mode.Disabled:
        return palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText)
    if mode == QIcon.Mode.Selected:
        return palette.color(QPalette.ColorRole.HighlightedText)
    return palette.color(QPalette.ColorRole.ButtonText)
