"""Making cases: questions proposed from a corpus or from what people said of answers, for a person to accept.

drafts = propose(articles_of(Path("my-pages")))
review = Review(drafts, Path("cases.jsonl"))
review.accept(settled(review.pending()[0]))

Read in order: `drafts.py`, `quotations.py`, `figures.py`, `proposals.py`, `review.py`.
"""

from __future__ import annotations

from evals.datasets.own import articles_of
from evals.drafting.by_model import propose_by_model
from evals.drafting.drafts import Draft, Passage, read_drafts
from evals.drafting.from_feedback import from_feedback
from evals.drafting.proposals import propose
from evals.drafting.review import (
    Review,
    add_drafts,
    answer_words,
    article_lookup,
    cases_file,
    drafts_file,
    home_review,
    marked,
    settled,
)

__all__ = [
    "Draft",
    "Passage",
    "Review",
    "add_drafts",
    "answer_words",
    "article_lookup",
    "articles_of",
    "cases_file",
    "drafts_file",
    "from_feedback",
    "home_review",
    "marked",
    "propose",
    "propose_by_model",
    "read_drafts",
    "settled",
]
