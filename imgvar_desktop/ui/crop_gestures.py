"""What a pressed mouse does to the crop: moving, resizing and turning it, and panning the view."""

import math
from enum import Enum, auto
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt

from imgvar_desktop.bridge.crop_model import CropModel
from imgvar_desktop.core.geometry import Handle
from imgvar_desktop.ui.crop_viewport import CropViewport

HANDLE_HIT_PX: Final = 24
TURN_FROM_PX: Final = 16
"""So far outside the square a drag turns the picture."""
SNAP_PX: Final = 6
STILL_PX: Final = 3
"""A hand that clicks moves up to so far: it must not shift the crop, nor snap it somewhere."""

_CURSORS: Final = {
    Handle.TOP_LEFT: Qt.CursorShape.SizeFDiagCursor,
    Handle.BOTTOM_RIGHT: Qt.CursorShape.SizeFDiagCursor,
    Handle.TOP_RIGHT: Qt.CursorShape.SizeBDiagCursor,
    Handle.BOTTOM_LEFT: Qt.CursorShape.SizeBDiagCursor,
    Handle.TOP: Qt.CursorShape.SizeVerCursor,
    Handle.BOTTOM: Qt.CursorShape.SizeVerCursor,
    Handle.LEFT: Qt.CursorShape.SizeHorCursor,
    Handle.RIGHT: Qt.CursorShape.SizeHorCursor,
}


class Drag(Enum):
    """What a pressed mouse does."""

    MOVE = auto()
    RESIZE = auto()
    TURN = auto()
    PAN = auto()


def handle_points(crop: QRectF) -> dict[Handle, QPointF]:
    """The middle of each handle of the square ``crop``."""
    half, middle = crop.width() / 2, crop.center()
    return {handle: middle + QPointF(handle.value[0] * half, handle.value[1] * half) for handle in Handle}


class CropGestures:
    """GUI thread; positions are widget pixels. The view asks what a press means and passes on how the mouse moves."""

    def __init__(self, model: CropModel) -> None:
        self._model = model
        self.drag: Drag | None = None
        self.pans = False
        """Whether a press pans: the space bar is held."""
        self._handle: Handle | None = None
        self._pressed_at = QPointF()
        self._angle_at_press = 0.0
        self._still = False

    @property
    def changes_crop(self) -> bool:
        """Whether what is dragged is the crop and not just the view of it."""
        return self.drag not in {None, Drag.PAN}

    def press(self, at: QPointF, crop: QRectF, *, pan: bool) -> None:
        self.drag = Drag.PAN if pan else self.drag_at(at, crop)
        self._handle = _handle_at(at, crop)
        self._pressed_at = at
        self._still = True
        if self.changes_crop:
            self._angle_at_press = self._model.framing.angle
            self._model.begin()

    def move(self, at: QPointF, viewport: CropViewport, keys: Qt.KeyboardModifier) -> CropViewport | None:
        """The viewport to go on with where the view was panned; else the model is changed."""
        gap = at - self._pressed_at
        self._still = self._still and gap.manhattanLength() <= STILL_PX
        if self._still:
            return None
        if self.drag is Drag.PAN:
            self._pressed_at = at
            return viewport.panned(gap)
        if self.drag is Drag.TURN:
            self._model.drag_angle(self._turned_to(at, viewport.square(self._model.framing.square).center()))
        else:
            self._move_or_resize(gap / viewport.scale, viewport.scale, keys)
        return None

    def release(self) -> None:
        if self.changes_crop:
            self._model.end()
        self.drag = None

    def abandon(self) -> None:
        """As if there had been no press."""
        self.drag = None
        self._model.abandon()

    def drag_at(self, at: QPointF, crop: QRectF) -> Drag | None:
        """What a press there would begin."""
        if self.pans:
            return Drag.PAN
        if _handle_at(at, crop) is not None:
            return Drag.RESIZE
        if crop.contains(at):
            return Drag.MOVE
        outside = TURN_FROM_PX
        return None if crop.adjusted(-outside, -outside, outside, outside).contains(at) else Drag.TURN

    def cursor_at(self, at: QPointF, crop: QRectF) -> Qt.CursorShape | None:
        """None: the ordinary one."""
        match self.drag_at(at, crop):
            case Drag.PAN:
                return Qt.CursorShape.OpenHandCursor
            case Drag.RESIZE:
                handle = _handle_at(at, crop)
                return None if handle is None else _CURSORS[handle]
            case Drag.MOVE:
                return Qt.CursorShape.SizeAllCursor
            case Drag.TURN:
                return Qt.CursorShape.CrossCursor
            case _:
                return None

    def _move_or_resize(self, gap: QPointF, scale: float, keys: Qt.KeyboardModifier) -> None:
        """``gap`` in source pixels."""
        dx, dy = round(gap.x()), round(gap.y())
        if self.drag is Drag.RESIZE and self._handle is not None:
            from_centre = bool(keys & Qt.KeyboardModifier.AltModifier)
            smallest = max(1, round(HANDLE_HIT_PX / scale))
            self._model.drag_handle(self._handle, dx, dy, min_side=smallest, from_centre=from_centre)
            return
        if keys & Qt.KeyboardModifier.ShiftModifier:  # along one axis
            dx, dy = (dx, 0) if abs(dx) >= abs(dy) else (0, dy)
        snaps = not keys & Qt.KeyboardModifier.ControlModifier
        self._model.drag_move(dx, dy, snap=round(SNAP_PX / scale) if snaps else 0)

    def _turned_to(self, at: QPointF, middle: QPointF) -> float:
        """As if the pointer had hold of the picture: how far it has gone round the square's middle, in degrees."""
        start, now = self._pressed_at - middle, at - middle
        turn = math.degrees(math.atan2(now.y(), now.x()) - math.atan2(start.y(), start.x()))
        return self._angle_at_press + (turn + 180) % 360 - 180


def _handle_at(at: QPointF, crop: QRectF) -> Handle | None:
    """The nearest handle that ``at`` hits; a corner before an edge."""
    hits = []
    for handle, point in handle_points(crop).items():
        gap = point - at
        if max(abs(gap.x()), abs(gap.y())) <= HANDLE_HIT_PX / 2:
            hits.append((0 if all(handle.value) else 1, gap.manhattanLength(), handle))
    return min(hits, key=lambda hit: hit[:2])[2] if hits else None
