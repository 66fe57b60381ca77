"""How one tile of the gallery is painted."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from imgvar_desktop.bridge.gallery_model import Role, Tile
from imgvar_desktop.bridge.thumbnail_loader import ThumbnailKey, ThumbnailLoader
from imgvar_desktop.core.library import Entry
from imgvar_desktop.ui.section_layout import TILE_INSET_PX

EntryPaths = Callable[[Entry], tuple[Path, Path]]
"""The thumbnail's path and the image's."""

FRAME_PX: Final = 3

# Looked up once: through their classes they cost more than the painting of a small tile.
_SELECTED: Final = QStyle.StateFlag.State_Selected
_FOCUSED: Final = QStyle.StateFlag.State_HasFocus
_HOVERED: Final = QStyle.StateFlag.State_MouseOver


class TileDelegate(QStyledItemDelegate):
    """Paints from what is in memory; asks the loader for what is not, and never waits."""

    def __init__(self, thumbnails: ThumbnailLoader, paths: EntryPaths, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self.paths = paths

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: ARG002 - Qt's signature
        return option.rect.size()

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        tile: Tile = index.data(Role.TILE)
        rect: QRect = option.rect
        palette: QPalette = option.palette
        state = option.state
        if tile.entry is None:
            self._paint_placeholder(painter, rect, tile)
        else:
            self._paint_entry(painter, rect, tile.entry, hovered=bool(state & _HOVERED))
        accent = palette.color(QPalette.ColorRole.Highlight)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if state & _SELECTED:
            painter.setPen(QPen(accent, FRAME_PX))
            painter.drawRoundedRect(QRectF(rect).adjusted(1.5, 1.5, -1.5, -1.5), 4, 4)
        if state & _FOCUSED:
            # Inside the frame, so that the current one among several selected is still told apart.
            painter.setPen(QPen(theme_ink(palette), 1, Qt.PenStyle.DotLine))
            painter.drawRect(rect.adjusted(4, 4, -5, -5))

    def _paint_entry(self, painter: QPainter, rect: QRect, entry: Entry, *, hovered: bool) -> None:
        ratio = painter.device().devicePixelRatioF()
        side_px = round((rect.width() - 2 * TILE_INSET_PX) * ratio)
        pixmap = self._thumbnails.pixmap(ThumbnailKey(entry.sha256, side_px), *self.paths(entry))
        if pixmap is None:
            painter.fillRect(_inner(rect), QColor(128, 128, 128, 40))
            return
        painter.drawPixmap(_centred(pixmap, rect, ratio), pixmap, QRectF(pixmap.rect()))
        if hovered:
            painter.setPen(QPen(QColor(255, 255, 255, 90), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(_centred(pixmap, rect, ratio))

    @staticmethod
    def _paint_placeholder(painter: QPainter, rect: QRect, tile: Tile) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(128, 128, 128, 44))
        painter.drawRoundedRect(QRectF(_inner(rect)), 4, 4)
        painter.setPen(QColor(140, 140, 140))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, str(tile.index + 1))


def theme_ink(palette: QPalette) -> QColor:
    return palette.color(QPalette.ColorRole.HighlightedText)


def _inner(rect: QRect) -> QRect:
    return rect.adjusted(TILE_INSET_PX, TILE_INSET_PX, -TILE_INSET_PX, -TILE_INSET_PX)


def _centred(pixmap: QPixmap, rect: QRect, ratio: float) -> QRectF:
    """Where the whole pixmap goes, one of its pixels for one of the screen's."""
    width, height = pixmap.width() / ratio, pixmap.height() / ratio
    middle = QPointF(rect.x() + rect.width() / 2, rect.y() + rect.height() / 2)
    left = round((middle.x() - width / 2) * ratio) / ratio
    top = round((middle.y() - height / 2) * ratio) / ratio
    return QRectF(left, top, width, height)
