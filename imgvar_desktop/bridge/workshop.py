"""What the worker works with: every port's adapter, put together by the composition root inside the worker."""

from dataclasses import dataclass

from imgvar_desktop.core.generate import Generation
from imgvar_desktop.core.ports import (
    EndpointSource,
    Exporter,
    LibraryStore,
    ModelLister,
    PictureFetcher,
    Pictures,
    PixelStore,
    SecretStore,
    ServiceChecker,
    Sharing,
    VariationClient,
)


@dataclass(frozen=True, slots=True)
class Workshop:
    """Used in the worker's loop only; its blocking parts in that loop's threads."""

    pictures: Pictures
    library: LibraryStore
    pixels: PixelStore
    exporter: Exporter
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
