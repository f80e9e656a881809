"""Accepting drafts: what a person decides goes into a file of cases, or beside it among the rejected, one line a decision.

The drafts themselves stay as they are. What is pending is what neither file names, so a review goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from threading import Lock

from corpus.article import Article, Span
from evals.cases import CaseRecord
from evals.drafting.drafts import Draft, Passage, read_drafts
from evals.drafting.from_feedback import from_feedback
from evals.errors import ReviewError
from evals.evidence import ArticleOf, spans_of
from evals.feedback import read_feedback
from evals.records import append_json_line, read_json_lines, write_json_lines

_DECIDING = Lock()
"""One decision at a time in this process, so that two pages cannot accept the same draft twice."""


class Review:
    """Drafts, and the file that the accepted ones go to; `<name>.rejected.jsonl` beside it remembers the others.

    Raises:
        DatasetError: a file is broken or cannot be written.
    """

    def __init__(self, drafts: Iterable[Draft], cases: Path) -> None:
        self.cases = cases
        self._drafts = {draft.id: draft for draft in drafts}
        self._rejected = cases.with_name(f"{cases.stem}.rejected.jsonl")

    def pending(self) -> list[Draft]:
        """What has not been decided, in the order of the drafts."""
        decided = self._ids(self.cases, CaseRecord) | self._ids(self._rejected, Draft)
        return [draft for name, draft in self._drafts.items() if name not in decided]

    def counts(self) -> tuple[int, int]:
        """How many cases the file holds, and how many drafts were rejected."""
        return len(self._ids(self.cases, CaseRecord)), len(self._ids(self._rejected, Draft))

    def accept(self, case: CaseRecord) -> None:
        """Adds the case to the file; one that was decided before is left as it is."""
        self._decide(case, self.cases)

    def reject(self, draft: Draft) -> None:
        """Remembers that the draft is not wanted, so that it is not asked about again."""
        self._decide(draft, self._rejected)

    def _decide(self, record: CaseRecord, path: Path) -> None:
        with _DECIDING:
            if record.id in {draft.id for draft in self.pending()}:
                append_json_line(path, record)

    @staticmethod
    def _ids(path: Path, model: type[CaseRecord]) -> set[str]:
        return {record.id for _, record in read_json_lines(path, model)} if path.is_file() else set()


def settled(draft: Draft, *, question: str = "", words: str = "", passage: int | None = None) -> CaseRecord:
    """The case that a draft becomes: with another question or other answer words, where a person gives them.

    An undecided draft is answered by its `passage` (an index), or by nothing in the corpus where that is None.

    Raises:
        ReviewError: the words do not stand in the passage, or there is no such passage.
    """
    case = draft.model_copy(update={"question": question.strip() or draft.question})
    if draft.undecided and passage is None:
        return case.accepted()
    if draft.undecided:
        if passage is None or not 0 <= passage < len(draft.passages):
            raise ReviewError(f"There is no passage {passage}.", "Choose one of those that are shown.")
        chosen = draft.passages[passage]
        case = case.model_copy(update={"answerable": True, **_gold(chosen, chosen.span)})
    wanted = words.strip()
    if wanted and wanted != answer_words(draft):
        shown = draft.passages[passage or 0 : (passage or 0) + 1]
        case = case.model_copy(update=_placed(wanted, *shown))
    return case.accepted()


def answer_words(draft: Draft) -> str:
    """The words that a right answer to the draft holds, as a person may edit them."""
    return " … ".join(draft.contains)


def _placed(words: str, passage: Passage | None = None) -> dict[str, object]:
    """The gold fields for words of the passage."""
    found = spans_of(words, passage.text, any_case=True) if passage else []
    if passage is None or not found:
        raise ReviewError(f"“{words}” does not stand in the passage.", "Copy the answer from it, word for word.")
    return {"contains": (found[0].of(passage.text),), **_gold(passage, found[0].shifted(passage.start))}


def _gold(passage: Passage, place: Span) -> dict[str, object]:
    return {
        "article": (passage.article,),
        "kind": passage.kind,
        "spans": ((place.start, place.end),),
        "span_articles": (),
    }


# A home


def drafts_file(home: Path) -> Path:
    return home / "evals" / "drafts.jsonl"


def cases_file(home: Path) -> Path:
    return home / "evals" / "cases.jsonl"


def home_review(home: Path, article_of: ArticleOf, cases: Path | None = None) -> Review:
    """What a home has to review: judged answers first, then its drafts. Accepted ones go to its own file, or to `cases`."""
    judged = from_feedback(read_feedback(home), article_of)
    path = drafts_file(home)
    return Review([*judged, *(read_drafts(path) if path.is_file() else ())], cases or cases_file(home))


def add_drafts(path: Path, drafts: Iterable[Draft], limit: int | None = None) -> int:
    """Puts the first `limit` drafts that a file does not hold into it, in one step; how many those are."""
    held = {draft.id: draft for draft in read_drafts(path)} if path.is_file() else {}
    new = list(islice((draft for draft in drafts if draft.id not in held), limit))
    write_json_lines(path, [*held.values(), *new])
    return len(new)


def article_lookup(articles: Iterable[Article]) -> ArticleOf:
    """Finds the current version of each article by its id."""
    by_id = {article.id: article for article in articles}
    return lambda article_id, _: by_id.get(article_id)


def marked(draft: Draft, passage: Passage) -> list[Span]:
    """The gold spans that lie in the passage, counted in its text, in order."""
    names = draft.span_articles or draft.article * len(draft.spans)
    spans = [Span(*span) for name, span in zip(names, draft.spans, strict=False) if name == passage.article]
    return [span.shifted(-passage.start) for span in sorted(spans) if passage.span.contains(span)]
