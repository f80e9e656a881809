"""A language model over questions with known answers, before and after verification: `python -m evals.model_run --help`.

`record` asks a chat model and keeps its words in a JSON Lines file, which takes minutes or hours. `score` puts the kept words through
everything that an answer goes through, as often as the code changes. A draft belongs to the very messages that it answers: where rules,
passages or question have changed since, it is not used, and `record` asks again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import perf_counter

from pydantic import BaseModel, ConfigDict

from corpus.article import Article, Span
from corpus.quotes import find_quotes
from evals.answer_scores import answer_scores
from evals.cases import Case, by_file, drawn
from evals.datasets import load_dataset
from evals.errors import QuestionFailedError, UnrecordedError
from evals.evidence import ArticleOf
from evals.model_faults import FAULTS, Source, Statement, claims, faults, raw_statements, released_statements
from evals.records import append_json_line, read_json_lines
from index.errors import ArticleNotFoundError
from index.rows import StoredQuote
from rag import Assistant, Settings
from rag.answer import AnswerJson, Usage
from rag.chat_model import ChatModel, open_chat_model
from rag.context import MARKER
from rag.model_answer import written_sentences
from rag.model_writer import declines
from rag.settings import EXTRACTIVE, load_settings

Messages = Sequence[tuple[str, str]]
_QUOTATION = re.compile(rf"^(?!\[)(.+) \[({MARKER})\]$", re.MULTILINE)
"""A line of the quotation table."""


class Draft(BaseModel):
    """What a model wrote for one case. `prompt` is the sha256 of its messages; without it the model was not asked, since the articles
    hold nothing. `later` is what it wrote when it was asked again, to translate, by the sha256 of those messages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    case: str
    model: str
    prompt: str | None = None
    text: str = ""
    seconds: float = 0.0
    later: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Material:
    """Questions under a name, and the home that holds their corpus."""

    name: str
    dataset: str
    home: Path
    data: Path | None = None

    def open(self, settings: Settings, model: ChatModel) -> Assistant:
        return Assistant.open(settings.model_copy(update={"home": self.home}), exclusive=False, chat_model=model)

    def cases(self, assistant: Assistant) -> dict[str, Case]:
        """Its questions that need no conversation before them, by name."""
        dataset = load_dataset(self.dataset, self.data)
        placed = by_file(dataset.cases, assistant.articles()) if dataset.paths else dataset.cases
        return {f"{self.name}/{case.id}": case for case in placed if not case.history}


class RecordingModel(ChatModel):
    """Another model; `heard` are the prompt, the words and the seconds of every time that it was asked for one case."""

    def __init__(self, model: ChatModel) -> None:
        self.name = model.name
        self.heard: list[tuple[str, str, float]] = []
        self._recorded = model

    def stream(self, messages: Messages, report: Callable[[Usage], None] = lambda _: None) -> Iterator[str]:
        said, start = "", perf_counter()
        try:
            for piece in self._recorded.stream(messages, report):
                said += piece
                yield piece
        finally:
            self.heard.append((prompt_digest(messages), said, round(perf_counter() - start, 2)))


class ReplayedModel(ChatModel):
    """Says what was recorded for `draft`, word by word. `prompt` is what it was asked last, None where it was not."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.draft = Draft(case="", model=name)
        self.prompt: str | None = None

    def stream(self, messages: Messages, report: Callable[[Usage], None] = lambda _: None) -> Iterator[str]:  # noqa: ARG002 - nothing was counted
        if self.prompt is None:
            if prompt_digest(messages) != self.draft.prompt:
                raise UnrecordedError(f"{self.draft.case} was recorded for other messages.", "Run `record` again.")
            self.prompt = messages[-1][1]
            said = self.draft.text
        else:
            said = self.draft.later.get(prompt_digest(messages), "")
        yield from re.findall(r"\s*\S+|\s+$", said)


@dataclass(frozen=True, slots=True)
class Told:
    """What was told: whether the gold words are in it, how often each fault, and how often it could have been."""

    right: bool
    faults: Counter[str]
    claims: Counter[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A case, what the model wrote to it (None where it was not asked) and what came out. `before` is of the model's own words, `after` of
    the released answer."""

    name: str
    case: Case
    raw: str | None
    answer: AnswerJson
    before: Told
    after: Told

    @property
    def declined(self) -> bool:
        return self.raw is not None and declines(self.raw)

    @property
    def fell_back(self) -> bool:
        return self.raw is not None and not self.answer["refused"] and self.answer["model"] == EXTRACTIVE


def prompt_digest(messages: Messages) -> str:
    return hashlib.sha256(json.dumps([list(message) for message in messages]).encode()).hexdigest()


def read_drafts(file: Path) -> dict[str, Draft]:
    """The last draft of each case."""
    return {draft.case: draft for _, draft in read_json_lines(file, Draft)}


def record(materials: Sequence[Material], file: Path, limit: int | None, settings: Settings, model: ChatModel) -> int:
    """Asks `model` the first `limit` questions of each material that have no draft in `file` yet; gives the number of drafts added."""
    known = set(read_drafts(file)) if file.is_file() else set()
    recording = RecordingModel(model)
    added = 0
    for material in materials:
        with material.open(settings, recording) as assistant:
            for name, case in drawn(list(material.cases(assistant).items()), limit):
                if name in known:
                    continue
                recording.heard.clear()
                notice = assistant.ask(case.question).notice
                prompt, text, seconds = next(iter(recording.heard), (None, "", 0.0))
                later = {digest: said for digest, said, _ in recording.heard[1:]}
                if prompt and not text and notice:
                    raise QuestionFailedError(
                        f"{name}: {notice}", "Mend that and run `record` again: what is there is kept."
                    )
                draft = Draft(case=name, model=model.name, prompt=prompt, text=text, seconds=seconds, later=later)
                append_json_line(file, draft)
                added += 1
    return added


def score(materials: Sequence[Material], file: Path, settings: Settings) -> tuple[list[Asked], list[str]]:
    """Every recorded case before and after verification, and the names of those whose drafts are of other messages."""
    drafts = read_drafts(file)
    model = ReplayedModel(next((draft.model for draft in drafts.values()), "no model"))
    asked: list[Asked] = []
    stale: list[str] = []
    for material in materials:
        with material.open(settings, model) as assistant:
            article_of, quotes = _article_lookup(assistant), assistant.quotes()
            for name, case in material.cases(assistant).items():
                if name not in drafts:
                    continue
                model.draft, model.prompt = drafts[name], None
                try:
                    answer = assistant.ask(case.question).to_dict()
                except UnrecordedError:
                    stale.append(name)
                else:
                    asked.append(_judged(name, case, model, answer, article_of, quotes))
    return asked, stale


def _judged(
    name: str,
    case: Case,
    model: ReplayedModel,
    answer: AnswerJson,
    article_of: ArticleOf,
    quotes: Sequence[StoredQuote],
) -> Asked:
    language = answer["language"]
    released = [] if answer["refused"] else list(released_statements(answer, article_of))
    after = _told(_right(case, answer, article_of), released, language)
    if model.prompt is None:
        return Asked(name, case, None, answer, Told(right=False, faults=Counter(), claims=Counter()), after)
    text = model.draft.text
    written = [] if declines(text) else list(written_sentences([text], language))
    raw: AnswerJson = {**answer, "text": "\n".join(one.text for one in written), "refused": not written}
    statements = list(raw_statements(written, _shown(model.prompt, answer, article_of, quotes)))
    return Asked(name, case, text, answer, _told(_right(case, raw, article_of), statements, language), after)


def _right(case: Case, answer: AnswerJson, article_of: ArticleOf) -> bool:
    """Whether the gold words stand in the answer."""
    held = answer_scores(case, answer, article_of).get("contains_gold")
    return held is not None and held.value == 1.0


def _shown(
    prompt: str, answer: AnswerJson, article_of: ArticleOf, quotes: Sequence[StoredQuote]
) -> dict[str, list[Source]]:
    """The passages and the quotations that stand in the prompt, by their markers."""
    shown = defaultdict[str, list[Source]](list)
    for passage in answer["passages"]:
        article = article_of(passage["article_id"], None)
        text = Span(passage["start"], passage["end"]).of(article.text) if article else ""
        before, found, _ = prompt.partition(text)
        if article and text and found:
            shown[before.splitlines()[-1][1:4]].append(Source.of(article, text))
    for line, marker in _QUOTATION.findall(prompt):
        quoted = next((quote for quote in quotes if quote.text in line), None)
        article = article_of(quoted.article_id, quoted.text_sha256) if quoted else None
        if article and quoted:
            shown[marker].append(Source.of(article, quoted.quote.context.of(article.text)))
    return shown


def _told(right: bool, statements: Sequence[Statement], language: str) -> Told:
    quotes_of = cache(find_quotes)
    counted = [
        sum((count(statement, quotes_of, language) for statement in statements), Counter[str]())
        for count in (faults, claims)
    ]
    return Told(right, *counted)


def _article_lookup(assistant: Assistant) -> ArticleOf:
    @cache
    def article_of(article_id: str, text_sha256: str | None) -> Article | None:
        try:
            return assistant.article(article_id, text_sha256)
        except ArticleNotFoundError:
            return None

    return article_of


def table(asked: Sequence[Asked]) -> Iterator[str]:
    """Counts before and after verification, over the cases that the model was asked; refusals over all."""
    heard = [one for one in asked if one.raw is not None]
    wanted = [one for one in heard if one.case.answerable]
    right = [one for one in wanted if one.before.right]
    kept = [one for one in right if one.after.right]

    def line(label: str, before: object, after: object) -> str:
        return f"{label:44}{before!s:>12}{after!s:>12}"

    yield f"{len(asked)} questions, {len(heard)} put to the model"
    yield line("", "before", "after")
    for fault in FAULTS:
        told = [[one.before for one in heard], [one.after for one in heard]]
        yield line(
            fault, *(f"{sum(x.faults[fault] for x in row)} of {sum(x.claims[fault] for x in row)}" for row in told)
        )
    yield line(f"right answers, of {len(wanted)} answerable", len(right), sum(one.after.right for one in wanted))
    yield line("of those right before, right after", "", f"{len(kept) / len(right):.3f}" if right else "")
    yield line("in the model's words", "", sum(not one.fell_back for one in kept))
    for label, answerable in (("answerable", True), ("unanswerable", False)):
        these = [one for one in asked if one.case.answerable == answerable]
        refused = sum(one.answer["refused"] for one in these)
        yield line(f"refused, of {len(these)} {label}", sum(one.declined for one in these), refused)
    yield line("fell back to the articles' own words", "", sum(one.fell_back for one in heard))


def details(asked: Sequence[Asked]) -> Iterator[str]:
    """Each case with a fault that was released, and each right answer that was lost."""
    for one in asked:
        lost = one.case.answerable and one.before.right and not one.after.right
        if not lost and not one.after.faults:
            continue
        yield f"\n{one.name} {one.case.question}"
        yield f"  {'lost' if lost else dict(one.after.faults)}; gold {[*one.case.contains, *one.case.answers]}"
        yield f"  model: {one.raw}"
        yield from (f"  removed: {removed['text']} ({removed['reason']})" for removed in one.answer["removed"])
        yield f"  answer: {one.answer['text']}"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m evals.model_run", description="A language model before and after verification."
    )
    parser.add_argument("what", choices=("record", "score"))
    parser.add_argument("--drafts", type=Path, required=True, help="JSON Lines file of what the model wrote")
    parser.add_argument(
        "--on",
        nargs="+",
        action="append",
        required=True,
        metavar=("NAME", "DATASET"),
        help="a name of your own, the data set's, the HOME that holds its corpus, and its data FILE unless it is the sample",
    )
    parser.add_argument("--model", help="record: PROVIDER:MODEL; CITERA_MODEL_BASE_URL names another server")
    parser.add_argument("--limit", type=int, help="record: most questions of each")
    given = parser.parse_args(arguments)
    if any(len(words) not in (3, 4) for words in given.on):
        parser.error("--on takes NAME DATASET HOME [FILE]")
    materials = [Material(name, dataset, *map(Path, places)) for name, dataset, *places in given.on]
    settings = load_settings(model=given.model if given.what == "record" else EXTRACTIVE)
    if given.what == "record":
        added = record(materials, given.drafts, given.limit, settings, open_chat_model(settings))
        sys.stdout.write(f"{added} drafts added to {given.drafts}\n")
        return 0
    asked, stale = score(materials, given.drafts, settings)
    sys.stdout.write("\n".join((*table(asked), *details(asked))) + "\n")
    if stale:
        sys.stderr.write(f"{len(stale)} drafts are of other messages and were left out: {', '.join(stale)}\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
