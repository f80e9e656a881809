"""What a writer proposes: sentences of typed parts, each with the evidence it is claimed to rest on. Nothing here is verified."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol

from corpus.article import Article, Span
from index.rows import StoredQuote
from index.stories import Copy
from rag.answer import PartKind, Refusal

Field = Literal["speaker", "role", "title", "outlet", "published"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a part is claimed to come from. For a quotation, `speaker` is whose it is claimed to be."""

    article_id: str
    text_sha256: str
    span: Span
    speaker: str | None = None

    def same_text(self, other: Evidence | StoredQuote) -> bool:
        """Whether the other is of the same version of the same article."""
        return (self.article_id, self.text_sha256) == (other.article_id, other.text_sha256)


@dataclass(frozen=True, slots=True)
class SourcePart:
    """Words claimed to be verbatim."""

    kind: ClassVar[PartKind] = "source"
    text: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class MetadataPart:
    """A field of the evidence's record: `text` is how it is to be shown."""

    kind: ClassVar[PartKind] = "metadata"
    text: str
    field: Field
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class FramePart:
    """Fixed words between the others."""

    kind: ClassVar[PartKind] = "frame"
    text: str


@dataclass(frozen=True, slots=True)
class ParaphrasePart:
    """Words of a language model's own."""

    kind: ClassVar[PartKind] = "paraphrase"
    text: str


@dataclass(frozen=True, slots=True)
class AskedPart:
    """Words of the question, to say of whom nothing was found. With frames alone it makes a sentence that rests on no source."""

    kind: ClassVar[PartKind] = "asked"
    text: str


DraftPart = SourcePart | MetadataPart | FramePart | ParaphrasePart | AskedPart


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence as a writer proposes it. `carried_by` are the source sentences claimed to carry its paraphrase, the main one first."""

    parts: tuple[DraftPart, ...]
    carried_by: tuple[Evidence, ...] = ()

    @property
    def text(self) -> str:
        return "".join(part.text for part in self.parts)

    @property
    def says_only_of_whom(self) -> bool:
        """Whether it says of whom nothing was found, and rests on no source."""
        return {part.kind for part in self.parts} == {"asked", "frame"}


@dataclass(frozen=True, slots=True)
class Draft:
    """What a writer proposes: sentences to be verified, or the reason why there is no answer.

    `quotations` says that they are somebody's words, asked for and taken from the quotation table. `nearest` are sentences shown beside a
    refusal, which answer nothing; `support` is by how much a line of `rag.support` was passed or missed.
    """

    sentences: tuple[DraftSentence, ...] = ()
    refusal: Refusal | None = None
    quotations: bool = False
    nearest: tuple[DraftSentence, ...] = ()
    support: float | None = None


class Records(Protocol):
    """Where claims are checked: the store."""

    def article(self, article_id: str, text_sha256: str | None = None) -> Article: ...

    def copies(self, article: Article) -> list[Copy]: ...

    def quotes(self, speakers: Sequence[str] | None = None, article_id: str | None = None) -> list[StoredQuote]: ...
