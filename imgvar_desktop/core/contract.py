"""The wire contract of ``POST {base_url}/images/variations``: names and limits, shared by client and service.

Source: the OpenAI API description 2.3.0 (createImageVariation, createImageEdit) and what today's servers do with it.
``seed``, ``strength`` and ``stream`` are extra form fields of Imgvar's on-device service; a server is sent one only if
its profile says that it knows it.
"""

from enum import StrEnum
from typing import Final

VARIATIONS_PATH: Final = "/images/variations"
EDITS_PATH: Final = "/images/edits"
MODELS_PATH: Final = "/models"

FIELD_IMAGE: Final = "image"
FIELD_MODEL: Final = "model"
FIELD_COUNT: Final = "n"
FIELD_RESPONSE_FORMAT: Final = "response_format"
FIELD_SIZE: Final = "size"
FIELD_USER: Final = "user"
FIELD_SEED: Final = "seed"
FIELD_STRENGTH: Final = "strength"
FIELD_STREAM: Final = "stream"
# Of image edits alone, or of servers that take them along with variations.
FIELD_PROMPT: Final = "prompt"
FIELD_QUALITY: Final = "quality"
FIELD_OUTPUT_FORMAT: Final = "output_format"

MIN_COUNT: Final = 1
MAX_COUNT: Final = 10
SIZES_PX: Final = (256, 512, 1024)
DEFAULT_SIZE_PX: Final = 1024
MAX_IMAGE_BYTES: Final = 4_000_000
"""The contract says "less than 4 MB"; servers differ in what a megabyte is, so the smaller reading counts."""
URL_LIFETIME_S: Final = 60 * 60
MAX_SEED: Final = 2**32 - 1
MAX_PROMPT_CHARS: Final = 32_000
MAX_EDIT_IMAGE_BYTES: Final = 50_000_000
"""The same for image edits: "less than 50 MB"."""

MODEL_DEFAULT: Final = "dall-e-2"
"""The only hosted model that ever served the call; our own service accepts the name for old programs' sake."""
MODEL_ON_DEVICE: Final = "imgvar-on-device"

# With stream=true our service answers text/event-stream. The names follow the streamed image edits of the same API
# (image_edit.partial_image, image_edit.completed): one `completed` for each image, then `done`.
EVENT_PROGRESS: Final = "image_variation.progress"
"""{"type", "fraction": 0..1 of the whole request, "stage": str}"""
EVENT_COMPLETED: Final = "image_variation.completed"
"""{"type", "index": int, "b64_json" | "url": str, "seed": int, "revised_prompt": null}"""
EVENT_ERROR: Final = "error"
"""{"type", "error": {…the error envelope's inside…}}"""
EVENT_DONE: Final = "image_variation.done"
"""{"type", "created": int}: closes a stream that is whole."""


class Call(StrEnum):
    """Which of the two calls a service makes variations with."""

    VARIATIONS = "variations"
    EDITS = "edits"
    """An edit whose prompt asks for a variation: how today's hosted models do it."""

    @property
    def path(self) -> str:
        return EDITS_PATH if self is Call.EDITS else VARIATIONS_PATH


class ResponseFormat(StrEnum):
    B64_JSON = "b64_json"
    URL = "url"


def size_text(side_px: int) -> str:
    """``1024`` → ``"1024x1024"``."""
    return f"{side_px}x{side_px}"


def error_envelope(message: str, *, kind: str, param: str | None = None, code: str | None = None) -> dict[str, object]:
    """The JSON body of a refusal. ``kind`` is the envelope's ``type``: ``invalid_request_error``, ``server_error``…"""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}
