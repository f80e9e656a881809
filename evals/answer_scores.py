"""How good an answer is: against the gold, against its own citations, and whether it should have been given at all.

Everything is judged on the public JSON form of the answer, so that a stored run can be scored again.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from corpus.article import Article
from evals.cases import Case
from evals.score import Score
from rag.answer import AnswerJson, CitationJson

ArticleOf = Callable[[str, str], Article | None]
"""(article id, text sha256) -> that version of the article, or None if there is none."""

GRAMMATICAL_ARTICLES = {
    "en": frozenset(("a", "an", "the")),
    "sv": frozenset(("en", "ett", "den", "det", "de")),
    "no": frozenset(("en", "ei", "et", "den", "det", "de")),
}
MARKER = re.compile(r" ?\[\d{1,4}\]")
QUOTED = re.compile(r'"([^"]+)"|“([^“”]+)[”“]|„([^“”„]+)[“”]|”([^”]+)”|«([^«»]+)»|»([^«»]+)[«»]')


def answer_scores(case: Case, answer: AnswerJson, article_of: ArticleOf) -> dict[str, Score]:
    """Every score that the case's gold and the answer allow; a score that does not apply is left out."""
    return {
        **dict(_refusal(case, answer)),
        **(dict(_against_gold(case, answer)) if case.answerable else {}),
        **dict(_against_sources(answer, article_of)),
    }


def normalised_tokens(text: str, language: str = "en") -> list[str]:
    """Lower-case words without punctuation and grammatical articles, in the manner of SQuAD's own script.

    Beyond that script, punctuation outside ASCII goes too: typographic quotation marks and dashes.
    """
    bare = "".join(
        character
        for character in text.lower()
        if character not in string.punctuation and not unicodedata.category(character).startswith("P")
    )
    articles = GRAMMATICAL_ARTICLES.get(language, frozenset())
    return [token for token in bare.split() if token not in articles]


def exact_match(prediction: str, gold: str, language: str = "en") -> float:
    return float(normalised_tokens(prediction, language) == normalised_tokens(gold, language))


def token_f1(prediction: str, gold: str, language: str = "en") -> float:
    """Harmonic mean of the shares of shared tokens, repeated tokens counted; 1 if both have none, 0 if one has none."""
    predicted, wanted = normalised_tokens(prediction, language), normalised_tokens(gold, language)
    if not predicted or not wanted:
        return float(predicted == wanted)
    shared = (Counter(predicted) & Counter(wanted)).total()
    return 2 * shared / (len(predicted) + len(wanted))


def holds(prediction: str, gold: str, language: str = "en") -> bool:
    """Whether the gold's tokens stand in the prediction, one after the other."""
    predicted, wanted = normalised_tokens(prediction, language), normalised_tokens(gold, language)
    starts = range(len(predicted) - len(wanted) + 1)
    return bool(wanted) and any(predicted[start : start + len(wanted)] == wanted for start in starts)


def quoted_pieces(text: str) -> list[str]:
    """What stands between double or angle quotation marks of any of the usual styles; single ones are not read."""
    return [next(filter(None, match.groups())) for match in QUOTED.finditer(text)]


def _refusal(case: Case, answer: AnswerJson) -> Iterator[tuple[str, Score]]:
    outcome = f"refused ({answer['refusal_reason']})" if answer["refused"] else "answered"
    if case.answerable:
        yield "wrong_refusal", Score(float(answer["refused"]), f"answerable, {outcome}")
    else:
        yield "missed_refusal", Score(float(not answer["refused"]), f"not answerable, {outcome}")


def _against_gold(case: Case, answer: AnswerJson) -> Iterator[tuple[str, Score]]:
    said = "" if answer["refused"] else MARKER.sub("", answer["text"])
    citations = [] if answer["refused"] else answer["citations"]
    if case.answers:
        scored = [(token_f1(said, gold, case.language), gold) for gold in case.answers]
        f1, nearest = max(scored, key=lambda pair: pair[0])
        matched = max(exact_match(said, gold, case.language) for gold in case.answers)
        yield "exact_match", Score(matched, f"gold {nearest!r}")
        yield "f1", Score(f1, f"gold {nearest!r}")
    if case.answers or case.contains:
        yield "contains_gold", _contains_gold(case, said)
    if case.articles:
        yield (
            "cited_expected",
            _share(citations, lambda citation: citation["article_id"] in case.articles, any_one=True),
        )
        if citations:
            yield "citation_precision", _share(citations, lambda citation: citation["article_id"] in case.articles)
    if case.kind and citations:
        yield "right_kind", _share(citations, lambda citation: citation["kind"] == case.kind)
    if case.speaker:
        yield "speaker", _speaker(case.speaker, citations)


def _against_sources(answer: AnswerJson, article_of: ArticleOf) -> Iterator[tuple[str, Score]]:
    if not answer["refused"]:
        words = len(MARKER.sub("", answer["text"]).split())
        yield "words", Score(words, f"{words} words")
    citations = answer["citations"]
    articles = {
        (citation["article_id"], citation["text_sha256"]): article_of(citation["article_id"], citation["text_sha256"])
        for citation in citations
    }
    if citations:
        yield "citation_exact", _share(citations, lambda citation: _is_exact(citation, articles))
    if pieces := quoted_pieces(answer["text"]):
        sources = [f"{article.title or ''}\n{article.text}" for article in articles.values() if article]
        invented = [piece for piece in pieces if not any(piece in source for source in sources)]
        why = (
            f"in no cited article: {invented[0]!r}" if invented else f"{len(pieces)} quotations, all in cited articles"
        )
        yield "quotes_verbatim", Score(1 - len(invented) / len(pieces), why)


def _contains_gold(case: Case, said: str) -> Score:
    lacking = [piece for piece in case.contains if _folded(piece) not in _folded(said)]
    if lacking:
        return Score(0.0, f"lacks {lacking[0]!r}")
    found = [gold for gold in case.answers if holds(said, gold, case.language)]
    if case.answers and not found:
        return Score(0.0, f"holds none of {list(case.answers)}")
    return Score(1.0, f"holds {[*case.contains, *found[:1]]}")


def _share(citations: Sequence[CitationJson], right: Callable[[CitationJson], bool], *, any_one: bool = False) -> Score:
    """The share of citations that are right, or, with `any_one`, whether one is."""
    count = sum(map(right, citations))
    why = f"{count} of {len(citations)} citations"
    return Score(float(count > 0) if any_one else count / len(citations), why)


def _is_exact(citation: CitationJson, articles: dict[tuple[str, str], Article | None]) -> bool:
    article = articles[citation["article_id"], citation["text_sha256"]]
    return article is not None and article.text[citation["start"] : citation["end"]] == citation["quote"]


def _speaker(expected: str, citations: Iterable[CitationJson]) -> Score:
    """1 if some citation is by the expected speaker and none by another; a family name alone is enough."""
    wanted = set(_folded(expected).split())
    named = list(dict.fromkeys(citation["speaker"] for citation in citations if citation["speaker"]))
    others = [
        name for name in named if not (set(_folded(name).split()) >= wanted or set(_folded(name).split()) <= wanted)
    ]
    return Score(float(bool(named) and not others), f"expected {expected!r}, cited {named}")


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
