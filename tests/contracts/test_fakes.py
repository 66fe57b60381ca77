"""The fakes do what the real ones do."""

import pytest

from imgvar_desktop.core.errors import BillingRefused
from imgvar_desktop.core.services import Endpoint, ServiceProfile
from tests.contracts.secret_store import SecretStoreContract
from tests.contracts.variation_client import Set, VariationClientContract
from tests.fakes import FakeSecretStore, FakeVariationClient

PROFILE = ServiceProfile("test", "Test", "http://127.0.0.1:9/v1")


class TestFakeSecretStore(SecretStoreContract):
    @pytest.fixture
    def store(self) -> FakeSecretStore:
        return FakeSecretStore()


class TestFakeVariationClient(VariationClientContract):
    @pytest.fixture
    def answering(self) -> Set:
        return _set(FakeVariationClient())

    @pytest.fixture
    def refusing(self) -> Set:
        return _set(FakeVariationClient(refuse=BillingRefused("The account has no money left.")))

    @pytest.fixture
    def silent(self) -> Set:
        return _set(FakeVariationClient(hang_after=0))


def _set(client: FakeVariationClient) -> Set:
    return Set(client, PROFILE, Endpoint(PROFILE.base_url))
