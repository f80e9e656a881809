"""How good an answer is: against the gold, against its own citations, and whether it should have been given at all.

Everything is judged on the public JSON form of the answer, so that a stored run can be scored again.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from corpus.article import Article, Span
from evals.cases import Case
from evals.evidence import ArticleOf, Place, overlap, regions
from evals.score import Score
from rag.answer import AnswerJson, CitationJson
from rag.context import count_tokens

ENGLISH_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
OTHER_ARTICLES = {
    "sv": frozenset(("en", "ett", "den", "det", "de")),
    "no": frozenset(("en", "ei", "et", "den", "det", "de")),
}
MARKERS = re.compile(r"(?: \[\d{1,4}\])+$", re.MULTILINE)
QUOTED = re.compile(r'"([^"]+)"|“([^“”]+)[”“]|„([^“”„]+)[“”]|”([^”]+)”|«([^«»]+)»|»([^«»]+)[«»]')
TRANSLATION = re.compile(r" \((?:translation|översättning): [^()\n]*\)")
"""It states nothing that the quotation before it does not."""
SUPPORT = 0.6
"""Share of a statement's words that its citations must hold. Of 488 statements of the sample questions and squad_en all have .64 or
more in their own citations, and 2.5% have .6 in those of another statement."""


def answer_scores(
    case: Case,
    answer: AnswerJson,
    article_of: ArticleOf,
    gold: Sequence[Place] = (),
    prices: tuple[float, float] | None = None,
) -> dict[str, Score]:
    """Every score that the case's gold and the answer allow; a score that does not apply is left out.

    `prices` are US dollars a million tokens that a language model reads and writes.
    """
    scores = {
        **dict(_refusal(case, answer)),
        **(dict(_against_gold(case, answer, gold)) if case.answerable else {}),
        **dict(_against_sources(answer, article_of)),
        **dict(_spent(answer, article_of, prices)),
    }
    return {"right": _right(scores), **scores}


def normalised_tokens(text: str, language: str = "en") -> list[str]:
    """Lower-case words without punctuation and grammatical articles.

    English is done as SQuAD's evaluate-v2.0 does it (Rajpurkar et al. 2018): ASCII punctuation is taken out and all
    other kept, so that a dash between spaces is a word; then `a`, `an` and `the`. For other languages all punctuation
    of Unicode is taken out, as in MLQA's script (Lewis et al. 2020), then the articles of Swedish (en ett den det de)
    or Norwegian (en ei et den det de); neither has a script of its own.
    """
    lowered = "".join(character for character in text.lower() if character not in string.punctuation)
    if language == "en":
        return ENGLISH_ARTICLES.sub(" ", lowered).split()
    articles = OTHER_ARTICLES.get(language, frozenset())
    return [word for word in _without_punctuation(lowered).split() if word not in articles]


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
    """Whether the gold's words stand in the prediction, one after the other; typographic punctuation does not count."""
    predicted, wanted = _words(prediction, language), _words(gold, language)
    starts = range(len(predicted) - len(wanted) + 1)
    return bool(wanted) and any(predicted[start : start + len(wanted)] == wanted for start in starts)


def quoted_pieces(text: str) -> list[str]:
    """What stands between double or angle quotation marks of any of the usual styles; single ones are not read."""
    return [next(filter(None, match.groups())) for match in QUOTED.finditer(text)]


def rewrite_scores(question: str, rewrite: str, standalone: str, language: str) -> dict[str, Score]:
    """How near the question that was asked of the corpus is to a person's own wording of the follow-up, and whether it
    is the follow-up as it was put, but for case, punctuation and grammatical articles."""
    why = f"asked {standalone!r}, a person would ask {rewrite!r}"
    return {
        "rewrite_f1": Score(token_f1(standalone, rewrite, language), why),
        "rewrite_unchanged": Score(exact_match(standalone, question, language), why),
    }


def _refusal(case: Case, answer: AnswerJson) -> Iterator[tuple[str, Score]]:
    """A system that failed (`refusal_reason` is `failed`) has neither answered nor refused: wrong either way."""
    outcome = f"refused ({answer['refusal_reason']})" if answer["refused"] else "answered"
    if case.answerable:
        yield "wrong_refusal", Score(float(answer["refused"]), f"answerable, {outcome}")
    else:
        missed = not answer["refused"] or answer["refusal_reason"] == "failed"
        yield "missed_refusal", Score(float(missed), f"not answerable, {outcome}")


def _right(scores: dict[str, Score]) -> Score:
    """1 for a refusal where nothing answers, and for an answer with the gold words by the right speaker.

    Where the gold has no words, citing the expected article is enough.
    """
    if "missed_refusal" in scores:
        missed, why = scores["missed_refusal"]
        return Score(1.0 - missed, why)
    if scores["wrong_refusal"].value:
        return Score(0.0, scores["wrong_refusal"].why)
    needed = [scores[name] for name in ("contains_gold", "speaker") if name in scores]
    return min(needed or [scores.get("cited_expected", Score(0.0, "no gold"))], key=lambda score: score.value)


def _against_gold(case: Case, answer: AnswerJson, gold: Sequence[Place]) -> Iterator[tuple[str, Score]]:
    said = "" if answer["refused"] else _said(answer)
    citations = [] if answer["refused"] else answer["citations"]
    if case.answers:
        # As in SQuAD's script: gold of which nothing is left is no gold, and where none is left, silence is right.
        wanted = [words for words in case.answers if normalised_tokens(words, case.language)] or [""]
        f1, nearest = max(((token_f1(said, words, case.language), words) for words in wanted), key=lambda pair: pair[0])
        matched = max(exact_match(said, words, case.language) for words in wanted)
        yield "exact_match", Score(matched, f"gold {nearest!r}")
        yield "f1", Score(f1, f"gold {nearest!r}")
    if case.answers or case.contains:
        yield "contains_gold", _contains_gold(case, said)
    if case.articles:
        expected = _share(citations, lambda citation: not _told_by(citation).isdisjoint(case.articles))
        yield "cited_expected", Score(float(expected.value > 0), expected.why)
    if gold and citations:
        yield from _evidence([_place(citation) for citation in citations], gold)
    elif case.articles and citations:
        yield "evidence_precision", expected
    if case.kind and citations:
        yield "right_kind", _share(citations, lambda citation: citation["kind"] == case.kind)
    if case.speaker:
        yield "speaker", _speaker(case.speaker, citations)


def _evidence(cited: Sequence[Place], gold: Sequence[Place]) -> Iterator[tuple[str, Score]]:
    """Cited spans against gold spans: the shares of each that touch the other, and the characters in common."""
    touching = sum(any(map(place.overlaps, gold)) for place in cited)
    yield "evidence_precision", Score(touching / len(cited), f"{touching} of {len(cited)} citations touch a gold span")
    wanted = regions(gold)
    touched = sum(any(place.overlaps(span) for place in cited for span in region) for region in wanted)
    yield "evidence_recall", Score(touched / len(wanted), f"{touched} of {len(wanted)} gold spans are touched")
    shares = overlap(cited, gold)
    why = f"of characters: precision {shares.precision:.3f}, recall {shares.recall:.3f}"
    yield "evidence_iou", Score(shares.iou, why)


def _against_sources(answer: AnswerJson, article_of: ArticleOf) -> Iterator[tuple[str, Score]]:
    citations = answer["citations"]
    if not answer["refused"]:
        words = len(_said(answer).split())
        yield "words", Score(words, f"{words} words")
        yield from _support(answer)
    articles = {
        (citation["article_id"], citation["text_sha256"]): article_of(citation["article_id"], citation["text_sha256"])
        for citation in citations
    }
    if quoting := [citation for citation in citations if citation["quote"]]:
        yield "citation_exact", _share(quoting, lambda citation: _is_exact(citation, articles))
    yield from _invented(answer, articles)
    if pieces := [piece for statement in MARKERS.split(answer["text"]) for piece in quoted_pieces(statement)]:
        shown = (article_of(passage["article_id"], None) for passage in answer["passages"] if not citations)
        sources = [f"{article.title or ''}\n{article.text}" for article in (*articles.values(), *shown) if article]
        invented = [piece for piece in pieces if not any(piece in source for source in sources)]
        why = (
            f"in no cited article: {invented[0]!r}" if invented else f"{len(pieces)} quotations, all in cited articles"
        )
        yield "quotes_verbatim", Score(1 - len(invented) / len(pieces), why)


def _invented(answer: AnswerJson, articles: Mapping[tuple[str, str], Article | None]) -> Iterator[tuple[str, Score]]:
    """Citations that resolve to nothing: a marker that no citation has, an article that the corpus does not hold, or
    words that do not stand in it."""
    known = {citation["marker"] for citation in answer["citations"]}
    dangling = sorted(set(_markers(answer["text"])) - known)
    empty = [
        citation
        for citation in answer["citations"]
        if articles[citation["article_id"], citation["text_sha256"]] is None
        or (citation["quote"] and not _is_exact(citation, articles))
    ]
    if total := len(answer["citations"]) + len(dangling):
        invented = [*dangling, *(citation["marker"] for citation in empty)]
        named = f": {', '.join(f'[{marker}]' for marker in invented)}" if invented else ""
        yield "invented_citations", Score(len(invented) / total, f"{len(invented)} of {total} lead nowhere{named}")


def _support(answer: AnswerJson) -> Iterator[tuple[str, Score]]:
    """Citation recall and precision as ALCE defines them (Gao et al. 2023, "Enabling Large Language Models to Generate
    Text with Citations", section 3), a line being a statement.

    A statement is recalled if its citations together support it. A citation is precise if its statement is recalled and
    it either supports it alone or the others do not without it. ALCE asks an entailment model what supports what; here
    it is overlap with the cited spans (`_supports`), which is blind to negation and to other words for the same.
    """
    recalled: list[bool] = []
    precise: list[bool] = []
    for line in filter(str.strip, answer["text"].splitlines()):
        markers = set(_markers(line))
        cited = [citation for citation in answer["citations"] if citation["marker"] in markers]
        statement = _words(TRANSLATION.sub("", MARKERS.sub("", line)), answer["language"])
        recalled.append(_supports(cited, statement, answer["language"]))
        for citation in cited:
            others = [other for other in cited if other is not citation]
            needed = not _supports(others, statement, answer["language"])
            precise.append(recalled[-1] and (needed or _supports([citation], statement, answer["language"])))
    if recalled:
        yield "citation_recall", Score(sum(recalled) / len(recalled), f"{sum(recalled)} of {len(recalled)} statements")
    if precise:
        yield "citation_precision", Score(sum(precise) / len(precise), f"{sum(precise)} of {len(precise)} citations")


def _supports(citations: Iterable[CitationJson], statement: Sequence[str], language: str) -> bool:
    """Whether enough of the statement's words stand in the cited spans or in what is stated of them."""
    evidence: set[str] = set()
    for citation in citations:
        facts = (citation["quote"], citation["speaker"], citation["title"], citation["outlet"], citation["published"])
        evidence.update(_words(" ".join(filter(None, facts)), language))
    return bool(evidence) and sum(word in evidence for word in statement) >= SUPPORT * len(statement)


def _spent(
    answer: AnswerJson, article_of: ArticleOf, prices: tuple[float, float] | None
) -> Iterator[tuple[str, Score]]:
    """Tokens read and written, and what they cost: those that the provider counted, else the question, the passages and
    the answer in cl100k tokens.

    An answer for which no model was asked is free. What one cost is known where the provider counted and prices are set.
    """
    usage = answer.get("usage")
    counted = (usage["tokens_in"], usage["tokens_out"]) if usage else (None, None)
    read = [answer["standalone_question"]]
    for passage in answer["passages"]:
        if article := article_of(passage["article_id"], None):
            read.append(Span(passage["start"], passage["end"]).of(article.text))
    for name, said, texts in zip(("tokens_in", "tokens_out"), counted, (read, [answer["text"]]), strict=True):
        tokens = sum(map(count_tokens, texts)) if said is None else said
        yield name, Score(tokens, f"{tokens} tokens, as {'cl100k' if said is None else 'the provider'} counts them")
    if usage is None and answer["model"] == "extractive":
        yield "cost_usd", Score(0.0, "no model was called")
    elif counted[0] is not None and counted[1] is not None and prices:
        cost = (counted[0] * prices[0] + counted[1] * prices[1]) / 1e6
        yield "cost_usd", Score(cost, f"{counted[0]} tokens at {prices[0]} and {counted[1]} at {prices[1]} a million")


def _contains_gold(case: Case, said: str) -> Score:
    lacking = [piece for piece in case.contains if _folded(piece) not in _folded(said)]
    if lacking:
        return Score(0.0, f"lacks {lacking[0]!r}")
    found = [gold for gold in case.answers if holds(said, gold, case.language)]
    if case.answers and not found:
        return Score(0.0, f"holds none of {list(case.answers)}")
    return Score(1.0, f"holds {[*case.contains, *found[:1]]}")


def _share(citations: Sequence[CitationJson], right: Callable[[CitationJson], bool]) -> Score:
    count = sum(map(right, citations))
    return Score(count / len(citations) if citations else 0.0, f"{count} of {len(citations)} citations")


def _told_by(citation: CitationJson) -> set[str]:
    """The article cited and its copies, which the citation names."""
    return {citation["article_id"], *(copy["article_id"] for copy in citation["copies"])}


def _place(citation: CitationJson) -> Place:
    return Place(citation["article_id"], Span(citation["start"], citation["end"]))


def _is_exact(citation: CitationJson, articles: Mapping[tuple[str, str], Article | None]) -> bool:
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


def _markers(text: str) -> list[int]:
    return [int(marker) for run in MARKERS.findall(text) for marker in re.findall(r"\d+", run)]


def _said(answer: AnswerJson) -> str:
    return MARKERS.sub("", answer["text"])


def _words(text: str, language: str) -> list[str]:
    return normalised_tokens(_without_punctuation(text), language)


def _without_punctuation(text: str) -> str:
    return "".join(character for character in text if not unicodedata.category(character).startswith("P"))
