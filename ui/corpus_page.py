"""The corpus as a page: what it holds, a way to add to it, and to take something out of search."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from rag.dates import format_date
from ui.people_page import search_form
from ui.rendering import article_link, attribute, escaped, heading, page_html
from ui.swedish_rules import RULES
from ui.texts import Look, Texts

if TYPE_CHECKING:
    from corpus.article import Article

LISTED = 50
"""Articles on one page."""


def corpus_page(
    articles: Sequence[Article], *, total: int, page: int, search: str, may_withdraw: bool, look: Look
) -> str:
    """Page number `page`, from 1, of the `total` articles that a search found."""
    texts = look.texts
    shown = "".join(_article(article, may_withdraw, texts) for article in articles)
    empty = texts.nothing_found if search or page > 1 else texts.corpus_empty
    body = f'<ul class="listed">{shown}</ul>' if shown else f'<p class="empty">{empty}</p>'
    return page_html(
        texts.corpus,
        f'<h1>{texts.corpus}</h1><p class="lead">{texts.corpus_intro}</p>{_adding(texts)}'
        f"{search_form('/corpus', texts.search_corpus, search, texts)}"
        f'<p class="count" role="status">{texts.articles.format(count=f"{total:,}")}</p>{body}{_turning(total, page, search, texts)}',
        look,
        script=True,
    )


def _article(article: Article, may_withdraw: bool, texts: Texts) -> str:
    day = format_date(article.published, texts.code) if article.published else texts.not_dated
    facts = (article.outlet, day, article.language, texts.teaser if article.kind == "teaser" else None)
    title = heading(article.title, article.text)
    sure = attribute(texts.really_withdraw.format(title=title))
    button = (
        f'<button type="button" class="quiet" data-method="POST" data-address="/corpus/{article.id}/withdraw"'
        f' data-sure="{sure}" aria-label="{attribute(f"{texts.withdraw}: {title}")}">{texts.withdraw}</button>'
        if may_withdraw
        else ""
    )
    return (
        f'<li><div><a href="{attribute(article_link(article.id))}" target="source" lang="{attribute(article.language or "und")}">'
        f'{escaped(title)}</a> <span class="facts">{escaped(" · ".join(fact for fact in facts if fact))}</span></div>{button}</li>'
    )


def _adding(texts: Texts) -> str:
    """A place to drop files and a line for an address. `pages.js` sends them one by one and lists what became of each."""
    said = {
        "reading": texts.reading_files,
        "done": texts.done_reading,
        "kept": texts.kept_lines,
        "dropped": texts.dropped_lines,
        "added": texts.added,
        "updated": texts.updated,
        "unchanged": texts.unchanged,
        "rejected": texts.rejected,
        "silent": texts.no_reply,
    }
    said |= {"rules": json.dumps(RULES if texts.code == "sv" else {})}
    data = " ".join(f'data-{name}="{attribute(words)}"' for name, words in said.items())
    return (
        f'<section class="adding" aria-label="{texts.add}" {data}><h2>{texts.add}</h2>'
        f'<div class="drop"><p>{texts.drop_here}</p><label class="button">{texts.choose_files}<input type="file" multiple></label></div>'
        f'<form class="address"><input type="url" required maxlength="4000" aria-label="{texts.address}" placeholder="{texts.address}">'
        f"<button>{texts.fetch}</button></form>"
        f'<p class="doing" role="status"></p><progress hidden aria-label="{texts.add}"></progress><ul class="report"></ul></section>'
    )


def _turning(total: int, page: int, search: str, texts: Texts) -> str:
    pages = max(1, -(-total // LISTED))
    if pages == 1:
        return ""

    def link(number: int, name: str) -> str:
        there = 1 <= number <= pages
        address = attribute(f"/corpus?{urlencode({'search': search, 'page': number})}")
        return f'<a href="{address}">{name}</a>' if there else f"<span>{name}</span>"

    where = texts.page_of.format(page=page, pages=pages)
    return (
        f'<nav class="turning" aria-label="{where}">{link(page - 1, texts.earlier_page)}<span>{where}</span>'
        f"{link(page + 1, texts.later_page)}</nav>"
    )
