"""A person's words as a question to the library's index of words."""

import unicodedata
from typing import Final

_FOUND: Final = "SELECT e.id FROM words w JOIN entries e ON e.number = w.rowid WHERE"
_FIRST_IDEOGRAPH: Final = 0x2E80
"""From here on Unicode has the scripts that write words without spaces: the index holds whole lines of them."""


def question(text: str) -> tuple[str, ...]:
    """The statement and its values; empty when there is no word in ``text``."""
    indexed: list[str] = []
    others: list[str] = []
    for word in text.replace("\0", " ").split():
        (indexed if _is_indexed(word) else others).append(word)
    if not indexed and not others:
        return ()
    # Each word as a phrase of its own, so that nothing a person types is taken for the index's own language.
    phrases = " ".join('"{}"*'.format(word.replace('"', '""')) for word in indexed)
    clauses = ["words MATCH ?"] * bool(indexed) + ["w.text LIKE ? ESCAPE '\\'"] * len(others)
    return (f"{_FOUND} {' AND '.join(clauses)}", *([phrases] if indexed else []), *map(_anywhere, others))


def _is_indexed(word: str) -> bool:
    """Signs alone, such as an emoji, are in no index; what is written without spaces is, but not word by word."""
    return any(c.isalnum() for c in word) and not any(
        ord(c) >= _FIRST_IDEOGRAPH and unicodedata.category(c) == "Lo" for c in word
    )


def _anywhere(word: str) -> str:
    for sign in "\\%_":
        word = word.replace(sign, f"\\{sign}")
    return f"%{word}%"
