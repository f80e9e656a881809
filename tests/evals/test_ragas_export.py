from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from evals import RunFolderError, export_ragas
from evals.run_folder import ArticleText, Row, Run, finish
from rag.refusals import REFUSALS

TEXT = "The harbour opened in 1912. It closed in 1950."


def test_a_run_becomes_samples_of_ragas(
    tmp_path: Path, make_row: Callable[..., Row], make_run: Callable[..., Run]
) -> None:
    passages = [
        {"article_id": "a1", "start": 28, "end": 46},
        {"article_id": "a1", "start": 0, "end": 27},
        {"article_id": "gone", "start": 0, "end": 1},
    ]
    answer = {"text": "In 1912. [1]", "standalone_question": "When did it open?", "language": "en", "citations": []}
    answer["passages"] = passages
    rows = [
        make_row(1, {}, question="When?", gold_words=("1912",), answer=answer),
        make_row(2, {}, answerable=False, answer=answer | {"passages": []}),
        make_row(3, {}),
    ]
    finish(tmp_path, make_run(rows), rows, {}, [ArticleText(article_id="a1", title=None, text=TEXT)])
    written = export_ragas(tmp_path)
    first, second = [json.loads(line) for line in written.read_text("utf-8").splitlines()]

    assert written == tmp_path / "ragas.jsonl"
    assert first == {
        "user_input": "When did it open?",
        "response": "In 1912.",
        "retrieved_contexts": ["It closed in 1950.", "The harbour opened in 1912."],
        "reference": "1912",
    }
    assert second["reference"] == REFUSALS["en"]["no_support"]


def test_a_run_without_answers_is_an_error(
    tmp_path: Path, make_row: Callable[..., Row], make_run: Callable[..., Run]
) -> None:
    rows = [make_row(1, {})]
    finish(tmp_path, make_run(rows), rows, {}, [])

    with pytest.raises(RunFolderError, match="holds no answers"):
        export_ragas(tmp_path)
