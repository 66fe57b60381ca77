"""Small switches that look like the marks they stand for."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QToolButton

from imgvar_desktop.core.library import Flag, Label
from imgvar_desktop.core.marking import Marking, SetFlag, SetLabel, SetStars
from imgvar_desktop.ui.mark_painting import REJECT_COLOUR, paint_flag, paint_label, paint_star

SIDE_PX = 28
_STAR_PX = 24


class MarkButton(QToolButton):
    """For a flag, a label, or one star of a row."""

    def __init__(self, marking: Marking, text: str) -> None:
        super().__init__()
        self.marking = marking
        self.setAutoRaise(True)
        self.setCheckable(True)
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.setFixedSize(QSize(_STAR_PX if isinstance(marking, SetStars) else SIDE_PX, SIDE_PX))

    def paintEvent(self, event: QPaintEvent) -> None:
        if not isinstance(self.marking, SetStars):
            super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = self.palette().color(QPalette.ColorRole.ButtonText)
        middle = QPointF(self.width() / 2, self.height() / 2)
        match self.marking:
            case SetFlag(Flag.NONE):
                _paint_no_flag(painter, middle, ink)
            case SetFlag(flag):
                colour = REJECT_COLOUR if flag is Flag.REJECT else ink
                paint_flag(painter, QRectF(middle.x() - 7, middle.y() - 8, 16, 16), flag, colour)
            case SetStars():
                painter.setPen(QPen(ink, 1.2))
                painter.setBrush(ink if self.isChecked() else Qt.BrushStyle.NoBrush)
                paint_star(painter, middle + QPointF(0, 0.5), 7.5 if not self.underMouse() else 8.5)
            case SetLabel(Label() as label):
                paint_label(painter, QRectF(middle.x() - 8, middle.y() - 7.5, 16, 15), label)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)


def _paint_no_flag(painter: QPainter, middle: QPointF, ink: QColor) -> None:
    """A pole with the outline of a flag in dots: none is set."""
    painter.setPen(QPen(ink, 1.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(middle + QPointF(-5.5, -6.5), middle + QPointF(-5.5, 6.5))
    painter.setPen(QPen(ink, 1.2, Qt.PenStyle.DotLine))
    painter.drawRect(QRectF(middle.x() - 5.5, middle.y() - 6.5, 12, 8))
