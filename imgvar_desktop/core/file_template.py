"""Names of exported files, from a template such as ``{source}_v{run:02}-{index:02}``. Pure functions.

What a template gives may still hold what some platform forbids in a name; whoever makes the file sees to that.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Final

from imgvar_desktop.core.library import Entry, RunRecord

DEFAULT_TEMPLATE: Final = "{source}_v{run:02}-{index:02}"
MAX_CHARS: Final = 200
SHORT_ID: Final = 8
"""Characters of a variation's id: enough to tell it from all others in a library."""

TOKENS: Final = (*("source", "run", "index", "date", "time", "model", "size", "stars", "label", "seed", "id", "note"),)
_COUNTED: Final = frozenset({"run", "index", "stars", "seed"})
_DIGITS: Final = re.compile(r"0?[1-9]")
_NOTHING: Final = "\0"
"""Stands for a token without a value until the separator that led to it is taken away too."""


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class Token:
    name: str
    digits: str = ""
    """How a number is padded, as in ``format``; empty: not at all."""


Part = Text | Token


def parsed(template: str) -> tuple[Part, ...]:
    """Raises ValueError with one sentence that says what is wrong."""
    if len(template) > MAX_CHARS:
        raise ValueError(f"A name has at most {MAX_CHARS} characters.")
    try:
        pieces = list(Formatter().parse(template))
    except ValueError:
        raise ValueError("A { or } is alone: tokens stand in a pair of them, such as {source}.") from None
    parts: list[Part] = []
    for text, name, digits, conversion in pieces:
        if text:
            parts.append(Text(text))
        if name is not None:
            parts.append(_token(name, digits or "", conversion))
    if not any(isinstance(part, Token) or part.text.strip(" .") for part in parts):
        raise ValueError("A name needs something to be made of, such as {source}.")
    return tuple(parts)


def filled(template: str, values: Mapping[str, str | int]) -> str:
    """The template with a value for each of TOKENS; a token whose value is empty goes with the separator before it.

    Raises ValueError as ``parsed`` does.
    """
    pieces = [part.text if isinstance(part, Text) else _value(part, values) for part in parsed(template)]
    name = re.sub(rf"[ _.-]*{_NOTHING}", "", "".join(pieces))
    return name.lstrip(" _.-") if pieces[0] == _NOTHING else name


def values_of(entry: Entry, run: RunRecord, *, width: int, height: int) -> dict[str, str | int]:
    """What the tokens stand for. ``width`` and ``height``: of the file that is written, in pixels."""
    made = entry.created_at.astimezone()
    seed = entry.seed if entry.seed is not None else run.request.seed
    return {
        "source": entry.source_name,
        "run": entry.run_number,
        "index": entry.index + 1,
        "date": f"{made:%Y-%m-%d}",
        "time": f"{made:%H-%M-%S}",
        "model": run.request.model or run.service_name,
        "size": f"{width}x{height}",
        "stars": entry.marks.stars,
        "label": entry.marks.label.value,
        "seed": "" if seed is None else seed,
        "id": entry.id[:SHORT_ID],
        "note": " ".join(entry.marks.note.split()),
    }


def _token(name: str, digits: str, conversion: str | None) -> Token:
    if name not in TOKENS:
        known = ", ".join(f"{{{one}}}" for one in TOKENS)
        raise ValueError(f"There is no {{{name}}}; a name can hold {known}.")
    if conversion is not None or (digits and not (name in _COUNTED and _DIGITS.fullmatch(digits))):
        raise ValueError(
            f"{{{name}}} takes no “{digits or conversion}”."
            if name not in _COUNTED
            else f"{{{name}}} takes a number of digits, such as {{{name}:03}}, and not “{digits or conversion}”."
        )
    return Token(name, digits)


def _value(token: Token, values: Mapping[str, str | int]) -> str:
    value = values[token.name]
    if isinstance(value, int):
        return format(value, f"{token.digits}d")
    return value.replace(_NOTHING, "") or _NOTHING
