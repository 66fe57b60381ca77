"""A service check under way: what it finds, told one by one."""

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from imgvar_desktop.bridge.async_thread import AsyncThread, Call
from imgvar_desktop.bridge.post import post
from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.services import Endpoint, ServiceProfile

if TYPE_CHECKING:  # At run time the first paint would wait for them.
    from imgvar_desktop.bridge.workshop import Workshop
    from imgvar_desktop.core.service_check import CheckPart


class Checking(QObject):
    """Lives in the GUI thread, as long as its parent or until it is over; ``_work`` runs in the worker."""

    told = Signal(object)
    """A CheckPart, the last of them Learned."""
    refused = Signal(object)
    """An AppError: the check could not begin, for want of a key, say. Nothing else comes."""

    def __init__(
        self,
        thread: AsyncThread,
        workshop: "Callable[[], Awaitable[Workshop]]",
        profile: ServiceProfile,
        parent: QObject,
        *,
        key: str,
        make_images: bool,
    ) -> None:
        """``key``: one that was typed and not stored; empty: the stored one, where the service needs one."""
        super().__init__(parent)
        self._cancelled = False
        self._post = post()
        work = self._work(workshop, profile, key, make_images=make_images)
        self._call = Call(thread.submit(work), self)
        self._call.failed.connect(self._on_failed)

    def cancel(self) -> None:
        """Nothing is told any more, and nothing more is sent."""
        self._cancelled = True
        self._call.cancel()
        self.deleteLater()

    async def _work(
        self, workshop: "Callable[[], Awaitable[Workshop]]", profile: ServiceProfile, key: str, *, make_images: bool
    ) -> None:
        shop = await workshop()
        endpoint = Endpoint(profile.base_url, key) if key else await shop.endpoints.endpoint(profile)
        async with aclosing(shop.checker.check(profile, endpoint, make_images=make_images)) as parts:
            async for part in parts:
                self._post.give(self, partial(self._relay, part))

    def _relay(self, part: "CheckPart") -> None:
        if not self._cancelled:
            self.told.emit(part)

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        if not self._cancelled:
            self.refused.emit(error)
