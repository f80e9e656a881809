"""Sentences as quotations need them: with their tags, `"Who knows?" Roe asked.`, and cut where a month ends one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from corpus.article import Span
from corpus.cues import CUE_EN
from corpus.quotation_marks import last_character

_TAG = re.compile(
    r"(?:[Ss]?[Hh]e|(?:The|An?|His|Her|One|[A-ZÅÄÖ][\w.’'-]*)(?:\s(?:\([^()]*\)|[\w.’'&-]+)){0,8}?(?:,\s[^,\0]{1,80},)*)\s"
    rf"(?:also\s|later\s|then\s|\w+ly\s)?(?:{CUE_EN})"
    r"(?=[.,:]|\s(?:on|in|at|during|after|to|of|when|as|with|from|him|her|reporters|about|before|then|again|softly|[A-Z]|\w+ing)|(?<=asked)\sthe\s)"
)
"""`Roe tweeted at noon`: all of an attribution, from its first word."""
_AFTER_MAY = re.compile(r"\bMay(?P<stop>\.)\s+(?=[A-ZÅÄÖ\0])")


def with_tags(sentences: Iterable[Span], text: str, masked: str, closed: dict[int, int]) -> list[Span]:
    """`"Who knows?" Roe asked.` is one sentence, although a question mark and a capital stand in it.

    `masked` is `text` with its quotations blanked out, whose starts `closed` holds by their ends. After a colon it is a
    sentence of its own: `Berg asked: "Who knows?" Roe said nothing.`
    """
    whole: list[Span] = []
    for sentence in sentences:
        for span in _cut_after_may(masked, sentence):
            asked = bool(whole) and whole[-1].end in closed and last_character(text, whole[-1]) in {"?", "!"}
            if asked and not masked.endswith(": ", 0, closed[whole[-1].end]) and _TAG.match(masked, span.start):
                whole[-1] = Span(whole[-1].start, span.end)
            else:
                whole.append(span)
    return whole


def _cut_after_may(masked: str, span: Span) -> Iterator[Span]:
    """`They met in May. Roe said`: the month is taken for an abbreviation and its sentence for half of one."""
    start = span.start
    for match in _AFTER_MAY.finditer(masked, span.start, span.end):
        yield Span(start, match.end("stop"))
        start = match.end()
    yield Span(start, span.end)
