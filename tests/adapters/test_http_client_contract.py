"""The client keeps what every VariationClient promises."""

from collections.abc import Iterator

import pytest

from imgvar_desktop.adapters.http_client import HttpVariationClient
from imgvar_desktop.core.services import Endpoint
from tests.adapters.wire import Answer, hangs, images_json, picture, profile, says, wire_in_a_thread
from tests.contracts.variation_client import Set, VariationClientContract


def served(answer: Answer) -> Iterator[Set]:
    with wire_in_a_thread(answer) as server:
        yield Set(HttpVariationClient(), profile(), Endpoint(server.base_url))


class TestHttpVariationClient(VariationClientContract):
    @pytest.fixture
    def answering(self) -> Iterator[Set]:
        yield from served(says(200, images_json(picture("red"), picture("green"), picture("blue"))))

    @pytest.fixture
    def refusing(self) -> Iterator[Set]:
        yield from served(says(400, {"error": {"message": "no", "code": "billing_hard_limit_reached"}}))

    @pytest.fixture
    def silent(self) -> Iterator[Set]:
        yield from served(hangs)
