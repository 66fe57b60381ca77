"""The worker's composition root: every adapter, put together at the first use, around one library at a time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from imgvar_desktop.adapters.paths import Paths
from imgvar_desktop.core.settings import Settings

if TYPE_CHECKING:  # They load in the worker, after the first paint.
    import asyncio

    from imgvar_desktop.adapters.keyring_secrets import KeyringSecrets
    from imgvar_desktop.adapters.pixel_files import PixelFiles
    from imgvar_desktop.adapters.sqlite_library import SqliteLibrary
    from imgvar_desktop.bridge.workshop import Copied, Workshop
    from imgvar_desktop.core.ports import LibraryStore

Made = TypeVar("Made")


class WorkshopHouse:
    """Implements bridge.workshop.House. Lives in the worker's loop."""

    def __init__(self, paths: Paths, settings: Settings) -> None:
        """``settings``: as the program starts with them. The picture that the well will show again is kept even if
        no run used it.
        """
        self._paths = paths
        self._folder = paths.library_for(settings.library_folder)
        self._found = bool(settings.library_folder)
        self._shown_source = settings.source_key
        self._ca_file = settings.ca_file
        self._first: SqliteLibrary | None = None
        """Open for the window's first look, before there is a workshop around it."""
        self._made: Workshop | None = None
        self._open = False
        self._keyring: KeyringSecrets | None = None

    async def get(self) -> "Workshop":
        """Raises LibraryUnavailable; the next call tries again."""
        await self._settled.wait()
        async with self._making:
            made = self._made
            if made is None:
                self._made = made = await self._in_full(self._make)
            elif not self._open:
                self._made = made = await self._in_full(partial(self._reopened, made))
            self._open = True
            return made

    async def library(self) -> "LibraryStore":
        """As in ``get``, but at once: what the window shows first waits for no adapter but this one."""
        await self._settled.wait()
        async with self._making:
            if self._made is not None and self._open:
                return self._made.library
            if self._first is None:
                self._first = await self._in_full(self._opened_library)
            return self._first

    @staticmethod
    async def _in_full(work: "Callable[[], Made]") -> "Made":
        """Of a thread, also where whoever asked is cancelled meanwhile: then the next one asks for what is there.

        Thrown away, a library would stay open, and locked against ourselves.
        """
        import asyncio

        going, cancelled = asyncio.ensure_future(asyncio.to_thread(work)), False
        while not going.done():
            try:
                await asyncio.wait({going})
            except asyncio.CancelledError:
                cancelled = True
        task = asyncio.current_task()
        if cancelled and task is not None:
            task.cancel()  # at its next await, when what was made has been taken up
        return going.result()

    async def aclose(self) -> None:
        """Closes what was made; a thread that still waits for the keyring is let go first."""
        async with self._making:
            if self._keyring is not None:
                self._keyring.close()
            if self._first is not None:
                self._first.close()
                self._first = None
            if self._made is not None:
                await self._made.aclose()
                self._made = None

    async def copied_to(
        self, chosen: Path, told: Callable[[object], None], stopped: Callable[[], bool]
    ) -> "Copied | None":
        from asyncio import to_thread

        from imgvar_desktop.adapters.library_move import copy_library, target_in
        from imgvar_desktop.bridge.workshop import Copied

        await self.get()  # what cannot be opened is not to be moved
        async with self._making:
            target = await to_thread(target_in, chosen, self._folder)
            self._close_library()
            if not await to_thread(copy_library, self._folder, target, told, stopped):
                return None
            self._settled.clear()
            return Copied(self._folder, target)

    async def settle(self, settings: Settings, save: Callable[[Settings], None], *, begin: bool) -> None:
        from asyncio import to_thread

        try:
            async with self._making:
                folder = self._paths.library_for(settings.library_folder)
                await to_thread(self._change_to, folder, settings, save, begin=begin)
                self._folder, self._found = folder, bool(settings.library_folder)
        finally:
            self._settled.set()

    def find(self, chosen: Path) -> Path | None:
        from imgvar_desktop.adapters.library_move import library_in

        return library_in(chosen)

    async def restore(self, backup: str) -> None:
        from asyncio import to_thread

        async with self._making:
            self._close_library()
            await to_thread(self._restore, backup)

    def leave(self, copied: "Copied", *, keep: bool) -> None:
        from imgvar_desktop.adapters.library_move import leave_note, remove_library

        assert copied.old != self._folder, "the library in use is not to be left"
        leave_note(copied.old, copied.folder) if keep else remove_library(copied.old, copied.folder)

    @cached_property
    def _making(self) -> "asyncio.Lock":
        from asyncio import Lock

        return Lock()

    @cached_property
    def _settled(self) -> "asyncio.Event":
        """Not set while a library has been copied and nobody has said yet which of the two is the library."""
        from asyncio import Event

        settled = Event()
        settled.set()
        return settled

    def _change_to(self, folder: Path, settings: Settings, save: Callable[[Settings], None], *, begin: bool) -> None:
        """Blocking. What cannot be opened is not written down."""
        from imgvar_desktop.adapters.sqlite_library import SqliteLibrary
        from imgvar_desktop.adapters.whole_file import folder_to_disk

        self._close_library()
        SqliteLibrary(folder, found=not begin).close()
        save(settings)
        folder_to_disk(self._paths.settings_file.parent)  # before anybody deletes the library of before

    def _restore(self, backup: str) -> None:
        from imgvar_desktop.adapters.library_copies import restore_copy
        from imgvar_desktop.adapters.pixel_files import disk_refusals_told
        from imgvar_desktop.adapters.sqlite_library import FILE_NAME

        with disk_refusals_told(self._folder):
            restore_copy(self._folder / FILE_NAME, backup, datetime.now(UTC))

    def _close_library(self) -> None:
        if self._first is not None:
            self._first.close()
            self._first = None
        if self._made is not None and self._open:
            self._made.library.close()
            self._open = False

    def _make(self) -> "Workshop":
        """Blocking. The library first: without it there is no workshop."""
        from imgvar_desktop.adapters.export import FileExporter
        from imgvar_desktop.adapters.handouts import HandOuts
        from imgvar_desktop.adapters.http_client import HttpVariationClient
        from imgvar_desktop.adapters.keyring_secrets import KeyringSecrets, SessionSecrets
        from imgvar_desktop.adapters.library_care import LibraryCare
        from imgvar_desktop.adapters.local_service import Endpoints
        from imgvar_desktop.adapters.model_list import HttpModelLister
        from imgvar_desktop.adapters.pictures import PillowPictures
        from imgvar_desktop.adapters.recipe_files import RecipeFiles
        from imgvar_desktop.adapters.service_check import HttpServiceChecker
        from imgvar_desktop.adapters.shared_service import SharedService
        from imgvar_desktop.adapters.sheet_records import SheetRecords
        from imgvar_desktop.adapters.web_pictures import WebPictures
        from imgvar_desktop.bridge.workshop import Workshop
        from imgvar_desktop.core.generate import Generation

        library, pixels = self._opened()
        pictures = PillowPictures()
        client = HttpVariationClient(ca_file=self._ca_file)
        self._keyring = KeyringSecrets()
        secrets = SessionSecrets(self._keyring)
        endpoints = Endpoints(secrets)
        return Workshop(
            pictures=pictures,
            library=library,
            pixels=pixels,
            care=LibraryCare(self._folder, library=library, pixels=pixels, pictures=pictures),
            exporter=FileExporter(),
            sheets=SheetRecords(self._folder),
            recipes=RecipeFiles(),
            handouts=HandOuts(self._folder),
            secrets=secrets,
            endpoints=endpoints,
            client=client,
            fetcher=WebPictures(),
            models=HttpModelLister(ca_file=self._ca_file),
            checker=HttpServiceChecker(ca_file=self._ca_file),
            sharing=SharedService(secrets),
            generation=Generation(
                pictures=pictures, endpoints=endpoints, client=client, library=library, pixels=pixels
            ),
        )

    def _reopened(self, made: "Workshop") -> "Workshop":
        """Blocking. The same workshop around the library of now."""
        from imgvar_desktop.adapters.handouts import HandOuts
        from imgvar_desktop.adapters.library_care import LibraryCare
        from imgvar_desktop.adapters.sheet_records import SheetRecords
        from imgvar_desktop.core.generate import Generation

        library, pixels = self._opened()
        return replace(
            made,
            library=library,
            pixels=pixels,
            sheets=SheetRecords(self._folder),
            handouts=HandOuts(self._folder),
            care=LibraryCare(self._folder, library=library, pixels=pixels, pictures=made.pictures),
            generation=Generation(
                pictures=made.pictures, endpoints=made.endpoints, client=made.client, library=library, pixels=pixels
            ),
        )

    def _opened(self) -> "tuple[SqliteLibrary, PixelFiles]":
        from imgvar_desktop.adapters.handouts import HandOuts
        from imgvar_desktop.adapters.pixel_files import PixelFiles

        library, pixels = self._first or self._opened_library(), PixelFiles(self._folder)
        self._first = None
        if not library.read_only:
            pixels.clean_leftovers()
            HandOuts(self._folder).clean()
            pixels.drop_sources_except(library.source_keys() | {self._shown_source})
        return library, pixels

    def _opened_library(self) -> "SqliteLibrary":
        from imgvar_desktop.adapters.sqlite_library import SqliteLibrary

        return SqliteLibrary(self._folder, found=self._found)
