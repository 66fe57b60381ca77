"""A recipe comes back from its text as it was, from a stranger's text not at all, and says nothing private."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgvar_desktop.core.framing import Fit, Framing
from imgvar_desktop.core.geometry import Square
from imgvar_desktop.core.library import Entry, RunRecord
from imgvar_desktop.core.recipe import MARK, Recipe, SourceType, recipe_from, recipe_of, recipe_text, restored
from imgvar_desktop.core.request import Source, VariationRequest
from imgvar_desktop.core.services import ON_DEVICE_ID, ServiceProfile
from imgvar_desktop.core.settings import Settings

SOURCE = Source("a" * 64, "lake", 400, 300)
REQUEST = VariationRequest(
    SOURCE,
    Framing(Square(-20, 10, 300), turns=1, flipped=True, angle=-7.5, fit=Fit.BLUR),
    count=4,
    size_px=1024,
    service_id="cloud",
    model="m-1",
    user="ada@example.com",
    seed=9,
    strength=0.25,
    prompt="Keep the mood.",
    quality="high",
    framing_name="wide",
)
RUN = RunRecord("r" * 32, 3, REQUEST, "The cloud", datetime(2026, 11, 23, tzinfo=UTC))
ENTRY = Entry(
    id="e" * 32,
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
)
PARENT = replace(ENTRY, id="p" * 32, sha256="a" * 64)
RECIPE = recipe_of(ENTRY, RUN, PARENT)

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
RECIPES = st.builds(
    Recipe,
    request=st.builds(
        replace,
        st.just(replace(REQUEST, user="")),
        prompt=st.text(max_size=50),
        model=st.text(max_size=20),
        source=st.builds(replace, st.just(SOURCE), name=st.text(max_size=30)),
        strength=st.none() | st.floats(0, 1),
        seed=st.none() | st.integers(0, 2**32 - 1),
    ),
    service_name=st.text(max_size=20),
    entry_id=st.uuids().map(lambda one: one.hex),
    index=st.integers(0, 9),
    run_number=st.integers(1, 10**6),
    created_at=st.datetimes(timezones=st.just(UTC)),
    sha256=st.just("c" * 64),
    seed=st.none() | st.integers(0, 2**32 - 1),
    parent_id=st.none(),
    parent_sha256=st.none(),
)


@given(RECIPES)
def test_a_recipe_comes_back_as_it_went(recipe):
    assert recipe_from(recipe_text(recipe, software="Imgvar 1")) == recipe


def test_a_recipe_knows_its_parent():
    back = recipe_from(recipe_text(RECIPE, software="Imgvar 1"))

    assert back is not None
    assert (back.parent_id, back.parent_sha256) == (PARENT.id, PARENT.sha256)


def test_nothing_private_is_in_it():
    text = recipe_text(RECIPE, software="Imgvar 1")

    assert "ada@example.com" not in text
    assert "images/2026-11" not in text


@pytest.mark.parametrize(
    ("service_id", "kind"),
    [(ON_DEVICE_ID, SourceType.COMPOSITE), ("cloud", SourceType.TRAINED_ALGORITHMIC_MEDIA)],
)
def test_how_it_came_about_is_said_in_iptc_s_words(service_id, kind):
    recipe = replace(RECIPE, request=replace(REQUEST, service_id=service_id))

    text = recipe_text(recipe, software="Imgvar 1")

    assert json.loads(text)["digital_source_type"] == f"http://cv.iptc.org/newscodes/digitalsourcetype/{kind.value}"


@given(
    st.text(max_size=60) | ANY_JSON.map(json.dumps) | ANY_JSON.map(lambda one: json.dumps({MARK: 1, "framing": one}))
)
def test_a_stranger_s_text_is_no_recipe(text):
    assert recipe_from(text) is None


WHOLE = json.loads(recipe_text(RECIPE, software="Imgvar 1"))
PATHS = [(key,) for key in WHOLE] + [
    (key, inner) for key, value in WHOLE.items() if isinstance(value, dict) for inner in value
]


@given(st.sampled_from(PATHS), ANY_JSON)
def test_a_recipe_with_a_wrong_part_is_none_or_makes_sense(path, wrong):
    fields = json.loads(json.dumps(WHOLE))
    *outer, last = path
    place = fields
    for key in outer:
        place = place[key]
    place[last] = wrong

    recipe = recipe_from(json.dumps(fields))

    assert recipe is None or recipe_from(recipe_text(recipe, software="Imgvar 1")) == recipe


def test_a_newer_version_is_understood_as_far_as_it_goes():
    assert recipe_from(json.dumps({**WHOLE, MARK: 2, "music": "loud"})) == replace(
        RECIPE, request=replace(REQUEST, user="")
    )


def test_restoring_brings_the_parameters_back_and_the_picture_s_own_seed():
    cloud = ServiceProfile(id="cloud", name="The cloud", base_url="https://cloud.example/v1", model="m-2")
    settings = Settings(services=(cloud,), count=1, prompt="another", seed=None)

    back = restored(settings, RECIPE)

    assert (back.service_id, back.service.model) == ("cloud", "m-1")
    assert (back.count, back.size_px, back.strength, back.seed) == (4, 1024, 0.25, 77)
    assert (back.prompt, back.quality) == ("Keep the mood.", "high")


def test_a_service_that_is_not_set_up_leaves_the_chosen_one():
    assert restored(Settings(), RECIPE).service_id == ON_DEVICE_ID


def test_what_a_recipe_does_not_say_stays_as_it_was():
    plain = replace(RECIPE, seed=None, request=replace(REQUEST, strength=None, prompt="", quality="", seed=None))
    settings = Settings(strength=0.9, prompt="mine", quality="low", seed=3)

    back = restored(settings, plain)

    assert (back.strength, back.prompt, back.quality, back.seed) == (0.9, "mine", "low", None)


def test_moments_keep_their_zone():
    later = replace(RECIPE, created_at=RECIPE.created_at + timedelta(microseconds=5))

    back = recipe_from(recipe_text(later, software="Imgvar 1"))

    assert back is not None
    assert back.created_at == later.created_at
    assert back.created_at.tzinfo is not None
