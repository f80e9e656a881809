from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evals.datasets import load_dataset
from evals.errors import DatasetError

Write = Callable[[str, object], Path]


def test_every_squad_paragraph_is_an_article_and_every_gold_span_lies_in_it(
    write: Write, squad: dict[str, Any]
) -> None:
    dataset = load_dataset("squad", write("squad.json", squad))
    articles = {article.id: article for article in dataset.articles}

    assert [article.title for article in dataset.articles] == ["Harbour office", "Library"]
    assert [case.answerable for case in dataset.cases] == [True, True, True, False]
    assert dataset.cases[0].answers == ("1912", "in 1912")
    for case in dataset.cases[:3]:
        assert [span.of(articles[case.articles[0]].text) for span in case.spans] == list(case.answers)
    assert dataset.cases[3].articles == ()


def test_articles_keep_their_text_and_have_a_paragraph_a_line(write: Write) -> None:
    context = "Överskrift\r\n\r\n  Första raden.\nAndra raden."
    record = {"context": context, "question": "Vilken rad?", "choices": [choice(context, "Andra", "Correct answer")]}
    (article,) = load_dataset("swequad", write("s.json", {"data": [record]})).articles

    assert article.text == context
    assert [paragraph.span.of(context) for paragraph in article.paragraphs] == [
        "Överskrift",
        "  Första raden.",
        "Andra raden.",
    ]


def test_one_id_for_two_questions_gives_two_cases(write: Write, squad: dict[str, Any]) -> None:
    squad["data"][0]["paragraphs"][0]["qas"][1]["id"] = "opened"
    squad["data"][1]["paragraphs"][0]["qas"][0]["id"] = 7

    names = [case.id for case in load_dataset("norquad", write("squad.json", squad)).cases]

    assert names == ["opened", "opened#2", "7", "brigade"]


def test_a_text_that_comes_twice_is_one_article(write: Write, squad: dict[str, Any]) -> None:
    squad["data"].append(squad["data"][0])

    assert len(load_dataset("squad", write("squad.json", squad)).articles) == 2


def test_a_crooked_squad_offset_is_named(write: Write, squad: dict[str, Any]) -> None:
    squad["data"][1]["paragraphs"][0]["qas"][0]["answers"][0]["answer_start"] = 3

    with pytest.raises(DatasetError, match=r"crooked\.json, data\.1\.paragraphs\.0\.qas\.0: 'fire'.*character 3"):
        load_dataset("squad", write("crooked.json", squad))


def test_a_negative_offset_is_not_read_from_the_end(write: Write, squad: dict[str, Any]) -> None:
    squad["data"][0]["paragraphs"][0]["qas"][0]["answers"] = [{"text": "pilot.", "answer_start": -6}]

    with pytest.raises(DatasetError, match="does not stand at character -6"):
        load_dataset("squad", write("squad.json", squad))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ('{"data": [', "line 1"),
        ({"rows": []}, "data: Field required"),
        ({"data": [{"paragraphs": [{"qas": []}]}]}, r"data\.0\.paragraphs\.0\.context: Field required"),
    ],
)
def test_a_file_that_is_not_squad_is_named(write: Write, content: object, complaint: str) -> None:
    with pytest.raises(DatasetError, match=rf"wrong\.json.*{complaint}"):
        load_dataset("squad", write("wrong.json", content))


def choice(context: str, text: str, kind: str) -> dict[str, object]:
    start = context.index(text)
    return {"text": text, "start": start, "end": start + len(text), "type": kind, "extra": None}


def test_swequad_answers_are_the_correct_choices(write: Write) -> None:
    context = "Ta med ditt pass. Ring växeln."
    choices = [choice(context, "växeln", "Distractor"), choice(context, "ditt pass", "Correct answer")]
    record = {"context": context, "question": "Vad ska du ta med?", "choices": choices}
    dataset = load_dataset("swequad", write("dev.json", {"data": [record]}))
    (case,) = dataset.cases

    assert (case.id, case.language, case.answers) == ("dev-0", "sv", ("ditt pass",))
    assert case.spans[0].of(dataset.articles[0].text) == "ditt pass"


def test_a_swequad_question_without_a_right_choice_is_named(write: Write) -> None:
    record = {"context": "Ta med pass.", "question": "Vad?", "choices": [choice("Ta med pass.", "pass", "Distractor")]}

    with pytest.raises(DatasetError, match=r"data\.0: no choice is the correct answer"):
        load_dataset("swequad", write("dev.json", {"data": [record]}))


def test_swefaq_expects_the_labelled_answer_among_all_answers(write: Write) -> None:
    first = {"question": "Kostar det?", "candidate_answers": ["Nej, inget alls.", "Ja, på måndag."], "label": 0}
    second = {"question": "När?", "candidate_answers": ["Nej, inget alls.", "Ja, på måndag."], "label": 1}
    dataset = load_dataset("swefaq", write("faq.jsonl", f"{json.dumps(first)}\n{json.dumps(second)}\n"))
    text_of = {article.id: article.text for article in dataset.articles}

    assert len(text_of) == 2
    assert [text_of[case.articles[0]] for case in dataset.cases] == ["Nej, inget alls.", "Ja, på måndag."]


def test_a_swefaq_label_without_an_answer_is_named(write: Write) -> None:
    row = {"question": "Kostar det?", "candidate_answers": ["Nej."], "label": 1}

    with pytest.raises(DatasetError, match=r"faq\.jsonl, line 1: the label 1"):
        load_dataset("swefaq", write("faq.jsonl", json.dumps(row)))


def test_the_packaged_questions_name_packaged_pages() -> None:
    dataset = load_dataset("sample")
    stems = {path.stem for folder in dataset.paths for path in folder.iterdir()}

    assert {stem for case in dataset.cases for stem in case.articles} <= stems
    assert {case.answerable for case in dataset.cases} == {True, False}


@pytest.mark.parametrize(
    ("name", "data", "complaint"),
    [
        ("sqaud", Path("x.json"), "no data set 'sqaud'"),
        ("squad", None, "not packaged"),
        ("sample", Path("x.json"), "takes no data file"),
    ],
)
def test_a_wrong_choice_says_what_to_do(name: str, data: Path | None, complaint: str) -> None:
    with pytest.raises(DatasetError, match=complaint) as raised:
        load_dataset(name, data)
    assert raised.value.remedy
