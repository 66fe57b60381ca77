"""A picture as its pixels are: whole, or one on one with the screen's; checks show through where it is transparent."""

from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, QSizeF, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from imgvar_desktop.ui import theme
from imgvar_desktop.ui.crop_painting import paint_checks

RING_PX: Final = 2


class PixelView(QAbstractScrollArea):
    """Never enlarges. The scroll bars count physical pixels."""

    exact_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._image = QImage()
        self._pixmap = QPixmap()
        self._exact = False
        self._surround: int | None = None
        self._dragged_from: QPoint | None = None
        self._note = ""
        self._show_bars()

    @property
    def image(self) -> QImage:
        return self._image

    @property
    def exact(self) -> bool:
        """One pixel of the picture on one of the screen's."""
        return self._exact

    def show_image(self, image: QImage) -> None:
        self._image, self._note = image, ""
        self._pixmap = QPixmap()
        self._arrange()

    def show_note(self, text: str) -> None:
        """A sentence in the place of a picture."""
        self.show_image(QImage())
        self._note = text

    @Slot(bool)
    def set_exact(self, exact: bool) -> None:
        if exact == self._exact:
            return
        self._exact = exact
        self._pixmap = QPixmap()
        self._show_bars()
        self._arrange()
        for bar in (self.horizontalScrollBar(), self.verticalScrollBar()):
            bar.setValue(bar.maximum() // 2)
        self.exact_changed.emit(exact)

    def set_surround(self, grey: int | None) -> None:
        self._surround = grey
        self.viewport().update()

    def _show_bars(self) -> None:
        shown = Qt.ScrollBarPolicy.ScrollBarAsNeeded if self._exact else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setHorizontalScrollBarPolicy(shown)
        self.setVerticalScrollBarPolicy(shown)

    def _page_px(self) -> QSize:
        return (QSizeF(self.viewport().size()) * self.devicePixelRatioF()).toSize()

    def _shown_px(self) -> QSize:
        """The picture's size on screen, in physical pixels."""
        whole = self._image.size()
        if self._exact:
            return whole
        room = self._page_px()
        fits = whole.width() <= room.width() and whole.height() <= room.height()
        return whole if fits else whole.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)

    def _arrange(self) -> None:
        page, shown = self._page_px(), self._shown_px()
        for bar, room, side in (
            (self.horizontalScrollBar(), page.width(), shown.width()),
            (self.verticalScrollBar(), page.height(), shown.height()),
        ):
            bar.setRange(0, max(side - room, 0))
            bar.setPageStep(room)
            bar.setSingleStep(max(room // 10, 1))
        grabs = self.horizontalScrollBar().maximum() + self.verticalScrollBar().maximum() > 0
        self.viewport().setCursor(Qt.CursorShape.OpenHandCursor if grabs else Qt.CursorShape.ArrowCursor)
        self.viewport().update()

    def _ready_pixmap(self) -> QPixmap:
        """At the size it is painted at: the painter's own reduction would leave out pixels."""
        wanted = self._shown_px()
        if self._pixmap.size() != wanted:
            smooth = Qt.TransformationMode.SmoothTransformation
            ready = self._image if wanted == self._image.size() else self._image.scaled(wanted, mode=smooth)
            self._pixmap = QPixmap.fromImage(ready)
        return self._pixmap

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        background = theme.surround(self.palette(), self._surround)
        painter.fillRect(self.viewport().rect(), background)
        if self._note:
            painter.setPen(theme.quiet_ink_on(background))
            room = self.viewport().rect().adjusted(24, 24, -24, -24)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._note)
        if not self._image.isNull():
            ratio, page, shown = self.devicePixelRatioF(), self._page_px(), self._shown_px()
            # Each of its pixels falls on a whole one of the screen.
            left = max((page.width() - shown.width()) // 2, 0) - self.horizontalScrollBar().value()
            top = max((page.height() - shown.height()) // 2, 0) - self.verticalScrollBar().value()
            where = QRectF(QPointF(left, top) / ratio, QSizeF(shown) / ratio)
            if self._image.hasAlphaChannel():
                painter.save()
                painter.setClipRect(where)
                paint_checks(painter, where.toAlignedRect())
                painter.restore()
            painter.drawPixmap(where, self._ready_pixmap(), QRectF(QPointF(), QSizeF(shown)))
        if self.hasFocus():
            painter.setPen(QPen(self.palette().highlight(), 2 * RING_PX))  # half of it is outside
            painter.drawRect(self.viewport().rect())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragged_from = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged_from is None:
            return
        at = event.position().toPoint()
        gap = (at - self._dragged_from) * self.devicePixelRatioF()
        self._dragged_from = at
        self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() - gap.x())
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() - gap.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002 - Qt's signature
        self._dragged_from = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002 - Qt's signature
        self.set_exact(not self._exact)

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: ARG002 - Qt's signature
        """Painted anew: the bars count physical pixels, which Qt's own shifting does not."""
        self.viewport().update()
