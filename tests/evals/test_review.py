"""Thumbs become drafts, and what a person decides about drafts is kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article, Span
from evals import DatasetError, ReviewError
from evals.cases import by_file, read_cases
from evals.drafting import Draft, Review, article_lookup, from_feedback, home_review, marked, propose, settled
from evals.drafting.drafts import Passage
from evals.feedback import Judgement, feedback_file, read_feedback, record_feedback

Judge = Callable[..., Judgement]


@pytest.fixture
def harbour(make_article: Callable[..., Article]) -> Article:
    return make_article(
        "/pages/harbour.txt",
        "Lindvik closes its harbour",
        "The harbour in Lindvik closes on Monday for the first time in forty years.",
        "“We have waited for the harbour long enough,” said Maja Horii, head of the port. “The piles are rotten.”",
        "The harbour in Lindvik was opened on 4 May 1998.",
        language="en",
    )


@pytest.fixture
def ferry(make_article: Callable[..., Article]) -> Article:
    return make_article(
        "/pages/ferry.txt", "A new ferry", "The new ferry takes forty cars to the island.", language="en"
    )


@pytest.fixture
def judge(harbour: Article, ferry: Article) -> Judge:
    """`judge(verdict, cited words, ...)` is a judgement of an answer that cites them and was sought in both articles."""

    def make(verdict: str, *cited: str, speaker: str | None = None, **facts: Any) -> Judgement:
        citations = []
        for words in cited:
            article = harbour if words in harbour.text else ferry
            start = article.text.index(words)
            place = {"article_id": article.id, "text_sha256": article.text_sha256, "start": start}
            citations.append({**place, "end": start + len(words), "speaker": speaker, "quote": words})
        sought = [{"article_id": article.id, "start": 0, "end": 20, "score": 1.0} for article in (harbour, ferry)]
        answer = {"text": " ".join(cited) or "The articles do not say.", "refused": not cited, "language": "en"}
        answer |= {"model": "extractive", "settings_digest": "s", "citations": citations, "passages": sought}
        given = {"question": "what did Horii say?", "answer": answer, "verdict": verdict}
        return Judgement.model_validate(given | facts)

    return make


def drafts_of(judgement: Judgement, home: Path, *articles: Article) -> list[Draft]:
    record_feedback(home, judgement)
    return from_feedback(read_feedback(home), article_lookup(articles))


def test_feedback_is_added_line_by_line_and_the_last_word_counts(tmp_path: Path, judge: Judge) -> None:
    record_feedback(tmp_path, judge("up", "The piles are rotten."))
    record_feedback(tmp_path, judge("down", "The piles are rotten.", note="more was said"))
    record_feedback(tmp_path, judge("up"))

    assert len(feedback_file(tmp_path).read_text().splitlines()) == 3
    assert [(said.verdict, said.note) for said in read_feedback(tmp_path)] == [("down", "more was said"), ("up", "")]
    assert all(said.time.tzinfo for said in read_feedback(tmp_path))


def test_a_liked_answer_guards_its_citation(tmp_path: Path, judge: Judge, harbour: Article, ferry: Article) -> None:
    turns = [{"role": "user", "text": "Tell me of the harbour."}, {"role": "assistant", "text": "It closes."}]
    liked = judge("up", "The piles are rotten.", speaker="Maja Horii", history=turns)
    (draft,) = drafts_of(liked, tmp_path, harbour, ferry)
    (case,) = by_file([draft.case()], [harbour, ferry])

    assert (draft.answerable, draft.undecided, draft.speaker) == (True, False, "Maja Horii")
    assert [turn.text for turn in case.history] == ["Tell me of the harbour.", "It closes."]
    assert [(name, span.of(harbour.text)) for name, span in case.places] == [(harbour.id, "The piles are rotten.")]


def test_a_liked_answer_of_two_articles_names_the_article_of_each_span(
    tmp_path: Path, judge: Judge, harbour: Article, ferry: Article
) -> None:
    liked = judge("up", "The piles are rotten.", "The new ferry takes forty cars")
    (draft,) = drafts_of(liked, tmp_path, harbour, ferry)
    (case,) = by_file([draft.case()], [harbour, ferry])

    assert {name for name, _ in case.places} == {harbour.id, ferry.id}
    assert [marked(draft, passage)[0].of(passage.text) for passage in draft.passages] == [
        "The piles are rotten.",
        "The new ferry takes forty cars",
    ]


def test_a_liked_refusal_is_unanswerable_and_a_stale_citation_is_no_draft(
    tmp_path: Path, judge: Judge, harbour: Article
) -> None:
    (refusal,) = drafts_of(judge("up"), tmp_path / "a", harbour)
    changed = Article(harbour.id, harbour.text.replace("rotten", "broken"), harbour.paragraphs, harbour.source)

    assert (refusal.answerable, refusal.undecided) == (False, False)
    assert drafts_of(judge("up", "The piles are rotten."), tmp_path / "b", changed) == []
    assert drafts_of(judge("up", "The piles are rotten."), tmp_path / "c") == []


def test_a_disliked_answer_must_be_decided(tmp_path: Path, judge: Judge, harbour: Article, ferry: Article) -> None:
    (draft,) = drafts_of(judge("down", "The piles are rotten.", note="and?"), tmp_path, harbour, ferry)
    chosen = settled(draft, passage=1)
    placed = settled(draft, passage=2, words="the piles are ROTTEN")
    (start, end), (at, to) = chosen.spans[0], placed.spans[0]

    assert (draft.undecided, draft.note, draft.answered) == (True, "and?", "The piles are rotten.")
    assert [passage.article for passage in draft.passages] == ["harbour", "ferry", "harbour"]
    assert (chosen.answerable, chosen.article, ferry.text[start:end]) == (True, ("ferry",), ferry.text)
    assert (placed.contains, harbour.text[at:to]) == (("The piles are rotten",), "The piles are rotten")
    assert (settled(draft).answerable, settled(draft).article) == (False, ())
    for wrong in ({"passage": 9}, {"passage": 0, "words": "not there"}, {"passage": -1}):
        with pytest.raises(ReviewError):
            settled(draft, **wrong)


def test_a_review_goes_on_where_it_stopped(tmp_path: Path, harbour: Article) -> None:
    drafts, cases = propose([harbour]), tmp_path / "new" / "cases.jsonl"
    assert len(drafts) >= 3
    first = Review(drafts, cases)
    first.accept(settled(first.pending()[0], question="What did Horii say of the harbour?"))
    first.accept(drafts[0].accepted())
    first.reject(first.pending()[0])
    again = Review(drafts, cases)

    assert again.pending() == drafts[2:]
    assert again.counts() == (1, 1)
    assert [case.question for case in read_cases(cases)] == ["What did Horii say of the harbour?"]


def test_an_edited_answer_must_stand_in_the_passage(harbour: Article) -> None:
    draft = next(draft for draft in propose([harbour]) if "quote" in draft.tags)
    case = settled(draft, words="harbour long enough")
    start, end = case.spans[0]

    assert harbour.text[start:end] == case.contains[0] == "harbour long enough"
    assert settled(draft, words=draft.contains[0]) == draft.accepted()
    with pytest.raises(ReviewError, match="does not stand in the passage"):
        settled(draft, words="harbour wall")


def test_a_home_is_reviewed_with_its_thumbs_first(tmp_path: Path, judge: Judge, harbour: Article) -> None:
    record_feedback(tmp_path, judge("down", "The piles are rotten."))
    review = home_review(tmp_path, article_lookup([harbour]))
    (draft,) = review.pending()
    review.accept(settled(draft))

    assert home_review(tmp_path, article_lookup([harbour])).pending() == []
    assert read_cases(tmp_path / "evals" / "cases.jsonl")[0].answerable is False


def test_a_line_that_was_left_open_does_not_take_the_next_one_with_it(tmp_path: Path, judge: Judge) -> None:
    record_feedback(tmp_path, judge("up"))
    path = feedback_file(tmp_path)
    path.write_text(path.read_text().rstrip("\n"))
    record_feedback(tmp_path, judge("down", "The piles are rotten."))
    assert len(read_feedback(tmp_path)) == 2

    path.write_text(path.read_text() + '{"question": "cut o')
    record_feedback(tmp_path, judge("up"))
    with pytest.raises(DatasetError, match=r"feedback\.jsonl, line 3"):
        read_feedback(tmp_path)


def test_a_file_that_cannot_be_written_is_an_error_of_this_folder(tmp_path: Path, judge: Judge) -> None:
    (tmp_path / "evals").write_text("a file where the folder belongs")

    with pytest.raises(DatasetError, match="cannot be written"):
        record_feedback(tmp_path, judge("up"))


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 70), st.integers(0, 70)), max_size=4), st.integers(0, 9))
def test_marks_lie_in_their_passage(text: str, spans: list[tuple[int, int]], start: int) -> None:
    passage = Passage(article="a", article_id="i", text_sha256="s", kind="article", title=None, start=start, text=text)
    gold = tuple((first, last) for first, last in spans if first < last)
    draft = Draft(id="d", question="?", language="en", answerable=True, article=("a",), spans=gold, passages=(passage,))
    found = marked(draft, passage)

    assert found == sorted(Span(a - start, b - start) for a, b in gold if start <= a and b <= start + len(text))
