"""What a foreign system says, checked, and put into the form of Citera's own answers so that every score applies to both.

Such a system names articles by the ids of `corpus.jsonl`. Its words are looked for in the article as they stand, then with
white space, quotation marks and dashes set aside (`corpus.matching`). What stands nowhere in it, or comes without words, counts for
the article and for no span of it: its span is empty. Of words that stand there more than once the first place is taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Annotated

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    NonNegativeFloat,
    NonNegativeInt,
    ValidationError,
    model_validator,
)

from corpus.article import Article, Span
from corpus.matching import Normalised
from corpus.sentences import sentence_spans
from evals.cases import Case
from evals.evidence import Place
from rag.answer import AnswerJson, CitationJson, PassageJson

MOST = 1_000
"""Citations, and passages, of one reply."""

REFUSALS = (
    *("i don't know", "i do not know", "i'm sorry", "i am sorry", "no information", "not enough information"),
    *("insufficient information", "cannot answer", "can't answer", "cannot be answered", "unable to answer"),
    *("could not find", "couldn't find", "not possible to answer", "answering is not possible", "none of the sources"),
    *("does not provide", "do not provide", "doesn't provide", "don't provide", "not provided in", "does not contain"),
    *("do not contain", "doesn't contain", "don't contain", "does not mention", "do not mention", "doesn't mention"),
    *("don't mention", "not mentioned in", "does not specify", "do not specify", "not specified in", "empty response"),
    *("jag vet inte", "tyvärr", "framgår inte", "finns ingen information", "kan inte svara", "kan inte besvara"),
    *("går inte att svara", "nämns inte", "nämner inte", "innehåller inte", "ger inget svar", "ger ingen information"),
)
"""Where a system does not say itself whether it refuses (`refused`), it does if its first sentence holds one of these."""

_MARKER = re.compile(
    r"\s*[\[【](?:source |sources |document |documents |doc )?(\d{1,4}(?:\s?[,;]\s?\d{1,4})*)[\]】]", re.I
)
_SPACE_BEFORE = re.compile(r"\s+(?=[.,;:!?])")
_APOSTROPHES = str.maketrans("’‘", "''")

Id = Annotated[str, Field(min_length=1, max_length=1_000)]
Words = Annotated[str, Field(max_length=100_000)]


class _Named(BaseModel):
    """A place in an article, by span or by words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    start: NonNegativeInt | None = None
    end: NonNegativeInt | None = None

    @model_validator(mode="after")
    def _start_and_end(self) -> _Named:
        if (self.start is None) != (self.end is None):
            raise ValueError("start and end belong together")
        if self.start is not None and self.end is not None and self.start >= self.end:
            raise ValueError("a span must end after it starts")
        return self


class Passage(_Named):
    """Something found, best first."""

    article_id: Id
    text: Words | None = None
    score: FiniteFloat | None = None


class Citation(_Named):
    """What the text's marker `[marker]` stands for; markers are counted from 1 where none is given."""

    article_id: Id | None = None
    quote: Words | None = None
    marker: NonNegativeInt | None = None


class SystemReply(BaseModel):
    """One reply. A search has `passages` alone; `error` says that the system itself failed, and voids the rest."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: Words = ""
    refused: bool | None = None
    citations: Annotated[tuple[Citation, ...], Field(max_length=MOST)] = ()
    passages: Annotated[tuple[Passage, ...], Field(max_length=MOST)] = ()
    timings_ms: Mapping[str, Annotated[NonNegativeFloat, Field(allow_inf_nan=False)]] = {}
    model: Id | None = None
    error: Words | None = None


class Reader:
    """Turns replies into answers and places, given the corpus they are about."""

    def __init__(self, articles: Mapping[str, Article], system: str, settings_digest: str) -> None:
        self._articles = articles
        self._system = system
        self._settings_digest = settings_digest
        self._folded: Callable[[str], Normalised] = cache(lambda name: Normalised.of(articles[name].text))

    def found(self, reply: SystemReply) -> tuple[Place, ...]:
        """Where the passages stand."""
        return tuple(Place(each.article_id, self._span(each.article_id, each, each.text)) for each in reply.passages)

    def answer(self, case: Case, reply: SystemReply, found: Sequence[Place]) -> AnswerJson:
        """The reply in the public form of an answer; `found` is where its passages stand."""
        refused = is_refusal(reply.text) if reply.refused is None else reply.refused
        text = "\n".join(statements(reply.text, case.language))
        citations = [self._citation(number, each) for number, each in enumerate(reply.citations, start=1)]
        return self._form(
            case,
            text=text,
            refusal="declined" if refused else None,
            citations=citations,
            passages=[
                _passage(place, passage.score or 0.0, self._system)
                for place, passage in zip(found, reply.passages, strict=True)
            ],
            timings_ms=dict(reply.timings_ms),
            model=reply.model or self._system,
        )

    def failure(self, case: Case, why: str) -> AnswerJson:
        """The form of a question that the system failed at: no answer, and no refusal that could be right."""
        return self._form(case, text="", refusal="failed", notice=why, model=self._system)

    def _form(
        self,
        case: Case,
        *,
        text: str,
        refusal: str | None,
        model: str,
        citations: Sequence[CitationJson] = (),
        passages: Sequence[PassageJson] = (),
        timings_ms: Mapping[str, float] | None = None,
        notice: str | None = None,
    ) -> AnswerJson:
        return {
            "question": case.question,
            "standalone_question": case.question,
            "text": text,
            "refused": refusal is not None,
            "refusal_reason": refusal,
            "notice": notice,
            "applied": None,
            "language": case.language,
            "citations": list(citations),
            "nearest": [],
            "support": None,
            "removed": [],
            "passages": list(passages),
            "timings_ms": dict(timings_ms or {}),
            "model": model,
            "usage": None,
            "settings_digest": self._settings_digest,
        }

    def _citation(self, number: int, cited: Citation) -> CitationJson:
        name = cited.article_id or ""
        article = self._articles.get(name)
        span = self._span(name, cited, cited.quote)
        return {
            "marker": number if cited.marker is None else cited.marker,
            "article_id": name,
            "text_sha256": article.text_sha256 if article else "",
            "start": span.start,
            "end": span.end,
            "quote": span.of(article.text) if article and len(span) else cited.quote or "",
            "title": article.title if article else None,
            "outlet": article.outlet if article else None,
            "published": article.published.isoformat() if article and article.published else None,
            "url": article.url if article else None,
            "speaker": None,
            "kind": article.kind if article else "article",
            "copies": [],
        }

    def _span(self, name: str, named: _Named, words: str | None) -> Span:
        """Where it stands in the article; empty if that is not known."""
        article = self._articles.get(name)
        if article is None:
            return Span(0, 0)
        if named.start is not None and named.end is not None and named.end <= len(article.text):
            stated = Span(named.start, named.end)
            if words is None or stated.of(article.text) == words:
                return stated
        if not words or not words.strip():
            return Span(0, 0)
        start = article.text.find(words)
        if start != -1:
            return Span(start, start + len(words))
        return next(self._folded(name).find_all(words), Span(0, 0))


def fault_of(error: ValidationError) -> str:
    """The first thing that is wrong, and where."""
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(map(str, first["loc"]))
    return f"{place}: {first['msg']}" if place else str(first["msg"])


def is_refusal(text: str) -> bool:
    """Whether the first sentence says that there is no answer; an empty text is a refusal too."""
    opening = " ".join(text.split())[:2_000]
    spans = sentence_spans(opening, "en")
    first = (spans[0].of(opening) if spans else "").casefold().translate(_APOSTROPHES)
    return not first or any(phrase in first for phrase in REFUSALS)


def statements(text: str, language: str) -> Iterator[str]:
    """The sentences of an answer, each with the markers that stand in or after it at its end: `... in 1912. [2] [3]`."""
    for line in text.splitlines():
        masked = _MARKER.sub(lambda match: " " * len(match[0]), line)
        spans = sentence_spans(masked, language)
        numbers: list[list[str]] = [[] for _ in spans]
        for match in _MARKER.finditer(line) if spans else ():
            place = max(sum(span.start < match.start() for span in spans) - 1, 0)
            numbers[place] += re.findall(r"\d+", match[1])
        for span, cited in zip(spans, numbers, strict=True):
            said = _SPACE_BEFORE.sub("", " ".join(span.of(masked).split()))
            yield said + "".join(f" [{int(number)}]" for number in dict.fromkeys(cited))


def _passage(place: Place, score: float, system: str) -> PassageJson:
    return {
        "article_id": place.article_id,
        "start": place.span.start,
        "end": place.span.end,
        "score": score,
        "found_by": [system],
    }
