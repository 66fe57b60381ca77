"""The gallery: how tiles and headers look together, and where gestures on them go.

Where things are is in section_view.py, what gestures mean in gallery_gestures.py.
"""

from collections.abc import Callable

from PySide6.QtCore import (
    QEvent,
    QPoint,
    QRect,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem, QToolTip, QWidget

from imgvar_desktop.bridge.gallery_model import GalleryModel
from imgvar_desktop.ui import theme
from imgvar_desktop.ui.gallery_gestures import GalleryGestures
from imgvar_desktop.ui.gallery_text import button_text, empty_text
from imgvar_desktop.ui.new_pill import NewPill
from imgvar_desktop.ui.section_header import HeaderPart, SectionHeader, part_text
from imgvar_desktop.ui.section_text import heading, source_key
from imgvar_desktop.ui.section_view import SectionView
from imgvar_desktop.ui.tile_delegate import TileButton, TileDelegate


class GalleryView(SectionView):
    opened = Signal(object)
    """A row, an int: it was double-clicked, or Enter or Space was pressed on it."""
    dragged_out = Signal()
    """What is selected is dragged away; the button is still pressed."""
    retry_asked = Signal(object)
    """A RunRecord whose missing variations are wanted."""
    run_again_asked = Signal(object)
    """A RunRecord that is wanted once more."""
    tile_asked = Signal(object, object)
    """A TileButton and the row, an int, of the tile that it was pressed on."""

    def __init__(self, model: GalleryModel, delegate: TileDelegate, parent: QWidget | None = None) -> None:
        super().__init__(model, parent)
        self.setObjectName("gallery")
        self.setAccessibleName(self.tr("Variations"))
        self._delegate = delegate
        self._surround: int | None = None
        self.source_thumbnail: Callable[[str], QPixmap | None] | None = None
        """The picture with that key, as far as there is one yet; to be asked while painting."""
        self.setItemDelegate(delegate)
        self.setMouseTracking(True)
        self._gestures = GalleryGestures(self)
        self._pill = NewPill(self.viewport(), self._span_of)
        self._pill.wanted.connect(self._on_new_wanted)
        model.headed.connect(self._on_headed)
        model.appeared.connect(self._on_appeared)
        model.rearranged.connect(self._on_changed_place)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.verticalScrollBar().rangeChanged.connect(self._on_scrolled)

    def set_surround(self, grey: int | None) -> None:
        self._surround = grey
        self.viewport().update()

    @Slot(object)
    def refresh_tiles(self, sha256: str) -> None:
        """A thumbnail that a tile or a header waits for is there."""
        top = self.verticalScrollBar().value()
        for place, rows in self._layout.visible(top, top + self.viewport().height()):
            for row in rows:
                entry = self._gallery.tile(row).entry
                if entry is not None and entry.sha256 == sha256:
                    self.viewport().update(self._layout.tile_rect(row).translated(0, -top))
            if source_key(self._gallery, place) == sha256:
                self._update_header(place)

    # What comes

    @Slot()
    def _on_changed_place(self) -> None:
        """The mouse may be on another tile now, and what was new in sight."""
        self._gestures.hovered_row = self._gestures.hovered_place = -1
        self._pill.look_again()

    @Slot(object)
    def _on_headed(self, place: int) -> None:
        if place < len(self._layout.tops):
            self._update_header(place)

    def _update_header(self, place: int) -> None:
        """It alone: a run reports many times a second, and its tiles have their own signal."""
        self.viewport().update(self._header_rect(place).translated(0, -self.verticalScrollBar().value()))

    @Slot()
    def _on_scrolled(self) -> None:
        self._pill.look_again()

    @Slot(object)
    def _on_appeared(self, row: int) -> None:
        self._pill.add(self._gallery.tile(row).key)

    @Slot(object)
    def _on_new_wanted(self, key: str) -> None:
        self.show_at_top(key)

    def _span_of(self, key: str) -> tuple[int, int] | None:
        row = self._gallery.row_of(key)
        if row is None or row >= self._layout.rows:
            return None
        rect = self._layout.tile_rect(row).translated(0, -self.verticalScrollBar().value())
        return rect.top(), rect.bottom() + 1

    # Gestures

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._gestures.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._gestures.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002 - Qt's signature
        self._gestures.release()
        self.viewport().update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        index = self.indexAt(at)
        if index.isValid() and self._gestures.button_at(at) is None:
            self.opened.emit(index.row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._gestures.key(event):
            event.ignore()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._gestures.hover(None)
        elif isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            text = self._tip_at(event.pos())
            if text:
                QToolTip.showText(event.globalPos(), text, self.viewport())
                return True
        return super().viewportEvent(event)

    def _tip_at(self, at: QPoint) -> str:
        part = self.header_part_at(at)
        if part is not None:
            return part_text(part[1], folded=bool(self._gallery.sections[part[0]].folded))
        button = self._gestures.button_at(at)
        return button_text(button) if button is not None else ""

    def take_band(self, band: QRect) -> None:
        """Selects what the rubber band, in content coordinates, touches."""
        self.tiles.take_band(self._layout.rows_in(band))
        self.viewport().update()

    def show_hovered(self, row: int, place: int, button: TileButton | None) -> None:
        """The mouse is on that tile, that header, that button; -1 and None for none."""
        before = (self._gestures.hovered_row, self._gestures.hovered_place, self._delegate.pointed_at)
        if before != (row, place, button):
            self._gestures.hovered_row, self._gestures.hovered_place, self._delegate.pointed_at = row, place, button
            self.viewport().update()

    # Headers

    def header_at(self, at: QPoint) -> int:
        """The place of the section whose header is there, or -1."""
        point = self.content(at)
        place = self._layout.section_at(point.y())
        return place if place is not None and self._header_rect(place).contains(point) else -1

    def header_part_at(self, at: QPoint) -> tuple[int, HeaderPart] | None:
        place = self.header_at(at)
        if place < 0:
            return None
        parts = self._header(place, hovered=True).parts()
        return next(((place, part) for part, rect in parts if rect.contains(self.content(at))), None)

    def press_header(self, place: int, part: HeaderPart) -> None:
        run = self._gallery.run_at(place)
        match part:
            case HeaderPart.FOLD:
                self._gallery.fold(place)
            case HeaderPart.RETRY:
                self.retry_asked.emit(run)
            case HeaderPart.RUN_AGAIN:
                self.run_again_asked.emit(run)
            case HeaderPart.SELECT_ALL:
                rows = self._gallery.rows_of(place)
                if rows:
                    self.tiles.only(self._gallery.index(rows.start))
                    self.tiles.extend_to(self._gallery.index(rows.stop - 1))
        self.viewport().update()

    def _header_rect(self, place: int) -> QRect:
        return self._layout.header_rect(place, self.viewport().width())

    def _header(self, place: int, *, hovered: bool = False) -> SectionHeader:
        words = heading(self._gallery, place, self.locale())
        thumbnail = self.source_thumbnail(words.source_key) if self.source_thumbnail and words.source_key else None
        folded = bool(self._gallery.sections[place].folded)
        return SectionHeader(words, self._header_rect(place), self.font(), folded, hovered, thumbnail)

    # Painting

    def _look_at(self) -> None:
        """Asks for the thumbnails in sight, then for those a page below and above; others are no longer wanted."""
        top, page = self.verticalScrollBar().value(), self.viewport().height()
        ratio = self.viewport().devicePixelRatioF()
        pages = ((top, top + page), (top + page, top + 2 * page), (top - page, top))
        rows = (row for span in pages for _, rows in self._layout.visible(*span) for row in rows)
        entries = (self._gallery.tile(row).entry for row in rows)
        wishes = (self._delegate.wish(entry, self._tile_px, ratio) for entry in entries if entry is not None)
        self._delegate.thumbnails.look_at(wishes)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        background = theme.surround(self.palette(), self._surround)
        self._delegate.background = background
        painter.fillRect(event.rect(), background)
        if not self._layout.counts:
            painter.setPen(theme.quiet_ink_on(background))
            painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, empty_text(self._gallery.lens))
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = self.verticalScrollBar().value()
        painter.translate(0, -top)
        visible, damaged = event.rect().translated(0, top), event.region().translated(0, top)
        for place, rows in self._layout.visible(visible.top(), visible.bottom() + 1):
            if damaged.intersects(self._header_rect(place)):
                self._header(place, hovered=place == self._gestures.hovered_place).paint(painter, background)
            for row in rows:
                if damaged.intersects(self._layout.tile_rect(row)):
                    self._paint_tile(painter, row)
        self._paint_band(painter)
        if damaged.boundingRect().height() > self._tile_px:  # not for a single tile that has just got its picture
            self._look_at()

    def _paint_band(self, painter: QPainter) -> None:
        if not self.tiles.band.isNull():
            accent = self.palette().color(QPalette.ColorRole.Highlight)
            painter.setPen(QPen(accent, 1))
            painter.setBrush(QColor(accent.red(), accent.green(), accent.blue(), 50))
            painter.drawRect(self.tiles.band)

    def _paint_tile(self, painter: QPainter, row: int) -> None:
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        index = self._gallery.index(row)
        option.rect = self._layout.tile_rect(row)
        option.state = QStyle.StateFlag.State_Enabled
        if self.selectionModel().isSelected(index):
            option.state |= QStyle.StateFlag.State_Selected
        if self.hasFocus() and row == self.currentIndex().row():
            option.state |= QStyle.StateFlag.State_HasFocus
        if row == self._gestures.hovered_row:
            option.state |= QStyle.StateFlag.State_MouseOver
        self._delegate.paint(painter, option, index)
