"""One embedding at a time, questions first: what keeps a server answering while it ingests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Condition

from index.embedding import Document, Embedded, Embedder, Vector

AT_ONCE = 8
"""Documents that a question waits for at most: about half a second on two cores."""


class Lane:
    """What may be embedded now. A document is let in when nothing is being embedded and no question waits."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._taken = False
        self._questions = 0

    @contextmanager
    def for_question(self) -> Iterator[None]:
        with self._changed:
            self._questions += 1
            self._changed.wait_for(lambda: not self._taken)
            self._questions -= 1
            self._taken = True
        with self._leaving():
            yield

    @contextmanager
    def for_documents(self) -> Iterator[None]:
        with self._changed:
            self._changed.wait_for(lambda: not self._taken and not self._questions)
            self._taken = True
        with self._leaving():
            yield

    @contextmanager
    def _leaving(self) -> Iterator[None]:
        try:
            yield
        finally:
            with self._changed:
                self._taken = False
                self._changed.notify_all()


class QuestionsFirst:
    """An embedder behind a lane, that embeds few documents at once. Several may share the lane."""

    def __init__(self, embedder: Embedder, lane: Lane) -> None:
        self._embedder = embedder
        self._lane = lane
        self.name, self.digest, self.runtime = embedder.name, embedder.digest, embedder.runtime
        self.dimension, self.max_tokens = embedder.dimension, embedder.max_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._embedder.count_tokens(texts)

    def embed_documents(
        self, documents: Sequence[Document], progress: Callable[[int], None] | None = None
    ) -> list[Embedded]:
        by_length = sorted(range(len(documents)), key=lambda position: len(documents[position].text))
        results: dict[int, Embedded] = {}
        for start in range(0, len(by_length), AT_ONCE):
            places = by_length[start : start + AT_ONCE]
            with self._lane.for_documents():
                embedded = self._embedder.embed_documents([documents[place] for place in places])
            results |= dict(zip(places, embedded, strict=True))
            if progress is not None:
                progress(len(results))
        return [results[position] for position in range(len(documents))]

    def embed_queries(self, queries: Sequence[str]) -> Vector:
        with self._lane.for_question():
            return self._embedder.embed_queries(queries)
