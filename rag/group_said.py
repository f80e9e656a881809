"""What did the ministry, the critics, the EU say? Whoever is no person, and so has no entry in the quotation table: the sentences in
which they say something, or which give something as said by them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from corpus.cues import CUE_EN, CUE_SV
from index.embedding import Vector
from index.fusion import in_units
from index.lexical import FUNCTION_WORDS, stem, stems_of, words
from index.retrieval import Retriever, coverage
from index.store import Store
from rag.context import Passage
from rag.draft import Draft
from rag.question import Question
from rag.quotations import TOPIC_COVERAGE, TOPIC_DENSE
from rag.support import mentions, mentions_all, words_of
from rag.telling import Chosen, Teller

MOST = 3
"""Sentences, as of somebody's quotations on a topic."""
_CUE = rf"(?:{CUE_EN}|{CUE_SV})"
_SAYS = re.compile(
    rf"(?:\s(?:has|have|had|also|already|now|later|therefore|har|hade|redan|också|nu|även|därför)){{0,2}}\s{_CUE}\b",
    re.IGNORECASE,
)
_SAID_BY = re.compile(
    rf"(?:\b(?:according to|enligt)|[,”\"»!?–]\s{_CUE})(?:\s(?:the|a|an|its|their|den|det|de))?\s$", re.IGNORECASE
)
_OF = re.compile(
    r"\s(?:of|from|in|at|for|to|against|on|behind|till|från|av|i|på|för|mot|vid|om|bakom)\s", re.IGNORECASE
)
_WORD = re.compile(r"[^\W_](?:[\w.&-]*\w)?")


def says(group: str, sentence: str) -> bool:
    """Whether `group`, the words of a name but for what hangs on it, is who says something in `sentence`.

    >>> says("commerce ministry", "Beijing's commerce ministry maintains that only military firms are covered.")
    True
    >>> says("ministry", "The ministry's critics say that all firms are.")
    False
    """
    asked = [stems_of(word.casefold()) for word in _WORD.findall(group) if not _is_article(word)]
    told = list(_WORD.finditer(sentence))
    held = [stems_of(match[0].casefold()) for match in told]
    for start in range(len(told) - len(asked) + 1 if asked else 0):
        run = held[start : start + len(asked)]
        if all(not one.isdisjoint(other) for one, other in zip(asked, run, strict=True)):
            before, after = sentence[: told[start].start()], sentence[told[start + len(asked) - 1].end() :]
            if _SAYS.match(after) or _SAID_BY.search(before):
                return True
    return False


def said_by_group(
    question: Question, vector: Vector, passages: Sequence[Passage], store: Store, retriever: Retriever
) -> Draft | None:
    """Sentences of the passages in which whoever `question` asks about says something, on its topic if it has one; None without any."""
    assert question.speaker is not None
    group, *rest = _OF.split(question.speaker, maxsplit=1)
    beside = _content(" ".join((*rest, question.place or "")))
    topic = question.topic
    aim = retriever.embed(topic) if topic else vector
    zero, wanted = retriever.unrelated(aim), retriever.weighted_words(topic or "")
    found: list[tuple[float, Chosen]] = []
    teller = Teller(cache(lambda article_id: store.quotes(article_id=article_id)), question.language)
    for passage in passages:
        article, chunk = passage.hit.article, passage.hit.chunk
        held = words_of(article)
        if not mentions_all(question.named, article) or not all(mentions(word, held) for word in beside):
            continue
        for position, span in enumerate(chunk.sentences):
            text = span.of(article.text)
            if not any(
                says(head, text) and all(mentions(word, held) for word in _content(left))
                for left, head in _heads(group)
            ):
                continue
            near = in_units(float(chunk.sentence_vectors[position] @ aim), zero)
            shared = coverage(wanted, frozenset(stem(words(text), chunk.language)))
            if topic is None or near >= TOPIC_DENSE or shared >= TOPIC_COVERAGE:
                found.append((near, Chosen(article, teller.whole(article, chunk.sentences, position))))
    found.sort(key=lambda one: -one[0])
    best = list(dict.fromkeys(chosen for _, chosen in found))[:MOST]
    return Draft(teller.told(best)) if best else None


def _heads(group: str) -> Iterator[tuple[str, str]]:
    """`Chinese commerce ministry` whole, or what it is: `commerce ministry`, `ministry`, with the rest left. Of a name nothing is left out:
    `Per Strand` is no other Strand."""
    named = group.split()
    for cut in range(len(named)):
        if cut == 0 or any(word.islower() for word in named[cut:]):
            yield " ".join(named[:cut]), " ".join(named[cut:])


def _is_article(word: str) -> bool:
    """`the`, `its`; of a name nothing is one, `May` included."""
    return word in FUNCTION_WORDS or word in {"The", "A", "An", "Den", "Det", "De"}


def _content(text: str) -> list[str]:
    return [word for word in words(text) if word not in FUNCTION_WORDS]
