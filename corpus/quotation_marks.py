"""Quotation marks: what stands between them, with and without the marks."""

from __future__ import annotations

import re
from typing import NamedTuple

from corpus.article import Span

_PAIRS = (("“", "”"), ("”", "”"), ("„", "“"), ("«", "»"), ("»", "«"), ("»", "»"), ('"', '"'), ("‘", "’"))
_OPENERS = '“”„«»"‘'
_PLAIN_SINGLE = re.compile(
    r"'(?=\w)(?:[^'\n]|(?<=\w)'(?=\w)){2,200}(?:(?<=[,.?!])'(?!\w)|'(?=[:;,](?:\s|$)))"
    r"|'(?=[\w']+\s[\w']+\s)(?:[^'\n]|(?<=\w)'(?=\w)){2,200}(?<!s)'(?=\s|$)"
)
"""Single typewriter's marks, as in headlines: they close where an apostrophe would not stand."""
_WORK = (
    r"(?:book|novel|memoir|film|movie|documentary|song|album|single|show|series|program|programme|podcast|episode|play|musical|essay|article|column"
    r"|poem|painting|bill|act|law|initiative|project|exhibition|game|magazine|sitcom|drama|hit|anthem|ballad|track|newspaper"
    r"|boken|romanen|filmen|låten|pjäsen|studien|serien|rapporten|utställningen"
    r"|programmet|visan|artikeln)s?"
)
_WORD = (
    r"(?:slogan|word|words|term|phrase|title|nickname|label|expression|hashtag|motto|sign|banner|shirt|hat"
    r"|ordet|begreppet|uttrycket|titeln|skylten|parollen)s?"
)
_PRESENTED = re.compile(
    rf"\b(?:so-called|så kallade|så kallat|s\.k\.|known as|titled|entitled|headlined|named|nicknamed|{_WORD}|(?P<work>{_WORK}))"
    r"(?:\s(?:the|a|an|of))?,?\s$"
    rf"|\b(?:{_WORK}|{_WORD})\s(?:like|such as)\s$",
    re.IGNORECASE,
)
_CALLED = re.compile(r"(?:,|\b(?:is|was|are|were|be|been))\s(?:\w+ly\s)?called\s(?:the\s)?$")
_NAMED_WORK = re.compile(rf"\b(?:{_WORK}|{_WORD}),?\s(?:called|saying|reading|that read)\s$", re.IGNORECASE)
_SAYING = re.compile(
    r"\b(?:said|says|chanted|shouted|yelled|replied|wrote|tweeted|ropade|ropar|sa|sade|skrek|skrev|sjöng)\s$"
)
_SMALL = frozenset("of the a an and in on to for with at by from or i på och av för".split())
_NAMES = frozenset(
    "called calls calling call dubbed label labeled labelled branded nicknamed said says tweeted kallar kallade".split()
)


class Marked(NamedTuple):
    """A stretch between quotation marks, with and without them."""

    outer: Span
    inner: Span


def marked(text: str, within: Span) -> list[Marked]:
    """What stands between quotation marks; a mark left open closes at the paragraph's end."""
    found: list[Marked] = []
    position = within.start
    while position < within.end:
        character = text[position]
        single = _PLAIN_SINGLE.match(text, position, within.end) if character == "'" else None
        if single is not None and (position == within.start or text[position - 1].isspace()):
            inner = trimmed(text, Span(position + 1, single.end() - 1))
            found.append(Marked(Span(position, single.end()), inner))
            position = single.end()
            continue
        opens = character in _OPENERS and (position == within.start or not text[position - 1].isalnum())
        if not opens or position + 1 >= within.end or text[position + 1].isspace():
            position += 1
            continue
        close = _closing(text, position, within.end)
        if close is None:
            introduced = position == within.start or text[position - 2 : position] in {": ", ", ", ". ", "? ", "! "}
            if character in "‘»" or not introduced:
                position += 1
                continue
            close = within.end
        inner = trimmed(text, Span(position + 1, close))
        end = min(close + 1, within.end)
        if len(inner):
            found.append(Marked(Span(position, end), inner))
        position = end
    return found


def _closing(text: str, opening: int, end: int) -> int | None:
    closers = {close for open_, close in _PAIRS if open_ == text[opening]}
    for position in range(opening + 2, end):
        if text[position] in closers and not text[position - 1].isspace():
            following = text[position + 1 : position + 2]
            if text[position] in '’"' and following.isalnum():
                continue
            return position
    return None


def last_character(text: str, outer: Span) -> str:
    """The last character inside quotation marks, marks inside them left out; empty if there is none."""
    return outer.of(text).rstrip("\"'”’“»«")[-1:]


def character_before(text: str, outer: Span) -> str:
    """The last character before a quotation that is no white space; empty if there is none near."""
    return text[max(0, outer.start - 3) : outer.start].rstrip()[-1:]


def is_direct(text: str, mark: Marked, *, opens: bool, follows: bool) -> bool:
    """A clause of its own, set off by a comma or colon or starting a sentence; otherwise a fragment woven in.

    `opens`: it starts its sentence; `follows`: the quotation before it in the sentence was direct.
    """
    start, inner = mark.outer.start, mark.inner
    last, before = last_character(text, mark.outer), character_before(text, mark.outer)
    if before == ":" or (follows and before in {",", "–", "—"}) or (opens and last in {",", "?", "!", "."}):
        return True
    if text.endswith(" as ", 0, start) or not (text[inner.start].isupper() or text[inner.start] in "[.…'‘"):
        return False
    said = _SAYING.search(text, max(0, start - 12), start) is not None
    ends = last in {".", "!", "?", ","} and (said or len(inner.of(text).split()) > 3)
    return start == 0 or text[start - 1] == "\n" or before in {",", ".", "!", "?", "–", "—", "”", '"'} or ends


def trimmed(text: str, span: Span) -> Span:
    """Without surrounding white space and without the comma that belongs to the sentence around."""
    inner = span.of(text)
    start = span.start + len(inner) - len(inner.lstrip())
    end = span.start + len(inner.rstrip().rstrip(",").rstrip())
    return Span(min(start, end), end)


def unmarked(text: str, span: Span) -> Span:
    """Without a pair of quotation marks around all of it."""
    inner = span.of(text)
    if len(inner) > 2 and inner[0] in _OPENERS and inner[-1] in '”"»“’':
        return trimmed(text, Span(span.start + 1, span.end - 1))
    return span


def is_name_of_something(text: str, mark: Marked, cue: str | None) -> bool:
    """A title, a nickname or a word held up with tongs: marked, but nobody's speech. `cue` is the verb that governs it."""
    outer, words = mark.outer, mark.inner.of(text)
    before = text[max(0, outer.start - 40) : outer.start]
    if re.search(r"\b[A-ZÅÄÖ][\w.]*\s$", before) and re.match(r"\s[A-ZÅÄÖ]\w", text[outer.end : outer.end + 3]):
        return len(words.split()) <= 3 and words[-1] not in ".!?,"
    if _CALLED.search(before) and _is_title(words):
        return True
    if words[0].isupper() and re.match(rf"\s{_WORK}\b", text[outer.end : outer.end + 20]):
        return True
    presented = _PRESENTED.search(before)
    said_of_it = presented is not None and presented["work"] is not None and words[0].islower() and cue is not None
    if presented and not said_of_it and not (cue and len(words.split()) > 4 and not _is_title(words)):
        return True
    if _NAMED_WORK.search(before):
        return True
    placed = re.search(r"(?:\b(?:on|in|at|for|from|to|of|with)|['’]s)\s(?:the\s|an?\s)?$", before)
    near = cue in _NAMES and not placed and re.search(rf"\b{re.escape(cue or '')}\b[^.]{{0,30}}$", before) is not None
    opens = before.endswith((": ", ". ", "? ", "! ")) or (cue is not None and before.endswith((", ", " as ")))
    return _is_title(words) and not near and not opens


def _is_title(words: str) -> bool:
    """`The Long Winter Road Home`: most words capitalised, no sentence's end inside."""
    parts = [part for part in words.rstrip(".").split() if part not in _SMALL]
    capitals = sum(part[0].isupper() for part in parts)
    return (
        words[-1] not in "!?" and not re.search(r"[.!?]\s", words) and capitals >= 0.6 * len(parts) and len(parts) > 1
    )
