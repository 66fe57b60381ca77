"""The gallery: tiles under a header for each section.

An item view with its own layout: QListView knows no sections, and header items among its tiles would take part in
selection and in the arrow keys, and cost it its uniform sizes. Where things are is arithmetic (section_layout.py), what
gestures mean is in gallery_gestures.py, and what stays when tiles come and go in view_keeper.py.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
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
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyleOptionViewItem, QToolTip, QWidget

from imgvar_desktop.bridge.gallery_model import GalleryModel
from imgvar_desktop.ui import theme, view_keeper
from imgvar_desktop.ui.gallery_gestures import GalleryGestures
from imgvar_desktop.ui.gallery_text import button_text, empty_text
from imgvar_desktop.ui.new_pill import NewPill
from imgvar_desktop.ui.section_header import HeaderPart, SectionHeader, part_text
from imgvar_desktop.ui.section_layout import HEADER_PX, MARGIN_PX, SectionLayout
from imgvar_desktop.ui.section_text import heading, source_key
from imgvar_desktop.ui.tile_delegate import TileButton, TileDelegate

_Index = QModelIndex | QPersistentModelIndex
_Action = QAbstractItemView.CursorAction


class GalleryView(QAbstractItemView):
    opened = Signal(object)
    """A row, an int: it was double-clicked, or Enter or Space was pressed on it."""
    dragged_out = Signal()
    """What is selected is dragged away; the button is still pressed."""
    crop_asked = Signal()
    """R was pressed."""
    retry_asked = Signal(object)
    """A RunRecord whose missing variations are wanted."""
    run_again_asked = Signal(object)
    """A RunRecord that is wanted once more."""
    tile_asked = Signal(object, object)
    """A TileButton and the row, an int, of the tile that it was pressed on."""

    def __init__(self, model: GalleryModel, delegate: TileDelegate, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("gallery")
        self.setAccessibleName(self.tr("Variations"))
        # Made here, because PySide6 creates every subclass of QWidget and its enums, 15 ms of them, to learn what kind
        # of widget Qt's own viewport is.
        self.setViewport(QWidget())
        self._gallery = model
        self._delegate = delegate
        self._tile_px = 192
        self._surround: int | None = None
        self._layout = SectionLayout.of((), width=1, tile_px=self._tile_px)
        self._held = view_keeper.Held()
        self.source_thumbnail: Callable[[str], QPixmap | None] | None = None
        """The picture with that key, as far as there is one yet; to be asked while painting."""
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Always there: a bar that comes with the first full page would move every tile.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFrameShape(QAbstractItemView.Shape.NoFrame)
        self.setAutoScroll(False)  # a click on what is half in sight moves nothing; keys scroll for themselves
        self.setItemDelegate(delegate)
        self.setMouseTracking(True)
        self.setModel(model)
        self._gestures = GalleryGestures(self)
        self._pill = NewPill(self.viewport(), self._span_of)
        self._pill.wanted.connect(self._on_new_wanted)
        model.rearranging.connect(self._on_rearranging)
        model.rearranged.connect(self._on_rearranged)
        model.headed.connect(self._on_headed)
        model.appeared.connect(self._on_appeared)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)

    def model(self) -> GalleryModel:
        return self._gallery

    def set_tile_px(self, tile_px: int) -> None:
        """Side of a tile in device-independent pixels; what is at the top of the view stays there."""
        self._hold()
        self._tile_px = tile_px
        self._relayout()

    def set_surround(self, grey: int | None) -> None:
        self._surround = grey
        self.viewport().update()

    def selected_rows(self) -> list[int]:
        """Ascending."""
        return sorted(index.row() for index in self.selectionModel().selectedIndexes())

    def show_current(self, row: int) -> None:
        """Makes ``row`` the current and only selected one."""
        self._gestures.tiles.only(self._gallery.index(row))
        self.scrollTo(self.currentIndex())

    def step(self, way: int) -> None:
        """The next tile (1) or the one before (-1) becomes the only selected one, in sight."""
        row = self.currentIndex().row() + way
        if 0 <= row < self._gallery.rowCount():
            self.show_current(row)

    def select_keys(self, keys: list[str]) -> None:
        """The tiles with these keys, as far as they are shown; the first becomes the current one."""
        rows = sorted(row for key in keys if (row := self._gallery.row_of(key)) is not None)
        if rows:
            self.show_current(rows[0])
            selection = self._gestures.tiles.of(rows)
            self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def visible_rows(self) -> list[int]:
        """Those that are in sight, wholly or in part."""
        top = self.verticalScrollBar().value()
        return [row for _, rows in self._layout.visible(top, top + self.viewport().height()) for row in rows]

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

    # Layout

    def _hold(self) -> None:
        top, height = self.verticalScrollBar().value(), self.viewport().height()
        self._held = view_keeper.held(self._gallery, self._layout, self.selectionModel(), top, height)

    def _relayout(self) -> None:
        """Lays out again; whatever was in sight stays under the person's eyes."""
        counts = (section.count for section in self._gallery.sections)
        self._layout = SectionLayout.of(counts, width=self.viewport().width(), tile_px=self._tile_px)
        self.updateGeometries()
        top = view_keeper.top_after(self._held, self._gallery, self._layout)
        if top is not None:
            self.verticalScrollBar().setValue(top)
        self._pill.look_again()
        self.viewport().update()

    def updateGeometries(self) -> None:
        page = self.viewport().height()
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, self._layout.height - page))
        bar.setPageStep(page)
        bar.setSingleStep(self._tile_px // 3)
        super().updateGeometries()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._hold()
        super().resizeEvent(event)
        self._relayout()

    @Slot()
    def _on_rearranging(self) -> None:
        self._hold()

    @Slot()
    def _on_rearranged(self) -> None:
        self._relayout()
        view_keeper.restore_selection(self._held, self._gallery, self._gestures.tiles, self.selectionModel())
        self._held = view_keeper.Held()
        self._gestures.hovered_row = self._gestures.hovered_place = -1

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
        row = self._gallery.row_of(key)
        if row is not None:
            self.scrollTo(self._gallery.index(row), QAbstractItemView.ScrollHint.PositionAtTop)

    def _span_of(self, key: str) -> tuple[int, int] | None:
        row = self._gallery.row_of(key)
        if row is None or row >= self._layout.rows:
            return None
        rect = self._layout.tile_rect(row).translated(0, -self.verticalScrollBar().value())
        return rect.top(), rect.bottom() + 1

    def content(self, at: QPoint) -> QPoint:
        return QPoint(at.x(), at.y() + self.verticalScrollBar().value())

    # What an item view is asked

    def visualRect(self, index: _Index) -> QRect:
        if not index.isValid() or index.row() >= self._layout.rows:
            return QRect()
        return self._layout.tile_rect(index.row()).translated(0, -self.verticalScrollBar().value())

    def indexAt(self, point: QPoint) -> QModelIndex:
        row = self._layout.row_at(self.content(point))
        return QModelIndex() if row is None or row >= self._gallery.rowCount() else self._gallery.index(row)

    def scrollTo(
        self, index: _Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        if not index.isValid() or index.row() >= self._layout.rows:
            return
        rect = self._layout.tile_rect(index.row())
        bar, page = self.verticalScrollBar(), self.viewport().height()
        if hint == QAbstractItemView.ScrollHint.PositionAtTop or rect.top() - HEADER_PX < bar.value():
            bar.setValue(rect.top() - HEADER_PX)
        elif rect.bottom() + MARGIN_PX > bar.value() + page:
            bar.setValue(rect.bottom() + MARGIN_PX - page)

    def horizontalOffset(self) -> int:
        return 0

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def isIndexHidden(self, index: _Index) -> bool:  # noqa: ARG002 - Qt's signature
        return False

    def moveCursor(self, action: _Action, modifiers: Qt.KeyboardModifier) -> QModelIndex:  # noqa: ARG002 - Qt's signature
        count = self._gallery.rowCount()
        row = self.currentIndex().row()
        if not count:
            return QModelIndex()
        if row < 0:
            return self._gallery.index(0)
        page = max(1, self.viewport().height() // (self._tile_px + HEADER_PX))
        lines = {_Action.MoveUp: -1, _Action.MoveDown: 1, _Action.MovePageUp: -page, _Action.MovePageDown: page}
        ends = {_Action.MoveHome: 0, _Action.MoveEnd: count - 1}
        if action in lines:
            row = self._layout.row_beside(row, lines[action])
        elif action in ends:
            row = ends[action]
        else:
            back = action in {_Action.MoveLeft, _Action.MovePrevious}
            row = max(0, row - 1) if back else min(count - 1, row + 1)
        return self._gallery.index(row)

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        rows = self._layout.rows_in(rect.normalized().translated(0, self.verticalScrollBar().value()))
        self.selectionModel().select(self._gestures.tiles.of(rows), command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        region = QRegion()
        for row in self.visible_rows():
            index = self._gallery.index(row)
            if selection.contains(index):
                region = region.united(self.visualRect(index))
        return region

    def currentChanged(self, current: _Index, previous: _Index) -> None:
        super().currentChanged(current, previous)
        # Qt lets a screen reader into the tiles of its own views only: of this one it reads what the keyboard is on.
        self._describe()

    def dataChanged(self, top_left: _Index, bottom_right: _Index, roles: Sequence[int] = ()) -> None:
        super().dataChanged(top_left, bottom_right, roles)
        self.viewport().update()
        if top_left.row() <= self.currentIndex().row() <= bottom_right.row():
            self._describe()

    def _describe(self) -> None:
        self.setAccessibleDescription(self.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole) or "")

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
        self._gestures.tiles.take_band(self._layout.rows_in(band))
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
                    self._gestures.tiles.only(self._gallery.index(rows.start))
                    self._gestures.tiles.extend_to(self._gallery.index(rows.stop - 1))
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
        if not self._gestures.tiles.band.isNull():
            accent = self.palette().color(QPalette.ColorRole.Highlight)
            painter.setPen(QPen(accent, 1))
            painter.setBrush(QColor(accent.red(), accent.green(), accent.blue(), 50))
            painter.drawRect(self._gestures.tiles.band)

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

    def sizeHint(self) -> QSize:
        return QSize(640, 480)
