"""Selecting tiles as one selects files: one, some, a range, or what a rubber band touches."""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
)

from imgvar_desktop.bridge.section_list import ranges

_Flag: Final = QItemSelectionModel.SelectionFlag


class TileSelection:
    """Changes a view's selection model. The anchor, where ranges start, follows its tile when rows come and go."""

    def __init__(self, selection: QItemSelectionModel) -> None:
        self._selection = selection
        self._anchor = QPersistentModelIndex()
        self._band_from: QPoint | None = None
        self._kept = QItemSelection()
        self._pressed: QModelIndex | None = None
        self.band = QRect()
        """The rubber band in content coordinates; null when there is none."""

    @property
    def banding(self) -> bool:
        return self._band_from is not None

    def click(self, index: QModelIndex, button: Qt.MouseButton, keys: Qt.KeyboardModifier) -> None:
        plain = not keys & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier)
        if plain and self._selection.isSelected(index):
            # The context menu is for all that is selected, and so is a drag; a click without one ends in ``release``.
            self._pressed = index if button == Qt.MouseButton.LeftButton else None
            return
        if keys & Qt.KeyboardModifier.ShiftModifier:
            self.extend_to(index)
        elif keys & Qt.KeyboardModifier.ControlModifier:
            self._anchor = QPersistentModelIndex(index)
            self._selection.setCurrentIndex(index, _Flag.Toggle)
        else:
            self.only(index)

    def release(self) -> None:
        """The mouse was let go on a tile that was selected already, and nothing was dragged: now it alone is."""
        if self._pressed is not None:
            self.only(self._pressed)
            self._pressed = None

    def dragged(self) -> None:
        """What is selected has been dragged away, and stays selected."""
        self._pressed = None

    def move_to(self, index: QModelIndex, keys: Qt.KeyboardModifier) -> None:
        """By an arrow key: alone, with Shift a range, with Control without selecting."""
        if not index.isValid():
            return
        if keys & Qt.KeyboardModifier.ShiftModifier:
            self.extend_to(index)
        elif keys & Qt.KeyboardModifier.ControlModifier:
            self._selection.setCurrentIndex(index, _Flag.NoUpdate)
        else:
            self.only(index)

    def only(self, index: QModelIndex) -> None:
        self._anchor = QPersistentModelIndex(index)
        self._selection.setCurrentIndex(index, _Flag.ClearAndSelect)

    def extend_to(self, index: QModelIndex) -> None:
        """All from the anchor to ``index``, in the gallery's order."""
        anchor = self._anchor.row() if self._anchor.isValid() else index.row()
        first, last = sorted((anchor, index.row()))
        model = index.model()
        self._selection.select(QItemSelection(model.index(first, 0), model.index(last, 0)), _Flag.ClearAndSelect)
        self._selection.setCurrentIndex(index, _Flag.NoUpdate)

    def start_band(self, at: QPoint, keys: Qt.KeyboardModifier) -> None:
        """From ``at`` (content coordinates); with Control or Shift what is selected stays."""
        adding = keys & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        self._kept = self._selection.selection() if adding else QItemSelection()
        if not adding:
            self._selection.clearSelection()
        self._band_from = at

    def drag_band(self, to: QPoint) -> QRect:
        """The rectangle it spans now; ``take_band`` then says which tiles are in it."""
        assert self._band_from is not None
        self.band = QRect(self._band_from, to).normalized()
        return self.band

    def take_band(self, rows: Iterable[int]) -> None:
        chosen = QItemSelection(self._kept)
        chosen.merge(self.of(rows), _Flag.Select)
        self._selection.select(chosen, _Flag.ClearAndSelect)

    def end_band(self) -> None:
        self._band_from = None
        self.band = QRect()

    def of(self, rows: Iterable[int]) -> QItemSelection:
        """``rows`` ascending."""
        model = self._selection.model()
        chosen = QItemSelection()
        for span in ranges(rows):
            chosen.append(QItemSelectionRange(model.index(span.start, 0), model.index(span.stop - 1, 0)))
        return chosen
