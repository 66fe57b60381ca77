import json
import os
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from imgvar_desktop.adapters.settings_file import VERSION, SettingsFile
from imgvar_desktop.core import contract
from imgvar_desktop.core.appearance import Theme
from imgvar_desktop.core.bracket import Bracket
from imgvar_desktop.core.contract import Call, ResponseFormat
from imgvar_desktop.core.errors import AppError
from imgvar_desktop.core.export_options import (
    Clash,
    ExportOptions,
    Format,
    Metadata,
    Page,
    SheetField,
    SheetKind,
    SheetOptions,
    Target,
)
from imgvar_desktop.core.filters import Filter, Grouping, Order
from imgvar_desktop.core.library import Flag, Label
from imgvar_desktop.core.prices import ImagePrice, TokenPrices
from imgvar_desktop.core.prompts import Prompt
from imgvar_desktop.core.services import ServiceProfile
from imgvar_desktop.core.settings import Settings
from imgvar_desktop.core.sharing import FIRST_PORT, LAST_PORT

CLOUD = ServiceProfile("cloud", "The cloud", "https://cloud.example/v1")

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=20)  # a folder's name may hold half characters
PRICES = st.floats(0, 100)
PROFILES = st.builds(
    ServiceProfile,
    id=st.text(min_size=1, max_size=8).map("id-{}".format),
    name=st.text(min_size=1, max_size=8).map("n{}".format),
    base_url=st.sampled_from(["https://host/v1", "http://127.0.0.1:8080", "https://bücher.example/api"]),
    model=ANY_TEXT,
    needs_key=st.booleans(),
    call=st.sampled_from(Call),
    sizes_px=st.lists(st.integers(1, 4096), min_size=1, max_size=4).map(tuple),
    made_px=st.lists(st.integers(1, 4096), max_size=2).map(tuple),
    max_count=st.integers(1, 10),
    honours_count=st.booleans(),
    response_formats=st.lists(st.sampled_from(ResponseFormat), unique=True).map(tuple),
    qualities=st.lists(ANY_TEXT, max_size=3).map(tuple),
    takes_model=st.booleans(),
    needs_model=st.booleans(),
    lists_models=st.booleans(),
    takes_user=st.booleans(),
    takes_prompt=st.booleans(),
    takes_seed=st.booleans(),
    takes_strength=st.booleans(),
    streams=st.booleans(),
    extra_fields=st.lists(st.tuples(ANY_TEXT.map("x{}".format), ANY_TEXT), max_size=2).map(tuple),
    max_upload_bytes=st.integers(1, 10**12),
    price_usd=st.none() | PRICES,
    image_prices=st.lists(st.builds(ImagePrice, ANY_TEXT, ANY_TEXT, st.integers(1, 4096), PRICES), max_size=2).map(
        tuple
    ),
    token_prices=st.none() | st.builds(TokenPrices, PRICES, PRICES, PRICES),
    docs_url=ANY_TEXT,
    notes=ANY_TEXT,
)
SHEETS = st.builds(
    SheetOptions,
    kind=st.sampled_from(SheetKind),
    page=st.sampled_from(Page),
    columns=st.integers(1, 12),
    title=ANY_TEXT,
    fields=st.lists(st.sampled_from(SheetField), unique=True).map(tuple),
)
EXPORTS = st.builds(
    ExportOptions,
    template=ANY_TEXT.map(lambda text: "{source}" + text.replace("{", "").replace("}", "")),
    clash=st.sampled_from(Clash),
    format=st.sampled_from(Format),
    quality=st.integers(1, 100),
    lossless=st.booleans(),
    flatten=st.integers(0, 0xFFFFFF).map("#{:06x}".format),
    longest_px=st.none() | st.integers(16, 20_000),
    metadata=st.sampled_from(Metadata),
    sidecar=st.booleans(),
    target=st.sampled_from(Target),
    sheet=SHEETS,
)
# What a text search found is looked up anew at each start, and so it is never among what is kept.
FILTERS = st.builds(
    Filter,
    flags=st.lists(st.sampled_from(Flag), unique=True, max_size=2).map(tuple),
    stars=st.integers(0, 5),
    labels=st.lists(st.sampled_from(Label), unique=True, max_size=2).map(tuple),
    source_keys=st.lists(ANY_TEXT, max_size=2).map(tuple),
    run_numbers=st.lists(st.integers(1, 10**6), max_size=2).map(tuple),
    sizes_px=st.lists(st.integers(1, 4096), max_size=2).map(tuple),
    first_day=st.none() | st.dates(),
    last_day=st.none() | st.dates(),
    childless=st.booleans(),
    undelivered=st.booleans(),
    text=ANY_TEXT,
)
SETTINGS = st.builds(
    Settings,
    services=st.lists(PROFILES, max_size=3, unique_by=lambda profile: profile.id).map(tuple),
    service_id=ANY_TEXT,
    count=st.integers(1, 10),
    framings=st.lists(st.sampled_from(Bracket), min_size=1, unique=True).map(tuple),
    size_px=st.integers(1, 4096),
    strength=st.floats(0, 1),
    seed=st.none() | st.integers(0, contract.MAX_SEED),
    response_format=st.sampled_from(ResponseFormat),
    user=ANY_TEXT,
    prompt=ANY_TEXT,
    own_prompts=st.lists(st.builds(Prompt, *[st.text(min_size=1, max_size=9).map("p{}".format)] * 2), max_size=2).map(
        tuple
    ),
    quality=ANY_TEXT,
    ca_file=ANY_TEXT,
    shared=st.booleans(),
    shared_port=st.integers(FIRST_PORT, LAST_PORT),
    library_folder=ANY_TEXT,
    save_folder=ANY_TEXT,
    export=EXPORTS,
    preset_folders=st.lists(ANY_TEXT, max_size=9).map(tuple),
    open_folder=ANY_TEXT,
    theme=st.sampled_from(Theme),
    surround=st.none() | st.integers(0, 255),
    tile_px=st.integers(96, 512),
    filter=FILTERS,
    order=st.sampled_from(Order),
    grouping=st.sampled_from(Grouping),
    filter_bar_shown=st.booleans(),
    gallery_at=ANY_TEXT,
    auto_advance=st.booleans(),
    single_keys=st.booleans(),
    advanced_shown=st.booleans(),
    inspector_shown=st.booleans(),
    source_key=ANY_TEXT,
    source_name=ANY_TEXT,
    window_geometry=ANY_TEXT,
    window_state=ANY_TEXT,
)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
NAMES = [field.name for field in fields(Settings)] + ["version", "unheard_of"]

# One folder serves all examples of a test: each writes the whole file anew.
one_folder = hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.json"


def _stored(file: Path) -> dict[str, object]:
    stored = json.loads(file.read_bytes())
    assert isinstance(stored, dict)
    return stored


@one_folder
@given(SETTINGS)
def test_settings_come_back_as_they_were_saved(file: Path, settings: Settings) -> None:
    SettingsFile(file).save(settings)

    assert SettingsFile(file).load() == settings


def test_every_field_takes_part_in_the_round_trip() -> None:
    # So that a field that is added later is tried out above too.
    assert {field.name for field in fields(Settings)} == set(NAMES) - {"version", "unheard_of"}
    for type_, strategy in [(Settings, SETTINGS), (ServiceProfile, PROFILES)]:
        given_fields = strategy.wrapped_strategy.kwargs  # type: ignore[attr-defined]  # hypothesis shows it to nobody
        assert set(given_fields) == {field.name for field in fields(type_)}


@one_folder
@given(EXPORTS, st.data())
def test_export_options_of_an_older_imgvar_take_defaults_for_what_is_new(
    file: Path, export: ExportOptions, data: st.DataObject
) -> None:
    SettingsFile(file).save(Settings(export=export))
    stored = _stored(file)
    written = stored.get("export", {})
    assert isinstance(written, dict)
    gone = data.draw(st.sets(st.sampled_from(sorted(written)))) if written else set()
    file.write_text(json.dumps({**stored, "export": {k: v for k, v in written.items() if k not in gone}}))

    loaded = SettingsFile(file).load().export

    default = ExportOptions()
    assert loaded == replace(export, **{name: getattr(default, name) for name in gone})


def test_without_a_file_everything_is_at_its_default(file: Path) -> None:
    assert SettingsFile(file).load() == Settings()
    assert not file.exists()


def test_only_what_differs_is_written(file: Path) -> None:
    SettingsFile(file).save(Settings(theme=Theme.DARK, services=(replace(CLOUD, takes_seed=True),)))

    service = {"id": "cloud", "name": "The cloud", "base_url": "https://cloud.example/v1", "takes_seed": True}
    assert _stored(file) == {"version": VERSION, "theme": "dark", "services": [service]}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("count", 99),
        ("count", "4"),
        ("count", True),
        ("count", 4.5),
        ("count", None),
        ("strength", 2),
        ("strength", "much"),
        ("advanced_shown", 1),
        ("theme", "sepia"),
        ("seed", -1),
        ("save_folder", ["a"]),
        ("services", {"cloud": {}}),
        ("services", "cloud"),
    ],
)
def test_a_field_that_makes_no_sense_costs_itself_alone(
    file: Path, expected_log: list[object], name: str, value: object
) -> None:
    content = json.dumps({"version": 1, "source_name": "kept", name: value, "user": "kept too"})
    file.write_text(content)
    store = SettingsFile(file)

    loaded = store.load()

    assert loaded == Settings(source_name="kept", user="kept too")
    assert len(expected_log) == 1
    assert file.read_text() == content  # reading changes nothing
    store.save(replace(loaded, count=7))
    assert (file.with_name("settings.unreadable-1.json")).read_text() == content
    assert SettingsFile(file).load() == replace(loaded, count=7)


def test_a_service_that_makes_no_sense_does_not_take_the_others_along(file: Path, expected_log: list[object]) -> None:
    good = {"id": "cloud", "name": "The cloud", "base_url": "https://cloud.example/v1"}
    bad: list[object] = [
        3,
        {"id": "a", "name": "A"},
        {**good, "id": 5},
        {**good, "id": "b", "base_url": "nowhere"},
        {**good, "id": "on-device"},
        {**good, "name": "twice"},
    ]
    half = {**good, "id": "half", "max_count": "many", "sizes_px": [], "takes_seed": True}
    file.write_text(json.dumps({"version": 1, "services": [good, *bad, half]}))

    loaded = SettingsFile(file).load()

    assert loaded.services == (CLOUD, replace(CLOUD, id="half", takes_seed=True))
    assert len(expected_log) == len(bad) + 2


UNREADABLE: dict[str, bytes] = {
    "empty": b"",
    "cut short": b'{"version": 1, "count": ',
    "no JSON": b"count = 4",
    "a list": b"[1, 2]",
    "no text": b"\xff\xfe\x00\x01",
    "too deep": b"[" * 100_000,
    "too long a number": b'{"count": ' + b"9" * 5000 + b"}",
}


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_file_that_cannot_be_read_is_set_aside_and_not_lost(
    file: Path, expected_log: list[object], content: bytes
) -> None:
    file.write_bytes(content)
    store = SettingsFile(file)

    assert store.load() == Settings()
    store.save(Settings(count=2))
    store.save(Settings(count=3))

    assert expected_log
    assert {path.name: path.read_bytes() for path in file.parent.iterdir() if path != file} == {
        "settings.unreadable-1.json": content
    }
    assert SettingsFile(file).load() == Settings(count=3)


@pytest.mark.expected_log
def test_files_set_aside_do_not_displace_each_other(file: Path) -> None:
    for content in (b"first", b"second"):
        file.write_bytes(content)
        store = SettingsFile(file)
        store.load()
        store.save(Settings())

    assert file.with_name("settings.unreadable-1.json").read_bytes() == b"first"
    assert file.with_name("settings.unreadable-2.json").read_bytes() == b"second"


@pytest.mark.expected_log
@one_folder
@given(st.dictionaries(st.sampled_from(NAMES), ANY_JSON))
def test_whatever_stands_in_the_file_settings_come_out_and_can_be_saved(file: Path, stored: dict[str, object]) -> None:
    file.write_text(json.dumps(stored))
    store = SettingsFile(file)

    loaded = store.load()

    store.save(loaded)
    assert SettingsFile(file).load() == loaded
    for aside in file.parent.glob("*.unreadable-*"):
        aside.unlink()


def test_what_a_newer_program_wrote_is_kept(file: Path) -> None:
    service = {"id": "cloud", "name": "The cloud", "base_url": "https://cloud.example/v1", "region": "north"}
    newer = {"version": 7, "count": 2, "layout": {"left": 3}, "services": [service]}
    file.write_text(json.dumps(newer))
    store = SettingsFile(file)

    loaded = store.load()
    store.save(replace(loaded, count=3))

    assert loaded == Settings(count=2, services=(CLOUD,))
    assert _stored(file) == {**newer, "count": 3}
    store.save(loaded.without_service("cloud"))
    assert _stored(file) == {"version": 7, "count": 2, "layout": {"left": 3}}


def test_a_link_is_followed_and_stays(file: Path, tmp_path: Path) -> None:
    real = tmp_path / "elsewhere" / "mine.json"
    real.parent.mkdir()
    real.write_text("{}")
    file.symlink_to(real)

    SettingsFile(file).save(Settings(count=2))

    assert file.is_symlink()
    assert _stored(real)["count"] == 2


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_disk_that_refuses_is_told_and_the_settings_before_stay(
    file: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    store = SettingsFile(file)
    store.save(Settings(count=2))

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os if step == "fsync" else Path, step, refuse)
        with pytest.raises(AppError, match="could not be saved: No space left on device") as caught:
            store.save(Settings(count=3))

    assert caught.value.hint
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert SettingsFile(file).load() == Settings(count=2)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(AppError, match="could not be saved"):
        SettingsFile(tmp_path / "file" / "settings.json").save(Settings())


def _a_folder(file: Path) -> None:
    file.mkdir()


def _not_ours(file: Path) -> None:
    file.write_text("{}")
    file.chmod(0)
    if os.access(file, os.R_OK):
        pytest.skip("this user may read everything")


@pytest.mark.expected_log
@pytest.mark.parametrize("make", [_a_folder, _not_ours])
def test_what_may_not_be_read_does_not_keep_the_window_from_opening(file: Path, make: Callable[[Path], None]) -> None:
    make(file)
    store = SettingsFile(file)

    assert store.load() == Settings()
    store.save(Settings(count=2))

    assert file.with_name("settings.unreadable-1.json").exists()
    assert SettingsFile(file).load() == Settings(count=2)
