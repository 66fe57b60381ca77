"""What the window asks the worker for, besides runs: pictures, the library's contents, saving, keys, settings."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage, QImageReader

from imgvar_desktop.bridge import bringing, exporting, handing_out, outgoing
from imgvar_desktop.bridge.arrivals import Arrivals
from imgvar_desktop.bridge.async_thread import AsyncThread, Call
from imgvar_desktop.bridge.bringing import LoadedPicture, in_thread
from imgvar_desktop.bridge.checking import Checking
from imgvar_desktop.bridge.dropped import Dropped
from imgvar_desktop.bridge.exporting import Export, ExportOrder, Wish
from imgvar_desktop.core.arrangement import Arrangement, Lens, arranged
from imgvar_desktop.core.errors import LibraryUnavailable
from imgvar_desktop.core.library import Entry, Marks, RunRecord
from imgvar_desktop.core.request import VariationRequest
from imgvar_desktop.core.services import Endpoint, ServiceProfile
from imgvar_desktop.core.settings import Settings
from imgvar_desktop.core.shelf import Shelf

if TYPE_CHECKING:  # At run time the first paint would wait for them.
    import asyncio

    from imgvar_desktop.bridge.workshop import Workshop
    from imgvar_desktop.core.ports import LibraryStore, SettingsStore


@dataclass(frozen=True, slots=True)
class LibraryContents:
    """Handed over: nobody in the worker keeps any of it."""

    shelf: Shelf
    arrangement: Arrangement
    """As ``lens`` shows it."""
    lens: Lens
    """The one that was asked for, and what its words found."""
    interrupted: tuple[RunRecord, ...]
    """Those that the last start of the program left unfinished."""


class Office(QObject):
    """Lives in the GUI thread; each method returns at once with a Call."""

    def __init__(
        self,
        thread: AsyncThread,
        workshop: "Callable[[], Awaitable[Workshop]]",
        settings_store: "SettingsStore",
        parent: QObject | None = None,
        *,
        library: "Callable[[], Awaitable[LibraryStore]] | None" = None,
    ) -> None:
        """``library``: the workshop's, before the workshop is put together around it."""
        super().__init__(parent)
        self._thread = thread
        self._workshop = workshop
        self._library = library or self._library_of_workshop
        self._settings_store = settings_store

    def open(self, dropped: Dropped) -> Call:
        """→ LoadedPicture; fails with PictureRefused or LibraryUnavailable."""
        return self._call(self._open(dropped))

    def open_many(self, dropped: Sequence[Dropped]) -> Arrivals:
        """One after the other. For the strip: their previews are small, and ``open_kept`` brings a full one."""
        return Arrivals(self._thread, self._workshop, dropped, self)

    def expand(self, dropped: Sequence[Dropped]) -> Call:
        """→ the same as a tuple, each folder replaced by its pictures"""
        return self._call(in_thread(bringing.expanded, tuple(dropped)))

    def open_kept(self, key: str, name: str) -> Call:
        """Of a source that the library keeps, whether a run used it or not. → LoadedPicture, or None when it is gone"""
        return self._call(self._open_kept(key, name))

    def prepare(self, request: VariationRequest, profile: ServiceProfile) -> Call:
        """Just what a run of ``request`` would send. → Outgoing; fails with PictureRefused or LibraryUnavailable."""
        return self._call(self._prepare(request, profile))

    def load_library(self, lens: Lens) -> Call:
        """→ LibraryContents"""
        return self._call(self._load_library(lens))

    def mark(self, marks: Mapping[str, Marks]) -> Call:
        """What is thought of variations, by Entry.id. Fails with LibraryUnavailable, and then nothing is kept."""
        return self._call(self._write(lambda library: library.mark(marks)))

    def trash(self, moments: Mapping[str, datetime | None]) -> Call:
        """Variations, by Entry.id, into the trash at a moment, or with None back. Fails with LibraryUnavailable."""
        return self._call(self._write(lambda library: _trash(library, moments)))

    def search(self, text: str) -> Call:
        """→ a frozenset of Entry.ids"""
        return self._call(self._search(text))

    def source_thumbnail(self, key: str) -> Call:
        """→ the file of a kept source's thumbnail, made if need be; fails with PictureRefused or LibraryUnavailable."""
        return self._call(self._in_shop(lambda shop: _source_thumbnail(shop, key)))

    async def written(self) -> None:
        """Returns when all that was to be written down so far is. In the worker."""
        async with self._turn:
            pass

    def load_image(self, file: Path) -> Call:
        """→ QImage in full size; fails with LibraryUnavailable."""
        return self._call(in_thread(_read_image, file))

    def plan_export(self, order: ExportOrder) -> Call:
        """→ ExportPlan; fails with LibraryUnavailable."""
        return self._call(self._in_shop(lambda shop: exporting.planned(shop, order)))

    def export(self, order: ExportOrder) -> Export:
        return Export(self._thread, self._workshop, order, self)

    def hand_out(self, wishes: Sequence[Wish], template: str) -> Call:
        """Copies for other programs. → HandOut; fails with ExportRefused or LibraryUnavailable."""
        return self._call(self._in_shop(lambda shop: handing_out.handed_out(shop, wishes, template)))

    def sheets(self) -> Call:
        """→ a tuple of SheetRecords, newest first"""
        return self._call(self._in_shop(lambda shop: shop.sheets.all()))

    def save_as(self, entry: Entry, target: Path) -> Call:
        """→ the path that was written; fails with ExportRefused."""
        return self._call(self._save_as(entry, target))

    def save_settings(self, settings: Settings) -> Call:
        return self._call(in_thread(self._settings_store.save, settings))

    def key_of(self, service_id: str) -> Call:
        """→ str or None; fails with SecretStoreUnavailable."""
        return self._call(self._in_shop(lambda shop: shop.secrets.get(service_id)))

    def keep_key(self, service_id: str, secret: str) -> Call:
        """→ where it is kept"""
        return self._call(self._in_shop(lambda shop: shop.secrets.set(service_id, secret)))

    def forget_key(self, service_id: str) -> Call:
        return self._call(self._in_shop(lambda shop: shop.secrets.forget(service_id)))

    def models(self, profile: ServiceProfile) -> Call:
        """→ the names of the models that the service lists; fails with ServiceError."""
        return self._call(self._models(profile))

    def check(self, profile: ServiceProfile, parent: QObject, *, key: str, make_images: bool) -> Checking:
        """Finds out what a service can do. ``key``: as in Checking. ``parent``: who waits for it."""
        return Checking(self._thread, self._workshop, profile, parent, key=key, make_images=make_images)

    def share(self, port: int, *, new_key: bool = False) -> Call:
        """Serves other programs on this computer. → Endpoint; fails with ServerFailed or SecretStoreUnavailable."""
        return self._call(self._share(port, new_key=new_key))

    def shared(self) -> Call:
        """→ the Endpoint where other programs are served now, or None"""
        return self._call(self._shared())

    def stop_sharing(self) -> Call:
        """→ None"""
        return self._call(self._stop_sharing())

    def warm_up(self, profile: ServiceProfile) -> Call:
        """Starts the on-device service early, so that the first run need not wait for it. → Endpoint"""
        return self._call(self._warm_up(profile))

    def _call(self, work: Coroutine[Any, Any, Any]) -> Call:
        return Call(self._thread.submit(work), self)

    async def _open(self, dropped: Dropped) -> LoadedPicture:
        return await bringing.brought(await self._workshop(), dropped)

    async def _open_kept(self, key: str, name: str) -> LoadedPicture | None:
        return await bringing.brought_again(await self._workshop(), key, name)

    async def _prepare(self, request: VariationRequest, profile: ServiceProfile) -> outgoing.Outgoing:
        return await outgoing.prepared(await self._workshop(), request, profile)

    async def _load_library(self, lens: Lens) -> LibraryContents:
        library = await self._library()
        interrupted = await in_thread(library.interrupted)
        if interrupted:
            await in_thread((await self._workshop()).care.take_in, interrupted)
        runs = await in_thread(library.runs)
        open_before = {run.id for run in interrupted}
        interrupted = tuple(run for run in runs if run.id in open_before)
        entries = await in_thread(library.entries)
        shelf = await in_thread(Shelf, runs, entries)
        if lens.filter.text:
            found = await in_thread(library.search, lens.filter.text)
            lens = replace(lens, filter=replace(lens.filter, found=found))
        return LibraryContents(shelf, await in_thread(arranged, shelf, lens), lens, interrupted)

    async def _library_of_workshop(self) -> "LibraryStore":
        return (await self._workshop()).library

    async def _write(self, work: "Callable[[LibraryStore], None]") -> None:
        # In the order in which they were asked for: a mark and its undoing must not overtake each other in threads.
        async with self._turn:
            shop = await self._workshop()
            await in_thread(work, shop.library)

    async def _search(self, text: str) -> frozenset[str]:
        shop = await self._workshop()
        return await in_thread(shop.library.search, text)

    @cached_property
    def _turn(self) -> "asyncio.Lock":
        """Used in the worker alone."""
        from asyncio import Lock

        return Lock()

    async def _save_as(self, entry: Entry, target: Path) -> Path:
        shop = await self._workshop()
        return await in_thread(exporting.saved_as, shop, entry, target)

    async def _in_shop(self, work: "Callable[[Workshop], object]") -> object:
        shop = await self._workshop()
        return await in_thread(work, shop)

    async def _models(self, profile: ServiceProfile) -> tuple[str, ...]:
        shop = await self._workshop()
        return await shop.models.models(profile, await shop.endpoints.endpoint(profile))

    async def _share(self, port: int, *, new_key: bool) -> Endpoint:
        shop = await self._workshop()
        if new_key:
            await shop.sharing.renew_key()
        return await shop.sharing.start(port)

    async def _shared(self) -> Endpoint | None:
        sharing = (await self._workshop()).sharing
        await sharing.settled()
        return sharing.endpoint

    async def _stop_sharing(self) -> None:
        await (await self._workshop()).sharing.stop()

    async def _warm_up(self, profile: ServiceProfile) -> object:
        shop = await self._workshop()
        return await shop.endpoints.endpoint(profile)


def _trash(library: "LibraryStore", moments: Mapping[str, datetime | None]) -> None:
    """Together what was deleted together; more than one moment comes of putting back and undoing that."""
    for at in set(moments.values()):
        library.trash([entry_id for entry_id, moment in moments.items() if moment == at], at)


def _source_thumbnail(shop: "Workshop", key: str) -> Path:
    from imgvar_desktop.core.generate import THUMBNAIL_PX

    file = shop.pixels.thumbnail_path(key)
    if not file.exists():
        shop.pictures.thumbnail(shop.pixels.source_path(key), file, THUMBNAIL_PX)
    return file


def _read_image(file: Path) -> QImage:
    image = QImageReader(str(file)).read()
    if image.isNull():
        raise LibraryUnavailable(f"{file.name} is no longer in the library folder or cannot be read.")
    return image
