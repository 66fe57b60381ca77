"""Images beside one another: all seen at the same place and size, one of them with the focus."""

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPaintEvent, QPixmap, QWheelEvent
from PySide6.QtWidgets import QWidget

from imgvar_desktop.core.library import Entry
from imgvar_desktop.ui.camera import Camera
from imgvar_desktop.ui.compare_layout import rooms
from imgvar_desktop.ui.compare_painting import paint_compare

STEP: Final = 1.25
WIPE_STEP: Final = 0.02
MAX_GAIN: Final = 16


class Mode(Enum):
    BESIDE = auto()
    """Each in a room of its own."""
    WIPE = auto()
    """The second over the first, as far as the divider."""
    DIFFERENCE = auto()
    """How much they differ, in each channel of each pixel."""


@dataclass(frozen=True, slots=True)
class Pane:
    """An image that is compared; ``entry`` is None for the source's crop."""

    name: str
    entry: Entry | None
    size: QSizeF
    """In its own pixels."""
    pixmap: QPixmap
    """Its pixels, or what stands in for them until they are read."""
    complete: bool = False
    """Whether they are its own; a thumbnail may be as large."""

    @property
    def id(self) -> str:
        """The variation's; empty for the source's crop."""
        return "" if self.entry is None else self.entry.id


class CompareView(QWidget):
    """Two panes can be looked at in three modes; more of them only beside one another."""

    closed = Signal()
    focused = Signal()
    """Another pane has the focus."""
    stepped = Signal(object)
    """-1 or 1, an int: another challenger is wanted, in the place of the second pane."""
    promoted = Signal()
    """The challenger becomes the keeper."""
    rejected = Signal()
    """The challenger is rejected, and the next one wanted."""
    dropped = Signal(object)
    """The place, an int, of a pane that is to go from here, and from nowhere else."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Compare"))
        self.panes: tuple[Pane, ...] = ()
        self.focus_place = 0
        self.mode = Mode.BESIDE
        self.camera = Camera()
        self.own: dict[int, Camera] = {}
        """Panes that were moved on their own, with Shift."""
        self.wipe, self.wipe_upright = 0.5, True
        """Where the divider is, 0 to 1, and whether it stands or lies."""
        self.blinking = False
        self.gain = 1
        self.note = ""
        """What differs in how they were made."""
        self.surround: int | None = None
        self.survey = False
        """Whether panes go by X and there is no challenger."""
        self._dragged_from: QPointF | None = None
        self._wiping = False

    def show_panes(self, panes: tuple[Pane, ...], *, survey: bool, note: str = "") -> None:
        """The place and the zoom that were looked at stay."""
        if len(panes) != len(self.panes):
            self.own = {}
        self.panes, self.survey, self.note = panes, survey, note
        self.focus_place = min(self.focus_place, max(len(panes) - 1, 0))
        if panes and len(panes) != 2:
            self.mode = Mode.BESIDE
        self._tell()

    def show_image(self, entry_id: str, image: QImage) -> None:
        """The pixels of that image, wherever it stands by now; of none, where it is looked at no more."""
        pixmap, size = QPixmap.fromImage(image), QSizeF(image.size())
        self.panes = tuple(
            replace(pane, pixmap=pixmap, size=size, complete=True) if pane.id == entry_id else pane
            for pane in self.panes
        )
        self.update()

    def set_focus_place(self, place: int) -> None:
        if self.panes and place != self.focus_place:
            self.focus_place = place % len(self.panes)
            self._tell()
            self.focused.emit()

    @property
    def looked_at(self) -> tuple[Entry, ...]:
        """The variation with the focus: what a command is about, whatever a filter has the gallery show."""
        pane = self.panes[self.focus_place] if self.panes else None
        return () if pane is None or pane.entry is None else (pane.entry,)

    def set_mode(self, mode: Mode) -> None:
        self.mode = mode if len(self.panes) == 2 else Mode.BESIDE
        self.update()

    def fit(self) -> None:
        self.camera, self.own = Camera(), {}
        self.update()

    def rooms(self) -> tuple[QRectF, ...]:
        """Where each pane is, in widget pixels; all at the same place where one lies over the other."""
        count = len(self.panes) if self.mode is Mode.BESIDE and not self.blinking else 1
        found = rooms(QRectF(self.rect()), count)
        return found if count > 1 else found * max(len(self.panes), 1)

    def image_rect(self, place: int) -> QRectF:
        """Images of other sizes are shown as large as the first: the same part of each stands at the same place."""
        camera = self.own.get(place, self.camera)
        return camera.rect(self.rooms()[place], self.panes[0].size, self.devicePixelRatioF())

    @property
    def zoom(self) -> float:
        """Of the first image: its pixels to the screen's."""
        return self.camera.zoom_in(self.rooms()[0], self.panes[0].size, self.devicePixelRatioF())

    def zoom_to(self, zoom: float, at: QPointF | None = None) -> None:
        if not self.panes:
            return
        place = self._place_at(at) if at is not None else 0
        room = self.rooms()[place]
        at = at if at is not None else room.center()
        self.camera = self.camera.zoomed(zoom, at, room, self.panes[0].size, self.devicePixelRatioF())
        self.own = {}
        self.update()

    def _place_at(self, at: QPointF) -> int:
        found = (place for place, room in enumerate(self.rooms()) if room.contains(at))
        return next(found, 0)

    def _tell(self) -> None:
        if self.panes:
            self.setAccessibleDescription(f"{self.panes[self.focus_place].name}. {self.note}")
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        paint_compare(self)

    # By keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, keys = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key == Qt.Key.Key_Backtab and keys == Qt.KeyboardModifier.ShiftModifier:
            self.set_focus_place(self.focus_place - 1)
        elif keys or not (self._press_common(key) or (self._press_survey if self.survey else self._press_two)(key)):
            event.ignore()

    def _press_common(self, key: Qt.Key) -> bool:
        match key:
            case Qt.Key.Key_Escape:
                self.closed.emit()
            case Qt.Key.Key_Z:
                self.fit() if self.camera.zoom is not None else self.zoom_to(1.0)
            case Qt.Key.Key_Tab:
                self.set_focus_place(self.focus_place + 1)
            case Qt.Key.Key_F6:
                super().focusNextPrevChild(True)  # Qt's own, which Tab does not reach here
            case _:
                return False
        return True

    def _press_survey(self, key: Qt.Key) -> bool:
        match key:
            case Qt.Key.Key_Left | Qt.Key.Key_Up:
                self.set_focus_place(self.focus_place - 1)
            case Qt.Key.Key_Right | Qt.Key.Key_Down:
                self.set_focus_place(self.focus_place + 1)
            case Qt.Key.Key_X:
                self.dropped.emit(self.focus_place)
            case _:
                return False
        return True

    def _press_two(self, key: Qt.Key) -> bool:
        modes = {Qt.Key.Key_W: Mode.WIPE, Qt.Key.Key_D: Mode.DIFFERENCE}
        match key:
            case Qt.Key.Key_Left:
                self.stepped.emit(-1)
            case Qt.Key.Key_Right:
                self.stepped.emit(1)
            case Qt.Key.Key_Up:
                self.promoted.emit()
            case Qt.Key.Key_Down:
                self.rejected.emit()
            case Qt.Key.Key_W | Qt.Key.Key_D:
                self.set_mode(Mode.BESIDE if self.mode is modes[key] else modes[key])
            case Qt.Key.Key_M:
                self.set_mode(list(Mode)[(list(Mode).index(self.mode) + 1) % len(Mode)])
            case Qt.Key.Key_B:
                self.blinking = True
                self.update()
            case _:
                return self._press_finer(key)
        return True

    def _press_finer(self, key: Qt.Key) -> bool:
        """The divider of the wipe, and how much the difference is raised."""
        if self.mode is Mode.WIPE and key in {Qt.Key.Key_Comma, Qt.Key.Key_Period}:
            way = 1 if key == Qt.Key.Key_Period else -1
            self.wipe = min(max(self.wipe + way * WIPE_STEP, 0.0), 1.0)
        elif self.mode is Mode.WIPE and key == Qt.Key.Key_Slash:
            self.wipe_upright = not self.wipe_upright
        elif self.mode is Mode.DIFFERENCE and key in {Qt.Key.Key_Comma, Qt.Key.Key_Period}:
            self.gain = min(self.gain * 2, MAX_GAIN) if key == Qt.Key.Key_Period else max(self.gain // 2, 1)
        else:
            return False
        self.update()
        return True

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_B and not event.isAutoRepeat():
            self.blinking = False
            self.update()
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.blinking = False  # whoever has the keyboard now is told when the key is let go
        super().focusOutEvent(event)

    def focusNextPrevChild(self, _: bool) -> bool:
        """Tab is for the panes; F6 and the mouse lead out."""
        return False

    # By mouse

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.angleDelta().y() and self.panes:
            self.zoom_to(self.zoom * STEP ** (event.angleDelta().y() / 120), event.position())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self.panes:
            return
        if self.mode is Mode.BESIDE:
            self.set_focus_place(self._place_at(event.position()))
        self._wiping = self.mode is Mode.WIPE
        self._dragged_from = event.position()
        if self._wiping:
            self._wipe_to(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged_from is None or not self.panes:
            return
        if self._wiping:
            self._wipe_to(event.position())
            return
        gap, self._dragged_from = event.position() - self._dragged_from, event.position()
        place = self.focus_place
        camera = self.own.get(place, self.camera)
        moved = camera.panned(gap, self.rooms()[place], self.panes[0].size, self.devicePixelRatioF())
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:  # this one alone
            self.own[place] = moved
        else:
            self.camera, self.own = moved, {}
        self.update()

    def _wipe_to(self, at: QPointF) -> None:
        rect = self.image_rect(0)
        place = (at.x() - rect.x()) / rect.width() if self.wipe_upright else (at.y() - rect.y()) / rect.height()
        self.wipe = min(max(place, 0.0), 1.0)
        self.update()

    def mouseReleaseEvent(self, _: QMouseEvent) -> None:
        self._dragged_from = None
        self._wiping = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.fit() if self.camera.zoom is not None else self.zoom_to(1.0, event.position())
