"""Whom to believe that a server is who it says: this computer's own certificates, and a file of the person's."""

import os
import platform
import ssl
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
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
    unreadable: str = ""
    """A file of certificates that was named and could not be read; without it the right servers might be refused."""

    def check(self, url: httpx.URL) -> None:
        """Raises TlsRefused where a secure connection would be made with less than the person asked for."""
        if self.unreadable and url.scheme == "https":
            raise TlsRefused(
                f"The file of certificates {self.unreadable} cannot be read.",
                hint="In Settings, choose a PEM file with the certificate of your company or server, or none.",
            )


def system_trust(ca_file: str = "") -> Trust:
    """The system's certificates, those in ``ca_file`` (PEM), and what SSL_CERT_FILE and SSL_CERT_DIR name.

    Where a system has no certificates at all, such as a bare container, those of the package certifi serve.
    """
    # Made once for all clients: reading some 150 certificates takes 50 ms.
    return _trust(ca_file, os.environ.get("SSL_CERT_FILE", ""), os.environ.get("SSL_CERT_DIR", ""))


@lru_cache(maxsize=4)
def _trust(ca_file: str, env_file: str, env_folder: str) -> Trust:
    context = _linux_context() if platform.system() == "Linux" else _native_context(env_file, env_folder)
    unreadable = env_file if env_file and not os.access(env_file, os.R_OK) else ""
    if ca_file:
        try:
            context.load_verify_locations(ca_file)
        except (OSError, ValueError):  # ssl.SSLError is an OSError
            unreadable = ca_file
    return Trust(context, unreadable)


def _native_context(env_file: str, env_folder: str) -> ssl.SSLContext:
    """Windows' and macOS' own verdict, which no file of certificates stands for."""
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    with suppress(OSError, ValueError):
        if env_file or env_folder:
            context.load_verify_locations(env_file or None, env_folder or None)
    return context


def _linux_context() -> ssl.SSLContext:
    """What truststore does here as well, but once and not for each connection."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    paths = ssl.get_default_verify_paths()  # heeds the environment
    if paths.cafile or (paths.capath and any(Path(paths.capath).iterdir())):
        context.set_default_verify_paths()
    else:
        context.load_verify_locations(next(filter(os.path.isfile, _LINUX_FILES), certifi.where()))
    return context
