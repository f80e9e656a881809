"""One's own questions, asked of one's own folder of pages or of a home."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpus import CorpusError
from corpus.article import Article
from evals import DatasetError, run_dataset
from evals.cases import Dataset
from evals.datasets import load_dataset
from evals.datasets.own import articles_of
from evals.run_folder import read_run
from index.build import IndexBuilder
from rag import Settings

QUESTION = {"id": "q1", "question": "Which office opened in 1912?", "language": "en", "answerable": True}


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "mine.jsonl"
    path.write_text(json.dumps(QUESTION | {"article": "harbour", "contains": ["1912"], "note": "from a reader"}))
    return path


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "harbour.txt").write_text("The harbour office opened in 1912. Nils Åkerö was its first master.")
    return folder


def test_a_file_of_questions_is_run_on_a_folder(questions: Path, pages: Path, fake: Any, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "own", model="fake")
    result = run_dataset(str(questions), out=tmp_path / "run", data=pages, settings=settings, opening=fake.open)

    assert (result.name, result.scores["n"], result.scores["contains_gold"]) == ("mine", 1, 1)
    assert read_run(tmp_path / "run").dataset == "mine"
    assert str(tmp_path) not in (tmp_path / "run" / "run.json").read_text()


def test_a_home_is_asked_as_it_stands(
    questions: Path, tmp_path: Path, index: Any, make_article: Callable[..., Article]
) -> None:
    article = make_article("/elsewhere/harbour.txt", None, "The harbour office opened in 1912.", language="en")
    builder: IndexBuilder = index.builder
    builder.ingest_articles([article])
    dataset = load_dataset(str(questions), tmp_path)

    assert dataset.articles == (article,)
    assert [case.articles for case in dataset.cases] == [(article.id,)]
    assert dataset.paths == ()


def test_a_question_file_needs_a_corpus(questions: Path, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="--data"):
        load_dataset(str(questions))
    with pytest.raises(CorpusError, match="does not exist"):
        load_dataset(str(questions), tmp_path / "nowhere")
    with pytest.raises(DatasetError, match=r"nothing\.jsonl"):
        load_dataset("nothing.jsonl", tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(DatasetError, match="holds no articles"):
        articles_of(tmp_path / "empty")


def test_the_digest_of_a_corpus_of_one_file_changes_with_the_file(pages: Path) -> None:
    page = pages / "harbour.txt"
    before = Dataset("d", (), paths=(page,)).corpus_digest
    page.write_text("Another story.")

    assert Dataset("d", (), paths=(page,)).corpus_digest != before


@pytest.mark.parametrize(
    ("record", "complaint"),
    [
        ({"article": ["a", "b"], "spans": [[0, 1]], "span_articles": ["a", "b"]}, "an article for each span"),
        ({"article": ["a", "b"], "spans": [[0, 1]], "span_articles": ["c"]}, "among the articles"),
        ({"article": "a", "note": " "}, "note"),
    ],
)
def test_what_does_not_fit_together_is_named(
    pages: Path, tmp_path: Path, record: dict[str, Any], complaint: str
) -> None:
    path = tmp_path / "wrong.jsonl"
    path.write_text(json.dumps(QUESTION | record))

    with pytest.raises(DatasetError, match=rf"wrong\.jsonl, line 1.*{complaint}"):
        load_dataset(str(path), pages)
