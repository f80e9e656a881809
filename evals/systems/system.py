"""What a run asks: any system behind two small protocols, Citera and others alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from rich.progress import Progress

from corpus.article import Article
from evals.cases import Case, Dataset
from evals.evidence import Place
from rag.answer import AnswerJson


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of one case: the answer in Citera's public form (None where only searched) and what was found, best first.

    `failed` says why a system gave nothing that could be used.
    """

    answer: AnswerJson | None
    found: tuple[Place, ...]
    query_ms: float
    failed: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What `run.json` says of a system. A stored answer is used again while settings, index and code stay the same."""

    settings: Mapping[str, Any]
    settings_digest: str
    index: str
    code: str
    counts: Mapping[str, int]
    machine: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)


class Holding(Protocol):
    """A system that holds the corpus of one data set."""

    @property
    def facts(self) -> Facts: ...

    @property
    def articles(self) -> Sequence[Article]: ...

    def article_of(self, article_id: str, text_sha256: str | None) -> Article | None: ...

    def warm_up(self, question: str) -> None:
        """Makes ready what the first question would otherwise wait for, and asks no model that may have to be paid."""
        ...

    def ask(self, case: Case, *, search_only: bool) -> Reply:
        """Never raises for what the system does: a question that fails is a `Reply` that says so."""
        ...

    def peak_memory_mb(self) -> float | None:
        """The most that its process held, in MiB, once it is closed; None where that cannot be known."""
        ...


class System(Protocol):
    """Something that can be given a corpus and asked."""

    @property
    def name(self) -> str: ...

    def hold(self, dataset: Dataset, out: Path, progress: Progress) -> AbstractContextManager[Holding]:
        """Gives it the data set's corpus; what it keeps lies in `out/home`."""
        ...
