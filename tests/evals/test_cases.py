from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.article import Article
from evals.cases import Case, Dataset, by_file, drawn, read_cases
from evals.errors import DatasetError
from rag.conversation import Turn

Write = Callable[[str, object], Path]

GOOD = {
    "id": "q1",
    "question": "Who?",
    "language": "en",
    "answerable": True,
    "article": "harbour",
    "contains": ["Åkerö"],
}


def lines(*records: object) -> str:
    return "\n".join(record if isinstance(record, str) else json.dumps(record) for record in records) + "\n"


def test_a_line_becomes_a_case(write: Write) -> None:
    turns = [{"role": "user", "text": "Tell me about the harbour."}]
    (case,) = read_cases(write("q.jsonl", lines(GOOD | {"kind": "teaser", "tags": ["fact"], "history": turns})))

    assert case == Case(
        "q1",
        "Who?",
        "en",
        answerable=True,
        articles=("harbour",),
        kind="teaser",
        contains=("Åkerö",),
        tags=("fact",),
        history=(Turn("user", "Tell me about the harbour."),),
    )


@pytest.mark.parametrize(
    ("second", "complaint"),
    [
        ('{"id": "q2", ', "line 2"),
        (GOOD | {"id": "q2", "answerable": "perhaps"}, "line 2, answerable"),
        (GOOD | {"id": "q2", "article": None}, "line 2.*must name the article"),
        (GOOD | {"id": "q2", "contians": ["x"]}, "line 2, contians"),
        (GOOD | {"id": "q2", "question": "  "}, "line 2, question"),
        (GOOD, "line 2.*'q1' comes a second time"),
    ],
)
def test_a_broken_line_is_named(write: Write, second: object, complaint: str) -> None:
    path = write("broken.jsonl", lines(GOOD, second))

    with pytest.raises(DatasetError, match=rf"broken\.jsonl.*{complaint}"):
        read_cases(path)


def test_line_numbers_count_blank_lines(write: Write) -> None:
    with pytest.raises(DatasetError, match="line 3"):
        read_cases(write("q.jsonl", lines(GOOD, "", "not json")))


def test_a_missing_file_is_an_error_of_this_folder(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"nowhere\.jsonl"):
        read_cases(tmp_path / "nowhere.jsonl")


def test_a_smaller_draw_is_part_of_a_larger_one_and_keeps_the_order() -> None:
    cases = [Case(f"q{number}", "?", "en", answerable=False) for number in range(100)]
    ten, twenty = drawn(cases, 10), drawn(cases, 20)

    assert len(ten) == 10
    assert set(ten) < set(twenty)
    assert [cases.index(case) for case in twenty] == sorted(cases.index(case) for case in twenty)
    assert list(ten) != cases[:10]
    assert drawn(cases, 10) == ten
    assert drawn(cases, None) == drawn(cases, 500) == tuple(cases)


def page(name: str, text: str, *, found_on: str | None = None) -> Article:
    source = f"/pages/{name}.txt" + (f"#{text[:4]}" if found_on else "")
    return Article(f"id-{text[:4]}", text, (), source, kind="teaser" if found_on else "article", found_on=found_on)


def test_files_become_ids_and_a_teaser_is_told_by_what_it_holds() -> None:
    pages = [
        page("harbour", "Host story"),
        page("harbour", "Lamp lit", found_on="id-Host"),
        page("harbour", "Boat sunk", found_on="id-Host"),
    ]
    story = Case("q1", "?", "en", answerable=True, articles=("harbour",), kind="article")
    teaser = Case("q2", "?", "en", answerable=True, articles=("harbour",), kind="teaser", contains=("boat",))
    none = Case("q3", "?", "en", answerable=False)

    assert [case.articles for case in by_file([story, teaser, none], pages)] == [("id-Host",), ("id-Boat",), ()]


def test_a_teaser_that_was_not_found_matches_no_id() -> None:
    teaser = Case("q2", "?", "en", answerable=True, articles=("harbour",), kind="teaser")

    assert by_file([teaser], [page("harbour", "Host story")])[0].articles == ("harbour",)


def test_a_case_that_names_a_file_without_articles_is_wrong() -> None:
    with pytest.raises(DatasetError, match=r"q9.*'harbor'"):
        by_file([Case("q9", "?", "en", answerable=True, articles=("harbor",))], [page("harbour", "Host story")])


def test_digests_change_with_the_case_and_with_the_corpus(tmp_path: Path) -> None:
    case = Case("q1", "Who?", "en", answerable=True, history=(Turn("user", "Hello"),))
    (tmp_path / "a.txt").write_text("one")
    before = Dataset("d", (case,), paths=(tmp_path,)).corpus_digest
    (tmp_path / "a.txt").write_text("two")

    assert case.digest != Case("q1", "Who?", "en", answerable=True).digest
    assert before != Dataset("d", (case,), paths=(tmp_path,)).corpus_digest
    assert Dataset("d", (case,), articles=(page("a", "One"),)).corpus_digest != Dataset("d", (case,)).corpus_digest
