from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from evals.datasets import load_dataset
from evals.errors import DatasetError

Write = Callable[[str, object], Path]

FERRY = "https://post.example/ferry.html"


def question(number: int, sentence: str, choices: list[str], answer: list[str], evidence: str) -> dict[str, Any]:
    return {
        "question_id": f"20220617_{number}",
        "question_date": "2022/06/16",
        "question_source": "THE WEEK",
        "question_url": "https://quiz.example/june",
        "question_sentence": sentence,
        "choices": choices,
        "answer": answer,
        "evidence": evidence,
    }


OWNER = question(
    0,
    "Who bought the ferry this week?",
    ["Mia Berg", "“Nils Åkerö”"],
    ["1"],
    f'Nils Åkerö &amp; sons <a target="_blank" href="{FERRY}#photo">bought the ferry</a> on Monday.',
)
ICE = question(1, "How thick is the ice?", ["1 cm", "9 cm"], ["1"], "")
BOTH = question(2, "Which towns have a ferry?", ["Sundvik", "Åminne", "Lund"], ["0", "1"], "Only two towns have one.")


def lines(*records: dict[str, Any]) -> str:
    return "".join(f"{json.dumps(record)}\n" for record in records)


def page(url: str, text: str | None, **facts: Any) -> dict[str, Any]:
    return {"url": url, **({} if text is None else {"text": text}), **facts}


def test_an_explanation_is_an_article_of_its_day_without_its_markup(write: Write) -> None:
    dataset = load_dataset("realtimeqa", write("20220617_qa.jsonl", lines(OWNER, ICE, BOTH)))
    first, second = dataset.articles

    assert first.text == "Nils Åkerö & sons bought the ferry on Monday."
    assert (first.outlet, first.url, first.published) == ("THE WEEK", "https://quiz.example/june", date(2022, 6, 16))
    assert [case.articles for case in dataset.cases] == [(first.id,), (second.id,)]


def test_right_choices_are_the_answer_and_of_several_all_are_needed(write: Write) -> None:
    owner, both = load_dataset("realtimeqa", write("20220617_qa.jsonl", lines(OWNER, ICE, BOTH))).cases

    assert (owner.id, owner.answers, owner.contains) == ("20220617_0", ("Nils Åkerö",), ())
    assert (both.answers, both.contains) == ((), ("Sundvik", "Åminne"))
    assert (owner.tags, both.tags) == (("the_week", "stated"), ("the_week", "unstated"))


def test_pages_retrieved_are_the_corpus_and_those_linked_to_are_expected(write: Write) -> None:
    found = [
        page(FERRY, "The ferry has a new owner.", title="Ferry sold", authors=["Mia"], publish_date="2022/06/12"),
        page("https://post.example/other", "Ferries are fun.", title="Fun", authors=[], publish_date=""),
        page("https://post.example/gone", None, title="Gone"),
    ]
    write("20220617_gcs.jsonl", lines({"question_id": "20220617_1", "search_time": "2022", "search_result": found}))
    gold = [page(f"{FERRY}#photo", "New owner for the ferry.", authors=[], publish_date="2022/06/12")]
    write("20220617_gold.jsonl", lines({"question_id": "20220617_0", "search_result": gold}))
    dataset = load_dataset("realtimeqa", write("20220617_qa.jsonl", lines(OWNER, ICE)))
    by_text = {article.text: article for article in dataset.articles}
    (case,) = dataset.cases

    assert [dataset_text(dataset, name) for name in case.articles] == [
        "Nils Åkerö & sons bought the ferry on Monday.",
        "The ferry has a new owner.",
        "New owner for the ferry.",
    ]
    assert len(by_text) == 4
    sold, fun = by_text["The ferry has a new owner."], by_text["Ferries are fun."]
    assert (sold.title, sold.url, sold.authors, sold.published) == ("Ferry sold", FERRY, ("Mia",), date(2022, 6, 12))
    assert fun.published is None


def dataset_text(dataset: Any, name: str) -> str:
    return next(article.text for article in dataset.articles if article.id == name)


def test_a_question_without_evidence_or_that_needs_its_choices_is_left_out(write: Write) -> None:
    but = question(3, "These towns have a ferry, except:", ["Sundvik", "Lund"], ["1"], "Lund has none.")
    dataset = load_dataset("realtimeqa", write("20220617_qa.jsonl", lines(ICE, but, OWNER)))

    assert [case.id for case in dataset.cases] == ["20220617_0"]
    assert len(dataset.articles) == 2


def test_a_folder_is_all_its_weeks_and_asks_once(write: Write, tmp_path: Path) -> None:
    write("20220617_qa.jsonl", lines(OWNER))
    write("20220617-20220624_qa.jsonl", lines(OWNER, BOTH))
    write("20220617_qa_nota.jsonl", "not read")

    assert [case.id for case in load_dataset("realtimeqa", tmp_path).cases] == ["20220617_0", "20220617_2"]


def test_a_list_of_questions_and_dates_with_hyphens_are_read(write: Write) -> None:
    dataset = load_dataset("realtimeqa", write("week_qa.json", [OWNER | {"question_date": "2024-08-22"}]))

    assert dataset.articles[0].published == date(2024, 8, 22)


@pytest.mark.parametrize(
    ("second", "complaint"),
    [
        ('{"question_id": ', "line 2: Invalid JSON"),
        ({key: value for key, value in OWNER.items() if key != "answer"}, "line 2, answer: Field required"),
        (OWNER | {"answer": ["2"]}, "line 2, answer: 2 names none of 2 choices"),
        (OWNER | {"answer": ["-1"]}, r"line 2, answer\.0: Input should be greater than or equal to 0"),
        (OWNER | {"answer": []}, "line 2, answer: no choice is right"),
        (OWNER | {"choices": ["Mia", "None of the above"]}, "line 2, answer: 'none of the above' is no answer"),
        (OWNER | {"question_date": "June"}, "line 2, question_date: "),
    ],
)
def test_what_is_broken_is_named(write: Write, second: dict[str, Any] | str, complaint: str) -> None:
    text = lines(BOTH) + (second if isinstance(second, str) else json.dumps(second))

    with pytest.raises(DatasetError, match=rf"20220617_qa\.jsonl, {complaint}"):
        load_dataset("realtimeqa", write("20220617_qa.jsonl", text))


@pytest.mark.parametrize(
    ("retrieved", "complaint"),
    [
        ({"question_id": "20220624_0", "search_result": []}, "line 1: 20220617_qa.jsonl has no question '20220624_0'"),
        ({"question_id": "20220617_0", "search_result": [{"text": "x"}]}, r"line 1, search_result\.0\.url: Field"),
    ],
)
def test_broken_pages_are_named(write: Write, retrieved: dict[str, Any], complaint: str) -> None:
    write("20220617_gcs.jsonl", lines(retrieved))

    with pytest.raises(DatasetError, match=rf"20220617_gcs\.jsonl, {complaint}"):
        load_dataset("realtimeqa", write("20220617_qa.jsonl", lines(OWNER)))


def test_a_broken_list_is_named_by_position(write: Write) -> None:
    with pytest.raises(DatasetError, match=r"week_qa\.json, 1, answer: 7 names none"):
        load_dataset("realtimeqa", write("week_qa.json", [OWNER, OWNER | {"answer": ["7"]}]))


def test_a_week_without_any_evidence_is_an_error(write: Write, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no question has `evidence`"):
        load_dataset("realtimeqa", write("20220617_qa.jsonl", lines(ICE)))
    with pytest.raises(DatasetError, match=r"no \*_qa\.jsonl is there"):
        load_dataset("realtimeqa", tmp_path / "nowhere")
