"""The whole article that a teaser announces, if the corpus holds it.

Resolved when asked for, never stored: the article may come after the teaser, change or be withdrawn.
"""

from __future__ import annotations

from corpus.article import Article
from index.lexical import FUNCTION_WORDS, fts_query, query_stems, words
from index.store import Store

_CANDIDATES = 20
_SHORTEST_HEADLINE = 3
"""Words. Shorter headlines (`Sport in brief`) name more than one story."""
_SHARE, _LEAST = 0.8, 8
"""Of a teaser's content words so many, and at least so many, stand in the beginning of the article: teasers are ledes, cut or
lightly edited. Read off the sample pages, where other teasers on an article's subject share under half."""


def full_story(store: Store, teaser: Article) -> Article | None:
    """The live article with the teaser's headline, or one that begins with its text; the best match first. None for an article."""
    query = fts_query(query_stems(teaser.title or teaser.text)) if teaser.kind == "teaser" else None
    if query is None:
        return None
    with store.snapshot():
        candidates = [store.article(article_id) for article_id in store.lexical_articles(query, _CANDIDATES)]
    others = (article for article in candidates if article.kind == "article" and article.id != teaser.found_on)
    return next((article for article in others if _announces(teaser, article)), None)


def _announces(teaser: Article, article: Article) -> bool:
    headline = words(teaser.title or teaser.text)
    if len(headline) >= _SHORTEST_HEADLINE and headline == words(article.title or ""):
        return True
    told = _content(teaser.text)
    beginning = _content(" ".join(part.span.of(article.text) for part in article.paragraphs[:2]))
    return len(told) >= _LEAST and len(told & beginning) >= _SHARE * len(told)


def _content(text: str) -> set[str]:
    return set(words(text)) - FUNCTION_WORDS
