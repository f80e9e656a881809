"""`citera eval draft` and `accept`: from pages, from a home and from thumbs, typed at a pipe."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpus.article import Article
from corpus.samples import samples_folder
from evals.cases import read_cases
from evals.drafting import read_drafts
from evals.feedback import Judgement, record_feedback
from ui import cli

Citera = Callable[..., tuple[int, str, str]]


@pytest.fixture
def citera(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Citera:
    """`citera(argument, ..., typed="y\\n")` gives the exit code, stdout and stderr; the home is the test's folder."""
    monkeypatch.setenv("CITERA_HOME", str(tmp_path))

    def run(*arguments: object, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["citera", "eval", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        with pytest.raises(SystemExit) as exit_:
            cli.main()
        written = capsys.readouterr()
        assert isinstance(exit_.value.code, int)
        return exit_.value.code, written.out, written.err

    return run


@pytest.fixture
def harbour(index: Any, make_article: Callable[..., Article]) -> Article:
    """An article of the home."""
    article = make_article(
        "/pages/harbour.txt",
        "Lindvik closes its harbour",
        "The harbour in Lindvik closes on Monday for the first time in forty years.",
        "“We have waited for the harbour, and that is enough,” said Maja Horii, \x1b[31mhead of the port.",
        language="en",
    )
    index.builder.ingest_articles([article])
    return article


def test_pages_are_drafted_reviewed_and_gone_on_with(citera: Citera, tmp_path: Path) -> None:
    drafts, cases = tmp_path / "d.jsonl", tmp_path / "c.jsonl"
    assert citera("draft", "--from", samples_folder(), "--out", drafts, "--limit", 8) == (
        *(0, f"8 new drafts in {drafts}\n", ""),
    )
    code, out, _ = citera("accept", drafts, "--out", cases, typed="y\nn\ns\nq\n")
    first = read_drafts(drafts)

    assert code == 0
    assert out.endswith(f"1 cases in {cases}, 1 rejected, 6 to decide\n")
    assert first[0].question in out
    assert f"[[{first[0].contains[0]}]]" in out
    assert "\x1b" not in out
    code, out, _ = citera("accept", drafts, "--out", cases, typed="")
    assert "1 of 6" in out
    assert first[2].question in out
    assert first[0].question not in out
    assert citera("accept", drafts, "--out", cases, "--all")[1] == f"7 cases in {cases}, 1 rejected, 0 to decide\n"
    assert len(read_cases(cases)) == 7


def test_an_edit_is_asked_for_and_checked(citera: Citera, tmp_path: Path) -> None:
    drafts, cases = tmp_path / "d.jsonl", tmp_path / "cases.jsonl"
    citera("draft", "--from", samples_folder(), "--out", drafts, "--limit", 1)
    typed = "e\nWhat did the mayor say?\nno such words\ny\ne\n\nkeeps every school open\ny\n"
    code, out, _ = citera("accept", drafts, typed=typed)
    (case,) = read_cases(cases)

    assert code == 0
    assert "“no such words” does not stand in the passage." in out
    assert (case.question, case.contains) == ("What did the mayor say?", ("keeps every school open",))


def test_a_home_keeps_its_own_drafts_and_cases(citera: Citera, harbour: Article, tmp_path: Path) -> None:
    assert citera("draft", "--limit", 1)[1] == f"1 new drafts in {tmp_path / 'evals' / 'drafts.jsonl'}\n"
    _, out, _ = citera("accept", typed="y\n")

    assert "What did Maja Horii say about the harbour?" in out
    assert "\x1b" not in out
    assert [case.articles for case in read_cases(tmp_path / "evals" / "cases.jsonl")] == [("harbour",)]


def test_thumbs_become_drafts_that_are_decided_at_review(citera: Citera, harbour: Article, tmp_path: Path) -> None:
    answer = {"text": "It closes.", "refused": False, "language": "en", "model": "m", "settings_digest": "s"}
    sought = {"passages": [{"article_id": harbour.id, "start": 0, "end": 74}]}
    judged = {"question": "When does it close?", "answer": answer | sought, "verdict": "down", "note": "Which day?"}
    record_feedback(tmp_path, Judgement.model_validate(judged))
    out_file = tmp_path / "thumbs.jsonl"

    assert citera("draft", "--from-feedback", "--out", out_file)[1] == f"1 new drafts in {out_file}\n"
    assert "0 cases" in citera("accept", out_file, "--all")[1]
    _, out, _ = citera("accept", typed="e\nWhen does the harbour close?\nMonday\ny\n1\n")
    (case,) = read_cases(tmp_path / "evals" / "cases.jsonl")

    assert "note: Which day?" in out
    assert "answered: It closes." in out
    assert (case.question, case.contains, case.answerable) == ("When does the harbour close?", ("Monday",), True)
    assert harbour.text[case.spans[0].start : case.spans[0].end] == "Monday"


def test_a_home_without_articles_is_one_line(citera: Citera, tmp_path: Path) -> None:
    code, out, err = citera("draft")

    assert (code, out) == (1, "")
    assert err.count("\n") == 1
    assert "holds no articles" in err
    assert citera("draft", "--from", tmp_path / "nowhere")[0] == 2
    assert citera("draft", "--from-feedback", "--model", "openai:x")[0] == 2


def test_own_questions_are_run_on_the_home_by_default(
    citera: Citera, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import evals

    asked: dict[str, Any] = {}

    def run_dataset(name: str, **how: Any) -> evals.RunResult:
        asked.update(how, name=name)
        return evals.RunResult(name, how["out"], {"n": 1})

    monkeypatch.setattr(evals, "run_dataset", run_dataset)
    citera("run", "mine.jsonl", "--out", tmp_path / "o")
    assert (asked["name"], asked["data"]) == ("mine.jsonl", tmp_path)
    citera("run", "mine.jsonl", "--data", "pages", "--out", tmp_path / "o")
    assert asked["data"] == Path("pages")
    citera("run", "sample", "--out", tmp_path / "o")
    assert asked["data"] is None
