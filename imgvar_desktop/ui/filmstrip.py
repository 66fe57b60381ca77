"""The film strip under the crop: several pictures, a tick for each, and one crop for all if that is wanted."""

from typing import Final

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from imgvar_desktop.bridge.film_model import FilmFrame, FilmModel, FilmRole

FRAME_PX: Final = 60
TICK_PX: Final = 16
TICK_HIT_PX: Final = 24
_Index = QModelIndex | QPersistentModelIndex


class Filmstrip(QWidget):
    chosen = Signal(object)
    """The place, an int, of the picture that is wanted in the well."""
    same_crop_toggled = Signal()

    def __init__(self, model: FilmModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.list = QListView()
        self.list.setObjectName("filmstrip")
        self.list.setAccessibleName(self.tr("Pictures"))
        self.list.setModel(model)
        self.list.setItemDelegate(_FrameDelegate(self))
        self.list.setFlow(QListView.Flow.LeftToRight)
        self.list.setUniformItemSizes(True)
        self.list.setSpacing(2)
        self.list.setFrameShape(QListView.Shape.NoFrame)
        # No box in the pane: space separates the strip from the rest.
        self.list.viewport().setAutoFillBackground(False)
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setHorizontalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        bar = self.list.horizontalScrollBar().sizeHint().height()
        self.list.setFixedHeight(FRAME_PX + 4 + bar)
        self.list.clicked.connect(self._on_clicked)
        self.list.activated.connect(self._on_clicked)
        self.same_crop = QCheckBox(self.tr("Same crop for all"))
        self.same_crop.setToolTip(self.tr("Every picture is framed like this one"))
        self.same_crop.toggled.connect(self.same_crop_toggled)
        self._count = QLabel()
        self._count.setProperty("role", "quiet")
        row = QHBoxLayout()
        row.addWidget(self.same_crop, stretch=1)
        row.addWidget(self._count)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.list)
        layout.addLayout(row)
        model.changed.connect(self._on_changed)
        self._on_changed()

    @Slot()
    def _on_changed(self) -> None:
        frames = self._model.frames
        self.setVisible(bool(frames))
        self._count.setText(self.tr("{0} of {1} ticked").format(sum(f.ticked for f in frames), len(frames)))

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        if self._model.frames[index.row()].source is not None:
            self.chosen.emit(index.row())


class _FrameDelegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: ARG002 - Qt's signature
        return QSize(FRAME_PX, FRAME_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        frame: FilmFrame = index.data(FilmRole.FRAME)
        rect = _square(option.rect)
        palette: QPalette = option.palette
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setOpacity(1.0 if frame.ticked else 0.45)
        self._paint_picture(painter, rect, frame)
        painter.setOpacity(1.0)
        model = index.model()
        current = isinstance(model, FilmModel) and model.current == index.row()
        if current or option.state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Highlight), 2 if current else 1))
            painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), 3, 3)
        if not frame.refusal:
            self._paint_tick(painter, _tick_rect(rect), palette, ticked=frame.ticked)
        painter.restore()

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: _Index
    ) -> bool:
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease:
            frame = _square(option.rect)
            hit = QRect(frame.right() - TICK_HIT_PX, frame.bottom() - TICK_HIT_PX, TICK_HIT_PX, TICK_HIT_PX)
            if hit.contains(event.position().toPoint()):
                return _toggle(model, index)
            return False
        if event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Space:  # type: ignore[attr-defined]  # it is a QKeyEvent
            return _toggle(model, index)
        return False

    @staticmethod
    def _paint_picture(painter: QPainter, rect: QRect, frame: FilmFrame) -> None:
        inner = rect.adjusted(3, 3, -3, -3)
        if frame.preview is None:
            painter.fillRect(inner, QColor(128, 128, 128, 60))
            if frame.refusal:
                painter.setPen(QColor(0xE0, 0x60, 0x50))
                painter.drawText(inner, Qt.AlignmentFlag.AlignCenter, "!")
            return
        size = QSize(frame.preview.size()).scaled(inner.size(), Qt.AspectRatioMode.KeepAspectRatio)
        there = QRect(inner.topLeft(), size)
        there.moveCenter(inner.center())
        painter.drawImage(there, frame.preview)

    @staticmethod
    def _paint_tick(painter: QPainter, rect: QRectF, palette: QPalette, *, ticked: bool) -> None:
        painter.setPen(QPen(QColor(255, 255, 255, 220), 1.5))
        painter.setBrush(palette.color(QPalette.ColorRole.Highlight) if ticked else QColor(0, 0, 0, 110))
        painter.drawEllipse(rect)
        if ticked:
            middle = rect.center()
            painter.drawPolyline([middle + QPointF(-3.5, 0), middle + QPointF(-1, 2.5), middle + QPointF(3.5, -2.5)])


def _square(rect: QRect) -> QRect:
    """A list gives its items all of its height."""
    return QRect(rect.topLeft(), QSize(FRAME_PX, FRAME_PX))


def _tick_rect(rect: QRect) -> QRectF:
    return QRectF(rect.right() - TICK_PX - 3, rect.bottom() - TICK_PX - 3, TICK_PX, TICK_PX)


def _toggle(model: QAbstractItemModel, index: _Index) -> bool:
    role = Qt.ItemDataRole.CheckStateRole
    ticked = Qt.CheckState(index.data(role)) == Qt.CheckState.Checked
    return model.setData(index, Qt.CheckState.Unchecked if ticked else Qt.CheckState.Checked, role)
