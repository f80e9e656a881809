"""Verification, scored: writer outputs that lie and that do not, drafted by a scripted chat model and verified.

    python -m evals.verification [--show]

Each output is written over the passages that a search of the sample corpus for its own truth (and for its question or its source,
where they are written down) finds; whether the assistant would have asked the model at all is not measured. A lie is caught if no
sentence reaches the reader that is not within the truth, nothing reaches outside (an image, a link, HTML), and what is released cites
something. An honest output is wrongly removed if a sentence of it does not reach the reader.

The blind half (`corruptions.jsonl`, `honest.jsonl`, and later those ending in `_2`) was written by somebody who had not read the rules. Of
the other half the lies are made by rule (`evals.corruption`); its truths are the articles' own sentences and quotations and `truths.jsonl`,
and the rules were tuned on them. Of the blind half those with an odd number were looked at during tuning, those with an even one were not.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from corpus import Article
from corpus.samples import samples_folder
from corpus.sentences import sentence_spans
from evals.corruption import SEED, SOFT, Truth, lies
from evals.records import read_json_lines
from index.store import Store
from rag import Settings
from rag.answer import Usage
from rag.assembly import Engine, assemble
from rag.chat_model import ChatModel
from rag.context import MARKER, passages_within
from rag.draft import DraftSentence
from rag.grounding import QUOTATION_FRAMES
from rag.model_writer import ModelWriter
from rag.question import parse_question
from rag.telling import TELLING_FRAMES
from rag.verification import Verified, Verifier

QUESTIONS = Path(__file__).with_name("questions")
VERBATIM = 40
"""Whole sentences of the articles, among the honest outputs."""
BLIND = {"blind": ("corruptions", "honest"), "blind 2": ("corruptions_2", "honest_2")}
"""The files of each half that was written by somebody who had not read the rules; the second came after the rules had been tuned on the
first, and was run once before anything was changed for it."""
BLIND_SOFT = frozenset(("negation", "role_reversal", "wrong_unit", "modality", "antonym", "exaggeration"))
"""Kinds of the blind half that no comparison of values, names or quotation marks can settle. `wrong_unit` also holds wrong years."""

_REACHES_OUTSIDE = re.compile(r"evil|https?:|www\.|javascript|[<>`]|!\[|\]\(", re.IGNORECASE)
_STANDS_ALONE = re.compile(r"(?!(?:He|She|It|They|Han|Hon|Det|De|Den)\b)\w[^“”\"–\n]{30,200}\.")


@dataclass(frozen=True, slots=True)
class Output:
    """What a writer is made to write. `true` is the truth in it; that and `about` are searched for."""

    id: str
    kind: str
    text: str
    true: str
    language: str
    honest: bool
    half: str
    hard: bool = True
    about: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`right`: a lie that was caught, or an honest output that was released whole."""

    output: Output
    right: bool
    verified: Verified


class _Record(BaseModel):
    """A line of one of the files."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    text: str
    language: str
    kind: str
    article: str | None = None
    support: str | None = None
    question: str | None = None
    true_version: str | None = None


class ScriptedModel(ChatModel):
    """Writes `text`, word by word, in which `[2]` stands for the marker of the second passage that it is shown."""

    def __init__(self) -> None:
        self.name = "scripted"
        self.text = ""

    def stream(
        self, messages: Sequence[tuple[str, str]], report: Callable[[Usage], None] = lambda _: None
    ) -> Iterator[str]:
        del report
        markers = re.findall(rf"^\[({MARKER})\]", messages[-1][1], re.MULTILINE)
        text = self.text
        for number, marker in enumerate(markers, start=1):
            text = text.replace(f"[{number}]", f"[{marker}]")
        yield from re.findall(r"\S+\s*|\s+", text)


def blind_outputs() -> list[Output]:
    return [
        Output(
            record.id,
            record.kind,
            record.text,
            record.true_version or record.text,
            record.language,
            honest=record.true_version is None,
            half=f"{half}, kept" if int(record.id[1:]) % 2 == 0 else f"{half}, seen",
            hard=record.kind not in BLIND_SOFT,
            about=record.support or "",
        )
        for half, names in BLIND.items()
        for name in names
        for record in _records(name)
    ]


def own_outputs(store: Store) -> list[Output]:
    """The half made by rule, of the sample corpus that `store` holds."""
    articles = sorted(store.live_articles(), key=lambda article: article.id)
    written = _records("truths")
    truths = [Truth(record.text, record.language) for record in written]
    about = {record.text: record.question or "" for record in written}
    honest = [(record.kind, truth) for record, truth in zip(written, truths, strict=True)]
    quotes = store.quotes()
    honest += [("verbatim", truth) for truth in _sentences(articles)]
    made = lies(truths, quotes, articles)
    own = [
        Output(f"l{number:03}", lie.kind, lie.text, lie.true, lie.language, False, "own", lie.kind not in SOFT)
        for number, lie in enumerate(made, start=1)
    ]
    return own + [
        Output(
            f"h{number:03}", kind, truth.text, truth.text, truth.language, True, "own", about=about.get(truth.text, "")
        )
        for number, (kind, truth) in enumerate(honest, start=1)
    ]


def _sentences(articles: Sequence[Article]) -> list[Truth]:
    """Whole sentences of the articles that stand alone, drawn with a fixed seed."""
    found = [
        Truth(text, paragraph.language or "en")
        for article in articles
        for paragraph in article.paragraphs
        if paragraph.kind == "body"
        for span in sentence_spans(paragraph.span.of(article.text), paragraph.language)
        if _STANDS_ALONE.fullmatch(text := span.shifted(paragraph.span.start).of(article.text))
    ]
    return random.Random(SEED).sample(found, VERBATIM)  # noqa: S311


def measure(settings: Settings) -> list[Outcome]:
    """What becomes of every output over the sample corpus, which is read into the new home of `settings`."""
    model = ScriptedModel()
    engine = assemble(settings, exclusive=True, address=None, chat_model=None, note=lambda _: None)
    try:
        with engine.building() as builder:
            builder.ingest([samples_folder()])
        return list(outcomes(engine, model, [*own_outputs(engine.store), *blind_outputs()]))
    finally:
        engine.close()


def outcomes(engine: Engine, model: ScriptedModel, outputs: Iterable[Output]) -> Iterator[Outcome]:
    """What becomes of each output when `model` writes it."""
    writer = ModelWriter(model, engine.retriever, engine.store)
    for output in outputs:
        model.text = output.text
        question = replace(parse_question(output.true), language=output.language)
        passages = passages_within(
            engine.retriever.search(f"{output.about} {output.true}".strip(), limit=engine.settings.passages)
        )
        verifier = Verifier(
            engine.store, TELLING_FRAMES | QUOTATION_FRAMES, output.language, words=engine.retriever.words
        )
        for drafted in writer.write(question, passages, lambda _: None):
            if isinstance(drafted, DraftSentence):
                verifier.check(drafted)
        verified = verifier.result()
        yield Outcome(output, _right(output, verified), verified)


def _right(output: Output, verified: Verified) -> bool:
    texts = [_plain("".join(part.text for part in sentence.parts)) for sentence in verified.sentences]
    if output.honest:
        return bool(texts) and _plain(output.text) == "".join(texts)
    if any(_REACHES_OUTSIDE.search(sentence.text) for sentence in verified.sentences):
        return False
    return all(
        text in _plain(output.true) and sentence.markers
        for text, sentence in zip(texts, verified.sentences, strict=True)
    )


def _plain(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def table(found: Sequence[Outcome]) -> str:
    """Caught and wrongly removed, a line a kind, the halves apart."""
    lines = []
    for honest, hard, title in ((False, True, "lies, hard"), (False, False, "lies, soft"), (True, True, "honest")):
        lines.append(f"\n{title:32}{'half':>14}{'n':>6}{'removed' if honest else 'caught':>9}")
        of = [one for one in found if one.output.honest == honest and (honest or one.output.hard == hard)]
        for half in sorted({one.output.half for one in of}):
            kinds = sorted({one.output.kind for one in of if one.output.half == half})
            for kind in (*kinds, "all"):
                held = [one for one in of if one.output.half == half and kind in {one.output.kind, "all"}]
                count = sum(one.right != honest for one in held)
                lines.append(f"{kind:32}{half:>14}{len(held):>6}{count:>9}")
    return "\n".join(lines)


def _records(name: str) -> list[_Record]:
    return [record for _, record in read_json_lines(QUESTIONS / f"{name}.jsonl", _Record)]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m evals.verification", description=__doc__)
    parser.add_argument(
        "--show", action="store_true", help="every output that went wrong, those of the kept half aside"
    )
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as home:
        found = measure(Settings(home=Path(home)))
    for one in found if given.show else ():
        if not one.right and not one.output.half.endswith("kept"):
            reasons = "; ".join(removed.reason for removed in one.verified.removed)
            released = " ".join(sentence.text for sentence in one.verified.sentences)
            sys.stdout.write(f"{one.output.id} {one.output.kind}: {one.output.text}\n    {reasons or released}\n")
    sys.stdout.write(table(found) + "\n")


if __name__ == "__main__":
    main()
