"""When or where somebody said something, as the article tells it: the sentence of the words, or one shortly before, that states it."""

from __future__ import annotations

import re

from corpus.article import Article, Span
from corpus.dates import MONTH
from corpus.sentences import sentence_spans
from index.rows import StoredQuote
from rag.question import Asks

BACK = 3
"""Sentences before the words in which their time or place is looked for. Set, not measured."""
_DAY = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{MONTH})|(?:{MONTH}) \d{{1,2}}|(?:mon|tues|wednes|thurs|fri|satur|sun)day|yesterday|today"
    r"|(?:mån|tis|ons|tors|fre|lör|sön)dag(?:en|s|skvällen|smorgonen)?|i (?:går|dag|morse|kväll)|igår|idag)\b",
    re.IGNORECASE,
)
_OCCASION = (
    r"(?:meeting|conference|summit|hearing|debate|gathering|ministerial|interview|rally"
    r"|press(?:träff|konferens)|(?:topp)?möte|debatt|intervju)"
)
_NAMED_OCCASION = re.compile(rf"\b{_OCCASION}", re.IGNORECASE)
_TO_COME = re.compile(r"\b(?:will|would|shall|to be|ska|skall|skulle|kommer|kan|väntar)\b", re.IGNORECASE)
_PLACE = re.compile(
    rf"\b(?:in|at|i|på|vid) (?:(?:an?|the|en|ett) )?(?:[\w-]+ ){{0,2}}?{_OCCASION}\w*"
    rf"|\b(?:in|at|i|på|vid) (?!(?:\w+day|{MONTH})\b)(?-i:[A-ZÅÄÖ])[\w-]+",
    re.IGNORECASE,
)


def setting_of(quote: StoredQuote, article: Article, asks: Asks) -> Span | None:
    """The sentence that states when or where the words were said; None if words alone are asked for, or none states it.

    Another sentence than that of the words must name the occasion, and not speak of what is to come.
    """
    if asks == "words":
        return None
    wanted = _DAY if asks == "when" else _PLACE
    context = quote.quote.context
    outside = article.text[context.start : quote.span.start] + " | " + article.text[quote.span.end : context.end]
    if wanted.search(outside):
        return context
    before = [
        span.shifted(paragraph.span.start)
        for paragraph in article.paragraphs
        if paragraph.kind == "body" and paragraph.span.start <= context.start
        for span in sentence_spans(paragraph.span.of(article.text), paragraph.language)
    ]
    back = [span for span in before if span.end <= context.start][-BACK:]
    return next((span for span in reversed(back) if _sets_the_scene(span.of(article.text), asks)), None)


def _sets_the_scene(sentence: str, asks: Asks) -> bool:
    """Whether a sentence tells of an occasion that has been, and, if asked for, of its day."""
    if _NAMED_OCCASION.search(sentence) is None or _TO_COME.search(sentence) is not None:
        return False
    return asks == "where" or _DAY.search(sentence) is not None
