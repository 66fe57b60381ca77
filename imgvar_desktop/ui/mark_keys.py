"""The single keys of culling, heard where pictures have the keyboard and nowhere else."""

import sys
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QWidget

from imgvar_desktop.core.library import MAX_STARS, Flag, Label
from imgvar_desktop.core.marking import Marking, SetFlag, SetLabel, SetStars
from imgvar_desktop.ui.marking_actions import FLAG_KEYS, LABEL_KEYS, MarkingActions

_Key = Qt.Key
_LETTERS: Final = {"P": _Key.Key_P, "X": _Key.Key_X, "U": _Key.Key_U}
# The Caps Lock key in what the platform itself says of an event; Qt has no name for it.
_CAPS: Final = {"win32": 0x400, "darwin": 1 << 16}
_CAPS_ELSEWHERE: Final = 0x2


class MarkKeys(QObject):
    """``watch`` makes a widget hear them. Delete and F2, which write nothing, are heard with single keys off too."""

    marked = Signal(object, object)
    """A Marking, and whether the person wants to go on to the next image, a bool."""

    def __init__(self, actions: MarkingActions) -> None:
        super().__init__(actions)
        self.single_keys = True
        keys = {Qt.Key(Qt.Key.Key_0 + stars): SetStars(stars) for stars in range(MAX_STARS + 1)}
        self._markings: dict[Qt.Key, Marking] = dict(keys)
        self._markings |= {_LETTERS[key]: SetFlag(Flag(flag)) for flag, key in FLAG_KEYS.items()}
        self._markings |= {
            Qt.Key(Qt.Key.Key_0 + int(key)): SetLabel(Label(label)) for label, key in LABEL_KEYS.items() if key
        }
        self._singles: dict[Qt.Key, QAction] = {_Key.Key_Backslash: actions.filter_bar, _Key.Key_V: actions.vary}
        self._shifted: dict[Qt.Key, QAction] = {_Key.Key_V: actions.vary_crop}
        self._always: dict[Qt.Key, QAction] = {
            _Key.Key_Delete: actions.trash,
            _Key.Key_Backspace: actions.trash,
            _Key.Key_F2: actions.note,
        }

    def hear(self, key: Qt.Key, action: QAction) -> None:
        """One more single key."""
        self._singles[key] = action

    def watch(self, widget: QWidget) -> None:
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self._press(event):
            return True
        return super().eventFilter(watched, event)

    def _press(self, event: QKeyEvent) -> bool:
        key, keys = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        shift = keys == Qt.KeyboardModifier.ShiftModifier
        if not keys and key in self._always:
            self._always[key].trigger()
            return True
        if not self.single_keys or (keys and not shift):
            return False
        marking = self._markings.get(key)
        if marking is not None:
            self.marked.emit(marking, shift or caps_lock(event))
            return True
        action = (self._shifted if shift else self._singles).get(key)
        if action is not None:
            action.trigger()
        return action is not None


def caps_lock(event: QKeyEvent) -> bool:
    """Whether it is on: then, as in Lightroom, a mark goes on to the next image."""
    return bool(event.nativeModifiers() & _CAPS.get(sys.platform, _CAPS_ELSEWHERE))
