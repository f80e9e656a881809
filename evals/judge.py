"""A language model as judge of a finished run: is each answer correct, and do its citations carry it?

Optional, and no better than its agreement with people: give `labels` to measure that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict
from rich.console import Console
from rich.progress import Progress

from evals.agreement import agreement
from evals.cases import drawn
from evals.errors import DatasetError, RunFolderError
from evals.judge_prompts import JUDGE_PROMPT_VERSION, correct_messages, faithful_messages
from evals.judgements import (
    AGREEMENT_FILE,
    FILE,
    JUDGED,
    Finding,
    Judgement,
    MeasuredAgreement,
    counting,
    key_of,
    read_judgements,
    write_judgements,
)
from evals.records import broken, read_json_lines
from evals.run_folder import Row, read_rows, read_run, write_file
from rag import Settings
from rag.chat_model import ChatModel, open_chat_model
from rag.conversation import Turn

if TYPE_CHECKING:
    from evals.resampling import Interval

MAX_CHARACTERS = 4_000
"""A judge that goes on past this is stopped."""
_VERDICT = re.compile(r"\bverdict\W{0,8}(?:is\W{1,8})?(yes|no)\b", re.IGNORECASE)
_FIRST_WORD = re.compile(r"\W{0,3}(yes|no)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Judged:
    """Shares of `yes`, by what was judged, how many answers got no verdict, and the agreement with people if measured."""

    model: str
    shares: dict[str, Interval]
    without: dict[str, int]
    measured: MeasuredAgreement | None

    def lines(self) -> list[str]:
        """For a person, a sentence each."""
        said = [
            f"judged {name}: {share.mean:.3f} ({share.low:.3f}–{share.high:.3f}) of {share.n:,} answers"
            + (f", no verdict on {self.without[name]}" if self.without[name] else "")
            for name, share in self.shares.items()
        ]
        if self.measured is None:
            return [*said, f"How far {self.model} agrees with people is not measured; --labels measures it."]
        return [*said, *(f"{name}: {self.model} {one.said}" for name, one in self.measured.agreement.items())]


def judge(
    folder: Path,
    *,
    settings: Settings,
    labels: Path | None = None,
    limit: int | None = None,
    opening: Callable[[Settings], ChatModel] = open_chat_model,
) -> Judged:
    """Has the model of `settings` judge the answers of a finished run, and writes what it says into the run's folder.

    An answer that it has judged already is not put to it again. Refusals are not judged. With `labels`, a JSON Lines
    file of `{"id", "right": true or false}` (and `"faithful"`, and the `"answer"` that was labelled, to be sure that it is
    the same), only the answers in it are judged, and compared with it. `limit` draws answers with a fixed seed.

    Raises:
        RunFolderError: the folder holds no finished run, or one without answers.
        DatasetError: the labels are broken, or not of this run.
        UnknownModelError, ChatModelError: the judge cannot be asked; what it has judged so far is kept.
    """
    read_run(folder)
    rows = read_rows(folder)
    answered = [row for row in rows if row.answer is not None and not row.answer["refused"]]
    if not answered:
        raise RunFolderError(f"{folder} holds no answers to judge.", "Run `citera eval run` there with answers.")
    people = _read_labels(labels, answered) if labels else None
    chosen = drawn([row for row in answered if people is None or row.id in people], limit)
    _judge_all(folder, chosen, settings, opening)
    counted = counting(folder, rows)
    judged = [counted[row.id] for row in chosen]
    measured = _agreement(people, judged, settings.model) if people else None
    if measured:
        write_file(folder / AGREEMENT_FILE, measured.model_dump_json(indent=2) + "\n")
    return _summary(settings.model, judged, measured)


class Label(BaseModel):
    """A person's judgement of one answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    right: bool
    faithful: bool | None = None
    answer: str | None = None

    @property
    def labels(self) -> dict[str, bool | None]:
        return {"correct": self.right, "faithful": self.faithful}


def _read_labels(path: Path, answered: Iterable[Row]) -> dict[str, Label]:
    texts = {row.id: row.answer["text"] for row in answered if row.answer is not None}
    labels: dict[str, Label] = {}
    for number, label in read_json_lines(path, Label):
        if label.id not in texts:
            raise broken(path, f"line {number}", f"the run has no answer to {label.id!r}")
        if label.id in labels:
            raise broken(path, f"line {number}", f"the id {label.id!r} comes a second time")
        if label.answer is not None and label.answer != texts[label.id]:
            raise broken(path, f"line {number}", f"the run's answer to {label.id!r} is not the one labelled")
        labels[label.id] = label
    if not labels:
        raise DatasetError(f"{path} holds no labels.", 'Write a line an answer: {"id": "...", "right": true}.')
    return labels


def _judge_all(folder: Path, rows: Sequence[Row], settings: Settings, opening: Callable[[Settings], ChatModel]) -> None:
    """Judges the rows that this judge has not judged yet; its judgements become the last in the file."""
    judge_is = (settings.model, JUDGE_PROMPT_VERSION)
    stored = read_judgements(folder)
    known = {one.key for one in stored}
    new = [row for row in rows if key_of(row, *judge_is) not in known]
    write_judgements(folder, sorted(stored, key=lambda one: (one.model, one.prompt_version) == judge_is))
    if not new:
        return
    model = opening(settings)
    with (
        Progress(console=Console(stderr=True)) as progress,
        (folder / FILE).open("a", encoding="utf-8") as file,
    ):
        for row in progress.track(new, description="judging"):
            file.write(f"{_judgement(row, model, settings.model).model_dump_json()}\n")
            file.flush()


def _judgement(row: Row, model: ChatModel, name: str) -> Judgement:
    assert row.answer is not None
    text, citations = row.answer["text"], row.answer["citations"]
    turns = [*row.history, Turn("user", row.question)]
    question = "\n".join(f"{turn.role}: {turn.text}" for turn in turns) if row.history else row.question
    sources = [
        " | ".join(filter(None, (one["title"], one["speaker"], one["published"], one["quote"]))) for one in citations
    ]
    return Judgement(
        id=row.id,
        key=key_of(row, name, JUDGE_PROMPT_VERSION),
        model=name,
        prompt_version=JUDGE_PROMPT_VERSION,
        correct=_finding(model, correct_messages(question, row.gold_words, text)) if row.gold_words else None,
        faithful=_finding(model, faithful_messages(sources, text)) if sources else None,
    )


def _finding(model: ChatModel, messages: Sequence[tuple[str, str]]) -> Finding:
    written = ""
    for piece in model.stream(messages):
        written += piece
        if len(written) > MAX_CHARACTERS:
            break
    return Finding(verdict=verdict_in(written), why=" ".join(written.split()))


def verdict_in(written: str) -> bool | None:
    """The last verdict in a judge's words, else the yes or no that they open with."""
    stated = [match[1] for match in _VERDICT.finditer(written)][-1:] or [
        match[1] for match in [_FIRST_WORD.match(written)] if match
    ]
    return stated[0].lower() == "yes" if stated else None


def _agreement(people: Mapping[str, Label], judged: Sequence[Judgement], model: str) -> MeasuredAgreement:
    found = {}
    for name in JUDGED:
        both = [(people[one.id].labels.get(name), one.findings.get(name)) for one in judged]
        labelled = [(label, finding.verdict) for label, finding in both if label is not None and finding is not None]
        pairs = [(label, verdict) for label, verdict in labelled if verdict is not None]
        if pairs:
            found[name] = agreement(pairs, without=len(labelled) - len(pairs))
    return MeasuredAgreement(model=model, prompt_version=JUDGE_PROMPT_VERSION, agreement=found)


def _summary(model: str, judged: Sequence[Judgement], measured: MeasuredAgreement | None) -> Judged:
    from evals.resampling import intervals

    found = [one.findings for one in judged]
    verdicts = [{name: float(one.verdict) for name, one in both.items() if one.verdict is not None} for both in found]
    without = {name: sum(name in both and both[name].verdict is None for both in found) for name in JUDGED}
    return Judged(model, intervals(verdicts), without, measured)
