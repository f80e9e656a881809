"""Dialogues, put to an assistant turn by turn and scored by their answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpus.article import Article
from evals.dialogues import BLIND, WAYS, asked, main, read_dialogues, table
from evals.errors import DatasetError

FERRY = "The ferry Petrel leaves the harbour at noon. The ferry Petrel carries twenty cars."


def dialogue(**changed: Any) -> dict[str, Any]:
    """`When does the ferry leave the harbour?`, `how many cars?`, `thanks`."""
    turns: list[dict[str, Any]] = [
        {"question": "When does the ferry leave the harbour?", "contains": ["noon"], "tags": ["first"]},
        {"question": "how many cars?", "contains": ["twenty"], "tags": ["ellipsis"], **changed},
        {"question": "thanks", "contains": [], "tags": ["thanks"]},
    ]
    rewrites = [turns[0]["question"], "How many cars does the ferry Petrel carry?", "thanks"]
    rest = [
        {"rewrite": rewrite, "answerable": bool(turn["contains"]), "article": "a"}
        for rewrite, turn in zip(rewrites, turns, strict=True)
    ]
    return {"id": "d1", "language": "en", "turns": [{**more, **turn} for more, turn in zip(rest, turns, strict=True)]}


@pytest.fixture
def ferry(fake: Any) -> Any:
    fake.model = "fake"
    fake.ingest_articles([Article("a", FERRY, (), "a")])
    return fake


def test_each_follow_up_is_asked_in_its_way(ferry: Any, write: Callable[[str, object], Path]) -> None:
    dialogues = read_dialogues(write("d.jsonl", json.dumps(dialogue())))
    outcomes = {way: list(asked(dialogues, ferry, way)) for way in WAYS}

    standalone = {way: [outcome.answer.standalone_question for outcome in found] for way, found in outcomes.items()}
    assert standalone["alone"] == ["how many cars?", "thanks"]
    assert standalone["rewrite"] == ["How many cars does the ferry Petrel carry?", "thanks"]
    assert standalone["history"][0] == "When does the ferry leave the harbour? how many cars?"
    right = {way: [outcome.right for outcome in found] for way, found in outcomes.items()}
    assert right == {"alone": [False, True], "history": [False, False], "rewrite": [True, True]}
    head, _, *rows = table(outcomes)
    assert head == "| | all (2) | en (2) | ellipsis (1) | thanks (1) | changed needlessly |"
    assert rows[1] == "| asked with the history | 0.000 | 0.000 | 0.000 | 0.000 | 1 of 1 |"
    assert rows[2] == "| asked as its author rewrote it | 1.000 | 1.000 | 1.000 | 1.000 | 0 of 1 |"


def test_the_packaged_dialogues_can_be_read() -> None:
    for file, fewest in ((BLIND, 110), (BLIND.with_name("dialogues_dev.jsonl"), 40)):
        dialogues = read_dialogues(file)
        assert sum(len(one.turns) - 1 for one in dialogues) >= fewest
        assert all(bool(turn.contains) is turn.answerable for one in dialogues for turn in one.turns)


def test_a_line_that_says_something_unknown_is_refused(write: Callable[[str, object], Path]) -> None:
    with pytest.raises(DatasetError, match=r"line 1, turns\.1\.mood"):
        read_dialogues(write("d.jsonl", json.dumps(dialogue(mood="glum"))))


def test_the_rewrites_are_held_against_mtrag_s(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    turns = {
        "c0<::>2": ("When did it open?", "When did the harbour open?"),
        "c6<::>2": ("Where is it?", "Where is it?"),
    }
    asked = {task: f"|user|: Who owns the harbour?\n|user|: {question}" for task, (question, _) in turns.items()}
    for name, lines in (
        ("questions", asked),
        ("rewrite", {task: f"|user|: {full}" for task, (_, full) in turns.items()}),
    ):
        text = "\n".join(json.dumps({"_id": task, "text": line}) for task, line in lines.items())
        (tmp_path / f"mtrag_x_{name}.jsonl").write_text(text)

    main(["--mtrag", str(tmp_path)])

    printed = capsys.readouterr().out.splitlines()
    assert printed[:2] == [
        "MTRAG, first half (1), as it is: word F1 0.750, unchanged 1.000",
        "MTRAG, first half (1), rewritten: word F1 1.000, unchanged 0.000",
    ]
    assert printed[2] == "MTRAG, second half (1), as it is: word F1 1.000, unchanged 1.000"
