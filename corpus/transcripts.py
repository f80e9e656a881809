"""Transcripts: paragraphs that open with the name of whoever speaks in them, `STRAND: The country has changed.`"""

from __future__ import annotations

import re
from collections import Counter

from corpus.article import Article, Span
from corpus.callings import is_calling

_WORD = r"[A-ZÅÄÖ][\w.’'-]*"
_LABEL = re.compile(rf"(?P<name>{_WORD}(?:\s{_WORD}){{0,4}})(?:,\s[^:\n]{{1,40}})?:\s(?=\S)")
_TURNS = 2
"""So many paragraphs must each of two speakers open: a lone `Correction: ` is no transcript."""
_NO_NAMES = frozenset("question answer moderator interviewer narrator audience crowd caller fråga svar".split())
ANSWER = re.compile(r"(?:A|Answer|Svar):\s")
QUESTION = re.compile(r"(?:Q|Question|Fråga):\s")
"""The questions of an interview are the paper's own words, the answers those of whom it has introduced."""


def transcript_labels(article: Article) -> dict[int, Span]:
    """The names that open paragraphs, by the paragraph's first character; empty if no two people take turns."""
    found = {
        paragraph.span.start: match
        for paragraph in article.paragraphs
        if paragraph.kind == "body" and (match := _LABEL.match(article.text, paragraph.span.start, paragraph.span.end))
    }
    turns = Counter(match["name"] for match in found.values())
    talking = {name for name, count in turns.items() if count >= _TURNS}
    if len(talking) < 2:
        return {}
    return {
        start: Span(start, match.end())
        for start, match in found.items()
        if match["name"] in talking or match["name"].isupper()
    }


def name_of_label(label: str) -> str | None:
    """`Strand` of `STRAND: `, for a speaker whom the article names nowhere else; None of `MODERATOR: ` and `Q: `."""
    name = label.partition(":")[0].partition(",")[0]
    if len(name) < 3 or any(is_calling(word) or word.casefold() in _NO_NAMES for word in name.split()):
        return None
    return name.title() if name.isupper() else name
