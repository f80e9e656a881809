"""The writer that asks a language model. It proposes; `rag.verification` decides what of it is released."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from index.retrieval import Retriever
from rag.answer import Usage
from rag.chat_model import ChatModel
from rag.context import Passage
from rag.draft import DraftSentence, Records
from rag.errors import ChatModelError
from rag.grounding import ground
from rag.model_answer import written_sentences
from rag.prompts import NO_ANSWER, messages
from rag.question import Question
from rag.quotation_table import quotation_table

_DECLINES = re.compile(
    rf"[\W_]*(?:{NO_ANSWER}\b|(?:sorry|unfortunately|tyvärr)\b"
    r"|(?:the|these|none of the) (?:provided |given )?(?:passages|articles|texts) (?:do|does)(?: not\b|n['’]t\b)"
    r"|(?:passagerna|artiklarna|texterna) (?:ger|innehåller|nämner|säger|svarar) (?:inte|inget|ingen|inga)\b"
    r"|(?:there is|det finns) (?:no|ingen|inget) information)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Declined:
    """The model says that the passages do not answer the question."""


class ModelWriter:
    """Drafts sentences with a chat model, from the passages and quotations it is shown."""

    def __init__(self, model: ChatModel, retriever: Retriever, records: Records) -> None:
        self._model = model
        self._retriever = retriever
        self._records = records

    @property
    def name(self) -> str:
        return self._model.name

    def write(
        self,
        question: Question,
        passages: Sequence[Passage],
        report: Callable[[Usage], None],
        told: Sequence[DraftSentence] = (),
    ) -> Iterator[DraftSentence | Declined]:
        """Draft sentences as the model completes them; one `Declined`, and nothing after it, if it opens with a refusal.

        `told` are somebody's words as the extractive writer tells them: the model is shown these to copy, and of the passages those that
        hold them. `report` is that of `ChatModel.stream`.

        Raises:
            ChatModelError: the provider fails, or no sentence came; what was drafted before stands.
        """
        quotations = quotation_table(question.text, told, passages, self._records)
        quoted = {quotation.marker for quotation in quotations}
        shown = [passage for passage in passages if not quotations or passage.marker in quoted]
        pieces = self._model.stream(messages(question, shown, quotations), report)
        number = 0
        for number, written in enumerate(written_sentences(pieces, question.language), start=1):
            if number == 1 and declines(written.text):
                yield Declined()
                return
            yield ground(written, question.language, passages, self._retriever, quotations)
        if number == 0:
            raise ChatModelError(f"{self.name} wrote no sentence.", "Ask again, or name another model.")


def declines(text: str) -> bool:
    """Whether what a model wrote opens with a refusal."""
    return _DECLINES.match(text) is not None
