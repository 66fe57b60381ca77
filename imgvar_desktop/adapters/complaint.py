"""What an error's body says, out of the many shapes that servers write one in: pure."""

import ast
import html
import json
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from itertools import islice
from typing import Any, Final

Fields = dict[str, Any]
"""A JSON object."""

LONGEST_TEXT: Final = 300
"""Characters of a server's own words that a person gets to read."""
SHORTEST_SECRET: Final = 4
"""Blotting out every "a" would leave nothing to read, and guard nothing."""
LONGEST_BODY: Final = 65_536
"""Bytes of a body that are looked at; errors are short."""


class Shape(Enum):
    EMPTY = auto()
    ENVELOPE = auto()
    """JSON with ``error``, or any other JSON that is not ``detail``."""
    DETAIL = auto()
    """FastAPI's ``{"detail": …}``."""
    PLAIN = auto()
    MARKUP = auto()
    """HTML or XML; never shown."""


@dataclass(frozen=True, slots=True)
class Complaint:
    shape: Shape
    text: str = ""
    """For a person: one line, short, no markup, no key."""
    code: str = ""
    """In lower case; the innermost one that a gateway passed on, never a mere status."""
    type: str = ""
    param: str = ""
    categories: tuple[str, ...] = ()
    """What a safety system objected to."""
    raw: str = ""
    """Everything, for looking up known words in; never shown."""


LONGEST_NESTED: Final = 8_000
"""Characters of an object inside a message."""

_TEXTS: Final = ("error", "detail", "message", "errors", "msg", "error_message", "title")
"""Where servers put what they have to say, the likeliest first."""
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_VIOLATIONS: Final = re.compile(r"safety_violations=\[([^\]]{1,200})\]")
_KEYS: Final = re.compile(r"\b(?:sk|pk|key)-[\w*.-]{6,}|(?i:bearer)\s+[\w.~+/*-]{12,}=*")
_MARKUP: Final = re.compile(r"\s*<(?:[!?]|[a-zA-Z])")
# Xinference says which of its workers failed before it says what failed.
_WORKER: Final = re.compile(r"^\[address=[^\]]*\]\s*")


def read_complaint(content_type: str, body: bytes, *, secret: str = "") -> Complaint:
    """``secret`` is blotted out wherever the server repeats it."""
    raw = body[:LONGEST_BODY].decode("utf-8", "replace")
    if not raw.strip():
        return Complaint(Shape.EMPTY)
    if _MARKUP.match(raw) or "html" in content_type.lower():
        return Complaint(Shape.MARKUP, raw=html.unescape(raw))
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError):
        return Complaint(Shape.PLAIN, text=_shown(raw, secret), raw=raw)
    return _from_json(document, raw, secret)


def _from_json(document: Any, raw: str, secret: str) -> Complaint:
    if isinstance(document, list) and document and isinstance(document[0], dict):
        document = document[0]  # as Google's answers come
    if not isinstance(document, dict):
        return Complaint(Shape.PLAIN, text=_shown(document, secret) if isinstance(document, str) else "", raw=raw)
    text, inner = _text(document)
    for nested in _nested(text):
        # The upstream's own words are nearer to the cause than the gateway's around them.
        text, deeper = _text(nested)
        inner = {**inner, **{name: value for name, value in deeper.items() if value}}
    param = _named(inner.get("param")) or _missing_field(document)
    code = _snake(inner.get("code") or inner.get("__type") or inner.get("name"))
    return Complaint(
        shape=Shape.DETAIL if "detail" in document and not document.get("error") else Shape.ENVELOPE,
        text=_shown(text, secret),
        code="" if code.isdigit() else code,
        type=_snake(inner.get("type")),
        param=_shown(param, secret),
        categories=_categories(inner, text),
        raw=raw,
    )


def _text(document: Fields) -> tuple[str, Fields]:
    """The message and the object that it stands in, in the order servers use: error, detail, message."""
    for name in _TEXTS:
        value = document.get(name)
        if isinstance(value, list) and value:
            if isinstance(value[0], dict) and "loc" in value[0]:
                return _validation(value[0]), {}
            value = value[0]
        if isinstance(value, str) and value:
            return value, document
        if isinstance(value, dict) and value:
            return _text(value)[0], value
    return "", document


def _validation(entry: Fields) -> str:
    """The first entry of FastAPI's list: ``model: Field required``."""
    return f"{_last(entry.get('loc'))}: {entry.get('msg') or 'not accepted'}".removeprefix(": ")


def _nested(text: str) -> Iterator[Fields]:
    """JSON objects that a gateway embedded in its message, the first that is whole and says something.

    Also as Python prints them, and with their quotation marks escaped once more.
    """
    for attempt in (text, text.replace('\\"', '"')):
        for found in islice(re.finditer(r"\{\s*[\"']", attempt), 8):
            document = _object_at(attempt, found.start())
            if isinstance(document, dict) and _text(document)[0]:
                yield document
                return


def _object_at(text: str, start: int) -> Any:
    try:
        document, _ = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        pass
    else:
        return document
    end = _end_of_object(text, start)
    with warnings.catch_warnings(action="ignore"):  # of odd backslashes
        try:
            return ast.literal_eval(text[start:end]) if end else None
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            return None


def _end_of_object(text: str, start: int) -> int:
    """One past the brace that closes the one at ``start``, 0 where there is none."""
    depth = 0
    for at in range(start, min(len(text), start + LONGEST_NESTED)):
        depth += (text[at] == "{") - (text[at] == "}")
        if depth == 0:
            return at + 1
    return 0


def _snake(name: Any) -> str:
    """``ThrottlingException`` → ``throttling_exception``."""
    return _HUMP.sub("_", _named(str(name or ""))).lower()


def _named(value: Any) -> str:
    """Empty for what some gateways write where they have nothing to say."""
    return value if isinstance(value, str) and value not in {"None", "null"} else ""


def _missing_field(document: Fields) -> str:
    match document.get("detail"):
        case [{"loc": loc}, *_]:
            return _last(loc)
    return ""


def _last(loc: Any) -> str:
    return str(loc[-1]) if isinstance(loc, list) and loc else ""


def _categories(inner: Fields, text: str) -> tuple[str, ...]:
    """What a safety system objected to, in the ways that OpenAI, Azure and the wording of a message have for it."""
    found: list[Any] = []
    match inner:
        case {"moderation_details": {"categories": [*listed]}} | {"metadata": {"reasons": [*listed]}}:
            found = listed
        case {"inner_error": {"content_filter_results": dict(results)}} | {
            "innererror": {"content_filter_result": dict(results)}
        }:
            found = [name for name, result in results.items() if isinstance(result, dict) and result.get("filtered")]
        case _ if named := _VIOLATIONS.search(text):
            found = [name.strip() for name in named[1].split(",")]
    return tuple(_shown(name, "") for name in found[:8] if isinstance(name, str) and name)


def _shown(text: str, secret: str) -> str:
    """One short line, without control characters, without anything that looks like a key."""
    if len(secret) >= SHORTEST_SECRET:
        text = text.replace(secret, "…")
    text = _WORKER.sub("", text)
    text = "".join(char if char.isprintable() else " " for char in text)
    text = " ".join(_KEYS.sub("…", text).split())
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1].rstrip() + "…"
