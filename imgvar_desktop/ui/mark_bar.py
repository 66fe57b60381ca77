"""Flag, stars and label of what is chosen, to see and to press."""

from collections.abc import Callable, Iterable
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from imgvar_desktop.core.library import MAX_STARS, Flag, Label, Marks
from imgvar_desktop.core.marking import Marking, SetFlag, SetLabel, SetStars
from imgvar_desktop.ui.mark_painting import paint_flag, paint_label, paint_star
from imgvar_desktop.ui.marking_text import marking_text

BUTTON_PX: Final = 24
ICON_PX: Final = 16
SCALE: Final = 2
"""Icons are drawn at twice their size, for screens of any density."""


class MarkBar(QWidget):
    marked = Signal(object)
    """A Marking, wanted by the person."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons: dict[Marking, QToolButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        groups: tuple[Iterable[Marking], ...] = (
            [SetFlag(Flag.PICK), SetFlag(Flag.REJECT)],
            [SetStars(stars) for stars in range(1, MAX_STARS + 1)],
            [SetLabel(label) for label in Label if label is not Label.NONE],
        )
        for group in groups:
            for marking in group:
                row.addWidget(self._button(marking))
            row.addStretch()
        self._marks: tuple[Marks, ...] = ()

    def show_marks(self, marks: tuple[Marks, ...]) -> None:
        """What all of them have; of none, nothing can be pressed."""
        self._marks = marks
        ink = self.palette().color(QPalette.ColorRole.WindowText)
        quiet = self.palette().color(QPalette.ColorRole.PlaceholderText)
        for marking, button in self._buttons.items():
            has = self._has(marking)
            button.setEnabled(bool(marks))
            button.setChecked(has)
            button.setIcon(_icon(marking, ink if has else quiet, filled=has))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.show_marks(self._marks)

    def _has(self, marking: Marking) -> bool:
        match marking:
            case SetFlag(flag):
                return bool(self._marks) and all(marks.flag is flag for marks in self._marks)
            case SetStars(stars):
                return bool(self._marks) and all(marks.stars >= stars for marks in self._marks)
            case SetLabel(label):
                return bool(self._marks) and all(marks.label is label for marks in self._marks)
        return False

    def _button(self, marking: Marking) -> QToolButton:
        button = QToolButton()
        button.setCheckable(True)
        button.setAutoRaise(True)
        button.setFixedSize(BUTTON_PX, BUTTON_PX)
        button.setIconSize(QSize(ICON_PX, ICON_PX))
        button.setToolTip(marking_text(marking))
        button.setAccessibleName(marking_text(marking))
        button.setProperty("marking", marking)
        button.clicked.connect(self._on_clicked)
        self._buttons[marking] = button
        return button

    @Slot()
    def _on_clicked(self) -> None:
        """A mark that is there is taken away: the flag, or all stars by the last of them."""
        marking = self.sender().property("marking")
        match marking:
            case SetFlag() if self._has(marking):
                marking = SetFlag(Flag.NONE)
            case SetStars(stars) if all(marks.stars == stars for marks in self._marks):
                marking = SetStars(0)
        self.marked.emit(marking)
        self.show_marks(self._marks)  # a press checks the button before the library has said so


def _icon(marking: Marking, ink: QColor, *, filled: bool) -> QIcon:
    rect = QRectF(0, 0, ICON_PX, ICON_PX)
    match marking:
        case SetFlag(flag):
            return _drawn(lambda painter: paint_flag(painter, rect, flag, ink))
        case SetStars():
            return _drawn(lambda painter: _star(painter, ink, filled=filled))
        case SetLabel(label):
            return _drawn(lambda painter: _label(painter, label, filled=filled))
    raise AssertionError(marking)


def _star(painter: QPainter, ink: QColor, *, filled: bool) -> None:
    painter.setPen(QPen(ink, 1))
    painter.setBrush(ink if filled else Qt.BrushStyle.NoBrush)
    paint_star(painter, QPointF(ICON_PX / 2, ICON_PX / 2 + 0.5), 6.5)


def _label(painter: QPainter, label: Label, *, filled: bool) -> None:
    painter.setOpacity(1.0 if filled else 0.55)
    paint_label(painter, QRectF(1, 1, ICON_PX - 2, ICON_PX - 2), label)


def _drawn(paint: Callable[[QPainter], None]) -> QIcon:
    pixmap = QPixmap(ICON_PX * SCALE, ICON_PX * SCALE)
    pixmap.setDevicePixelRatio(SCALE)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint(painter)
    painter.end()
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Normal, QIcon.State.On)
    return icon
