"""Whom to believe that a server is who it says: this computer's own certificates, and a file of the person's."""

import os
import platform
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import certifi
import httpx
import truststore

from imgvar_desktop.core.errors import TlsRefused

# Where Linux systems keep them besides the place that OpenSSL was built with.
_LINUX_FILES: Final = (
    "/etc/ssl/cert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/cert.pem",
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/ssl/ca-bundle.pem",
)


@dataclass(frozen=True, slots=True)
class Trust:
    """What an httpx client is given to check servers with."""

    context: ssl.SSLContext
    problem: TlsRefused | None = None
    """A file of certificates that was named could not be read: without it the wrong servers might be refused."""

    def check(self, url: httpx.URL) -> None:
        """Raises TlsRefused where a secure connection would be made with less than the person asked for."""
        if self.problem is not None and url.scheme == "https":
            raise self.problem


def system_trust(ca_file: str = "") -> Trust:
    """The system's certificates, those in ``ca_file`` (PEM), and what SSL_CERT_FILE and SSL_CERT_DIR name.

    Where a system has no certificates at all, such as a bare container, those of the package certifi serve.
    """
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    problem = None
    for path in filter(None, (os.environ.get("SSL_CERT_FILE"), ca_file)):
        try:
            context.load_verify_locations(path)
        except (OSError, ValueError):  # ssl.SSLError is an OSError
            problem = TlsRefused(
                f"The file of certificates {path} cannot be read.",
                hint="In Settings, choose a PEM file with the certificate of your company or server, or none.",
            )
    if folder := os.environ.get("SSL_CERT_DIR"):
        context.load_verify_locations(capath=folder)
    if platform.system() == "Linux" and not _linux_has_some():
        context.load_verify_locations(certifi.where())
    return Trust(context, problem)


def _linux_has_some() -> bool:
    paths = ssl.get_default_verify_paths()
    if paths.cafile or any(map(os.path.isfile, _LINUX_FILES)):
        return True
    return bool(paths.capath) and any(Path(paths.capath).iterdir())
