"""The fakes do what the real ones do."""

import pytest

from imgvar_desktop.core.errors import BillingRefused, EndpointGone
from imgvar_desktop.core.service_check import Finding, Learned, Topic, Verdict
from imgvar_desktop.core.services import Endpoint, ServiceProfile
from tests.contracts.secret_store import SecretStoreContract
from tests.contracts.service_questions import Checked, Listed, ModelListerContract, ServiceCheckerContract
from tests.contracts.variation_client import Set, VariationClientContract
from tests.fakes import FakeModelLister, FakeSecretStore, FakeServiceChecker, FakeVariationClient

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


class TestFakeModelLister(ModelListerContract):
    @pytest.fixture
    def telling(self) -> Listed:
        return Listed(FakeModelLister("a", "b"), PROFILE, Endpoint(PROFILE.base_url))

    @pytest.fixture
    def refusing(self) -> Listed:
        return Listed(FakeModelLister(refuse=EndpointGone("It has none.")), PROFILE, Endpoint(PROFILE.base_url))


class TestFakeServiceChecker(ServiceCheckerContract):
    @pytest.fixture
    def usable(self) -> Checked:
        return _checked(FakeServiceChecker(Finding(Verdict.OK, Topic.CALL, "It is there."), Learned(PROFILE)))

    @pytest.fixture
    def unusable(self) -> Checked:
        gone = Finding(Verdict.BAD, Topic.CALL, "It is not there.")
        return _checked(FakeServiceChecker(gone, Learned(PROFILE, usable=False)))

    @pytest.fixture
    def silent(self) -> Checked:
        return _checked(FakeServiceChecker(Finding(Verdict.OK, Topic.CALL, "It is there."), hang=True))


def _checked(checker: FakeServiceChecker) -> Checked:
    return Checked(checker, PROFILE, Endpoint(PROFILE.base_url))
