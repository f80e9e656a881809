"""Fetching against a real web server. Names and addresses are made up; the wire brings every connection to that server."""

from __future__ import annotations

import gzip
import ipaddress
import ssl
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from corpus.errors import (
    AddressRefusedError,
    BinarySourceError,
    FetchError,
    HttpStatusError,
    SourceTooLargeError,
    UnreachableError,
)
from corpus.fetching import Fetched, Fetcher
from corpus.readers.records import Validators

PUBLIC, OTHER_PUBLIC, INSIDE = "93.184.216.34", "2606:2800:220:1::1", "10.0.0.7"
"""Where news.example is, another public address, and one inside."""


Get = Callable[..., Fetched]


@pytest.fixture
def get(internet: Callable[..., Fetcher]) -> Get:
    """`get(url, known=..., max_bytes=...)` fetches from the made-up internet."""

    def fetched(url: str, *, known: Any = lambda _: None, **rules: Any) -> Fetched:
        with internet(**rules) as fetcher:
            return fetcher.get(url, known=known)

    return fetched


def test_a_page_comes_as_it_was_sent(get: Get, web: Any, wire: Any) -> None:
    web.put("/a?b=c", "Bryggan stängs".encode("latin-1"), type="text/html; charset=iso-8859-1", ETag='"v1"')

    page = get("HTTP://News.Example/a?b=c#comments")

    assert page == Fetched(
        "http://news.example/a?b=c",
        "Bryggan stängs".encode("latin-1"),
        "text/html; charset=iso-8859-1",
        Validators('"v1"', None),
    )
    host, path, headers = web.asked[0]
    assert (host, path) == ("news.example", "/a?b=c")
    assert "Citera" in headers["User-Agent"]
    assert "Cookie" not in headers
    assert wire.reached == [PUBLIC]


def test_nothing_of_one_page_is_told_to_the_next(internet: Callable[..., Fetcher], wire: Any, web: Any) -> None:
    web.put("/a", b"a", Set_Cookie="id=1")
    with internet() as fetcher:
        fetcher.get("http://news.example/a")
        fetcher.get("http://news.example/a")

    assert "Cookie" not in web.asked[1][2]
    assert "Referer" not in web.asked[1][2]
    assert wire.reached == [PUBLIC]  # the connection, once checked, serves both


def test_proxies_of_the_environment_are_not_used(get: Get, web: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    web.put("/a", b"a")

    assert get("http://news.example/a").raw == b"a"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_to_the_page(get: Get, web: Any, names: Any, status: int) -> None:
    names.answers["other.example"] = [[OTHER_PUBLIC]]
    web.put("/old", b"moved", status, Location="/older/../new?x=å")
    web.put("/new?x=%C3%A5", b"moved", status, Location="//other.example/final")
    web.put("/final", b"here")

    page = get("http://news.example/old")

    assert (page.url, page.raw) == ("http://other.example/final", b"here")
    assert [host for host, *_ in web.asked] == ["news.example", "news.example", "other.example"]


def test_redirects_come_to_an_end(get: Get, web: Any) -> None:
    web.put("/a", b"", 302, Location="/b")
    web.put("/b", b"", 302, Location="/a")

    with pytest.raises(AddressRefusedError, match="redirects more than 10 times"):
        get("http://news.example/a")

    assert len(web.asked) == 11


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "gopher://news.example/",
        "http://u:secret@news.example/",
        "http://[bad",
        "https:///x",
        "data:,x",
    ],
)
def test_a_redirect_to_anything_but_a_web_page_is_refused(get: Get, web: Any, location: str) -> None:
    web.put("/a", b"", 302, Location=location)

    with pytest.raises((AddressRefusedError, UnreachableError)) as caught:
        get("http://news.example/a")

    assert "secret" not in str(caught.value)
    assert web.paths() == ["/a"]


def test_a_redirect_without_a_place_is_no_page(get: Get, web: Any) -> None:
    web.put("/a", b"", 302)

    with pytest.raises(HttpStatusError, match="302"):
        get("http://news.example/a")


REFUSED = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "192.0.2.1",
    "224.0.0.251",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "2002:7f00:1::",
    "2001:0:0:1::",
    "fc00::1",
    "fd12::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
]


@pytest.mark.parametrize("address", REFUSED)
def test_addresses_inside_are_refused(get: Get, names: Any, wire: Any, address: str) -> None:
    names.answers["intra.example"] = [[address]]

    with pytest.raises(AddressRefusedError, match=r"intra\.example is at the address"):
        get("http://intra.example/")

    assert wire.reached == []


@pytest.mark.parametrize("address", ["8.8.8.8", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::", "2a00:1450::1"])
def test_public_addresses_are_not(get: Get, names: Any, web: Any, wire: Any, address: str) -> None:
    names.answers["news.example"] = [[address]]
    web.put("/", b"front page")

    assert get("http://news.example").raw == b"front page"
    assert wire.reached == [address]


def test_one_address_inside_is_enough_to_refuse_a_name(get: Get, names: Any, wire: Any) -> None:
    names.answers["news.example"] = [[PUBLIC, INSIDE]]

    with pytest.raises(AddressRefusedError):
        get("http://news.example/")

    assert wire.reached == []


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{}/",
        "http://localhost:{}/",
        "http://2130706433:{}/",
        "http://127.1:{}/",
        "http://0x7f000001:{}/",
        "http://[::1]:{}/",
    ],
)
def test_this_machine_is_refused_however_it_is_written(web: Any, url: str) -> None:
    with Fetcher() as fetcher, pytest.raises(FetchError):
        fetcher.get(url.format(web.server_port))

    assert web.asked == []


def test_a_name_that_changes_its_mind_is_held_to_what_was_checked(get: Get, names: Any, web: Any, wire: Any) -> None:
    names.answers["news.example"] = [[PUBLIC], [INSIDE], [INSIDE]]
    web.put("/", b"front page")

    assert get("http://news.example/").raw == b"front page"
    assert wire.reached == [PUBLIC]
    with pytest.raises(AddressRefusedError):  # the next connection is checked anew
        get("http://news.example/")
    assert wire.reached == [PUBLIC]


def test_a_redirect_into_the_private_network_is_refused(get: Get, names: Any, web: Any, wire: Any) -> None:
    names.answers |= {"intra.example": [[INSIDE]]}
    web.put("/a", b"", 302, Location="http://intra.example/admin")

    with pytest.raises(AddressRefusedError, match=INSIDE):
        get("http://news.example/a")

    assert (wire.reached, web.paths()) == ([PUBLIC], ["/a"])


def test_private_addresses_can_be_allowed_but_not_the_cloud_s(get: Get, names: Any, web: Any) -> None:
    names.answers |= {
        "intra.example": [[INSIDE]],
        "metadata.example": [["169.254.169.254"]],
        "nowhere.example": [["0.0.0.0"]],
    }
    web.put("/", b"intranet")

    assert get("http://intra.example/", private_addresses=True).raw == b"intranet"
    for host in ("metadata.example", "nowhere.example"):
        with pytest.raises(AddressRefusedError):
            get(f"http://{host}/", private_addresses=True)


def test_the_next_address_is_tried_when_one_is_dead(get: Get, names: Any, web: Any, wire: Any) -> None:
    names.answers["news.example"] = [[OTHER_PUBLIC, PUBLIC]]
    wire.dead = {OTHER_PUBLIC}
    web.put("/", b"front page")

    assert get("http://news.example/").raw == b"front page"
    assert wire.reached == [OTHER_PUBLIC, PUBLIC]
    wire.dead.add(PUBLIC)
    with pytest.raises(UnreachableError, match="refused"):
        get("http://news.example/")


@pytest.mark.parametrize(
    "url",
    [
        "ftp://news.example/a",
        "file:///etc/passwd",
        "http://",
        "http:///a",
        "http://news.example:99999/",
        "http://news.example/\x00",
        "http://0177.0.0.1/",
        "https://user:secret@news.example/",
        "https://secret@news.example/",
        "https://x\\@secret@news.example",
        "http://news.example/" + "a" * 5_000,
    ],
)
def test_what_is_no_plain_web_address_is_refused(get: Get, wire: Any, url: str) -> None:
    with pytest.raises(AddressRefusedError) as caught:
        get(url)

    assert wire.reached == []
    assert "secret" not in str(caught.value)
    assert len(str(caught.value)) < 500
    assert caught.value.remedy.endswith(".")


def test_a_host_that_does_not_exist_is_named() -> None:
    with Fetcher() as fetcher, pytest.raises(UnreachableError, match=r"no\.such\.host\.invalid could not be found"):
        fetcher.get("http://no.such.host.invalid/")
    with Fetcher() as fetcher, pytest.raises(UnreachableError, match="could not be found"):
        fetcher.get(f"http://{'a' * 70}.example/")


@pytest.mark.parametrize(
    ("status", "cure"),
    [
        (404, "Check the address"),
        (410, "gone"),
        (403, "browser"),
        (500, "later"),
        (429, "later"),
        (204, "browser"),
        (799, "later"),
    ],
)
def test_what_is_not_there_is_said_with_a_cure(get: Get, web: Any, status: int, cure: str) -> None:
    web.put("/a", b"", status)

    with pytest.raises(HttpStatusError, match=f"http://news.example/a answered {status}") as caught:
        get("http://news.example/a")

    assert cure in caught.value.remedy


def test_a_page_that_drips_is_cut(get: Get, web: Any) -> None:
    def drip() -> Iterator[bytes]:
        while not web.stopping.wait(0.05):
            yield b"."

    with pytest.raises(UnreachableError, match=r"within 0\.6 seconds"):
        get(web.put("/a", drip).replace(web.url, "http://news.example"), seconds=0.6)


def test_headers_that_drip_are_cut(get: Get, web: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(handler: Any) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not web.stopping.wait(0.05):
            handler.wfile.write(b"X-More: 1\r\n")

    monkeypatch.setattr(web.RequestHandlerClass, "do_GET", endless)

    with pytest.raises(UnreachableError, match=r"within 0\.6 seconds"):
        get("http://news.example/a", seconds=0.6)


def test_a_server_that_says_nothing_is_left(get: Get, web: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web.RequestHandlerClass, "do_GET", lambda handler: web.stopping.wait())

    with pytest.raises(UnreachableError, match=r"within 0\.3 seconds"):
        get("http://news.example/a", seconds=0.3)


def test_redirects_share_one_time_limit(get: Get, web: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def slowly(handler: Any) -> None:
        web.stopping.wait(0.2)
        handler.wfile.write(b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n")

    monkeypatch.setattr(web.RequestHandlerClass, "do_GET", slowly)

    with pytest.raises(UnreachableError, match=r"within 0\.5 seconds"):
        get("http://news.example/a", seconds=0.5)


def test_a_huge_page_is_refused_by_its_stated_length(get: Get, web: Any) -> None:
    web.put("/a", b"x", Content_Length="999999999999")

    with pytest.raises(SourceTooLargeError, match=r"larger than 0\.001 MB"):
        get("http://news.example/a", max_bytes=1_000)


def test_a_huge_page_is_cut_when_it_states_none(get: Get, web: Any) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while not web.stopping.is_set():
            sent += 10_000
            yield b"x" * 10_000

    web.put("/a", endless)

    with pytest.raises(SourceTooLargeError):
        get("http://news.example/a", max_bytes=100_000)


def test_exactly_the_limit_is_read(get: Get, web: Any) -> None:
    web.put("/a", b"x" * 1_000)

    assert len(get("http://news.example/a", max_bytes=1_000).raw or b"") == 1_000
    with pytest.raises(SourceTooLargeError):
        get("http://news.example/a", max_bytes=999)


def test_a_page_that_breaks_off_is_not_taken_for_whole(get: Get, web: Any) -> None:
    web.put("/a", b"half an arti", Content_Length="400")

    with pytest.raises(UnreachableError, match="could not be read"):
        get("http://news.example/a")


def test_no_more_is_read_than_the_server_announced(get: Get, web: Any) -> None:
    web.put("/a", b"an article and more", Content_Length="10")

    assert get("http://news.example/a").raw == b"an article"


def test_garbage_instead_of_http_is_no_page(get: Get, web: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        web.RequestHandlerClass, "do_GET", lambda handler: handler.wfile.write(b"\x00\xffSSH-2.0\r\n\r\n")
    )

    with pytest.raises(UnreachableError, match="could not be read"):
        get("http://news.example/a")


def test_gzip_is_unpacked_whether_it_is_the_encoding_or_the_file(get: Get, web: Any) -> None:
    web.put("/encoded", gzip.compress(b"text"), Content_Encoding="gzip")
    web.put("/file.gz", gzip.compress(b"text"), type="application/gzip")
    web.put("/both.gz", gzip.compress(gzip.compress(b"text")), Content_Encoding="gzip")

    assert [get(f"http://news.example/{name}").raw for name in ("encoded", "file.gz", "both.gz")] == [b"text"] * 3
    assert get("http://news.example/encoded").content_type == "text/plain; charset=utf-8"
    assert get("http://news.example/file.gz").content_type is None


def test_a_gzip_bomb_is_refused(get: Get, web: Any) -> None:
    bomb = gzip.compress(bytes(30_000_000))
    web.put("/encoded", bomb, Content_Encoding="gzip")
    web.put("/file.gz", bomb)

    assert len(bomb) < 100_000
    tracemalloc.start()
    for path in ("encoded", "file.gz"):
        with pytest.raises(SourceTooLargeError):
            get(f"http://news.example/{path}", max_bytes=100_000)
    assert tracemalloc.get_traced_memory()[1] < 10_000_000
    tracemalloc.stop()


@pytest.mark.parametrize("raw", [b"\x1f\x8bnot gzip", gzip.compress(b"some text" * 99)[:-20]])
def test_damaged_gzip_is_no_page(get: Get, web: Any, raw: bytes) -> None:
    web.put("/a", raw)

    with pytest.raises(BinarySourceError, match="damaged gzip"):
        get("http://news.example/a")


def test_an_encoding_nobody_asked_for_is_refused(get: Get, web: Any) -> None:
    web.put("/a", b"...", Content_Encoding="br")

    with pytest.raises(BinarySourceError, match="encoding br"):
        get("http://news.example/a")


@pytest.mark.parametrize(
    "kind", ["image/png", "VIDEO/mp4", "audio/mpeg", "font/woff2", "text/css", "application/javascript"]
)
def test_what_can_hold_no_article_is_not_even_loaded(get: Get, web: Any, kind: str) -> None:
    web.put("/a", b"x", type=kind, Content_Length="999999999")

    with pytest.raises(BinarySourceError, match=f"is {kind}, not an article"):
        get("http://news.example/a")


def test_a_page_that_has_not_changed_is_not_sent_again(get: Get, web: Any) -> None:
    web.put("/moved", b"", 301, Location="/a")
    web.put("/a", b"text", ETag='"v1"', Last_Modified="Tue, 03 Feb 2026 10:00:00 GMT")
    first = get("http://news.example/moved")
    again = get("http://news.example/moved", known={first.url: first.validators}.get)
    web.put("/a", b"new text", ETag='"v2"')
    changed = get("http://news.example/moved", known={first.url: first.validators}.get)

    assert first.validators == Validators('"v1"', "Tue, 03 Feb 2026 10:00:00 GMT")
    assert (again.url, again.raw) == ("http://news.example/a", None)
    assert changed.raw == b"new text"
    assert web.asked[2][2]["If-None-Match"] is None  # what is known of one page is not said to another


def test_an_etag_that_no_header_can_hold_is_forgotten(get: Get, web: Any) -> None:
    web.put("/a", b"text", ETag='"ö"')

    assert get("http://news.example/a").validators is None


def test_https_checks_the_certificate_of_the_name_at_the_address_that_was_checked(
    get: Get, web: Any, names: Any, wire: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    asked: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: asked.append(name)
    authority.issue_cert("news.example").configure_cert(context)
    web.socket = context.wrap_socket(web.socket, server_side=True)
    names.answers["other.example"] = [[PUBLIC]]
    web.put("/a", b"text")

    with pytest.raises(UnreachableError, match="certificate"):
        get("https://news.example/a")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    page = get("https://news.example/a")
    with pytest.raises(UnreachableError, match="certificate"):
        get("https://other.example/a")

    assert page.raw == b"text"
    assert asked == ["news.example", "news.example", "other.example"]
    assert [host for host, *_ in web.asked] == ["news.example"]
    assert set(wire.reached) == {PUBLIC}


def test_the_refused_list_is_what_it_says() -> None:
    assert all(ipaddress.ip_address(address) for address in REFUSED)
