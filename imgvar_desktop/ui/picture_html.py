"""The pictures of a piece of HTML, as a browser hands it over: addresses as written there, nothing fetched.

Whoever made the page wrote the HTML. So each character is looked at a bounded number of times, and nothing raises.
"""

import html
import re
from typing import Final

_IMG: Final = re.compile(r"<img(?=[\s/>])", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(
    r"""[\s/]*+([^\s"'<>/=]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++)))?+""", re.IGNORECASE
)
_CANDIDATE: Final = re.compile(r"[\s,]*+(\S++)\s*+([^,]*+)(?:,|$)")
_UNSEEN: Final = frozenset({"0", "1", "0px", "1px"})
"""Widths and heights of pictures that are there to count visitors."""


def picture_addresses(text: str, limit: int) -> tuple[str, ...]:
    """Of each ``<img>`` in order, the largest version it names; the first ``limit`` ones, none twice."""
    found: dict[str, None] = {}
    at = 0
    while len(found) < limit and (tag := _IMG.search(text, at)):
        attributes, at = _attributes(text, tag.end())
        if _UNSEEN & {attributes.get("width"), attributes.get("height")}:
            continue
        address = largest(attributes.get("srcset", "")) or attributes.get("src", "").strip()
        if address:
            found[address] = None
    return tuple(found)


def largest(srcset: str) -> str:
    """The address of ``srcset`` that promises the most pixels; empty when it promises no more than ``src``."""
    best, most = "", 1.0
    at = 0
    while candidate := _CANDIDATE.match(srcset, at):
        at = candidate.end()
        address, size = candidate[1], candidate[2].strip()
        if address.endswith(","):  # no size; the comma ended it, and what followed is the next one
            at = candidate.end(1)
            continue
        try:
            promised = float(size[:-1]) if size[-1:] in {"w", "x"} else 1.0
        except ValueError:
            continue
        if promised > most:
            best, most = address, promised
    return best


def _attributes(text: str, at: int) -> tuple[dict[str, str], int]:
    """Of the tag whose name ends at ``at``; of two with one name the first counts. And where the tag ends."""
    found: dict[str, str] = {}
    while attribute := _ATTRIBUTE.match(text, at):
        at = attribute.end()
        name = attribute[1].lower()
        if name in {"src", "srcset", "width", "height"}:
            value = attribute[2] or attribute[3] or attribute[4] or ""
            found.setdefault(name, html.unescape(value))
    return found, at
