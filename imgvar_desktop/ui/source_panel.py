"""The source: its well, its crop, and what is to know about both."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QImage, QPalette
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from imgvar_desktop.bridge import resources
from imgvar_desktop.bridge.bringing import LoadedPicture
from imgvar_desktop.bridge.crop_model import CropModel
from imgvar_desktop.bridge.film_model import FilmFrame, FilmModel
from imgvar_desktop.bridge.thumbnail_loader import ThumbnailLoader
from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.framing import Framing, same_relative
from imgvar_desktop.core.geometry import Square
from imgvar_desktop.core.request import Source
from imgvar_desktop.ui import theme
from imgvar_desktop.ui.crop_painting import PaintedPicture
from imgvar_desktop.ui.crop_view import CropView, cropped_pixmap
from imgvar_desktop.ui.empty_well import EmptyWell
from imgvar_desktop.ui.filmstrip import Filmstrip
from imgvar_desktop.ui.message_bar import MessageBar

CROP_PREVIEW_PX: Final = 72
SPINNER_AFTER_MS: Final = 300
"""A shorter wait looks calmer without a sign of it."""


@dataclass(frozen=True, slots=True)
class CroppedSource:
    source: Source
    framing: Framing

    @property
    def crop(self) -> Square:
        return self.framing.square


class SourcePanel(QWidget):
    browse_asked = Signal()
    sample_chosen = Signal(object)
    """A Path."""
    loading_cancelled = Signal()
    changed = Signal()
    """``chosen`` is another picture or another square."""

    def __init__(
        self, thumbnails: ThumbnailLoader, model: CropModel, film: FilmModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._film = film
        self._picture: LoadedPicture | None = None
        self._painted = PaintedPicture()
        self._size_px = 0
        self.well = EmptyWell(thumbnails)
        self.well.browse_asked.connect(self.browse_asked)
        self.well.sample_chosen.connect(self.sample_chosen)
        self.crop_view = CropView(model)
        model.changed.connect(self._on_cropped)
        self.filmstrip = Filmstrip(film)
        self.filmstrip.same_crop_toggled.connect(self.changed)
        film.changed.connect(self.changed)
        self._loading = _LoadingPage()
        self._loading.cancelled.connect(self.loading_cancelled)
        self._pages = _Pages()
        for page in (self.well, self.crop_view, self._loading):
            self._pages.addWidget(page)
        self.message = MessageBar()
        self._details = self._make_details()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._pages, stretch=1)
        layout.addWidget(self.message)
        layout.addWidget(self._details)
        layout.addWidget(self.filmstrip)
        self._details.hide()
        self._spinner = QTimer(self)
        self._spinner.setSingleShot(True)
        self._spinner.setInterval(SPINNER_AFTER_MS)
        self._spinner.timeout.connect(self._on_spinner_due)

    @property
    def chosen(self) -> CroppedSource | None:
        """What Generate would send."""
        return CroppedSource(self._picture.source, self._model.framing) if self._picture else None

    @property
    def all_chosen(self) -> tuple[CroppedSource, ...]:
        """What Generate would send: the picture in the well, or all that are ticked in the film strip."""
        shown = self.chosen
        if shown is None:
            return ()
        if not self._film.frames:
            return (shown,)
        return tuple(self._framed(frame, shown) for frame in self._film.ticked)

    def _framed(self, frame: FilmFrame, shown: CroppedSource) -> CroppedSource:
        source = frame.source
        assert source is not None
        assert frame.framing is not None
        if source.key == shown.source.key:
            return CroppedSource(source, shown.framing)
        if self.filmstrip.same_crop.isChecked():
            of = (shown.source.width, shown.source.height)
            return CroppedSource(source, same_relative(shown.framing, of=of, to=(source.width, source.height)))
        return CroppedSource(source, self._model.framing_of(source.key) or frame.framing)

    @property
    def preview(self) -> QImage | None:
        """The whole upright picture, reduced for the screen."""
        return self._picture.preview if self._picture else None

    def show_loading(self, text: str) -> None:
        """``text``: what is under way, such as "Opening lake.jpg…"."""
        self.message.clear()
        self._loading.set_text(text)
        self._spinner.start()

    def show_picture(self, picture: LoadedPicture) -> None:
        self._spinner.stop()
        self._picture = picture
        self._painted.set_preview(picture.preview)
        source = picture.source
        self._model.set_picture(source.key, width=source.width, height=source.height, framing=picture.framing)
        self.crop_view.set_preview(picture.preview)
        self._name.setText(source.name)
        self._name.setToolTip(source.name)
        self._dimensions.setText(self.tr("{0} × {1} px").format(source.width, source.height))
        self._details.show()
        self._pages.setCurrentWidget(self.crop_view)
        if picture.notes:
            self.message.show_info(" ".join(picture.notes))
        self._refresh()
        self.changed.emit()

    def show_refusal(self, error: AppError) -> None:
        """The previous picture stays."""
        self.end_loading()
        self.message.show_error(str(error), hint=error.hint)

    def end_loading(self) -> None:
        self._spinner.stop()
        self._pages.setCurrentWidget(self.crop_view if self._picture else self.well)

    def set_size_px(self, size_px: int) -> None:
        self._size_px = size_px
        self.crop_view.set_size_px(size_px)
        self._refresh()

    @Slot()
    def reset_crop(self) -> None:
        if self._picture is not None:
            self._model.reset()

    def refresh_theme(self) -> None:
        self.well.refresh_theme()
        self._refresh()

    def _make_details(self) -> QWidget:
        self._crop_preview = QLabel()
        self._crop_preview.setFixedSize(CROP_PREVIEW_PX, CROP_PREVIEW_PX)
        self._crop_preview.setAccessibleName(self.tr("Preview of the crop"))
        self._name = QLabel()
        self._name.setProperty("role", "heading")
        # A long file name must not widen the pane.
        self._name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._dimensions = QLabel()
        self._dimensions.setProperty("role", "quiet")
        self._readout = QLabel()
        self.reset = QToolButton()
        self.reset.setIcon(resources.icon("reset-crop"))
        self.reset.setIconSize(QSize(20, 20))
        self.reset.setAutoRaise(True)
        self.reset.setToolTip(self.tr("Reset the crop (0)"))
        self.reset.setAccessibleName(self.tr("Reset the crop"))
        self.reset.clicked.connect(self.reset_crop)
        texts = QVBoxLayout()
        texts.setSpacing(4)
        texts.addStretch()
        for label in (self._name, self._dimensions, self._readout):
            texts.addWidget(label)
        texts.addStretch()
        details = QWidget()
        row = QHBoxLayout(details)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._crop_preview)
        row.addLayout(texts, stretch=1)
        row.addWidget(self.reset, alignment=Qt.AlignmentFlag.AlignBottom)
        return details

    @Slot()
    def _on_cropped(self) -> None:
        self._refresh()
        self.changed.emit()

    @Slot()
    def _on_spinner_due(self) -> None:
        self._pages.setCurrentWidget(self._loading)

    def _refresh(self) -> None:
        if self._picture is None:
            return
        crop = self._model.framing.square
        ratio = self.devicePixelRatioF()
        pixmap = cropped_pixmap(self._model, self._painted, round(CROP_PREVIEW_PX * ratio))
        pixmap.setDevicePixelRatio(ratio)
        self._crop_preview.setPixmap(pixmap)
        enlarged = 0 < crop.side < self._size_px
        if enlarged:
            factor = self.locale().toString(self._size_px / crop.side, "f", 1)
            text = self.tr("{0} px, enlarged {1}×").format(crop.side, factor)
        else:
            text = f"{crop.side} × {crop.side} → {self._size_px}"
        self._readout.setText(text)
        palette = QPalette(self.palette())
        if enlarged:
            palette.setColor(QPalette.ColorRole.WindowText, theme.amber(palette))
        self._readout.setPalette(palette)


class _Pages(QStackedWidget):
    """As small as the page that shows: the inviting well is taller than the smallest useful crop."""

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        page = self.currentWidget()
        return super().minimumSizeHint() if page is None else page.minimumSizeHint().expandedTo(page.minimumSize())


class _LoadingPage(QWidget):
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._name = QLabel()
        self._name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._name.setAlignment(Qt.AlignmentFlag.AlignCenter)
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        cancel = QPushButton(self.tr("Cancel"))
        cancel.setMinimumHeight(28)
        cancel.clicked.connect(self.cancelled)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(32, 16, 32, 16)
        layout.addStretch()
        layout.addWidget(self._name)
        layout.addWidget(bar)
        layout.addWidget(cancel, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch()

    def set_text(self, text: str) -> None:
        self._name.setText(text)
