"""What every SecretStore does, the real ones and the fake."""

import pytest

from imgvar_desktop.core.ports import SecretStore


class SecretStoreContract:
    @pytest.fixture
    def store(self) -> SecretStore:
        raise NotImplementedError

    def test_a_key_is_there_once_it_was_set(self, store: SecretStore) -> None:
        store.set("cloud", "sk-one-of-two")
        store.set("gateway", "sk-two-of-two")

        assert (store.get("cloud"), store.get("gateway")) == ("sk-one-of-two", "sk-two-of-two")

    def test_no_key_was_set_means_none(self, store: SecretStore) -> None:
        assert store.get("never heard of") is None

    def test_a_second_key_takes_the_place_of_the_first(self, store: SecretStore) -> None:
        store.set("cloud", "sk-the-old-one")
        store.set("cloud", "sk-the-new-one")

        assert store.get("cloud") == "sk-the-new-one"

    def test_a_forgotten_key_is_gone_and_the_others_stay(self, store: SecretStore) -> None:
        store.set("cloud", "sk-to-forget")
        store.set("gateway", "sk-to-keep")

        store.forget("cloud")

        assert (store.get("cloud"), store.get("gateway")) == (None, "sk-to-keep")

    def test_nothing_to_forget_is_no_error(self, store: SecretStore) -> None:
        store.forget("never heard of")
        store.forget("never heard of")

        assert store.get("never heard of") is None

    def test_a_key_of_any_letters_comes_back_as_it_was(self, store: SecretStore) -> None:
        secret = "schlüssel ✓ 'with' \"quotes\" and\nlines"

        store.set("ein Dienst/mit:Zeichen", secret)

        assert store.get("ein Dienst/mit:Zeichen") == secret
