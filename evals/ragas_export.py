"""A run as a data set that ragas reads (https://docs.ragas.io, `EvaluationDataset`), for its metrics beside ours.

    citera eval export DIR          # writes DIR/ragas.jsonl

and, where ragas is installed (Citera does not need it; tried with ragas 0.4.3, which wants langchain-community<0.4):

    from ragas import EvaluationDataset, evaluate
    from ragas.metrics import NonLLMStringSimilarity

    dataset = EvaluationDataset.from_jsonl("DIR/ragas.jsonl")
    print(evaluate(dataset, metrics=[NonLLMStringSimilarity()]))

A line has the question as it was searched for (`user_input`), the answer or the refusal (`response`), the texts of the
passages that it was sought in (`retrieved_contexts`), and the gold words (`reference`); where nothing answers the question,
the reference is Citera's refusal.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from corpus.article import Span
from evals.answer_scores import MARKERS
from evals.errors import RunFolderError
from evals.run_folder import ArticleText, Row, read_rows, read_run, read_texts, write_file
from rag.refusals import REFUSALS


def export_ragas(folder: Path) -> Path:
    """Writes the answered and refused questions of a finished run as `ragas.jsonl` into its folder.

    Raises:
        RunFolderError: the folder holds no finished run, or one without answers.
    """
    read_run(folder)
    texts = read_texts(folder)
    lines = [json.dumps(_sample(row, texts), ensure_ascii=False) for row in read_rows(folder) if row.answer is not None]
    if not lines:
        raise RunFolderError(f"{folder} holds no answers.", "Run `citera eval run` there with answers.")
    path = folder / "ragas.jsonl"
    write_file(path, "".join(f"{line}\n" for line in lines))
    return path


def _sample(row: Row, texts: Mapping[str, ArticleText]) -> dict[str, str | list[str]]:
    assert row.answer is not None
    refusal = REFUSALS[row.answer["language"]]["no_support"]
    return {
        "user_input": row.answer["standalone_question"],
        "response": MARKERS.sub("", row.answer["text"]),
        "retrieved_contexts": [
            Span(passage["start"], passage["end"]).of(texts[passage["article_id"]].text)
            for passage in row.answer["passages"]
            if passage["article_id"] in texts
        ],
        "reference": " / ".join(row.gold_words) if row.answerable else refusal,
    }
