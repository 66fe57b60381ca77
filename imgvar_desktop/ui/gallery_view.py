"""The gallery: tiles under a header for each run.

An item view with its own layout: QListView knows no sections, and header items among its tiles would take part in
selection and in the arrow keys, and cost it its uniform sizes. Where things are is arithmetic (section_layout.py).
"""

from typing import Final

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QUrl,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QColor,
    QDrag,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QApplication, QStyle, QStyleOptionViewItem, QWidget

from imgvar_desktop.bridge.gallery_model import GalleryModel, Section
from imgvar_desktop.ui import theme
from imgvar_desktop.ui.section_header import SectionHeader
from imgvar_desktop.ui.section_layout import HEADER_PX, MARGIN_PX, SectionLayout
from imgvar_desktop.ui.tile_delegate import TileDelegate
from imgvar_desktop.ui.tile_selection import TileSelection

_Index = QModelIndex | QPersistentModelIndex
_Flag = QItemSelectionModel.SelectionFlag
_Action = QAbstractItemView.CursorAction

_MOVES: Final = {
    Qt.Key.Key_Left: _Action.MoveLeft,
    Qt.Key.Key_Right: _Action.MoveRight,
    Qt.Key.Key_Up: _Action.MoveUp,
    Qt.Key.Key_Down: _Action.MoveDown,
    Qt.Key.Key_Home: _Action.MoveHome,
    Qt.Key.Key_End: _Action.MoveEnd,
    Qt.Key.Key_PageUp: _Action.MovePageUp,
    Qt.Key.Key_PageDown: _Action.MovePageDown,
}


class GalleryView(QAbstractItemView):
    opened = Signal(object)
    """A row, an int: it was double-clicked, or Enter or Space was pressed on it."""
    crop_asked = Signal()
    """R was pressed."""
    retry_asked = Signal(object)
    """A RunRecord whose missing variations are wanted."""

    def __init__(self, model: GalleryModel, delegate: TileDelegate, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("gallery")
        self.setAccessibleName(self.tr("Variations"))
        # Made here, because PySide6 creates every subclass of QWidget and its enums, 15 ms of them, to learn what kind
        # of widget Qt's own viewport is.
        self.setViewport(QWidget())
        self._gallery = model
        self._tile_px = 192
        self._surround: int | None = None
        self._layout = SectionLayout.of((), width=1, tile_px=self._tile_px)
        self._hovered = -1
        self._pressed_at: QPoint | None = None
        self._paths = delegate.paths
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Always there: a bar that comes with the first full page would move every tile.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFrameShape(QAbstractItemView.Shape.NoFrame)
        self.setItemDelegate(delegate)
        self.setMouseTracking(True)
        self.setModel(model)
        self._tiles = TileSelection(self.selectionModel())
        model.sections_changed.connect(self._on_sections_changed)
        model.rowsRemoved.connect(self._on_sections_changed)

    def set_tile_px(self, tile_px: int) -> None:
        """Side of a tile in device-independent pixels; what is at the top of the view stays there."""
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
        self._tiles.only(self._gallery.index(row))
        self.scrollTo(self.currentIndex())

    @Slot(object)
    def refresh_tiles(self, sha256: str) -> None:
        """A thumbnail that a tile waits for is there."""
        top = self.verticalScrollBar().value()
        for _, rows in self._layout.visible(top, top + self.viewport().height()):
            for row in rows:
                entry = self._gallery.tile(row).entry
                if entry is not None and entry.sha256 == sha256:
                    self.viewport().update(self._layout.tile_rect(row).translated(0, -top))

    # Layout

    def _relayout(self) -> None:
        """Lays out again; whatever is at the top of the view stays under the person's eyes."""
        bar = self.verticalScrollBar()
        held = self._layout.section_at(bar.value()) if bar.value() > 0 else None
        held_id = self._layout.sections[held].run.id if held is not None else ""
        below_top = bar.value() - self._layout.tops[held] if held is not None else 0
        width = self.viewport().width()
        self._layout = SectionLayout.of(self._gallery.sections, width=width, tile_px=self._tile_px)
        self.updateGeometries()
        for place, section in enumerate(self._layout.sections if held_id else ()):
            if section.run.id == held_id:
                bar.setValue(self._layout.tops[place] + below_top)
        self.viewport().update()

    def updateGeometries(self) -> None:
        page = self.viewport().height()
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, self._layout.height - page))
        bar.setPageStep(page)
        bar.setSingleStep(self._tile_px // 3)
        super().updateGeometries()

    def rowsInserted(self, parent: _Index, start: int, end: int) -> None:
        self._relayout()
        super().rowsInserted(parent, start, end)

    def reset(self) -> None:
        super().reset()
        self._relayout()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._relayout()

    @Slot()
    def _on_sections_changed(self) -> None:
        shape = [(s.first, s.count) for s in self._layout.sections]
        if shape != [(s.first, s.count) for s in self._gallery.sections]:
            self._relayout()
        else:
            self._layout = SectionLayout.of(
                self._gallery.sections, width=self.viewport().width(), tile_px=self._tile_px
            )
            self._update_headers()

    def _update_headers(self) -> None:
        """Theirs alone: a run reports many times a second, and its tiles have their own signal."""
        top = self.verticalScrollBar().value()
        for place, _ in self._layout.visible(top, top + self.viewport().height()):
            self.viewport().update(self._layout.header_rect(place, self.viewport().width()).translated(0, -top))

    def _content(self, at: QPoint) -> QPoint:
        return QPoint(at.x(), at.y() + self.verticalScrollBar().value())

    # What an item view is asked

    def visualRect(self, index: _Index) -> QRect:
        if not index.isValid() or index.row() >= self._gallery.rowCount() or not self._layout.sections:
            return QRect()
        return self._layout.tile_rect(index.row()).translated(0, -self.verticalScrollBar().value())

    def indexAt(self, point: QPoint) -> QModelIndex:
        row = self._layout.row_at(self._content(point))
        return QModelIndex() if row is None else self._gallery.index(row)

    def scrollTo(
        self, index: _Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        if not index.isValid():
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
        self.selectionModel().select(self._tiles.of(rows), command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        region = QRegion()
        for index in selection.indexes():
            region = region.united(self.visualRect(index))
        return region

    def currentChanged(self, current: _Index, previous: _Index) -> None:
        super().currentChanged(current, previous)
        # Qt lets a screen reader into the tiles of its own views only: of this one it reads what the keyboard is on.
        self.setAccessibleDescription(current.data(Qt.ItemDataRole.AccessibleTextRole) or "")

    # By mouse: as in a file manager

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        retry = self._retry_at(at)
        if retry is not None and event.button() == Qt.MouseButton.LeftButton:
            self.retry_asked.emit(retry.run)
            return
        index = self.indexAt(at)
        keys = event.modifiers()
        if index.isValid():
            self._tiles.click(index, event.button(), keys)
            if event.button() == Qt.MouseButton.LeftButton:
                self._pressed_at = at
        elif event.button() == Qt.MouseButton.LeftButton:
            self._tiles.start_band(self._content(at), keys)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        if self._pressed_at is not None:
            if (at - self._pressed_at).manhattanLength() >= QApplication.startDragDistance():
                self._drag_out()
            return
        if not self._tiles.banding:
            self._hover(at)
            return
        band = self._tiles.drag_band(self._content(at))
        self._tiles.take_band(self._layout.rows_in(band))
        self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002 - Qt's signature
        self._pressed_at = None
        self._tiles.release()
        self._tiles.end_band()
        self.viewport().update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid():
            self.opened.emit(index.row())

    def _drag_out(self) -> None:
        """The selected variations as files, to copy: into a folder, another program, or back into the source well."""
        self._pressed_at = None
        self._tiles.dragged()
        mime = self.dragged_mime()
        if mime is not None:
            drag = QDrag(self)
            drag.setMimeData(mime)
            drag.exec(Qt.DropAction.CopyAction)

    def dragged_mime(self) -> QMimeData | None:
        """What a drag of the selection carries; None when nothing of it has arrived."""
        entries = (self._gallery.tile(row).entry for row in self.selected_rows())
        urls = [QUrl.fromLocalFile(str(self._paths(entry)[1])) for entry in entries if entry is not None]
        if not urls:
            return None
        mime = QMimeData()
        mime.setUrls(urls)
        return mime

    def _hover(self, at: QPoint) -> None:
        hovered = self.indexAt(at).row()
        if hovered != self._hovered:
            self._hovered = hovered
            self.viewport().update()
        link = self._retry_at(at) is not None
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if link else Qt.CursorShape.ArrowCursor)

    # By keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        move = _MOVES.get(Qt.Key(event.key()))
        current = self.currentIndex()
        keys = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier  # its arrows and its Enter are keys like others
        if move is not None:
            target = self.moveCursor(move, keys)
            self._tiles.move_to(target, keys)
            self.scrollTo(target)
            self.viewport().update()
        elif event.key() == Qt.Key.Key_Space and keys & Qt.KeyboardModifier.ControlModifier:
            self.selectionModel().select(current, _Flag.Toggle)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space} and not keys:
            if current.isValid():
                self.opened.emit(current.row())
        elif event.key() == Qt.Key.Key_R and not keys:
            self.crop_asked.emit()
        else:
            event.ignore()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        background = theme.surround(self.palette(), self._surround)
        painter.fillRect(event.rect(), background)
        if not self._layout.sections:
            painter.setPen(theme.quiet_ink_on(background))
            painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, self.tr("Variations appear here"))
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = self.verticalScrollBar().value()
        painter.translate(0, -top)
        visible, damaged = event.rect().translated(0, top), event.region().translated(0, top)
        for place, rows in self._layout.visible(visible.top(), visible.bottom() + 1):
            if damaged.intersects(self._layout.header_rect(place, self.viewport().width())):
                self._header(place).paint(painter, background)
            for row in rows:
                if damaged.intersects(self._layout.tile_rect(row)):
                    self._paint_tile(painter, row)
        if not self._tiles.band.isNull():
            accent = self.palette().color(QPalette.ColorRole.Highlight)
            painter.setPen(QPen(accent, 1))
            painter.setBrush(QColor(accent.red(), accent.green(), accent.blue(), 50))
            painter.drawRect(self._tiles.band)

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
        if row == self._hovered:
            option.state |= QStyle.StateFlag.State_MouseOver
        self.itemDelegate().paint(painter, option, index)

    def _retry_at(self, at: QPoint) -> Section | None:
        point = self._content(at)
        place = self._layout.section_at(point.y())
        if place is None or not self._header(place).retry_rect.contains(point):
            return None
        return self._layout.sections[place]

    def _header(self, place: int) -> SectionHeader:
        rect = self._layout.header_rect(place, self.viewport().width())
        return SectionHeader(self._layout.sections[place], rect, self.font(), self.locale())

    def sizeHint(self) -> QSize:
        return QSize(640, 480)
