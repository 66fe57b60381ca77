"""An item view of sections: tiles below headers, laid out by arithmetic, with what is looked at kept in its place.

QListView knows no sections, and header items among its tiles would take part in selection and in the arrow keys, and
cost it its uniform sizes. The arithmetic is in section_layout.py, what stays when tiles come and go in view_keeper.py.
"""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Slot,
)
from PySide6.QtGui import QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from imgvar_desktop.bridge.gallery_model import GalleryModel
from imgvar_desktop.ui import view_keeper
from imgvar_desktop.ui.section_layout import HEADER_PX, MARGIN_PX, SectionLayout
from imgvar_desktop.ui.tile_selection import TileSelection

_Index = QModelIndex | QPersistentModelIndex
_Action = QAbstractItemView.CursorAction


class SectionView(QAbstractItemView):
    """Knows where tiles are and which are selected; what they look like and what gestures mean is its heir's."""

    def __init__(self, model: GalleryModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # Made here, because PySide6 creates every subclass of QWidget and its enums, 15 ms of them, to learn what kind
        # of widget Qt's own viewport is.
        self.setViewport(QWidget())
        self._gallery = model
        self._tile_px = 192
        self._layout = SectionLayout.of((), width=1, tile_px=self._tile_px)
        self._held = view_keeper.Held()
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Always there: a bar that comes with the first full page would move every tile.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFrameShape(QAbstractItemView.Shape.NoFrame)
        self.setAutoScroll(False)  # a click on what is half in sight moves nothing; keys scroll for themselves
        self.setModel(model)
        self.tiles = TileSelection(self.selectionModel())
        model.rearranging.connect(self._on_rearranging)
        model.rearranged.connect(self._on_rearranged)

    def model(self) -> GalleryModel:
        return self._gallery

    def set_tile_px(self, tile_px: int) -> None:
        """Side of a tile in device-independent pixels; what is at the top of the view stays there."""
        self._hold()
        self._tile_px = tile_px
        self._relayout()

    def selected_rows(self) -> list[int]:
        """Ascending."""
        return [row for span in self.selected_spans() for row in span]

    def selected_spans(self) -> list[range]:
        """The selected rows as ranges, ascending: thousands of indexes would each be an object of Python's."""
        selection = self.selectionModel().selection()
        spans = (selection.at(place) for place in range(selection.count()))
        return sorted((range(span.top(), span.bottom() + 1) for span in spans), key=lambda span: span.start)

    def show_current(self, row: int) -> None:
        """Makes ``row`` the current and only selected one."""
        self.tiles.only(self._gallery.index(row))
        self.scrollTo(self.currentIndex())

    def make_current(self, row: int) -> None:
        """``row`` becomes the current one; what is selected stays."""
        self.selectionModel().setCurrentIndex(self.model().index(row), QItemSelectionModel.SelectionFlag.NoUpdate)

    def step(self, way: int) -> None:
        """The next tile (1) or the one before (-1) becomes the only selected one, in sight."""
        row = self.currentIndex().row() + way
        if 0 <= row < self._gallery.rowCount():
            self.show_current(row)

    def select_keys(self, keys: Iterable[str]) -> None:
        """The tiles with these keys, as far as they are shown; the first becomes the current one."""
        rows = sorted(row for key in keys if (row := self._gallery.row_of(key)) is not None)
        if rows:
            self.show_current(rows[0])
            selection = self.tiles.of(rows)
            self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def top_key(self) -> str:
        """Of the tile that the view's upper edge is at; empty at the very top."""
        rows = self.visible_rows() if self.verticalScrollBar().value() > 0 else []
        return self._gallery.tile(rows[0]).key if rows else ""

    def show_at_top(self, key: str) -> None:
        """The tile with that key, under its header, as far as there is one."""
        row = self._gallery.row_of(key)
        if row is not None:
            self.scrollTo(self._gallery.index(row), QAbstractItemView.ScrollHint.PositionAtTop)

    def visible_rows(self) -> list[int]:
        """Those that are in sight, wholly or in part."""
        top = self.verticalScrollBar().value()
        return [row for _, rows in self._layout.visible(top, top + self.viewport().height()) for row in rows]

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
        self.viewport().update()

    def updateGeometries(self) -> None:
        page = self.viewport().height()
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, self._layout.height - page))
        bar.setPageStep(page)
        bar.setSingleStep(self._tile_px // 3)
        bar.setEnabled(bar.maximum() > 0)  # its place stays, its handle goes: see the style sheet
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
        view_keeper.restore_selection(self._held, self._gallery, self.tiles, self.selectionModel())
        self._held = view_keeper.Held()

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
        self.selectionModel().select(self.tiles.of(rows), command)

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

    def sizeHint(self) -> QSize:
        return QSize(640, 480)
