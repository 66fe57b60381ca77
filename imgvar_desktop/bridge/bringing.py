"""How a picture comes in, in the worker: kept in the library as it is, then decoded for the window."""

import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

from PySide6.QtCore import QBuffer, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QImageWriter

from imgvar_desktop.bridge.dropped import (
    PASTED_NAME,
    Dropped,
    DroppedBytes,
    DroppedFile,
    DroppedPixels,
    DroppedUrl,
)
from imgvar_desktop.core.errors import LibraryUnavailable, PictureRefused
from imgvar_desktop.core.framing import Framing, first_framing, is_right
from imgvar_desktop.core.picture_formats import is_named_like_picture
from imgvar_desktop.core.recipe import Recipe
from imgvar_desktop.core.request import Source

if TYPE_CHECKING:  # At run time the first paint would wait for them.
    from imgvar_desktop.bridge.workshop import Workshop
    from imgvar_desktop.core.ports import OpenedPicture

P = ParamSpec("P")
T = TypeVar("T")

MOST: Final = 500
"""Pictures that one gesture brings, folders included."""
STRIP_PX: Final = 256
"""The longest side of a preview among many: five hundred full ones would need eight gigabytes."""
_SAME_SHAPE: Final = 0.02


@dataclass(frozen=True, slots=True)
class LoadedPicture:
    """A source, ready to be cropped."""

    source: Source
    preview: QImage
    """The whole upright picture in sRGB, reduced for the screen."""
    framing: Framing
    """What to start with: the last one used on this picture, else the largest centred square."""
    notes: tuple[str, ...] = ()
    recipe: Recipe | None = None
    """The one that came in the file: source and framing are the recipe's, and the parameters should be."""
    picture: Path | None = None
    """The file that held the recipe, when it is a picture itself."""


class SourceMissing(PictureRefused):
    """A file holds a recipe whose source is not in this library."""

    def __init__(self, recipe: Recipe, picture: Path | None) -> None:
        source = recipe.request.source
        super().__init__(
            f"The picture that this was made from, “{source.name}”, is not in this library.",
            hint=f"Drop “{source.name}” ({source.width:,} × {source.height:,} px) in first, then this again.",
        )
        self.recipe = recipe
        self.picture = picture
        """The file, when it is a picture itself and could be the source."""


async def brought(shop: "Workshop", dropped: Dropped) -> LoadedPicture:
    """Raises PictureRefused or LibraryUnavailable."""
    match dropped:
        case DroppedFile(path, as_is):
            recipe = None if as_is else await in_thread(shop.recipes.read, path)
            return await _from_file(shop, path) if recipe is None else await _from_recipe(shop, recipe, path)
        case DroppedBytes(data, name):
            return await _from_bytes(shop, data, name)
        case DroppedPixels(image):
            return await _from_bytes(shop, await in_thread(encoded, image), PASTED_NAME)
        case DroppedUrl():
            return await _from_web(shop, dropped)


async def brought_again(shop: "Workshop", key: str, name: str) -> LoadedPicture | None:
    """A picture that the library keeps, whether a run used it or not; None when it is gone."""
    try:
        kept = await in_thread(shop.pixels.source_path, key)
        opened = await in_thread(shop.pictures.open, kept)
    except (LibraryUnavailable, PictureRefused):
        return None  # The person did not ask for it just now; an empty well is the honest answer.
    return await in_thread(_loaded, shop, opened, key, name)


def expanded(dropped: Sequence[Dropped]) -> tuple[Dropped, ...]:
    """Each folder replaced by its pictures, in the order that people count in; MOST in all. Reads folders: blocking.

    A folder without pictures of its own stands for those in the folders right below. One without any at all stays,
    and says so when it is opened.
    """
    found: list[Dropped] = []
    for one in dropped:
        if isinstance(one, DroppedFile):
            found += (replace(one, path=path) for path in _pictures_in(one.path))
        else:
            found.append(one)
        if len(found) >= MOST:
            break
    return tuple(found[:MOST])


def for_strip(picture: LoadedPicture) -> LoadedPicture:
    """The same with a small preview."""
    if max(picture.preview.width(), picture.preview.height()) <= STRIP_PX:
        return picture
    small = picture.preview.scaled(
        QSize(STRIP_PX, STRIP_PX),
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    return LoadedPicture(picture.source, small, picture.framing, picture.notes)


def encoded(image: QImage) -> bytes:
    """PNG with little compression: it is kept, not sent. Raises PictureRefused."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, b"png")
    writer.setQuality(80)
    if not writer.write(image):
        raise PictureRefused(
            "The picture on the clipboard cannot be read.", hint="Copy it again, or save it to a file."
        )
    return bytes(buffer.data().data())


async def in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """``asyncio.to_thread``; asyncio is loaded wherever this runs, and need not be for the first paint."""
    from asyncio import to_thread

    return await to_thread(work, *args, **kwargs)


async def _from_file(shop: "Workshop", path: Path) -> LoadedPicture:
    opened = await in_thread(shop.pictures.open, path)
    key, _ = await in_thread(shop.pixels.keep_source, path)
    return await in_thread(_loaded, shop, opened, key, path.stem)


async def _from_recipe(shop: "Workshop", recipe: Recipe, file: Path) -> LoadedPicture:
    source = recipe.request.source
    picture = file if is_named_like_picture(file) else None
    found = await brought_again(shop, source.key, source.name)
    if found is None:
        raise SourceMissing(recipe, picture)
    framing = recipe.request.framing
    if not is_right(framing, width=found.source.width, height=found.source.height):
        framing = found.framing  # the hash is right, so somebody has written into the recipe
    return replace(found, framing=framing, recipe=recipe, picture=picture)


async def _from_bytes(shop: "Workshop", data: bytes, name: str) -> LoadedPicture:
    key, kept = await in_thread(shop.pixels.keep_source, data)
    try:
        opened = await in_thread(shop.pictures.open, kept)
    except PictureRefused as error:
        # The library's own name for it is a hash, which tells a person nothing.
        raise PictureRefused(str(error).replace(kept.name, name), hint=error.hint) from error
    return await in_thread(_loaded, shop, opened, key, name)


async def _from_web(shop: "Workshop", dropped: DroppedUrl) -> LoadedPicture:
    """What the address gives, unless what came along is the better picture."""
    try:
        fetched = await shop.fetcher.fetch(dropped.url)
        picture = await _from_bytes(shop, fetched.data, fetched.name)
    except PictureRefused:
        if dropped.fallback is None:
            raise
    else:
        if dropped.fallback is None or _is_at_least(picture.source, _size_of(dropped.fallback)):
            return picture
    match dropped.fallback:
        case DroppedBytes(data):
            return await _from_bytes(shop, data, dropped.name)
        case DroppedPixels(image):
            return await _from_bytes(shop, await in_thread(encoded, image), dropped.name)


def _is_at_least(fetched: Source, seen: QSize) -> bool:
    """Whether ``fetched`` may be what the other program showed in size ``seen``.

    A server that wants no guests often sends a picture of its own instead, smaller or of another shape.
    """
    if seen.isEmpty():
        return True
    shape, seen_shape = fetched.width / fetched.height, seen.width() / seen.height()
    return fetched.width >= seen.width() and abs(shape - seen_shape) <= _SAME_SHAPE * seen_shape


def _size_of(picture: DroppedBytes | DroppedPixels) -> QSize:
    """Empty where Qt does not know."""
    if isinstance(picture, DroppedPixels):
        return picture.image.size()
    buffer = QBuffer()
    buffer.setData(picture.data)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    return QImageReader(buffer).size()


def _pictures_in(path: Path) -> list[Path]:
    """``path`` alone when it is no folder, or one without pictures."""
    try:
        if not path.is_dir():
            return [path]
    except OSError:  # a name that no disk takes; opening it will say so
        return [path]
    files, folders = _listed(path)
    if not files:
        files = [file for folder in folders[:MOST] for file in _listed(folder)[0]]
    return files[:MOST] or [path]


def _listed(folder: Path) -> tuple[list[Path], list[Path]]:
    """The pictures and the folders in ``folder`` that show there. Nothing in one that may not be looked into."""
    try:
        with os.scandir(folder) as entries:
            shown = [entry for entry in entries if not entry.name.startswith(".")]
            files = [Path(e.path) for e in shown if is_named_like_picture(Path(e.name)) and e.is_file()]
            folders = [Path(entry.path) for entry in shown if entry.is_dir()]
    except OSError:
        return [], []
    return _counted(files), _counted(folders)


def _counted(paths: Iterable[Path]) -> list[Path]:
    """Lake 2 before lake 10."""

    def key(path: Path) -> tuple[list[str | int], str]:
        parts = re.split(r"(\d+)", path.name.casefold())
        return [int(part) if at % 2 else part for at, part in enumerate(parts)], path.name

    return sorted(paths, key=key)


def _loaded(shop: "Workshop", opened: "OpenedPicture", key: str, name: str) -> LoadedPicture:
    source = Source(key, name, opened.width, opened.height)
    last = shop.library.last_framing(key)
    if last is None or not is_right(last, width=opened.width, height=opened.height):
        last = first_framing(width=opened.width, height=opened.height)
    return LoadedPicture(source, _preview(opened), last, opened.notes)


def _preview(opened: "OpenedPicture") -> QImage:
    pixels = opened.preview
    borrowed = QImage(pixels.rgba, pixels.width, pixels.height, pixels.width * 4, QImage.Format.Format_RGBA8888)
    # Converting copies: the image no longer borrows the bytes, and this format paints fastest.
    return borrowed.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
