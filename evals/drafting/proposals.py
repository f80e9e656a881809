"""The drafts of a whole corpus, made by rule, spread over its articles and the kinds of question."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import TypeVar

from corpus.article import Article
from evals.cases import by_file, stem_of
from evals.drafting.drafts import Draft
from evals.drafting.figures import Figures
from evals.drafting.lexicon import Lexicon
from evals.drafting.quotations import Quotations

Item = TypeVar("Item")

UNANSWERABLE_EVERY = 5
"""One in so many drafts has no answer in the corpus."""


def propose(articles: Sequence[Article]) -> list[Draft]:
    """Every draft that the rules make, the same for the same articles. Every article has its turn before one has its second.

    Questions are made of an article's own sentences and its language, English or Swedish; an answerable one is kept
    only if its case, read back, means that very article.
    """
    lexicon = Lexicon(articles)
    quotations, figures = Quotations(articles, lexicon), Figures(lexicon)
    answerable, unanswerable = [], []
    for article in articles:
        kinds = (quotations.said_about, figures.numbers, figures.dates, quotations.who_said)
        answerable.append(list(in_turns(kind(article) for kind in kinds)))
        unanswerable.append(list(islice(quotations.never_said(article), 1)))
    found = meaning_their_article(once(in_turns(answerable)), articles)
    invented = once(in_turns(unanswerable))
    return list(_every(UNANSWERABLE_EVERY, found, invented))


def in_turns(rows: Iterable[Iterable[Item]]) -> Iterator[Item]:
    """The first of every row, then the second of every row, and so on; each is made when its turn comes."""
    waiting = deque(iter(row) for row in rows)
    while waiting:
        row = waiting.popleft()
        for item in islice(row, 1):
            yield item
            waiting.append(row)


def once(drafts: Iterable[Draft]) -> Iterator[Draft]:
    """Without a question that was asked before: copies of one story ask the same."""
    asked = set()
    for draft in drafts:
        if draft.question not in asked:
            asked.add(draft.question)
            yield draft


def meaning_their_article(drafts: Iterable[Draft], articles: Sequence[Article]) -> Iterator[Draft]:
    """Those whose case, read back, names the article that it was made of and no other of the same file."""
    of_file: dict[str, list[Article]] = defaultdict(list)
    for article in articles:
        of_file[stem_of(article)].append(article)
    for draft in drafts:
        (placed,) = by_file([draft.case()], of_file[draft.article[0]])
        if placed.articles == (draft.passages[0].article_id,):
            yield draft


def _every(step: int, many: Iterator[Draft], few: Iterator[Draft]) -> Iterator[Draft]:
    """`many`, with one of `few` at every place that `step` divides, as long as there are any."""
    while group := list(islice(many, step - 1)):
        yield from chain(group, islice(few, 1 if len(group) == step - 1 else 0))
