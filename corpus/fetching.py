"""The only code that opens a connection for content: one GET, safe with any URL from anywhere.

Before a connection is opened, its host is resolved and every address that comes back is checked; the connection then goes to one
of those addresses, so that a name cannot point elsewhere between the check and the use. Redirects are followed here, one by
one, each through the same door. Size and time are limited as the bytes arrive. There are no cookies, no credentials and no proxies.
"""

from __future__ import annotations

import gzip
import ipaddress
import re
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from typing import Self

import httpcore
import httpx

from corpus.errors import (
    AddressRefusedError,
    BinarySourceError,
    HttpStatusError,
    SourceTooLargeError,
    UnreachableError,
)
from corpus.readers.records import Validators

AGENT = "Citera"
"""The name that robots.txt files may address."""
_HEADERS = {
    "User-Agent": f"Mozilla/5.0 (compatible; {AGENT})",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,text/plain;q=0.8,*/*;q=0.5",
    "Accept-Encoding": "gzip",
}
_MAX_URL = 4_000
_GZIP_MAGIC = b"\x1f\x8b"
_NO_ARTICLE = re.compile(r"(?:image|video|audio|font|model)/|text/(?:css|javascript)|application/(?:x-)?javascript")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_SAVE_BY_HAND = "Open it in a browser, save the page and ingest the file."

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]


@dataclass(frozen=True, slots=True)
class FetchRules:
    """How far a fetch goes. `max_bytes` is what a sitemap may have by its protocol, more than any page needs; `seconds` covers
    one page with all its redirects; `delay` is kept between two pages of one host that a feed or sitemap lists; at most `pages` of a
    list are read unless more are asked for. `private_addresses` opens this machine and its network, for intranets and tests."""

    private_addresses: bool = False
    max_bytes: int = 50_000_000
    seconds: float = 60.0
    redirects: int = 10
    delay: float = 1.0
    pages: int = 200


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a URL gave. `url` is where the redirects ended; `raw` is None if nothing has changed there since it was last read."""

    url: str
    raw: bytes | None
    content_type: str | None = None
    validators: Validators | None = None


Resolver = Callable[[str, int], Sequence[str]]
Known = Callable[[str], Validators | None]
Admit = Callable[[httpx.URL], None]


class Fetcher:
    """Fetches URLs, one at a time, until it is closed. `resolve` and `network` stand in for the system's own in tests."""

    def __init__(
        self,
        rules: FetchRules = FetchRules(),
        *,
        resolve: Resolver | None = None,
        network: httpcore.NetworkBackend | None = None,
    ) -> None:
        self.rules = rules
        self._network = _CheckedNetwork(rules, resolve or _resolve, network or httpcore.SyncBackend())
        self._pool = httpcore.ConnectionPool(httpx.create_ssl_context(), network_backend=self._network)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.close()

    def get(self, url: str, *, known: Known = lambda _: None, admit: Admit = lambda _: None) -> Fetched:
        """The bytes at `url`. `known` says what is remembered of a page; `admit` sees every URL before it is asked for, and may raise.

        Raises:
            AddressRefusedError, UnreachableError, HttpStatusError, SourceTooLargeError, BinarySourceError
        """
        here, seconds = _checked(url), self.rules.seconds
        for _ in range(self.rules.redirects + 1):
            admit(here)
            began = time.monotonic()
            reply = self._ask(here, known(str(here)), seconds)
            seconds -= time.monotonic() - began
            if isinstance(reply, Fetched):
                return reply
            here = reply
        raise AddressRefusedError(
            f"{shown(url)} redirects more than {self.rules.redirects} times.",
            "Open it in a browser and use the address it ends at.",
        )

    def _ask(self, url: httpx.URL, validators: Validators | None, seconds: float) -> Fetched | httpx.URL:
        """What stands at `url`, or the URL it redirects to."""
        self._network.deadline = time.monotonic() + seconds
        request = httpx.Request("GET", url, headers=_HEADERS | (validators.headers() if validators else {}))
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        try:
            with self._pool.stream("GET", target, headers=request.headers.raw) as reply:
                headers = httpx.Headers(reply.headers)
                if reply.status in (301, 302, 303, 307, 308) and "location" in headers:
                    return _joined(url, headers["location"])
                if reply.status == HTTPStatus.NOT_MODIFIED and validators:
                    return Fetched(str(url), None)
                _check_reply(str(url), reply.status, headers)
                raw = self._read(str(url), headers, reply.iter_stream())
        except httpcore.TimeoutException:
            raise UnreachableError(
                f"{shown(str(url))} did not arrive within {self.rules.seconds:g} seconds.",
                f"Try again later. {_SAVE_BY_HAND}",
            ) from None
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise UnreachableError(
                f"{shown(str(url))} could not be read ({error}).",
                "Check the address and the network, or try again later.",
            ) from error
        content_type = headers.get("content-type")
        if raw.startswith(_GZIP_MAGIC):
            raw, content_type = _gunzipped(str(url), raw, self.rules.max_bytes), None
        return Fetched(str(url), raw, content_type, _validators(headers))

    def _read(self, url: str, headers: httpx.Headers, chunks: Iterable[bytes]) -> bytes:
        limit, body = self.rules.max_bytes, bytearray()
        declared = headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > limit:
            raise _too_large(url, limit)
        for chunk in chunks:
            body += chunk
            if len(body) > limit:
                raise _too_large(url, limit)
        encoding = headers.get("content-encoding", "identity").strip().lower()
        if encoding in ("gzip", "x-gzip"):
            return _gunzipped(url, bytes(body), limit)
        if encoding not in ("", "identity"):
            raise BinarySourceError(f"{shown(url)} came in the encoding {encoding}, unasked.", _SAVE_BY_HAND)
        return bytes(body)


class _CheckedNetwork(httpcore.NetworkBackend):
    """Connects to nothing but addresses that the rules allow, and waits for nothing beyond `deadline` (by `time.monotonic`)."""

    def __init__(self, rules: FetchRules, resolve: Resolver, network: httpcore.NetworkBackend) -> None:
        self._rules = rules
        self._resolve = resolve
        self._inner = network
        self.deadline = 0.0

    def left(self) -> float:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the time is up")
        return left

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002  # the deadline is what counts
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = self._resolve(host, port)
        for address in addresses:
            if not _allowed(address, private=self._rules.private_addresses):
                raise AddressRefusedError(
                    f"{host} is at the address {address}, which is on a private or reserved network.",
                    "Citera opens public addresses only, unless CITERA_FETCH_PRIVATE_ADDRESSES is true.",
                )
        failure: httpcore.ConnectError | httpcore.ConnectTimeout = httpcore.ConnectError(f"{host} has no address")
        for address in addresses:
            try:
                stream = self._inner.connect_tcp(address, port, self.left(), local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self)
        raise failure


class _TimedStream(httpcore.NetworkStream):
    """A connection on which every wait ends at the network's deadline, however slowly bytes keep dripping in."""

    def __init__(self, stream: httpcore.NetworkStream, network: _CheckedNetwork) -> None:
        self._stream = stream
        self._network = network

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return self._stream.read(max_bytes, self._network.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._stream.write(buffer, self._network.left())

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, self._network.left()), self._network)

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def shown(url: str) -> str:
    """`url` as a message may hold it: without a password, and no longer than 200 characters."""
    public = re.sub(r"//[^/?#]*@", "//", url)
    return public if len(public) <= 200 else f"{public[:199]}…"


def _checked(url: str) -> httpx.URL:
    if len(url) > _MAX_URL:
        raise AddressRefusedError(f"{shown(url)} is longer than {_MAX_URL:,} characters.", "Use a shorter address.")
    try:
        parsed = httpx.URL(url.strip()).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError) as error:
        raise AddressRefusedError(f"{shown(url)} is not a URL ({error}).", "Copy it from a browser again.") from None
    if parsed.scheme not in ("http", "https") or not parsed.host or "%" in parsed.host:
        raise AddressRefusedError(f"{shown(url)} is not a web address.", "Only http and https URLs are opened.")
    if parsed.userinfo:
        raise AddressRefusedError(f"{shown(url)} was given with a user name or password.", "Leave them out.")
    if parsed.port is not None and not 0 < parsed.port < 65_536:
        raise AddressRefusedError(f"{shown(url)} has no valid port.", "Leave the port out, or correct it.")
    return parsed if parsed.path else parsed.copy_with(path="/")


def _joined(base: httpx.URL, location: str) -> httpx.URL:
    try:
        return _checked(str(base.join(location)))
    except (httpx.InvalidURL, ValueError) as error:
        raise AddressRefusedError(
            f"{shown(str(base))} redirects to something that is no URL ({error}).", _SAVE_BY_HAND
        ) from None


def _resolve(host: str, port: int) -> list[str]:
    """The host's addresses, by the system's resolver, whatever form the host is written in."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnreachableError(
            f"The host {host[:100]} could not be found ({error}).", "Check the address and the network."
        ) from None
    return [str(address[0]) for *_, address in found]


def _allowed(address: str, *, private: bool) -> bool:
    where = _unwrapped(ipaddress.ip_address(address))
    if where.is_loopback:
        return private
    if where.is_multicast or where.is_link_local or where.is_unspecified or where.is_reserved:
        return False
    site_local = isinstance(where, ipaddress.IPv6Address) and where.is_site_local
    return private or (where.is_global and not site_local)


def _unwrapped(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one that only carries it (mapped, 6to4, NAT64)."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _check_reply(url: str, status: int, headers: httpx.Headers) -> None:
    """Raises for a reply that holds no article, before its body is read."""
    if status != HTTPStatus.OK:
        raise HttpStatusError(f"{shown(url)} answered {_phrase(status)}.", _remedy(status), status)
    content_type = headers.get("content-type", "")
    if _NO_ARTICLE.match(content_type.lower()):
        raise BinarySourceError(
            f"{shown(url)} is {content_type.split(';')[0][:60]}, not an article.",
            "Use the address of the page it stands on.",
        )


def _validators(headers: httpx.Headers) -> Validators | None:
    stated = [headers.get(name) for name in ("etag", "last-modified")]
    etag, last_modified = (value if value and value.isascii() else None for value in stated)
    return Validators(etag, last_modified) if etag or last_modified else None


def _phrase(status: int) -> str:
    try:
        return f"{status} ({HTTPStatus(status).phrase})"
    except ValueError:
        return str(status)


def _remedy(status: int) -> str:
    if status in (404, 410):
        return "Check the address; the page may be gone."
    if status == 429 or status >= 500:
        return "Try again later."
    return _SAVE_BY_HAND


def _gunzipped(url: str, raw: bytes, limit: int) -> bytes:
    try:
        plain = gzip.GzipFile(fileobj=BytesIO(raw)).read(limit + 1)
    except (EOFError, OSError, zlib.error) as error:
        raise BinarySourceError(f"{shown(url)} is damaged gzip ({error}).", _SAVE_BY_HAND) from None
    if len(plain) > limit:
        raise _too_large(url, limit)
    return plain


def _too_large(url: str, limit: int) -> SourceTooLargeError:
    return SourceTooLargeError(f"{shown(url)} is larger than {limit / 1e6:g} MB.", _SAVE_BY_HAND)
