from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.article import Article, Span
from evals.answer_scores import answer_scores, exact_match, holds, normalised_tokens, quoted_pieces, token_f1
from evals.cases import Case
from evals.score import Score
from rag.answer import Answer, Citation, Part, Refusal, Sentence

TEXT = 'Horii said that "we are in the same boat" and left. The ferry sails at 04.00.'
ARTICLE = Article("a1", TEXT, (), "boat.txt", title="Talks in Washington")
CASE = Case("q1", "What did Horii say?", "en", answerable=True, articles=("a1",))


def citation(quote: str, *, article_id: str = "a1", speaker: str | None = None) -> Citation:
    start = TEXT.find(quote)
    span = Span(max(start, 0), max(start, 0) + len(quote))
    sha = ARTICLE.text_sha256
    return Citation(1, article_id, sha, span, quote, None, None, None, None, speaker, "article")


def answer(text: str, *citations: Citation, refusal: Refusal | None = None) -> Answer:
    sentence = Sentence((Part("source", text, 1),), tuple(range(1, len(citations) + 1)))
    return Answer("?", "?", (sentence,), "en", "extractive", "s1", refusal, citations)


def scores(case: Case, given: Answer) -> dict[str, Score]:
    return answer_scores(case, given.to_dict(), lambda name, sha: ARTICLE if name == "a1" else None)


def value(case: Case, given: Answer, name: str) -> float:
    return scores(case, given)[name].value


@pytest.mark.parametrize(
    ("prediction", "gold", "em", "f1"),
    [
        ("The Eiffel Tower!", "eiffel tower", 1, 1),  # case, punctuation and grammatical articles do not count
        ("well-known", "well known", 0, 0),  # a hyphen is taken out, not turned into a space
        ("U.S.A.", "usa", 1, 1),
        ("in 1912", "1912", 0, 2 / 3),  # precision 1/2, recall 1
        ("the the the", "a", 1, 1),  # nothing is left of either
        ("the", "tower", 0, 0),  # nothing is left of one
        ("boat boat boat", "boat", 0, 1 / 2),  # one shared token: precision 1/3, recall 1
        ("boat boat same", "same boat boat", 0, 1),  # order counts for exact match alone
        ("“1990–1995”", "1990-1995", 1, 1),  # typographic quotation marks and dashes are punctuation
        ("$12 billion", "12 billion", 1, 1),
    ],
)
def test_squad_scores(prediction: str, gold: str, em: float, f1: float) -> None:
    assert exact_match(prediction, gold) == em
    assert token_f1(prediction, gold) == pytest.approx(f1)


def test_swedish_has_its_own_grammatical_articles() -> None:
    """English drops 'a'; Swedish drops 'den' and keeps 'a', of which English does the opposite."""
    assert normalised_tokens("Den stora båten, ett a", "sv") == ["stora", "båten", "a"]
    assert normalised_tokens("Den stora båten, ett a", "en") == ["den", "stora", "båten", "ett"]
    assert exact_match("det högsta budet", "högsta budet", "sv") == 1
    assert exact_match("det högsta budet", "högsta budet", "en") == 0


def test_gold_is_held_as_whole_words_in_a_row() -> None:
    assert holds("It was opened, in 1912.", "the 1912")
    assert not holds("It was opened in 19123.", "1912")
    assert not holds("The same big boat", "same boat")
    assert not holds("anything", "the")


def test_the_best_of_several_golds_counts_and_markers_do_not() -> None:
    """The answer without its marker is 'we are in the same boat': 5 tokens of which gold 'same boat' has 2: F1 4/7."""
    case = replace(CASE, answers=("Washington", "same boat"))
    given = answer("we are in the same boat", citation("we are in the same boat"))

    assert given.text.endswith(" [1]")
    assert value(case, given, "f1") == pytest.approx(4 / 7)
    assert value(case, given, "exact_match") == 0
    assert value(case, given, "contains_gold") == 1
    assert "same boat" in scores(case, given)["f1"].why


def test_all_that_an_answer_must_contain_is_asked_for() -> None:
    case = replace(CASE, contains=("Same  Boat", "04.00"))

    assert value(case, answer("in the same boat, at 04.00"), "contains_gold") == 1
    assert scores(case, answer("in the same boat"))["contains_gold"] == Score(0, "lacks '04.00'")


def test_a_refusal_of_an_answerable_question_scores_nothing_against_the_gold() -> None:
    case = replace(CASE, answers=("same boat",), speaker="Iwao Horii")
    refused = scores(case, answer("I found no same boat.", refusal="no_support"))

    assert refused["wrong_refusal"] == Score(1, "answerable, refused (no_support)")
    gold = ("exact_match", "f1", "contains_gold", "cited_expected", "speaker")
    assert [refused[name].value for name in gold] == [0] * 5
    assert "words" not in refused
    assert "missed_refusal" not in refused


def test_an_unanswerable_question_should_be_refused() -> None:
    case = replace(CASE, answerable=False, articles=())

    assert scores(case, answer("No.", refusal="no_support")) == {
        "missed_refusal": Score(0, "not answerable, refused (no_support)")
    }
    assert value(case, answer("Sure."), "missed_refusal") == 1


def test_a_citation_is_exact_or_it_is_not() -> None:
    right = citation("same boat")
    shifted = replace(right, span=right.span.shifted(1))
    elsewhere = replace(right, article_id="a2")

    assert value(CASE, answer("x", right), "citation_exact") == 1
    assert value(CASE, answer("x", right, shifted), "citation_exact") == 0.5
    assert value(CASE, answer("x", elsewhere), "citation_exact") == 0
    assert value(CASE, answer("x", right, elsewhere), "citation_exact") == 0.5


def test_one_citation_of_the_expected_article_is_enough_but_precision_counts_the_others() -> None:
    given = answer("x", citation("same boat"), citation("boat", article_id="a2"))

    assert value(CASE, given, "cited_expected") == 1
    assert value(CASE, given, "citation_precision") == 0.5
    assert value(CASE, answer("x"), "cited_expected") == 0
    assert value(replace(CASE, kind="teaser"), given, "right_kind") == 0


@pytest.mark.parametrize(
    ("named", "right"),
    [
        (["Iwao Horii"], 1),
        (["Horii"], 1),
        (["Horii", None], 1),
        (["JD Vance"], 0),
        (["Horii", "JD Vance"], 0),
        ([None], 0),
    ],
)
def test_the_speaker_is_the_one_expected_and_no_other(named: list[str | None], right: float) -> None:
    given = answer("x", *(citation("same boat", speaker=name) for name in named))

    assert value(replace(CASE, speaker="Iwao Horii"), given, "speaker") == right


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ('"one" and "two"', ["one", "two"]),
        ("“one” and ”två” and „drei“", ["one", "två", "drei"]),
        ("«un» et »deux«", ["un", "deux"]),
        ("it's 5 o'clock", []),
    ],
)
def test_quotation_marks_of_several_languages(text: str, pieces: list[str]) -> None:
    assert quoted_pieces(text) == pieces


def test_words_between_quotation_marks_stand_in_a_cited_article() -> None:
    """Of three quotations one is in the text, one is the title, one is made up: 2/3."""
    given = answer("In “Talks in Washington”: “we are in the same boat”, “we all agree”", citation("same boat"))

    assert value(CASE, given, "quotes_verbatim") == pytest.approx(2 / 3)
    assert "we all agree" in scores(CASE, given)["quotes_verbatim"].why
    assert value(CASE, answer("“we are in the same boat”"), "quotes_verbatim") == 0
    assert "quotes_verbatim" not in scores(CASE, answer("No quotation.", citation("same boat")))


def test_length_is_counted_without_markers() -> None:
    assert value(CASE, answer("we are here", citation("same boat")), "words") == 3
