"""Where a host is, and whether we may go there."""

import asyncio
import ipaddress
import socket
from typing import Final

from imgvar_desktop.core.errors import Unreachable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")


def may_lead_to(address: Address, service: frozenset[Address]) -> bool:
    """Public addresses; private and loopback ones only when the service itself is there."""
    inner = _unwrapped(address)
    if inner.is_global and not inner.is_multicast:
        return True
    return any(inner == own or (inner.is_loopback and own.is_loopback) for own in map(_unwrapped, service))


async def addresses_of(host: str, *, strict: bool = True) -> list[Address]:
    """Where ``host`` is, in the system's order of preference."""
    try:
        return [ipaddress.ip_address(host)]
    except ValueError:
        pass
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as exc:
        if not strict:
            return []
        raise Unreachable(f"The result could not be fetched: {host} is not known.", retryable=True) from exc
    return list(dict.fromkeys(ipaddress.ip_address(str(entry[4][0]).split("%")[0]) for entry in found))


def _unwrapped(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one that merely carries it."""
    if not isinstance(address, ipaddress.IPv6Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address
