"""MTRAG: conversations whose later questions lean on the earlier ones, with each question as it would stand alone.

The format is that of the folder `mtrag-human/retrieval_tasks/` in the repository IBM/mt-rag-benchmark: for each domain
three files of BEIR query lines with the same ids, `*_questions.jsonl` (all of the person's turns so far, a line each,
opened by `|user|: `), `*_lastturn.jsonl` (the last of them) and `*_rewrite.jsonl` (the last one as a person rewrote it
to stand alone), and `qrels/dev.tsv`. The tasks are those that their authors found answerable, wholly or in part.

The last turn is the question, the turns before it are the history, and the rewrite is the gold `rewrite`. The files
leave out what the assistant said, and some rewrites name what only it had named: no rewriting reaches them all. The
rewrites also put many questions in other words that could stand as they were. Tags say the domain, whether a question
is the `first_turn` or a `follow_up`, and whether it was `kept` by the rewrite (but for case, punctuation and
grammatical articles) or `rewritten`.

Where the domain's corpus lies beside its questions as `corpus.jsonl` or `DOMAIN.jsonl` (the uncompressed file of
`corpora/passage_level/`, whose passages the judgements name), it is searched, and `qrels/` says what should be found.
Without a corpus there is nothing to answer from: only the rewriting can be scored. Domains of both sorts are not mixed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from corpus.article import Article
from evals.answer_scores import exact_match
from evals.cases import Case, Dataset
from evals.datasets.beir import Line, read_corpus, read_judgements, read_lines, split_of
from evals.errors import DatasetError
from evals.records import broken
from rag.conversation import Turn

QUESTIONS, LAST_TURNS, REWRITES = "_questions.jsonl", "_lastturn.jsonl", "_rewrite.jsonl"
TURN = re.compile(r"(?:^|\n)\|(user|agent)\|:")


def load(path: Path) -> Dataset:
    """`path` is one `*_questions.jsonl` with its siblings beside it, or a folder that holds some at any depth.

    Raises:
        DatasetError: a file is missing or broken, a question has no rewrite, the last turns differ from those of the
            conversations, or a judgement names what is not there.
    """
    files = [path] if path.name.endswith(QUESTIONS) else sorted(path.rglob(f"*{QUESTIONS}"))
    if not files:
        raise DatasetError(f"{path}: no *{QUESTIONS} is there.", "Name that file, or a folder that holds some.")
    domains = {file: _read_domain(file) for file in files}
    bare = [file for file, domain in domains.items() if not domain.articles]
    if bare and len(bare) < len(files):
        raise DatasetError(f"{bare[0]} has no corpus beside it, and others have.", "Add it, or name one domain.")
    cases: dict[str, Case] = {}
    for file, domain in domains.items():
        for case in domain.cases:
            if case.id in cases:
                raise broken(file, "", f"the task {case.id!r} is in another of the files, too")
            cases[case.id] = case
    articles = {article.id: article for domain in domains.values() for article in domain.articles.values()}
    return Dataset("mtrag", tuple(cases.values()), articles=tuple(articles.values()))


@dataclass(frozen=True, slots=True)
class _Domain:
    cases: tuple[Case, ...]
    articles: dict[str, Article]


def _read_domain(path: Path) -> _Domain:
    stem = path.name.removesuffix(QUESTIONS)
    name = stem.removeprefix("mtrag_")
    conversations = read_lines(path)
    rewrites = read_lines(path.with_name(f"{stem}{REWRITES}"))
    turns = {task: _turns(line, number, path) for task, (number, line) in conversations.items()}
    _check_last_turns(path.with_name(f"{stem}{LAST_TURNS}"), turns)

    found = [corpus for corpus in (path.with_name("corpus.jsonl"), path.with_name(f"{name}.jsonl")) if corpus.is_file()]
    articles = read_corpus(found[0]) if found else {}
    judged = read_judgements(split_of(path.parent), conversations, articles) if found else {}

    cases = []
    for task, (number, _) in conversations.items():
        if task not in rewrites:
            raise broken(path, f"line {number}", f"{stem}{REWRITES} has no {task!r}")
        rewrite = _turns(rewrites[task][1], rewrites[task][0], path.with_name(f"{stem}{REWRITES}"))[-1].text
        *history, question = turns[task]
        place = "follow_up" if history else "first_turn"
        change = "kept" if exact_match(rewrite, question.text) else "rewritten"
        expected = judged.get(task, {})
        cases.append(
            Case(
                task,
                question.text,
                "en",
                answerable=True,
                articles=tuple(expected),
                grades=tuple(expected.values()),
                rewrite=rewrite,
                tags=(name, place, change),
                history=tuple(history),
            )
        )
    return _Domain(tuple(cases), articles)


def _turns(line: Line, number: int, path: Path) -> list[Turn]:
    """The turns of a conversation that ends with the person's."""
    before, *pieces = TURN.split(line.text)
    turns = [
        Turn("user" if speaker == "user" else "assistant", said.strip())
        for speaker, said in zip(pieces[::2], pieces[1::2], strict=True)
    ]
    if before.strip() or not turns:
        raise broken(path, f"line {number}, text", "it does not begin with |user|:")
    if turns[-1].role != "user" or not turns[-1].text:
        raise broken(path, f"line {number}, text", "it does not end with a question of the user's")
    return turns


def _check_last_turns(path: Path, turns: dict[str, list[Turn]]) -> None:
    if not path.is_file():
        return
    for task, (number, line) in read_lines(path).items():
        if task not in turns:
            raise broken(path, f"line {number}", f"no conversation is {task!r}")
        if _turns(line, number, path)[-1] != turns[task][-1]:
            raise broken(path, f"line {number}", f"the conversation {task!r} ends with another question")
