"""What can go wrong and is expected to: each error is one sentence for a person.

    AppError                    str() is the sentence; .hint says what to do; .kind is a stable word for programs
    ├── PictureRefused          the source cannot be used: not an image, cut off, empty, far too large
    ├── ServiceError            a service refused or failed; .request_id is the server's own name for the call
    │   ├── EndpointGone        this server does not offer variations
    │   ├── ModelUnavailable    no such model there; .models are those there are
    │   ├── AuthRefused         the key is missing or wrong
    │   ├── PermissionRefused   the account may not do this
    │   ├── BillingRefused      no money or quota left; retrying will not help
    │   ├── RateLimited         too many requests; .retry_after_s when the server said
    │   ├── ContentRefused      the provider's safety system said no
    │   ├── BadImage            the server did not accept the picture
    │   ├── BadParameter        the server did not accept another field
    │   ├── UrlExpired          a result's link ran out before it was fetched
    │   ├── UnusableUrl         a result's link must not or cannot be fetched
    │   ├── ServerFailed        the server broke (5xx)
    │   ├── Unreachable         no connection
    │   ├── TimedOut            no answer in time
    │   ├── TlsRefused          the secure connection could not be trusted
    │   ├── BadReply            an answer that is not what the contract promises
    │   └── Cancelled           stopped by the person
    ├── LibraryUnavailable      the library cannot be opened, or cannot be written: disk full, folder gone, in use
    │   └── LibraryMissing      it is not where the person put it: its disk is not there, or the folder was moved
    ├── SecretStoreUnavailable  the system's keyring is missing, locked or refused
    └── ExportRefused           a file could not be saved where it was wanted

Everything that is not an AppError is a bug: never caught to go on, shown as one.
"""

from typing import ClassVar


class AppError(Exception):
    """The environment said no. ``str()`` is one sentence to show a person."""

    kind: ClassVar[str] = "error"
    usual_hint: ClassVar[str] = ""
    """What to do where nothing better is known."""

    def __init__(self, message: str, *, hint: str = "", retryable: bool = False) -> None:
        super().__init__(message)
        self.hint = hint or self.usual_hint
        """One sentence that says what to do; may be empty."""
        self.retryable = retryable
        """Whether the same request may be sent again unchanged, by a person's own decision or after a wait."""


class PictureRefused(AppError):
    kind = "bad_image"


class ServiceError(AppError):
    kind = "server"

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        retryable: bool = False,
        request_id: str | None = None,
        status: int | None = None,
        param: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint, retryable=retryable)
        self.request_id = request_id
        self.status = status
        self.param = param


class EndpointGone(ServiceError):
    kind = "endpoint_gone"


class ModelUnavailable(ServiceError):
    kind = "model_unavailable"
    models: tuple[str, ...] = ()
    """What the service has instead, where it says so."""


class AuthRefused(ServiceError):
    kind = "auth"


class PermissionRefused(ServiceError):
    kind = "permission"


class BillingRefused(ServiceError):
    kind = "billing"


class RateLimited(ServiceError):
    kind = "rate_limit"
    retry_after_s: float | None = None


class ContentRefused(ServiceError):
    kind = "content_policy"


class BadImage(ServiceError):
    kind = "bad_image"


class BadParameter(ServiceError):
    kind = "bad_parameter"


class UrlExpired(ServiceError):
    kind = "url_expired"


class UnusableUrl(ServiceError):
    kind = "unusable_url"


class ServerFailed(ServiceError):
    kind = "server"


class Unreachable(ServiceError):
    kind = "unreachable"


class TimedOut(ServiceError):
    kind = "timeout"


class TlsRefused(ServiceError):
    kind = "tls"


class BadReply(ServiceError):
    kind = "bad_reply"
    usual_hint = "Try again; if it stays so, look at the service."


class Cancelled(ServiceError):
    kind = "cancelled"


class LibraryUnavailable(AppError):
    kind = "library"


class LibraryMissing(LibraryUnavailable):
    """Nothing was made in its place."""


class SecretStoreUnavailable(AppError):
    kind = "keyring"


class ExportRefused(AppError):
    kind = "export"
