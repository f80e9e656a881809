"""The report of an evaluation is in the page's language, and in files in English."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from evals import compare, report, run_html, runs_folder
from evals.run_folder import Row, Run, finish
from evals.score import HEADLINE
from tests.ui.sentences import ROOT, Module, calls
from ui.swedish_report import REPORT, report_in
from ui.texts import EN, SV

SWEDISH = {"Accept-Language": "sv"}
HEADINGS = ("Scores", "When to trust it", "Time", "By tag", "What went wrong", "What was run")
LABELS = (
    "Gold",
    "Answer",
    "Because",
    "Expected",
    "Before it",
    "Asked as",
    "Citations",
    "Passages",
    "Removed",
    "Settings",
    "Corpus",
)
"""Of the report in English; `Index` and `System` are the same in both."""


def told() -> Iterator[str]:
    """Every sentence that the report's modules give to `say`, and every reason of a score."""
    places = {f"evals/{name}.py" for name in ("report_html", "plots", "answer_scores", "retrieval_scores")}
    for call in calls():
        if call.place.partition(":")[0] in places and call.name in ("say", "Score"):
            yield from (said for said in call.arguments[0 if call.name == "say" else 1] if any(map(str.isalpha, said)))
    yield from HEADLINE.values()
    kinds = Module.of(ROOT / "evals/report.py").functions["_failures"]
    strings = (node.value for node in ast.walk(kinds) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    yield from (
        words for words in strings if words[:1].isupper() and words.count(" ") > 1 and not words.startswith("What")
    )


TOLD = sorted(set(told()))


@pytest.mark.parametrize("sentence", TOLD)
def test_every_sentence_of_a_report_has_swedish_words(sentence: str) -> None:
    found = REPORT.found(sentence)

    assert found is not None, f"give it a form in ui/swedish_report.py: {sentence}"
    assert [word for word in found[1] if any(map(str.isalpha, word)) and word not in REPORT.names] == []
    assert all(hole in report_in(SV)(sentence) for hole in re.findall("⟦.⟧", sentence))
    assert report_in(EN)(sentence) == sentence


def test_the_sentences_are_found() -> None:
    assert {*HEADINGS, "answerable, answered", "Refused, though an article answers it", "⟦1⟧ words"} <= {*TOLD}


def test_the_page_s_report_is_swedish_and_its_file_english(client: Any, assistant: Any, tmp_path: Path) -> None:
    folder = runs_folder(assistant.home) / "rich"
    folder.mkdir(parents=True)
    write_rich_run(folder)
    swedish = unescape(client.get("/evaluations?a=rich", headers=SWEDISH).text)
    english = unescape(client.get("/evaluations?a=rich").text)

    for heading in HEADINGS:
        assert re.search(rf">{heading}</h2>", english), heading
        assert f">{heading}</h2>" not in swedish
    for label in LABELS:
        assert re.search(rf">{label}[:<]", english), label
        assert not re.search(rf">{label}[:<]", swedish), label
    for words in (
        "När man kan lita på det",
        "Vad som gick fel",
        "89 % av frågorna besvarades, 38 % av dem fel",
        "Besvarades, och inte rätt: 3",
        "contains_gold 0.00: innehåller inget av",
    ):
        assert words in swedish
    for data in ("Pier 1 opened in 1913.", "recall@5", "ndcg@10", "When did pier 1 open?"):
        assert data in swedish
        assert data in english
    assert 'lang="en"' in swedish.split("Pier 1 opened")[0][-120:]
    assert '<section lang="en">' not in swedish

    written = report(folder)
    assert ">Scores</h2>" in written.html.read_text()
    assert "resultat" not in written.html.read_text().lower() + written.markdown.read_text().lower()
    assert run_html(folder) == run_html(folder, report_in(EN))


def test_two_runs_side_by_side_are_told_in_swedish(client: Any, assistant: Any, write_runs: Any) -> None:
    write_runs(assistant.home)
    page = unescape(client.get("/evaluations?a=before&b=after", headers=SWEDISH).text)
    caption = compare(*(runs_folder(assistant.home) / name for name in ("before", "after"))).caption

    assert caption.startswith("Of ")
    assert caption not in page
    assert "en skillnad; av så många kan slumpen ensam visa" in page
    for words in ("Because", ">Answer<", "milliseconds", "share of questions answered"):
        assert words not in page
    problem = client.get("/evaluations?a=before&b=elsewhere", headers=SWEDISH).text
    assert "sökte i olika samlingar. Jämför körningar på samma samling." in problem


def test_a_judge_s_words_stay_as_they_are() -> None:
    say = report_in(SV)
    assert say("m with prompts 3 on 12 answers") == "m med anvisningarna 3 på 12 svar"
    assert say("it asks") == "det är en fråga"
    assert say("A tag of a data set") == "A tag of a data set"


def write_rich_run(folder: Path) -> None:
    """A run with something to say in every part of its report."""

    def row(number: int) -> Row:
        wrong = number < 3
        citation = {"marker": 1, "title": "Harbour", "speaker": None, "quote": "It opened in 1913."}
        passage = {"article_id": "a1", "start": 0, "end": 9, "score": 7.5 - number, "found_by": ["dense", "lexical"]}
        answer = {
            **{
                "text": f"Pier {number} opened in 191{3 if wrong else 2}.",
                "refused": number == 5,
                "refusal_reason": "no_support",
            },
            **{"standalone_question": "Which?", "citations": [citation], "passages": [passage]},
            **{"removed": [{"text": "It sank.", "reason": "no source text carries it"}], "timings_ms": {"search": 4.0}},
        }
        scores = {
            "right": float(not wrong and number != 5),
            "contains_gold": float(not wrong),
            "recall@5": 1.0,
            "ndcg@10": 1.0,
        }
        why = dict.fromkeys(scores, "holds none of ['1912']") | {"recall@5": "expected at rank 1 of 5 articles found"}
        return Row.model_validate(
            {
                **{"id": f"q{number}", "case": f"c{number}", "key": "k", "question": f"When did pier {number} open?"},
                **{"language": "en", "answerable": True, "expected": ("a1",), "tags": ("fact",), "speaker": "Ann Lee"},
                **{"gold_words": ("1912",), "gold": (), "found": (), "query_ms": 9.0 + number, "workers": 2},
                **{"history": ({"role": "user", "text": "Hello?"},), "scores": scores, "why": why, "answer": answer},
            }
        )

    facts = {
        "dataset": "sample",
        "n": 9,
        "retrieval_only": False,
        "corpus": "c",
        "index": "i",
        "cases": "q",
        "settings": {"k": 1},
    }
    facts |= {"code": "x", "settings_digest": "s", "versions": {}, "machine": {"cores": 2}}
    run = Run.model_validate(facts | {"finished": datetime(2026, 1, 2, tzinfo=UTC)})
    finish(folder, run, [row(number) for number in range(9)], {}, [])
