"""Where one looks at an image and how closely: one such place for several images keeps them aligned."""

import math
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSizeF

MIN_ZOOM: Final = 0.05
MAX_ZOOM: Final = 16.0
LEAST_ZOOM: Final = 0.001
"""What fits a room that is hardly there: an image has a size all the same."""
SHARP_FROM: Final = 2.0
"""From here on pixels are shown as squares: who looks this closely wants to see them."""


@dataclass(frozen=True, slots=True)
class Camera:
    """``size`` below is always that of the image in its own pixels, ``room`` where it may be, in widget pixels."""

    zoom: float | None = None
    """Image pixels to physical screen pixels, so 1.0 is exact; None: as large as the room, at most exact."""
    across: float = 0.5
    down: float = 0.5
    """The place of the image, 0 to 1, that is in the middle of the room."""

    def zoom_in(self, room: QRectF, size: QSizeF, ratio: float) -> float:
        """``ratio``: physical pixels to one of the widget's."""
        if self.zoom is not None:
            return self.zoom
        fitting = min(room.width() * ratio / size.width(), room.height() * ratio / size.height(), 1.0)
        return max(fitting, LEAST_ZOOM)

    def rect(self, room: QRectF, size: QSizeF, ratio: float) -> QRectF:
        """Where the whole image is, in widget pixels, on whole physical ones so that 100 % is exact."""
        shown = size * (self.zoom_in(room, size, ratio) / ratio)
        across, down = self._inside(room, shown)
        # Halves always the same way: ``round`` would put them to the nearest even pixel, and rooms beside one another
        # would differ.
        left = math.floor((room.center().x() - across * shown.width()) * ratio + 0.5) / ratio
        top = math.floor((room.center().y() - down * shown.height()) * ratio + 0.5) / ratio
        return QRectF(QPointF(left, top), shown)

    def zoomed(self, zoom: float, at: QPointF, room: QRectF, size: QSizeF, ratio: float) -> "Camera":
        """``at`` (widget pixels) stays over the same place of the image."""
        before = self.rect(room, size, ratio)
        held = QPointF((at.x() - before.x()) / before.width(), (at.y() - before.y()) / before.height())
        zoom = min(max(zoom, MIN_ZOOM), MAX_ZOOM)
        shown = size * (zoom / ratio)
        moved = room.center() - at
        return Camera(zoom, held.x() + moved.x() / shown.width(), held.y() + moved.y() / shown.height()).settled(
            room, shown
        )

    def panned(self, gap: QPointF, room: QRectF, size: QSizeF, ratio: float) -> "Camera":
        """The image moved by ``gap`` widget pixels."""
        shown = size * (self.zoom_in(room, size, ratio) / ratio)
        moved = Camera(self.zoom, self.across - gap.x() / shown.width(), self.down - gap.y() / shown.height())
        return moved.settled(room, shown)

    def settled(self, room: QRectF, shown: QSizeF) -> "Camera":
        """No further out than there is something to see. ``shown``: the image's size in widget pixels."""
        return Camera(self.zoom, *self._inside(room, shown))

    def _inside(self, room: QRectF, shown: QSizeF) -> tuple[float, float]:
        """An image larger than the room covers it; a smaller one is in its middle."""
        half_x = min(room.width() / shown.width() / 2, 0.5)
        half_y = min(room.height() / shown.height() / 2, 0.5)
        return min(max(self.across, half_x), 1 - half_x), min(max(self.down, half_y), 1 - half_y)
