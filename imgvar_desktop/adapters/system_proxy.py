"""The proxy that this computer is set up with: the environment's, Windows' and macOS' own, GNOME's or KDE's."""

import configparser
import ipaddress
import logging
import os
import platform
import re
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

from imgvar_desktop.adapters.own_process import child_environment

log = logging.getLogger(__name__)

PATIENCE_S: Final = 2.0
"""gsettings answers in 20 ms."""
FRESH_S: Final = 10.0
"""How long an answer of the desktop is used again."""
MANUAL: Final = "1"
"""KDE's ProxyType for proxies that are written down."""
_SETTING: Final = re.compile(
    r"^org\.gnome\.system\.proxy(?:\.(?P<kind>\w+))? (?P<name>[\w-]+) (?P<value>.*)$", re.MULTILINE
)
_QUOTED: Final = re.compile(r"'([^']*)'")


@dataclass(frozen=True, slots=True)
class ProxySettings:
    """Which requests go through which proxy."""

    by_scheme: Mapping[str, str] = field(default_factory=dict)
    """``http``, ``https`` or ``all`` → the proxy's address."""
    ignored: tuple[str, ...] = ()
    """Hosts, domains and networks that are reached without one."""

    def proxy_for(self, scheme: str, host: str) -> str | None:
        address = self.by_scheme.get(scheme) or self.by_scheme.get("all")
        if not address or any(_matches(host, pattern) for pattern in self.ignored):
            return None
        return address if "://" in address else f"http://{address}"


def proxy_for(scheme: str, host: str) -> str | None:
    """The address of the proxy for such a request as the settings are now, None to go there directly. Blocking."""
    # On Windows and macOS these are the system's settings, unless the environment has some.
    known = urllib.request.getproxies()
    if {"http", "https", "all"} & known.keys():
        return None if urllib.request.proxy_bypass(host) else ProxySettings(known).proxy_for(scheme, host)
    return _of_desktop().proxy_for(scheme, host) if platform.system() == "Linux" else None


def _of_desktop() -> ProxySettings:
    desktop = os.environ.get("XDG_CURRENT_DESKTOP", "").upper()
    config = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return _read_desktop(desktop, config, int(time.monotonic() / FRESH_S))


@lru_cache(maxsize=1)
def _read_desktop(desktop: str, config: str, _period: int) -> ProxySettings:
    if "KDE" in desktop:
        try:
            return from_kde((Path(config) / "kioslaverc").read_text("utf-8", "replace"))
        except OSError:
            return ProxySettings()
    gsettings = shutil.which("gsettings")
    if not desktop or gsettings is None:
        return ProxySettings()
    try:
        told = subprocess.run(
            [gsettings, "list-recursively", "org.gnome.system.proxy"],
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
            env=child_environment(),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        log.info("the desktop did not tell its proxy: %s", error)
        return ProxySettings()
    return from_gnome(told.stdout)


def from_gnome(listing: str) -> ProxySettings:
    """What ``gsettings list-recursively org.gnome.system.proxy`` prints."""
    values = {(found["kind"] or "", found["name"]): found["value"].strip() for found in _SETTING.finditer(listing)}
    if values.get(("", "mode")) != "'manual'":
        return ProxySettings()
    by_scheme = {}
    for scheme, kind, prefix in (("http", "http", "http"), ("https", "https", "http"), ("all", "socks", "socks5")):
        host = values.get((kind, "host"), "").strip("'")
        port = values.get((kind, "port"), "").removeprefix("uint32 ")
        if host and port.isdigit() and port != "0":
            by_scheme[scheme] = f"{prefix}://{host}:{port}"
    return ProxySettings(by_scheme, tuple(_QUOTED.findall(values.get(("", "ignore-hosts"), ""))))


def from_kde(text: str) -> ProxySettings:
    """The text of ``kioslaverc``."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return ProxySettings()
    section = parser["Proxy Settings"] if parser.has_section("Proxy Settings") else {}
    if section.get("ProxyType") != MANUAL:
        return ProxySettings()
    named = {"http": "httpProxy", "https": "httpsProxy", "all": "socksProxy"}
    # Written as "http://host 8080".
    by_scheme = {scheme: ":".join(value.split()) for scheme, name in named.items() if (value := section.get(name, ""))}
    return ProxySettings(by_scheme, tuple(section.get("NoProxyFor", "").replace(",", " ").split()))


def _matches(host: str, pattern: str) -> bool:
    host, pattern = host.lower().rstrip("."), pattern.strip().lower()
    if not pattern:
        return False
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(pattern, strict=False)
    except ValueError:
        pass
    domain = pattern.removeprefix("*").removeprefix(".")
    return host == domain or host.endswith(f".{domain}")
