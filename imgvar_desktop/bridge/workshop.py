"""What the worker works with: every port's adapter, put together by the composition root inside the worker."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from imgvar_desktop.core.generate import Generation
from imgvar_desktop.core.ports import (
    Caretaker,
    EndpointSource,
    Exporter,
    HandOuts,
    LibraryStore,
    ModelLister,
    PictureFetcher,
    Pictures,
    PixelStore,
    RecipeReader,
    SecretStore,
    ServiceChecker,
    Sharing,
    SheetStore,
    VariationClient,
)
from imgvar_desktop.core.settings import Settings


@dataclass(frozen=True, slots=True)
class Workshop:
    """Used in the worker's loop only; its blocking parts in that loop's threads."""

    pictures: Pictures
    library: LibraryStore
    pixels: PixelStore
    care: Caretaker
    exporter: Exporter
    sheets: SheetStore
    handouts: HandOuts
    recipes: RecipeReader
    secrets: SecretStore
    endpoints: EndpointSource
    client: VariationClient
    fetcher: PictureFetcher
    models: ModelLister
    checker: ServiceChecker
    sharing: Sharing
    generation: Generation

    async def aclose(self) -> None:
        """Ends the on-device service and the library. After every run has closed."""
        await self.client.aclose()
        await self.fetcher.aclose()
        await self.models.aclose()
        await self.checker.aclose()
        await self.sharing.aclose()
        await self.endpoints.aclose()
        self.library.close()


@dataclass(frozen=True, slots=True)
class Copied:
    """A library that is in two places."""

    old: Path
    folder: Path
    """Where it is to be."""


class House(Protocol):
    """Where the workshop stands: one library at a time. Lives in the worker's loop."""

    async def get(self) -> Workshop:
        """Raises LibraryUnavailable; the next call tries again."""

    async def copied_to(
        self, chosen: Path, told: Callable[[object], None], stopped: Callable[[], bool]
    ) -> Copied | None:
        """The library is closed and copied into ``chosen``; None: ``stopped``, and as before.

        Once it is copied, ``get`` waits for ``settle``. Raises LibraryUnavailable.
        """

    async def settle(self, settings: Settings, save: Callable[[Settings], None], *, begin: bool) -> None:
        """The library that ``settings`` name, once ``save`` has written that down; ``begin``: made there."""

    def find(self, chosen: Path) -> Path | None:
        """The library in that folder, or right below it; blocking."""

    async def restore(self, backup: str) -> None:
        """A copy of the database, by its file's name, in the place of the present one, which is put aside.

        Raises LibraryUnavailable.
        """

    def leave(self, copied: Copied, *, keep: bool) -> None:
        """The old library of the two: deleted, or kept with a note; blocking."""
