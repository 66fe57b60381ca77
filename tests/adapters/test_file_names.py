import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from imgvar_desktop.adapters.file_names import MAX_STEM_BYTES, safe_stem
from imgvar_desktop.core.library import variation_name

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=300)  # surrogates too
PIECES = [*'<>:"/\\|?*. \t\n\x00\x7f', "e\u0301", "\u0301", "𝔘", "\u202e", "\udcff", "con", "COM", "¹", "lake"]
AWKWARD = st.lists(st.sampled_from(PIECES), max_size=80).map("".join)
DEVICES = {"con", "prn", "aux", "nul", "conin$", "conout$"} | {
    f"{d}{n}" for d in ("com", "lpt") for n in "0123456789¹²³"
}


@given(ANY_TEXT | AWKWARD)
@example("")
@example("con.".ljust(300, "x"))
@example("e\u200f\u0301")
def test_a_stem_of_any_text_fits_every_platform(text: str) -> None:
    stem = safe_stem(text)

    assert stem
    assert not re.search(r'[<>:"/\\|?*\x00-\x1f\x7f]', stem)
    assert stem[0] not in ". "
    assert stem[-1] not in ". "
    assert stem.split(".")[0].lower() not in DEVICES
    assert len(stem.encode()) <= MAX_STEM_BYTES  # and so it is UTF-8
    assert unicodedata.is_normalized("NFC", stem)


@given(ANY_TEXT | AWKWARD)
def test_a_safe_stem_stays_as_it_is(text: str) -> None:
    assert safe_stem(safe_stem(text)) == safe_stem(text)


@pytest.mark.parametrize(
    "name", ["lake_v03-02", "Zürich 2026", "湖の写真", "תמונה", "IMG.0001 (2)", "👩‍👩‍👧 family", "-o"]
)
def test_what_people_call_their_pictures_is_kept(name: str) -> None:
    assert safe_stem(name) == name


@pytest.mark.parametrize(
    ("text", "stem"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\Users\\me", "C__Users_me"),
        ("  what? *no* ", "what_ _no_"),
        ("NUL", "_NUL"),
        ("com1.old", "_com1.old"),
        ("...", "picture"),
        ("gnp\u202e.exe", "gnp.exe"),
        ("cafe\u0301", "café"),
    ],
)
def test_what_some_platform_forbids_is_replaced(text: str, stem: str) -> None:
    assert safe_stem(text) == stem


@given(ANY_TEXT, st.integers(1, 99_999), st.integers(0, 9))
def test_a_long_name_keeps_what_tells_its_variations_apart(name: str, number: int, index: int) -> None:
    assert safe_stem(variation_name(name, number, index)).endswith(f"_v{number:02}-{index + 1:02}")
