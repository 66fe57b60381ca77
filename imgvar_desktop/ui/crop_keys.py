"""The crop by keyboard: what each key does to the framing."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from imgvar_desktop.bridge.crop_model import CropModel

STEP: Final = 1
LARGE_STEP: Final = 10
ANGLE_STEP: Final = 0.1

_ARROWS: Final = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class CropKeys:
    """Arrows move by one pixel, with Shift by ten; with Alt they resize from the top left corner."""

    def __init__(self, model: CropModel) -> None:
        self._model = model

    def wants(self, event: QKeyEvent) -> bool:
        """Keys that the window knows too and that mean the crop while it has the focus: undo and redo."""
        undo, redo = QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo
        return event.matches(undo) or event.matches(redo) or _is_redo(event)

    def press(self, event: QKeyEvent) -> bool:
        """Whether the key meant something here."""
        if event.matches(QKeySequence.StandardKey.Undo):
            self._model.undo()
        elif event.matches(QKeySequence.StandardKey.Redo) or _is_redo(event):
            self._model.redo()
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        elif Qt.Key(event.key()) in _ARROWS:
            self._arrow(event)
        else:
            command = self._commands(shift=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)).get(
                Qt.Key(event.key())
            )
            if command is None:
                return False
            command()
        return True

    def _arrow(self, event: QKeyEvent) -> None:
        x, y = _ARROWS[Qt.Key(event.key())]
        step = LARGE_STEP if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else STEP
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._model.grow((x + y) * step)
        else:
            self._model.move(x * step, y * step)

    def _commands(self, *, shift: bool) -> dict[Qt.Key, Callable[[], None]]:
        return {
            Qt.Key.Key_0: self._model.reset,
            Qt.Key.Key_BracketLeft: lambda: self._model.turn(clockwise=False),
            Qt.Key.Key_BracketRight: lambda: self._model.turn(clockwise=True),
            Qt.Key.Key_H: lambda: self._model.mirror(upside_down=shift),
            Qt.Key.Key_Comma: lambda: self._model.straighten(self._model.framing.angle - ANGLE_STEP),
            Qt.Key.Key_Period: lambda: self._model.straighten(self._model.framing.angle + ANGLE_STEP),
        }


def _is_redo(event: QKeyEvent) -> bool:
    """Ctrl+Y and Ctrl+Shift+Z both, whichever the platform calls its own."""
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    if event.key() == Qt.Key.Key_Y:
        return event.modifiers() == control
    return event.key() == Qt.Key.Key_Z and event.modifiers() == control | shift
