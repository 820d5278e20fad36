"""Calling an address that somebody else chose, without being turned against our own network.

The name is resolved here, every address of it is judged, and the connection goes to exactly the judged address: a name that points
elsewhere a moment later (DNS rebinding) changes nothing. Redirects are not followed, proxies of the environment are not used, the
answer's body is not read.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any
from urllib.parse import urlsplit

import httpx

from vermilion.base.tls import public_roots

TIMEOUT = httpx.Timeout(5.0, connect=3.0)
# Ways by which an IPv6 address carries an IPv4 one past the judgement: NAT64, 6to4, Teredo.
_CARRIERS = tuple(ipaddress.ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))

# Names that never belong to a public host (RFC 6761, 6762, 8375, and what cloud networks use inside).
_INSIDE_NAMES = frozenset({"localhost", "local", "internal", "intranet", "lan", "home", "corp", "test", "invalid", "arpa"})


class CallRefused(Exception):
    """The call was not made or got no answer; ``code`` is a stable word, ``permanent`` tells that the address itself is at fault."""

    def __init__(self, code: str, detail: str = "", *, permanent: bool = False) -> None:
        self.code = code
        self.detail = detail[:300]
        self.permanent = permanent
        super().__init__(code)


def check_url(url: str, *, allow_loopback: bool) -> None:
    """Raise CallRefused (permanent) unless ``url`` has a shape that may be called; nothing is resolved.

    An address written in numbers, or a name that can only be inside, is refused here already: whoever registers it is told at once.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise CallRefused("url_malformed", permanent=True) from None
    schemes = ("https", "http") if allow_loopback else ("https",)
    if parts.scheme not in schemes or not parts.hostname or "@" in parts.netloc or parts.fragment or port == 0:
        raise CallRefused("url_malformed", permanent=True)
    if not url.isascii() or not url.isprintable() or any(char in url for char in " \\"):
        raise CallRefused("url_malformed", permanent=True)
    if not _may_be_outside(parts.hostname, allow_loopback=allow_loopback):
        raise CallRefused("address_refused", permanent=True)


def addresses(host: str, port: int, *, allow_loopback: bool) -> list[str]:
    """Return the addresses of ``host``. Raises CallRefused when there is none, or when one of them is not a public one."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise CallRefused("name_unknown") from None
    result = []
    for entry in found:
        text = str(entry[4][0]).split("%")[0]
        if not _permitted(text, allow_loopback=allow_loopback):
            raise CallRefused("address_refused", permanent=True)
        if text not in result:
            result.append(text)
    if not result:
        raise CallRefused("name_unknown")
    return result


def post(url: str, body: bytes, headers: dict[str, str], *, allow_loopback: bool) -> int:
    """Send ``body`` and return the status of the answer. Raises CallRefused."""
    check_url(url, allow_loopback=allow_loopback)
    target = httpx.URL(url)
    port = target.port or (443 if target.scheme == "https" else 80)
    address = addresses(target.host, port, allow_loopback=allow_loopback)[0]
    extensions: dict[str, Any] = {"sni_hostname": target.host} if target.scheme == "https" else {}
    sent = {**headers, "Host": target.netloc.decode("ascii")}
    try:
        with (
            httpx.Client(verify=public_roots(), trust_env=False, follow_redirects=False, timeout=TIMEOUT) as client,
            client.stream("POST", target.copy_with(host=address), content=body, headers=sent, extensions=extensions) as response,
        ):
            return response.status_code
    except httpx.TimeoutException as error:
        raise CallRefused("timed_out", type(error).__name__) from error
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise CallRefused("connection_failed", type(error).__name__) from error


def _may_be_outside(host: str, *, allow_loopback: bool) -> bool:
    host = host.rstrip(".")
    try:
        return _permitted(host, allow_loopback=allow_loopback)
    except ValueError:
        pass
    try:
        # 127.1, 2130706433, 0x7f.1: what the resolver takes for an address, too.
        return _permitted(socket.inet_ntoa(socket.inet_aton(host)), allow_loopback=allow_loopback)
    except OSError:
        pass
    if allow_loopback and host == "localhost":
        return True
    return "." in host and host.rpartition(".")[2] not in _INSIDE_NAMES


def _permitted(text: str, *, allow_loopback: bool) -> bool:
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            address = address.ipv4_mapped
        elif any(address in net for net in _CARRIERS):
            return False
    if allow_loopback and address.is_loopback:
        return True
    return address.is_global and not address.is_multicast and not address.is_reserved
