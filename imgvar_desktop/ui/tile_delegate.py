"""How one tile of the gallery is painted, and where its buttons are."""

from collections.abc import Callable
from enum import Enum, auto
from functools import lru_cache
from pathlib import Path
from typing import Final

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from imgvar_desktop.bridge import resources
from imgvar_desktop.bridge.gallery_model import Role
from imgvar_desktop.bridge.thumbnail_loader import ThumbnailKey, ThumbnailLoader, Wish
from imgvar_desktop.core.library import Entry, Flag
from imgvar_desktop.core.shelf import Tile
from imgvar_desktop.ui import theme
from imgvar_desktop.ui.mark_painting import HEIGHT, paint_flag, paint_foot
from imgvar_desktop.ui.section_layout import FOOT_PX, TILE_INSET_PX

EntryPaths = Callable[[Entry], tuple[Path, Path]]
"""The thumbnail's path and the image's."""

FRAME_PX: Final = 3
BUTTON_PX: Final = 26
REJECTED: Final = 0.35
"""How much of a rejected picture is left to see."""

# Looked up once: through their classes they cost more than the painting of a small tile.
_SELECTED: Final = QStyle.StateFlag.State_Selected
_FOCUSED: Final = QStyle.StateFlag.State_HasFocus
_HOVERED: Final = QStyle.StateFlag.State_MouseOver


class TileButton(Enum):
    """What a tile offers while the mouse is on it; menus and keys offer it always."""

    PICK = auto()
    VARY = auto()
    SAVE = auto()


_ICONS: Final = {TileButton.VARY: "generate", TileButton.SAVE: "save"}


def button_rects(tile: QRect) -> dict[TileButton, QRect]:
    """In the lower right corner of the picture of a tile at ``tile``."""
    picture = picture_rect(tile)
    top = picture.bottom() - BUTTON_PX - 3
    lefts = (picture.right() - (BUTTON_PX + 3) * place for place in range(len(TileButton), 0, -1))
    return {button: QRect(left, top, BUTTON_PX, BUTTON_PX) for button, left in zip(TileButton, lefts, strict=True)}


def picture_rect(tile: QRect) -> QRect:
    """Where the picture goes: a square, whatever its own shape."""
    inset = TILE_INSET_PX
    return tile.adjusted(inset, inset, -inset, -inset - FOOT_PX)


class TileDelegate(QStyledItemDelegate):
    """Paints from what is in memory; asks the loader for what is not, and never waits."""

    def __init__(self, thumbnails: ThumbnailLoader, paths: EntryPaths, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.thumbnails = thumbnails
        self.paths = paths
        self.background = QColor(0x1C, 0x1C, 0x1C)
        """What tiles are painted on."""
        self.pointed_at: TileButton | None = None
        """The button under the mouse, of the tile under the mouse."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: ARG002 - Qt's signature
        return option.rect.size()

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        tile: Tile = index.data(Role.TILE)
        rect: QRect = option.rect
        state = option.state
        if tile.entry is None:
            self._paint_placeholder(painter, rect, tile)
        else:
            self._paint_picture(painter, rect, tile.entry)
            foot = QRectF(rect.left() + 8, rect.bottom() - FOOT_PX - 1, rect.width() - 16, HEIGHT)
            paint_foot(painter, foot, tile.entry, index.data(Role.CHILDREN), theme.ink_on(self.background))
            if state & _HOVERED:
                self._paint_buttons(painter, rect, tile.entry)
        self._paint_frames(painter, rect, option.palette, state)

    def wish(self, entry: Entry, tile_px: int, ratio: float) -> Wish:
        """What a tile of that width shows on a screen of that many pixels for one."""
        return Wish(_key(entry, tile_px, ratio), *self.paths(entry))

    def _paint_picture(self, painter: QPainter, rect: QRect, entry: Entry) -> None:
        ratio = painter.device().devicePixelRatioF()
        place = _letterboxed(rect, entry, ratio)
        pixmap = self.thumbnails.get(_key(entry, rect.width(), ratio)) or self.thumbnails.any_size(entry.sha256)
        if pixmap is None:
            painter.fillRect(place, QColor(128, 128, 128, 40))
            return
        if entry.marks.flag is Flag.REJECT:
            painter.setOpacity(REJECTED)
        exact = QRectF(pixmap.rect()).size() == place.size() * ratio
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not exact)
        painter.drawPixmap(place, pixmap, QRectF(pixmap.rect()))
        painter.setOpacity(1.0)

    def _paint_buttons(self, painter: QPainter, rect: QRect, entry: Entry) -> None:
        for button, place in button_rects(rect).items():
            pointed = button is self.pointed_at
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(0, 0, 0, 220 if pointed else 160))
            painter.drawRoundedRect(QRectF(place), 6, 6)
            if pointed:
                painter.setPen(QPen(QColor(255, 255, 255, 150), 1))
                painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
            inner = place.adjusted(4, 4, -4, -4)
            if button is TileButton.PICK:
                self._paint_pick(painter, QRectF(inner).adjusted(3, 2, 0, -1), picked=entry.marks.flag is Flag.PICK)
            else:
                _white(_ICONS[button]).paint(painter, inner)

    @staticmethod
    def _paint_pick(painter: QPainter, rect: QRectF, *, picked: bool) -> None:
        white = QColor(255, 255, 255)
        if picked:
            paint_flag(painter, rect, Flag.PICK, white)
        else:
            _white("flag").paint(painter, rect.adjusted(-3, -2, 0, 1).toRect())

    @staticmethod
    def _paint_frames(painter: QPainter, rect: QRect, palette: QPalette, state: QStyle.StateFlag) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if state & _SELECTED:
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Highlight), FRAME_PX))
            painter.drawRoundedRect(QRectF(rect).adjusted(1.5, 1.5, -1.5, -1.5), 5, 5)
        if state & _FOCUSED:
            # Inside the frame, so that the current one among several selected is still told apart.
            inner = QRectF(rect).adjusted(3.5, 3.5, -3.5, -3.5)
            painter.setPen(QPen(palette.color(QPalette.ColorRole.HighlightedText), 1))
            painter.drawRoundedRect(inner, 3, 3)
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Highlight), 1))
            painter.drawRoundedRect(inner.adjusted(1, 1, -1, -1), 2, 2)

    @staticmethod
    def _paint_placeholder(painter: QPainter, rect: QRect, tile: Tile) -> None:
        picture = QRectF(picture_rect(rect))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(128, 128, 128, 44))
        painter.drawRoundedRect(picture, 4, 4)
        painter.setPen(QColor(140, 140, 140))
        painter.drawText(picture, Qt.AlignmentFlag.AlignCenter, str(tile.index + 1))


@lru_cache(maxsize=8)
def _white(name: str) -> QIcon:
    return resources.icon(name, QColor(255, 255, 255))


def _key(entry: Entry, tile_px: int, ratio: float) -> ThumbnailKey:
    return ThumbnailKey(entry.sha256, round((tile_px - 2 * TILE_INSET_PX) * ratio))


def _letterboxed(tile: QRect, entry: Entry, ratio: float) -> QRectF:
    """Where the whole picture goes, never enlarged, on whole pixels of the screen."""
    room = picture_rect(tile)
    side_px = round(room.width() * ratio)
    size = QSize(entry.width, entry.height)
    if max(entry.width, entry.height) > side_px:
        size.scale(side_px, side_px, Qt.AspectRatioMode.KeepAspectRatio)
    left = round((room.x() + room.width() / 2) * ratio - size.width() / 2) / ratio
    top = round((room.y() + room.height() / 2) * ratio - size.height() / 2) / ratio
    return QRectF(left, top, size.width() / ratio, size.height() / ratio)
