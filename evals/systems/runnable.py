"""A LangChain `Runnable`, or anything else with its `invoke`: a chain in somebody's own Python. LangChain is not imported here.

What comes out may be a text, a message, a list of documents (a retriever's), a dictionary with `answer` (or `output`, `result`,
`text`) and `context` (or `documents`, `source_documents`), or one with the fields of `SystemReply`. The metadata of a document
name its article in `article_id`; `start` and `end` say where it stands there, else its text is looked for.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from pydantic import ValidationError
from rich.progress import Progress

from corpus.article import Article
from evals.cases import Dataset
from evals.errors import QuestionFailedError
from evals.run_folder import digest_of
from evals.systems.corpus_file import articles_of
from evals.systems.foreign import ForeignHolding
from evals.systems.memory import peak_mb
from evals.systems.replies import SystemReply, fault_of
from evals.systems.system import Facts
from rag.conversation import Turn

TEXT_KEYS = ("answer", "output", "result", "text")
DOCUMENT_KEYS = ("context", "documents", "source_documents")


class Invokable(Protocol):
    """What is used of a `Runnable`."""

    def invoke(self, given: Any, /) -> Any: ...


def the_question(question: str, history: Sequence[Turn]) -> object:  # noqa: ARG001 - others use the history
    """What most chains take: the question as it is."""
    return question


@dataclass(frozen=True, slots=True)
class RunnableSystem:
    """A chain under a name of its own. `build` makes it of the corpus; one that has the corpus is `lambda _: chain`.

    `given` makes what the chain is invoked with, such as `{"input": ..., "chat_history": ...}`. A chain that hangs hangs the run.
    """

    name: str
    build: Callable[[Sequence[Article]], Invokable]
    given: Callable[[str, Sequence[Turn]], object] = the_question

    @contextmanager
    def hold(self, dataset: Dataset, out: Path, progress: Progress) -> Iterator[ForeignHolding]:  # noqa: ARG002 - the protocol's signature
        out.mkdir(parents=True, exist_ok=True)
        articles = articles_of(dataset)
        facts = Facts(
            {"runnable": self.name}, digest_of([self.name]), "unknown", "unknown", {"articles": len(articles)}
        )
        yield ForeignHolding(articles, _Transport(self.build(articles), self), self.name, facts)


class _Transport:
    def __init__(self, chain: Invokable, system: RunnableSystem) -> None:
        self._chain = chain
        self._system = system

    def ask(self, question: str, history: Sequence[Turn]) -> SystemReply:
        given = self._system.given(question, history)
        try:
            said = self._chain.invoke(given)
        except Exception as error:
            raise self._failed(f"{type(error).__name__}: {' '.join(str(error).split())[:400]}") from error
        try:
            return SystemReply.model_validate(_fields(said))
        except ValidationError as error:
            raise self._failed(fault_of(error)) from error
        except _UnreadableError as error:
            raise self._failed(str(error)) from error

    def search(self, question: str, limit: int) -> SystemReply:
        reply = self.ask(question, ())
        return SystemReply(passages=reply.passages[:limit], error=reply.error)

    def peak_memory_mb(self) -> float | None:
        return peak_mb(os.getpid())

    def _failed(self, why: str) -> QuestionFailedError:
        return QuestionFailedError(
            f"{self._system.name} gave no answer: {why}.", "Mend the chain, or what it gives back."
        )


class _UnreadableError(Exception):
    """What a chain gave is of no kind that is known."""


def _fields(said: Any) -> Mapping[str, Any]:
    if isinstance(said, str):
        return {"text": said}
    if isinstance(said, SystemReply):
        return said.model_dump()
    if isinstance(said, list):
        return {"passages": [_passage(document) for document in said]}
    if isinstance(said, Mapping):
        if said.keys() <= SystemReply.model_fields.keys():
            return said
        text = next((said[key] for key in TEXT_KEYS if key in said), None)
        documents: list[Any] = next((said[key] for key in DOCUMENT_KEYS if isinstance(said.get(key), list)), [])
        if text is None and not documents:
            raise _UnreadableError(f"a dictionary with {', '.join(map(str, said))}, none of which is read")
        words = {} if text is None else _fields(text)
        return {**words, "passages": [_passage(document) for document in documents]}
    if isinstance(text := getattr(said, "content", None), str):
        return {"text": text}
    raise _UnreadableError(f"{type(said).__name__} is neither text, message, documents nor a dictionary")


def _passage(document: Any) -> dict[str, Any]:
    metadata = getattr(document, "metadata", None)
    if not isinstance(metadata, Mapping) or "article_id" not in metadata:
        raise _UnreadableError(f"{type(document).__name__} without metadata that name its article_id")
    known = {key: metadata[key] for key in ("article_id", "start", "end", "score") if key in metadata}
    return {**known, "text": getattr(document, "page_content", None)}
