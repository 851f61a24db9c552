"""The one guarded way out over HTTP: https only, addresses checked after resolution, no redirects, hard limits.

A host name is resolved once, every address it gives is checked, and the connection goes to the checked address, so
that a name cannot point elsewhere a moment later. Plain http is allowed only for loopback origins an operator
registered (simulators, `ROOFTREE_LOOPBACK_ORIGINS`).
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable, Iterable, Sequence

import httpx2

from rooftree.errors import NotAllowed, Unreachable

Resolve = Callable[[str, int], Sequence[str]]
_PORTS = frozenset({443, 8443})
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Forbidden(NotAllowed):
    """The address is one we never call; the text says which rule."""


def resolve(host: str, port: int) -> list[str]:
    """Every address of a host name."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Unreachable(f"The name {host} does not resolve.") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def check_url(url: httpx2.URL, loopback_origins: Iterable[str] = (), find: Resolve = resolve) -> str:
    """The one address to connect to for `url`; raises Forbidden for what must not be called."""
    if url.userinfo:
        raise Forbidden("A URL with a user name in it is not called.")
    port = url.port or (443 if url.scheme == "https" else 80)
    if f"{url.scheme}://{url.host}:{port}" in {origin.rstrip("/") for origin in loopback_origins}:
        return _loopback(url.host, port, find)
    if url.scheme != "https":
        raise Forbidden("Only https is called (register a simulator in ROOFTREE_LOOPBACK_ORIGINS).")
    if port not in _PORTS:
        raise Forbidden(f"Port {port} is not called.")
    addresses = find(url.host.rstrip("."), port)
    for address in addresses:
        if not is_public(address):
            raise Forbidden("The host is inside a private network.")
    if not addresses:
        raise Unreachable("The host has no address.")
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an IP address is on the public internet, looking through mapped, 6to4 and NAT64 forms."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return inner.is_global and not inner.is_multicast
    return ip.is_global and not ip.is_multicast


def _loopback(host: str, port: int, find: Resolve) -> str:
    addresses = find(host, port)
    if not addresses or not all(ipaddress.ip_address(each).is_loopback for each in addresses):
        raise Forbidden("A registered loopback origin must be on this machine.")
    return addresses[0]


class Guarded(httpx2.BaseTransport):
    """A transport that lets a request through only to a checked address."""

    def __init__(self, loopback_origins: Iterable[str] = (), find: Resolve = resolve) -> None:
        self._inner = httpx2.HTTPTransport(limits=httpx2.Limits(max_connections=32, max_keepalive_connections=16))
        self._loopback_origins = tuple(loopback_origins)
        self._find = find

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        address = check_url(request.url, self._loopback_origins, self._find)
        host = request.url.host
        request.headers.setdefault("host", request.url.netloc.decode())
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=address)
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


def with_loopback(origins: Iterable[str], base_url: str) -> list[str]:
    """The registered origins, and that of a simulator on this machine which an operator named as a base URL."""
    url = httpx2.URL(base_url) if base_url else None
    named = url is not None and url.scheme == "http" and url.host in ("127.0.0.1", "localhost")
    return [*origins, *([f"http://{url.host}:{url.port or 80}"] if named and url else [])]


def client(loopback_origins: Iterable[str] = (), transport: httpx2.BaseTransport | None = None) -> httpx2.Client:
    """The guarded client: no redirects, no proxies from the environment. `transport` replaces the way out in tests."""
    return httpx2.Client(
        transport=transport or Guarded(loopback_origins), follow_redirects=False, trust_env=False, timeout=30.0
    )


def fetch(http: httpx2.Client, request: httpx2.Request, *, most_bytes: int, seconds: float) -> httpx2.Response:
    """Send a request and read its whole answer within a size and a time; raises Unreachable when it is too much."""
    deadline = time.monotonic() + seconds
    request.extensions = {**request.extensions, "timeout": httpx2.Timeout(seconds).as_dict()}
    response = http.send(request, stream=True)
    said = {"tls": _tls(response)}
    try:
        body = bytearray()
        for chunk in response.iter_bytes(65_536):
            body += chunk
            if len(body) > most_bytes:
                raise Unreachable(f"The answer is larger than {most_bytes} bytes.")
            if time.monotonic() > deadline:
                raise Unreachable(f"The answer took longer than {seconds:g} s.")
    finally:
        response.close()
    headers = [(name, value) for name, value in response.headers.multi_items() if name != "content-encoding"]
    return httpx2.Response(response.status_code, headers=headers, content=bytes(body), request=request, extensions=said)


def _tls(response: httpx2.Response) -> str | None:
    """The version of the encryption the answer came by ("TLSv1.3"); None without any, and in tests."""
    stream = response.extensions.get("network_stream")
    secured = stream.get_extra_info("ssl_object") if stream is not None else None
    return secured.version() if secured is not None else None
