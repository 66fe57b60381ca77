"""Taking variations along into other programs: by dragging them out, and by copying."""

from typing import Final

from PySide6.QtCore import QMimeData, QObject, QPoint, QRect, QRectF, Qt, QTimer, QUrl, Slot
from PySide6.QtGui import QColor, QDrag, QGuiApplication, QPainter, QPalette, QPixmap

from imgvar_desktop.bridge.async_thread import Call
from imgvar_desktop.bridge.catalogue import Catalogue
from imgvar_desktop.bridge.exporting import wishes_of
from imgvar_desktop.bridge.handing_out import HandOut
from imgvar_desktop.bridge.office import Office
from imgvar_desktop.bridge.settings_keeper import SettingsKeeper
from imgvar_desktop.bridge.thumbnail_loader import ThumbnailLoader
from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.library import Entry
from imgvar_desktop.ui.keeping import Keeping
from imgvar_desktop.ui.main_window import MainWindow
from imgvar_desktop.ui.picture_drop import OWN_FILES
from imgvar_desktop.ui.tile_delegate import EntryPaths

REST_MS: Final = 40
"""A hand takes longer from pressing to dragging; keys that run through the gallery do not."""
PREPARED_MOST: Final = 16
"""More are made ready when they are dragged, not whenever they are selected."""
CARD_PX: Final = 96
BADGE_PX: Final = 24


class TakingAlong(QObject):
    """GUI thread. What is selected is made ready when the selection rests, so that a drag starts at once."""

    def __init__(
        self,
        window: MainWindow,
        *,
        office: Office,
        settings: SettingsKeeper,
        keeping: Keeping,
        catalogue: Catalogue,
        thumbnails: ThumbnailLoader,
        paths: EntryPaths,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._office = office
        self._settings = settings
        self._keeping = keeping
        self._catalogue = catalogue
        self._thumbnails = thumbnails
        self._paths = paths
        self.ready: HandOut | None = None
        """What a drag would carry."""
        self._call: Call | None = None
        self._asked: tuple[Entry, ...] = ()
        self._dragging = False
        """A drag waits for what it is to carry."""
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._on_rested)
        window.gallery.selectionModel().selectionChanged.connect(self._rest.start)
        window.gallery.dragged_out.connect(self._on_dragged_out)
        window.actions_.copy.triggered.connect(self._on_copy)
        window.closing.connect(self._on_closing)

    @Slot()
    def _on_closing(self) -> None:
        """Nothing is made ready any more: who would do it has ended."""
        self._rest.timeout.disconnect(self._on_rested)

    # Dragging

    @Slot()
    def _on_rested(self) -> None:
        entries = self._keeping.chosen
        if 0 < len(entries) <= PREPARED_MOST and not self._is_ready(entries):
            self._prepare(entries)

    @Slot()
    def _on_dragged_out(self) -> None:
        entries = self._keeping.chosen
        if not entries:
            return
        if self.ready is not None and self._is_ready(entries):
            self._start_drag(self.ready)
            return
        self._dragging = True
        if self._call is None or self._asked != entries:
            self._prepare(entries)

    def _is_ready(self, entries: tuple[Entry, ...]) -> bool:
        return (
            self.ready is not None and self.ready.entries == entries and all(path.exists() for path in self.ready.paths)
        )

    def _prepare(self, entries: tuple[Entry, ...]) -> None:
        if self._call is not None:
            self._call.cancel()
        self._asked = entries
        self._call = self._hand_out(entries)
        self._call.succeeded.connect(self._on_prepared)
        self._call.failed.connect(self._on_not_prepared)

    def _hand_out(self, entries: tuple[Entry, ...]) -> Call:
        return self._office.hand_out(wishes_of(self._catalogue.shelf, entries), self._settings.now.export.template)

    @Slot(object)
    def _on_prepared(self, made: HandOut) -> None:
        if self.sender() is not self._call:
            return  # Something else is selected by now.
        self._call, self.ready = None, made
        dragging, self._dragging = self._dragging, False
        # The hand may have let go meanwhile; a drag without a pressed button would stick to the pointer.
        if dragging and QGuiApplication.mouseButtons() & Qt.MouseButton.LeftButton:
            self._start_drag(made)

    @Slot(object)
    def _on_not_prepared(self, error: AppError) -> None:
        if self.sender() is self._call:
            self._call = None
            dragging, self._dragging = self._dragging, False
            if dragging:  # Of what was merely selected nothing was asked yet.
                self._window.message.show_error(str(error), hint=error.hint)

    def _start_drag(self, made: HandOut) -> None:
        drag = QDrag(self._window.gallery)
        drag.setMimeData(self.mime_of(made))
        card = self._card(made)
        drag.setPixmap(card)
        drag.setHotSpot(QPoint(CARD_PX // 2, CARD_PX // 2))
        drag.exec(Qt.DropAction.CopyAction)

    def mime_of(self, made: HandOut) -> QMimeData:
        """The copies as files; of a single one, its pixels too. For this window itself, the library's own files."""
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(path)) for path in made.paths])
        if len(made.paths) == 1 and not made.image.isNull():
            mime.setImageData(made.image)
        own = "\n".join(str(self._paths(entry)[1]) for entry in made.entries)
        mime.setData(OWN_FILES, own.encode("utf-8", "surrogateescape"))
        return mime

    def _card(self, made: HandOut) -> QPixmap:
        """The first picture, small, and how many there are."""
        ratio = self._window.devicePixelRatioF()
        card = QPixmap(round((CARD_PX + BADGE_PX) * ratio), round((CARD_PX + BADGE_PX) * ratio))
        card.setDevicePixelRatio(ratio)
        card.fill(Qt.GlobalColor.transparent)
        painter = QPainter(card)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        picture = self._thumbnails.any_size(made.entries[0].sha256) or QPixmap.fromImage(made.image)
        size = picture.size().scaled(CARD_PX, CARD_PX, Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(QPoint(0, BADGE_PX // 2), size)
        if len(made.paths) > 1:
            painter.fillRect(place.translated(4, 4), QColor(0, 0, 0, 90))
        painter.setOpacity(0.9)
        painter.drawPixmap(place, picture)
        painter.setOpacity(1)
        if len(made.paths) > 1:
            self._paint_badge(painter, QPoint(place.right() + 1, place.top()), len(made.paths))
        painter.end()
        return card

    def _paint_badge(self, painter: QPainter, middle: QPoint, count: int) -> None:
        text = str(count)
        font = painter.font()
        font.setBold(True)
        painter.setFont(font)
        width = max(painter.fontMetrics().horizontalAdvance(text) + 12, BADGE_PX)
        place = QRectF(
            min(middle.x() - width / 2, CARD_PX + BADGE_PX - width), middle.y() - BADGE_PX / 2, width, BADGE_PX
        )
        palette = self._window.palette()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.color(QPalette.ColorRole.Highlight))
        painter.drawRoundedRect(place, BADGE_PX / 2, BADGE_PX / 2)
        painter.setPen(palette.color(QPalette.ColorRole.HighlightedText))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    # Copying

    @Slot()
    def _on_copy(self) -> None:
        entries = self._keeping.chosen
        if entries:
            call = self._hand_out(entries)
            call.succeeded.connect(self._on_copied)
            call.failed.connect(self._on_copy_refused)

    @Slot(object)
    def _on_copied(self, made: HandOut) -> None:
        """All as files, and the first one's pixels: a program that takes files takes all of them."""
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(path)) for path in made.paths])
        mime.setImageData(made.image)
        QGuiApplication.clipboard().setMimeData(mime)
        count = len(made.paths)
        text = self.tr("Copied") if count == 1 else self.tr("{0} copied").format(count)
        self._window.statusBar().showMessage(text, 2000)

    @Slot(object)
    def _on_copy_refused(self, error: AppError) -> None:
        self._window.message.show_error(str(error), hint=error.hint)
