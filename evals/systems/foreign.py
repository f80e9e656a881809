"""A system that is not ours, holding a corpus: what it says is timed, checked and put into our form."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter
from typing import Protocol

from corpus.article import Article
from evals.cases import Case
from evals.errors import QuestionFailedError
from evals.retrieval_scores import DEPTH
from evals.systems.replies import Reader, SystemReply
from evals.systems.system import Facts, Reply
from rag.conversation import Turn


class Transport(Protocol):
    """The way to a foreign system. Both verbs raise `QuestionFailedError` where nothing usable comes back."""

    def ask(self, question: str, history: Sequence[Turn]) -> SystemReply: ...

    def search(self, question: str, limit: int) -> SystemReply: ...

    def peak_memory_mb(self) -> float | None: ...


class ForeignHolding:
    """A foreign system that has been given `articles`."""

    def __init__(self, articles: Sequence[Article], transport: Transport, name: str, facts: Facts) -> None:
        self.articles = articles
        self.facts = facts
        self._by_id = {article.id: article for article in articles}
        self._transport = transport
        self._reader = Reader(self._by_id, name, facts.settings_digest)

    def article_of(self, article_id: str, text_sha256: str | None) -> Article | None:
        article = self._by_id.get(article_id)
        return article if article and text_sha256 in (None, article.text_sha256) else None

    def warm_up(self, question: str) -> None:
        """Nothing: what it would cost is not known."""

    def ask(self, case: Case, *, search_only: bool) -> Reply:
        """The time is that of the whole way there and back."""
        start = perf_counter()
        try:
            said = (
                self._transport.search(case.question, DEPTH)
                if search_only
                else self._transport.ask(case.question, case.history)
            )
            if said.error is not None:
                raise QuestionFailedError(f"The system says that it failed: {said.error[:400]}.", "See its own log.")
        except QuestionFailedError as error:
            failed = None if search_only else self._reader.failure(case, error.what)
            return Reply(failed, (), (perf_counter() - start) * 1000, failed=error.what)
        took = (perf_counter() - start) * 1000
        found = self._reader.found(said)
        return Reply(None if search_only else self._reader.answer(case, said, found), found, took)

    def peak_memory_mb(self) -> float | None:
        return self._transport.peak_memory_mb()
