"""A judge model's words become judgements; its agreement with people is measured. The models are scripted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel

from evals import DatasetError, Judged, RunFolderError, compare, judge, report
from evals.agreement import agreement
from evals.judge import verdict_in
from evals.judgements import read_judged_rows, read_judgements
from evals.run_folder import Row, Run, finish
from rag import Settings
from rag.chat_model import ChatModel
from rag.errors import ChatModelError

JUDGE = "openai:judge"
YES, NO, LOST = "It says so. VERDICT: yes", "It does not.\nVERDICT: no", "I would rather not say."


def said(text: str, *quotes: str, refused: bool = False) -> dict[str, Any]:
    citation = {"title": "Harbour", "speaker": None, "published": None, "marker": 1}
    return {
        **{"text": text, "refused": refused, "language": "en", "standalone_question": "?", "passages": []},
        **{"removed": [], "refusal_reason": None},
        "citations": [citation | {"quote": quote} for quote in quotes],
    }


@pytest.fixture
def folder(tmp_path: Path, make_row: Callable[..., Row], make_run: Callable[..., Run]) -> Path:
    """A run of two answers with gold, one without, and a refusal."""
    rows = [
        make_row(1, {"right": 1.0}, gold_words=("1912",), answer=said("In 1912.", "It opened in 1912.")),
        make_row(2, {"right": 0.0}, gold_words=("1950",), answer=said("In 1951.", "It closed in 1951.")),
        make_row(3, {"right": 0.0}, answerable=False, answer=said("Nils.", "It opened in 1912.")),
        make_row(4, {"right": 0.0}, gold_words=("x",), answer=said("I found nothing.", refused=True)),
    ]
    return finished(tmp_path / "run", rows, make_run)


def finished(folder: Path, rows: Sequence[Row], make_run: Callable[..., Run]) -> Path:
    folder.mkdir(exist_ok=True)
    finish(folder, make_run(list(rows)), rows, {}, [])
    return folder


class Bench:
    """Hands out a judge that says what is scripted, in order; `shown` is what it was shown."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.opened = 0

    def __call__(self, settings: Settings) -> ChatModel:
        self.opened += 1
        return self.scripted

    def says(self, *words: str) -> Bench:
        shown, script = self.shown, iter(words)

        class Scripted(ChatModel):
            def stream(self, messages: Sequence[tuple[str, str]], report: Any = None) -> Iterator[str]:
                shown.append("\n".join(text for _, text in messages))
                found = next(script, None)
                if found is None:
                    raise ChatModelError("The judge fell silent.", "Ask again.")
                yield from found

        self.scripted = Scripted(JUDGE, FakeListChatModel(responses=["unused"]))
        return self


@pytest.fixture
def judged(folder: Path) -> Callable[..., tuple[Judged, Bench]]:
    """`judged(words, ...)`: the run judged by a model that says that, with other arguments by name."""

    def run(*words: str, **changed: Any) -> tuple[Judged, Bench]:
        bench = Bench().says(*words)
        return judge(folder, settings=Settings(model=JUDGE), opening=bench, **changed), bench

    return run


def labels(folder: Path, *lines: dict[str, Any] | str) -> Path:
    path = folder.parent / "labels.jsonl"
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    return path


def test_each_answer_is_judged_against_its_gold_and_its_sources(
    judged: Callable[..., tuple[Judged, Bench]], folder: Path
) -> None:
    """Two questions for an answer with gold and citations, one for that without gold, none for the refusal."""
    found, bench = judged(YES, YES, NO, YES, LOST)

    assert "1912" in bench.shown[0]
    assert "In 1912." in bench.shown[0]
    assert "It opened in 1912." not in bench.shown[0]
    assert "It opened in 1912." in bench.shown[1]
    assert len(bench.shown) == 5
    assert {name: (share.mean, share.n) for name, share in found.shares.items()} == {
        "correct": (0.5, 2),
        "faithful": (1.0, 2),
    }
    assert found.without == {"correct": 0, "faithful": 1}
    first, _, third = read_judgements(folder)
    assert first.correct is not None
    assert (first.correct.verdict, first.correct.why) == (True, YES)
    assert (first.model, first.prompt_version) == (JUDGE, "1")
    assert third.correct is None
    assert third.faithful is not None
    assert (third.faithful.verdict, third.faithful.why) == (None, LOST)


def test_a_follow_up_is_judged_with_the_turns_before_it(
    tmp_path: Path, make_row: Callable[..., Row], make_run: Callable[..., Run]
) -> None:
    turns = ({"role": "user", "text": "Tell me about the harbour."},)
    row = make_row(1, {}, question="When?", history=turns, gold_words=("1912",), answer=said("In 1912."))
    bench = Bench().says(YES)
    judge(finished(tmp_path / "run", [row], make_run), settings=Settings(model=JUDGE), opening=bench)

    assert "user: Tell me about the harbour.\nuser: When?" in bench.shown[0]


def test_nothing_is_judged_twice_until_the_answer_changes(
    judged: Callable[..., tuple[Judged, Bench]],
    folder: Path,
    make_row: Callable[..., Row],
    make_run: Callable[..., Run],
) -> None:
    judged(YES, YES, NO, YES, NO)
    again, bench = judged()
    assert bench.opened == 0
    assert again.shares["correct"].mean == 0.5

    changed = make_row(1, {"right": 1.0}, gold_words=("1912",), answer=said("In the year 1912.", "It opened in 1912."))
    finished(folder, [changed], make_run)
    assert "judged_correct" not in read_judged_rows(folder)[0].scores
    _, bench = judged(NO, YES)
    assert len(bench.shown) == 2
    assert read_judged_rows(folder)[0].scores["judged_correct"] == 0


def test_a_judge_that_breaks_off_keeps_what_it_said(judged: Callable[..., tuple[Judged, Bench]], folder: Path) -> None:
    with pytest.raises(ChatModelError):
        judged(YES, YES, NO)
    assert [one.id for one in read_judgements(folder)] == ["q1"]

    assert len(judged(NO, YES, NO)[1].shown) == 3


def test_another_judge_counts_from_then_on_and_the_first_is_kept(
    judged: Callable[..., tuple[Judged, Bench]], folder: Path
) -> None:
    judged(YES, YES, YES, YES, YES)
    other = Bench().says(NO, NO, NO, NO, NO)
    judge(folder, settings=Settings(model="openai:other"), opening=other)

    assert read_judged_rows(folder)[0].scores["judged_correct"] == 0
    assert len(read_judgements(folder)) == 6
    judged()
    assert read_judged_rows(folder)[0].scores["judged_correct"] == 1


def test_judgements_are_scores_of_the_report_and_the_comparison(
    judged: Callable[..., tuple[Judged, Bench]], folder: Path
) -> None:
    judged(YES, YES, NO, YES, NO)
    page = report(folder).html.read_text()

    assert "judged_correct" in page
    assert f"{JUDGE} with prompts 1 on 3 answers; its agreement with people is not measured" in page
    assert {row.score for row in compare(folder, folder).rows} >= {"judged_correct", "judged_faithful", "right"}


def test_agreement_with_people_is_measured_on_what_they_labelled(
    judged: Callable[..., tuple[Judged, Bench]], folder: Path
) -> None:
    path = labels(folder, {"id": "q1", "right": True, "answer": "In 1912."}, {"id": "q2", "right": True})
    found, bench = judged(YES, YES, NO, YES, labels=path)

    assert len(bench.shown) == 4
    assert found.measured is not None
    assert (found.measured.agreement["correct"].accuracy, found.measured.agreement["correct"].n) == (0.5, 2)
    assert "faithful" not in found.measured.agreement
    assert "agrees with people on 0.50 (0.00–1.00) of 2 answers" in "\n".join(found.lines())
    assert "agrees with people on 0.50" in report(folder).markdown.read_text()


def test_a_label_without_a_verdict_is_left_out_and_counted(
    judged: Callable[..., tuple[Judged, Bench]], folder: Path
) -> None:
    path = labels(folder, {"id": "q1", "right": True}, {"id": "q2", "right": False, "faithful": True})
    found, _ = judged(LOST, YES, NO, YES, labels=path)

    assert found.measured is not None
    assert (found.measured.agreement["correct"].n, found.measured.agreement["correct"].without) == (1, 1)
    assert found.measured.agreement["correct"].kappa is None
    assert found.measured.agreement["faithful"].accuracy == 1


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        (['{"id": "q1"}'], "line 1, right: Field required"),
        (['{"id": "q9", "right": true}'], "line 1: the run has no answer to 'q9'"),
        (['{"id": "q4", "right": true}'], "line 1: the run has no answer to 'q4'"),
        (['{"id": "q1", "right": true}'] * 2, "line 2: the id 'q1' comes a second time"),
        (['{"id": "q1", "right": true, "answer": "In 1911."}'], "line 1: the run's answer to 'q1' is not the one"),
        ([], "holds no labels"),
    ],
)
def test_labels_that_cannot_be_used_are_named(
    judged: Callable[..., tuple[Judged, Bench]], folder: Path, lines: list[str], complaint: str
) -> None:
    with pytest.raises(DatasetError, match=complaint):
        judged(labels=labels(folder, *lines))


def test_a_limit_draws_answers(judged: Callable[..., tuple[Judged, Bench]], folder: Path) -> None:
    judged(YES, YES, limit=1)

    assert len(read_judgements(folder)) == 1


def test_a_run_without_answers_is_not_judged(
    tmp_path: Path, make_row: Callable[..., Row], make_run: Callable[..., Run]
) -> None:
    folder = finished(tmp_path / "run", [make_row(1, {"mrr": 1.0})], make_run)

    with pytest.raises(RunFolderError, match="no answers"):
        judge(folder, settings=Settings(model=JUDGE), opening=Bench().says())


@pytest.mark.parametrize(
    ("written", "verdict"),
    [
        ("Because. VERDICT: yes", True),
        ("**Verdict:** No.", False),
        ("VERDICT: yes? On second thoughts, VERDICT: no", False),
        ("Therefore, the verdict is: **no**.", False),
        ("Yes, it does.", True),
        ("no", False),
        ("Nobody knows.", None),
        ("VERDICT: perhaps", None),
        ("", None),
    ],
)
def test_a_verdict_is_read_from_its_line(written: str, verdict: bool | None) -> None:
    assert verdict_in(written) is verdict


def test_kappa_is_cohens() -> None:
    """Of 50 answers both say yes to 20 and no to 15, people alone yes to 5, the judge alone to 10: agreed 0.7, by
    chance 0.5 x 0.6 + 0.5 x 0.4 = 0.5, kappa 0.4. scikit-learn says the same."""
    from sklearn.metrics import cohen_kappa_score

    pairs = [(True, True)] * 20 + [(False, False)] * 15 + [(True, False)] * 5 + [(False, True)] * 10
    found = agreement(pairs)

    assert found.accuracy == pytest.approx(0.7)
    assert found.kappa == pytest.approx(0.4)
    assert found.kappa == pytest.approx(cohen_kappa_score(*zip(*pairs, strict=True)))
    assert found.kappa_low is not None
    assert found.kappa_high is not None
    assert 0.05 < found.kappa_low < 0.25 < 0.55 < found.kappa_high < 0.7
    assert found.accuracy_low < 0.7 < found.accuracy_high


def test_kappa_of_one_label_alone_is_not_defined() -> None:
    found = agreement([(True, True)] * 5)

    assert (found.accuracy, found.kappa, found.kappa_low) == (1, None, None)
    assert "kappa not defined" in found.said
