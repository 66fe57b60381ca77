"""What to ask an image edit for, so that it makes a variation: from close to free, and the person's own."""

import re
from dataclasses import dataclass
from typing import Final

from imgvar_desktop.core import contract


@dataclass(frozen=True, slots=True)
class Prompt:
    """A text with a name to choose it by. Raises ValueError with a sentence for a person."""

    name: str
    text: str

    def __post_init__(self) -> None:
        if not self.name.strip() or not self.text.strip():
            raise ValueError("A prompt has a name and a text.")
        if len(self.text) > contract.MAX_PROMPT_CHARS:
            raise ValueError(f"A prompt has at most {contract.MAX_PROMPT_CHARS} characters.")


# How many are wanted never stands in a prompt: the field `n` says it, and a prompt that asks for several can come back
# as one picture with several inside.
PRESETS: Final = (
    Prompt(
        "Very close",
        "Recreate this image faithfully as a new variation. Keep the subject, composition, colours, lighting and style"
        " the same; change only small incidental details.",
    ),
    Prompt("Close", "Create a variation of this image while preserving its main subject and composition."),
    Prompt(
        "Balanced",
        "Create a variation of this image. Keep its main subject, mood and palette recognisable, and vary the"
        " arrangement, the background and the details.",
    ),
    Prompt(
        "Loose",
        "Create a new image inspired by this one. Keep the kind of subject and the overall mood, and choose a different"
        " composition, viewpoint and lighting.",
    ),
    Prompt(
        "Free",
        "Take this image as a starting point and reinterpret it freely: keep its theme, and invent a new composition,"
        " palette and style.",
    ),
)
"""From close to free."""

DEFAULT: Final = PRESETS[1]

_SEVERAL: Final = re.compile(
    r"\b(?:[2-9]|1\d|two|three|four|five|six|seven|eight|nine|ten|several|multiple)\b(?:\s+\w+){0,2}?"
    r"\s+(?:variations?|versions?|images?|pictures?|options?|variants?|alternatives?)\b",
    re.IGNORECASE,
)


def asks_for_several(text: str) -> bool:
    """Whether ``text`` seems to name a count of images, which tends to give one picture made of several."""
    return _SEVERAL.search(text) is not None
