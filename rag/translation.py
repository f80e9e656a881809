"""A quotation in another language than the answer's, translated by the language model: shown behind it, and marked as a translation.

A translation is no evidence, is never in quotation marks, and is shown only if it agrees with the original in what can be checked: figures,
days, names, offices, denial, harm, length, language, and how near it comes in meaning. Like a paraphrase it is checked, not proved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from time import monotonic

from corpus.language import detect_language
from index.fusion import in_units
from index.retrieval import Retriever
from rag.answer import Usage
from rag.chat_model import ChatModel
from rag.claims import calendar, figures, grave, unnamed, unstated
from rag.contradiction import denies
from rag.errors import ChatModelError
from rag.model_answer import plain_text
from rag.orders import is_order
from rag.prompts import translation

SECONDS = 60.0
"""For all translations of an answer together; a model that says nothing at all is waited for as long as for an answer."""
SHORTEST, LONGEST = 0.5, 2.0
"""Of the original's length in characters. Set, not measured: English and Swedish news differ by far less."""
CLOSE = 5.0
"""Dense units from unrelated text. Of eight quotations of the samples the translations have 5.5 and more, those of the others at most 4.4:
weak evidence."""
QUOTATION_MARKS = '"“”„‟«»″'


class Translator:
    """Translates quotations with a chat model."""

    def __init__(self, model: ChatModel, retriever: Retriever) -> None:
        self._model = model
        self._retriever = retriever

    def translations(
        self, quotations: Sequence[str], language: str, report: Callable[[Usage], None]
    ) -> Iterator[tuple[str, str]]:
        """Each quotation with what the model makes of it in `language`, those left out that it fails at or is too slow for.

        `report` hears what each call took.
        """
        until = monotonic() + SECONDS
        for quotation in dict.fromkeys(quotations):
            counted = [Usage()]
            try:
                text = self._translated(quotation, language, until, counted.append)
            except ChatModelError:
                return
            finally:
                report(counted[-1])
            if monotonic() > until:
                return
            if text and self._is_close(quotation, text):
                yield quotation, text

    def _translated(self, quotation: str, language: str, until: float, report: Callable[[Usage], None]) -> str:
        pieces = self._model.stream(translation(quotation, language), report)
        most = int(LONGEST * len(quotation)) + 200
        return plain_text(_in_time(pieces, until), most).strip(f"{QUOTATION_MARKS} ")

    def _is_close(self, quotation: str, text: str) -> bool:
        vector = self._retriever.embed(quotation)
        return in_units(float(self._retriever.embed(text) @ vector), self._retriever.unrelated(vector)) >= CLOSE


def translation_fault(original: str, text: str, language: str) -> str | None:
    """Why `text`, in `language`, is no translation of `original`, in words for a reader; None if nothing speaks against it."""
    if any(mark in text for mark in QUOTATION_MARKS) or is_order(text):
        return "the translation is more than a translation"
    if detect_language(text) not in {language, None} or text.casefold() == original.casefold():
        return "the translation is in another language than the answer"
    if not SHORTEST * len(original) <= len(text) <= LONGEST * len(original):
        return "the translation leaves something out or adds to it"
    known = figures(text)
    lost = next((figure.text for figure in figures(original) if not figure.stated_by(known)), None)
    lost = lost or next(iter(sorted(calendar(original) - calendar(text))), None) or unnamed(original, text)
    if lost is not None:
        return f"the translation does not hold {lost!r}"
    if denies(original) != denies(text):
        return "one of the quotation and its translation says not, the other does not"
    wrong = unstated(text, original, translated=True) or grave(text, original) or grave(original, text)
    return None if wrong is None else f"the translation: {wrong}"


def _in_time(pieces: Iterator[str], until: float) -> Iterator[str]:
    for piece in pieces:
        if monotonic() > until:
            return
        yield piece
