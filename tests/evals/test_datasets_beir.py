from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.datasets import load_dataset
from evals.errors import DatasetError

CORPUS = [
    {"_id": "d1", "title": "Harbour", "text": "The harbour office of Sundvik opened in 1912.", "metadata": {}},
    {"_id": "d2", "title": "", "text": "The library of Sundvik burned down on a winter night."},
    {"_id": "d3", "text": "The ferry to the island sails at four every morning."},
    {"_id": "d4", "title": "Only a title", "text": ""},
]
QUERIES = [
    {"_id": "q1", "text": "When did the office open?", "metadata": {}},
    {"_id": "q2", "text": "What burned?"},
    {"_id": "q3", "text": "Nobody judged this."},
    {"_id": "q4", "text": "What was judged here is not relevant."},
]
HEADER = "query-id\tcorpus-id\tscore"
QRELS = [HEADER, "q2\td2\t2", "q2\td1\t1", "q2\td3\t0", "q1\td1\t1", "q4\td3\t-1"]


def lines(records: list[dict[str, object]]) -> str:
    return "".join(f"{json.dumps(record)}\n" for record in records)


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """`folder(corpus=..., queries=..., test=...)` writes a BEIR folder; other names are files of `qrels/`."""

    def write(corpus: object = CORPUS, queries: object = QUERIES, **qrels: list[str]) -> Path:
        (tmp_path / "qrels").mkdir(exist_ok=True)
        for name, content in (("corpus", corpus), ("queries", queries)):
            text = content if isinstance(content, str) else lines(content)  # type: ignore[arg-type]
            (tmp_path / f"{name}.jsonl").write_text(text, encoding="utf-8")
        for name, rows in (qrels or {"test": QRELS}).items():
            (tmp_path / "qrels" / f"{name}.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
        return tmp_path

    return write


def test_judged_queries_expect_their_documents_by_grade(folder: Callable[..., Path]) -> None:
    dataset = load_dataset("beir", folder())
    text_of = {article.id: article.text for article in dataset.articles}
    first, second = dataset.cases

    assert (first.id, first.question, first.language, first.grades) == ("q1", "When did the office open?", "en", (1,))
    assert [text_of[name] for name in second.articles] == [CORPUS[1]["text"], CORPUS[0]["text"]]
    assert second.grades == (2, 1)
    assert len(dataset.articles) == 4


def test_titles_stay_titles_and_a_title_alone_is_the_text(folder: Callable[..., Path]) -> None:
    articles = load_dataset("beir", folder()).articles

    assert [article.title for article in articles] == ["Harbour", None, None, "Only a title"]
    assert articles[3].text == "Only a title"


def test_copies_are_one_article_and_the_higher_grade_holds(folder: Callable[..., Path]) -> None:
    copy = {**CORPUS[0], "_id": "copy"}
    dataset = load_dataset("beir", folder([*CORPUS, copy], test=[HEADER, "q1\tcopy\t3", "q1\td1\t1"]))

    assert len(dataset.articles) == 4
    assert dataset.cases[0].grades == (3,)


@pytest.mark.parametrize(
    ("splits", "chosen"), [(["dev", "test", "train"], "test"), (["dev", "train"], "dev"), (["train"], "train")]
)
def test_the_test_split_is_taken_else_dev_else_the_only_one(
    folder: Callable[..., Path], splits: list[str], chosen: str
) -> None:
    marked = {split: [HEADER, f"q1\td1\t{2 if split == chosen else 1}"] for split in splits}

    assert load_dataset("beir", folder(**marked)).cases[0].grades == (2,)


def test_a_split_can_be_named(folder: Callable[..., Path]) -> None:
    path = folder(test=QRELS, train=[HEADER, "q3\td3\t1"])

    assert [case.id for case in load_dataset("beir", path / "qrels" / "train.tsv").cases] == ["q3"]


def test_numbers_will_do_as_ids(folder: Callable[..., Path]) -> None:
    path = folder([{"_id": 1, "text": "One."}], [{"_id": 7, "text": "Which?"}], test=[HEADER, "7\t1\t1"])

    assert load_dataset("beir", path).cases[0].id == "7"


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"corpus": '{"_id": "d1", "text": "a"}\n{"_id": "d2", '}, r"corpus\.jsonl, line 2: Invalid JSON"),
        ({"corpus": lines([{"_id": "d1"}])}, r"corpus\.jsonl, line 1, text: Field required"),
        ({"corpus": lines([CORPUS[0], CORPUS[0]])}, r"corpus\.jsonl, line 2: the document 'd1' comes a second time"),
        ({"queries": lines([{"text": "?"}])}, r"queries\.jsonl, line 1, _id: Field required"),
        ({"queries": lines([QUERIES[0], QUERIES[0]])}, r"queries\.jsonl, line 2: the id 'q1' comes a second time"),
        ({"test": [HEADER, "q1\td1\t1", "q1\td9\t1"]}, r"test\.tsv, line 3: there is no document 'd9'"),
        ({"test": [HEADER, "q9\td1\t1"]}, r"test\.tsv, line 2: there is no query 'q9'"),
        ({"test": [HEADER, "q1\td1"]}, r"test\.tsv, line 2: 3 columns .*, and 2 are there"),
        ({"test": [HEADER, "", "q1\td1\tvery"]}, r"test\.tsv, line 3, score: Input should be a valid integer"),
        ({"test": ["q1\td1\t1"]}, r"test\.tsv, line 1: a record stands where the header belongs"),
        ({"train": [HEADER], "validation": [HEADER]}, r"qrels holds train\.tsv, validation\.tsv"),
    ],
)
def test_what_is_broken_is_named(folder: Callable[..., Path], changed: dict[str, object], complaint: str) -> None:
    with pytest.raises(DatasetError, match=complaint):
        load_dataset("beir", folder(**changed))


def test_bytes_that_are_no_text_are_named(folder: Callable[..., Path]) -> None:
    path = folder()
    (path / "qrels" / "test.tsv").write_bytes(f"{HEADER}\nq1\td1\t1\n".encode() + b"q1\t\xff\t1\n")

    with pytest.raises(DatasetError, match=r"test\.tsv, line 3, corpus_id: "):
        load_dataset("beir", path)


@pytest.mark.parametrize("lacking", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_a_missing_file_is_named(folder: Callable[..., Path], lacking: str) -> None:
    path = folder()
    (path / lacking).unlink()

    with pytest.raises(DatasetError, match="qrels holds no judgements" if "qrels" in lacking else lacking):
        load_dataset("beir", path)


@given(
    judged=st.dictionaries(
        st.tuples(st.sampled_from(["q1", "q2", "q3"]), st.sampled_from(["d1", "d2", "d3", "d4"])), st.integers(-1, 3)
    )
)
def test_every_relevant_judgement_and_no_other_is_expected(
    judged: dict[tuple[str, str], int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("beir")
    (path / "qrels").mkdir()
    (path / "corpus.jsonl").write_text(lines(CORPUS))
    (path / "queries.jsonl").write_text(lines(QUERIES))
    rows = [f"{query}\t{document}\t{score}" for (query, document), score in judged.items()]
    (path / "qrels" / "test.tsv").write_text("\n".join([HEADER, *rows]))
    dataset = load_dataset("beir", path)
    name_of = {article.source: f"d{number}" for number, article in enumerate(dataset.articles, start=1)}
    document_of = {article.id: name_of[article.source] for article in dataset.articles}

    assert {
        (case.id, document_of[name]): grade
        for case in dataset.cases
        for name, grade in zip(case.articles, case.grades, strict=True)
    } == {pair: score for pair, score in judged.items() if score > 0}
