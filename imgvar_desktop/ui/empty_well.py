"""What the source well shows before there is a picture: an invitation."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QIcon, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from imgvar_desktop.bridge import resources
from imgvar_desktop.bridge.thumbnail_loader import ThumbnailKey, ThumbnailLoader
from imgvar_desktop.core.picture_formats import SHOWN

SAMPLE_PX: Final = 64


class EmptyWell(QWidget):
    browse_asked = Signal()
    sample_chosen = Signal(object)
    """The sample's Path."""

    def __init__(self, thumbnails: ThumbnailLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._thumbnails = thumbnails
        self._hovered = False
        self._samples: list[_Sample] = []
        self._samples_due = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        layout.addStretch(2)
        picture = QLabel()
        picture.setPixmap(resources.icon("image-drop").pixmap(QSize(48, 48), self.devicePixelRatioF()))
        self._picture = picture
        for part in (picture, _label(self.tr("Drop a picture here"), "heading"), _label(self.tr("or paste it, or"))):
            layout.addWidget(part, alignment=Qt.AlignmentFlag.AlignHCenter)
        self.browse = QPushButton(self.tr("Browse…"))
        self.browse.setMinimumHeight(28)
        self.browse.clicked.connect(self.browse_asked)
        layout.addWidget(self.browse, alignment=Qt.AlignmentFlag.AlignHCenter)
        formats = _label("\N{NO-BREAK SPACE}· ".join(SHOWN), "quiet")
        formats.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        formats.setWordWrap(True)  # A longer list must not widen the pane.
        layout.addWidget(formats)
        layout.addStretch(3)
        layout.addWidget(_label(self.tr("Or try one of these"), "quiet"), alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addLayout(self._sample_row())
        thumbnails.loaded.connect(self._on_loaded)

    def set_hovered(self, hovered: bool) -> None:
        """While a picture hovers over the window, the outline says where it will go."""
        self._hovered = hovered
        self.update()

    def refresh_theme(self) -> None:
        self._picture.setPixmap(resources.icon("image-drop").pixmap(QSize(48, 48), self.devicePixelRatioF()))

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]  # Qt hands over a QShowEvent
        self._samples_due = True

    @Slot()
    def _ask_for_samples(self) -> None:
        for sample in self._samples:
            self._ask_for(sample)

    def _sample_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch()
        for path in resources.samples():
            sample = _Sample(path)
            sample.chosen.connect(self.sample_chosen)
            self._samples.append(sample)
            row.addWidget(sample)
        row.addStretch()
        return row

    def _ask_for(self, sample: "_Sample") -> None:
        key = ThumbnailKey(str(sample.path), round(SAMPLE_PX * 1.5 * self.devicePixelRatioF()))
        pixmap = self._thumbnails.pixmap(key, sample.path, sample.path)
        if pixmap is not None:
            sample.setIcon(QIcon(pixmap))

    @Slot(object)
    def _on_loaded(self, name: str) -> None:
        for sample in self._samples:
            if str(sample.path) == name:
                self._ask_for(sample)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        role = QPalette.ColorRole.Highlight if self._hovered else QPalette.ColorRole.PlaceholderText
        painter.setPen(QPen(self.palette().color(role), 2 if self._hovered else 1.5, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
        if self._samples_due:
            self._samples_due = False
            QTimer.singleShot(0, self._ask_for_samples)  # Decoding them must not hold up this paint, often the first.


class _Sample(QToolButton):
    chosen = Signal(object)

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.setAutoRaise(True)
        self.setFixedSize(SAMPLE_PX + 8, SAMPLE_PX + 8)
        self.setIconSize(QSize(SAMPLE_PX, SAMPLE_PX))
        self.setAccessibleName(self.tr("Sample picture: {0}").format(path.stem))
        self.setToolTip(path.stem.replace("-", " ").capitalize())
        self.clicked.connect(self._on_clicked)

    @Slot()
    def _on_clicked(self) -> None:
        self.chosen.emit(self.path)


def _label(text: str, role: str = "") -> QLabel:
    label = QLabel(text)
    if role:
        label.setProperty("role", role)
    return label
