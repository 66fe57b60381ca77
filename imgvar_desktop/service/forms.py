"""Reading and checking a request: what comes out of here can be carried out, all else is refused with its field."""

import math
import re
import struct
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from imgvar_desktop.core import contract
from imgvar_desktop.core.contract import ResponseFormat
from imgvar_desktop.service.refusals import Refused

MAX_BODY_BYTES: Final = contract.MAX_IMAGE_BYTES + 64 * 1024
"""The image, and room for the other fields and what stands between them."""
MAX_SIDE_PX: Final = 8192
"""4 MB of PNG can claim billions of pixels; this many are 0.3 GB while they are decoded."""
MODELS: Final = (contract.MODEL_ON_DEVICE, contract.MODEL_DEFAULT)
DEFAULT_STRENGTH: Final = 0.5
NOT_A_SMALL_PNG: Final = "Uploaded image must be a PNG and less than 4 MB."

_PNG_START: Final = struct.Struct(">8s4x4sII")
_TRUE, _FALSE = frozenset({"true", "1"}), frozenset({"false", "0"})


@dataclass(frozen=True, slots=True)
class Form:
    """A request that was checked; its image's header too, but not yet its pixels."""

    png: bytes
    count: int
    side_px: int
    response_format: ResponseFormat
    seed: int | None
    strength: float
    stream: bool


async def read_form(request: Request) -> Form:
    """Raises Refused, and Starlette's ClientDisconnect when the client leaves while it sends."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise Refused("The request must be multipart/form-data.", param=contract.FIELD_IMAGE)
    parser = _InMemoryParser(request.headers, _bounded(request), max_files=8, max_fields=64)
    try:
        fields = await parser.parse()
    except MultiPartException as error:
        raise Refused(f"The form could not be read: {error.message}") from error
    try:
        return await _checked(fields)
    finally:
        await fields.close()


class _InMemoryParser(MultiPartParser):
    """Nothing of a picture is written to disk: the whole body is bounded before it gets here."""

    spool_max_size = MAX_BODY_BYTES


async def _bounded(request: Request) -> AsyncGenerator[bytes, None]:
    """The body as it arrives, refused as soon as it is known to be too long: by its header, or by counting."""
    too_large = Refused(NOT_A_SMALL_PNG, param=contract.FIELD_IMAGE, code="image_too_large")
    if int(request.headers.get("content-length", "0")) > MAX_BODY_BYTES:
        raise too_large
    seen = 0
    async for chunk in request.stream():
        seen += len(chunk)
        if seen > MAX_BODY_BYTES:
            raise too_large
        yield chunk


async def _checked(fields: FormData) -> Form:
    _check_model(_text(fields, contract.FIELD_MODEL))
    return Form(
        png=await _image(fields),
        count=_whole(fields, contract.FIELD_COUNT, contract.MIN_COUNT, contract.MAX_COUNT) or 1,
        side_px=_side_px(_text(fields, contract.FIELD_SIZE)),
        response_format=_response_format(_text(fields, contract.FIELD_RESPONSE_FORMAT)),
        seed=_whole(fields, contract.FIELD_SEED, 0, contract.MAX_SEED),
        strength=_strength(_text(fields, contract.FIELD_STRENGTH)),
        stream=_stream(_text(fields, contract.FIELD_STREAM)),
    )


async def _image(fields: FormData) -> bytes:
    given = fields.getlist(contract.FIELD_IMAGE)
    if not given:
        raise Refused(
            "Missing required parameter: 'image'.", param=contract.FIELD_IMAGE, code="missing_required_parameter"
        )
    if len(given) > 1:
        raise Refused("Send one image; several were sent.", param=contract.FIELD_IMAGE, code="invalid_value")
    image = given[0]
    if not isinstance(image, UploadFile):
        raise Refused(
            "Invalid type for 'image': expected a file, but got text instead.",
            param=contract.FIELD_IMAGE,
            code="invalid_type",
        )
    png = await image.read()
    _check_png(png)
    return png


def _check_png(png: bytes) -> None:
    """Looks at the first 24 bytes alone: what they promise is refused before anything is decoded."""
    signature, chunk, width, height = _PNG_START.unpack(png[: _PNG_START.size].ljust(_PNG_START.size, b"\0"))
    if signature != b"\x89PNG\r\n\x1a\n" or chunk != b"IHDR":
        raise Refused(NOT_A_SMALL_PNG, param=contract.FIELD_IMAGE, code="invalid_image_format")
    if len(png) > contract.MAX_IMAGE_BYTES:
        raise Refused(NOT_A_SMALL_PNG, param=contract.FIELD_IMAGE, code="image_too_large")
    if width != height or width == 0:
        message = f"Uploaded image must be square; this one is {width} by {height} pixels."
        raise Refused(message, param=contract.FIELD_IMAGE, code="image_not_square")
    if width > MAX_SIDE_PX:
        message = f"Uploaded image must be at most {MAX_SIDE_PX} pixels a side; this one has {width}."
        raise Refused(message, param=contract.FIELD_IMAGE, code="image_too_large")


def _check_model(model: str | None) -> None:
    if model and model not in MODELS:
        message = f"The model '{model}' does not exist here. Supported values are: {_listed(MODELS)}."
        raise Refused(message, param=contract.FIELD_MODEL, code="model_not_found")


def _side_px(size: str | None) -> int:
    sides = {contract.size_text(side_px): side_px for side_px in contract.SIZES_PX}
    if size is None:
        return contract.DEFAULT_SIZE_PX
    if size not in sides:
        raise _unsupported(contract.FIELD_SIZE, size, tuple(sides))
    return sides[size]


def _response_format(text: str | None) -> ResponseFormat:
    if text is None:
        return ResponseFormat.URL
    try:
        return ResponseFormat(text)
    except ValueError:
        raise _unsupported(contract.FIELD_RESPONSE_FORMAT, text, tuple(ResponseFormat)) from None


def _strength(text: str | None) -> float:
    if text is None:
        return DEFAULT_STRENGTH
    try:
        strength = float(text)
    except ValueError:
        strength = math.nan
    if not 0.0 <= strength <= 1.0:
        message = f"Invalid 'strength': expected a number from 0 to 1, but got '{text}' instead."
        raise Refused(message, param=contract.FIELD_STRENGTH, code="invalid_value")
    return strength


def _stream(text: str | None) -> bool:
    if text is not None and text.lower() not in _TRUE | _FALSE:
        raise _unsupported(contract.FIELD_STREAM, text, ("true", "false"))
    return text is not None and text.lower() in _TRUE


def _whole(fields: FormData, field: str, least: int, most: int) -> int | None:
    text = _text(fields, field)
    if text is None:
        return None
    # Not int(): it takes "1_0", " 3 " and digits of other scripts.
    if not re.fullmatch(r"-?[0-9]{1,20}", text):
        message = f"Invalid type for '{field}': expected an integer, but got '{text}' instead."
        raise Refused(message, param=field, code="invalid_type")
    number = int(text)
    if number < least:
        message = f"Invalid '{field}': integer below minimum value. Expected >= {least}, but got {number} instead."
        raise Refused(message, param=field, code="integer_below_min_value")
    if number > most:
        message = f"Invalid '{field}': integer above maximum value. Expected <= {most}, but got {number} instead."
        raise Refused(message, param=field, code="integer_above_max_value")
    return number


def _text(fields: FormData, field: str) -> str | None:
    value = fields.get(field)
    if isinstance(value, UploadFile):
        message = f"Invalid type for '{field}': expected text, but got a file instead."
        raise Refused(message, param=field, code="invalid_type")
    return value


def _unsupported(field: str, value: str, supported: tuple[str, ...]) -> Refused:
    message = f"Invalid value: '{value}'. Supported values are: {_listed(supported)}."
    return Refused(message, param=field, code="invalid_value")


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)
