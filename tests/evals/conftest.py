"""A small system with the public methods of `rag.Assistant`, and data files to measure it on."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from corpus.article import Article, Span, article_id
from evals.run_folder import Row, Run, digest_of
from index.errors import ArticleNotFoundError, ManifestMismatchError
from rag import Settings
from rag.answer import Answer, Citation, Part, Sentence
from rag.conversation import Turn

SENTENCE = re.compile(r"[^.\n]+\.?")


def words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.lower()) if len(word) > 3}


class FakeAssistant:
    """Finds by shared words, answers with the sentence that shares most, refuses below two shared words."""

    def __init__(self) -> None:
        self.held: dict[str, Article] = {}
        self.asked: list[str] = []
        self.opened_at: list[Path] = []
        self.retriever = SimpleNamespace(search=self._search)
        self.fail_at: int | None = None

    def open(self, settings: Settings) -> FakeAssistant:
        self.opened_at.append(settings.home)
        if (settings.home / "of another model").exists():
            raise ManifestMismatchError("This index was built by another model.", "Rebuild it.")
        settings.home.mkdir(parents=True, exist_ok=True)
        self.model = settings.model
        return self

    def __enter__(self) -> FakeAssistant:
        return self

    def __exit__(self, *error: object) -> None:
        self.held.clear()

    def ingest(self, paths: Iterable[Path], *, progress: Any = None) -> SimpleNamespace:
        files = [file for folder in paths for file in folder.iterdir()]
        return self.ingest_articles(Article(article_id(str(f)), f.read_text(), (), str(f)) for f in files)

    def ingest_articles(self, articles: Iterable[Article], *, progress: Any = None) -> SimpleNamespace:
        added = {article.id: article for article in articles}
        self.held |= added
        return SimpleNamespace(rejected=(), chunks=len(added))

    def article(self, article_id: str, text_sha256: str | None = None) -> Article:
        if article_id not in self.held:
            raise ArticleNotFoundError("There is no such article.", "Look it up with `citera articles list`.")
        return self.held[article_id]

    def articles(self) -> list[Article]:
        return list(self.held.values())

    def status(self) -> SimpleNamespace:
        facts = {"manifest_digest": "m1", "embedder": "words", "embedder_runtime": "none"}
        return SimpleNamespace(articles=len(self.held), teasers=0, chunks=len(self.held), **facts)

    def _search(self, query: str, filters: None = None, limit: int = 10) -> list[SimpleNamespace]:
        hits = []
        for article in self.held.values():
            for sentence in SENTENCE.finditer(article.text):
                if shared := len(words(query) & words(sentence.group())):
                    span = Span(*sentence.span())
                    hits.append(SimpleNamespace(article=article, article_id=article.id, span=span, score=shared))
        return sorted(hits, key=lambda hit: -hit.score)[:limit]

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        if self.fail_at is not None and len(self.asked) >= self.fail_at:
            raise KeyboardInterrupt
        self.asked.append(question)
        standalone = " ".join([*(turn.text for turn in history if turn.role == "user"), question])
        hits = [hit for hit in self._search(standalone) if hit.score >= 2][:1]
        cited = tuple(self._citation(hit.article, hit.span) for hit in hits)
        said = tuple(Sentence((Part("source", f"“{citation.quote}”", 1),), (1,)) for citation in cited)
        return Answer(
            question, standalone, said, "en", self.model, "s1", None if hits else "no_support", cited, timings_ms={}
        )

    def _citation(self, article: Article, span: Span) -> Citation:
        quote = span.of(article.text)
        return Citation(1, article.id, article.text_sha256, span, quote, None, None, None, None, None, "article")


@pytest.fixture
def fake() -> FakeAssistant:
    return FakeAssistant()


@pytest.fixture
def make_row() -> Callable[..., Row]:
    """`make_row(number, scores)` is a row of a run, with other facts by name."""

    def make(number: int, scores: dict[str, float], **facts: Any) -> Row:
        row: dict[str, Any] = {
            **{"id": f"q{number}", "case": f"c{number}", "key": f"k{number}", "question": "?", "language": "en"},
            **{"answerable": True, "expected": (), "tags": (), "gold_words": (), "gold": (), "found": ()},
            **{
                "history": (),
                "speaker": None,
                "answer": None,
                "query_ms": 10.0,
                "workers": 1,
                "why": dict.fromkeys(scores, "so it is"),
            },
        }
        return Row.model_validate(row | {"scores": scores} | facts)

    return make


@pytest.fixture
def make_run() -> Callable[..., Run]:
    """`make_run(rows)` describes a run of those rows, with other facts by name."""

    def make(rows: list[Row], **facts: Any) -> Run:
        run: dict[str, Any] = {
            **{"dataset": "sample", "n": len(rows), "retrieval_only": False, "corpus": "corpus 1", "index": "index 1"},
            **{"cases": digest_of(sorted(row.case for row in rows)), "settings": {"passages": 8}, "code": "code 1"},
            **{"settings_digest": "s1", "versions": {"python": "3"}, "machine": {"cores": 2}},
            "finished": datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
        }
        return Run.model_validate(run | facts)

    return make


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, object], Path]:
    """`write(name, text or JSON value)` puts a file in the test's folder and gives its path."""

    def write_file(name: str, content: object) -> Path:
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    return write_file


def qa(name: str | int, question: str, context: str, *answers: str) -> dict[str, object]:
    found = [{"text": answer, "answer_start": context.index(answer)} for answer in answers]
    return {"id": name, "question": question, "answers": found, "is_impossible": not answers}


HARBOUR = "The harbour office opened in 1912. Its first master was Nils Åkerö, a retired pilot."
LIBRARY = "The library burned down on a winter night. The fire brigade of Sundvik came too late."


@pytest.fixture
def squad() -> dict[str, Any]:
    """Two paragraphs; three answerable questions, one of them in words that the text does not have; one that is not."""
    return {
        "version": "2",
        "data": [
            {
                "title": "Harbour_office",
                "paragraphs": [
                    {
                        "context": HARBOUR,
                        "qas": [
                            qa("opened", "When was the harbour office opened?", HARBOUR, "1912", "in 1912"),
                            qa("master", "Who was the first harbour master?", HARBOUR, "Nils Åkerö"),
                        ],
                    }
                ],
            },
            {
                "title": "Library",
                "paragraphs": [
                    {
                        "context": LIBRARY,
                        "qas": [
                            qa("books", "What destroyed all these books?", LIBRARY, "fire"),
                            qa("brigade", "Who leads the fire brigade of Sundvik?", LIBRARY),
                        ],
                    }
                ],
            },
        ],
    }
