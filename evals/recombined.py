"""Any number of articles out of a few real ones, to see how an index grows: real sentences in new company, invented names.

An article is made of a handful of real paragraphs that do not belong together, or many articles would be near copies of each other. In
each, a quarter of the sentences give way to others of the same language, and half of the names to invented ones, drawn by Zipf's law from
a million: so common words stand in ever more articles, and new words go on coming, as in a real corpus. Each article quotes two persons.
The same number always gives the same article.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from corpus.article import Article, Paragraph, Span, article_id
from corpus.sentences import sentence_spans
from index.embedding import Document, Embedded, Embedder, Vector

NAMES = 1_000_000
OUTLETS = 100
WORDS = 600
"""An article has at least so many, in about five chunks."""
FEWEST = 20
"""Paragraphs of a language that articles are made in."""
NOISE = 0.2
"""Length of what is added to a unit vector: a sentence and its copy with another name have a cosine of about .98."""
_SHORTEST = 3
"""Words of a sentence that may stand anywhere."""

_NAME = re.compile(r"(?<=[a-zåäöæø,;] )[A-ZÅÄÖÆØ][a-zåäöæøé]{2,}")
_SYLLABLES = tuple(start + vowel for start in "b br d f g h j k l m n p r s st t v".split() for vowel in "aeiouy")
_SAID = {
    "en": (
        "said {name}, {role} of {place}",
        (
            "mayor",
            "head coach",
            "chief engineer",
            "finance director",
            "headteacher",
            "police spokesperson",
            "researcher",
        ),
    ),
    "sv": (
        "sade {name}, {role} i {place}",
        (
            "borgmästare",
            "tränare",
            "chefsingenjör",
            "ekonomidirektör",
            "rektor",
            "talesperson",
            "forskare",
            "kommunalråd",
        ),
    ),
}
_GIVEN = "Anna Erik Karin Johan Maria Peter Eva Lars Sofia David Emma Oskar Julia Simon Clara Viktor".split()


@dataclass(frozen=True, slots=True)
class _Base:
    """A real paragraph: its language, sentences, and the row of the first of them among all sentences' vectors."""

    language: str
    sentences: tuple[str, ...]
    row: int


class Recombined:
    """Articles by number, made of `articles`. `rows` says of each sentence handed out since it was cleared which real one it is made of."""

    def __init__(self, articles: Iterable[Article]) -> None:
        bases: list[_Base] = []
        row = 0
        for article in articles:
            for paragraph in article.paragraphs:
                text = paragraph.span.of(article.text)
                sentences = tuple(span.of(text) for span in sentence_spans(text, paragraph.language))
                if any(len(sentence.split()) >= _SHORTEST for sentence in sentences):
                    bases.append(_Base(paragraph.language or "en", sentences, row))
                    row += len(sentences)
        self._bases = tuple(bases)
        of = defaultdict[str, list[_Base]](list)
        for base in bases:
            of[base.language].append(base)
        self._of = {language: held for language, held in of.items() if len(held) >= FEWEST} or dict(of)
        self.rows: dict[str, int] = {}

    @property
    def digest(self) -> str:
        """Names what the articles are made of."""
        texts = "\n".join(sentence for base in self._bases for sentence in base.sentences)
        return hashlib.sha256(texts.encode()).hexdigest()

    def embedded_by(self, embedder: Embedder) -> Vector:
        """The vectors of the real sentences, each read within its paragraph; shape (sentences, dimension)."""
        documents = [_document(base.sentences) for base in self._bases]
        return np.concatenate([embedded.sentences for embedded in embedder.embed_documents(documents)])

    def article(self, number: int) -> Article:
        draw = random.Random(number)  # noqa: S311
        language = draw.choice(sorted(self._of))
        real = self._of[language]
        paragraphs = [self._quotation(language, draw) for _ in range(2)]
        while sum(len(paragraph.split()) for paragraph in paragraphs) < WORDS:
            paragraphs.append(" ".join(self._sentences(draw.choice(real), draw)))
        text = "\n\n".join(paragraphs)
        starts = [0]
        for paragraph in paragraphs:
            starts.append(starts[-1] + len(paragraph) + 2)
        return Article(
            id=article_id(f"recombined:{number}"),
            text=text,
            paragraphs=tuple(
                Paragraph(Span(start, start + len(paragraph)), "body", language)
                for start, paragraph in zip(starts, paragraphs, strict=False)
            ),
            source=f"recombined:{number}",
            title=" ".join(self._sentence(draw.choice(self._of[language]), draw).split()[:8]),
            outlet=f"The {_name(int(OUTLETS ** draw.random()))} Post",
            published=date(2015, 1, 1) + timedelta(days=draw.randrange(3650)),
            language=language,
        )

    def speaker(self, number: int) -> str:
        """Somebody whom an article quotes."""
        match = re.search(r"(?:said|sade) (\w+ \w+), ", self.article(number).text)
        assert match is not None
        return match[1]

    def role(self, number: int) -> str:
        """The office of somebody quoted."""
        return _SAID["en"][1][number % len(_SAID["en"][1])]

    def varied(self, question: str, number: int) -> str:
        """A question with some of its names invented."""
        return _renamed(question, random.Random(number))  # noqa: S311

    def _sentences(self, base: _Base, draw: random.Random) -> Iterator[str]:
        for place, sentence in enumerate(base.sentences):
            if draw.random() < 0.25:
                yield self._sentence(draw.choice(self._of[base.language]), draw)
            else:
                yield self._noted(_renamed(sentence, draw), base.row + place)

    def _sentence(self, base: _Base, draw: random.Random) -> str:
        place = draw.choice([at for at, held in enumerate(base.sentences) if len(held.split()) >= _SHORTEST])
        return self._noted(_renamed(base.sentences[place], draw), base.row + place)

    def _quotation(self, language: str, draw: random.Random) -> str:
        base = draw.choice(self._of[language])
        words = self._sentence(base, draw).replace("“", "").replace("”", "").replace('"', "").rstrip(".!?")
        frame, roles = _SAID.get(language, _SAID["en"])
        said = frame.format(
            name=f"{draw.choice(_GIVEN)} {_drawn_name(draw)}", role=draw.choice(roles), place=_drawn_name(draw)
        )
        return self._noted(f"“{words}”, {said}.", base.row)

    def _noted(self, sentence: str, row: int) -> str:
        self.rows[sentence] = row
        return sentence


class PerturbedEmbedder:
    """Takes the place of `real` while an index is built: instead of reading a sentence it perturbs the vector of the one it is made of.

    Sentences that run together in their new company are given any vector.
    """

    def __init__(self, real: Embedder, corpus: Recombined, vectors: Vector) -> None:
        self.name, self.digest, self.runtime = real.name, real.digest, real.runtime
        self.dimension, self.max_tokens = real.dimension, real.max_tokens
        self.count_tokens: Callable[[Sequence[str]], list[int]] = real.count_tokens
        self.embed_queries: Callable[[Sequence[str]], Vector] = real.embed_queries
        self._corpus = corpus
        self._vectors = vectors
        self._noise = np.random.default_rng(0)

    def embed_documents(
        self, documents: Sequence[Document], progress: Callable[[int], None] | None = None
    ) -> list[Embedded]:
        embedded = [self._embedded(document) for document in documents]
        self._corpus.rows.clear()
        if progress is not None:
            progress(len(documents))
        return embedded

    def _embedded(self, document: Document) -> Embedded:
        known, any_row = self._corpus.rows, int(self._noise.integers(len(self._vectors)))
        rows = [known.get(span.of(document.text), any_row) for span in document.sentences]
        sentences = self._perturbed(self._vectors[rows])
        return Embedded(self._perturbed(sentences.mean(axis=0, keepdims=True))[0], sentences)

    def _perturbed(self, vectors: Vector) -> Vector:
        noise = self._noise.standard_normal(vectors.shape, np.float32) * (NOISE / vectors.shape[1] ** 0.5)
        moved = vectors / np.linalg.norm(vectors, axis=1, keepdims=True) + noise
        return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True), np.float32)


def _document(sentences: Sequence[str]) -> Document:
    starts = [0]
    for sentence in sentences:
        starts.append(starts[-1] + len(sentence) + 1)
    spans = (Span(start, start + len(sentence)) for start, sentence in zip(starts, sentences, strict=False))
    return Document("", " ".join(sentences), tuple(spans))


def _renamed(sentence: str, draw: random.Random) -> str:
    return _NAME.sub(lambda match: _drawn_name(draw) if draw.random() < 0.5 else match[0], sentence)


def _drawn_name(draw: random.Random) -> str:
    return _name(int(NAMES ** draw.random()))


def _name(rank: int) -> str:
    """The name of that rank: few syllables for the frequent ones."""
    syllables = []
    left = rank + len(_SYLLABLES)
    while left:
        left, place = divmod(left, len(_SYLLABLES))
        syllables.append(_SYLLABLES[place])
    return "".join(syllables).capitalize()
