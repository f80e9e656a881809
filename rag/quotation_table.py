"""The quotations that a language model is shown when it is asked for somebody's words, so that it copies them and does not retell them.

They are those that the extractive writer found and would tell itself, a line each: `Iwao Horii, State Minister: “We are ...” [bkd]`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.article import Article, Span
from rag.context import Passage, marker_for
from rag.draft import DraftSentence, MetadataPart, Records, SourcePart
from rag.orders import orders


@dataclass(frozen=True, slots=True)
class Quotation:
    """A line of the table. `told` is the quotation as the extractive writer tells it, `context` the sentence that it stands in.

    `marker` is that of the passage that holds it, or one of its own.
    """

    marker: str
    told: DraftSentence
    article: Article
    context: Span

    @property
    def line(self) -> str:
        """Speaker, office and words, without outlet and date."""
        return "".join(part.text for part in self.told.parts[: self._end])

    def is_copied(self, text: str) -> bool:
        """Whether `text` is the line, with or without office, outlet and date; punctuation aside."""
        speaker = self.told.parts[0].text
        words = next(part.text for part in self.told.parts if isinstance(part, SourcePart))
        return _letters(text) in {_letters(self.line), _letters(self.told.text), _letters(speaker + words)}

    @property
    def _end(self) -> int:
        source = next(place for place, part in enumerate(self.told.parts) if isinstance(part, SourcePart))
        return source + 2 if self.told.parts[source - 1].text.endswith("“") else source + 1


def quotation_table(
    question: str, told: Sequence[DraftSentence], passages: Sequence[Passage], records: Records
) -> list[Quotation]:
    """The quotations among what the extractive writer tells, in its order, without those that are an order to a language model."""
    table: list[Quotation] = []
    for sentence in told:
        evidence = next((part.evidence for part in sentence.parts if isinstance(part, SourcePart)), None)
        if evidence is None or evidence.speaker is None or not isinstance(sentence.parts[0], MetadataPart):
            continue
        article = records.article(evidence.article_id, evidence.text_sha256)
        context = next(
            quote.quote.context
            for quote in records.quotes([evidence.speaker], article.id)
            if evidence.same_text(quote) and evidence.span in (quote.span, quote.quote.context)
        )
        if any(map(context.overlaps, orders(article, context))):
            continue
        taken = [*(passage.marker for passage in passages), *(quotation.marker for quotation in table)]
        holding = (passage.marker for passage in passages if _holds(passage, article, evidence.span))
        marker = next(holding, None) or marker_for(article, evidence.span, question, taken)
        table.append(Quotation(marker, sentence, article, context))
    return table


def _holds(passage: Passage, article: Article, span: Span) -> bool:
    return passage.hit.article_id == article.id and passage.hit.span.contains(span)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
