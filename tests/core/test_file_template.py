"""Names are made of what a template says, or one sentence says what is wrong with it."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgvar_desktop.core.file_template import DEFAULT_TEMPLATE, TOKENS, filled, parsed, values_of
from imgvar_desktop.core.framing import Framing
from imgvar_desktop.core.geometry import Square
from imgvar_desktop.core.library import Entry, Label, Marks, RunRecord
from imgvar_desktop.core.request import Source, VariationRequest

SOURCE = Source("a" * 64, "lake", 400, 300)
REQUEST = VariationRequest(SOURCE, Framing(Square(0, 0, 300)), count=4, size_px=1024, service_id="cloud", model="m-1")
RUN = RunRecord("r" * 32, 3, REQUEST, "The cloud", datetime(2026, 11, 23, tzinfo=UTC))
ENTRY = Entry(
    id="0123456789abcdef" * 2,
    run_id=RUN.id,
    run_number=3,
    index=1,
    source_name="lake",
    file="images/2026-11/lake_v03-02.png",
    sha256="b" * 64,
    width=1024,
    height=1024,
    media_type="image/png",
    created_at=datetime(2026, 11, 23, 14, 2, 33, tzinfo=UTC),
    seed=77,
    marks=Marks(stars=4, label=Label.GREEN, note=" for  the\nposter "),
)
VALUES = values_of(ENTRY, RUN, width=512, height=512)

TOKEN_TEXTS = st.sampled_from(TOKENS).map("{{{}}}".format) | st.sampled_from(["{run:02}", "{index:03}", "{seed:9}"])
PLAIN = st.text(st.characters(exclude_characters="{}\0"), max_size=6)


def test_the_usual_names_are_those_of_the_library():
    assert filled(DEFAULT_TEMPLATE, VALUES) == "lake_v03-02"


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("{source}", "lake"),
        ("{run}.{index}", "3.2"),
        ("{run:3}-{index:04}", "  3-0002"),
        ("{model}", "m-1"),
        ("{size}", "512x512"),
        ("{stars}{label}", "4green"),
        ("{seed}", "77"),
        ("{id}", "01234567"),
        ("{note}", "for the poster"),
        ("{{{source}}}", "{lake}"),
    ],
)
def test_each_token_stands_for_a_fact(template, name):
    assert filled(template, VALUES) == name


def test_date_and_time_are_those_of_the_place_where_it_was_made():
    local = ENTRY.created_at.astimezone()

    assert filled("{date}_{time}", VALUES) == f"{local:%Y-%m-%d_%H-%M-%S}"


def test_a_service_without_a_model_lends_its_name():
    run = replace(RUN, request=replace(REQUEST, model=""))

    assert values_of(ENTRY, run, width=1, height=1)["model"] == "The cloud"


def test_a_seed_that_the_service_did_not_tell_is_the_one_that_was_asked_for():
    run = replace(RUN, request=replace(REQUEST, seed=5))

    assert values_of(replace(ENTRY, seed=None), run, width=1, height=1)["seed"] == 5


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("{source}_{label}", "lake"),
        ("{label}_{source}", "lake"),
        ("{source}_{label}_{index}", "lake_2"),
        ("{label}-{note}", ""),
        ("{source} - {note} - {run}", "lake - 3"),
    ],
)
def test_a_fact_that_is_not_there_takes_its_separator_along(template, name):
    values = values_of(replace(ENTRY, marks=Marks()), RUN, width=1, height=1)

    assert filled(template, values) == name


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{sorce}", "There is no {sorce}; a name can hold {source}, {run},"),
        ("{source.__class__}", "There is no {source.__class__};"),
        ("{0}", "There is no {0};"),
        ("{}", "There is no {};"),
        ("{source", "A { or } is alone"),
        ("source}", "A { or } is alone"),
        ("{source:03}", "{source} takes no “03”."),
        ("{run:x}", "{run} takes a number of digits, such as {run:03}, and not “x”."),
        ("{run:0999999999}", "{run} takes a number of digits"),
        ("{index!r}", "{index} takes a number of digits"),
        ("", "A name needs something"),
        (" . ", "A name needs something"),
        ("x" * 201, "at most 200 characters"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(template, words):
    with pytest.raises(ValueError, match=re.escape(words)) as caught:
        parsed(template)

    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


@given(st.text(st.characters() | st.sampled_from("{}:!03"), max_size=40))
def test_any_text_is_a_template_or_a_sentence(text):
    refusal = None
    try:
        filled(text, VALUES)
    except ValueError as error:
        refusal = str(error)

    assert refusal is None or (refusal.endswith(".") and len(refusal) < 300)


@given(st.lists(TOKEN_TEXTS | PLAIN, max_size=8).map("{source}".join), st.text(max_size=20), st.text(max_size=20))
def test_nothing_is_left_of_a_token_but_what_it_stands_for(template, source, note):
    name = filled(f"x{template}", {**VALUES, "source": source, "note": note})

    assert name.startswith("x")
    assert "\0" not in name


def test_the_same_template_names_each_of_a_run_differently():
    names = {
        filled(DEFAULT_TEMPLATE, values_of(replace(ENTRY, index=index), RUN, width=1, height=1)) for index in range(10)
    }

    assert len(names) == 10
