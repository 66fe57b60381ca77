"""Recipes are found in what was exported, and nowhere else."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imgvar_desktop.adapters.recipe_files import RecipeFiles
from imgvar_desktop.core.export_options import Format, Metadata
from imgvar_desktop.core.recipe import recipe_of, recipe_text
from tests.adapters.export_items import RUN, an_item, exported
from tests.adapters.made_pictures import encoded, quadrants, written
from tests.adapters.test_picture_metadata import chatty

PROMPT = "A “lake” <&> in\nthe mist 湖 \u200f"


@pytest.fixture
def item(tmp_path: Path):
    run = replace(RUN, request=replace(RUN.request, prompt=PROMPT))
    return an_item(written(tmp_path / "a.png", encoded(quadrants(), "PNG")), run=run)


@pytest.mark.parametrize("kind", Format)
def test_a_picture_with_provenance_and_its_sidecar_hold_the_same_recipe(tmp_path, item, kind):
    (one,) = exported([item], tmp_path, format=kind, metadata=Metadata.PROVENANCE, sidecar=True).delivered
    sidecar = one.path.with_name(f"{one.path.name}.json")

    expected = recipe_of(item.entry, item.run, None)
    assert RecipeFiles().read(one.path) == expected
    assert RecipeFiles().read(one.path.read_bytes()) == expected
    assert RecipeFiles().read(sidecar) == expected
    assert RecipeFiles().read(written(sidecar, b"\xef\xbb\xbf" + sidecar.read_bytes())) == expected


@pytest.mark.parametrize("kind", Format)
def test_a_clean_picture_holds_none(tmp_path, item, kind):
    (one,) = exported([item], tmp_path, format=kind).delivered

    assert RecipeFiles().read(one.path) is None


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_metadata_of_others_is_no_recipe(kind):
    assert RecipeFiles().read(chatty(kind)) is None


def test_what_is_no_file_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")

    for path in (tmp_path / "pipe.png", tmp_path, tmp_path / "gone.png", Path("a\0b")):
        assert RecipeFiles().read(path) is None


@given(data=st.binary(max_size=300), at=st.integers(0, 10**6), kind=st.sampled_from(list(Format)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
def test_any_bytes_are_a_recipe_or_nothing(exports, data, at, kind):
    whole = exports[kind]
    at %= len(whole)

    assert RecipeFiles().read(data) is None
    damaged = RecipeFiles().read(whole[:at] + data + whole[at + len(data) :])
    assert damaged is None or recipe_text(damaged, software="x")


@pytest.fixture(scope="module")
def exports(tmp_path_factory) -> dict[Format, bytes]:
    """A file of each format, with its recipe."""
    folder = tmp_path_factory.mktemp("exports")
    item = an_item(written(folder / "a.png", encoded(quadrants(), "PNG")))
    return {
        kind: exported([item], folder, format=kind, metadata=Metadata.PROVENANCE).delivered[0].path.read_bytes()
        for kind in Format
    }
