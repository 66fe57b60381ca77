"""The crop at full size, in the place of the gallery, with everything it can do as buttons and numbers."""

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from imgvar_desktop.bridge import resources
from imgvar_desktop.bridge.crop_model import CropModel
from imgvar_desktop.core.framing import MAX_ANGLE, Fit, Framing
from imgvar_desktop.core.geometry import Square
from imgvar_desktop.ui.crop_guides import Guides
from imgvar_desktop.ui.crop_view import CropView

CONTROL_PX = 28
TENTHS = 10
"""The angle's slider counts tenths of a degree."""


class CropEditor(QWidget):
    finished = Signal()
    """The person is done; the framing is as they want it."""

    def __init__(self, model: CropModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._at_start: Framing | None = None
        self._filling = False
        self.view = CropView(model)
        self.view.setObjectName("cropEditorView")
        self.view.edit_asked.connect(self.finished)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.view, stretch=1)
        layout.addLayout(self._make_angle_row())
        layout.addLayout(self._make_number_row())
        layout.addLayout(self._make_button_row())
        model.changed.connect(self._on_changed)
        model.picture_changed.connect(self._on_picture_changed)
        self._on_changed()

    def start(self, preview: QImage) -> None:
        self._at_start = self._model.framing
        self.view.set_preview(preview)
        self.view.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match Qt.Key(event.key()):
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.finished.emit()
            case Qt.Key.Key_Escape:
                self._on_cancel()
            case _:
                super().keyPressEvent(event)

    def _make_angle_row(self) -> QHBoxLayout:
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(round(-MAX_ANGLE * TENTHS), round(MAX_ANGLE * TENTHS))
        self._slider.setPageStep(TENTHS)
        self._slider.setAccessibleName(self.tr("Straighten"))
        self._slider.sliderPressed.connect(self._model.begin)
        self._slider.sliderReleased.connect(self._model.end)
        self._slider.sliderReleased.connect(self._on_changed)
        self._slider.valueChanged.connect(self._on_slider)
        self.angle = QDoubleSpinBox()
        self.angle.setRange(-MAX_ANGLE, MAX_ANGLE)
        self.angle.setDecimals(1)
        self.angle.setSingleStep(1 / TENTHS)
        self.angle.setSuffix("°")
        # What is half typed is no angle: each would be a step, and be written over what is typed.
        self.angle.setKeyboardTracking(False)
        self.angle.valueChanged.connect(self._on_angle)
        label = _label(self.tr("&Straighten"), self.angle)
        row = _row(top=8)
        for button in (
            self._tool("rotate-left", self.tr("Rotate left ([)"), self.rotate_left),
            self._tool("rotate-right", self.tr("Rotate right (])"), self.rotate_right),
            self._tool("flip-horizontal", self.tr("Mirror left and right (H)"), self.mirror),
            self._tool("flip-vertical", self.tr("Mirror top and bottom (Shift+H)"), self.upside_down),
        ):
            row.addWidget(button)
        row.addSpacing(8)
        row.addWidget(label)
        row.addWidget(self._slider, stretch=1)
        row.addWidget(self.angle)
        row.addWidget(self._tool("close", self.tr("No angle"), self._on_no_angle))
        self.angle.setMinimumHeight(CONTROL_PX)
        return row

    def _make_number_row(self) -> QHBoxLayout:
        self.left, self.top = self._number(self.tr("Left")), self._number(self.tr("Top"))
        self.side = self._number(self.tr("Side"))
        self.fit = QComboBox()
        for fit, name in (
            (Fit.CROP, self.tr("Inside the picture")),
            (Fit.TRANSPARENT, self.tr("Pad: transparent")),
            (Fit.EDGE, self.tr("Pad: colour of the edge")),
            (Fit.BLUR, self.tr("Pad: blur")),
            (Fit.MIRROR, self.tr("Pad: mirror")),
        ):
            self.fit.addItem(name, fit.value)
        self.fit.currentIndexChanged.connect(self._on_fit)
        self.guides = QComboBox()
        for guides in Guides:
            self.guides.addItem(self.tr(guides.value), guides.name)
        self.guides.currentIndexChanged.connect(self._on_guides)
        self.guides.setAccessibleName(self.tr("Guides"))
        self.guides.setToolTip(self.tr("Guides (O)"))
        self.fit.setAccessibleName(self.tr("Fit"))
        self.fit.setToolTip(self.tr("What stands where the square reaches beyond the picture"))
        row = _row(top=8)
        for text, number in (
            (self.tr("&Left"), self.left),
            (self.tr("&Top"), self.top),
            (self.tr("Si&de"), self.side),
        ):
            number.setMinimumHeight(CONTROL_PX)
            row.addWidget(_label(text, number))
            row.addWidget(number)
        row.addStretch()
        for combo in (self.fit, self.guides):
            combo.setMinimumHeight(CONTROL_PX)
            row.addWidget(combo)
        return row

    def _make_button_row(self) -> QHBoxLayout:
        self.undo = self._tool("undo", self.tr("Undo (Ctrl+Z)"), self._model.undo)
        self.redo = self._tool("redo", self.tr("Redo (Ctrl+Y)"), self._model.redo)
        reset = self._tool("reset-crop", self.tr("Reset (0)"), self._model.reset)
        cancel, use = QPushButton(self.tr("Cancel")), QPushButton(self.tr("Use crop"))
        cancel.setToolTip(self.tr("As it was before (Esc)"))
        use.setToolTip(self.tr("Back to the variations (Enter)"))
        use.setProperty("role", "primary")
        cancel.setMinimumHeight(36)
        cancel.setAutoDefault(True)  # Enter on it is its own, not "Use crop"
        cancel.clicked.connect(self._on_cancel)
        use.clicked.connect(self.finished)
        row = _row(top=8, bottom=12)
        for part in (self.undo, self.redo, reset):
            row.addWidget(part)
        row.addStretch()
        row.addWidget(cancel)
        row.addWidget(use)
        return row

    def _tool(self, icon: str, text: str, slot: object) -> QToolButton:
        button = QToolButton()
        button.setIcon(resources.icon(icon))
        button.setIconSize(QSize(20, 20))
        button.setFixedSize(CONTROL_PX, CONTROL_PX)
        button.setAutoRaise(True)
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.clicked.connect(slot)
        return button

    def _number(self, name: str) -> QSpinBox:
        box = QSpinBox()
        box.setAccessibleName(name)
        box.setRange(-200_000, 200_000)
        box.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        box.setFixedWidth(64)
        box.setKeyboardTracking(False)
        box.valueChanged.connect(self._on_number)
        return box

    @Slot()
    def _on_changed(self) -> None:
        framing = self._model.framing
        self._filling = True
        self.left.setValue(framing.square.x)
        self.top.setValue(framing.square.y)
        self.side.setValue(framing.square.side)
        self.angle.setValue(framing.angle)
        if not self._slider.isSliderDown():
            self._slider.setValue(round(framing.angle * TENTHS))
        self.fit.setCurrentIndex(self.fit.findData(framing.fit.value))
        self.undo.setEnabled(self._model.can_undo)
        self.redo.setEnabled(self._model.can_redo)
        self._filling = False

    @Slot()
    def _on_picture_changed(self) -> None:
        """Cancel then means this one, not what another picture had."""
        self._at_start = self._model.framing

    @Slot()
    def _on_number(self) -> None:
        if not self._filling:
            square = Square(self.left.value(), self.top.value(), max(self.side.value(), 1))
            self._model.put_square(square)
            self._on_changed()  # what was not possible shows as what was made of it

    @Slot(int)
    def _on_slider(self, tenths: int) -> None:
        if self._filling:
            return
        if self._slider.isSliderDown():
            self._model.drag_angle(tenths / TENTHS)
        else:
            self._model.straighten(tenths / TENTHS)

    @Slot(float)
    def _on_angle(self, angle: float) -> None:
        if not self._filling:
            self._model.straighten(angle)

    @Slot()
    def _on_no_angle(self) -> None:
        self._model.straighten(0.0)

    @Slot()
    def rotate_left(self) -> None:
        self._model.turn(clockwise=False)

    @Slot()
    def rotate_right(self) -> None:
        self._model.turn(clockwise=True)

    @Slot()
    def mirror(self) -> None:
        self._model.mirror()

    @Slot()
    def upside_down(self) -> None:
        self._model.mirror(upside_down=True)

    @Slot()
    def _on_fit(self) -> None:
        if not self._filling:
            self._model.set_fit(Fit(self.fit.currentData()))

    @Slot()
    def _on_guides(self) -> None:
        self.view.set_guides(Guides[self.guides.currentData()])

    @Slot()
    def _on_cancel(self) -> None:
        """As it was when the editor opened."""
        if self._at_start is not None:
            self._model.put(self._at_start)
        self.finished.emit()


def _label(text: str, buddy: QWidget) -> QLabel:
    label = QLabel(text)
    label.setBuddy(buddy)
    return label


def _row(*, top: int, bottom: int = 0) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(16, top, 16, bottom)
    row.setSpacing(8)
    return row
