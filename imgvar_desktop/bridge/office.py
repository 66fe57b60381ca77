"""What the window asks the worker for, besides runs: pictures, the library's contents, saving, keys, settings."""

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from PySide6.QtCore import QBuffer, QIODevice, QObject
from PySide6.QtGui import QImage, QImageReader, QImageWriter

from imgvar_desktop.bridge.async_thread import AsyncThread, Call
from imgvar_desktop.core.errors import LibraryUnavailable, PictureRefused
from imgvar_desktop.core.geometry import Square, largest_square
from imgvar_desktop.core.library import Entry, RunRecord
from imgvar_desktop.core.request import Source
from imgvar_desktop.core.services import ServiceProfile
from imgvar_desktop.core.settings import Settings

if TYPE_CHECKING:  # At run time the first paint would wait for them.
    from imgvar_desktop.bridge.workshop import Workshop
    from imgvar_desktop.core.ports import OpenedPicture, SettingsStore

P = ParamSpec("P")
T = TypeVar("T")

PASTED_NAME = "pasted"


@dataclass(frozen=True, slots=True)
class LoadedPicture:
    """A source, ready to be cropped."""

    source: Source
    preview: QImage
    """The whole upright picture in sRGB, reduced for the screen."""
    crop: Square
    """The square to start with: the last one used on this picture, else the largest centred one."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LibraryContents:
    runs: tuple[RunRecord, ...]
    """Newest first."""
    entries: tuple[Entry, ...]
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
    ) -> None:
        super().__init__(parent)
        self._thread = thread
        self._workshop = workshop
        self._settings_store = settings_store

    def open_file(self, path: Path) -> Call:
        """→ LoadedPicture; fails with PictureRefused or LibraryUnavailable."""
        return self._call(self._open(path, path.stem))

    def open_encoded(self, data: bytes, name: str) -> Call:
        """Of a picture that came as a file's bytes. → LoadedPicture"""
        return self._call(self._open(data, name))

    def open_pixels(self, image: QImage) -> Call:
        """Of pixels from the clipboard. → LoadedPicture"""
        return self._call(self._open_pixels(image))

    def open_kept(self, key: str, name: str) -> Call:
        """Of a source that the library keeps, whether a run used it or not. → LoadedPicture, or None when it is gone"""
        return self._call(self._open_kept(key, name))

    def load_library(self) -> Call:
        """→ LibraryContents"""
        return self._call(self._load_library())

    def load_image(self, file: Path) -> Call:
        """→ QImage in full size; fails with LibraryUnavailable."""
        return self._call(_in_thread(_read_image, file))

    def save(self, entries: Sequence[Entry], folder: Path) -> Call:
        """→ the paths that were written; fails with ExportRefused."""
        return self._call(self._save(tuple(entries), folder))

    def save_as(self, entry: Entry, target: Path) -> Call:
        """→ the path that was written; fails with ExportRefused."""
        return self._call(self._save_as(entry, target))

    def save_settings(self, settings: Settings) -> Call:
        return self._call(_in_thread(self._settings_store.save, settings))

    def key_of(self, service_id: str) -> Call:
        """→ str or None; fails with SecretStoreUnavailable."""
        return self._call(self._with_secrets(lambda shop: shop.secrets.get(service_id)))

    def keep_key(self, service_id: str, secret: str) -> Call:
        """→ where it is kept"""
        return self._call(self._with_secrets(lambda shop: shop.secrets.set(service_id, secret)))

    def forget_key(self, service_id: str) -> Call:
        return self._call(self._with_secrets(lambda shop: shop.secrets.forget(service_id)))

    def warm_up(self, profile: ServiceProfile) -> Call:
        """Starts the on-device service early, so that the first run need not wait for it. → Endpoint"""
        return self._call(self._warm_up(profile))

    def _call(self, work: Coroutine[Any, Any, Any]) -> Call:
        return Call(self._thread.submit(work), self)

    async def _open(self, original: Path | bytes, name: str) -> LoadedPicture:
        shop = await self._workshop()
        if isinstance(original, bytes):
            key, kept = await _in_thread(shop.pixels.keep_source, original)
            opened = await _in_thread(shop.pictures.open, kept)
        else:
            opened = await _in_thread(shop.pictures.open, original)
            key, _ = await _in_thread(shop.pixels.keep_source, original)
        return await _in_thread(_loaded, shop, opened, key, name)

    async def _open_pixels(self, image: QImage) -> LoadedPicture:
        return await self._open(await _in_thread(_encoded, image), PASTED_NAME)

    async def _open_kept(self, key: str, name: str) -> LoadedPicture | None:
        shop = await self._workshop()
        try:
            kept = await _in_thread(shop.pixels.source_path, key)
            opened = await _in_thread(shop.pictures.open, kept)
        except (LibraryUnavailable, PictureRefused):
            return None  # The person did not ask for it just now; an empty well is the honest answer.
        return await _in_thread(_loaded, shop, opened, key, name)

    async def _load_library(self) -> LibraryContents:
        shop = await self._workshop()
        interrupted = await _in_thread(shop.library.interrupted)
        runs = await _in_thread(shop.library.runs)
        entries = await _in_thread(shop.library.entries)
        return LibraryContents(runs, entries, interrupted)

    async def _save(self, entries: tuple[Entry, ...], folder: Path) -> tuple[Path, ...]:
        shop = await self._workshop()
        files = [(path := shop.pixels.path_of(entry), path.stem) for entry in entries]
        return await _in_thread(shop.exporter.save, files, folder)

    async def _save_as(self, entry: Entry, target: Path) -> Path:
        shop = await self._workshop()
        return await _in_thread(shop.exporter.save_as, shop.pixels.path_of(entry), target)

    async def _with_secrets(self, work: "Callable[[Workshop], object]") -> object:
        shop = await self._workshop()
        return await _in_thread(work, shop)

    async def _warm_up(self, profile: ServiceProfile) -> object:
        shop = await self._workshop()
        return await shop.endpoints.endpoint(profile)


async def _in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """``asyncio.to_thread``; asyncio is loaded wherever this runs, and need not be for the first paint."""
    from asyncio import to_thread

    return await to_thread(work, *args, **kwargs)


def _loaded(shop: "Workshop", opened: "OpenedPicture", key: str, name: str) -> LoadedPicture:
    source = Source(key, name, opened.width, opened.height)
    last = shop.library.last_crop(key)
    if last is None or not last.is_inside(width=opened.width, height=opened.height):
        last = largest_square(width=opened.width, height=opened.height)
    return LoadedPicture(source, _preview(opened), last, opened.notes)


def _preview(opened: "OpenedPicture") -> QImage:
    pixels = opened.preview
    borrowed = QImage(pixels.rgba, pixels.width, pixels.height, pixels.width * 4, QImage.Format.Format_RGBA8888)
    # Converting copies: the image no longer borrows the bytes, and this format paints fastest.
    return borrowed.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def _read_image(file: Path) -> QImage:
    image = QImageReader(str(file)).read()
    if image.isNull():
        raise LibraryUnavailable(f"{file.name} is no longer in the library folder or cannot be read.")
    return image


def _encoded(image: QImage) -> bytes:
    """PNG with little compression: it is kept, not sent."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, b"png")
    writer.setQuality(80)
    if not writer.write(image):
        raise PictureRefused(
            "The picture on the clipboard cannot be read.", hint="Copy it again, or save it to a file."
        )
    return bytes(buffer.data().data())
