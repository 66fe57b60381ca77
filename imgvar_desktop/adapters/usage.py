"""How many tokens a reply says that it took, found in a piece of it: the images between stay unread."""

import json
import re
from typing import Any, Final

from imgvar_desktop.core.ports import ReplyUsage
from imgvar_desktop.core.prices import TokenCount

MAX_TOKENS: Final = 10**9
"""More is no count of tokens of ten images."""

# Inside a string of JSON every quotation mark has a backslash before it.
_USAGE: Final = re.compile(rb'(?<!\\)"usage"\s*:\s*')


def usage_in(piece: bytes) -> ReplyUsage | None:
    """The object ``usage`` when the whole of it stands in ``piece``, which need not be whole itself."""
    found = _USAGE.search(piece)
    if found is None:
        return None
    try:
        usage, _ = json.JSONDecoder().raw_decode(piece[found.end() :].decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    return _counted(usage)


def _counted(usage: Any) -> ReplyUsage | None:
    """What was counted; where the input is not told apart it counts as an image, the dearer of the two."""
    match usage:
        case {"input_tokens_details": {"text_tokens": text, "image_tokens": image}, "output_tokens": out}:
            numbers = (text, image, out)
        case {"input_tokens": image, "output_tokens": out}:
            numbers = (0, image, out)
        case _:
            return None
    if any(not isinstance(number, int) or not 0 <= number < MAX_TOKENS for number in numbers):
        return None
    return ReplyUsage(TokenCount(*numbers))
