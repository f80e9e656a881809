"""The writer that needs no model: it answers with the corpus' own sentences and quotations, or refuses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.embedding import Embedder, Vector
from index.filters import SearchFilters
from index.retrieval import Retriever
from index.store import Store
from rag.context import Passage
from rag.digest import DIGEST_CHUNKS, digest
from rag.draft import Draft
from rag.facts import Facts
from rag.group_said import said_by_group
from rag.question import Question
from rag.quotations import Asked, Quotations
from rag.settings import EXTRACTIVE, Settings
from rag.telling import Chosen
from rag.what_said import WhatSaid
from rag.who_said import WhoSaid


class ExtractiveWriter:
    """Writes drafts from one index."""

    name = EXTRACTIVE

    def __init__(self, store: Store, retriever: Retriever, embedder: Embedder, settings: Settings) -> None:
        self._store = store
        self._retriever = retriever
        self._quotations = Quotations(store, retriever, embedder)
        self._what_said = WhatSaid(self._quotations, settings.max_quotes)
        self._who_said = WhoSaid(self._quotations, settings.max_quotes)
        self._facts = Facts(store, retriever, embedder, settings.max_words)

    def write(
        self, question: Question, vector: Vector, passages: Sequence[Passage], filters: SearchFilters | None = None
    ) -> Draft:
        """A draft for `question`, whose unit vector is `vector`, from the quotation table and `passages`.

        `filters` narrow whose articles' quotations count; the passages have been narrowed already.
        """
        if self._store.chunk_count() == 0:
            return Draft(refusal="nothing_indexed")
        condition = self._retriever.condition(filters)
        if condition is not None and self._store.accepted(condition, 0) is not None:
            return Draft(refusal="filtered_out")
        if question.kind == "digest":
            return self._digest(question, filters)
        asked = Asked(question, vector, filters, condition)
        draft = None
        if question.kind == "quote":
            draft = self._what_said.draft(asked)
        elif question.kind == "who_said":
            draft = self._who_said.draft(asked)
        if draft is not None and draft.refusal and question.polar:
            told = self._facts.draft(question, vector, passages)
            return draft if told.refusal else told
        if draft is not None and draft.refusal == "speaker_unknown":
            if said := said_by_group(question, vector, passages, self._store, self._retriever):
                return said
            return replace(draft, nearest=self._facts.nearest(question, vector, passages))
        return draft or self._facts.draft(question, vector, passages)

    def _digest(self, question: Question, filters: SearchFilters | None) -> Draft:
        """What is happening with Z?"""
        assert question.topic is not None
        vector = self._retriever.embed(question.topic)
        hits = self._retriever.search_vector(question.topic, vector, filters, DIGEST_CHUNKS)
        named = [name for name in question.named if name in question.topic]
        lines = digest(hits, question.topic, named, vector, self._retriever)
        if not lines:
            return Draft(refusal="no_support")
        teller = self._quotations.teller(question)
        chosen = [Chosen(line.article, teller.whole(line.article, line.sentences, line.position)) for line in lines]
        return Draft(teller.told(chosen, "always"))
