"""What the next run will send, made in the worker by the code that sends it, and decoded again for the window."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageReader

from imgvar_desktop.bridge.bringing import in_thread
from imgvar_desktop.core.errors import PictureRefused
from imgvar_desktop.core.request import VariationRequest
from imgvar_desktop.core.services import ServiceProfile

if TYPE_CHECKING:  # At run time the first paint would wait for them.
    from pathlib import Path

    from imgvar_desktop.bridge.workshop import Workshop
    from imgvar_desktop.core.ports import Pictures


@dataclass(frozen=True, slots=True)
class Outgoing:
    """The picture and the form of one call."""

    request: VariationRequest
    profile: ServiceProfile
    png: bytes
    """The file that goes up, byte for byte."""
    image: QImage
    """Decoded from ``png``."""
    clean: bool
    """``png`` holds pixels and nothing else: no place, camera, text or colour profile."""
    fields: tuple[tuple[str, str], ...]
    """Names and values of the form, all but the picture."""


async def prepared(shop: "Workshop", request: VariationRequest, profile: ServiceProfile) -> Outgoing:
    """Raises PictureRefused or LibraryUnavailable, as the run itself would."""
    source = await in_thread(shop.pixels.source_path, request.source.key)
    return await in_thread(_prepared, shop.pictures, source, request, profile)


def _prepared(pictures: "Pictures", source: "Path", request: VariationRequest, profile: ServiceProfile) -> Outgoing:
    from imgvar_desktop.core.form import form_fields, holds_pixels_alone, upload_png

    png = upload_png(request, source, profile, pictures)
    return Outgoing(
        request=request,
        profile=profile,
        png=png,
        image=_decoded(png),
        clean=holds_pixels_alone(png),
        fields=form_fields(request, profile),
    )


def _decoded(png: bytes) -> QImage:
    content = QByteArray(png)
    buffer = QBuffer(content)  # borrows it
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    image = QImageReader(buffer, b"png").read()
    if image.isNull():
        raise PictureRefused("The picture that would be sent cannot be shown.")
    return image
