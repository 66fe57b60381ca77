"""The picture that will be sent, what there is to say of its file, and the way to the next one."""

from typing import Final

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QToolButton, QVBoxLayout, QWidget

from imgvar_desktop.bridge import resources
from imgvar_desktop.ui.fact_list import show_short
from imgvar_desktop.ui.pixel_view import PixelView

VIEW_PX: Final = 360
CONTROL_PX: Final = 28
ICON_PX: Final = 20


class OutgoingPicture(QWidget):
    stepped = Signal(object)
    """-1 or 1, an int: the picture before or after is wanted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settled = ""
        self.view = PixelView()
        self.view.setMinimumSize(VIEW_PX, VIEW_PX)
        self.view.setAccessibleName(self.tr("The picture as it will be sent"))
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Preparing the picture"))
        kept = self._bar.sizePolicy()
        kept.setRetainSizeWhenHidden(True)  # nothing jumps
        self._bar.setSizePolicy(kept)
        self._bar.hide()
        self._caption = QLabel()
        self.exact = self._make_button(self.tr("One pixel of the picture on one of the screen"))
        self.exact.setText(self.tr("100 %"))
        self.exact.setAccessibleName(self.tr("Show at 100 %"))
        self.exact.setCheckable(True)
        self.exact.toggled.connect(self.view.set_exact)
        self.view.exact_changed.connect(self.exact.setChecked)
        caption = QHBoxLayout()
        caption.setSpacing(8)
        caption.addWidget(self._caption, stretch=1)
        caption.addWidget(self.exact)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.view, stretch=1)
        column.addWidget(self._bar)
        column.addLayout(caption)
        column.addWidget(self._make_steps())

    @property
    def caption(self) -> str:
        return self._caption.text()

    @property
    def step(self) -> str:
        """Which of several this is; empty for the only one."""
        return "" if self._steps.isHidden() else self._step.accessibleName()

    @property
    def busy(self) -> bool:
        return not self._bar.isHidden()

    def show_image(self, image: QImage, caption: str) -> None:
        self.view.show_image(image)
        self.exact.show()
        self._settle(caption, caption)

    def show_note(self, text: str) -> None:
        """A sentence in the place of a picture."""
        self.view.show_note(text)
        self.exact.hide()
        self._settle("", text)

    def show_step(self, at: int, count: int, name: str) -> None:
        """The picture is the one at ``at`` (from 0) of ``count``; ``name`` says which, and may be empty."""
        self._steps.setVisible(count > 1)
        text = self.tr("{0} of {1}").format(at + 1, count) + (f" · {name}" if name else "")
        show_short(self._step, text, VIEW_PX - 2 * (CONTROL_PX + 8))
        self.before.setEnabled(at > 0)
        self.after.setEnabled(at < count - 1)

    def set_busy(self, *, busy: bool) -> None:
        """What is shown is no longer, or not yet, what would be sent."""
        self._bar.setVisible(busy)
        self._caption.setText(self.tr("Preparing the picture…") if busy else self._settled)

    def _settle(self, caption: str, description: str) -> None:
        self._settled = caption
        self.view.setAccessibleDescription(description)
        self.set_busy(busy=False)

    def _make_steps(self) -> QWidget:
        self._steps = QWidget()
        self.before = self._make_button(self.tr("The one before"), "chevron-left")
        self.before.clicked.connect(self._on_before)
        self._step = QLabel()
        self.after = self._make_button(self.tr("The next one"), "chevron-right")
        self.after.clicked.connect(self._on_after)
        row = QHBoxLayout(self._steps)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for part in (self.before, self._step, self.after):
            row.addWidget(part)
        row.addStretch()
        self._steps.hide()
        return self._steps

    def _make_button(self, text: str, icon: str = "") -> QToolButton:
        button = QToolButton()
        if icon:
            button.setIcon(resources.icon(icon))
            button.setIconSize(QSize(ICON_PX, ICON_PX))
            button.setFixedWidth(CONTROL_PX)
        button.setFixedHeight(CONTROL_PX)
        button.setAutoRaise(True)
        button.setToolTip(text)
        button.setAccessibleName(text)
        return button

    @Slot()
    def _on_before(self) -> None:
        self.stepped.emit(-1)

    @Slot()
    def _on_after(self) -> None:
        self.stepped.emit(1)
