"""Whom the pronoun means that opens a sentence of saying: the speaker that the quotation table names for the sentence."""

from __future__ import annotations

import re

from corpus.article import Span
from corpus.quotes import Quote

_ADVERBS = (
    r"(?:(?:also|later|then|once|now|further|even|has|had|också|även|dessutom|sedan|senare|då|har|hade|vidare)\s){0,2}"
)


def behind_pronoun(text: str, quote: Quote) -> Span | None:
    """The sentence of a quotation from behind the pronoun that is its subject: `He warned that ...`; None if none opens it so."""
    if quote.speaker is None or quote.cue is None:
        return None
    opening = re.compile(rf"(?:He|She|Han|Hon)(?=\s{_ADVERBS}{re.escape(quote.cue)}\b)")
    match = opening.match(text, quote.context.start, quote.context.end)
    return None if match is None else Span(match.end(), quote.context.end)
