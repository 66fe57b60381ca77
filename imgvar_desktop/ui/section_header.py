"""The line above a run's tiles, and the link at its end."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QLocale, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from imgvar_desktop.bridge.gallery_model import Section
from imgvar_desktop.core.library import RunState
from imgvar_desktop.ui import theme
from imgvar_desktop.ui.section_text import retry_text, state_text, title_text

LINK_MARGIN_PX: Final = 8


@dataclass(frozen=True, slots=True)
class SectionHeader:
    """``rect`` is in the gallery's content coordinates, and so is ``retry_rect``."""

    section: Section
    rect: QRect
    font: QFont
    locale: QLocale

    @property
    def retry_rect(self) -> QRect:
        """Where the link that asks for what is missing is; not valid when nothing is."""
        text = retry_text(self.section.run)
        if not text:
            return QRect()
        width = QFontMetrics(self.font).horizontalAdvance(text) + 2 * LINK_MARGIN_PX
        return QRect(self.rect.right() - width, self.rect.top() + 6, width, self.rect.height() - 12)

    def paint(self, painter: QPainter, background: QColor) -> None:
        retry = self.retry_rect
        room = self.rect.adjusted(0, 0, -(retry.width() + LINK_MARGIN_PX), 0) if retry.isValid() else self.rect
        run = self.section.run
        bold = QFont(self.font)
        bold.setWeight(QFont.Weight.DemiBold)
        painter.setFont(bold)
        painter.setPen(theme.ink_on(background))
        title = title_text(run, self.locale)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, title)
        rest = room.adjusted(painter.fontMetrics().horizontalAdvance(title) + 12, 0, 0, 0)
        painter.setFont(self.font)
        failed = run.state is RunState.FAILED
        painter.setPen(theme.ink_on(background) if failed else theme.quiet_ink_on(background))
        text = state_text(self.section, self.locale)
        elided = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rest.width())
        painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, elided)
        if retry.isValid():
            painter.setPen(theme.link_on(background))
            painter.drawText(retry, Qt.AlignmentFlag.AlignCenter, retry_text(run))
