"""From what went wrong on the wire to an AppError: who was called, what to check, whether it may have cost money."""

import ssl
from collections.abc import Iterator

import httpx

from imgvar_desktop.adapters.error_reading import Caller
from imgvar_desktop.core.errors import BadReply, ServiceError, TimedOut, TlsRefused, Unreachable


def transport_error(exc: Exception, caller: Caller, *, uploaded: bool) -> ServiceError:
    """``uploaded``: the whole request had been sent, so the server may be at work."""
    where = caller.host or caller.service
    paid = caller.perhaps_paid if uploaded else ""
    if isinstance(exc, httpx.ConnectError) and (tls := _tls(exc)) is not None:
        return _tls_refused(tls, where)
    if isinstance(exc, httpx.TimeoutException):
        return _timed_out(exc, where, paid)
    if isinstance(exc, httpx.InvalidURL | httpx.UnsupportedProtocol | UnicodeError):
        return Unreachable(f"The address of {caller.service} cannot be right.", hint="Correct it in Settings.")
    if isinstance(exc, httpx.ConnectError | httpx.ProxyError):
        return _not_reached(exc, where)
    if isinstance(exc, httpx.DecodingError | httpx.LocalProtocolError):
        return BadReply(f"{where} sent an answer that cannot be read.{paid}")
    when = "before its answer was complete" if uploaded else "during the upload"
    return Unreachable(f"{where} closed the connection {when}.{paid}", hint="Try again.", retryable=True)


def _not_reached(exc: httpx.TransportError, where: str) -> Unreachable:
    if isinstance(exc, httpx.ProxyError):
        reason = " ".join(str(exc).split())[:80]
        return Unreachable(
            f"The proxy in this computer's settings did not let the call through{f': {reason}' if reason else ''}.",
            hint="Check its address there, and the name and password that it may want.",
        )
    hint = "Check that the service runs, its address, and the network."
    return Unreachable(f"{where} cannot be reached.", hint=hint, retryable=True)


def _timed_out(exc: httpx.TimeoutException, where: str, paid: str) -> TimedOut:
    if isinstance(exc, httpx.ConnectTimeout):
        hint = "Check the network and the service's address."
        return TimedOut(f"{where} cannot be reached: no connection in time.", hint=hint, retryable=True)
    return TimedOut(f"{where} did not answer in time.{paid}", hint="Try again, perhaps later.", retryable=True)


def _tls(exc: BaseException) -> ssl.SSLError | None:
    # Wanting to read or write is how the ssl module waits; it stands in the history of other failures.
    waits = (ssl.SSLWantReadError, ssl.SSLWantWriteError)
    causes = (cause for cause in _causes(exc) if isinstance(cause, ssl.SSLError) and not isinstance(cause, waits))
    return next(causes, None)


def _causes(exc: BaseException | None) -> Iterator[BaseException]:
    while exc is not None:
        yield exc
        exc = exc.__cause__ or exc.__context__


def _tls_refused(error: ssl.SSLError, where: str) -> TlsRefused:
    if isinstance(error, ssl.SSLCertVerificationError):
        return TlsRefused(
            f"{where} could not prove that it is {where}: {error.verify_message}.",
            hint="Check the address and this computer's clock; a company proxy's certificate must be installed.",
        )
    return TlsRefused(
        f"No secure connection to {where} could be made.",
        hint="Check whether its address starts with http:// rather than https://.",
    )
