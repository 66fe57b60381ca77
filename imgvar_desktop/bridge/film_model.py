"""Several pictures at once: which there are, which of them Generate takes, and which one is in the well."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QImage

from imgvar_desktop.bridge.bringing import LoadedPicture
from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.framing import Framing
from imgvar_desktop.core.request import Source

_Index = QModelIndex | QPersistentModelIndex


class FilmRole(IntEnum):
    FRAME = int(Qt.ItemDataRole.UserRole) + 1
    """A FilmFrame."""


@dataclass(frozen=True, slots=True)
class FilmFrame:
    """A picture of the strip; without ``source`` it is on its way, or ``refusal`` says why it is not coming."""

    ticked: bool = True
    source: Source | None = None
    framing: Framing | None = None
    """What it would start with: its last one, or its largest square."""
    preview: QImage | None = None
    refusal: str = ""


class FilmModel(QAbstractListModel):
    """Lives in the GUI thread. Empty while there is one picture only."""

    changed = Signal()
    """Pictures came or went, or other ones are ticked."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._frames: list[FilmFrame] = []
        self._current = -1

    @property
    def current(self) -> int:
        """The place of the picture in the well; -1 when the strip is empty."""
        return self._current

    @property
    def frames(self) -> Sequence[FilmFrame]:
        return self._frames

    @property
    def ticked(self) -> tuple[FilmFrame, ...]:
        """Those that Generate takes: ticked, and there."""
        return tuple(frame for frame in self._frames if frame.ticked and frame.source is not None)

    def start(self, count: int) -> None:
        """``count`` pictures are on their way, the first of them to the well; 0 empties the strip."""
        self.beginResetModel()
        self._frames = [FilmFrame() for _ in range(count)]
        self._current = 0 if count else -1
        self.endResetModel()
        self.changed.emit()

    def arrive(self, place: int, picture: LoadedPicture) -> None:
        self._put(
            place,
            replace(self._frames[place], source=picture.source, framing=picture.framing, preview=picture.preview),
        )

    def refuse(self, place: int, error: AppError) -> None:
        self._put(place, replace(self._frames[place], ticked=False, refusal=f"{error} {error.hint}".strip()))

    def choose(self, place: int) -> None:
        """The picture at ``place`` is in the well now."""
        old, self._current = self._current, place
        for row in (old, place):
            self.dataChanged.emit(self.index(row), self.index(row))

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._frames)

    def data(self, index: _Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        if not index.isValid():
            return None
        frame = self._frames[index.row()]
        match role:
            case FilmRole.FRAME:
                return frame
            case Qt.ItemDataRole.CheckStateRole:
                return Qt.CheckState.Checked if frame.ticked else Qt.CheckState.Unchecked
            case Qt.ItemDataRole.AccessibleTextRole | Qt.ItemDataRole.ToolTipRole:
                return self._said(frame)
        return None

    def setData(self, index: _Index, value: object, role: int = int(Qt.ItemDataRole.EditRole)) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or self._frames[index.row()].refusal:
            return False
        ticked = Qt.CheckState(value) == Qt.CheckState.Checked
        self._put(index.row(), replace(self._frames[index.row()], ticked=ticked))
        return True

    def flags(self, index: _Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.isValid() else flags

    def _put(self, place: int, frame: FilmFrame) -> None:
        self._frames[place] = frame
        index = self.index(place)
        self.dataChanged.emit(index, index)
        self.changed.emit()

    def _said(self, frame: FilmFrame) -> str:
        if frame.refusal:
            return frame.refusal
        return frame.source.name if frame.source is not None else self.tr("On its way")
