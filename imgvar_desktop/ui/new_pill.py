"""“4 new ↓”: results that came where the person does not look. Nothing moves until it is pressed."""

from collections.abc import Callable

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPushButton, QWidget

MARGIN_PX = 12

Span = tuple[int, int]
"""Top and bottom."""


class NewPill(QPushButton):
    """Lies over the gallery's lower or upper edge; takes no focus, as what it is about stole none."""

    wanted = Signal(object)
    """The key of the tile that is to be shown: the nearest of the new ones."""

    def __init__(self, over: QWidget, span_of: Callable[[str], Span | None]) -> None:
        """``span_of``: where the tile with that key is on ``over``; None when it is not shown any more."""
        super().__init__(over)
        self.setProperty("role", "pill")
        self.setFocusPolicy(self.focusPolicy().NoFocus)
        self._over = over
        self._span_of = span_of
        self._keys: list[str] = []
        self.clicked.connect(self._on_clicked)
        self.hide()

    @property
    def count(self) -> int:
        return len(self._keys)

    def add(self, key: str) -> None:
        self._keys.append(key)
        self.look_again()

    def look_again(self) -> None:
        """After a scroll or a change: what has been seen is not new any more."""
        if not self._keys:
            return
        height = self._over.height()
        spans = {key: span for key in self._keys if (span := self._span_of(key)) is not None}
        self._keys = [key for key, (top, bottom) in spans.items() if bottom <= 0 or top >= height]
        self.setVisible(bool(self._keys))
        if not self._keys:
            return
        above = [key for key in self._keys if spans[key][1] <= 0]
        down = len(above) < len(self._keys)
        text = self.tr("{0} new ↓") if down else self.tr("{0} new ↑")
        self.setText(text.format(len(self._keys)))
        self.setAccessibleName(self.tr("Show {0} new variations").format(len(self._keys)))
        self.adjustSize()
        y = height - self.height() - MARGIN_PX if down else MARGIN_PX
        self.move((self._over.width() - self.width()) // 2, y)
        self.raise_()

    @Slot()
    def _on_clicked(self) -> None:
        height = self._over.height()
        spans = [(span, key) for key in self._keys if (span := self._span_of(key)) is not None]
        below = sorted((span, key) for span, key in spans if span[0] >= height)
        above = sorted((span, key) for span, key in spans if span[1] <= 0)
        if below or above:
            self.wanted.emit(below[0][1] if below else above[-1][1])
