"""One judgement of one case: a number and the reason for it. Which scores there are to read first, and what they say."""

from __future__ import annotations

from typing import NamedTuple


class Score(NamedTuple):
    """`value` is between 0 and 1 except for counts; `why` says in a sentence what it was judged on."""

    value: float
    why: str


LOWER_IS_BETTER = frozenset({"wrong_refusal", "missed_refusal", "invented_citations", "query_ms", "cost_usd", "aurc"})
NEITHER_IS_BETTER = frozenset({"words", "tokens_in", "tokens_out", "rewrite_unchanged"})

HEADLINE = {
    "right": "the gold words by the right speaker, or a refusal where nothing answers",
    "recall@1": "expected articles that come first",
    "recall@5": "expected articles among the first 5",
    "mrr": "1 / the rank of the first expected article",
    "ndcg@10": "ranking of articles, 1 for the ideal one",
    "chunk_recall@5": "gold passages among the first 5 chunks",
    "contains_gold": "answers that hold the gold words",
    "exact_match": "answers that are the gold, after SQuAD's normalisation",
    "f1": "words that answer and gold share",
    "judged_correct": "answers that a judge model finds correct",
    "judged_faithful": "answers that a judge model finds carried by their citations",
    "cited_expected": "answers that cite an expected article",
    "evidence_precision": "citations that touch the gold",
    "evidence_recall": "gold spans that are cited",
    "citation_precision": "citations that their statement needs or is carried by",
    "citation_recall": "statements that their citations carry",
    "citation_exact": "citations that equal the article's text",
    "invented_citations": "citations that lead nowhere (less is better)",
    "quotes_verbatim": "quotations that stand in a cited article",
    "speaker": "answers by the speaker asked for, and no other",
    "right_kind": "citations of the right kind, article or teaser",
    "rewrite_f1": "words that the standalone question shares with a person's",
    "rewrite_unchanged": "questions in a conversation that were searched for as they were put",
    "wrong_refusal": "answerable questions that were refused (less is better)",
    "missed_refusal": "unanswerable questions that were answered (less is better)",
}
"""The shares that tables, plots and the gate show, in that order, and what each is a share of."""
TAG_COLUMNS = (
    *("right", "recall@5", "mrr", "contains_gold", "f1", "speaker", "evidence_precision"),
    *("wrong_refusal", "missed_refusal", "rewrite_f1", "rewrite_unchanged"),
)
"""Scores shown tag by tag."""
