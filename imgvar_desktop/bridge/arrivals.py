"""Several pictures on their way in, one after the other, each told as soon as it is there."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from imgvar_desktop.bridge import bringing
from imgvar_desktop.bridge.async_thread import AsyncThread, Call
from imgvar_desktop.bridge.bringing import LoadedPicture
from imgvar_desktop.bridge.dropped import Dropped
from imgvar_desktop.bridge.post import post
from imgvar_desktop.core.errors import AppError

if TYPE_CHECKING:  # At run time the first paint would wait for it.
    from imgvar_desktop.bridge.workshop import Workshop


class Arrivals(QObject):
    """Lives in the GUI thread, as long as its parent or until it is over; ``_work`` runs in the worker."""

    arrived = Signal(int, object)
    """The place in what was asked for, from 0, and the LoadedPicture, its preview as small as a film strip's."""
    refused = Signal(int, object)
    """The place and the AppError; the others come all the same."""
    over = Signal()
    """All have been told. Does not come after ``cancel``."""

    def __init__(
        self,
        thread: AsyncThread,
        workshop: "Callable[[], Awaitable[Workshop]]",
        dropped: Sequence[Dropped],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._post = post()
        self._cancelled = False
        self._call = Call(thread.submit(self._work(workshop, tuple(dropped))), self)
        self._call.succeeded.connect(self._on_over)
        self._call.failed.connect(self._on_over)

    def cancel(self) -> None:
        """None is told any more, also of those that are there."""
        self._cancelled = True
        self._call.cancel()
        self.deleteLater()

    async def _work(self, workshop: "Callable[[], Awaitable[Workshop]]", dropped: tuple[Dropped, ...]) -> None:
        for place, one in enumerate(dropped):
            outcome: LoadedPicture | AppError
            try:
                picture = await bringing.brought(await workshop(), one)
                outcome = await bringing.in_thread(bringing.for_strip, picture)
            except AppError as error:
                outcome = error
            self._post.give(self, partial(self._relay, place, outcome))

    def _relay(self, place: int, outcome: LoadedPicture | AppError) -> None:
        if self._cancelled:
            return
        if isinstance(outcome, AppError):
            self.refused.emit(place, outcome)
        else:
            self.arrived.emit(place, outcome)

    @Slot()
    def _on_over(self) -> None:
        if not self._cancelled:
            self.over.emit()
            self.deleteLater()
