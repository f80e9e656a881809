"""The project's own JSON Lines format, beyond what the packaged questions use."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from corpus.article import Article, Span
from evals.cases import Case, Dataset, by_file, read_cases
from evals.errors import DatasetError

Write = Callable[[str, object], Path]

GOOD = {"id": "q1", "question": "Who?", "language": "en", "answerable": True, "article": "harbour"}


def page(name: str, text: str) -> Article:
    return Article(f"id-{name}", text, (), f"/pages/{name}.txt")


def test_spans_a_rewrite_and_several_articles_are_read(write: Write) -> None:
    placed = GOOD | {"spans": [[0, 4], [6, 9]], "rewrite": "Who owns the ferry?"}
    several = GOOD | {"id": "q2", "article": ["harbour", "ferry"]}
    first, second = read_cases(write("q.jsonl", f"{json.dumps(placed)}\n{json.dumps(several)}"))

    assert (first.spans, first.rewrite) == ((Span(0, 4), Span(6, 9)), "Who owns the ferry?")
    assert second.articles == ("harbour", "ferry")


@pytest.mark.parametrize(
    ("record", "complaint"),
    [
        (GOOD | {"spans": [[4, 4]]}, "line 1: .*must end after it starts"),
        (GOOD | {"spans": [[-1, 4]]}, r"line 1, spans\.0\.0"),
        (GOOD | {"spans": [[0, 4]], "article": ["harbour", "ferry"]}, "line 1: .*need one article"),
        (GOOD | {"article": []}, "line 1: .*must name the article"),
        (GOOD | {"article": [" "]}, r"line 1, article\.0"),
    ],
)
def test_a_broken_line_is_named(write: Write, record: dict[str, object], complaint: str) -> None:
    with pytest.raises(DatasetError, match=rf"q\.jsonl, {complaint}"):
        read_cases(write("q.jsonl", json.dumps(record)))


def test_several_files_become_ids_in_their_order() -> None:
    case = Case("q1", "?", "en", answerable=True, articles=("ferry", "harbour"))

    assert by_file([case], [page("harbour", "One"), page("ferry", "Two")])[0].articles == ("id-ferry", "id-harbour")


def test_a_span_beyond_its_article_is_wrong() -> None:
    case = Case("q1", "?", "en", answerable=True, articles=("harbour",), spans=(Span(0, 9),))

    assert by_file([case], [page("harbour", "Nine char")])[0].places == (("id-harbour", Span(0, 9)),)
    with pytest.raises(DatasetError, match=r"q1 has a span up to character 9"):
        by_file([case], [page("harbour", "Eight ch")])


def test_places_name_the_article_of_each_span() -> None:
    one = Case("q1", "?", "en", answerable=True, articles=("a",), spans=(Span(0, 4),))
    two = replace(one, articles=("a", "b"))

    assert one.places == (("a", Span(0, 4)),)
    assert two.places == ()
    assert replace(two, span_articles=("b",)).places == (("b", Span(0, 4)),)


def test_a_filled_field_changes_the_digest_and_an_empty_newer_one_does_not() -> None:
    case = Case("q1", "Who?", "en", answerable=False)
    filled = [replace(case, rewrite="Who owns it?"), replace(case, articles=("a",)), replace(case, answerable=True)]

    assert len({case.digest, *(other.digest for other in filled)}) == 4
    assert case.digest == "a0b7b2d6611e43df"


def test_a_changed_record_of_an_article_changes_the_corpus() -> None:
    plain = page("a", "One")
    dated = replace(plain, published=date(2022, 6, 16))

    assert Dataset("d", (), (plain,)).corpus_digest != Dataset("d", (), (dated,)).corpus_digest
