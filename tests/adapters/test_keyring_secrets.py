"""How the keyring's moods become sentences; what a real one does is tried out in test_secret_service."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.backends.chainer import ChainerBackend
from keyring.errors import InitError, KeyringError, KeyringLocked, NoKeyringError, PasswordSetError

from imgvar_desktop.adapters import logs
from imgvar_desktop.adapters.keyring_secrets import KeyringSecrets, NoSafeKeyring, SessionSecrets
from imgvar_desktop.core.errors import SecretStoreUnavailable
from imgvar_desktop.core.ports import Kept
from tests.contracts.secret_store import SecretStoreContract
from tests.fakes import FakeSecretStore

LOCKED = SecretStoreUnavailable("The keyring is locked.")
NONE_AT_ALL = NoSafeKeyring("There is no keyring.")


class Backend(KeyringBackend):
    """Somebody's keyring: keeps in memory, or raises, or waits until it is told to go on."""

    viable = False  # so that keyring's own search, in other tests, does not find it
    priority = 5

    def __init__(self, *, raises: Exception | None = None, waits: bool = False) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring leaves it without types
        self.raises = raises
        self.secrets: dict[tuple[str, str], str] = {}
        self.asked = 0
        self.at_once = 0
        self.most_at_once = 0
        self.entered = threading.Event()
        self.may_go_on = threading.Event()
        if not waits:
            self.may_go_on.set()

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        self.asked += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.entered.set()
        self.may_go_on.wait()
        try:
            if self.raises is not None:
                raise self.raises
            yield
        finally:
            self.at_once -= 1

    def get_password(self, service: str, username: str) -> str | None:
        with self._in_turn():
            return self.secrets.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        with self._in_turn():
            self.secrets[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        with self._in_turn():
            del self.secrets[service, username]


class Plaintext(Backend):
    priority = 3


Plaintext.__module__ = "keyrings.alt.file"  # whose PlaintextKeyring is meant


class Discouraged(Backend):
    priority = 0


class Chain(ChainerBackend):
    viable = False
    backends: tuple[KeyringBackend, ...] = ()

    def __init__(self, *links: KeyringBackend) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring leaves it without types
        self.backends = links


def _use(backend: KeyringBackend) -> None:
    keyring.set_keyring(backend)  # the suite puts the one before back


class TestKeyringSecrets(SecretStoreContract):
    @pytest.fixture
    def store(self) -> KeyringSecrets:
        return KeyringSecrets()


class TestSessionSecrets(SecretStoreContract):
    @pytest.fixture
    def store(self) -> SessionSecrets:
        return SessionSecrets(FakeSecretStore())


class TestSessionSecretsWithoutAKeyring(SecretStoreContract):
    @pytest.fixture
    def store(self) -> SessionSecrets:
        return SessionSecrets(FakeSecretStore(unavailable=NONE_AT_ALL))


def test_keys_stand_under_the_programs_name_and_the_services_id() -> None:
    backend = Backend()
    _use(backend)

    assert KeyringSecrets().set("cloud", "sk-something") is Kept.KEYRING

    assert backend.secrets == {("Imgvar", "cloud"): "sk-something"}


def test_keyring_is_not_loaded_before_it_is_needed() -> None:
    code = (
        "import sys\n"
        "from imgvar_desktop.adapters.keyring_secrets import KeyringSecrets, SessionSecrets\n"
        "SessionSecrets(KeyringSecrets())\n"
        "sys.exit('keyring' in sys.modules)\n"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    "unsafe", [fail.Keyring, null.Keyring, Plaintext, Discouraged], ids=lambda backend: str(backend.__module__)
)
def test_a_keyring_that_does_not_guard_is_not_used(unsafe: type[KeyringBackend]) -> None:
    backend = unsafe()
    _use(backend)

    secrets = KeyringSecrets()
    with pytest.raises(NoSafeKeyring, match="no keyring"):
        secrets.get("cloud")
    with pytest.raises(NoSafeKeyring, match="no keyring"):
        secrets.set("cloud", "sk-something")
    with pytest.raises(NoSafeKeyring, match="no keyring"):
        secrets.forget("cloud")

    assert getattr(backend, "asked", 0) == 0


def test_of_a_chain_only_the_best_safe_link_is_used() -> None:
    plain, weaker, best = Plaintext(), Backend(), Backend()
    best.priority = 6
    _use(Chain(plain, weaker, best))

    secrets = KeyringSecrets()
    secrets.set("cloud", "sk-something")

    assert (plain.asked, weaker.asked) == (0, 0)
    assert secrets.get("cloud") == "sk-something" == best.secrets["Imgvar", "cloud"]


def test_a_chain_of_unsafe_links_is_none() -> None:
    _use(Chain(Plaintext(), Discouraged()))

    with pytest.raises(NoSafeKeyring):
        KeyringSecrets().get("cloud")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (NoKeyringError("none"), "no keyring that Imgvar can use"),
        (InitError("Failed to create the collection: Prompt dismissed.."), "is locked"),
        (KeyringLocked("Failed to unlock the collection!"), "is locked"),
        (PasswordSetError("Can't store password on keychain"), "refused"),
        (KeyringError("anything else"), "refused"),
        (ConnectionResetError("the daemon died"), "refused"),
        (RuntimeError("whatever its bus leads it to"), "refused"),
    ],
)
def test_each_refusal_is_a_sentence(error: Exception, sentence: str) -> None:
    _use(Backend(raises=error))

    with pytest.raises(SecretStoreUnavailable, match=sentence) as caught:
        KeyringSecrets().set("cloud", "sk-something")

    assert caught.value.__cause__ is error
    assert caught.value.hint.endswith(".")


def test_a_keyring_named_in_the_environment_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.nowhere.Keyring")
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)

    with pytest.raises(SecretStoreUnavailable, match="refused"):
        KeyringSecrets().get("cloud")


@pytest.fixture
def silent() -> Iterator[Backend]:
    backend = Backend(waits=True)
    _use(backend)
    yield backend
    backend.may_go_on.set()


def test_a_silent_keyring_is_waited_for_once_and_used_again_when_it_answers(silent: Backend) -> None:
    secrets = KeyringSecrets(answer_s=0.05)

    for _ in range(3):
        with pytest.raises(SecretStoreUnavailable, match="did not answer"):
            secrets.set("cloud", "sk-something")
    assert silent.asked == 1

    silent.may_go_on.set()
    _until_answered(secrets)
    assert secrets.get("cloud") == "sk-something"  # the prompt was answered after all


def test_questions_are_asked_one_at_a_time() -> None:
    backend = Backend()
    _use(backend)
    secrets = KeyringSecrets()

    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(lambda n: secrets.set(str(n), f"sk-number-{n}"), range(40)))

    assert kept == [Kept.KEYRING] * 40
    assert (backend.asked, backend.most_at_once) == (40, 1)


def test_closing_lets_whoever_waits_go(silent: Backend) -> None:
    secrets = KeyringSecrets()
    with ThreadPoolExecutor(2) as pool:
        asking = pool.submit(secrets.get, "cloud")
        assert silent.entered.wait(10)
        waiting = pool.submit(secrets.get, "gateway")

        secrets.close()

        for call in (asking, waiting):
            assert isinstance(call.exception(10), SecretStoreUnavailable)
    with pytest.raises(SecretStoreUnavailable):
        secrets.get("cloud")
    assert silent.asked == 1


def test_a_late_answer_goes_nowhere(silent: Backend) -> None:
    silent.secrets["Imgvar", "cloud"] = "sk-something"
    silent.raises = KeyringLocked("too late to matter")
    secrets = KeyringSecrets(answer_s=0.05)
    with pytest.raises(SecretStoreUnavailable, match="did not answer"):
        secrets.get("cloud")

    silent.raises = None
    silent.may_go_on.set()
    _until_answered(secrets)

    assert secrets.get("cloud") == "sk-something"


def test_a_key_that_the_keyring_does_not_take_is_kept_for_this_launch() -> None:
    real = FakeSecretStore(unavailable=LOCKED)
    secrets = SessionSecrets(real)

    assert secrets.set("cloud", "sk-something") is Kept.THIS_LAUNCH

    assert secrets.get("cloud") == "sk-something"
    assert SessionSecrets(FakeSecretStore()).get("cloud") is None  # another launch


def test_a_key_that_the_keyring_takes_is_not_kept_besides() -> None:
    real = FakeSecretStore(unavailable=LOCKED)
    secrets = SessionSecrets(real)
    secrets.set("cloud", "sk-the-first")
    real.unavailable = None

    assert secrets.set("cloud", "sk-the-second") is Kept.KEYRING

    real.secrets["cloud"] = "sk-changed-elsewhere"
    assert secrets.get("cloud") == "sk-changed-elsewhere"


def test_the_key_of_this_launch_is_newer_than_the_keyrings() -> None:
    real = FakeSecretStore()
    real.set("cloud", "sk-the-old-one")
    real.unavailable = LOCKED
    secrets = SessionSecrets(real)
    secrets.set("cloud", "sk-the-new-one")
    real.unavailable = None

    assert secrets.get("cloud") == "sk-the-new-one"


def test_a_locked_keyring_is_told_and_not_taken_for_an_empty_one() -> None:
    secrets = SessionSecrets(FakeSecretStore(unavailable=LOCKED))

    with pytest.raises(SecretStoreUnavailable, match="locked"):
        secrets.get("cloud")


def test_forgetting_while_the_keyring_is_locked_is_told_because_an_older_key_may_be_there() -> None:
    secrets = SessionSecrets(FakeSecretStore(unavailable=LOCKED))
    secrets.set("cloud", "sk-something")

    with pytest.raises(SecretStoreUnavailable, match="locked"):
        secrets.forget("cloud")

    with pytest.raises(SecretStoreUnavailable, match="locked"):
        secrets.get("cloud")  # not in memory any more


def test_keys_are_hidden_in_the_log_from_then_on() -> None:
    stored = FakeSecretStore()
    stored.secrets["gateway"] = "a passphrase from the keyring"
    secrets = SessionSecrets(stored)

    secrets.set("cloud", "a passphrase just given")
    secrets.get("gateway")

    text = logs.without_secrets("a passphrase just given, a passphrase from the keyring")
    assert text == f"{logs.HIDDEN}, {logs.HIDDEN}"


def _until_answered(secrets: KeyringSecrets) -> None:
    """Waits for the answer that is overdue."""
    with secrets._changed:
        assert secrets._changed.wait_for(lambda: secrets._asked is None, timeout=10)
