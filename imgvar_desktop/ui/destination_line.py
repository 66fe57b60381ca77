"""The quiet line under Generate: where the picture goes. A press shows what exactly is sent."""

from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QStyle, QStyleOptionToolButton, QStylePainter, QToolButton, QWidget

from imgvar_desktop.bridge import resources
from imgvar_desktop.core.services import ServiceProfile
from imgvar_desktop.ui import theme
from imgvar_desktop.ui.outgoing_text import destination_icon, destination_text

HEIGHT_PX: Final = 28
ICON_PX: Final = 16
MARGIN_PX: Final = 6


class DestinationLine(QToolButton):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("destination")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(HEIGHT_PX)
        # A long host must not widen the pane.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._icon = "lock"
        self._warned = False

    def show_service(self, profile: ServiceProfile) -> None:
        text = destination_text(profile)
        self._icon = destination_icon(profile)
        self._warned = profile.readable_on_the_way
        self.setText(text)
        self.setToolTip(self.tr("{0}: see what will be sent").format(text))
        self.setAccessibleName(self.tr("{0}. What will be sent…").format(text))
        self.update()

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, HEIGHT_PX)

    def paintEvent(self, _: QPaintEvent) -> None:
        """By hand: the text is shortened to what fits, and its colour follows the theme and the warning."""
        painter = QStylePainter(self)
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        option.text = ""
        painter.drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option)
        colour = self._colour()
        room = self.rect().adjusted(MARGIN_PX, 0, -MARGIN_PX, 0)
        upright = QRect(room.left(), (self.height() - ICON_PX) // 2, ICON_PX, ICON_PX)
        at = QStyle.visualRect(self.layoutDirection(), room, upright)
        resources.icon(self._icon, colour).paint(painter, at)
        words = QStyle.visualRect(self.layoutDirection(), room, room.adjusted(ICON_PX + MARGIN_PX, 0, 0, 0))
        painter.setPen(colour)
        short = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter, short)

    def _colour(self) -> QColor:
        # Not its own palette: the style sheet's clear background is in there as if it were black.
        palette = QGuiApplication.palette()
        if self._warned:
            return theme.amber(palette)
        calm = not (self.underMouse() or self.hasFocus())
        return palette.color(QPalette.ColorRole.PlaceholderText if calm else QPalette.ColorRole.WindowText)
