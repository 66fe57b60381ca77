"""What the window asks the worker for about the library as a whole: check, size, move, and the end of the trash."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from imgvar_desktop.bridge import purging
from imgvar_desktop.bridge.async_thread import AsyncThread, Call
from imgvar_desktop.bridge.bringing import in_thread
from imgvar_desktop.bridge.long_call import LongCall, Stopped, Tell
from imgvar_desktop.bridge.purging import Purged
from imgvar_desktop.core.library import Entry, variation_name
from imgvar_desktop.core.library_check import LibraryReport, Storage
from imgvar_desktop.core.runs import VariationHeld
from imgvar_desktop.core.settings import Settings

if TYPE_CHECKING:  # At run time the first paint would wait for them.
    from imgvar_desktop.bridge.workshop import Copied, House
    from imgvar_desktop.core.ports import SettingsStore


@dataclass(frozen=True, slots=True)
class Tidied:
    """The library at a start."""

    read_only: bool
    """It may be looked at, and nothing in it changed."""
    purged: Purged = field(default_factory=Purged)


class LibraryDesk(QObject):
    """Lives in the GUI thread; each method returns at once."""

    no_trash = Signal(object)
    """A tuple of Entries, in the GUI thread: they should leave, but their disk has no trash to take them."""

    def __init__(
        self, thread: AsyncThread, house: "House", settings_store: "SettingsStore", parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._thread = thread
        self._house = house
        self._settings_store = settings_store

    def check(self) -> LongCall:
        """→ LibraryReport; no run may be under way. Fails with LibraryUnavailable."""
        return LongCall(self._thread, self._check, self)

    def storage(self) -> Call:
        """→ Storage; fails with LibraryUnavailable."""
        return Call(self._thread.submit(self._storage()), self)

    def copy_to(self, chosen: Path) -> LongCall:
        """Copies the library into a folder; no run may be under way. → Copied, or None when it was stopped.

        Once it is copied, nobody can work with the library until ``settle`` says which one it is from now on. Fails
        with LibraryUnavailable: nothing has changed then.
        """

        async def work(tell: Tell, stopped: Stopped) -> "Copied | None":
            return await self._house.copied_to(chosen, tell, stopped)

        return LongCall(self._thread, work, self)

    def settle(self, settings: Settings, *, begin: bool = False) -> Call:
        """Writes the settings down and works with the library that they name; with ``begin`` one is begun there.

        Fails with AppError: the library of before is the one.
        """
        return Call(self._thread.submit(self._settle(settings, begin=begin)), self)

    def find(self, chosen: Path) -> Call:
        """→ the folder of the library that a person means by ``chosen``; None when there is none."""
        return Call(self._thread.submit(in_thread(self._house.find, chosen)), self)

    def restore(self, backup: str) -> Call:
        """Goes back to a copy of the database, by its file's name. Fails with LibraryUnavailable."""
        return Call(self._thread.submit(self._restore(backup)), self)

    def leave(self, copied: "Copied", *, keep: bool) -> Call:
        """The old library, after a move: deleted, or left with a note."""
        return Call(self._thread.submit(in_thread(self._house.leave, copied, keep=keep)), self)

    def tidy(self) -> Call:
        """At a start: those that were deleted long ago leave. → Tidied; fails with LibraryUnavailable."""
        call = Call(self._thread.submit(self._tidy()), self)
        call.succeeded.connect(self._on_tidied)
        return call

    def empty_trash(self) -> Call:
        """Everything in the library's trash goes to the system's. → Purged; fails with LibraryUnavailable."""
        call = Call(self._thread.submit(self._empty_trash()), self)
        call.succeeded.connect(self._on_emptied)
        return call

    def purge(self, entries: Sequence[Entry], *, for_good: bool) -> Call:
        """→ Purged; ``for_good``: past every trash, which a person was asked about. Fails with LibraryUnavailable."""
        return Call(self._thread.submit(self._purge(tuple(entries), for_good=for_good)), self)

    def keep(self, held: VariationHeld) -> Call:
        """→ the Entry of an image that could not be kept before; fails with LibraryUnavailable."""
        return Call(self._thread.submit(self._keep(held)), self)

    def put_aside(self, held: Sequence[VariationHeld], folder: Path) -> Call:
        """Saves them outside the library. → their paths; fails with ExportRefused."""
        return Call(self._thread.submit(self._put_aside(tuple(held), folder)), self)

    @Slot(object)
    def _on_tidied(self, tidied: Tidied) -> None:
        self._on_emptied(tidied.purged)

    @Slot(object)
    def _on_emptied(self, purged: Purged) -> None:
        if purged.refused:
            self.no_trash.emit(purged.refused)

    async def _keep(self, held: VariationHeld) -> Entry:
        return await (await self._house.get()).generation.keep(held)

    async def _put_aside(self, held: tuple[VariationHeld, ...], folder: Path) -> tuple[Path, ...]:
        images = [(variation_name(h.run.request.source.name, h.run.number, h.image.index), h.image) for h in held]
        return await in_thread((await self._house.get()).care.put_aside, images, folder)

    async def _check(self, tell: Tell, stopped: Stopped) -> LibraryReport:
        shop = await self._house.get()
        return await in_thread(shop.care.check, tell, stopped)

    async def _storage(self) -> Storage:
        shop = await self._house.get()
        return await in_thread(shop.care.storage)

    async def _settle(self, settings: Settings, *, begin: bool) -> None:
        await self._house.settle(settings, self._settings_store.save, begin=begin)

    async def _restore(self, backup: str) -> None:
        await self._house.restore(backup)

    async def _tidy(self) -> Tidied:
        shop = await self._house.get()
        if shop.library.read_only:
            return Tidied(read_only=True)
        return Tidied(read_only=False, purged=await in_thread(purging.purge_expired, shop))

    async def _empty_trash(self) -> Purged:
        shop = await self._house.get()
        return await in_thread(purging.purged, shop, await in_thread(purging.in_trash, shop))

    async def _purge(self, entries: tuple[Entry, ...], *, for_good: bool) -> Purged:
        return await in_thread(purging.purged, await self._house.get(), entries, for_good=for_good)
