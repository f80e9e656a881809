"""Who said what: everybody the articles quote, and each one's quotations by date, as pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from corpus.duplicates import publication_order
from rag.dates import format_date
from ui.rendering import article_link, attribute, escaped, heading, page_html
from ui.texts import Look, Texts

if TYPE_CHECKING:
    from corpus.article import Article
    from index.rows import StoredQuote
    from rag import Assistant

LISTED = 100
"""People on one page; a search finds the others."""
QUOTED = 300
"""Quotations of one person on the page."""
STRIP = 1_000
"""Width of the strip of days above them, in its own units."""


@dataclass(frozen=True, slots=True)
class Said:
    """One quotation and the article it stands in."""

    quote: StoredQuote
    article: Article


def said_by(assistant: Assistant, person: str) -> list[Said]:
    """The person's first quotations, the earliest first, undated ones last; of exact copies of an article only the earliest."""
    articles: dict[str, Article] = {}
    found: list[Said] = []
    for quote in assistant.quotes_of(person, QUOTED):
        if quote.article_id not in articles:
            articles[quote.article_id] = assistant.article(quote.article_id)
        found.append(Said(quote, articles[quote.article_id]))
    found.sort(key=lambda said: (publication_order(said.article.published), said.article.id, said.quote.span))
    first: dict[tuple[str, int], Said] = {}
    for said in found:
        first.setdefault((said.quote.text_sha256, said.quote.span.start), said)
    return list(first.values())


def people_page(people: Sequence[tuple[str, int]], search: str, look: Look) -> str:
    """`people` with the number of their quotations, those first whose name holds `search`."""
    texts = look.texts
    found = [(name, count) for name, count in people if search.casefold() in name.casefold()]
    shown = "".join(
        f'<li><a href="/people?{attribute(urlencode({"name": name}))}">{escaped(name)}</a> '
        f'<span class="facts">{texts.quotations.format(count=count)}</span></li>'
        for name, count in found[:LISTED]
    )
    empty = texts.nothing_found if people else texts.people_empty
    body = f'<ul class="listed">{shown}</ul>' if shown else f'<p class="empty">{empty}</p>'
    return page_html(
        texts.people,
        f'<h1>{texts.people}</h1><p class="lead">{texts.people_intro}</p>'
        f"{search_form('/people', texts.search_people, search, texts)}{body}",
        look,
        script=True,
    )


def person_page(person: str, said: Sequence[Said], look: Look) -> str:
    """A person's quotations on a timeline, each opening its article."""
    texts = look.texts
    roles = list(dict.fromkeys(one.quote.role for one in said if one.quote.role))
    listed = "".join(_quotation(one, texts) for one in said)
    cut = f'<p class="facts">{texts.first_quotations.format(count=QUOTED)}</p>' if len(said) >= QUOTED else ""
    body = (
        f'<p class="byline">{escaped(" · ".join([texts.quotations.format(count=len(said)), *roles[:3]]))}</p>'
        f'{_strip([one.article.published for one in said if one.article.published], texts)}<ol class="timeline">{listed}</ol>{cut}'
        if said
        else f'<p class="empty">{texts.nothing_found}</p>'
    )
    return page_html(
        person,
        f'<p><a class="up" href="/people">← {texts.all_people}</a></p><h1>{escaped(person)}</h1>{body}',
        look,
        script=True,
    )


def search_form(address: str, name: str, search: str, texts: Texts) -> str:
    """A search box that a page's own address answers."""
    return (
        f'<form class="search" role="search" action="{address}"><input type="search" name="search" maxlength="200" aria-label="{name}"'
        f' placeholder="{name}" value="{attribute(search)}"><button>{texts.search}</button></form>'
    )


def _quotation(said: Said, texts: Texts) -> str:
    quote, article = said.quote, said.article
    link = article_link(quote.article_id, quote.text_sha256, quote.span)
    words = f"“{escaped(quote.text)}”" if quote.kind != "indirect" else escaped(quote.text)
    day = (
        f'<time datetime="{article.published.isoformat()}">{format_date(article.published, texts.code)}</time>'
        if article.published
        else f'<span class="time">{texts.undated}</span>'
    )
    facts = (texts.indirect if quote.kind == "indirect" else None, quote.role, article.outlet)
    named = " · ".join(fact for fact in (*facts, heading(article.title, article.text)) if fact)
    return (
        f'<li>{day}<blockquote lang="{attribute(article.language or "und")}">'
        f'<a href="{attribute(link)}" target="source">{words}</a></blockquote><p class="facts">{escaped(named)}</p></li>'
    )


def _strip(days: Sequence[date], texts: Texts) -> str:
    """The days on one line, from the first to the last: a picture of the list below it."""
    places = {day.toordinal() for day in days}
    if len(places) < 2:
        return ""
    first, last = min(places), max(places)
    dots = "".join(
        f'<circle cx="{8 + (place - first) / (last - first) * (STRIP - 16):.0f}" cy="14" r="7"/>'
        for place in sorted(places)
    )
    ends = [format_date(date.fromordinal(place), texts.code) for place in (first, last)]
    return (
        f'<div class="strip" aria-hidden="true"><svg viewBox="0 0 {STRIP} 28"><path d="M8 14H{STRIP - 8}"/>{dots}</svg>'
        f"<p><span>{ends[0]}</span><span>{ends[1]}</span></p></div>"
    )
