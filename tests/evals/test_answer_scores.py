from __future__ import annotations

import re
import string
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.article import Article, Span
from evals.answer_scores import (
    answer_scores,
    exact_match,
    holds,
    normalised_tokens,
    quoted_pieces,
    rewrite_scores,
    token_f1,
)
from evals.cases import Case
from evals.evidence import Place
from evals.score import Score
from rag.answer import Answer, Citation, Part, PassageRef, Refusal, Sentence, Usage

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


def scores(case: Case, said: Answer, *gold: str) -> dict[str, Score]:
    places = [Place("a1", citation(words).span) for words in gold]
    return answer_scores(case, said.to_dict(), lambda name, sha: ARTICLE if name == "a1" else None, places)


def value(case: Case, said: Answer, name: str, *gold: str) -> float:
    return scores(case, said, *gold)[name].value


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
        ("“1990–1995”", "19901995", 0, 0),  # typographic quotation marks and dashes are not ASCII and stay
        ("1990 – 1995", "1990 1995", 0, 4 / 5),  # so that a lone dash is a word: precision 2/3, recall 1
        ("a–b", "–b", 1, 1),  # an article is found at the edge of any word
        ("$12 billion", "12 billion", 1, 1),
    ],
)
def test_squad_scores(prediction: str, gold: str, em: float, f1: float) -> None:
    assert exact_match(prediction, gold) == em
    assert token_f1(prediction, gold) == pytest.approx(f1)


def steps_of_the_official_script(text: str) -> list[str]:
    """The order of evaluate-v2.0: lower case, ASCII punctuation out, articles to a space, split at white space."""
    kept = text.lower().translate({ord(mark): None for mark in string.punctuation})
    return re.sub(r"\b(the|an|a)\b", " ", kept, flags=re.UNICODE).split()


def official_f1(gold: str, prediction: str) -> float:
    wanted, predicted = Counter(steps_of_the_official_script(gold)), Counter(steps_of_the_official_script(prediction))
    if not wanted or not predicted:
        return float(wanted == predicted)
    shared = sum(min(times, predicted[word]) for word, times in wanted.items())
    if shared == 0:
        return 0.0
    precision, recall = shared / sum(predicted.values()), shared / sum(wanted.values())
    return 2 * precision * recall / (precision + recall)


PHRASES = st.lists(
    st.sampled_from(
        [
            "a",
            "an",
            "The",
            "–",
            "—",
            "-",
            "“we",
            "we”",
            "İ",
            "ß",
            "well-known",
            "U.S.",
            "$12",
            "12",
            "é",
            "a–b",
            "\u00a0",
            "x",
        ]
    )
    | st.text(max_size=6),
    max_size=6,
).map(" ".join)


@given(PHRASES, PHRASES)
@example("–", "")
@example("the", "a")
def test_english_is_scored_as_the_official_script_scores_it(prediction: str, gold: str) -> None:
    assert normalised_tokens(prediction) == steps_of_the_official_script(prediction)
    official = steps_of_the_official_script(gold) == steps_of_the_official_script(prediction)
    assert exact_match(prediction, gold) == official
    assert token_f1(prediction, gold) == pytest.approx(official_f1(gold, prediction), abs=1e-9)


def test_gold_of_which_nothing_is_left_is_no_gold() -> None:
    """The script passes it over, and where no other is left it wants nothing said."""
    case = replace(CASE, answers=("the", "same boat"))

    assert "same boat" in scores(case, answer("nothing"))["f1"].why
    assert value(replace(CASE, answers=("the",)), answer("the", refusal="no_support"), "exact_match") == 1
    assert value(replace(CASE, answers=("the",)), answer("boat"), "exact_match") == 0


def test_swedish_has_its_own_grammatical_articles() -> None:
    """English drops 'a'; Swedish drops 'den' and keeps 'a', of which English does the opposite."""
    assert normalised_tokens("Den stora båten, ett a", "sv") == ["stora", "båten", "a"]
    assert normalised_tokens("Den stora båten, ett a", "en") == ["den", "stora", "båten", "ett"]
    assert exact_match("“det högsta – budet”", "högsta budet", "sv") == 1
    assert normalised_tokens("Ei bok, et hus", "no") == ["bok", "hus"]
    assert exact_match("det högsta budet", "högsta budet", "en") == 0


def test_gold_is_held_as_whole_words_in_a_row() -> None:
    assert holds("It was opened, in 1912.", "the 1912")
    assert holds("She said “we are”.", "We are")
    assert not holds("It was opened in 19123.", "1912")
    assert not holds("The same big boat", "same boat")
    assert not holds("anything", "the")


def test_the_best_of_several_golds_counts_and_markers_do_not() -> None:
    """The answer without its marker is 'we are in the same boat': 5 tokens of which gold 'same boat' has 2: F1 4/7."""
    case = replace(CASE, answers=("Washington", "same boat"))
    said = answer("we are in the same boat", citation("we are in the same boat"))

    assert said.text.endswith(" [1]")
    assert value(case, said, "f1") == pytest.approx(4 / 7)
    assert value(case, said, "exact_match") == 0
    assert value(case, said, "contains_gold") == 1
    assert "same boat" in scores(case, said)["f1"].why


def test_all_that_an_answer_must_contain_is_asked_for() -> None:
    case = replace(CASE, contains=("Same  Boat", "04.00"))

    assert value(case, answer("in the same boat, at 04.00"), "contains_gold") == 1
    assert scores(case, answer("in the same boat"))["contains_gold"] == Score(0, "lacks '04.00'")


def test_a_refusal_of_an_answerable_question_scores_nothing_against_the_gold() -> None:
    case = replace(CASE, answers=("same boat",), speaker="Iwao Horii")
    refused = scores(case, answer("I found no same boat.", refusal="no_support"))

    assert refused["wrong_refusal"] == Score(1, "answerable, refused (no_support)")
    gold = ("right", "exact_match", "f1", "contains_gold", "cited_expected", "speaker")
    assert [refused[name].value for name in gold] == [0] * 6
    assert "words" not in refused
    assert "missed_refusal" not in refused


def test_an_unanswerable_question_should_be_refused() -> None:
    case = replace(CASE, answerable=False, articles=())

    refused = scores(case, answer("No.", refusal="no_support"))
    assert refused["right"].value == 1
    assert refused["missed_refusal"] == Score(0, "not answerable, refused (no_support)")
    assert "words" not in refused
    assert value(case, answer("Sure."), "missed_refusal") == 1
    assert value(case, answer("Sure."), "right") == 0


def test_a_citation_is_exact_or_it_is_not() -> None:
    right = citation("same boat")
    shifted = replace(right, span=right.span.shifted(1))
    elsewhere = replace(right, article_id="a2")

    assert value(CASE, answer("x", right), "citation_exact") == 1
    assert value(CASE, answer("x", right, shifted), "citation_exact") == 0.5
    assert value(CASE, answer("x", elsewhere), "citation_exact") == 0
    assert value(CASE, answer("x", right, elsewhere), "citation_exact") == 0.5


def test_one_citation_of_the_expected_article_is_enough_but_precision_counts_the_others() -> None:
    said = answer("x", citation("same boat"), citation("boat", article_id="a2"))

    assert value(CASE, said, "cited_expected") == 1
    assert value(CASE, said, "evidence_precision") == 0.5
    assert value(CASE, answer("x"), "cited_expected") == 0
    assert value(replace(CASE, kind="teaser"), said, "right_kind") == 0


def test_cited_spans_against_gold_spans() -> None:
    """Gold: 'same boat' (9 characters, marked twice) and '04.00' (5). Cited: 'the same boat' (13) and 'left' (4).

    One of two citations touches gold, one of two gold spans is touched, 9 of 13 + 4 + 5 characters are common.
    """
    said = answer("x", citation("the same boat"), citation("left"))
    gold = ("same boat", "boat", "04.00")

    assert value(CASE, said, "evidence_precision", *gold) == 0.5
    assert value(CASE, said, "evidence_recall", *gold) == 0.5
    assert value(CASE, said, "evidence_iou", *gold) == pytest.approx(9 / 22)


def cited(text: str, *quotes: str) -> Answer:
    """One statement, with citations of the quotes under markers of their own."""
    citations = tuple(replace(citation(quote), marker=number) for number, quote in enumerate(quotes, start=1))
    markers = tuple(range(1, len(quotes) + 1))
    return replace(answer("x"), sentences=(Sentence((Part("source", text, 1),), markers),), citations=citations)


@pytest.mark.parametrize(
    ("quotes", "recall", "precision"),
    [
        ((), 0, None),  # a statement without a citation is not recalled
        (("we are in the same boat",), 1, 1),
        (("The ferry sails",), 0, 0),  # it does not carry the statement
        (("we are in the same boat", "The ferry sails"), 1, 1 / 2),  # the second is not needed
        (
            ("we are in", "the same boat"),
            1,
            1,
        ),  # both are needed: 3 of 7 words are in each (one in its title), 5 in both
        (("The ferry", "sails at"), 0, 0),
    ],
)
def test_citations_as_alce_counts_them(quotes: tuple[str, ...], recall: float, precision: float | None) -> None:
    found = scores(CASE, cited("We are in same boat and left.", *quotes))

    assert found["citation_recall"].value == recall
    assert (found["citation_precision"].value if precision is not None else None) == precision
    assert precision is not None or "citation_precision" not in found


def test_a_speaker_before_a_short_quotation_needs_no_citation_of_its_own() -> None:
    said = replace(
        cited("Iwao Horii: “same boat”", "same boat"), citations=(citation("same boat", speaker="Iwao Horii"),)
    )

    assert value(CASE, said, "citation_recall") == 1


def test_right_is_the_gold_words_by_the_right_speaker() -> None:
    case = replace(CASE, contains=("same boat",), speaker="Iwao Horii")

    assert value(case, answer("same boat", citation("same boat", speaker="Horii")), "right") == 1
    assert value(case, answer("same boat", citation("same boat", speaker="JD Vance")), "right") == 0
    assert value(case, answer("ferry", citation("same boat", speaker="Horii")), "right") == 0
    assert value(CASE, answer("anything", citation("boat")), "right") == 1
    assert value(CASE, answer("anything"), "right") == 0


def test_tokens_are_counted_and_the_extractive_writer_is_free() -> None:
    """Read: the question and a passage, 'What?' and 'same boat'; written: 'same boat [1]'."""
    passage = PassageRef("a1", citation("same boat").span, 1.0, ("dense",))
    said = replace(answer("same boat", citation("same boat")), standalone_question="What?", passages=(passage,))

    assert value(CASE, said, "tokens_in") == 2 + 2
    assert value(CASE, said, "tokens_out") == 5
    assert value(CASE, said, "cost_usd") == 0
    assert "cost_usd" not in scores(CASE, replace(said, model="ollama:some", usage=Usage()))


def test_what_a_provider_counted_is_what_is_paid() -> None:
    """1,200 tokens at 3 dollars a million and 50 at 15; the model's words were all removed, and are paid all the same."""
    said = replace(answer("same boat", citation("same boat")), usage=Usage(1200, 50))
    found = answer_scores(CASE, said.to_dict(), lambda name, sha: ARTICLE, prices=(3.0, 15.0))

    assert (found["tokens_in"].value, found["tokens_out"].value) == (1200, 50)
    assert found["cost_usd"].value == pytest.approx(0.0036 + 0.00075)
    assert "the provider" in found["tokens_in"].why


def test_without_prices_or_without_a_count_no_cost_is_made_up() -> None:
    counted = replace(answer("same boat", citation("same boat")), usage=Usage(1200, 50))
    silent = replace(counted, usage=Usage())

    assert "cost_usd" not in scores(CASE, counted)
    found = answer_scores(CASE, silent.to_dict(), lambda name, sha: ARTICLE, prices=(3.0, 15.0))
    assert "cost_usd" not in found
    assert (found["tokens_out"].value, found["tokens_out"].why) == (5, "5 tokens, as cl100k counts them")


def test_a_rewritten_follow_up_is_compared_with_a_persons() -> None:
    """5 and 4 words, 4 in common ('the' does not count): 2 x 4 / 9."""
    found = rewrite_scores("When then?", "When did the ferry sail?", "When did the ferry sail then?", "en")

    assert found["rewrite_f1"].value == pytest.approx(8 / 9)
    assert found["rewrite_unchanged"].value == 0


def test_a_follow_up_that_was_asked_as_it_was_put_is_unchanged() -> None:
    found = rewrite_scores("when, the ferry?", "When does it sail?", "When the ferry?", "en")

    assert found["rewrite_unchanged"].value == 1


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
    said = answer("x", *(citation("same boat", speaker=name) for name in named))

    assert value(replace(CASE, speaker="Iwao Horii"), said, "speaker") == right


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
    said = answer("In “Talks in Washington”: “we are in the same boat”, “we all agree”", citation("same boat"))

    assert value(CASE, said, "quotes_verbatim") == pytest.approx(2 / 3)
    assert "we all agree" in scores(CASE, said)["quotes_verbatim"].why
    assert value(CASE, answer("“we are in the same boat”"), "quotes_verbatim") == 0
    assert "quotes_verbatim" not in scores(CASE, answer("No quotation.", citation("same boat")))


def test_a_quotation_ends_with_its_statement() -> None:
    """The mark that a sentence was cut off from does not pair with the next sentence's."""
    first, second = cited('same boat" and left.', "same boat"), cited('He said "left".', "left")
    said = replace(first, sentences=first.sentences + second.sentences)

    assert value(CASE, said, "quotes_verbatim") == 1


def test_length_is_counted_without_markers() -> None:
    assert value(CASE, answer("we are here", citation("same boat")), "words") == 3


def test_citations_that_lead_nowhere_are_counted() -> None:
    there = citation("The ferry sails")
    said = answer(
        "It sails at four.", there, replace(citation("The train"), marker=2), citation("x", article_id="gone")
    )

    assert scores(CASE, said)["invented_citations"].value == pytest.approx(3 / 4)  # [3] has no citation
    assert value(CASE, answer("It sails.", there), "invented_citations") == 0
    assert "invented_citations" not in scores(CASE, answer("It sails."))
