"""Questions about figures and dates, by turning the sentence that states them around. What does not turn cleanly is left."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.article import Article, Span
from evals.drafting.clauses import (
    AUXILIARIES_EN,
    DATE,
    FIGURE,
    FINITE_EN,
    FINITE_SV,
    Clause,
    Sentence,
    clause_at,
    opening_rest,
    plain_sentences,
)
from evals.drafting.drafts import Draft, draft_about
from evals.drafting.lexicon import Lexicon, stems
from index.lexical import FUNCTION_WORDS

_HOW_MANY = {"en": "How many", "sv": "Hur många"}
_HOW_MUCH = {"en": "How much", "sv": "Hur mycket"}
_WHAT_SHARE = {"en": "What percentage", "sv": "Hur stor andel"}
_WHEN = {"en": "When", "sv": "När"}
_SPANS_OF_TIME = re.compile(
    r"(?:years?|months?|weeks?|days?|hours?|minutes?|år|månad\w*|veck\w*|dag\w*|timm\w*|minut\w*)(?:[’']s?)?$",
    re.IGNORECASE,
)
_MEASURED = re.compile(
    r"(?:metres?|meters?|kilometres?|kilometers?|km|cm|feet|miles?|years|meter|kilometer|mil|år)\s"
    r"(?P<how>tall|long|high|wide|deep|old|hög|höga|högt|lång|långa|långt|djup|djupa|djupt|bred|breda|brett|gammal|gamla|gammalt)\b(?P<rest>.*)"
)
_MEASURE = re.compile(
    r"(?:metres?|meters?|kilo\w+|km|cm|kg|feet|foot|miles?|degrees|grader|ton|tons|tonnes|meter|mil|a\.m|p\.m|kl)\b",
    re.IGNORECASE,
)
_FUNCTION_WORD = "|".join(sorted(FUNCTION_WORDS))
_COUNTED = re.compile(
    rf"(?P<noun>(?!(?:{_FUNCTION_WORD})\b)[^\W\d_][\w’'-]*(?: [^\W\d_][\w’'-]*){{0,2}}?)(?= (?:{_FUNCTION_WORD})\b|$)"
)
_BOUND = re.compile(r"\b(?:by|since|until|from|before|after|of|till|från|sedan|före)$")
"""A preposition that makes a date something else than the time at which."""
_YEAR = re.compile(r"1[5-9]\d\d|20\d\d")
_MIN_CONTENT, _MAX_WORDS = 3, 18
"""Content words below which, and words above which, a question read badly: of some 60 that the rules made of the sample corpus and
of the SQuAD paragraphs in both languages."""


class Figures:
    """What a corpus states in figures, as questions that stand alone in it."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def numbers(self, article: Article) -> Iterator[Draft]:
        """`How many ...?`, `How much ...?`, `How tall ...?`, `What percentage ...?`"""
        for sentence in _asked_of(article):
            dates = [Span(*match.span()) for match in DATE.finditer(sentence.text)]
            for match in FIGURE.finditer(sentence.text):
                figure = Span(*match.span())
                if any(figure.overlaps(date) for date in dates) or _YEAR.fullmatch(match[0]):
                    continue
                question = _opening(sentence, figure, match) or _turned(sentence, figure, match, self._lexicon)
                if question is not None and self._stands_alone(question, article):
                    gold = figure.shifted(sentence.span.start)
                    yield draft_about(article, question, gold, tags=("number",), contains=(gold.of(article.text),))
                    break

    def dates(self, article: Article) -> Iterator[Draft]:
        """`When ...?`"""
        for sentence in _asked_of(article):
            for match in DATE.finditer(sentence.text):
                question = _when(sentence, match, self._lexicon)
                if question is not None and self._stands_alone(question, article):
                    gold = Span(*match.span("date")).shifted(sentence.span.start)
                    yield draft_about(article, question, gold, tags=("date",), contains=(gold.of(article.text),))
                    break

    def _stands_alone(self, question: str, article: Article) -> bool:
        """Whether the question is about this article and no other: enough words, one of them its title's or a name, all only here."""
        asked = stems(question, article.language)
        titled = asked & stems(article.title or "", article.language)
        named = re.search(r"\s[A-ZÅÄÖ]\w", question)
        known = self._lexicon.holding(question, article.language)
        short = len(question.split()) <= _MAX_WORDS
        return short and len(asked) >= _MIN_CONTENT and bool(titled or named) and known <= {article.id}


def _asked_of(article: Article) -> Iterator[Sentence]:
    return plain_sentences(article) if article.language in _WHEN else iter(())


def _opening(sentence: Sentence, figure: Span, match: re.Match[str]) -> str | None:
    """`Forty people were hurt` -> `How many people were hurt?`: the figure opens the sentence, and nothing has to move."""
    rest = opening_rest(sentence, figure)
    if rest is None or match["money"]:
        return None
    first = rest.split()[0]
    if match["share"]:
        return f"{_WHAT_SHARE[sentence.language]} {rest}?" if first in {"of", "av"} else None
    if _SPANS_OF_TIME.match(first) or _MEASURE.match(first) or first.casefold() in FUNCTION_WORDS - {"of", "av"}:
        return None
    return f"{_HOW_MANY[sentence.language]} {rest}?"


def _turned(sentence: Sentence, figure: Span, match: re.Match[str], lexicon: Lexicon) -> str | None:
    clause = clause_at(sentence, figure, lexicon)
    if clause is None:
        return None
    if match["money"]:
        return _ask(clause, _HOW_MUCH[clause.language], clause.rest) if _is_free(clause.rest) else None
    if match["share"]:
        return None
    measured = _MEASURED.match(clause.rest)
    if measured is not None:
        how = f"{'How' if clause.language == 'en' else 'Hur'} {measured['how']}"
        return _ask(clause, how, measured["rest"].strip()) if not clause.middle else None
    if _MEASURE.match(clause.rest):
        return None
    counted = _COUNTED.match(clause.rest)
    if counted is None or _SPANS_OF_TIME.search(counted["noun"]) or not _plural(counted["noun"], clause.language):
        return None
    if not FINITE_SV.isdisjoint(counted["noun"].split()):
        return None
    return _ask(clause, f"{_HOW_MANY[clause.language]} {counted['noun']}", clause.rest[counted.end() :].strip())


def _when(sentence: Sentence, match: re.Match[str], lexicon: Lexicon) -> str | None:
    text = sentence.text
    if sentence.language == "sv" and match.start() == 0:
        after = re.match(
            r"(?: (?:klockan|kl\.?) \d{1,2}(?:[.:]\d\d)?)?\s(?P<verb>[a-zåäö]+) (?P<rest>[^,]+)$", text[match.end() :]
        )
        following = after["verb"] if after else ""
        verb = following and following not in FUNCTION_WORDS - {"ska", "kan", "blir", "blev", "är", "har"}
        return f"När {following} {after['rest']}?" if after and verb else None
    bare = re.fullmatch(r"(?:the )?\d{4}|[a-zåäö]+ \d{4}", match["date"].casefold())
    if bare and match["preposition"] is None and sentence.language == "en":
        return None
    clause = clause_at(sentence, Span(*match.span("date")), lexicon, from_=match.start())
    if clause is None or not _is_free(clause.rest) or _BOUND.search(clause.middle):
        return None
    return _ask(clause, _WHEN[clause.language], clause.rest)


def _ask(clause: Clause, asking: str, rest: str) -> str:
    """The clause as a question that `asking` opens, with `did` or `does` where English has no auxiliary to move."""
    finite, middle = clause.finite, clause.middle
    if clause.language == "en" and finite not in AUXILIARIES_EN:
        base = FINITE_EN[finite]
        present = finite == base + "s" or finite == base + "es" or (finite.endswith("ies") and base.endswith("y"))
        finite, middle = ("does" if present else "did"), " ".join(filter(None, (base, middle)))
    elif clause.language == "en" and finite in {"has", "have", "had"} and not middle:
        finite, middle = {"has": "does", "have": "do", "had": "did"}[finite], "have"
    return f"{' '.join(filter(None, (asking, finite, clause.subject, middle, rest)))}?"


def _is_free(rest: str) -> bool:
    """Whether what follows the figure is a phrase of its own (`for the ferry`), not a part of it (`notes`, `more than`)."""
    first = rest.split()[0].casefold() if rest else ""
    return not rest or (first in FUNCTION_WORDS and first not in {"more", "of", "as", "mer", "som", "av", "to", "that"})


def _plural(noun: str, language: str) -> bool:
    last = noun.split()[-1]
    return language == "sv" or last.endswith(("s", "men", "people", "children"))
