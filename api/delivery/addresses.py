"""Where a webhook may lead: to the public internet, and to hosts that the settings name.

Whoever can register a webhook could otherwise have the service knock at doors of its own network.
"""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from api.settings import Settings

PORTS = {"https": 443, "http": 80}


class AddressRefused(Exception):
    """The address may not be called."""


@dataclass(frozen=True, slots=True)
class Target:
    """A checked address: whom to connect to, and by which name."""

    url: SplitResult
    host: str
    port: int
    address: str

    @property
    def by_address(self) -> str:
        """The url with the checked address in place of the name, which could change its mind."""
        shown = f"[{self.address}]" if ":" in self.address else self.address
        return self.url._replace(netloc=f"{shown}:{self.port}", fragment="").geturl()


def check_url(url: str, settings: Settings) -> SplitResult:
    """The parts of a url that could be called. Raises AddressRefused."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise AddressRefused("is not a url") from None
    if parts.scheme != "https" and not (parts.scheme == "http" and settings.webhook_allow_http):
        raise AddressRefused("https is needed")
    if not host or parts.username is not None or parts.password is not None:
        raise AddressRefused("a host without user and password is needed")
    return parts


def resolve(url: str, settings: Settings) -> Target:
    """The address to connect to. Raises AddressRefused if any address of the name is private."""
    parts = check_url(url, settings)
    host = str(parts.hostname)
    port = parts.port or PORTS[parts.scheme]
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise AddressRefused("the host is not known") from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if host not in settings.webhook_private_hosts:
        for address in addresses:
            _refuse_private(address)
    return Target(parts, host, port, addresses[0])


def _refuse_private(text: str) -> None:
    address = ipaddress.ip_address(text.split("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        # The IPv4 address inside may be a private one.
        address = address.ipv4_mapped or address.sixtofour or address
    if not address.is_global or address.is_multicast:
        raise AddressRefused("leads into a private network")
