"""URLs -> raw records. A URL may be a page, or a feed, a sitemap or an index of sitemaps, whose pages are then read one by one.

A page that a person names is fetched as a browser would. Pages that only a list names are fetched as a crawler should: robots.txt is
obeyed, and each host is left a pause between two requests. What cannot be read becomes a `Rejected`, and the rest goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import httpx
from protego import Protego

from corpus.errors import AddressRefusedError, HttpStatusError, RobotsError, UnreadableSourceError
from corpus.fetching import AGENT, Fetched, Fetcher, Known, shown
from corpus.listings import Entry, Listing, read_listing
from corpus.readers import RawRecord, Rejected, read_bytes
from corpus.readers.records import Unchanged
from corpus.readers.stated import stated_url

_LONGEST_PAUSE = 30.0
"""Seconds. A robots.txt may ask for a longer Crawl-delay; it gets this."""
_DEPTH = 2
"""An index lists sitemaps, and those list pages; some sites put one more index on top."""


class WebReader:
    """Reads what stands behind URLs. `limit` pages of one list are read (by default as many as the fetcher's rules say, and the rest is
    a `Rejected`); `known` says what is remembered of a page."""

    def __init__(
        self,
        fetcher: Fetcher,
        *,
        limit: int | None = None,
        known: Known = lambda _: None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._fetcher = fetcher
        self._stated_limit = limit
        self._limit = limit or fetcher.rules.pages
        self._known = known
        self._manners = _Manners(fetcher, sleep)
        self._seen: set[str] = set()

    def read(self, urls: Iterable[str]) -> Iterator[RawRecord | Rejected | Unchanged]:
        """What the pages hold, in order; no page twice."""
        for url in dict.fromkeys(urls):
            try:
                fetched = self._fetcher.get(url, known=self._known)
                listing = _listing(fetched)
            except UnreadableSourceError as error:
                yield _rejected(url, error)
                continue
            if listing is None:
                if self._first(fetched.url):
                    yield from _records(fetched)
                continue
            taken = 0
            for entry in self._pages(fetched.url, listing, _DEPTH):
                if isinstance(entry, Rejected):
                    yield entry
                elif taken == self._limit and entry.url not in self._seen:
                    yield from self._more(fetched.url, "pages")
                    break
                elif self._first(entry.url):
                    taken += 1
                    yield from self._listed(entry)

    def _first(self, url: str) -> bool:
        """Whether `url` comes up for the first time."""
        new = url not in self._seen
        self._seen.add(url)
        return new

    def _pages(self, url: str, listing: Listing, depth: int) -> Iterator[Entry | Rejected]:
        """The pages that a list names, those of an index by way of its sitemaps."""
        if not listing.entries:
            yield Rejected(
                shown(url), f"{shown(url)} lists no pages.", "Check the address, or name the pages themselves."
            )
        if listing.without_link:
            reason = f"{listing.without_link} entries of {shown(url)} have no link."
            yield Rejected(shown(url), reason, "Name their pages themselves, if they have any.")
        if listing.kind != "index":
            yield from listing.entries
            return
        for number, entry in enumerate(listing.entries):
            if number == self._limit:
                yield from self._more(url, "sitemaps")
                return
            try:
                fetched = self._fetcher.get(entry.url, admit=self._manners.admit)
                sitemap = _listing(fetched)
                if sitemap is None or depth == 0:
                    what = "no sitemap" if sitemap is None else "a sitemap too deep to follow"
                    raise UnreadableSourceError(f"{shown(entry.url)} is {what}.", "Name its pages themselves.")
            except UnreadableSourceError as error:
                yield _rejected(entry.url, error)
            else:
                yield from self._pages(fetched.url, sitemap, depth - 1)

    def _listed(self, entry: Entry) -> Iterator[RawRecord | Rejected | Unchanged]:
        try:
            fetched = self._fetcher.get(entry.url, known=self._known, admit=self._manners.admit)
        except UnreadableSourceError as error:
            yield _rejected(entry.url, error)
        else:
            if fetched.url == entry.url or self._first(fetched.url):
                yield from _records(fetched, entry)

    def _more(self, url: str, what: str) -> Iterator[Rejected]:
        """That a list goes on, if nobody asked for the cut."""
        if self._stated_limit is None:
            reason = f"{shown(url)} lists more than {self._limit} {what}; the first {self._limit} were read."
            yield Rejected(shown(url), reason, f"Read more with --limit, such as --limit {self._limit * 10}.")


class _Manners:
    """Keeps a crawler's manners: what robots.txt forbids is refused, and one host is not asked twice without a pause."""

    def __init__(self, fetcher: Fetcher, sleep: Callable[[float], None]) -> None:
        self._fetcher = fetcher
        self._sleep = sleep
        self._robots: dict[str, Protego | None] = {}
        self._asked: dict[str, float] = {}

    def admit(self, url: httpx.URL) -> None:
        """Returns when `url` may be asked for.

        Raises:
            RobotsError: it may not.
        """
        site = str(url.copy_with(path="/robots.txt", query=None))
        if site not in self._robots:
            self._robots[site] = self._rules(site)
        rules = self._robots[site]
        if rules is None or not rules.can_fetch(str(url), AGENT):
            why = "could not be read" if rules is None else "keeps programs away from it"
            raise RobotsError(
                f"{shown(str(url))} is not read: {shown(site)} {why}.",
                "Open it in a browser and save it, or name it yourself.",
            )
        pause = max(self._fetcher.rules.delay, min(rules.crawl_delay(AGENT) or 0.0, _LONGEST_PAUSE))
        left = self._asked.get(url.host, -pause) + pause - time.monotonic()
        if left > 0:
            self._sleep(left)
        self._asked[url.host] = time.monotonic()

    def _rules(self, site: str) -> Protego | None:
        """By RFC 9309: a site without robots.txt allows everything (an empty one), one that cannot be reached nothing (None).

        Raises:
            AddressRefusedError: the site is not one that may be asked at all.
        """
        try:
            raw = self._fetcher.get(site).raw or b""
        except HttpStatusError as error:
            if error.status >= 500:
                return None
            raw = b""
        except AddressRefusedError:
            raise
        except UnreadableSourceError:
            return None
        return Protego.parse(raw.decode(errors="replace"))


def _listing(fetched: Fetched) -> Listing | None:
    return None if fetched.raw is None else read_listing(shown(fetched.url), fetched.raw, fetched.content_type)


def _records(fetched: Fetched, entry: Entry | None = None) -> Iterator[RawRecord | Rejected | Unchanged]:
    """The records of one page; what it does not state itself is taken from the list that named it."""
    if fetched.raw is None:
        yield Unchanged(fetched.url)
        return
    listed = entry or Entry(fetched.url)
    for record in read_bytes(fetched.url, fetched.raw, content_type=fetched.content_type):
        if isinstance(record, Rejected):
            yield record
            continue
        claimed = record.url if record.url and _site(record.url) == _site(fetched.url) else None
        if record.source != fetched.url:
            yield replace(record, url=claimed)
            continue
        yield replace(
            record,
            title=record.title or listed.title,
            authors=record.authors or listed.authors,
            published=record.published or listed.published,
            url=claimed or stated_url(fetched.url) or fetched.url,
            validators=fetched.validators,
        )


def _site(url: str) -> str:
    """The registered domain of `url`. A page may say that its article is another one of its own site, but no site may put its text in
    the place of another's."""
    from courlan import extract_domain

    return extract_domain(url) or httpx.URL(url).host


def _rejected(url: str, error: UnreadableSourceError) -> Rejected:
    return Rejected(shown(url), error.what, error.remedy)
