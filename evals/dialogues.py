"""Follow-ups of whole conversations, scored by the answers that they get: `python -m evals.dialogues [FILE]`.

A dialogue is put to the assistant as a person would put it, every turn with the turns and the answers before it, and each follow-up
is right if its answer holds the gold words, or is refused where there is nothing to answer. The same follow-ups are also asked without
any history, and as their author rewrote them to stand alone: what no rewriting gives, and what none can be expected to surpass.

`dialogues.jsonl` was written by somebody who had not read the code, `dialogues_dev.jsonl` is what the rules were made on; both are about
the sample corpus. The rules' first figure on the former, .664, is the honest one: its misses were read then, and three forms mended.

With `--mtrag FOLDER` the rewrites themselves are held against those of MTRAG (see `evals.datasets.mtrag`), in two halves of its
conversations: the rules were made on the first.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from corpus.samples import samples_folder
from evals.answer_scores import answer_scores, exact_match, rewrite_scores
from evals.cases import Case, Filled
from evals.datasets import load_dataset
from evals.records import read_json_lines
from rag import Answer, Assistant, Settings
from rag.conversation import Turn, standalone_question

BLIND = Path(__file__).with_name("questions") / "dialogues.jsonl"

Way = Literal["alone", "history", "rewrite"]
WAYS: dict[Way, str] = {
    "alone": "asked without the history",
    "history": "asked with the history",
    "rewrite": "asked as its author rewrote it",
}


class TurnIn(BaseModel):
    """A question of a dialogue. `rewrite` is the question as its author would put it without the others; all of `contains` must be in
    a right answer; `also` are other articles that carry it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    question: Filled
    rewrite: Filled
    answerable: bool
    article: Filled | None
    contains: tuple[Filled, ...]
    tags: tuple[Filled, ...]
    also: tuple[Filled, ...] = ()


class Dialogue(BaseModel):
    """A line of a file of dialogues."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Filled
    language: Filled
    turns: tuple[TurnIn, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A follow-up, what was asked in its place, and whether the answer was right."""

    dialogue: Dialogue
    turn: TurnIn
    answer: Answer
    right: bool

    @property
    def groups(self) -> tuple[str, ...]:
        return ("all", self.dialogue.language, *self.turn.tags)


def read_dialogues(path: Path) -> tuple[Dialogue, ...]:
    """The dialogues of a JSON Lines file.

    Raises:
        DatasetError: a line is broken.
    """
    return tuple(record for _, record in read_json_lines(path, Dialogue))


def asked(dialogues: Iterable[Dialogue], assistant: Assistant, way: Way) -> Iterator[Outcome]:
    """Every follow-up with its answer."""
    for dialogue in dialogues:
        history: list[Turn] = []
        for number, turn in enumerate(dialogue.turns):
            question = turn.rewrite if way == "rewrite" else turn.question
            answer = assistant.ask(question, history if way == "history" else ())
            history += [Turn("user", turn.question), Turn("assistant", answer.text)]
            if number > 0:
                yield Outcome(dialogue, turn, answer, _is_right(dialogue, turn, answer))


def _is_right(dialogue: Dialogue, turn: TurnIn, answer: Answer) -> bool:
    case = Case(dialogue.id, turn.question, dialogue.language, turn.answerable, contains=turn.contains)
    return answer_scores(case, answer.to_dict(), lambda *_: None)["right"].value == 1


def table(outcomes: dict[Way, Sequence[Outcome]]) -> Iterator[str]:
    """A Markdown row a way with the share of right answers in all and in each group of follow-ups, the groups in the order of their
    size; and how many of those that stand alone by themselves were asked otherwise."""
    counts: dict[str, int] = {}
    for outcome in next(iter(outcomes.values())):
        for group in outcome.groups:
            counts[group] = counts.get(group, 0) + 1
    groups = sorted(counts, key=lambda group: (group != "all", group not in ("en", "sv"), -counts[group]))
    yield f"| | {' | '.join(f'{group} ({counts[group]})' for group in groups)} | changed needlessly |"
    yield f"|---|{'---:|' * (len(groups) + 1)}"
    for way, found in outcomes.items():
        shares = (
            sum(outcome.right for outcome in found if group in outcome.groups) / counts[group] for group in groups
        )
        standing = [one for one in found if exact_match(one.turn.rewrite, one.turn.question, one.dialogue.language)]
        changed = sum(one.answer.standalone_question != one.turn.question for one in standing)
        yield f"| {WAYS[way]} | {' | '.join(f'{share:.3f}' for share in shares)} | {changed} of {len(standing)} |"


def rewrites(folder: Path) -> Iterator[str]:
    """A line a half of MTRAG's conversations: words shared with a person's rewrite, and how many questions were left as they were."""
    halves: dict[str, list[Case]] = {}
    for case in load_dataset("mtrag", folder).cases:
        if case.history:
            conversation = case.id.partition("<::>")[0]
            first = hashlib.sha256(conversation.encode()).digest()[0] % 2 == 0
            halves.setdefault("first" if first else "second", []).append(case)
    for half, cases in sorted(halves.items()):
        for name, standalone in (("as it is", lambda case: case.question), ("rewritten", _rewritten)):
            scores = [
                rewrite_scores(case.question, case.rewrite or "", standalone(case), case.language) for case in cases
            ]
            f1, same = (
                sum(score[key].value for score in scores) / len(scores) for key in ("rewrite_f1", "rewrite_unchanged")
            )
            yield f"MTRAG, {half} half ({len(cases)}), {name}: word F1 {f1:.3f}, unchanged {same:.3f}"


def _rewritten(case: Case) -> str:
    return standalone_question(case.question, case.history)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m evals.dialogues", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("file", type=Path, nargs="?", default=BLIND, help="dialogues about the sample corpus")
    parser.add_argument("--way", action="append", choices=list(WAYS), help="only this one")
    parser.add_argument("--show", action="store_true", help="every follow-up, what was asked for it and how it went")
    parser.add_argument("--mtrag", type=Path, metavar="FOLDER", help="the rewrites of MTRAG instead")
    given = parser.parse_args(arguments)
    if given.mtrag is not None:
        _print(rewrites(given.mtrag))
        return
    dialogues = read_dialogues(given.file)
    outcomes: dict[Way, Sequence[Outcome]] = {}
    with (
        tempfile.TemporaryDirectory() as home,
        Assistant.open(Settings(home=Path(home), model="extractive")) as assistant,
    ):
        assistant.ingest(samples_folder())
        for way in given.way or WAYS:
            outcomes[way] = list(asked(dialogues, assistant, way))
    if given.show:
        for way, found in outcomes.items():
            _print(
                f"{'right' if one.right else 'WRONG'}  {way}  {one.dialogue.id}  {one.turn.question} -> {one.answer.standalone_question}"
                for one in found
            )
    _print(table(outcomes))


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)  # noqa: T201  # what the command is for


if __name__ == "__main__":
    main()
