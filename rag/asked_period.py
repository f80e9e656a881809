"""When a date in a question is about when something was published or said, and so narrows the search.

Mostly it is not: it is part of what is asked ("who won in 1994?", "when did they meet in March?") or tells one thing from another ("the
storm in January"). So a date counts in these forms only, and only if it is the question's one date:

- articles or news by when they appeared: "articles published in February", "last week's news", "nyheter sedan i måndags"
- somebody's words by when they were said: "what did Horii say in February?", "vad sa Horii förra veckan om hamnen?"
- what is new, by days and weeks counted from today: "what happened in Lindvik last week?"
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from corpus.article import Span
from rag.periods import Mention, Period, find_periods

About = Literal["published", "said", "happened"]


@dataclass(frozen=True, slots=True)
class AskedPeriod:
    """Days that a question asks about: `words` are those that say so, `rest` is the question without them.

    Of a `distant` period the words name the year and mean the time of saying: a corpus that does not reach back so far can still tell of
    it.
    """

    period: Period
    words: str
    rest: str
    distant: bool


_NEWS = (
    r"(?:news(?: (?:articles?|stories|reports))?|articles?|stories|headlines|coverage"
    r"|artiklar(?:na)?|artikeln|nyheter(?:na)?|nyhetsartiklar(?:na)?|rubriker(?:na)?)"
)
_PUBLISHED = (
    r"(?:(?:that|which|som) )?(?:(?:was|were|are|is|är|har|blev|have been) )?"
    r"(?:published|written|printed|dated|posted|publicera(?:de|des|ts|d|t)|skriv(?:na|en|its)|skrevs|daterade?)"
)
_OF_NEWS = re.compile(rf"\b{_NEWS}(?: {_PUBLISHED})?$", re.IGNORECASE)
_NEWS_AFTER = re.compile(rf"\s(?:\w+ )?{_NEWS}\b", re.IGNORECASE)
_WHAT_WAS_PUBLISHED = re.compile(
    r"(?:what (?:has|have) been (?:reported|written|published)|what was (?:reported|published)"
    r"|vad har (?:rapporterats|skrivits|publicerats)|vad (?:rapporterades|publicerades|skrevs))\b(?P<between>.*)",
    re.IGNORECASE,
)
_SAY = r"say|tell|state|claim|argue|warn|announce|promise|write|add|answer|reply|comment|mention|suggest|urge|stress|emphasi[sz]e|explain"
_SAID = (
    r"said|told|stated|claimed|argued|warned|announced|promised|written|added|answered|replied|commented|mentioned|suggested|urged|stressed"
    r"|emphasi[sz]ed|explained"
)
_SA = r"sa|sade|menade|hävdade|svarade|skrev|lovade|varnade|berättade|påstod|kommenterade|förklarade|betonade"
_SAGT = r"sagt|menat|hävdat|svarat|skrivit|lovat|varnat|berättat|påstått|kommenterat|förklarat|betonat"
_LINK = (
    r"about|on|regarding|concerning|to|in|at|that|of|for|with|against|om|för|på|i|vid|angående|kring|till|inför|mot|att"
)
_WHOSE_WORDS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?:so |and )?what (?:else |exactly )?did (?:.{{2,100}}?) (?:{_SAY})(?P<between>(?: (?:{_LINK}) .*)?)",
        rf"(?:so |and )?what (?:else |exactly )?(?:has|have|had) (?:.{{2,100}}?) (?:{_SAID})(?P<between>(?: (?:{_LINK}) .*)?)",
        rf"(?:och )?vad har (?:.{{2,100}}?) (?:{_SAGT})(?P<between>(?: (?:{_LINK}) .*)?)",
        rf"(?:och )?vad (?:{_SA}) (?P<speaker>[^,]{{2,60}}?)(?P<between>(?: (?:{_LINK}) .*)?)",
        r"(?:quote|cite|citera) (?P<speaker>[^,]{2,60}?)(?P<between>(?: (?:about|on|om) .*)?)",
        r"(?:.{0,60}\b)?(?:quotes?|quotations?|statements?|comments?|remarks|citat|uttalanden|kommentarer) (?:by|from|of|av|från) "
        r"(?P<speaker>[^,]{2,60}?)(?P<between>(?: (?:about|on|om) .*)?)",
        r"(?:tell me what|berätta vad) (?P<speaker>[^,]{2,60}?) (?:said|sa|sade|har sagt)(?P<between>(?: (?:about|on|om) .*)?)",
    )
)
_WHAT_IS_NEW = re.compile(
    r"(?:so |and |och )?(?:what(?: has|['’]s| is| else)? (?:happened|new|changed)|what is the news|any news|vad (?:hände|har hänt|är nytt)"
    r"|har det hänt något|något nytt)(?P<between>(?: .*)?)",
    re.IGNORECASE,
)
_FORMS: tuple[tuple[About, re.Pattern[str]], ...] = (
    ("published", _WHAT_WAS_PUBLISHED),
    *(("said", form) for form in _WHOSE_WORDS),
    ("happened", _WHAT_IS_NEW),
)
_LINKED = re.compile(rf"(?:{_LINK})\s", re.IGNORECASE)
_CLAUSE = re.compile(
    r"\b(?:that|which|who|whom|whose|when|where|while|after|before|because|since|if|whether|what|how|why|as|till|until"
    r"|att|som|när|där|medan|efter|innan|eftersom|sedan|vad|hur|varför|vilka|vilken)\b"
    r"|\b(?:about|on|regarding|om|för)\b.*\bto\b",
    re.IGNORECASE,
)
"""A date behind such a word belongs to what it opens."""
_DEFINITE = re.compile(
    r"\b(?:the|this|these|those|his|her|its|their|our|my|your|den|det|de|denna|detta|dessa|hans|hennes|dess|deras|sin|sitt|sina)\b|['’]s\b"
    r"|\b[a-zåäö]+(?:en|et|na|an)$"
)
"""Behind a definite noun, "in February" may say which one is meant: the meeting in February, mötet i februari."""


def asked_period(question: str, today: date) -> AskedPeriod | None:
    """The days by which `question` wants articles or somebody's words, None if it names none or means something else by them."""
    text = " ".join(question.split())
    mentions = find_periods(text, today)
    if len(mentions) != 1:
        return None
    (mention,) = mentions
    about = _about(text, mention)
    if about is None:
        return None
    period = mention.period
    if about != "published" and mention.grain == "day" and mention.link == "within" and period.last is not None:
        period = Period(
            period.first, min(period.last + timedelta(days=1), today)
        )  # what is said one day may appear the next
    distant = about != "published" and mention.year_stated and mention.link == "within"
    return AskedPeriod(period, mention.span.of(text), _without(text, mention.span), distant)


def _about(text: str, mention: Mention) -> About | None:
    before, after = text[: mention.span.start].rstrip(" ,"), text[mention.span.end :]
    if mention.owner:
        return "published" if _NEWS_AFTER.match(after) else None
    if _OF_NEWS.search(before):
        return "published"
    head, tail = before.strip(" ?!."), after.strip(" ?!.,")
    if head and tail and _LINKED.match(tail) is None:
        return None
    for about, form in _FORMS:
        match = form.fullmatch(head or tail)
        if match is not None and (about == "said" or _counted_in_days(mention)):
            return about if not head or _adverbial(match["between"], mention) else None
    return None


def _counted_in_days(mention: Mention) -> bool:
    return mention.deictic and mention.grain in ("day", "week", "month")


def _adverbial(between: str, mention: Mention) -> bool:
    """Whether a date belongs to the verb, past what stands between the two."""
    if not between.strip():
        return True
    if _CLAUSE.search(between):
        return False
    if mention.deictic and (mention.grain in ("day", "week") or mention.link != "within"):
        return True
    return mention.grain != "year" and not _DEFINITE.search(between)


def _without(text: str, span: Span) -> str:
    """`text` without what stands at `span`, and without the comma that set it off."""
    before, after = text[: span.start].rstrip(" ,"), text[span.end :].lstrip(" ,")
    if not before:
        return after[:1].upper() + after[1:]
    return before + after if after[:1] in ("", "?", "!", ".") else f"{before} {after}"
