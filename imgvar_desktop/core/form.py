"""What a call sends and where: the picture, the form's fields, the path. The client and the window ask here alike."""

from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from imgvar_desktop.core import contract, prompts
from imgvar_desktop.core.contract import Call
from imgvar_desktop.core.ports import Pictures
from imgvar_desktop.core.request import VariationRequest
from imgvar_desktop.core.services import ServiceProfile

FILE_NAME: Final = "image.png"
"""The same for every picture: what a person calls theirs is nobody else's business."""
MEDIA_TYPE: Final = "image/png"
ON_DEVICE_ROOT: Final = "/v1"

_PIXELS_ALONE: Final = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"


def upload_png(request: VariationRequest, source: Path, profile: ServiceProfile, pictures: Pictures) -> bytes:
    """The file that goes up for ``request``: the same bytes each time. Blocking. Raises PictureRefused."""
    side_px = profile.asked_px(request.size_px)
    return pictures.upload_png(source, request.framing, side_px, profile.max_upload_bytes)


def form_fields(request: VariationRequest, profile: ServiceProfile, made: int = 0) -> tuple[tuple[str, str], ...]:
    """All fields but the picture, in the order of the form. ``made``: how many an earlier call of the run brought."""
    fields = {
        contract.FIELD_COUNT: str(min(request.count - made, profile.per_call)),
        contract.FIELD_SIZE: contract.size_text(profile.asked_px(request.size_px)),
    }
    if formats := profile.response_formats:
        fields[contract.FIELD_RESPONSE_FORMAT] = str(
            request.response_format if request.response_format in formats else formats[0]
        )
    if model := request.model or profile.model:
        fields[contract.FIELD_MODEL] = model
    # An edit is nothing without a prompt; variations with one are asked for more than a variation.
    if profile.takes_prompt and (prompt := request.prompt or _usual_prompt(profile)):
        fields[contract.FIELD_PROMPT] = prompt
    if qualities := profile.qualities:
        fields[contract.FIELD_QUALITY] = request.quality if request.quality in qualities else qualities[0]
    if request.user and profile.takes_user:
        fields[contract.FIELD_USER] = request.user
    if profile.takes_seed and request.seed is not None:
        # A second call with the same seed would bring the same images again.
        fields[contract.FIELD_SEED] = str((request.seed + made) % (contract.MAX_SEED + 1))
    if profile.takes_strength and request.strength is not None:
        fields[contract.FIELD_STRENGTH] = str(request.strength)
    if profile.streams:
        fields[contract.FIELD_STREAM] = "true"
    # What the person chose goes before what the server merely wants to see.
    extras = {name: value for name, value in profile.extra_fields if name not in fields}
    return tuple((fields | extras).items())


def _usual_prompt(profile: ServiceProfile) -> str:
    return prompts.DEFAULT.text if profile.call is Call.EDITS else ""


def call_url(base_url: str, call: Call = Call.VARIATIONS) -> str:
    return base_url.rstrip("/") + call.path


def call_path(profile: ServiceProfile) -> str:
    """The path on the service's host, such as ``/v1/images/variations``."""
    return urlsplit(call_url(ON_DEVICE_ROOT if profile.on_device else profile.base_url, profile.call)).path


def holds_pixels_alone(png: bytes) -> bool:
    """Whether no chunk of ``png`` could carry anything else: no place, camera, text, time or colour profile.

    Pixels without a profile are sRGB to whoever reads them. Known by what may be there, so that a kind of chunk that
    nobody thought of counts as something else.
    """
    if not png.startswith(_PNG_SIGNATURE):
        return False
    at, kind = len(_PNG_SIGNATURE), b""
    while at < len(png):
        length, kind = int.from_bytes(png[at : at + 4]), png[at + 4 : at + 8]
        if kind not in _PIXELS_ALONE:
            return False
        at += 12 + length
        if kind == b"IEND":
            break
    return kind == b"IEND" and at == len(png)
