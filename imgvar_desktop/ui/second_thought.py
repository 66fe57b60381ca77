"""A paid run that one key started waits a moment, so that a slip of the finger costs nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, QTimer, Slot

from imgvar_desktop.bridge.run_queue import RunQueue
from imgvar_desktop.core.estimate import cost_of
from imgvar_desktop.core.request import VariationRequest
from imgvar_desktop.core.services import ServiceProfile
from imgvar_desktop.ui.generate_panel import Offer, offer_text
from imgvar_desktop.ui.toast import Toast

WAIT_MS: Final = 2000


@dataclass(frozen=True, slots=True)
class _Waiting:
    """What the toast's Undo takes back."""

    requests: tuple[VariationRequest, ...]
    profile: ServiceProfile


class SecondThought(QObject):
    """GUI thread. One wish at a time waits; the next one sends it off."""

    def __init__(self, queue: RunQueue, toast: Toast, parent: QObject) -> None:
        super().__init__(parent)
        self._queue = queue
        self._toast = toast
        self._waiting: _Waiting | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WAIT_MS)
        self._timer.timeout.connect(self._submit)
        toast.answered.connect(self._on_answered)

    @property
    def waits(self) -> bool:
        return self._waiting is not None

    def submit(self, requests: Sequence[VariationRequest], profile: ServiceProfile) -> None:
        """At once where nothing can cost money, else after WAIT_MS and unless it is undone."""
        self._submit()
        self._waiting = waiting = _Waiting(tuple(requests), profile)
        if profile.free:
            self._submit()
            return
        count, usd = sum(request.count for request in requests), cost_of(profile, requests)
        self._toast.offer(offer_text(Offer(count, usd)), self.tr("Undo"), waiting)
        self._timer.start()

    @Slot()
    def forget(self) -> None:
        """What still waits is never sent: the window closes, and nobody could take it back."""
        self._waiting = None
        self._timer.stop()

    @Slot()
    def _submit(self) -> None:
        waiting, self._waiting = self._waiting, None
        self._timer.stop()
        if waiting is not None:
            self._toast.withdraw(waiting)
            for request in waiting.requests:
                self._queue.submit(request, waiting.profile)

    @Slot(object)
    def _on_answered(self, token: object) -> None:
        if token is self._waiting and token is not None:
            self._waiting = None
            self._timer.stop()
            self._toast.say(self.tr("Nothing was sent"))
