"""The framing of the picture in the well, with its undo: what every view of the crop shows and changes."""

from dataclasses import dataclass, field, replace

from PySide6.QtCore import QObject, Signal

from imgvar_desktop.core import framing as rules
from imgvar_desktop.core.framing import Fit, Framing
from imgvar_desktop.core.geometry import Handle, Square


@dataclass(slots=True)
class _History:
    """Of one picture, as long as the program runs."""

    now: Framing
    before: list[Framing] = field(default_factory=list)
    after: list[Framing] = field(default_factory=list)


class CropModel(QObject):
    """Lives in the GUI thread. All positions are pixels of the turned picture (see core/framing.py).

    A drag is one step of undo: between ``begin`` and ``end`` only the last framing counts. Any other change is a step
    of its own, and ends a drag that is under way: what is dragged after that does nothing until the next ``begin``.
    """

    changed = Signal()
    """The framing, or what can be undone, is another one."""
    picture_changed = Signal()
    """Another picture is framed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._width = self._height = 1
        self._histories: dict[str, _History] = {}
        self._history = _History(Framing(Square(0, 0, 1)))
        self._at_begin: Framing | None = None
        self._straightened: tuple[Framing, Framing] | None = None
        """Before the first of the last angles in a row, and after the last one."""

    @property
    def framing(self) -> Framing:
        return self._history.now

    @property
    def upright_size(self) -> tuple[int, int]:
        return self._width, self._height

    @property
    def turned_size(self) -> tuple[int, int]:
        return rules.turned_size(self.framing, width=self._width, height=self._height)

    @property
    def can_undo(self) -> bool:
        return bool(self._history.before)

    @property
    def can_redo(self) -> bool:
        return bool(self._history.after)

    def set_picture(self, key: str, *, width: int, height: int, framing: Framing) -> None:
        """Another picture; one that was framed before in this launch comes back as it was, with its undo."""
        self.end()  # a drag of the picture so far stays a step of that one
        self._width, self._height = width, height
        self._straightened = None
        self._history = self._histories.setdefault(key, _History(framing))
        self.picture_changed.emit()
        self.changed.emit()

    def framing_of(self, key: str) -> Framing | None:
        """Of a picture that was framed in this launch."""
        history = self._histories.get(key)
        return history.now if history is not None else None

    # Drags

    def begin(self) -> None:
        self.end()
        self._at_begin = self.framing

    def end(self) -> None:
        """The drag is over: one step, if it changed anything."""
        start, self._at_begin = self._at_begin, None
        if start is not None and start != self.framing:
            self._history.before.append(start)
            self._history.after.clear()
            self.changed.emit()

    def abandon(self) -> None:
        """The drag was taken back: as it was before it."""
        start, self._at_begin = self._at_begin, None
        if start is not None:
            self._show(start)

    def drag_move(self, dx: int, dy: int, *, snap: int = 0) -> None:
        """From where the drag began; to an edge, the middle or a third that is at most ``snap`` pixels away."""
        if self._at_begin is not None:
            there = rules.moved_by(self._at_begin, dx, dy, width=self._width, height=self._height)
            self._show(rules.snapped(there, snap, width=self._width, height=self._height) if snap else there)

    def drag_handle(self, handle: Handle, dx: int, dy: int, *, min_side: int, from_centre: bool) -> None:
        """From where the drag began."""
        if self._at_begin is not None:
            size = {"width": self._width, "height": self._height}
            self._show(
                rules.resized_by(self._at_begin, handle, dx, dy, min_side=min_side, from_centre=from_centre, **size)
            )

    def drag_angle(self, angle: float) -> None:
        """Straightened to ``angle`` degrees."""
        if self._at_begin is not None:
            self._straighten(angle)

    # Single steps

    def put(self, framing: Framing) -> None:
        """``framing`` as one step, made right for the picture."""
        self.begin()
        self._show(rules.kept_inside(framing, width=self._width, height=self._height))
        self.end()

    def move(self, dx: int, dy: int) -> None:
        self.put(rules.moved_by(self.framing, dx, dy, width=self._width, height=self._height))

    def grow(self, pixels: int) -> None:
        """From the top left corner; negative shrinks."""
        corner = Handle.BOTTOM_RIGHT
        self.put(rules.resized_by(self.framing, corner, pixels, pixels, width=self._width, height=self._height))

    def put_square(self, square: Square) -> None:
        """By numbers; what is not possible becomes the nearest that is, the left top corner kept if it can be."""
        most = rules.largest_side(self.framing, width=self._width, height=self._height)
        self.put(replace(self.framing, square=Square(square.x, square.y, min(square.side, most))))

    def turn(self, *, clockwise: bool) -> None:
        self.put(rules.quarter_turned(self.framing, width=self._width, height=self._height, clockwise=clockwise))

    def mirror(self, *, upside_down: bool = False) -> None:
        self.put(rules.mirrored(self.framing, width=self._width, height=self._height, upside_down=upside_down))

    def straighten(self, angle: float) -> None:
        self.begin()
        self._straighten(angle)
        self.end()

    def set_fit(self, fit: Fit) -> None:
        self.put(rules.refitted(self.framing, fit, width=self._width, height=self._height))

    def reset(self) -> None:
        """The largest centred square of the picture as it came."""
        self.put(rules.first_framing(width=self._width, height=self._height))

    def undo(self) -> None:
        """The last step; of a drag under way, that drag."""
        if self._at_begin is not None:
            self.abandon()
        elif self.can_undo:
            self._history.after.append(self.framing)
            self._show(self._history.before.pop())

    def redo(self) -> None:
        if self.can_redo and self._at_begin is None:
            self._history.before.append(self.framing)
            self._show(self._history.after.pop())

    def _straighten(self, angle: float) -> None:
        """From the framing before the first of several angles in a row, so that the square grows back to that one."""
        start = self.framing
        if self._straightened is not None and self._straightened[1] == start:
            start = self._straightened[0]
        made = rules.straightened(start, angle, width=self._width, height=self._height)
        self._straightened = (start, made)
        self._show(made)

    def _show(self, framing: Framing) -> None:
        if framing != self._history.now:
            self._history.now = framing
            self.changed.emit()
