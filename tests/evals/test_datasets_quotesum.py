from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from evals.datasets import load_dataset
from evals.errors import DatasetError

Write = Callable[[str, object], Path]

PASSAGES = [
    ("Battle of Sundvik", "The battle of Sundvik was fought on 4 May 1719. The town burned."),
    ("Second battle of Sundvik", "A second battle at Sundvik took place in June 1808, and 40 men fell."),
    ("Sundvik", "Sundvik is a town. Sundvik has a ferry."),
]


def row(summary: str, covered: str, person: int = 0, **changed: object) -> dict[str, object]:
    """One person's answer, in the published fields; `changed` replaces some, and None removes them."""
    record: dict[str, object] = {
        "qid": "AMBIG_val_7",
        "unique_id": f"AMBIG_val_7_{person}",
        "question": "When was the battle of Sundvik?",
        "summary": summary,
        "covered_short_answers": covered,
        "disambig_questions": "",
    }
    for number in range(1, 9):
        title, source = PASSAGES[number - 1] if number <= len(PASSAGES) else ("", "")
        record |= {f"title{number}": title, f"source{number}": source, f"short_ans_{number}": ""}
    return {key: value for key, value in (record | changed).items() if value is not None}


FIRST = row(
    "One was fought [ 1 on 4 May 1719 ] , another [ 2 in June 1808 ] [ 2 and ] later.",
    "[ 1 4 May 1719 ] [ 2 June 1808 ]",
)
SECOND = row("[ 1 The battle of Sundvik ] [ 1 was fought on 4 May 1719. ] [ 3 Sundvik ]", "[ 1 4 May 1719 ]", 1)


def lines(*rows: dict[str, object]) -> str:
    return "".join(f"{json.dumps(record)}\n" for record in rows)


def test_several_peoples_answers_are_one_case_graded_by_how_many_quoted_a_passage(write: Write) -> None:
    dataset = load_dataset("quotesum", write("dev.jsonl", lines(FIRST, SECOND)))
    title_of = {article.id: article.title for article in dataset.articles}
    (case,) = dataset.cases

    assert (case.id, case.question, case.tags) == ("AMBIG_val_7", "When was the battle of Sundvik?", ("ambig",))
    assert {title_of[name]: grade for name, grade in zip(case.articles, case.grades, strict=True)} == {
        "Battle of Sundvik": 2,
        "Second battle of Sundvik": 1,
        "Sundvik": 1,
    }


def test_right_answers_are_the_short_ones_and_the_quotations_that_hold_one(write: Write) -> None:
    (case,) = load_dataset("quotesum", write("dev.jsonl", lines(FIRST, SECOND))).cases

    assert case.answers == (
        "4 May 1719",
        "June 1808",
        "on 4 May 1719",
        "in June 1808",
        "was fought on 4 May 1719.",
    )
    assert case.contains == ()


def test_a_short_answer_counts_in_its_own_passage_alone(write: Write) -> None:
    path = write("dev.jsonl", lines(row("[ 1 on 4 May 1719 ] [ 2 40 men ]", "[ 2 40 men ]")))

    assert load_dataset("quotesum", path).cases[0].answers == ("40 men",)


def test_answers_have_a_place_where_they_stand_once_word_for_word(write: Write) -> None:
    odd = row(
        "[ 3 Sundvik ] [ 1 Battle of Sundvik ] [ 2 in June 1808 ]", "[ 3 Sundvik ] [ 1 Battle of Sundvik ] [ 2 1808 ]"
    )
    dataset = load_dataset("quotesum", write("dev.jsonl", lines(odd)))
    text_of = {article.id: article.text for article in dataset.articles}
    (case,) = dataset.cases

    assert [span.of(text_of[name]) for name, span in case.places] == ["1808", "in June 1808"]
    assert len(case.answers) == 4


def test_the_passages_of_all_questions_are_the_corpus_unquoted_ones_too(write: Write) -> None:
    alone = row("[ 1 The town burned. ]", "", qid="PAQ_val_1", question="What burned?")
    other = row("[ 4 Ice ]", "[ 4 Ice ]", qid="PAQ_val_2", title4="Ice", source4="Ice is cold.")
    dataset = load_dataset("quotesum", write("dev.jsonl", lines(alone, other)))

    assert [article.title for article in dataset.articles] == [*(title for title, _ in PASSAGES), "Ice"]
    assert [case.id for case in dataset.cases] == ["PAQ_val_1", "PAQ_val_2"]
    assert dataset.cases[0].answers == ()


@pytest.mark.parametrize(
    ("second", "complaint"),
    [
        ('{"qid": ', "line 2: Invalid JSON"),
        ({key: value for key, value in FIRST.items() if key != "summary"}, "line 2, summary: Field required"),
        (row("[ 1 The town ]", "", source5=None), "line 2: .*source5 is missing or no text"),
        (row("[ 1 The town ]", "", title2=3), "line 2: .*title2 is missing or no text"),
        (row("Nothing is quoted.", ""), "line 2, summary: nothing in it is quoted"),
        (row("[ 5 The town ]", ""), "line 2: 'The town' is quoted from source5, which is empty"),
        (row("[ 1 The town ]", "[ 8 town ]"), "line 2: 'town' is quoted from source8, which is empty"),
        (
            row("[ 1 The town ]", "", question="Another?"),
            "line 2: its question or passages are not those of 'AMBIG_val_7'",
        ),
        (row("[ 1 The town ]", "", source3="x"), "line 2: its question or passages are not those of 'AMBIG_val_7'"),
        ("[1]", "line 2: Input should be an object"),
    ],
)
def test_what_is_broken_is_named(write: Write, second: dict[str, object] | str, complaint: str) -> None:
    text = lines(FIRST) + (second if isinstance(second, str) else json.dumps(second))

    with pytest.raises(DatasetError, match=rf"dev\.jsonl, {complaint}"):
        load_dataset("quotesum", write("dev.jsonl", text))
