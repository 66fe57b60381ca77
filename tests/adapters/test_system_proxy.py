"""The proxy that a computer is set up with, wherever it says so."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from imgvar_desktop.adapters import system_proxy
from imgvar_desktop.adapters.system_proxy import ProxySettings, from_gnome, from_kde, proxy_for
from tests.adapters.wire import call, images_json, listening, picture, says, wire

GNOME = """\
org.gnome.system.proxy autoconfig-url ''
org.gnome.system.proxy ignore-hosts ['localhost', '127.0.0.0/8', '*.intern.example', '10.0.0.0/8']
org.gnome.system.proxy mode 'manual'
org.gnome.system.proxy.http host 'proxy.example'
org.gnome.system.proxy.http port 8080
org.gnome.system.proxy.https host 'secure-proxy.example'
org.gnome.system.proxy.https port uint32 8443
org.gnome.system.proxy.socks host ''
org.gnome.system.proxy.socks port 0
"""
KDE = """\
[Proxy Settings]
NoProxyFor=.intern.example, 10.0.0.0/8
ProxyType=1
httpProxy=http://proxy.example 8080
httpsProxy=http://secure-proxy.example 8443
socksProxy=
"""


@pytest.fixture(autouse=True)
def no_proxy_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("XDG_CURRENT_DESKTOP", raising=False)
    system_proxy._read_desktop.cache_clear()
    yield
    system_proxy._read_desktop.cache_clear()


@pytest.mark.parametrize("settings", [from_gnome(GNOME), from_kde(KDE)], ids=["gnome", "kde"])
@pytest.mark.parametrize(
    ("scheme", "host", "proxy"),
    [
        ("http", "images.example", "http://proxy.example:8080"),
        ("https", "images.example", "http://secure-proxy.example:8443"),
        ("https", "deep.intern.example", None),
        ("https", "intern.example", None),
        ("https", "notintern.example", "http://secure-proxy.example:8443"),
        ("https", "10.1.2.3", None),
        ("https", "11.1.2.3", "http://secure-proxy.example:8443"),
    ],
)
def test_what_a_desktop_has_written_down_is_read(
    settings: ProxySettings, scheme: str, host: str, proxy: str | None
) -> None:
    assert settings.proxy_for(scheme, host) == proxy


@pytest.mark.parametrize(
    "settings",
    [
        from_gnome(GNOME.replace("'manual'", "'none'")),
        from_gnome(GNOME.replace("'manual'", "'auto'")),
        from_gnome(""),
        from_gnome("No such schema “org.gnome.system.proxy”"),
        from_kde(KDE.replace("ProxyType=1", "ProxyType=0")),
        from_kde(""),
        from_kde("httpProxy=http://x 1"),
        from_kde("[Other]\na=b"),
    ],
)
def test_no_proxy_is_made_up(settings: ProxySettings) -> None:
    assert settings.proxy_for("https", "images.example") is None


def test_kdes_file_is_found_where_the_desktop_is_kde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kioslaverc").write_text(KDE)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "KDE")

    assert proxy_for("http", "images.example") == "http://proxy.example:8080"


def test_gnomes_settings_are_asked_for_by_its_own_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = tmp_path / "gsettings"
    command.write_text(f"#!/bin/sh\ncat <<'END'\n{GNOME}END\n")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "ubuntu:GNOME")

    assert proxy_for("https", "images.example") == "http://secure-proxy.example:8443"


def test_the_environment_goes_before_the_desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kioslaverc").write_text(KDE)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "KDE")
    monkeypatch.setenv("HTTPS_PROXY", "typed.example:3128")
    monkeypatch.setenv("NO_PROXY", "images.example")

    assert proxy_for("https", "other.example") == "http://typed.example:3128"
    assert proxy_for("https", "images.example") is None
    assert proxy_for("http", "other.example") is None


def test_a_call_goes_through_the_desktops_proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        async with wire(says(200, images_json(picture()))) as proxy:
            text = KDE.replace("http://proxy.example 8080", f"http://127.0.0.1 {proxy.port}")
            (tmp_path / "kioslaverc").write_text(text)
            monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
            monkeypatch.setenv("XDG_CURRENT_DESKTOP", "KDE")
            outcome = await call("http://images.example/v1", timeout=httpx.Timeout(20))
        assert len(outcome.images) == 1
        assert proxy.calls[0].target == "http://images.example/v1/images/variations"

    asyncio.run(scenario())


def test_a_proxy_that_wants_a_password_is_told_and_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    async def refuses(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")[0])
        writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n")
        await writer.drain()

    async def scenario() -> None:
        async with listening(refuses) as port:
            monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
            outcome = await call("https://images.example/v1", retries=2)
        assert outcome.kinds == ["unreachable"]
        assert "407 Proxy Authentication Required" in str(outcome.error)
        assert "charged" not in str(outcome.error)
        assert asked == [b"CONNECT images.example:443 HTTP/1.1"]

    asyncio.run(scenario())
