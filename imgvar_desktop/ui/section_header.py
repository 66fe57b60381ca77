"""The line above a section's tiles, and what can be pressed in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QCoreApplication, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QIcon, QPainter, QPen, QPixmap, QPolygonF

from imgvar_desktop.bridge import resources
from imgvar_desktop.ui import theme
from imgvar_desktop.ui.section_text import Heading

LINK_MARGIN_PX: Final = 8
BUTTON_PX: Final = 28
CHEVRON_PX: Final = 24
THUMB_PX: Final = 32
_ICON_PX: Final = 20


class HeaderPart(Enum):
    FOLD = auto()
    RETRY = auto()
    RUN_AGAIN = auto()
    SELECT_ALL = auto()


_ICONS: Final = {HeaderPart.RUN_AGAIN: "run-again", HeaderPart.SELECT_ALL: "select-all"}


@dataclass(frozen=True, slots=True)
class SectionHeader:
    """``rect`` is in the gallery's content coordinates, and so is where its parts are."""

    heading: Heading
    rect: QRect
    font: QFont
    folded: bool = False
    hovered: bool = False
    """Buttons show while the mouse is on the line; menus and keys have them always."""
    thumbnail: QPixmap | None = None

    def parts(self) -> Iterator[tuple[HeaderPart, QRect]]:
        """From left to right, those that can be pressed."""
        yield HeaderPart.FOLD, QRect(self.rect.left(), self._top(CHEVRON_PX), CHEVRON_PX, CHEVRON_PX)
        right = self.rect.right() + 1
        if self.heading.retry:
            width = QFontMetrics(self.font).horizontalAdvance(self.heading.retry) + 2 * LINK_MARGIN_PX
            right -= width
            yield HeaderPart.RETRY, QRect(right, self._top(BUTTON_PX), width, BUTTON_PX)
        if self.hovered:
            for part in (HeaderPart.SELECT_ALL, HeaderPart.RUN_AGAIN)[: 2 if self.heading.of_run else 1]:
                right -= BUTTON_PX + 4
                yield part, QRect(right, self._top(BUTTON_PX), BUTTON_PX, BUTTON_PX)

    def rect_of(self, part: HeaderPart) -> QRect:
        """Not valid when it is not there."""
        return next((rect for name, rect in self.parts() if name is part), QRect())

    def paint(self, painter: QPainter, background: QColor) -> None:
        ink, quiet = theme.ink_on(background), theme.quiet_ink_on(background)
        parts = dict(self.parts())
        _paint_chevron(painter, parts.pop(HeaderPart.FOLD), quiet, folded=self.folded)
        right = min((rect.left() for rect in parts.values()), default=self.rect.right())
        left = self._paint_thumbnail(painter) + 8
        room = QRect(left, self.rect.top(), right - LINK_MARGIN_PX - left, self.rect.height())
        bold = QFont(self.font)
        bold.setWeight(QFont.Weight.DemiBold)
        painter.setFont(bold)
        painter.setPen(ink)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, self.heading.title)
        rest = room.adjusted(painter.fontMetrics().horizontalAdvance(self.heading.title) + 12, 0, 0, 0)
        painter.setFont(self.font)
        painter.setPen(ink if self.heading.urgent else quiet)
        text = painter.fontMetrics().elidedText(self.heading.text, Qt.TextElideMode.ElideRight, rest.width())
        painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, text)
        for part, rect in parts.items():
            if part is HeaderPart.RETRY:
                painter.setPen(theme.link_on(background))
                painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self.heading.retry)
            else:
                inset = (BUTTON_PX - _ICON_PX) // 2
                _tinted(_ICONS[part], ink.name()).paint(painter, rect.adjusted(inset, inset, -inset, -inset))

    def _paint_thumbnail(self, painter: QPainter) -> int:
        """Returns where it ends."""
        left = self.rect.left() + CHEVRON_PX
        if not self.heading.source_key:
            return left
        place = QRect(left + 4, self._top(THUMB_PX), THUMB_PX, THUMB_PX)
        if self.thumbnail is None:
            painter.fillRect(place, QColor(128, 128, 128, 40))
        else:
            size = self.thumbnail.size().scaled(QSize(THUMB_PX, THUMB_PX), Qt.AspectRatioMode.KeepAspectRatio)
            shown = QRect(place.center().x() - size.width() // 2, place.center().y() - size.height() // 2, 0, 0)
            shown.setSize(size)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(shown, self.thumbnail)
        return place.right() + 1

    def _top(self, height: int) -> int:
        return self.rect.top() + (self.rect.height() - height) // 2


def part_text(part: HeaderPart, *, folded: bool) -> str:
    """What the mouse is told."""
    tr = QCoreApplication.translate
    match part:
        case HeaderPart.FOLD:
            return tr("SectionHeader", "Unfold") if folded else tr("SectionHeader", "Fold")
        case HeaderPart.RETRY:
            return tr("SectionHeader", "Ask for just what is missing")
        case HeaderPart.RUN_AGAIN:
            return tr("SectionHeader", "Run again")
        case HeaderPart.SELECT_ALL:
            return tr("SectionHeader", "Select all of these")


def _paint_chevron(painter: QPainter, rect: QRect, ink: QColor, *, folded: bool) -> None:
    middle = QPointF(rect.center()) + QPointF(0.5, 0.5)
    if folded:
        points = [QPointF(-2, -4), QPointF(2, 0), QPointF(-2, 4)]
    else:
        points = [QPointF(-4, -2), QPointF(0, 2), QPointF(4, -2)]
    painter.setPen(QPen(ink, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF([middle + point for point in points]))


@lru_cache(maxsize=16)
def _tinted(name: str, colour: str) -> QIcon:
    return resources.icon(name, QColor(colour))
