"""SecretStore over the system's keyring, and the one that goes on in memory when there is none. Never a file."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, InvalidStateError
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TypeVar

from imgvar_desktop.adapters.logs import redact
from imgvar_desktop.core.errors import SecretStoreUnavailable
from imgvar_desktop.core.ports import Kept, SecretStore

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

log = logging.getLogger(__name__)

SERVICE_NAME: Final = "Imgvar"
"""What the keyring's own window lists the keys under; the user name is the service's id."""

ANSWER_S: Final = 60.0
"""How long a keyring may take.

A locked one shows a prompt, and a person looks for a password for half a minute; that cannot be told from a daemon
that hangs, which by itself would never return. So each waits this long once: a keyring that owes an answer is not
asked again until it has given it, and ``close`` lets every waiting call go. The window stays alive all the while.
"""

_UNSAFE_MODULES: Final = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")
"""None at all, one that forgets, and those that write a file anybody can read."""
_SAFE_PRIORITY: Final = 1
"""From here on keyring itself recommends a backend."""

_HINT: Final = "Until the keyring works, a key is kept only while Imgvar is open."

T = TypeVar("T")


class NoSafeKeyring(SecretStoreUnavailable):
    """There is none on this computer, so nothing can have been kept in it either."""


class KeyringSecrets:
    """SecretStore over ``keyring``, which is imported at first use: it takes a quarter of a second.

    Each question runs in a daemon thread of its own, one at a time, because a keyring knows no time-out. Raises
    SecretStoreUnavailable from every method.
    """

    def __init__(self, *, answer_s: float = ANSWER_S) -> None:
        self._answer_s = answer_s
        self._changed = threading.Condition()
        self._asked: Future[Any] | None = None
        self._overdue = False
        self._closed = False

    def get(self, service_id: str) -> str | None:
        return self._ask(lambda keyring: keyring.get_password(SERVICE_NAME, service_id))

    def set(self, service_id: str, secret: str) -> Kept:
        """A keyring that is unlocked after the time was over still keeps ``secret``."""
        self._ask(lambda keyring: keyring.set_password(SERVICE_NAME, service_id, secret))
        return Kept.KEYRING

    def forget(self, service_id: str) -> None:
        def forgotten(keyring: "KeyringBackend") -> None:
            # Asked for first: deleting what is not there is an error with a different face in each backend.
            if keyring.get_password(SERVICE_NAME, service_id) is not None:
                keyring.delete_password(SERVICE_NAME, service_id)

        self._ask(forgotten)

    def close(self) -> None:
        """Lets every call that still waits go, with an error; for a program that ends. Any thread."""
        with self._changed:
            self._closed = True
            if self._asked is not None:
                self._asked.cancel()
            self._changed.notify_all()

    def _ask(self, question: "Callable[[KeyringBackend], T]") -> T:
        with self._changed:
            free = self._changed.wait_for(
                lambda: self._closed or self._overdue or self._asked is None, timeout=self._answer_s
            )
            if self._closed or self._overdue or not free:
                raise _silent()
            answer: Future[T] = Future()
            self._asked = answer
        threading.Thread(target=self._find_answer, args=(answer, question), name="keyring", daemon=True).start()
        try:
            return answer.result(self._answer_s)
        except (TimeoutError, CancelledError):
            with self._changed:
                # A late answer is dropped, but until it comes nothing else is asked.
                answer.cancel()
                if self._asked is answer:
                    self._overdue = True
                self._changed.notify_all()
            raise _silent() from None

    def _find_answer(self, answer: Future[T], question: "Callable[[KeyringBackend], T]") -> None:
        """In its own thread."""
        # Suppressed: nobody waits for an answer that was cancelled.
        try:
            found = question(_safe_keyring())
        except Exception as error:  # noqa: BLE001  the thread ends here, and a backend raises what its bus leads it to
            with suppress(InvalidStateError):
                answer.set_exception(_refused(error))
        else:
            with suppress(InvalidStateError):
                answer.set_result(found)
        finally:
            with self._changed:
                self._asked = None
                self._overdue = False
                self._changed.notify_all()


class SessionSecrets:
    """SecretStore that keeps in memory, until the program ends, what the keyring would not take.

    Everything that it hands out or takes in is hidden in the log.
    """

    def __init__(self, keyring: SecretStore) -> None:
        self._keyring = keyring
        self._lock = threading.Lock()
        self._kept: dict[str, str] = {}

    def get(self, service_id: str) -> str | None:
        """The newest key. Raises SecretStoreUnavailable when memory has none and the keyring is locked or silent."""
        with self._lock:
            secret = self._kept.get(service_id)
        if secret is None:
            with suppress(NoSafeKeyring):
                secret = self._keyring.get(service_id)
        if secret is not None:
            redact(secret)
        return secret

    def set(self, service_id: str, secret: str) -> Kept:
        """Raises nothing: where the keyring is not available the key is kept for this launch."""
        redact(secret)
        try:
            kept = self._keyring.set(service_id, secret)
        except SecretStoreUnavailable as error:
            log.info("the key of %s is kept for this launch: %s", service_id, error)
            with self._lock:
                self._kept[service_id] = secret
            return Kept.THIS_LAUNCH
        with self._lock:
            self._kept.pop(service_id, None)
        return kept

    def forget(self, service_id: str) -> None:
        """Raises SecretStoreUnavailable when the keyring, which may hold an older key, is locked or silent."""
        with self._lock:
            self._kept.pop(service_id, None)
        with suppress(NoSafeKeyring):
            self._keyring.forget(service_id)


def _safe_keyring() -> "KeyringBackend":
    """The keyring that this computer would use, if it is one that guards. Raises NoKeyringError."""
    import keyring
    from keyring.backends.chainer import ChainerBackend

    chosen = keyring.get_keyring()
    # A chain hands a key to whichever link takes it, also to one that writes it in the clear.
    links = chosen.backends if isinstance(chosen, ChainerBackend) else [chosen]
    safe = [link for link in links if _is_safe(link)]
    if not safe:
        raise keyring.errors.NoKeyringError(f"{type(chosen).__module__} does not guard a key")
    return max(safe, key=lambda link: link.priority)


def _is_safe(backend: "KeyringBackend") -> bool:
    module = type(backend).__module__
    named_unsafe = any(module == unsafe or module.startswith(f"{unsafe}.") for unsafe in _UNSAFE_MODULES)
    return not named_unsafe and backend.priority >= _SAFE_PRIORITY


def _refused(error: Exception) -> SecretStoreUnavailable:
    from keyring.errors import InitError, KeyringLocked, NoKeyringError

    log.info("the keyring refused: %r", error)
    told: SecretStoreUnavailable
    match error:
        case NoKeyringError():
            told = NoSafeKeyring("This computer has no keyring that Imgvar can use.", hint=_HINT)
        case InitError() | KeyringLocked():
            told = SecretStoreUnavailable("The keyring is locked.", hint=f"Unlock it. {_HINT}", retryable=True)
        case _:
            told = SecretStoreUnavailable("The keyring refused.", hint=_HINT, retryable=True)
    told.__cause__ = error
    return told


def _silent() -> SecretStoreUnavailable:
    return SecretStoreUnavailable(
        "The keyring did not answer.",
        hint=f"See whether it asks for its password behind another window. {_HINT}",
        retryable=True,
    )
