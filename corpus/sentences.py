"""Sentence spans of a paragraph: sentencex's boundaries, mended where a quotation or an abbreviation was cut."""

from __future__ import annotations

import re

from corpus.article import Span

_ABBREVIATION = re.compile(
    r"(?:^|[\s(-])(?:kl|kr|milj|mdr|ca|nr|st|resp|dvs|bl\.a|t\.ex|m\.m|o\.s\.v|s\.k|d\.v\.s|f\.d|dr|prof|ev|exkl|inkl"
    r"|jan|feb|apr|aug|sept?|okt|oct|nov|dec|Rep|Sen|Gov|Gen|Lt|Col|Sgt|No|vs|approx|est|Mr|Mrs|Ms|Dr|St|Jr|Sr|[A-Z])\.$"
)
_BORDER = re.compile(r"(?P<end>[.!?]”?)\s+(?=[”A-ZÅÄÖ–])")
_MARKS = {'"': '"', "”": "”", "“": "”", "»": "«", "«": "»"}


def sentence_spans(text: str, language: str | None = "en") -> list[Span]:
    """Spans of the sentences of one paragraph, in order, white space between them left out.

    A quotation is never cut in two, however many sentences it holds.
    """
    from sentencex import get_sentence_boundaries

    spans: list[Span] = []
    for boundary in get_sentence_boundaries(language or "en", text):
        raw = text[boundary["start_index"] : boundary["end_index"]]
        start = boundary["start_index"] + len(raw) - len(raw.lstrip())
        end = boundary["start_index"] + len(raw.rstrip())
        if start >= end:
            continue
        if spans and _belongs_together(text, spans[-1], start):
            spans[-1] = Span(spans[-1].start, end)
        else:
            spans.append(Span(start, end))
    if "”" in text and "“" not in text:
        spans = [part for span in spans for part in _split_again(text, span)]
    return spans


def _split_again(text: str, span: Span) -> list[Span]:
    """Where one mark both opens and closes quotations, as in Swedish, sentencex takes what follows one for its inside."""
    parts: list[Span] = []
    start = span.start
    for match in _BORDER.finditer(text, span.start, span.end):
        before = text[start : match.end("end")]
        if not leaves_quotation_open(before) and _ABBREVIATION.search(before) is None:
            parts.append(Span(start, match.end("end")))
            start = match.end()
    return [*parts, Span(start, span.end)]


def _belongs_together(text: str, previous: Span, start: int) -> bool:
    before = previous.of(text)
    following = text[start]
    if following.islower() or following in ",;)":
        return True
    if _ABBREVIATION.search(before) and (following.isdigit() or following.isupper()):
        return following.isdigit() or not before.endswith(("kr.", "milj.", "mdr.", "st.", "m.m."))
    return leaves_quotation_open(before) and any(mark in text[start:] for mark in '"”“«»')


def leaves_quotation_open(text: str) -> bool:
    """Whether a quotation opened in `text` is not closed in it."""
    closing: str | None = None
    for character in text:
        if closing is None:
            closing = _MARKS.get(character)
        elif character == closing or (closing == "”" and character == "“"):
            closing = None
    return closing is not None
