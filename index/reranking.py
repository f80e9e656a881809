"""The optional second look: a cross-encoder reads the question and each of the best chunks together, and orders them anew."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from index.errors import RerankerNotFoundError

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

RERANKED = 30
"""Chunks that are read again: as many as the search reads sentence by sentence."""
BATCH = 8


class Reranker(Protocol):
    """Judges how well texts answer a question."""

    name: str

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """One score a text, in order; higher is better, and only their order counts."""
        ...


class CrossEncoderReranker:
    """A sentence-transformers cross-encoder, by folder or hub name, loaded when it is first needed.

    Raises:
        RerankerNotFoundError: on first use, if it cannot be loaded.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._model: CrossEncoder | None = None
        self._loading = threading.Lock()

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        with self._loading:
            if self._model is None:
                self._model = _load(self.name)
        pairs = [(question, text) for text in texts]
        return [float(score) for score in self._model.predict(pairs, batch_size=BATCH, show_progress_bar=False)]


def _load(name: str) -> CrossEncoder:
    import transformers
    from sentence_transformers import CrossEncoder

    transformers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()
    try:
        model: CrossEncoder = CrossEncoder(name, device="cpu")
    except (OSError, ValueError) as error:
        raise RerankerNotFoundError(
            f"The reranker {name!r} cannot be loaded ({str(error).splitlines()[0]}).",
            "Name a folder with a sentence-transformers cross-encoder, or one that the Hugging Face hub or its cache holds;"
            " or unset CITERA_RERANKER.",
        ) from error
    if model.num_labels != 1:
        raise RerankerNotFoundError(
            f"{name!r} sorts pairs of texts into {model.num_labels} classes; a reranker gives them one score.",
            "Name a cross-encoder made for ranking, or unset CITERA_RERANKER.",
        )
    return model
