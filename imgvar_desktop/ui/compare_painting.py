"""How images that are compared are painted: beside one another, one over the other, or as what differs."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPalette, QPen

from imgvar_desktop.core.library import Marks
from imgvar_desktop.ui import theme
from imgvar_desktop.ui.camera import SHARP_FROM
from imgvar_desktop.ui.compare_layout import CAPTION_PX, GAP_PX, NOTE_PX
from imgvar_desktop.ui.mark_painting import paint_foot

if TYPE_CHECKING:
    from imgvar_desktop.ui.compare_view import CompareView


def paint_compare(view: "CompareView") -> None:
    from imgvar_desktop.ui.compare_view import Mode

    painter = QPainter(view)
    background = theme.surround(view.palette(), view.surround)
    painter.fillRect(view.rect(), background)
    if not view.panes:
        return
    if view.blinking and len(view.panes) == 2:
        _picture(painter, view, 1)
        _caption(painter, view, 1, background)
    elif view.mode is Mode.WIPE:
        _wipe(painter, view)
        _pair_caption(painter, view, background)
    elif view.mode is Mode.DIFFERENCE:
        _difference(painter, view)
        _pair_caption(painter, view, background)
    else:
        for place in range(len(view.panes)):
            _picture(painter, view, place)
            _caption(painter, view, place, background)
    _note(painter, view, background)


def _picture(painter: QPainter, view: "CompareView", place: int, clip: QRectF | None = None) -> None:
    pane, room, rect = view.panes[place], view.rooms()[place], view.image_rect(place)
    painter.save()
    painter.setClipRect(room if clip is None else room.intersected(clip))
    exact = view.zoom == 1.0 and pane.size == view.panes[0].size
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not (exact or view.zoom >= SHARP_FROM))
    painter.drawPixmap(rect, pane.pixmap, QRectF(pane.pixmap.rect()))
    painter.restore()
    if place == view.focus_place and clip is None and len(view.panes) > 1 and not view.blinking:
        painter.setPen(QPen(view.palette().color(QPalette.ColorRole.Highlight), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(room.intersected(rect).adjusted(-2, -2, 2, 2))


def _wipe(painter: QPainter, view: "CompareView") -> None:
    rect = view.image_rect(0)
    _picture(painter, view, 0, rect)
    if view.wipe_upright:
        at = rect.left() + rect.width() * view.wipe
        covered = QRectF(at, rect.top(), rect.right() - at, rect.height())
        line = QLineF(at, rect.top(), at, rect.bottom())
    else:
        at = rect.top() + rect.height() * view.wipe
        covered = QRectF(rect.left(), at, rect.width(), rect.bottom() - at)
        line = QLineF(rect.left(), at, rect.right(), at)
    _picture(painter, view, 1, covered)
    painter.setClipRect(view.rooms()[0])
    # Seen on light and on dark.
    for width, colour in ((3.0, QColor(0, 0, 0, 160)), (1.0, QColor(255, 255, 255))):
        painter.setPen(QPen(colour, width))
        painter.drawLine(line)
    painter.setClipping(False)


def _difference(painter: QPainter, view: "CompareView") -> None:
    """|a − b| in each channel, raised by doubling: the painter's own arithmetic, at the screen's size."""
    room, rect, ratio = view.rooms()[0], view.image_rect(0), view.devicePixelRatioF()
    made = QImage((room.size() * ratio).toSize().expandedTo(QSize(1, 1)), QImage.Format.Format_RGB32)
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.black)
    inner = QPainter(made)
    inner.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, view.zoom < SHARP_FROM)
    inner.translate(-room.topLeft())
    for place, way in enumerate(
        (QPainter.CompositionMode.CompositionMode_SourceOver, QPainter.CompositionMode.CompositionMode_Difference)
    ):
        pixmap = view.panes[place].pixmap
        inner.setCompositionMode(way)
        inner.drawPixmap(rect, pixmap, QRectF(pixmap.rect()))
    inner.resetTransform()
    inner.setCompositionMode(QPainter.CompositionMode.CompositionMode_Plus)
    raised = 1
    while raised < view.gain:
        inner.drawImage(0, 0, made.copy())
        raised *= 2
    inner.end()
    painter.drawImage(room.topLeft(), made)


def _caption(painter: QPainter, view: "CompareView", place: int, background: QColor) -> None:
    pane, room = view.panes[place], view.rooms()[place]
    # Right below the picture, as far as that ends within its room.
    below = min(room.bottom(), view.image_rect(place).bottom() + 2)
    line = QRectF(room.left(), below, room.width(), CAPTION_PX)
    painter.setPen(theme.ink_on(background) if place == view.focus_place else theme.quiet_ink_on(background))
    entry = pane.entry
    marked = entry is not None and (entry.marks != Marks() or entry.delivered_at is not None)
    most = int(line.width() * (0.6 if marked else 1.0))
    name = painter.fontMetrics().elidedText(pane.name, Qt.TextElideMode.ElideMiddle, most)
    painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
    if pane.entry is not None:
        left = line.left() + painter.fontMetrics().horizontalAdvance(name) + 12
        foot = QRectF(left, line.top() + 6, max(line.right() - left, 0), line.height() - 12)
        paint_foot(painter, foot, pane.entry, 0, theme.ink_on(background))


def _pair_caption(painter: QPainter, view: "CompareView", background: QColor) -> None:
    """Which is which, where one lies over the other."""
    room = view.rooms()[0]
    line = QRectF(room.left(), room.bottom(), room.width(), CAPTION_PX)
    painter.setPen(theme.ink_on(background))
    most = int(line.width() / 2) - GAP_PX
    for pane, side in zip(view.panes, (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight), strict=True):
        name = painter.fontMetrics().elidedText(pane.name, Qt.TextElideMode.ElideMiddle, most)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | side, name)


def _note(painter: QPainter, view: "CompareView", background: QColor) -> None:
    line = QRectF(view.rect()).adjusted(12, view.height() - NOTE_PX, -12, 0)
    painter.setPen(theme.quiet_ink_on(background))
    zoom = f"{view.zoom * 100:.0f} %"
    room = int(line.width() - painter.fontMetrics().horizontalAdvance(zoom) - 16)
    note = painter.fontMetrics().elidedText(view.note, Qt.TextElideMode.ElideRight, room)
    painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, note)
    painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, zoom)
