"""Whom the client believes: the right name, the system's certificates, a file of the person's; and IPv6 alone."""

import asyncio
import socket
import ssl
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import truststore

from imgvar_desktop.adapters import trust
from imgvar_desktop.adapters.model_list import HttpModelLister
from imgvar_desktop.core.errors import TlsRefused
from imgvar_desktop.core.services import Endpoint
from tests.adapters.wire import Wire, call, images_json, listening, picture, profile, says


@dataclass(frozen=True)
class Authority:
    """One that no computer knows, and a server's certificate from it."""

    file: Path
    context: ssl.SSLContext


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Authority]:
    """By the name that the server's certificate is for."""
    folder = tmp_path_factory.mktemp("certificates")
    ca, ca_key = folder / "ca.pem", folder / "ca-key.pem"
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    _openssl("req", "-x509", *curve, "-days", "2", "-subj", "/CN=A test", "-keyout", ca_key, "-out", ca)
    made = {}
    for name, alternative in {
        "localhost": "DNS:localhost,IP:127.0.0.1,IP:::1",
        "other.example": "DNS:other.example",
    }.items():
        key, asked, signed, extra = (folder / f"{name}.{kind}" for kind in ("key", "csr", "pem", "ext"))
        extra.write_text(f"subjectAltName={alternative}\nbasicConstraints=CA:FALSE\n")
        _openssl("req", *curve, "-subj", f"/CN={name}", "-keyout", key, "-out", asked)
        sign = ["-CA", ca, "-CAkey", ca_key, "-CAcreateserial", "-days", "2", "-extfile", extra]
        _openssl("x509", "-req", "-in", asked, *sign, "-out", signed)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(signed, key)
        made[name] = Authority(ca, context)
    return made


def _openssl(*arguments: object) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


def outcome_of(authority: Authority, host: str = "127.0.0.1", **options: str) -> tuple[list[str], str, int, int]:
    """(kinds of errors, what was said, images, requests) of a call with retries."""

    async def scenario() -> tuple[list[str], str, int, int]:
        served = Wire([says(200, images_json(picture()))])
        async with listening(served.serve, ssl=authority.context) as port:
            outcome = await call(f"https://{host}:{port}/v1", retries=2, **options)
        said = f"{outcome.error} {outcome.error.hint}" if outcome.error else ""
        return outcome.kinds, said, len(outcome.images), len(served.received)

    return asyncio.run(scenario())


def test_a_certificate_of_ones_own_company_is_trusted_when_it_is_named(authorities: dict[str, Authority]) -> None:
    authority = authorities["localhost"]

    assert outcome_of(authority, ca_file=str(authority.file)) == ([], "", 1, 1)


def test_nobody_is_trusted_for_being_there(authorities: dict[str, Authority]) -> None:
    kinds, said, images, requests = outcome_of(authorities["localhost"])

    assert (kinds, images, requests) == (["tls"], 0, 0)
    assert "127.0.0.1 could not prove that it is 127.0.0.1" in said
    assert "company" in said


def test_a_certificate_for_another_name_is_refused(authorities: dict[str, Authority]) -> None:
    authority = authorities["other.example"]

    kinds, said, images, requests = outcome_of(authority, ca_file=str(authority.file))

    assert (kinds, images, requests) == (["tls"], 0, 0)
    assert "could not prove that it is 127.0.0.1" in said


def test_the_environments_file_of_certificates_is_taken_up(
    authorities: dict[str, Authority], monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = authorities["localhost"]
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))

    assert outcome_of(authority) == ([], "", 1, 1)


def test_a_file_that_holds_no_certificates_is_told_and_nothing_is_sent(
    authorities: dict[str, Authority], tmp_path: Path
) -> None:
    broken = tmp_path / "not.pem"
    broken.write_text("hello")

    kinds, said, images, requests = outcome_of(authorities["localhost"], ca_file=str(broken))

    assert (kinds, images, requests) == (["tls"], 0, 0)
    assert str(broken) in said
    assert "PEM" in said


def test_without_tls_a_broken_file_of_certificates_does_no_harm(tmp_path: Path) -> None:
    async def scenario() -> None:
        served = Wire([says(200, images_json(picture()))])
        async with listening(served.serve) as port:
            outcome = await call(f"http://127.0.0.1:{port}/v1", ca_file=str(tmp_path / "gone.pem"))
        assert (outcome.kinds, len(outcome.images)) == ([], 1)

    asyncio.run(scenario())


def test_the_list_of_models_is_asked_for_with_the_same_trust(authorities: dict[str, Authority]) -> None:
    authority = authorities["localhost"]

    async def scenario(ca_file: str) -> tuple[str, ...]:
        served = Wire([], {"/v1/models": says(200, {"data": [{"id": "a"}]})})
        lister = HttpModelLister(ca_file=ca_file)
        try:
            async with listening(served.serve, ssl=authority.context) as port:
                base_url = f"https://127.0.0.1:{port}/v1"
                return await lister.models(profile(base_url), Endpoint(base_url))
        finally:
            await lister.aclose()

    assert asyncio.run(scenario(str(authority.file))) == ("a",)
    with pytest.raises(TlsRefused, match="could not prove"):
        asyncio.run(scenario(""))


def test_a_system_without_certificates_is_given_some(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(trust, "_LINUX_FILES", ())
    empty = ssl.DefaultVerifyPaths(None, str(tmp_path), "", "", "", "")
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: empty)

    assert trust._linux_context().cert_store_stats()["x509_ca"] > 50


def test_all_clients_share_what_was_read_once(authorities: dict[str, Authority]) -> None:
    file = str(authorities["localhost"].file)

    assert trust.system_trust(file).context is trust.system_trust(file).context
    assert trust.system_trust(file).context is not trust.system_trust().context


def test_an_environments_file_that_is_gone_is_told(
    authorities: dict[str, Authority], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "gone.pem"))

    kinds, said, _, requests = outcome_of(authorities["localhost"])

    assert (kinds, requests) == (["tls"], 0)
    assert "gone.pem" in said


@pytest.mark.skipif(sys.platform == "linux", reason="on Linux the system's certificates are files")
def test_elsewhere_the_system_itself_decides() -> None:
    assert isinstance(trust.system_trust().context, truststore.SSLContext)


# IPv6


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.skipif(not _has_ipv6(), reason="this computer has no IPv6")
@pytest.mark.parametrize("host", ["[::1]", "six.localhost"])
def test_a_server_on_ipv6_alone_is_reached(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up = socket.getaddrinfo

    def getaddrinfo(name: object, *args: object, **options: object) -> object:
        """A name with both kinds of address, as most have: nobody answers on the first."""
        if name not in {"six.localhost", b"six.localhost"}:
            return looked_up(name, *args, **options)
        return [*looked_up("127.0.0.1", *args, **options), *looked_up("::1", *args, **options)]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    async def scenario() -> None:
        served = Wire([says(200, images_json(picture()))])
        async with listening(served.serve, host="::1") as port:
            outcome = await call(f"http://{host}:{port}/v1")
        assert (outcome.kinds, len(outcome.images)) == ([], 1)

    asyncio.run(scenario())
