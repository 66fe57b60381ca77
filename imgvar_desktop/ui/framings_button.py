"""Crop bracketing as one button: which framings of the picture a run makes variations of."""

from typing import Final

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

from imgvar_desktop.bridge import resources
from imgvar_desktop.core.bracket import Bracket

_CONTEXT: Final = "framings"


def framing_text(name: str) -> str:
    """What a framing is called on screen; ``name`` is a Bracket's value."""
    texts = {
        Bracket.AS_FRAMED: QCoreApplication.translate(_CONTEXT, "As framed"),
        Bracket.WIDE: QCoreApplication.translate(_CONTEXT, "Wide"),
        Bracket.TIGHT: QCoreApplication.translate(_CONTEXT, "Tight"),
        Bracket.LEFT: QCoreApplication.translate(_CONTEXT, "Left"),
        Bracket.RIGHT: QCoreApplication.translate(_CONTEXT, "Right"),
        Bracket.UP: QCoreApplication.translate(_CONTEXT, "Up"),
        Bracket.DOWN: QCoreApplication.translate(_CONTEXT, "Down"),
        Bracket.FLIPPED: QCoreApplication.translate(_CONTEXT, "Flipped"),
    }
    known = name in set(Bracket)
    return texts[Bracket(name)] if known else name


class FramingsButton(QToolButton):
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("framings")
        self.setIcon(resources.icon("frames"))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Framings"))
        self.setToolTip(self.tr("One press makes variations of each framing; the count is spread over them"))
        menu = _StayingMenu(self)
        self._actions = {}
        for way in Bracket:
            action = menu.addAction(framing_text(way.value))
            action.setCheckable(True)
            action.toggled.connect(self._on_toggled)
            self._actions[way] = action
        self.setMenu(menu)
        self._filling = False
        self.fill((Bracket.AS_FRAMED,))

    @property
    def ways(self) -> tuple[Bracket, ...]:
        """At least one."""
        return tuple(way for way, action in self._actions.items() if action.isChecked()) or (Bracket.AS_FRAMED,)

    def fill(self, ways: tuple[Bracket, ...]) -> None:
        """Shows ``ways``; ``changed`` stays silent."""
        self._filling = True
        for way, action in self._actions.items():
            action.setChecked(way in ways)
        self._filling = False
        self._show()

    def _show(self) -> None:
        names = [framing_text(way.value) for way in self.ways]
        rest = f" +{len(names) - 2}" if len(names) > 2 else ""
        self.setText(", ".join(names[:2]) + rest)
        self.setAccessibleDescription(", ".join(names))

    @Slot()
    def _on_toggled(self) -> None:
        if not self._filling:
            self._show()
            self.changed.emit()


class _StayingMenu(QMenu):
    """Stays open while several are ticked, as one does."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        action = self.actionAt(event.position().toPoint())
        if action in self.actions():
            action.toggle()
        else:
            super().mouseReleaseEvent(event)
