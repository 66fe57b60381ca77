"""Those over HTTP keep what every ModelLister and ServiceChecker promises."""

from collections.abc import Iterator

import pytest

from imgvar_desktop.adapters.model_list import HttpModelLister
from imgvar_desktop.adapters.service_check import HttpServiceChecker
from imgvar_desktop.core.services import Endpoint
from tests.adapters.wire import Answer, hangs, images_json, picture, profile, says, wire_in_a_thread
from tests.contracts.service_questions import Checked, Listed, ModelListerContract, ServiceCheckerContract

MODELS = says(200, {"data": [{"id": "a"}, {"id": "b"}]})


class TestHttpModelLister(ModelListerContract):
    @pytest.fixture
    def telling(self) -> Iterator[Listed]:
        with wire_in_a_thread(hangs, gets={"/v1/models": MODELS}) as server:
            yield Listed(HttpModelLister(), profile(), Endpoint(server.base_url))

    @pytest.fixture
    def refusing(self) -> Iterator[Listed]:
        with wire_in_a_thread(hangs) as server:
            yield Listed(HttpModelLister(), profile(), Endpoint(server.base_url))


def checked(*posts: Answer, models: Answer = MODELS) -> Iterator[Checked]:
    with wire_in_a_thread(*posts, gets={"/v1/models": models}) as server:
        yield Checked(HttpServiceChecker(), profile(), Endpoint(server.base_url))


class TestHttpServiceChecker(ServiceCheckerContract):
    @pytest.fixture
    def usable(self) -> Iterator[Checked]:
        yield from checked(says(200, images_json(picture(side=256), picture(side=256))))

    @pytest.fixture
    def unusable(self) -> Iterator[Checked]:
        yield from checked(hangs, models=says(401, ""))

    @pytest.fixture
    def silent(self) -> Iterator[Checked]:
        yield from checked(hangs)
