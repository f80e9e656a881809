"""Asking while articles come in: every answer is of the state before or of the state after."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.embedding import Document, Embedded, Vector
from index.embedding_lane import AT_ONCE, Lane, QuestionsFirst
from rag import Answer, Assistant, Settings

PLACES = ("Almviken", "Skerrin", "Lindvik")
WORDS = (
    (
        "“The school in {} stays open for good,” said Mayor Elin Strand.",
        "A new ferry to {} will cost 40 million kronor.",
    ),
    (
        "“The school in {} must close this autumn,” said Mayor Elin Strand.",
        "A new ferry to {} will cost 65 million kronor.",
    ),
)
QUESTIONS = (
    "What did Elin Strand say?",
    "Vad kostar den nya färjan till Skerrin?",
    "How much will the ferry to Lindvik cost?",
)


def show(folder: Path, state: int) -> Path:
    folder.mkdir(exist_ok=True)
    for place in PLACES:
        body = "\n\n".join(words.format(place) for words in WORDS[state])
        (folder / f"{place}.txt").write_text(
            f"News from {place}\n\nThe council of {place} met on Thursday.\n\n{body}\n"
        )
    return folder


def told(answer: Answer) -> tuple[Any, ...]:
    """All that must be of one state."""
    cited = [(one.article_id, one.text_sha256, one.quote) for one in answer.citations]
    return (answer.text, cited, [(one.article_id, one.span) for one in answer.passages])


@pytest.fixture
def serving(tmp_path: Path, cache: Path) -> Iterator[Assistant]:
    """An assistant as a server opens it."""
    settings = Settings(home=tmp_path / "home", cache=cache)
    with Assistant.open(settings, address="http://127.0.0.1:7860") as assistant:
        yield assistant


def test_every_answer_is_of_one_state(serving: Assistant, tmp_path: Path) -> None:
    expected: dict[str, list[tuple[Any, ...]]] = {question: [] for question in QUESTIONS}
    for state in range(2):
        serving.ingest(show(tmp_path / "pages", state))
        for question in QUESTIONS:
            answer = serving.ask(question)
            assert not answer.refused
            expected[question].append(told(answer))
    assert len({citation.article_id for citation in serving.ask(QUESTIONS[0]).citations}) == 3
    assert all(before != after for before, after in expected.values())

    def go_back_and_forth() -> None:
        for number in range(24):
            serving.ingest(show(tmp_path / "pages", number % 2))

    writer = threading.Thread(target=go_back_and_forth)
    writer.start()
    seen: dict[str, set[int]] = {question: set() for question in QUESTIONS}
    while writer.is_alive():
        for question in QUESTIONS:
            answer = told(serving.ask(question))
            assert answer in expected[question]
            seen[question].add(expected[question].index(answer))
    writer.join()
    assert set.union(*seen.values()) == {0, 1}


def test_at_every_step_between_the_two_stores_answers_are_of_one_state(
    serving: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected: dict[str, list[tuple[Any, ...]]] = {question: [] for question in QUESTIONS}
    for state in range(2):
        serving.ingest(show(tmp_path / "pages", state))
        for question in QUESTIONS:
            expected[question].append(told(serving.ask(question)))
    states: list[set[int]] = []

    def ask() -> None:
        states.append({expected[question].index(told(serving.ask(question))) for question in QUESTIONS})

    def asking_around(change: Callable[..., None]) -> Callable[..., None]:
        def changed(*given: Any) -> None:
            ask()
            change(*given)
            ask()

        return changed

    vectors = serving._engine.vectors
    monkeypatch.setattr(vectors, "upsert", asking_around(vectors.upsert))
    monkeypatch.setattr(vectors, "remove", asking_around(vectors.remove))
    serving.ingest(show(tmp_path / "pages", 0))
    assert states == [{1}, {1}, {0}, {0}]


def test_an_answer_that_is_read_slowly_stays_of_its_state(serving: Assistant, tmp_path: Path) -> None:
    """Parts of it are made after the articles have changed, and another question runs in between."""
    serving.ingest(show(tmp_path / "pages", 0))
    before = told(serving.ask(QUESTIONS[0]))
    steps = serving.stream(QUESTIONS[0])
    next(steps)
    next(steps)
    serving.ingest(show(tmp_path / "pages", 1))
    assert told(serving.ask(QUESTIONS[0])) != before
    *_, answer = steps
    assert isinstance(answer, Answer)
    assert told(answer)[:2] == before[:2]


class Slow:
    """An embedder that stops before its second batch of documents until it is let go; `order` tells what it was given."""

    name = digest = runtime = "slow"
    dimension = max_tokens = 2

    def __init__(self) -> None:
        self.order: list[str] = []
        self.inside, self.go_on = threading.Event(), threading.Event()

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [1 for _ in texts]

    def embed_documents(
        self, documents: Sequence[Document], progress: Callable[[int], None] | None = None
    ) -> list[Embedded]:
        if self.order == ["8 documents"]:
            self.inside.set()
            assert self.go_on.wait(20)
        self.order.append(f"{len(documents)} documents")
        vectors = [vector_of([float(len(document.text)), 0]) for document in documents]
        return [Embedded(vector, vector[None, :]) for vector in vectors]

    def embed_queries(self, queries: Sequence[str]) -> Vector:
        self.order.append("a question")
        return vector_of([[0, 0]])


def vector_of(values: Any) -> Vector:
    return np.array(values, np.float32)


def test_a_question_goes_before_the_documents_that_wait() -> None:
    slow = Slow()
    lane = Lane()
    documents = [Document("", "x" * (20 - number % 7), ()) for number in range(3 * AT_ONCE)]
    made: list[Embedded] = []
    ingest = threading.Thread(target=lambda: made.extend(QuestionsFirst(slow, lane).embed_documents(documents)))
    ingest.start()
    assert slow.inside.wait(20)
    question = threading.Thread(target=lambda: QuestionsFirst(slow, lane).embed_queries(["?"]))
    question.start()
    while not lane._questions:
        pass
    slow.go_on.set()
    question.join()
    ingest.join()
    assert slow.order == ["8 documents", "8 documents", "a question", "8 documents"]
    assert [one.vector[0] for one in made] == [len(document.text) for document in documents]
