"""Lines of dialogue, as Swedish papers set them: `– Vi måste bygga nu, säger Karin Holm. Det är bråttom.`"""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.article import Span
from corpus.cues import CUE_EN, CUE_SV

_DASH = re.compile(r"[–—-][^\S\n]+(?=\S)")
_OPENING = re.compile(r"(?:^|(?<=[.!?:]\s))[–—]\s(?=[\"“”A-ZÅÄÖ])")
_TAG = re.compile(
    rf"(?P<comma>[,?!–-]|[,?!]”)\s(?P<cue>{CUE_SV}|{CUE_EN})\s(?!jag\b|vi\b|du\b|man\b|ni\b|I\b|we\b)"
    r"(?P<who>[^.!?\n]{1,200}(?:\b[A-ZÅÄÖ]\.[^.!?\n]*)*)(?:[.!?]\s*|$)"
)
_ABOUT_THE_SPEAKER = re.compile(rf"(?:Han|Hon)\s(?:{CUE_SV}|vill|har|får|ska)\b")
_GOES_ON = re.compile(r"(?:han|hon|he|she),\s(?!och\b|som\b|medan\b|när\b|till\b|and\b|who\b)(?=[a-zåäö])")


@dataclass(frozen=True, slots=True)
class Tag:
    """`säger Karin Holm.` in a line: `cue` the verb, `who` the words that name the speaker."""

    cue: str
    who: Span
    whole: Span
    before: Span
    after: Span | None
    """What is spoken before the tag and behind it; None where it goes on about the speaker."""


def is_line(text: str, within: Span, language: str | None) -> bool:
    """Whether a paragraph is a line of dialogue; in English, where dashes open lists too, only with a tag."""
    if _DASH.match(text, within.start) is None:
        return False
    return language != "en" or _TAG.search(within.of(text)) is not None


def opening(masked: str, within: Span, language: str | None) -> int | None:
    """Where a line of dialogue opens in the middle of a paragraph, which no English one does."""
    dash = _OPENING.search(within.of(masked)) if language != "en" else None
    return within.start + dash.start() if dash else None


def spoken(text: str, line: Span) -> Span:
    """A line or a part of one without its dash."""
    dash = _DASH.match(text, line.start, line.end)
    return Span(dash.end() if dash else line.start, line.end)


def tag(text: str, line: Span) -> Tag | None:
    """The tag of a line and what is spoken on either side of it."""
    speech = spoken(text, line)
    found = _TAG.search(text, speech.start, speech.end)
    if found is None:
        return None
    goes_on = _GOES_ON.match(text, found.start("who"), speech.end)
    rest = Span(goes_on.end() if goes_on else found.end(), speech.end)
    about = _ABOUT_THE_SPEAKER.match(text, rest.start, rest.end)
    return Tag(
        found["cue"],
        Span(found.start("who"), found.end("who")),
        Span(found.start("cue"), found.end()),
        Span(speech.start, found.start() + (found["comma"][0] in "?!")),
        None if about else spoken(text, rest),
    )
