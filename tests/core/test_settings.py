from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgvar_desktop.core.contract import MAX_SEED
from imgvar_desktop.core.services import ON_DEVICE, ON_DEVICE_ID, ServiceProfile
from imgvar_desktop.core.settings import Settings

CLOUD = ServiceProfile("cloud", "The cloud", "https://cloud.example/v1")
GATEWAY = ServiceProfile("gateway", "Gateway", "http://10.0.0.2:4000")

EDGES: list[tuple[str, list[Any], list[Any]]] = [
    ("count", [1, 10], [0, 11, -1]),
    ("size_px", [1, 256, 4096], [0, -1]),
    ("strength", [0.0, 1.0, 0, 1], [-0.001, 1.001, float("nan"), float("inf")]),
    ("seed", [None, 0, MAX_SEED], [-1, MAX_SEED + 1]),
    ("surround", [None, 0, 255], [-1, 256]),
    ("tile_px", [96, 512], [95, 513, 0]),
]


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, good, _ in EDGES for value in good])
def test_the_edges_are_allowed(name: str, value: Any) -> None:
    assert getattr(Settings(**{name: value}), name) == value


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, _, bad in EDGES for value in bad])
def test_what_no_window_could_show_is_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=name):
        Settings(**{name: value})


def test_settings_do_not_change_under_their_reader() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().count = 2  # type: ignore[misc]  # what is tried out


def test_the_on_device_service_is_always_there_and_chosen_first() -> None:
    assert Settings().service == ON_DEVICE
    assert Settings(services=(CLOUD,)).all_services == (ON_DEVICE, CLOUD)


def test_the_chosen_service_is_the_one_with_its_id() -> None:
    assert Settings(services=(CLOUD, GATEWAY), service_id="gateway").service == GATEWAY


def test_a_removed_service_leaves_the_on_device_one_in_its_place() -> None:
    settings = Settings(services=(CLOUD, GATEWAY), service_id="cloud").without_service("cloud")

    assert settings.services == (GATEWAY,)
    assert settings.service == ON_DEVICE


def test_removing_what_is_not_there_changes_nothing() -> None:
    settings = Settings(services=(CLOUD,))

    assert settings.without_service("never heard of") == settings


def test_a_changed_service_keeps_its_place() -> None:
    settings = Settings(services=(CLOUD, GATEWAY))
    renamed = replace(CLOUD, name="Another name")

    assert settings.with_service(renamed).services == (renamed, GATEWAY)
    assert settings.with_service(replace(CLOUD, id="third")).services == (CLOUD, GATEWAY, replace(CLOUD, id="third"))


@pytest.mark.parametrize("services", [(CLOUD, replace(GATEWAY, id="cloud")), (replace(CLOUD, id=ON_DEVICE_ID),)])
def test_two_services_cannot_share_an_id(services: tuple[ServiceProfile, ...]) -> None:
    with pytest.raises(ValueError, match="share an id"):
        Settings(services=services)


@given(st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=12))
def test_whatever_is_added_and_removed_ids_stay_apart(ids: list[str]) -> None:
    settings = Settings()
    expected: list[str] = []
    for service_id in ids:
        if service_id in expected:
            settings = settings.without_service(service_id)
            expected.remove(service_id)
        else:
            settings = settings.with_service(replace(CLOUD, id=service_id))
            expected.append(service_id)

    assert [service.id for service in settings.services] == expected


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": " "}, "Give the service a name"),
        ({"base_url": ""}, "The address starts with"),
        ({"base_url": "ftp://host/v1"}, "The address starts with"),
        ({"base_url": "host/v1"}, "The address starts with"),
        ({"base_url": "https:///v1"}, "The address starts with"),
        ({"base_url": "https://host/v1?key=1"}, "without a key"),
        ({"base_url": "https://host/v1#here"}, "without a key"),
        ({"base_url": "https://me:secret@host/v1"}, "without a key"),
        ({"sizes_px": ()}, "at least one size"),
        ({"sizes_px": (256, 0)}, "at least one size"),
        ({"max_count": 0}, "1 to 10"),
        ({"max_count": 11}, "1 to 10"),
        ({"made_px": (0,)}, "at least one size"),
        ({"extra_fields": (("n", "3"),)}, "name of its own"),
        ({"extra_fields": (("image", ""),)}, "name of its own"),
        ({"max_upload_bytes": 0}, "some size"),
        ({"price_usd": -0.01}, "price"),
        ({"price_usd": float("nan")}, "price"),
    ],
)
def test_a_service_that_could_not_be_called_is_refused_with_a_sentence(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence) as caught:
        replace(CLOUD, **changes)

    assert str(caught.value).endswith(".")
