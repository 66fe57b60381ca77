"""The worker thread, and a workshop on a real disk whose only stand-ins are the outside world's."""

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from imgvar_desktop.adapters.export import FileExporter
from imgvar_desktop.adapters.handouts import HandOuts
from imgvar_desktop.adapters.library_care import LibraryCare
from imgvar_desktop.adapters.paths import Paths
from imgvar_desktop.adapters.pictures import PillowPictures
from imgvar_desktop.adapters.pixel_files import PixelFiles
from imgvar_desktop.adapters.recipe_files import RecipeFiles
from imgvar_desktop.adapters.sheet_records import SheetRecords
from imgvar_desktop.adapters.sqlite_library import SqliteLibrary
from imgvar_desktop.adapters.web_pictures import WebPictures
from imgvar_desktop.bridge.async_thread import AsyncThread
from imgvar_desktop.bridge.workshop import Workshop
from imgvar_desktop.core.generate import Generation
from tests.fakes import (
    FakeEndpoints,
    FakeModelLister,
    FakeSecretStore,
    FakeServiceChecker,
    FakeSharing,
    FakeVariationClient,
)

PATIENCE_MS = 15_000


@pytest.fixture
def async_thread(qtbot: QtBot) -> Iterator[AsyncThread]:
    """Running; a test that leaves it unable to stop fails."""
    thread = AsyncThread()
    thread.start()
    yield thread
    assert thread.stop(PATIENCE_MS)


@pytest.fixture
def client() -> FakeVariationClient:
    return FakeVariationClient()


@pytest.fixture
def workshop(tmp_path: Path, client: FakeVariationClient) -> Iterator[Workshop]:
    folder = Paths.below(tmp_path).library
    library, pixels, pictures = SqliteLibrary(folder), PixelFiles(folder), PillowPictures()
    endpoints = FakeEndpoints()
    yield Workshop(
        pictures=pictures,
        library=library,
        pixels=pixels,
        care=LibraryCare(folder, library=library, pixels=pixels, pictures=pictures),
        exporter=FileExporter(),
        sheets=SheetRecords(folder),
        handouts=HandOuts(folder),
        recipes=RecipeFiles(),
        secrets=FakeSecretStore(),
        endpoints=endpoints,
        client=client,
        fetcher=WebPictures(),
        models=FakeModelLister(),
        checker=FakeServiceChecker(),
        sharing=FakeSharing(),
        generation=Generation(pictures=pictures, endpoints=endpoints, client=client, library=library, pixels=pixels),
    )
    library.close()


@pytest.fixture
def get_workshop(workshop: Workshop) -> Callable[[], Awaitable[Workshop]]:
    async def get() -> Workshop:
        return workshop

    return get
