"""Controls of the program's one height and manner."""

from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QComboBox, QSizePolicy, QToolButton

from imgvar_desktop.bridge import resources

CONTROL_HEIGHT: Final = 28


def combo_box(object_name: str, accessible_name: str) -> QComboBox:
    combo = QComboBox()
    combo.setObjectName(object_name)
    combo.setAccessibleName(accessible_name)
    combo.setMinimumHeight(CONTROL_HEIGHT)
    combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    # A long service name must not widen the pane.
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(8)
    return combo


def tool_button(icon: str, text: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(resources.icon(icon))
    button.setIconSize(QSize(20, 20))
    button.setFixedSize(CONTROL_HEIGHT, CONTROL_HEIGHT)
    button.setAutoRaise(True)
    button.setToolTip(text)
    button.setAccessibleName(text)
    return button


def refill(combo: QComboBox, items: list[tuple[str, object]], wanted: object, otherwise: object) -> None:
    """Other choices, silently; ``wanted`` is chosen if it is among them, else ``otherwise``."""
    combo.blockSignals(True)
    combo.clear()
    for text, value in items:
        combo.addItem(text, value)
    found = combo.findData(wanted)
    combo.setCurrentIndex(found if found >= 0 else combo.findData(otherwise))
    combo.blockSignals(False)
